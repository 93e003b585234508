"""Every order type: what it needs, what it refuses, what it becomes; the facts of risk."""

from typing import Any

import pytest
from attrs import evolve

from astracore.instants import HOUR, Instant
from astracore.trading.commands import CancelAll, RecordQuery
from astracore.trading.contracts.hedging import LegName
from astracore.trading.events import AccountStatusChanged, OrderAccepted, OrderCancelRequested
from astracore.trading.facts import LiveStanding, Mark, RiskFacts
from astracore.trading.order_events import OrderUnanswered, ReconciliationFlagged
from astracore.trading.orders.terms import RULES, SPECIAL, OrderTerms, Schedule
from astracore.trading.types import (
    INSTRUMENTS,
    AccountMode,
    ContractKind,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
    TradingState,
)
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
    gone,
    happened,
    leverage,
    limit,
    opening,
    order,
    placed,
    turned_down,
)
from tests.trading.test_cash import STANDING, mode
from tests.trading.test_conditional import waiting

OPEN = after(opening("100000"))
LONG = after(order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN)
LATER = Instant(NOW.micros + HOUR)
PLANS = {
    OrderType.TWAP: Schedule(start=NOW, end=LATER, slices=3),
    OrderType.VWAP: Schedule(start=NOW, end=LATER, weights=(D(1), D(2))),
    OrderType.POV: Schedule(end=LATER, participation=D("0.1")),
    OrderType.SCALED: Schedule(low=D(1980), high=D(1995), slices=3, skew=D(2)),
}
VALUES: dict[str, Any] = {
    "quote_amount": D(1000),
    "stop_price": D(2010),
    "trail": D("0.05"),
    "limit_offset": D(1),
    "activation_price": D(1990),
    "display_qty": D("0.3"),
    "offset": D(1),
}


def whole(kind: OrderType, **change: object) -> dict[str, Any]:
    """An order of the type with all that it needs."""
    needed = RULES[kind].needed
    terms = {name: VALUES[name] for name in needed if name in VALUES}
    if "schedule" in needed:
        terms["schedule"] = PLANS[kind]
    if kind in {OrderType.MARKET_IF_TOUCHED, OrderType.LIMIT_IF_TOUCHED}:
        terms["stop_price"] = D(1990)
    return {
        "type": kind,
        "terms": OrderTerms(**{**terms, **change}),
        "limit_price": D(1990) if "limit_price" in needed else None,
    }


def asked(kind: OrderType, **change: object) -> Any:  # noqa: ANN401
    """The command of it."""
    reducing = RULES[kind].reduces
    fields = whole(kind, **change)
    qty = "0" if kind is OrderType.MARKET_QUOTE else "1"
    side = Side.SELL if reducing else Side.BUY
    if kind is OrderType.TAKE_PROFIT_LIMIT:
        fields["limit_price"] = D(2009)
    if kind is OrderType.STOP_LIMIT:
        fields["limit_price"] = D(2015)
    return order("n", side, qty, **fields)


@pytest.mark.parametrize("kind", OrderType)
def test_each_type_is_accepted_with_what_it_needs(kind: OrderType) -> None:
    events = [one for one in happened(LONG, asked(kind)) if isinstance(one, OrderAccepted)]
    assert len(events) == (3 if kind is OrderType.SCALED else 1)
    assert sum(one.qty for one in events) == (D("0.4761") if not asked(kind).qty else D(1))
    waits = RULES[kind].trigger is not None
    assert (events[0].status is OrderStatus.UNTRIGGERED) is waits
    assert events[0].reduce_only is RULES[kind].reduces


