"""Every order type: what it needs, what it refuses, and how its states end."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from attrs import NOTHING, fields
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.trading import InvalidOrder
from astracore.instants import SECOND, Instant
from astracore.trading.facts import LIMITS
from astracore.trading.orders.order_types import (
    CLASSES,
    FORCED_REDUCE_ONLY,
    LEAST_TRAIL,
    MOST_TRAIL,
    POST_ONLY,
    SLICED,
    Scaled,
    order_terms,
    times_in_force,
)
from astracore.trading.orders.slices import WIDEST_SKEW
from astracore.trading.orders.states import FINAL, Signal, Step, transition
from astracore.trading.orders.terms import RULES, SCHEDULED
from astracore.trading.types import OrderStatus, OrderType, TimeInForce

D = Decimal
GOOD: dict[str, Any] = {
    "qty": D(2),
    "quote_amount": D(100),
    "limit_price": D(10),
    "stop_price": D(9),
    "trail": D(1),
    "trail_fraction": D("0.001"),
    "activation_price": D(12),
    "limit_offset": D(0),
    "display_qty": D(1),
    "offset": D(0),
    "start": Instant(0),
    "end": Instant(60 * SECOND),
    "slices": 3,
    "weights": (D(1), D(2)),
    "participation": D("0.5"),
    "low": D(90),
    "high": D(100),
    "count": 3,
    "skew": D(2),
}
kinds = st.sampled_from(sorted(CLASSES))


def wanted(kind: str) -> dict[str, Any]:
    """The fields that the type cannot do without."""
    made = {one.name: GOOD[one.name] for one in fields(CLASSES[kind]) if one.default is NOTHING}
    return {**made, "trail": D(1)} if kind == "trailing_stop_limit" else made


@pytest.mark.parametrize("kind", sorted(CLASSES))
def test_each_type_needs_its_fields_and_no_others(kind: str) -> None:
    """All of them: a value. One less, one more, one that is none: refused by its name."""
    terms = order_terms(kind, wanted(kind)).unwrap()
    assert (type(terms), terms.KIND) == (CLASSES[kind], kind)
    known = {one.name for one in fields(CLASSES[kind])}
    for name in wanted(kind):
        less = {**wanted(kind), name: None}
        assert order_terms(kind, less).failure() is not None
        bads: tuple[Any, ...] = (D(-1), D("NaN"), "x", True, ())
        for bad in bads:
            refused = order_terms(kind, {**wanted(kind), name: bad}).failure()
            assert refused.code in {"invalid_order", "numeric_limit"}
            assert getattr(refused, "field", name) == name
    for name in set(GOOD) - known:
        refused = order_terms(kind, {**wanted(kind), name: GOOD[name]}).failure()
        assert getattr(refused, "field", None) == name


@pytest.mark.parametrize(
    ("kind", "change", "field"),
    [
        ("trailing_stop_limit", {"trail_fraction": D("0.1")}, "trail"),
        ("trailing_stop_limit", {"trail": None}, "trail"),
        ("trailing_stop_percent", {"trail_fraction": D("0.21")}, "trail_fraction"),
        ("trailing_stop_percent", {"trail_fraction": D("0.0009")}, "trail_fraction"),
        ("iceberg", {"display_qty": D(3)}, "display_qty"),
        ("iceberg", {"qty": D("100.1")}, "display_qty"),
        ("twap", {"slices": 13}, "end"),
        ("twap", {"slices": 1}, "slices"),
        ("vwap", {"end": Instant(9 * SECOND)}, "end"),
        ("vwap", {"weights": (D(0), D(0))}, "weights"),
        ("vwap", {"weights": (D(1),)}, "weights"),
        ("pov", {"participation": D("0.51")}, "participation"),
        ("scaled", {"low": D(100)}, "high"),
        ("scaled", {"count": 51}, "count"),
        ("scaled", {"skew": D(0)}, "skew"),
        ("pegged", {"offset": D("0.1"), "limit_price": D(0)}, "limit_price"),
    ],
)
def test_fields_out_of_their_range(kind: str, change: dict[str, Any], field: str) -> None:
    """Each rule by its smallest example."""
    refused = order_terms(kind, {**wanted(kind), **change}).failure()
    assert (refused.code, getattr(refused, "field", None)) == ("invalid_order", field)


STATED = {"trail_fraction": "trail", "count": "schedule.slices"}
COMMON = {"trigger_source", "trail_by"}  # how it is watched; the classes say `trail` in two ways


def told(names: Iterable[str]) -> set[str]:
    """Fields of a class as an account's order calls them."""
    called = (f"schedule.{name}" if name in SCHEDULED else name for name in names)
    return {STATED.get(name.removeprefix("schedule."), name) for name in called}


@pytest.mark.parametrize("kind", OrderType)
def test_accounts_decide_by_the_same_fields(kind: OrderType) -> None:
    """What a class needs and may have is what the table of the account says."""
    rule, known = RULES[kind], fields(CLASSES[kind.value])
    needed = {name for name in rule.needed if name != "schedule"}
    needed |= {f"schedule.{name}" for name in rule.schedule}
    assert told(one.name for one in known) == needed | (rule.allowed - COMMON)
    either = {"trail"} if kind is OrderType.TRAILING_STOP_LIMIT else set()
    assert told(one.name for one in known if one.default is NOTHING) == needed - either
    assert (LIMITS.least_percent, LIMITS.most_percent) == (LEAST_TRAIL, MOST_TRAIL)


def test_types_by_their_rules() -> None:
    """Names are closed; times in force by type; sliced orders end by themselves."""
    assert order_terms("magic", {}).failure().code == "invalid_order"
    assert len(CLASSES) == 19
    assert set(times_in_force("limit")) == set(TimeInForce)
    rests = (TimeInForce.GTC, TimeInForce.GTD, TimeInForce.DAY)
    assert times_in_force("stop_market") == rests
    assert times_in_force("market_to_limit") == rests
    assert {"take_profit_market", "take_profit_limit"} == FORCED_REDUCE_ONLY
    assert {"limit", "iceberg", "pegged", "scaled", "stop_limit"} <= POST_ONLY
    assert set(CLASSES) >= FORCED_REDUCE_ONLY | POST_ONLY | SLICED


@given(st.lists(st.sampled_from(Signal), max_size=30))
def test_96_the_end_is_the_end(signals: list[Signal]) -> None:
    """Every trace ends or stays open; after the end only late fills mean anything."""
    status, ended = OrderStatus.PENDING, None
    for signal in signals:
        move = transition(status, signal)
        if ended is not None:
            assert move in {None, Step.NO_OP, Step.LATE}
            assert (move is Step.LATE) is (signal in {Signal.PART_FILL, Signal.FULL_FILL})
        status = move if isinstance(move, OrderStatus) else status
        ended = status if status in FINAL else None
    assert ended is None or status is ended


def test_a_skew_has_the_same_upper_bound_in_terms_and_in_ladders() -> None:
    """What one door lets in, the formula behind it can cut."""
    widest = {**wanted("scaled"), "skew": D(WIDEST_SKEW)}
    made = order_terms("scaled", widest).unwrap()
    assert isinstance(made, Scaled)
    assert made.skew == WIDEST_SKEW
    wider = {**widest, "skew": D(WIDEST_SKEW) + D("0.001")}
    refused = order_terms("scaled", wider).failure()
    assert isinstance(refused, InvalidOrder)
    assert refused.field == "skew"
