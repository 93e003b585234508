"""Orders that wait: what fires them, how they follow the market, when their time is over."""

from typing import Any

import pytest
from attrs import evolve

from astracore.instants import DAY, HOUR, Instant
from astracore.trading.commands import AmendOrder
from astracore.trading.events import OrderCancelled, OrderExpired
from astracore.trading.facts import Seen
from astracore.trading.money_commands import ObserveMarket
from astracore.trading.order_events import OrderAmended, OrderTriggered, TrailingMoved
from astracore.trading.orders.terms import OrderTerms, Schedule
from astracore.trading.orders.trailing import TrailBy
from astracore.trading.orders.triggers import (
    Prices,
    Trigger,
    TriggerSource,
    accept_trigger,
    observe,
)
from astracore.trading.state import Account
from astracore.trading.types import AccountMode, OrderStatus, OrderType, Side, TimeInForce
from property_tests.trading_makers import (
    ETH,
    ME,
    NOW,
    D,
    acked,
    after,
    asked_cancel,
    codes,
    facts,
    fill,
    happened,
    limit,
    opening,
    order,
    placed,
)

OPEN = after(opening("100000"))
LONG = after(order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN)


def look(price: str, at: Instant = NOW, **more: Any) -> ObserveMarket:  # noqa: ANN401
    """The market stands at a price."""
    chosen = {"last": D(price), "mark": D(price), **more}
    previous = chosen.pop("previous", None)
    seen = Seen(instrument=ETH, prices=Prices(**chosen), previous=previous)
    return ObserveMarket(account_id=ME, seen=(seen,), at=at)


def waiting(
    kind: OrderType,
    side: Side,
    *,
    limit_price: str | None = None,
    **terms: Any,  # noqa: ANN401
) -> Account:
    """The long account with one conditional order."""
    special = OrderTerms(**terms)
    bound = None if limit_price is None else D(limit_price)
    asked = order("w", side, "0.5", type=kind, terms=special, limit_price=bound)
    return after(asked, start=LONG)


@pytest.mark.parametrize(
    ("kind", "side", "level", "before", "at"),
    [
        (OrderType.STOP_MARKET, Side.SELL, "1990", "1990.01", "1990"),
        (OrderType.STOP_MARKET, Side.BUY, "2010", "2009.99", "2010"),
        (OrderType.MARKET_IF_TOUCHED, Side.BUY, "1990", "1990.01", "1990"),
        (OrderType.TAKE_PROFIT_MARKET, Side.SELL, "2010", "2009.99", "2010"),
    ],
)
def test_equality_fires(kind: OrderType, side: Side, level: str, before: str, at: str) -> None:
    state = waiting(kind, side, stop_price=D(level))
    assert state.orders["w"].status is OrderStatus.UNTRIGGERED  # type: ignore[index]
    assert happened(state, look(before)) == ()
    (event,) = happened(state, look(at))
    assert isinstance(event, OrderTriggered)
    assert event.becomes is OrderType.MARKET
    fired = after(look(at), start=state)
    assert fired.orders["w"].status is OrderStatus.PENDING  # type: ignore[index]
    assert happened(fired, look(at)) == ()


def test_a_stop_limit_keeps_its_limit() -> None:
    state = waiting(OrderType.STOP_LIMIT, Side.SELL, limit_price="1985", stop_price=D(1990))
    (event,) = happened(state, look("1980"))
    assert isinstance(event, OrderTriggered)
    assert (event.becomes, event.limit_price) == (OrderType.LIMIT, D(1985))


def test_a_fired_buy_stays_within_what_it_locked() -> None:
    """The price jumped over the stop: the bound is R, floored to the tick."""
    state = waiting(OrderType.STOP_MARKET, Side.BUY, stop_price=D(2010))
    (event,) = happened(state, look("2500"))
    assert isinstance(event, OrderTriggered)
    assert event.protective_price == D("2110.5")


def test_a_level_where_the_market_is_would_fire() -> None:
    stop = order(
        "w", Side.SELL, "0.5", type=OrderType.STOP_MARKET, terms=OrderTerms(stop_price=D(2000))
    )
    assert codes(LONG, stop) == ["trigger_would_fire"]