@pytest.mark.parametrize("kind", OrderType)
@pytest.mark.parametrize("field", SPECIAL)
def test_what_a_type_has_not_is_refused(kind: OrderType, field: str) -> None:
    """A needed field that is missing, and one that does not belong, are both named."""
    rule = RULES[kind]
    if field in rule.allowed or field in {"schedule", "trail_by", "trigger_source"}:
        return
    change = {field: None if field in rule.needed else VALUES[field]}
    faults = codes(LONG, asked(kind, **change))
    assert faults[0] == "invalid_order"


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        (OrderType.STOP_MARKET, {"stop_price": D(0)}),
        (OrderType.TRAILING_STOP_PERCENT, {"trail": D("0.0009")}),
        (OrderType.TRAILING_STOP_PERCENT, {"trail": D("0.21")}),
        (OrderType.TRAILING_STOP_LIMIT, {"limit_offset": D(-1)}),
        (OrderType.PEGGED, {"offset": D(-1)}),
        (OrderType.ICEBERG, {"display_qty": D("0.00005")}),
        (OrderType.ICEBERG, {"display_qty": D("0.009")}),
        (OrderType.TWAP, {"schedule": Schedule(start=NOW, end=LATER)}),
        (OrderType.TWAP, {"schedule": Schedule(start=NOW, end=LATER, slices=3, low=D(1))}),
        (OrderType.TWAP, {"schedule": Schedule(start=NOW, end=LATER, slices=501)}),
        (OrderType.TWAP, {"schedule": Schedule(start=NOW, end=NOW, slices=3)}),
        (OrderType.VWAP, {"schedule": Schedule(start=NOW, end=LATER, weights=(D(0),))}),
        (OrderType.VWAP, {"schedule": Schedule(end=LATER, weights=(D(1),))}),
        (OrderType.POV, {"schedule": Schedule(end=LATER, participation=D("0.6"))}),
        (OrderType.POV, {"schedule": Schedule(participation=D("0.1"))}),
        (OrderType.TWAP, {"expire_at": LATER}),
        (OrderType.SCALED, {"schedule": Schedule(low=D(9), high=D(8), slices=3, skew=D(1))}),
        (OrderType.SCALED, {"schedule": None}),
        (OrderType.LIMIT, {"expire_at": LATER}),
        (OrderType.LIMIT, {"leg": LegName.LONG}),
    ],
)
def test_values_that_none_can_have(kind: OrderType, change: dict[str, object]) -> None:
    assert codes(LONG, asked(kind, **change))[0] == "invalid_order"


def test_a_scaled_order_is_all_or_nothing() -> None:
    """One rung that cannot be refuses them all; so does an instrument nobody knows."""
    tiny = order("n", Side.BUY, "0.003", **whole(OrderType.SCALED))
    assert "below_min_notional" in codes(LONG, tiny)
    unknown = order("n", Side.BUY, "1", facts=facts(instrument=None), **whole(OrderType.SCALED))
    assert codes(LONG, unknown) == ["instrument_unavailable"]


def test_times_in_force_of_types() -> None:
    wrong = order("n", Side.BUY, "1", tif=TimeInForce.IOC, **whole(OrderType.ICEBERG))
    assert codes(LONG, wrong) == ["invalid_order"]
    far = OrderTerms(expire_at=Instant(NOW.micros + 91 * 24 * HOUR))
    late = order("n", Side.BUY, "1", limit_price=D(1990), tif=TimeInForce.GTD, terms=far)
    assert codes(LONG, late) == ["invalid_order"]


def test_another_currency_and_spot() -> None:
    """An account holds what settles in its currency; a spot pair is never sold short."""
    coins = after(opening("100", currency="BTC"))
    assert codes(coins, limit("n", Side.BUY, "0.01", "1990"))[0] == "instrument_unavailable"
    known = facts(instrument=evolve(ETH, kind=ContractKind.SPOT))
    assert codes(OPEN, order("n", Side.SELL, "1", facts=known)) == ["position_limit"]
    assert placed(OPEN, order("n", Side.BUY, "1", facts=known)).leverage == 1


def risky(**facts_of_risk: object) -> Any:  # noqa: ANN401
    """A buy under limits."""
    known = facts(risk=RiskFacts(**facts_of_risk))  # type: ignore[arg-type]
    return order("n", Side.BUY, "1", facts=known)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"state": TradingState.REDUCING, "reason": "x"}, "kill_switch_active"),
        ({"state": TradingState.HALTED}, "kill_switch_active"),
        ({"position_size": D("0.04")}, "exposure_limit"),
        ({"leverage": D("0.04")}, "exposure_limit"),
        ({"exposure": D(4199)}, "exposure_limit"),
        ({"net_exposure": D(4199)}, "exposure_limit"),
        ({"daily_loss": D("0.1"), "day_equity": D(200000)}, "daily_loss_limit"),
        ({"daily_loss": D("0.1"), "day_equity": D(0)}, "daily_loss_limit"),
        ({"drawdown": D("0.3"), "peak": D(200000)}, "drawdown_limit"),
        ({"open_orders": 0}, "too_many_orders"),
        ({"order_rate": 2, "orders_sent": 2}, "too_many_orders"),
        ({"cooling_until": LATER}, "cooling_off"),
    ],
)
def test_limits_of_risk(limits: dict[str, object], code: str) -> None:
    """Each refuses what opens and lets pass what reduces."""
    assert codes(LONG, risky(**limits)) == [code]
    known = facts(risk=RiskFacts(**limits))  # type: ignore[arg-type]
    assert happened(LONG, order("n", Side.SELL, "1", facts=known))


