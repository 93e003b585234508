"""How positions, lists and accounts end, figure by figure."""

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from astracore.errors.trading import InvalidOrder
from astracore.trading.account import ACCOUNT
from astracore.trading.events import PositionClosed
from astracore.trading.money_events import PositionLiquidated
from astracore.trading.orders.groups import (
    LegState,
    Release,
    leg_filled,
    leg_triggered,
    oco,
    oto,
    ouo,
)
from astracore.trading.steps.liquidating import bankruptcy_price
from astracore.trading.steps.milestones import closed_event
from astracore.trading.types import MarginMode, OrderType, Side
from property_tests.trading_makers import D, after, fill, happened, order
from tests.trading.test_cash import OPEN, reset
from tests.trading.test_conditional import look
from tests.trading.test_liquidation import EXAMPLE, HELD
from tests.trading.test_order_types import LONG, asked

# Half a unit of example A sold at 2100: 1050 less a third of 3000.5.
PART = after(order("s", Side.SELL, "0.5"), fill("s", "h", Side.SELL, "0.5", "2100"), start=EXAMPLE)


def closing(*events: object) -> PositionClosed:
    """The one event that tells of the end."""
    (closed,) = (event for event in events if isinstance(event, PositionClosed))
    return closed


def test_a_liquidation_sums_up_the_whole_life() -> None:
    """What was realised and paid before counts, and the averages are of all entries and exits."""
    closed = closing(*happened(PART, look("1590")))
    gross = D("49.833333") + D("-400.063333")
    fees = D("2.02525") + D("0.003334")
    assert (closed.gross, closed.fees, closed.net) == (gross, fees, gross - fees)
    assert closed.max_qty == D("1.5")
    assert closed.entry_avg == D("2000.33333333")
    assert closed.exit_avg == D("1766.84666667")  # (1050 + 1600.27) / 1.5
    assert (closed.peak_cost, closed.peak_margin) == (D("3000.5"), D("600.1"))
    assert (closed.funding, closed.reason) == (D(0), "liquidated")


@pytest.mark.parametrize(("qty", "reason"), [("1.5", "closed"), ("2", "flipped")])
def test_why_a_position_ended(qty: str, reason: str) -> None:
    state = after(order("s", Side.SELL, qty), start=EXAMPLE)
    events = happened(state, fill("s", "h", Side.SELL, qty, "2100"))
    closed = closing(*events)
    assert (closed.reason, closed.exit_avg) == (reason, D(2100))
    assert closed.gross == D("149.5")
    opened = [event for event in events if type(event).__name__ == "PositionOpened"]
    assert len(opened) == (1 if reason == "flipped" else 0)


def test_more_of_a_position_opens_no_other() -> None:
    state = after(order("m", Side.BUY, "1"), start=EXAMPLE)
    told = [
        type(event).__name__ for event in happened(state, fill("m", "h", Side.BUY, "1", "2000"))
    ]
    assert "PositionOpened" not in told
    assert "PositionClosed" not in told


def test_what_the_insurance_fund_paid_is_added_up() -> None:
    (taken,) = (
        event for event in happened(EXAMPLE, look("1000")) if isinstance(event, PositionLiquidated)
    )
    insured = evolve(taken, insurance=D(7))
    before = evolve(EXAMPLE, insurance=D(11))
    assert ACCOUNT.evolve(before, insured).insurance == 18


def test_a_fresh_start_forgets_what_was() -> None:
    """Deposits are the new balance, everything else is nothing."""
    used = evolve(
        OPEN,
        realised=D(5),
        fees=D(6),
        insurance=D(7),
        funding=D(8),
        withdrawals=D(9),
        cash=D(3),
    )
    fresh = after(reset("250"), start=used)
    assert (fresh.cash, fresh.deposits) == (D(250), D(250))
    sums = (fresh.realised, fresh.fees, fresh.insurance, fresh.funding, fresh.withdrawals)
    assert set(sums) == {D(0)}


@pytest.mark.parametrize("trail", ["0.001", "0.2"])
def test_trails_to_the_edge(trail: str) -> None:
    """The least and the most percentage are allowed."""
    wanted = asked(OrderType.TRAILING_STOP_PERCENT, trail=D(trail))
    assert happened(LONG, wanted)


def test_groups_of_equals_need_different_names() -> None:
    """Two to so many; each failure names the field."""
    for make in (oco, ouo):
        fault: Any = make(("a", "a"), D(10)).failure()
        assert isinstance(fault, InvalidOrder)
        assert fault.field == "legs"
        assert make(("a",), D(10)).failure() == fault
        assert make(("a", "b"), D(10)).unwrap().legs[1].order_id == "b"


def test_a_leg_that_waits_takes_neither_fill_nor_trigger() -> None:
    group = oto("p", "c", D(10)).unwrap()
    for step, word in (
        (leg_filled(group, "c", D(1)), "fill"),
        (leg_triggered(group, "c"), "trigger"),
    ):
        fault: Any = step.failure()
        assert (fault.subject, fault.status, fault.asked) == ("c", "held", word)


@pytest.mark.parametrize("release", Release)
def test_a_part_filled_parent_releases_its_child(release: Release) -> None:
    """By FULL at the end alone, by PARTIAL with each fill; the rest of the parent counts not."""
    group = oto("p", "c", D(10), release).unwrap()
    part = leg_filled(group, "p", D(4)).unwrap().group
    assert part.legs[1].state is (LegState.WORKING if release is Release.PARTIAL else LegState.HELD)
    done = leg_filled(part, "p", D(6)).unwrap().group
    assert (done.legs[0].state, done.legs[0].executed) == (LegState.ENDED, D(10))
    assert (done.legs[1].state, done.legs[1].qty) == (LegState.WORKING, D(10))


def test_a_cross_position_keeps_its_words() -> None:
    cross = evolve(HELD, margin_mode=MarginMode.CROSS)
    assert cross.margin_mode is MarginMode.CROSS
    assert closed_event is not None
    flat = evolve(HELD, qty=Decimal("1.5"))
    assert bankruptcy_price(flat, flat.margin, D("0.01")) == D("1600.27")