@pytest.mark.parametrize(
    ("kind", "terms", "path", "fires_at"),
    [
        (
            OrderType.TRAILING_STOP_PERCENT,
            {"trail": D("0.05")},
            ["2100", "1995.01", "1995"],
            "1995",
        ),
        (OrderType.TRAILING_STOP_AMOUNT, {"trail": D(30)}, ["2040", "2015", "2010"], "2010"),
    ],
)
def test_a_trail_follows_and_fires(
    kind: OrderType, terms: dict[str, Any], path: list[str], fires_at: str
) -> None:
    state = waiting(kind, Side.SELL, **terms)
    for price in path[:-1]:
        events = happened(state, look(price))
        assert not any(isinstance(one, OrderTriggered) for one in events)
        state = after(look(price), start=state)
    (event,) = happened(state, look(path[-1]))
    assert isinstance(event, OrderTriggered)
    assert event.price == D(fires_at)


def test_a_buying_trail_follows_down() -> None:
    state = waiting(OrderType.TRAILING_STOP_AMOUNT, Side.BUY, trail=D(10))
    assert state.orders["w"].level == D(2010)  # type: ignore[index]
    state = after(look("1950"), start=state)
    assert state.orders["w"].level == D(1960)  # type: ignore[index]
    assert happened(state, look("1955")) == ()
    assert happened(state, look("1960"))


def test_a_trail_waits_for_its_activation() -> None:
    """Nothing is followed before; then it becomes a limit behind its level."""
    state = waiting(
        OrderType.TRAILING_STOP_LIMIT,
        Side.SELL,
        trail=D("0.01"),
        trail_by=TrailBy.PERCENT,
        limit_offset=D("0.5"),
        activation_price=D(2050),
    )
    assert state.orders["w"].level is None  # type: ignore[index]
    assert happened(state, look("2049.99")) == ()
    (moved,) = happened(state, look("2050"))
    assert isinstance(moved, TrailingMoved)
    state = after(look("2050"), start=state)
    (event,) = happened(state, look("2029"))
    assert isinstance(event, OrderTriggered)
    assert (event.becomes, event.limit_price) == (OrderType.LIMIT, D(2029))


def test_less_than_a_tick_is_not_told() -> None:
    state = waiting(OrderType.TRAILING_STOP_PERCENT, Side.SELL, trail=D("0.1"))
    assert happened(state, look("2000.01")) == ()
    assert happened(state, look("2000.02"))


@pytest.mark.parametrize(
    ("source", "prices"),
    [
        (TriggerSource.MARK, {"last": None}),
        (TriggerSource.INDEX, {"last": None, "mark": None, "index": D(1990)}),
        (TriggerSource.BID_ASK, {"last": None, "mark": None, "bid": D(1990)}),
    ],
)
def test_sources(source: TriggerSource, prices: dict[str, Any]) -> None:
    """Each source is looked at alone."""
    known = facts(index=D(2000), best_bid=D(2000), best_ask=D(2001))
    asked = order(
        "w",
        Side.SELL,
        "0.5",
        type=OrderType.STOP_MARKET,
        terms=OrderTerms(stop_price=D(1990), trigger_source=source),
        facts=known,
    )
    state = after(asked, start=LONG)
    assert happened(state, look("1990", **prices))
    elsewhere: dict[str, Any] = {"last": D(1), "mark": D(2000), "index": D(2000), "bid": D(2000)}
    assert happened(evolve(state, positions={}), look("1990", **elsewhere)) == ()


def test_double_last_wants_two_prints() -> None:
    state = waiting(
        OrderType.STOP_MARKET,
        Side.SELL,
        stop_price=D(1990),
        trigger_source=TriggerSource.DOUBLE_LAST,
    )
    assert happened(state, look("1990")) == ()
    assert happened(state, look("1990", previous=D("1990.01"))) == ()
    assert happened(state, look("1990", previous=D(1989)))


def test_a_trigger_that_fired_stays_so_and_waits_for_a_price_it_knows() -> None:
    watch = accept_trigger(Trigger(side=Side.SELL, level=D(95)), Prices(last=D(96))).unwrap()
    assert observe(watch, Prices(mark=D(90))).unwrap() == watch
    fired = observe(watch, Prices(last=D(95))).unwrap()
    assert fired.fired
    assert observe(fired, Prices(last=D(100))).unwrap() == fired
    nowhere = accept_trigger(Trigger(side=Side.SELL, level=D(0)), Prices(last=D(96)))
    assert nowhere.failure().code == "invalid_price"


