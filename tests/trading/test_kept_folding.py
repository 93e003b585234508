"""What stored events do to an account: to what it knows, and nothing to what it does not."""

from typing import Any

import pytest
from attrs import evolve

from astracore.ids import FillId, OrderId
from astracore.instants import DAY, Instant
from astracore.trading.events import (
    AccountEvent,
    OrderAcknowledged,
    OrderCancelled,
    OrderReserveChanged,
    TradeExecuted,
)
from astracore.trading.folding import fold
from astracore.trading.money_events import CashMoved, FundingPaid, MarginAdjusted
from astracore.trading.order_events import (
    ChildReleased,
    OrderAmended,
    OrderTriggered,
    TrailingMoved,
)
from astracore.trading.order_folding import newest, openings
from astracore.trading.orders.groups import GroupKind
from astracore.trading.positions import (
    average,
    average_price,
    entry_price,
    fee_split,
    moved_value,
    part_of,
    passage,
    return_of,
)
from astracore.trading.state import ENDED_KEPT, FILLS_KEPT, OPENINGS_KEPT, Account, oldest_first
from astracore.trading.steps.liquidating import bankruptcy_price, maintenance
from astracore.trading.steps.observing import limit_of
from astracore.trading.types import CashKind, ContractKind, OrderStatus, OrderType, faulty_field
from property_tests.trading_makers import ETH, ME, NOW, D, after, happened, opening
from tests.trading.stories import (
    BUY,
    SELL,
    Story,
    ask,
    bought,
    done,
    listing,
    look,
    sold,
    stop,
    trail,
)
from tests.trading.stories_money import STEEP

OPEN = after(opening("100000"))
LONG = after(*bought("2"), start=OPEN)
WAITING = after(ask("l", BUY, "1", "1990"), stop("s", BUY, "2010"), start=LONG)
LISTED = after(
    listing(GroupKind.OCO, ask("a", BUY, "1", "1980"), stop("b", BUY, "2020")), start=OPEN
)
WHO: dict[str, Any] = {"account_id": ME, "at": NOW}


def amended(name: str, **more: Any) -> OrderAmended:  # noqa: ANN401
    """Other figures."""
    usual: dict[str, Any] = {
        "symbol": "ETH-USD",
        "revision": 1,
        "qty": D(3),
        "reference": D(5),
        "reserve": D(7),
        "keeps_priority": False,
        "reason": "r",
    }
    return OrderAmended(order_id=OrderId(name), **WHO, **{**usual, **more})


def traded(name: str) -> TradeExecuted:
    """The fill of an order, as it would be of another."""
    told = happened(WAITING, done("l", BUY, "1", "1990"))[0]
    assert isinstance(told, TradeExecuted)
    return evolve(told, order_id=OrderId(name))


def triggered(name: str, **more: Any) -> OrderTriggered:  # noqa: ANN401
    """A trigger."""
    usual: dict[str, Any] = {
        "symbol": "ETH-USD",
        "price": D(2010),
        "level": D(2011),
        "becomes": OrderType.MARKET,
    }
    return OrderTriggered(order_id=OrderId(name), **WHO, **{**usual, **more})


def released(name: str) -> ChildReleased:
    """A start."""
    return ChildReleased(
        order_id=OrderId(name),
        parent_id=OrderId("p"),
        symbol="ETH-USD",
        qty=D("0.5"),
        status=OrderStatus.PENDING,
        reserve=D(11),
        **WHO,
    )


def reserved(name: str) -> OrderReserveChanged:
    """Another reserve."""
    return OrderReserveChanged(order_id=OrderId(name), reserve=D(13), **WHO)


def moved(name: str) -> TrailingMoved:
    """Another level."""
    return TrailingMoved(order_id=OrderId(name), symbol="ETH-USD", extreme=D(1), level=D(17), **WHO)


def acked(name: str) -> OrderAcknowledged:
    """It works."""
    return OrderAcknowledged(
        order_id=OrderId(name), venue_order_id="v", status=OrderStatus.OPEN, **WHO
    )


def gone(name: str) -> OrderCancelled:
    """It works no more."""
    return OrderCancelled(
        order_id=OrderId(name),
        symbol="ETH-USD",
        reason="r",
        executed=D(0),
        reserve_released=D(0),
        **WHO,
    )


@pytest.mark.parametrize(
    "event",
    [tell("x") for tell in (amended, triggered, released, reserved, moved, acked, gone)],
)
def test_orders_nobody_knows(event: AccountEvent) -> None:
    assert fold(WAITING, event) == WAITING


