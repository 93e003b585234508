"""The drawn table of order states is the table."""

from docs.order_states import PAGE, states_page


def test_the_page_of_order_states_is_up_to_date() -> None:
    """When this fails: .venv/bin/python docs/order_states.py"""
    assert PAGE.read_text(encoding="utf-8") == states_page()
