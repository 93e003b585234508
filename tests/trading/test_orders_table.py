"""The table of order states, cell by cell as the rules write it."""

import pytest

from astracore.trading.orders.states import FINAL, TABLE, Signal, transition
from astracore.trading.types import OrderStatus

COLUMNS = tuple(Signal)
ROWS = {
    "held": "- - - - cancelled cancelled - expired -",
    "pending": "open - partially_filled filled cancel_pending cancelled rejected expired unknown",
    "untriggered": "no_op pending partially_filled filled cancelled cancelled rejected expired -",
    "open": "no_op - partially_filled filled cancel_pending cancelled - expired -",
    "partially_filled": "no_op - partially_filled filled cancel_pending cancelled - expired -",
    "cancel_pending": "no_op - cancel_pending filled no_op cancelled working expired unknown",
    "unknown": "open - partially_filled filled cancel_pending cancelled rejected expired no_op",
    "filled": "no_op - late late - no_op no_op no_op no_op",
    "cancelled": "no_op - late late - no_op no_op no_op no_op",
    "rejected": "no_op - late late - no_op no_op no_op no_op",
    "expired": "no_op - late late - no_op no_op no_op no_op",
}


@pytest.mark.parametrize("status", OrderStatus)
def test_each_cell_is_the_rules(status: OrderStatus) -> None:
    """One row, nine cells; a dash is what cannot happen."""
    cells = []
    for signal in COLUMNS:
        move = transition(status, signal)
        cells.append("-" if move is None else move.value)
    assert " ".join(cells) == ROWS[status.value]


def test_the_end_is_the_end() -> None:
    """No final status leads to another status."""
    for status in FINAL:
        assert not any(isinstance(move, OrderStatus) for move in TABLE[status].values())
