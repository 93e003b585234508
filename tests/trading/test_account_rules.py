"""What an account does, by example: the worked figures, and every rule that has a corner."""

from decimal import Decimal
from typing import Any, cast

import pytest
from attrs import evolve

from astracore.ids import OrderId
from astracore.instants import DAY, Instant
from astracore.trading.checks.pretrade import LIMITS, highest_leverage
from astracore.trading.commands import (
    CancelAll,
    Facts,
)
from astracore.trading.contracts.kinds import LINEAR
from astracore.trading.events import (
    OrderCancelled,
    OrderCancelRefused,
    OrderCancelRequested,
    OrderReserveChanged,
    PositionClosed,
    TradeExecuted,
)
from astracore.trading.pnl import valuation
from astracore.trading.reserves import available, reference_price
from astracore.trading.types import (
    INSTRUMENTS,
    AccountStatus,
    ContractKind,
    InstrumentStatus,
    OrderStatus,
    Side,
    TimeInForce,
    instrument,
)
from property_tests.trading_makers import (
    ETH,
    ME,
    NOW,
    D,
    acked,
    after,
    asked_cancel,
    closing,
    codes,
    facts,
    fill,
    gone,
    happened,
    leverage,
    limit,
    listed,
    opening,
    order,
    placed,
    status,
    turned_down,
)

OPEN = after(opening())
RICH = after(opening("100000"), leverage(10))
LONG = after(order("o1", Side.BUY, "1"), fill("o1", "f1", Side.BUY, "1", "2000"), start=OPEN)


def test_too_many_orders() -> None:
    """The 201st open order is one too many; a reducing one passes."""
    state = RICH
    for place in range(LIMITS.open_orders - 1):
        state = after(limit(f"n{place}", Side.BUY, "0.003", "1990"), start=state)
    state = after(order("in", Side.BUY, "1"), fill("in", "f", Side.BUY, "0.5", "2000"), start=state)
    assert codes(state, limit("more", Side.BUY, "0.003", "1990")) == ["too_many_orders"]
    assert happened(state, limit("out", Side.SELL, "0.5", "2010"))


@pytest.mark.parametrize("known", [facts(), listed(InstrumentStatus.HALTED)])
def test_reducing_orders_pass_frozen_and_halted(known: Facts) -> None:
    """What was bought can be sold, whatever happened since."""
    frozen = after(status(AccountStatus.FROZEN), start=LONG)
    assert placed(frozen, order("o", Side.SELL, "1", facts=known)).reserve == 0


def test_a_rest_below_the_least_quantity_can_be_closed() -> None:
    """A part fill may leave less than the instrument's least quantity and notional."""
    state = after(
        fill("s", "f2", Side.SELL, "0.9995", "2000"),
        start=after(order("s", Side.SELL, "1"), start=LONG),
    )
    state = after(gone("s"), start=state)
    assert placed(state, closing(None)).qty == D("0.0005")


def test_reduce_only_is_cut_to_what_is_left() -> None:
    """Older orders of the side have their claim first."""
    state = after(limit("o", Side.SELL, "0.7", "2050", reduce_only=True), start=LONG)
    assert placed(state, limit("p", Side.SELL, "1", "2060", reduce_only=True)).qty == D("0.3")


def test_example_a_digit_for_digit() -> None:
    """Buy 1 at 2000 and 0.5 at 2001 with leverage 5, then sell 2 at 2060."""
    state = after(
        opening(),
        leverage(5),
        order("b", Side.BUY, "1.5"),
        fill("b", "f1", Side.BUY, "1", "2000"),
        fill("b", "f2", Side.BUY, "0.5", "2001"),
    )
    held = state.positions["ETH-USD"]
    assert (held.cost, held.margin, held.fees) == (D("3000.5"), D("600.1"), D("1.50025"))
    assert state.cash == D("9398.39975")
    worth = valuation(state, {"ETH-USD": D(2050)}).unwrap()
    assert (worth.unrealised, worth.equity) == (D("74.5"), D("10072.99975"))
    assert worth.exposure == {"ETH-USD": D(3075)}
    state = after(order("s", Side.SELL, "2"), start=state)
    events = happened(state, fill("s", "f3", Side.SELL, "2", "2060"))
    trade, closed = events[0], events[1]
    assert isinstance(trade, TradeExecuted)
    assert (trade.realised, trade.fee, trade.cash) == (D("89.5"), D("2.06"), D("9879.93975"))
    assert (trade.position_qty, trade.position_cost) == (D("-0.5"), D(-1030))
    assert isinstance(closed, PositionClosed)
    assert (closed.net, closed.return_) == (D("86.45475"), D("0.028813"))
    assert closed.entry_avg == D("2000.33333333")
    state = after(fill("s", "f3", Side.SELL, "2", "2060"), start=state)
    assert state.positions["ETH-USD"].margin == D(206)
    assert valuation(state, {"ETH-USD": D(2060)}).unwrap().equity == D("10085.93975")
    assert state.reserved == 0