def test_a_fill_of_an_order_nobody_knows_is_of_its_position_alone() -> None:
    known, unknown = fold(WAITING, traded("l")), fold(WAITING, traded("x"))
    assert unknown.positions == known.positions
    assert (unknown.orders, unknown.ended) == (WAITING.orders, WAITING.ended)
    assert unknown.cash == known.cash


def one(account: Account, name: str) -> Any:  # noqa: ANN401
    """An open order."""
    return account.orders[OrderId(name)]


def test_each_event_changes_what_it_says() -> None:
    before = one(WAITING, "l")
    plain = fold(WAITING, amended("l", limit_price=D(1), revision=4))
    assert one(plain, "l") == evolve(
        before, qty=D(3), limit_price=D(1), reference=D(5), reserve=D(7), revision=4
    )
    assert plain.reserved == WAITING.reserved - before.reserve + 7
    stopped = fold(WAITING, amended("s", stop_price=D(2)))
    assert one(stopped, "s").terms.stop_price == 2
    assert one(fold(WAITING, amended("s")), "s").terms.stop_price == 2010
    fired = one(fold(WAITING, triggered("s", protective_price=D(4))), "s")
    assert (fired.status, fired.level) == (OrderStatus.PENDING, D(2011))
    assert (fired.protective_price, fired.limit_price) == (D(4), None)
    priced = one(fold(WAITING, triggered("l")), "l")
    assert (priced.limit_price, priced.protective_price) == (D(1990), None)
    assert one(fold(WAITING, triggered("l", limit_price=D(6))), "l").limit_price == 6
    child = one(fold(WAITING, released("l")), "l")
    assert (child.qty, child.status, child.reserve) == (D("0.5"), OrderStatus.PENDING, D(11))
    assert one(fold(WAITING, reserved("l")), "l").reserve == 13
    assert fold(WAITING, reserved("l")).reserved == WAITING.reserved - before.reserve + 13
    assert one(fold(WAITING, moved("s")), "s").level == 17
    assert one(fold(WAITING, acked("l")), "l").status is OrderStatus.OPEN
    ended = fold(WAITING, gone("l"))
    assert ended.reserved == WAITING.reserved - before.reserve
    last = ended.ended[OrderId("l")]
    assert (last.reserve, last.turn, ended.turns) == (D(0), WAITING.turns, WAITING.turns + 1)


def test_lists_follow_and_one_that_is_gone_is_not_missed() -> None:
    legs = fold(LISTED, amended("b")).groups["l"].legs
    assert [leg.qty for leg in legs] == [D(1), D(3)]
    orphan = evolve(LISTED, groups={})
    for event in (amended("b"), triggered("b"), traded("b")):
        assert fold(orphan, event).groups == {}
    assert fold(orphan, gone("b")).groups == {}
    assert set(fold(LISTED, gone("b")).groups) == {"l"}
    assert fold(fold(LISTED, gone("b")), gone("a")).groups == {}


def test_only_the_newest_is_kept() -> None:
    many = [evolve(one(WAITING, "l"), order_id=OrderId(f"o{n}"), turn=n) for n in range(102)]
    kept = newest({order.order_id: order for order in reversed(many)})
    assert [order.turn for order in oldest_first(kept)] == list(range(2, 102))
    assert len(kept) == ENDED_KEPT == 100
    few = {order.order_id: order for order in many[:100]}
    assert newest(few) == few
    times = tuple(Instant(DAY + n) for n in range(2001))
    assert openings(times, Instant(DAY + 5000)) == (*times[2:], Instant(DAY + 5000))
    assert len(openings(times[:1999], Instant(DAY + 5000))) == OPENINGS_KEPT == 2000
    assert openings((Instant(0), Instant(1)), Instant(DAY)) == (Instant(1), Instant(DAY))
    assert openings((Instant(0),), Instant(DAY)) == (Instant(DAY),)
    full = evolve(one(WAITING, "l"), fill_ids=tuple(FillId(f"f{n}") for n in range(1000)))
    state = evolve(WAITING, orders={**WAITING.orders, full.order_id: full})
    ids = fold(state, traded("l")).ended[full.order_id].fill_ids
    assert (len(ids), ids[0], ids[-1], FILLS_KEPT) == (1000, "f1", "l-f", 1000)


