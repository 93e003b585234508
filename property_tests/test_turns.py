"""Turns of a strategy: what is held afterwards is what was wanted, in lots that exist."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.outcome import is_failure
from astracore.strategies.sma_cross import Stance
from astracore.strategies.turns import stake, turn
from astracore.trading.types import INSTRUMENTS, Side

ETH = INSTRUMENTS["ETH-USD"]
SIGN = {Stance.FLAT: 0, Stance.LONG: 1, Stance.SHORT: -1}


@given(
    st.sampled_from(Stance),
    st.sampled_from(Stance),
    st.integers(1, 10**6).map(lambda n: Decimal(n).scaleb(-4)),
)
def test_a_turn_leads_from_what_is_held_to_what_is_wanted(
    held: Stance, wanted: Stance, qty: Decimal
) -> None:
    made = turn(held, wanted, qty)
    if made is None:
        assert held is wanted
    else:
        change = made.qty if made.side is Side.BUY else -made.qty
        assert SIGN[held] * qty + change == SIGN[wanted] * qty


@given(st.integers(-10, 10_000_100))
def test_a_stake_is_on_the_lots_and_can_be_turned_over(lots: int) -> None:
    """Turning over trades twice the stake, which must be one order still."""
    qty = ETH.lot * lots
    found = stake(qty, ETH)
    good = qty >= ETH.min_qty and 2 * qty <= ETH.max_qty
    assert is_failure(found) is not good


@pytest.mark.parametrize(
    ("qty", "code"),
    [("-1", "invalid_quantity"), ("0.00005", "quantity_off_step"), ("0", "quantity_out_of_range")],
)
def test_the_first_breach_is_named(qty: str, code: str) -> None:
    assert stake(Decimal(qty), ETH).failure().code == code