def test_the_worked_reserve() -> None:
    """A buy limit of 0.5 at 2000 with leverage 5 locks 200.5."""
    state = after(opening(), leverage(5))
    assert placed(state, limit("o", Side.BUY, "0.5", "2000")).reserve == D("200.5")
    locked = after(limit("o", Side.BUY, "0.5", "2000"), start=state)
    assert available(locked) == D("9799.5")
    assert available(after(gone("o", expired=True), start=locked)) == D(10000)


def test_a_market_order_is_bounded() -> None:
    """The protective price is on the accepted order; the reserve is at the mark and the band."""
    accepted = placed(OPEN, order("o", Side.BUY, "1"))
    assert (accepted.protective_price, accepted.reference) == (D(2100), D(2100))
    assert placed(OPEN, order("o", Side.SELL, "1")).reference == D(2000)
    assert accepted.tif is TimeInForce.IOC
    assert reference_price(LINEAR, Side.BUY, None, None, D("0.05")) is None
    assert reference_price(LINEAR, Side.SELL, D(1), None, D("0.05")) == D(1)


def test_a_limit_order_needs_no_mark() -> None:
    """Its limit is its price; nothing is out of range of what is not known."""
    assert placed(OPEN, limit("o", Side.SELL, "1", "2000", facts=facts(None))).reserve == D(2001)


def test_the_daily_limit_looks_back_a_day() -> None:
    """An opening order 24 hours ago does not count, one a microsecond later does."""
    state = after(limit("o", Side.BUY, "1", "2000"), start=OPEN)
    later = Instant(NOW.micros + DAY)
    again = limit("p", Side.BUY, "1", "2000", facts=facts(daily_limit=1), at=later)
    assert happened(state, again)
    sooner = evolve(again, at=Instant(later.micros - 1))
    assert codes(state, sooner) == ["daily_trade_limit"]
    assert len(after(again, start=state).openings) == 1


def test_a_late_fill_is_booked_while_it_fits() -> None:
    """After the end: booked, the status stays, and it says that it is late."""
    state = after(limit("o", Side.BUY, "1", "2000"), gone("o"), start=OPEN)
    (trade, *_) = happened(state, fill("o", "f", Side.BUY, "1", "2000"))
    assert isinstance(trade, TradeExecuted)
    assert (trade.late, trade.status) == (True, OrderStatus.CANCELLED)


def test_the_venue_may_refuse_a_cancellation() -> None:
    """The order works on: open, or partially filled when something was executed."""
    asked = after(limit("o", Side.BUY, "1", "2000"), asked_cancel("o"), start=OPEN)
    (back,) = happened(asked, turned_down("o"))
    assert isinstance(back, OrderCancelRefused)
    assert back.status is OrderStatus.OPEN
    part = after(fill("o", "f", Side.BUY, "0.5", "2000"), start=asked)
    (back,) = happened(part, turned_down("o"))
    assert isinstance(back, OrderCancelRefused)
    assert back.status is OrderStatus.PARTIALLY_FILLED
    assert happened(part, asked_cancel("o")) == ()
    assert happened(part, acked("o")) == ()


def test_known_reports_are_no_ops() -> None:
    """After the end nothing but a late fill has an effect."""
    state = after(limit("o", Side.BUY, "1", "2000"), turned_down("o"), start=OPEN)
    for report in (acked("o"), turned_down("o"), gone("o")):
        assert happened(state, report) == ()
    assert happened(OPEN, status(AccountStatus.OPEN)) == ()
    assert happened(OPEN, CancelAll(account_id=ME, at=NOW)) == ()


def test_closing_all_cancels_what_would_open() -> None:
    """Whoever closes a position does not find its other side open afterwards."""
    state = after(limit("t", Side.SELL, "1", "2050"), start=LONG)
    asked, accepted = happened(state, closing(None))
    assert isinstance(asked, OrderCancelRequested)
    assert (asked.order_id, asked.reason) == ("t", "position_close")
    assert accepted == placed(state, closing(None))


def test_closing_all_forgets_no_name_of_what_it_cancels() -> None:
    """An order that is being cancelled is open until the venue says so: its ids are taken."""
    state = after(limit("t", Side.SELL, "1", "2050", client_order_id="mine"), start=LONG)
    assert codes(state, closing(None, "t")) == ["invalid_transition"]
    again = evolve(closing(None, "c"), client_order_id="mine")
    assert codes(state, again) == ["duplicate_client_order_id"]


def test_a_rival_close_makes_the_other_lock_its_margin() -> None:
    """Two sells of one position: once one closed it, the other would open, and locks for it."""
    state = after(limit("t", Side.SELL, "1", "2050"), order("m", Side.SELL, "1"), start=LONG)
    assert state.orders[OrderId("t")].reserve == 0
    changed = happened(state, fill("m", "f9", Side.SELL, "1", "2000"))[-1]
    assert isinstance(changed, OrderReserveChanged)
    assert (changed.order_id, changed.reserve) == ("t", D("2051.025"))