def test_limits_that_hold() -> None:
    passes: dict[str, object] = {
        "position_size": D(1),
        "exposure": D(4200),
        "net_exposure": D(4200),
        "leverage": D(1),
        "daily_loss": D("0.1"),
        "day_equity": D(100000),
        "drawdown": D("0.3"),
        "peak": D(100000),
        "order_rate": 2,
        "orders_sent": 1,
        "cooling_until": NOW,
    }
    assert happened(LONG, risky(**passes))


def test_exposure_counts_what_is_beside() -> None:
    """Another symbol's position and orders, the worse way filled; one without a mark is stale."""
    bitcoin = Mark(symbol="BTC-USD", price=D(50000), at=NOW)
    marks = (*facts().marks, bitcoin)
    known = facts(instrument=INSTRUMENTS["BTC-USD"], marks=marks)
    other = limit("b", Side.SELL, "0.1", "50000", symbol="BTC-USD", facts=known)
    state = after(other, start=LONG)
    for allowed, code in ((D(9199), ["exposure_limit"]), (D(9200), [])):
        limits = facts(marks=marks, risk=RiskFacts(exposure=allowed))
        asked_for = order("n", Side.BUY, "1", facts=limits)
        assert (codes(state, asked_for) if code else []) == code
        assert code or happened(state, asked_for)
    short = facts(marks=marks, risk=RiskFacts(net_exposure=D(100)))
    assert codes(state, order("n", Side.SELL, "2", facts=short)) == ["exposure_limit"]
    blind = facts(risk=RiskFacts(exposure=D(4200)))
    assert happened(state, order("n", Side.BUY, "1", facts=blind))


def test_cross_funds_count_what_is_open() -> None:
    """A cross order locks its fee; its margin must be there beside what is open."""
    poor = after(opening("1000"), mode(mode_of()), leverage(5))
    first = after(limit("a", Side.BUY, "1", "2000"), start=poor)
    assert first.reserved == 1
    assert codes(first, limit("b", Side.BUY, "1.5", "2000")) == ["insufficient_margin"]
    assert happened(first, limit("b", Side.SELL, "1", "2000"))


def mode_of() -> Any:  # noqa: ANN401
    """Cross margin."""
    return type(LONG.positions["ETH-USD"].margin_mode).CROSS


def test_opening_orders_alone_are_cancelled() -> None:
    state = after(
        limit("in", Side.BUY, "1", "1990"), limit("out", Side.SELL, "1", "2050"), start=LONG
    )
    events = happened(state, CancelAll(account_id=ME, at=NOW, opening_only=True))
    assert [one.order_id for one in events if isinstance(one, OrderCancelRequested)] == ["in"]


def query(status: OrderStatus | None, name: str = "l", executed: str = "0") -> RecordQuery:
    """The venue's answer."""
    return RecordQuery(
        account_id=ME, order_id=name, at=NOW, status=status, executed=D(executed)  # type: ignore[arg-type]
    )  # fmt: skip