def test_time_in_force() -> None:
    """DAY ends at the close, GTD as said; what has its time over is gone wherever it stands."""
    day = after(limit("d", Side.BUY, "0.1", "1990"), start=OPEN)
    day = after(
        order("d2", Side.BUY, "0.1", limit_price=D(1990), tif=TimeInForce.DAY),
        order(
            "g",
            Side.BUY,
            "0.1",
            limit_price=D(1990),
            tif=TimeInForce.GTD,
            terms=OrderTerms(expire_at=Instant(NOW.micros + HOUR)),
        ),
        start=day,
    )
    assert happened(day, look("2000", Instant(NOW.micros + HOUR - 1))) == ()
    (gone,) = happened(day, look("2000", Instant(NOW.micros + HOUR)))
    assert isinstance(gone, OrderExpired)
    assert gone.order_id == "g"
    ends = [one.order_id for one in happened(day, look("2000", Instant(NOW.micros + DAY)))
            if isinstance(one, OrderExpired)]  # fmt: skip
    assert ends == ["d2", "g"]


def test_a_waiting_order_is_cancelled_here_and_now() -> None:
    """No venue has it. A live venue would, so there it is asked."""
    state = waiting(OrderType.STOP_MARKET, Side.SELL, stop_price=D(1990))
    (event,) = happened(state, asked_cancel("w"))
    assert isinstance(event, OrderCancelled)
    live = evolve(state, mode=AccountMode.LIVE)
    assert not isinstance(happened(live, asked_cancel("w"))[0], OrderCancelled)


def amend(name: str = "l", **more: object) -> AmendOrder:
    """Other figures."""
    chosen: dict[str, object] = {"account_id": ME, "order_id": name, "facts": facts(), "at": NOW}
    return AmendOrder(**{**chosen, **more})  # type: ignore[arg-type]


def test_amending() -> None:
    """Only a lower quantity keeps the place; the reserve follows; what stays is a no-op."""
    state = after(limit("l", Side.BUY, "1", "1990"), acked("l"), start=OPEN)
    (lower,) = happened(state, amend(qty=D("0.5")))
    (dearer,) = happened(state, amend(limit_price=D(1995)))
    assert isinstance(lower, OrderAmended)
    assert isinstance(dearer, OrderAmended)
    assert (lower.keeps_priority, lower.reserve) == (True, D("995.4975"))
    assert (dearer.keeps_priority, dearer.reserve) == (False, D("1995.9975"))
    assert happened(state, amend(qty=D(1))) == ()
    part = after(fill("l", "f", Side.BUY, "0.4", "1990"), start=state)
    assert codes(part, amend(qty=D("0.4"))) == ["invalid_order"]
    assert codes(state, amend("x")) == ["unknown_order"]
    assert codes(state, amend(limit_price=D("1990.001"))) == ["price_off_tick"]
    assert codes(state, amend(qty=D(2), facts=facts(instrument=None))) == ["instrument_unavailable"]
    assert codes(after(asked_cancel("l"), start=state), amend(qty=D(2))) == ["invalid_transition"]
    assert codes(LONG, amend("o", qty=D(2))) == ["invalid_transition"]


def test_a_waiting_level_may_move() -> None:
    state = waiting(OrderType.STOP_MARKET, Side.SELL, stop_price=D(1990))
    moved = after(amend("w", stop_price=D(1980)), start=state)
    assert moved.orders["w"].terms.stop_price == D(1980)  # type: ignore[index]
    gtd = after(
        order(
            "g",
            Side.BUY,
            "0.1",
            limit_price=D(1990),
            tif=TimeInForce.GTD,
            terms=OrderTerms(expire_at=Instant(NOW.micros + HOUR)),
        ),
        start=OPEN,
    )
    assert happened(gtd, amend("g", qty=D("0.05")))


def test_a_plan_is_not_amended() -> None:
    plan = Schedule(end=Instant(NOW.micros + HOUR), participation=D("0.1"))
    state = after(
        order("p", Side.BUY, "1", type=OrderType.POV, terms=OrderTerms(schedule=plan)), start=OPEN
    )
    assert codes(state, amend("p", qty=D(2))) == ["invalid_order"]
    assert placed(OPEN, order("q", Side.BUY, "1")).terms is None