def test_what_cannot_be_locked_is_cancelled() -> None:
    """When nothing is left to lock, the order that would open is asked to go."""
    state = after(
        limit("t", Side.SELL, "1", "2050"),
        order("m", Side.SELL, "1"),
        limit("x", Side.BUY, "2.997", "2000"),
        start=LONG,
    )
    events = happened(state, fill("m", "f9", Side.SELL, "1", "10"))
    asked = events[-1]
    assert isinstance(asked, OrderCancelRequested)
    assert (asked.order_id, asked.reason) == ("t", "insufficient_margin")


def test_reduce_only_never_opens() -> None:
    """A reported fill beyond the position is cut, and what is left of the order is cancelled."""
    state = after(
        limit("r", Side.SELL, "1", "2050", reduce_only=True),
        closing("0.6", "c"),
        start=LONG,
    )
    state = after(fill("c", "f5", Side.SELL, "0.6", "2000"), start=state)
    events = happened(state, fill("r", "f6", Side.SELL, "1", "2050"))
    assert isinstance(events[0], TradeExecuted)
    assert events[0].qty == D("0.4")
    assert any(isinstance(event, OrderCancelled) for event in events)
    flat = after(fill("r", "f6", Side.SELL, "1", "2050"), start=state)
    assert flat.positions == {}
    assert happened(flat, fill("r", "f7", Side.SELL, "0.6", "2050")) == ()


def test_an_idle_reduce_only_order_is_asked_to_go() -> None:
    """When the position is gone, the orders that were to reduce it have nothing to do."""
    state = after(
        limit("r", Side.SELL, "0.5", "2050", reduce_only=True),
        order("m", Side.SELL, "0.5"),
        order("n", Side.SELL, "0.5"),
        start=LONG,
    )
    state = after(fill("m", "f8", Side.SELL, "0.5", "2000"), start=state)
    events = happened(state, fill("n", "f9", Side.SELL, "0.5", "2000"))
    asked = [event for event in events if isinstance(event, OrderCancelRequested)]
    assert [event.reason for event in asked] == ["reduce_only_no_position"]


def test_an_isolated_loss_ends_at_its_margin() -> None:
    """A gap beyond the bankruptcy price costs the margin; the insurance fund pays the rest."""
    state = after(
        opening(),
        leverage(10),
        order("b", Side.BUY, "1"),
        fill("b", "f", Side.BUY, "1", "2000"),
        order("s", Side.SELL, "1"),
    )
    (trade, *_) = happened(state, fill("s", "g", Side.SELL, "1", "1500"))
    assert isinstance(trade, TradeExecuted)
    assert (trade.realised, trade.insurance) == (D(-500), D("300.75"))
    assert trade.cash == state.cash == D(10000) - 200 - 1


def test_a_fee_that_nobody_can_pay_is_paid_by_the_fund() -> None:
    """A late fill with everything locked moves no margin and takes nothing from other orders."""
    state = after(
        limit("o", Side.BUY, "1", "2000"),
        gone("o"),
        limit("x", Side.BUY, "4.99", "2000"),
        start=OPEN,
    )
    free = available(state)
    (trade, *_) = happened(state, fill("o", "f", Side.BUY, "1", "2000", fee=free + 1))
    assert isinstance(trade, TradeExecuted)
    assert (trade.insurance, trade.margin_change) == (D(1), D(0))
    assert available(after(fill("o", "f", Side.BUY, "1", "2000", fee=free + 1), start=state)) == 0


def test_leverage_looks_at_what_is_held() -> None:
    """By its mark, or by its cost where the mark is not known."""
    assert happened(LONG, leverage(10))
    assert happened(LONG, leverage(10, facts(None)))
    assert highest_leverage(ETH, Decimal(120_000), 1) == 10


def test_an_account_without_marks_has_no_value() -> None:
    """No mark, no equity: it is never guessed."""
    assert valuation(LONG, {}).failure().code == "unknown_mark"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tick": D(0)}, "tick"),
        ({"symbol": "eth-usd"}, "symbol"),
        ({"tick": D("0.001")}, "tick"),
        ({"min_qty": D("0.00015")}, "min_qty"),
        ({"max_qty": D("0.0001")}, "max_qty"),
        ({"price_band": D(1)}, "price_band"),
        ({"brackets": ()}, "brackets"),
    ],
)
def test_instruments_keep_their_steps(change: dict[str, object], field: str) -> None:
    """tick × lot is a multiple of a millionth, and the rest fits."""
    changed = evolve(ETH, **cast("dict[str, Any]", change))
    refused = instrument(changed).failure()
    assert (refused.code, refused.field) == ("instrument_precision", field)


@pytest.mark.parametrize("symbol", INSTRUMENTS)
def test_the_table_is_sound(symbol: str) -> None:
    """Every listed instrument passes its own door."""
    assert instrument(INSTRUMENTS[symbol]).unwrap().kind is ContractKind.LINEAR