def test_queries_settle_what_is_unknown() -> None:
    """No answer is a state of its own; only a query or a fill leaves it."""
    state = after(limit("l", Side.BUY, "1", "1990"), start=OPEN)
    (event,) = happened(state, query(None))
    assert isinstance(event, OrderUnanswered)
    unknown = after(query(None), start=state)
    assert happened(unknown, query(None)) == ()
    for answer, status in (
        (OrderStatus.OPEN, OrderStatus.OPEN),
        (OrderStatus.CANCELLED, OrderStatus.CANCELLED),
        (OrderStatus.EXPIRED, OrderStatus.EXPIRED),
        (OrderStatus.REJECTED, OrderStatus.REJECTED),
    ):
        told = after(query(answer), start=unknown)
        found = {**told.orders, **told.ended}
        assert found["l"].status is status  # type: ignore[index]
    (flag,) = happened(unknown, query(OrderStatus.FILLED, executed="1"))
    assert isinstance(flag, ReconciliationFlagged)
    assert codes(OPEN, query(None, "x")) == ["unknown_order"]
    held = after(acked("l"), start=state)
    assert codes(held, query(None)) == ["invalid_transition"]


def test_a_live_overfill_is_believed_and_freezes() -> None:
    """Booked as reported, flagged, and nothing opens any more."""
    live = after(opening("100000", mode=AccountMode.LIVE, live=STANDING))
    known = facts(live=LiveStanding(leverage_cap=20, two_factor=True, connected=True))
    state = after(limit("l", Side.BUY, "1", "1990", facts=known), acked("l"), start=live)
    events = happened(state, fill("l", "f", Side.BUY, "1.5", "1990"))
    assert any(isinstance(one, ReconciliationFlagged) for one in events)
    assert isinstance(events[-1], AccountStatusChanged)
    frozen = after(fill("l", "f", Side.BUY, "1.5", "1990"), start=state)
    assert frozen.positions["ETH-USD"].qty == D("1.5")
    again = happened(frozen, fill("l", "g", Side.BUY, "0.1", "1990"))
    assert not any(isinstance(one, AccountStatusChanged) for one in again)


def test_a_live_venue_watches_triggers_itself() -> None:
    live = after(opening("100000", mode=AccountMode.LIVE, live=STANDING))
    known = facts(live=STANDING)
    terms = OrderTerms(stop_price=D(2010))
    stop = order("l", Side.BUY, "1", type=OrderType.STOP_MARKET, terms=terms, facts=known)
    state = after(stop, acked("l"), start=live)
    assert state.orders["l"].status is OrderStatus.UNTRIGGERED  # type: ignore[index]
    asked_for = after(asked_cancel("l"), start=state)
    assert asked_for.orders["l"].status is OrderStatus.CANCEL_PENDING  # type: ignore[index]


def test_what_never_was_at_a_venue_takes_no_report() -> None:
    state = waiting(OrderType.STOP_MARKET, Side.SELL, stop_price=D(1990))
    assert after(gone("w"), start=state).orders == {}
    assert after(turned_down("w"), start=state).orders == {}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fee_asset": "BNB", "fee": D(1)}, "fee_rate"),
        ({"fee_asset": "BNB"}, "fee_asset"),
        ({"fee_rate": D(1), "fee": D(1)}, "fee_rate"),
        ({"fee_asset": "BNB", "fee": D(1), "fee_rate": D(0)}, "fee_rate"),
    ],
)
def test_fees_say_what_they_are_worth(change: dict[str, object], field: str) -> None:
    state = after(limit("l", Side.BUY, "1", "1990"), start=OPEN)
    assert codes(state, fill("l", "f", Side.BUY, "1", "1990", **change)) == ["invalid_fill"]


def test_a_fee_in_the_base_lowers_the_quantity() -> None:
    """Bought 1, 0.001 of it is the fee: 0.999 is held, at what it cost."""
    known = facts(instrument=evolve(ETH, kind=ContractKind.SPOT))
    state = after(limit("l", Side.BUY, "1", "2000", facts=known), start=OPEN)
    bought = after(
        fill("l", "f", Side.BUY, "1", "2000", fee=D("0.001"), fee_asset="ETH"), start=state
    )
    held = bought.positions["ETH-USD"]
    assert (held.qty, held.cost, bought.fees, bought.cash) == (D("0.999"), D(1998), D(2), D(98000))
    selling = after(order("s", Side.SELL, "0.999", facts=known), start=bought)
    too_much = fill("s", "g", Side.SELL, "0.999", "2000", fee=D("0.001"), fee_asset="ETH")
    assert codes(selling, too_much) == ["invalid_fill"]
    everything = fill("s", "g", Side.SELL, "0.999", "2000", fee=D("0.999"), fee_asset="ETH")
    assert codes(selling, everything) == ["invalid_fill"]
