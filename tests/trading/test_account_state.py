"""What an account remembers: bounded, and total over every event that was ever stored."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.catalog import classes_of
from astracore.events.codec import codec
from astracore.ids import FillId, OrderId
from astracore.instants import Instant
from astracore.margin.brackets import MARGIN_BRACKETS, bracket_of
from astracore.trading.account import ACCOUNT
from astracore.trading.checks.pretrade import LIMITS
from astracore.trading.commands import CancelAll, RecordAck, SetAccountStatus
from astracore.trading.events import (
    AccountEvent,
    AccountOpened,
    AccountStatusChanged,
    OrderCancelRequested,
    OrderReserveChanged,
    TradeExecuted,
)
from astracore.trading.reserves import opening_parts
from astracore.trading.state import ENDED_KEPT, FILLS_KEPT, OPENINGS_KEPT, Account
from astracore.trading.types import (
    AccountStatus,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from astracore.trading.venue.paper import Quotes, VenueOrder, accepts, matched
from property_tests.trading_makers import (
    ETH,
    ME,
    NOW,
    D,
    after,
    codes,
    facts,
    fill,
    gone,
    happened,
    limit,
    opening,
    order,
    placed,
)

STATE = codec(Account)
OPEN = after(opening())
LONG = after(order("o1", Side.BUY, "1"), fill("o1", "f1", Side.BUY, "1", "2000"), start=OPEN)


@pytest.mark.parametrize("kind", classes_of(AccountEvent), ids=lambda kind: kind.__name__)
def test_any_event_folds_over_any_state(kind: type[AccountEvent]) -> None:
    """An event about an order that is not known loses nothing that is."""
    event = example(kind)
    for state in (Account(), OPEN, LONG):
        folded = ACCOUNT.evolve(state, event)
        if not isinstance(event, AccountOpened):
            assert folded.orders.keys() >= state.orders.keys()
            assert folded.account_id == state.account_id
        if not isinstance(event, AccountOpened | AccountStatusChanged):
            assert folded.status is state.status


def test_a_changed_reserve_is_the_reserve() -> None:
    """The sum moves with the order."""
    state = after(limit("t", Side.SELL, "1", "2050"), order("m", Side.SELL, "1"), start=LONG)
    state = after(fill("m", "f9", Side.SELL, "1", "2000"), start=state)
    assert state.reserved == state.orders[OrderId("t")].reserve == D("2051.025")
    event = OrderReserveChanged(account_id=ME, order_id=OrderId("t"), reserve=D(7), at=NOW)
    changed = ACCOUNT.evolve(state, event)
    assert (changed.reserved, changed.orders[OrderId("t")].reserve) == (D(7), D(7))


def test_only_the_newest_ended_orders_are_remembered() -> None:
    """A hundred; the first is forgotten and its repeat is an unknown order."""
    state = OPEN
    for place in range(ENDED_KEPT + 1):
        name, side = f"o{place}", Side.SELL if place % 2 else Side.BUY
        state = after(
            order(name, side, "0.01"), fill(name, f"f{place}", side, "0.01", "2000"), start=state
        )
    assert len(state.ended) == ENDED_KEPT
    assert codes(state, fill("o0", "f0", Side.BUY, "0.01", "2000")) == ["unknown_order"]
    last = f"o{ENDED_KEPT}"
    assert happened(state, fill(last, f"f{ENDED_KEPT}", Side.BUY, "0.01", "2000")) == ()


def test_a_snapshot_keeps_which_order_is_older() -> None:
    """Canonical bytes sort by id; what is cancelled and what is forgotten goes by age."""
    state = OPEN
    for place in range(ENDED_KEPT, 0, -1):
        name = f"o{place:03}"
        state = after(limit(name, Side.BUY, "0.01", "2000"), gone(name), start=state)
    state = after(
        limit("z", Side.BUY, "0.01", "2000"), limit("a", Side.BUY, "0.01", "2000"), start=state
    )
    restored = STATE.decode(STATE.encode(state)).unwrap()
    everything = CancelAll(account_id=ME, at=NOW)
    asked = [e for e in happened(restored, everything) if isinstance(e, OrderCancelRequested)]
    assert [event.order_id for event in asked] == ["z", "a"]
    for one in (state, restored):
        ended = after(gone("z"), start=one).ended
        assert (OrderId("o100") in ended, OrderId("o001") in ended) == (False, True)


def test_fill_ids_and_openings_are_bounded() -> None:
    """However many fills and orders there are."""
    state = after(limit("o", Side.BUY, "1", "2000"), start=OPEN)
    known = state.orders[OrderId("o")]
    many = tuple(FillId(str(place)) for place in range(FILLS_KEPT))
    crowded = evolve(
        state,
        orders={OrderId("o"): evolve(known, fill_ids=many)},
        openings=(NOW,) * OPENINGS_KEPT,
    )
    (trade, *_) = happened(crowded, fill("o", "f", Side.BUY, "0.1", "2000"))
    assert isinstance(trade, TradeExecuted)
    filled = ACCOUNT.evolve(crowded, trade).orders[OrderId("o")]
    assert (len(filled.fill_ids), filled.fill_ids[-1]) == (FILLS_KEPT, "f")
    more = after(limit("p", Side.BUY, "0.1", "2000"), start=crowded)
    assert len(more.openings) == OPENINGS_KEPT


def test_a_status_that_nothing_can_leave_so() -> None:
    """An order that waits for its parent cannot be acknowledged."""
    state = after(limit("o", Side.BUY, "1", "2000"), start=OPEN)
    held = evolve(state.orders[OrderId("o")], status=OrderStatus.HELD)
    waiting = evolve(state, orders={OrderId("o"): held})
    ack = RecordAck(account_id=ME, order_id=OrderId("o"), venue_order_id="v", at=NOW)
    assert codes(waiting, ack) == ["invalid_transition"]


def test_accounts_freeze_and_thaw() -> None:
    """There and back."""
    state = OPEN
    for status in (AccountStatus.FROZEN, AccountStatus.OPEN, AccountStatus.CLOSED):
        state = after(
            SetAccountStatus(account_id=ME, status=status, reason="test", at=NOW), start=state
        )
        assert state.status is status


def test_other_symbols_have_their_own_reducible() -> None:
    """An order in another symbol is no claim on this one."""
    state = after(limit("o", Side.SELL, "1", "2000"), start=LONG)
    assert list(opening_parts(state, "BTC-USD")) == []
    assert [part for _, part in opening_parts(state, "ETH-USD")] == [D(0)]


def test_brackets_without_an_open_end_go_on_with_the_last() -> None:
    """A table that stops somewhere."""
    assert bracket_of(MARGIN_BRACKETS[:2], Decimal(10**9)).max_leverage == 25


def test_an_order_without_bound_takes_any_price() -> None:
    """And a market without a price has none to give."""
    free = VenueOrder(
        order_id=OrderId("o"),
        account_id=ME,
        symbol="ETH-USD",
        side=Side.BUY,
        type=OrderType.MARKET,
        tif=TimeInForce.IOC,
        qty=D(1),
    )
    assert accepts(free, D(10**9))
    assert matched(Quotes(instrument=ETH), free) == ((), None)
    assert facts().level == 1


def test_the_reserve_of_a_sell_is_at_least_at_the_mark() -> None:
    """A sell limit below the mark may fill at the mark: that is its worst legal fill."""
    accepted = placed(OPEN, limit("o", Side.SELL, "1", "1990"))
    assert (accepted.reference, accepted.reserve) == (D(2000), D(2001))


def test_a_mark_of_ten_seconds_is_just_fresh() -> None:
    """Older than ten seconds is stale; exactly ten are not."""
    at = Instant(NOW.micros + LIMITS.price_age)
    assert placed(OPEN, order("o", Side.BUY, "1", at=at)).at == at
