"""The statement of an account against cash counted by hand, in fractions."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.trading import UnknownMark
from astracore.portfolio.statement import statement
from astracore.trading.types import Side
from property_tests.trading_makers import after, fill, opening, order

quantities = st.integers(1, 60).map(lambda n: Decimal(n).scaleb(-1))
prices = st.integers(190_000, 210_000).map(lambda n: Decimal(n).scaleb(-2))
trades = st.lists(st.tuples(st.sampled_from(Side), quantities, prices), max_size=6)


@given(trades, prices)
def test_the_change_of_equity_is_explained_to_the_last_digit(
    done: list[tuple[Side, Decimal, Decimal]], mark: Decimal
) -> None:
    """The oracle counts what the fills moved and what is left at the mark; leverage is 1."""
    state = after(opening("100000"))
    money, held = Fraction(0), Fraction(0)
    for place, (side, qty, price) in enumerate(done):
        name, sign = f"o{place}", 1 if side is Side.BUY else -1
        state = after(
            order(name, side, qty), fill(name, f"f{place}", side, qty, price), start=state
        )
        money -= sign * Fraction(qty) * Fraction(price)
        held += sign * Fraction(qty)
    told = statement(state, {"ETH-USD": mark}).unwrap()
    assert told.unexplained == 0
    assert told.equity_end - told.equity_start == (
        told.realised + told.unrealised - told.fees + told.insurance
    )
    earned = Fraction(told.realised) + Fraction(told.unrealised)
    assert earned == money + held * Fraction(mark)


def test_a_held_symbol_without_a_mark_is_named() -> None:
    state = after(opening(), order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"))
    assert statement(state, {}).failure() == UnknownMark("ETH-USD")