def test_money_of_positions_nobody_knows() -> None:
    adjusted = MarginAdjusted(symbol="X", key="X", amount=D(5), margin=D(9), cash=D(1), **WHO)
    assert fold(LONG, adjusted) == LONG
    paid = FundingPaid(
        user_id=LONG.user_id,
        symbol="X",
        key="X",
        rate=D(1),
        mark=D(1),
        amount=D(-3),
        margin_change=D(-1),
        insurance=D(2),
        cash=D(50),
        is_practice=True,
        **WHO,
    )
    assert fold(LONG, paid) == evolve(LONG, cash=D(50), funding=D(-3), insurance=D(2))
    base: dict[str, Any] = {"user_id": LONG.user_id, "currency": "PUSD", "reference": "r", **WHO}
    for amount, came, went in ((5, 5, 0), (-5, 0, 5), (0, 0, 0)):
        event = CashMoved(
            kind=CashKind.SYNC, amount=D(amount), cash_after=D(7), is_practice=True, **base
        )
        found = fold(LONG, event)
        assert found.cash == 7
        assert found.deposits - LONG.deposits == came
        assert found.withdrawals == went


def test_a_fee_of_the_platform_is_a_fee() -> None:
    event = evolve(traded("l"), platform_fee=D(3))
    assert fold(WAITING, event).fees == fold(WAITING, traded("l")).fees + 3


def last_of(story: Story) -> TradeExecuted:
    """The trade of the last command of a story."""
    state = after(*story[:-1])
    (told, *_) = happened(state, story[-1])
    assert isinstance(told, TradeExecuted)
    return told


def test_a_position_s_way() -> None:
    """Opened, grown, lessened with margin added meanwhile, flipped."""
    rich = opening("100000")
    grown = (rich, *bought("2"), ask("m", BUY, "1"), done("m", BUY, "1", "2003"))
    held = after(*grown).positions["ETH-USD"]
    assert (held.qty, held.cost, held.margin, held.fees) == (D(3), D(6003), D(6003), D("3.0015"))
    assert (held.peak_cost, held.peak_margin, held.max_qty) == (D(6003), D(6003), D(3))
    assert (held.entry_qty, held.entry_value, held.exit_qty) == (D(3), D(6003), D(0))
    less = (*grown, ask("n", SELL, "1"), done("n", SELL, "1", "2010"))
    lower = after(*less).positions["ETH-USD"]
    assert (lower.qty, lower.cost, lower.margin, lower.realised) == (D(2), D(4002), D(4002), D(9))
    assert (lower.exit_qty, lower.exit_value, lower.max_qty) == (D(1), D(2010), D(3))
    twice = after(*less, ask("o", SELL, "1"), done("o", SELL, "1", "2011")).positions["ETH-USD"]
    assert (twice.exit_qty, twice.exit_value, twice.realised) == (D(2), D(4021), D(19))
    again = after(*less, ask("o", BUY, "0.5"), done("o", BUY, "0.5", "2000")).positions["ETH-USD"]
    assert (again.peak_cost, again.peak_margin, again.max_qty) == (D(6003), D(6003), D(3))
    flip = (*less, ask("q", SELL, "3"), done("q", SELL, "3", "2020"))
    way = passage(lower, last_of(flip))
    assert way.ended is not None
    assert way.now is not None
    assert (way.ended.qty, way.ended.cost, way.ended.margin) == (D(0), D(0), D(0))
    assert (way.ended.exit_qty, way.ended.exit_value) == (D(3), D(6050))
    assert way.ended.fees == lower.fees + D("2.02")
    assert (way.now.qty, way.now.max_qty, way.now.entry_qty) == (D(-1), D(1), D(1))
    assert (way.now.entry_value, way.now.margin, way.now.fees) == (D(2020), D(2020), D("1.01"))
    full = evolve(lower, margin=D(5000), peak_margin=D(7000))
    assert passage(full, last_of((*less, ask("r", BUY, "1"), done("r", BUY, "1", "2000")))).now == (
        evolve(
            full,
            qty=D(3),
            cost=D(6002),
            margin=D(7000),
            fees=lower.fees + 1,
            entry_qty=D(4),
            entry_value=D(8003),
        )
    )


def test_a_short_ends_where_it_flips() -> None:
    short = (opening("100000"), *sold("2"))
    back = (*short, ask("b", BUY, "3"), done("b", BUY, "3", "1990"))
    over = passage(after(*short).positions["ETH-USD"], last_of(back))
    assert over.ended is not None
    assert (over.ended.qty, over.ended.cost, over.ended.margin) == (D(0), D(0), D(0))


def test_averages() -> None:
    held = LONG.positions["ETH-USD"]
    assert entry_price(evolve(held, multiplier=D(4), cost=D(16))) == 2
    coin = evolve(held, contract=ContractKind.INVERSE, multiplier=D(10), cost=D("0.005"))
    assert entry_price(coin) == 4000
    assert entry_price(evolve(held, qty=D(0))) is None
    assert average(D(1), D(3)) == D("0.33333333")
    assert average(D(2), D(3)) == D("0.66666667")
    assert average(D(1), D(0)) is None
    linear, inverse = ContractKind.LINEAR, ContractKind.INVERSE
    assert moved_value(linear, D(3), D(8)) == 24
    assert moved_value(inverse, D(3), D(8)) == D("0.375")
    assert moved_value(inverse, D(2), D(3)) == D("0.666666666666666667")
    assert average_price(linear, D(24), D(3)) == 8
    assert average_price(inverse, D("0.375"), D(3)) == 8
    assert average_price(inverse, D(0), D(3)) is None
    assert (return_of(D(1), D(3)), return_of(D(2), D(3))) == (D("0.333333"), D("0.666667"))
    assert return_of(D(1), D(0)) == 0
    assert fee_split(D("0.0000005"), D(2), D(2)) == (D("0.0000005"), D(0))
    assert fee_split(D(1), D(1), D(3)) == (D("0.333333"), D("0.666667"))
    assert part_of(D(7), D(1), D(2), D(1)) == 4


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"tick": D("NaN")}, "tick"),
        ({"lot": D(0)}, "lot"),
        ({"min_qty": D(0)}, "min_qty"),
        ({"min_notional": D(0)}, "min_notional"),
        ({"max_qty": D("1E+400")}, "max_qty"),
        ({"max_qty": D("1.00005")}, "max_qty"),
        ({"max_qty": D("0.0009")}, "max_qty"),
        ({"min_qty": D("0.00105")}, "min_qty"),
        ({"price_band": D(0)}, "price_band"),
        ({"price_band": D(1)}, "price_band"),
        ({"price_band": D("0.9999")}, None),
        ({"max_qty": D("0.001")}, None),
        ({"symbol": "ETH-USD "}, "symbol"),
    ],
)
def test_instruments(change: dict[str, Any], field: str | None) -> None:
    assert faulty_field(evolve(ETH, **change)) == field


def test_bankruptcy() -> None:
    """A long with all of its worth behind it has no such price, a coin short with its worth."""
    held = LONG.positions["ETH-USD"]
    assert bankruptcy_price(held, D(4000), D("0.01")) is None
    assert bankruptcy_price(held, D("3999.99"), D("0.01")) == D("0.01")
    assert bankruptcy_price(held, D(1000), D(7)) == 1505
    short = evolve(held, qty=D(-2), cost=D(-4000))
    assert bankruptcy_price(short, D(1000), D(7)) == 2499
    coin = evolve(held, contract=ContractKind.INVERSE, multiplier=D(10), cost=D("0.2"))
    assert bankruptcy_price(coin, D("0.05"), D(7)) == 84
    back = evolve(coin, qty=D(-2), cost=D("-0.2"))
    assert bankruptcy_price(back, D("0.05"), D(7)) == 133
    assert bankruptcy_price(back, D("0.2"), D(7)) is None


def test_maintenance_of_coins() -> None:
    """u(notional × m − d), the deduction in coin too."""
    held = evolve(
        LONG.positions["ETH-USD"],
        qty=D(-1000),
        contract=ContractKind.INVERSE,
        multiplier=D(10),
        cost=D("-0.2"),
    )
    assert maintenance(held, STEEP, D(50_000)) == D("0.0015")
    assert maintenance(held, STEEP, D(100_000)) == D("0.0005")
    assert maintenance(held, STEEP, D(99_999)) == D("0.00050002")


def test_limits_of_fired_orders() -> None:
    (seen,) = look((ETH, "2000")).seen
    fired = after(trail("t", SELL, "30"), start=OPEN).orders[OrderId("t")]
    assert limit_of(fired, D("1970.005"), seen) == D("1970.00")
    assert limit_of(one(WAITING, "l"), D(5), seen) == 1990
    assert limit_of(fired, D(0), seen) == ETH.tick
