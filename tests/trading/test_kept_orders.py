"""Order kernels at their bounds."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from astracore.instants import DAY, SECOND, Instant
from astracore.outcome import is_failure
from astracore.trading.orders.expiry import expires_at, next_close
from astracore.trading.orders.order_types import order_terms
from astracore.trading.orders.slices import (
    Ladder,
    iceberg_parts,
    quote_quantity,
    scaled,
    schedule,
    slice_child,
    sliced_by,
    sliced_evenly,
    volume_target,
)
from astracore.trading.orders.trailing import (
    Trail,
    TrailBy,
    follow,
    level_behind,
    trail,
    trailing_limit,
    trailing_stop_path,
    venue_level,
)
from astracore.trading.orders.triggers import (
    Prices,
    Trigger,
    TriggerSide,
    TriggerSource,
    accept_trigger,
    fires,
    observe,
    watched,
)
from astracore.trading.types import Side, TimeInForce
from astracore.trading.venue.quoting import Peg, pegged_price, protective_bound
from property_tests.trading_makers import D
from tests.trading.stories import BUY, SELL, said

NOON, LATE = Instant(0), Instant(15 * SECOND)
GOOD: dict[str, dict[str, Any]] = {
    "limit": {"qty": D(1), "limit_price": D(2)},
    "trailing_stop_percent": {"qty": D(1), "trail_fraction": D("0.05")},
    "trailing_stop_limit": {"qty": D(1), "limit_offset": D(0), "trail": D(1)},
    "iceberg": {"qty": D(1), "limit_price": D(2), "display_qty": D("0.5")},
    "pegged": {"qty": D(1), "offset": D(0)},
    "twap": {"qty": D(1), "start": NOON, "end": LATE, "slices": 3},
    "vwap": {"qty": D(1), "start": NOON, "end": LATE, "weights": (D(1), D(0), D(2))},
    "pov": {"qty": D(1), "end": LATE, "participation": D("0.5")},
    "scaled": {"qty": D(1), "low": D(1), "high": D(2), "count": 2, "skew": D(1)},
}


@pytest.mark.parametrize(
    ("kind", "change", "told"),
    [
        ("limit", {}, ""),
        ("limit", {"qty": D(0)}, "qty: must be above 0"),
        ("limit", {"qty": 1}, "qty: must be a decimal"),
        ("limit", {"qty": None}, "qty: limit needs it"),
        ("limit", {"stop_price": D(1)}, "stop_price: limit does not have it"),
        ("limit", {"x" * 40: D(1)}, "x" * 32 + ": limit does not have it"),
        ("y" * 40, {}, "type: no order is called " + "y" * 32),
        ("trailing_stop_percent", {"trail_fraction": D("0.001")}, ""),
        ("trailing_stop_percent", {"trail_fraction": D("0.2")}, ""),
        ("trailing_stop_percent", {"trail_fraction": D("0.0009")}, "trail_fraction: must be above"),
        ("trailing_stop_percent", {"trail_fraction": D("0.2001")}, "trail_fraction: must be at mo"),
        ("trailing_stop_limit", {"limit_offset": D(-1)}, "limit_offset: must be above 0"),
        ("trailing_stop_limit", {"trail": None}, "trail: either trail or trail_fraction"),
        ("trailing_stop_limit", {"trail_fraction": D("0.1")}, "trail: either trail or trail_frac"),
        ("trailing_stop_limit", {"trail": None, "trail_fraction": D("0.1")}, ""),
        ("iceberg", {"display_qty": D(1)}, ""),
        ("iceberg", {"display_qty": D("0.01")}, ""),
        ("iceberg", {"display_qty": D("0.0099")}, "display_qty: 1 to 100 parts are possible"),
        ("iceberg", {"display_qty": D("1.01")}, "display_qty: 1 to 100 parts are possible"),
        ("pegged", {"offset": D("-0.1")}, "offset: must be above 0"),
        ("pegged", {"offset": 0}, ""),
        ("twap", {}, ""),
        ("twap", {"slices": 2}, ""),
        ("twap", {"slices": 1}, "slices: must be a whole number from 2 to 500"),
        ("twap", {"slices": 500, "end": Instant(2500 * SECOND)}, ""),
        ("twap", {"slices": 501}, "slices: must be a whole number from 2 to 500"),
        ("twap", {"slices": True}, "slices: must be a whole number from 2 to 500"),
        ("twap", {"slices": D(2)}, "slices: must be a whole number from 2 to 500"),
        ("twap", {"slices": 4}, "end: the gaps must be 5 s or more"),
        ("twap", {"start": Instant(1)}, "end: the gaps must be 5 s or more"),
        ("twap", {"end": D(1)}, "end: must be an instant"),
        ("vwap", {}, ""),
        ("vwap", {"weights": (D(1),)}, "weights: 2 to 500 weights are needed"),
        ("vwap", {"weights": [D(1), D(2)]}, "weights: 2 to 500 weights are needed"),
        ("vwap", {"weights": (D(1),) * 501}, "weights: 2 to 500 weights are needed"),
        ("vwap", {"weights": (D(0), D(0))}, "weights: none below zero and one above is needed"),
        ("vwap", {"weights": (D(1), D(-1))}, "weights: none below zero and one above is needed"),
        ("vwap", {"weights": (D(1),) * 4}, "end: the gaps must be 5 s or more"),
        ("pov", {}, ""),
        ("pov", {"participation": D("0.51")}, "participation: must be at most 0.5"),
        ("pov", {"participation": D(0)}, "participation: must be above 0"),
        ("scaled", {"count": 50}, ""),
        ("scaled", {"count": 51}, "count: must be a whole number from 2 to 50"),
        ("scaled", {"high": D(1)}, "high: must be above low"),
    ],
)
def test_types_as_values(kind: str, change: dict[str, Any], told: str) -> None:
    result = order_terms(kind, {**GOOD.get(kind, {}), **change})
    if not told:
        assert kind == result.unwrap().KIND
        return
    fault: Any = result.failure()
    assert f"{fault.field}: {fault.reason}".startswith(told)


def texts(values: Any) -> str:  # noqa: ANN401
    """Decimals in a row."""
    return " ".join(f"{value.normalize():f}" for value in values)


def test_slices() -> None:
    weights = (D(1), D(0), D(3))
    assert texts(sliced_by(D(10), weights, D(1)).unwrap()) == "2 0 8"
    assert texts(sliced_evenly(D(10), 4, D(1)).unwrap()) == "2 3 2 3"
    assert texts(sliced_evenly(D(1), 1, D("0.1")).unwrap()) == "1"
    assert len(sliced_evenly(D(500), 500, D(1)).unwrap()) == 500
    plan = schedule(Instant(100), Instant(100 + 15 * SECOND), (D(1), D(2), D(4))).unwrap()
    assert [(one.at.micros, int(one.target)) for one in plan] == [
        (100, 1),
        (100 + 5 * SECOND, 3),
        (100 + 10 * SECOND, 7),
    ]
    assert len(schedule(NOON, Instant(2500 * SECOND), (D(1),) * 500).unwrap()) == 500
    children = [("7", "3", False), ("7", "4", False), ("7", "6", False), ("7", "6", True),
                ("3", "7", True)]  # fmt: skip
    due = (slice_child(D(t), D(x), D(3), last=last).unwrap() for t, x, last in children)
    assert texts(due) == "4 3 0 1 0"
    assert volume_target(D(10), D(30), D("0.1"), D("0.5")).unwrap() == 3
    assert volume_target(D(2), D(30), D("0.1"), D("0.5")).unwrap() == 2
    assert volume_target(D(10), D(3), D("0.5"), D("0.5")).unwrap() == 3
    assert volume_target(D(10), D(0), D("0.5"), D("0.5")).unwrap() == 0
    assert texts(iceberg_parts(D(7), D(3)).unwrap()) == "3 3 1"
    assert texts(iceberg_parts(D(6), D(3)).unwrap()) == "3 3"
    assert texts(iceberg_parts(D(2), D(3)).unwrap()) == "2"
    assert len(iceberg_parts(D(100), D(1)).unwrap()) == 100
    assert quote_quantity(D(100), D(7), D("0.1")).unwrap() == D("14.2")
    rungs = scaled(Ladder(qty=D(10), low=D(1), high=D(2), count=4, tick=D("0.1"), lot=D(1)))
    assert texts(rung.price for rung in rungs.unwrap()) == "1 1.3 1.6 2"
    assert texts(rung.qty for rung in rungs.unwrap()) == "2 3 2 3"


def ladder(**change: Any) -> Ladder:  # noqa: ANN401
    """A ladder with something else."""
    usual = {"qty": D(10), "low": D(1), "high": D(2), "count": 4, "tick": D("0.1"), "lot": D(1)}
    return Ladder(**{**usual, **change})


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (lambda: sliced_by(D(1), (D(1),), D(0)), "lot: must be above zero"),
        (lambda: sliced_by(D(0), (D(1),), D(1)), "InvalidQuantity(quantity=0)"),
        (lambda: sliced_by(D("1.5"), (D(1),), D(1)), "qty: must be a multiple of the lot"),
        (
            lambda: sliced_by(D(1), (D(0),), D(1)),
            "weights: none below zero and one above is needed",
        ),
        (
            lambda: sliced_by(D(1), (D(2), D(-1)), D(1)),
            "weights: none below zero and one above is needed",
        ),
        (lambda: sliced_evenly(D(1), 0, D(1)), "slices: 1 to 500 are possible"),
        (lambda: sliced_evenly(D(1), 501, D(1)), "slices: 1 to 500 are possible"),
        (lambda: schedule(NOON, LATE, (D(1),)), "schedule: 2 to 500 slices are possible"),
        (lambda: schedule(NOON, LATE, (D(1),) * 501), "schedule: 2 to 500 slices are possible"),
        (lambda: schedule(NOON, LATE, (D(1),) * 4), "schedule: the gaps must be 5 s or more"),
        (lambda: schedule(Instant(1), LATE, (D(1),) * 3), "schedule: the gaps must be 5 s or more"),
        (
            lambda: volume_target(D("1.5"), D(1), D("0.1"), D(1)),
            "qty: must be a multiple of the lot",
        ),
        (
            lambda: volume_target(D(1), D(1), D(0), D(1)),
            "participation: must be above 0 and at most 0.5",
        ),
        (
            lambda: volume_target(D(1), D(1), D("0.6"), D(1)),
            "participation: must be above 0 and at most",
        ),
        (lambda: volume_target(D(1), D(-1), D("0.1"), D(1)), "InvalidQuantity(quantity=-1)"),
        (lambda: iceberg_parts(D(0), D(1)), "InvalidQuantity(quantity=0)"),
        (lambda: iceberg_parts(D(1), D(0)), "display_qty: must be above zero"),
        (lambda: iceberg_parts(D("100.1"), D(1)), "display_qty: would need more than 100 parts"),
        (
            lambda: quote_quantity(D(0), D(1), D(1)),
            "quote_amount: amount and lot must be above zero",
        ),
        (
            lambda: quote_quantity(D(1), D(1), D(0)),
            "quote_amount: amount and lot must be above zero",
        ),
        (lambda: quote_quantity(D(1), D(0), D(1)), "InvalidPrice(price=0)"),
        (lambda: scaled(ladder(count=1)), "count: 2 to 50 are possible"),
        (lambda: scaled(ladder(count=51)), "count: 2 to 50 are possible"),
        (lambda: scaled(ladder(skew=D(0))), "skew: must be above 0 and at most 1000"),
        (lambda: scaled(ladder(skew=D("1000.1"))), "skew: must be above 0 and at most 1000"),
        (lambda: scaled(ladder(tick=D(0))), "tick: must be above zero"),
        (lambda: scaled(ladder(low=D(0))), "InvalidPrice(price=0)"),
        (lambda: scaled(ladder(high=D(1))), "InvalidPrice(price=1)"),
        (lambda: scaled(ladder(qty=D("0.5"))), "qty: must be a multiple of the lot"),
        (
            lambda: trail(Trail(side=BUY, by=TrailBy.AMOUNT, distance=D(0))),
            "trail: must be above zero",
        ),
        (
            lambda: trail(Trail(side=BUY, by=TrailBy.PERCENT, distance=D(1))),
            "trail: must be below one",
        ),
        (
            lambda: trail(Trail(side=BUY, by=TrailBy.AMOUNT, distance=D(1), activation=D(0))),
            "InvalidPrice(price=0)",
        ),
        (
            lambda: trail(Trail(side=BUY, by=TrailBy.AMOUNT, distance=D(1), initial=D(-1))),
            "InvalidPrice(price=-1)",
        ),
        (lambda: trailing_limit(SELL, D(5), D(-1), D(1)), "limit_offset: must not be below zero"),
        (lambda: trailing_limit(SELL, D(5), D(5), D(1)), "InvalidPrice(price=0)"),
        (lambda: accept_trigger(Trigger(side=BUY, level=D(0)), Prices()), "InvalidPrice(price=0)"),
        (
            lambda: accept_trigger(Trigger(side=BUY, level=D(5)), Prices(last=D(6))),
            "TriggerWouldFire(level=5, price=6)",
        ),
        (lambda: expires_at(TimeInForce.GTC, NOON, LATE), "expire_at: belongs to gtd alone"),
        (lambda: expires_at(TimeInForce.GTD, NOON), "expire_at: gtd needs it"),
        (
            lambda: expires_at(TimeInForce.GTD, NOON, NOON),
            "expire_at: must be after now and within 90 d",
        ),
        (
            lambda: expires_at(TimeInForce.GTD, NOON, Instant(90 * DAY + 1)),
            "expire_at: must be after now and within 90 days",
        ),
        (
            lambda: expires_at(TimeInForce.DAY, NOON, None, DAY),
            "close: no such time of day, or after",
        ),
        (
            lambda: expires_at(TimeInForce.DAY, NOON, None, -1),
            "close: no such time of day, or after",
        ),
        (lambda: protective_bound(BUY, D(0), D(0), D(1)), "InvalidPrice(price=0)"),
        (
            lambda: protective_bound(BUY, D(1), D(1), D(1)),
            "band: band must be in [0, 1) and tick above 0",
        ),
        (
            lambda: protective_bound(BUY, D(1), D(-1), D(1)),
            "band: band must be in [0, 1) and tick above",
        ),
        (
            lambda: protective_bound(BUY, D(1), D(0), D(0)),
            "band: band must be in [0, 1) and tick above 0",
        ),
        (
            lambda: pegged_price(Peg(side=BUY, offset=D(-1), tick=D(1)), D(5), D(6)),
            "offset: offset must be 0 or more and tick above 0",
        ),
        (
            lambda: pegged_price(Peg(side=BUY, offset=D(0), tick=D(0)), D(5), D(6)),
            "offset: offset must be 0 or more and tick above 0",
        ),
    ],
)
def test_refusals_of_kernels(result: Callable[[], Any], told: str) -> None:
    fault = result().failure()
    named = f"{fault.field}: {fault.reason}" if hasattr(fault, "field") else said(fault)
    assert named.startswith(told)


def test_bounds_that_pass() -> None:
    assert len(scaled(ladder(count=2, skew=D(1000))).unwrap()) == 2
    assert len(scaled(ladder(qty=D(100), count=50)).unwrap()) == 50
    assert expires_at(TimeInForce.GTD, NOON, Instant(90 * DAY)).unwrap() == Instant(90 * DAY)
    assert expires_at(TimeInForce.GTD, NOON, Instant(1)).unwrap() == Instant(1)
    assert expires_at(TimeInForce.GTC, NOON).unwrap() is None
    assert expires_at(TimeInForce.DAY, Instant(5), None, 5).unwrap() == Instant(DAY + 5)
    assert expires_at(TimeInForce.DAY, Instant(4), None, 5).unwrap() == Instant(5)
    assert next_close(Instant(3 * DAY)) == Instant(4 * DAY)
    assert protective_bound(BUY, D(1), D(0), D("0.1")).unwrap() == 1
    assert protective_bound(BUY, D("1.15"), D(0), D("0.1")).unwrap() == D("1.1")
    assert protective_bound(SELL, D("1.15"), D(0), D("0.1")).unwrap() == D("1.2")


def test_pegs() -> None:
    """Behind its own side, never at the other, never beyond its limit, away to the tick."""

    def at(side: Side, bid: str | None, ask: str | None, limit: str | None = None) -> Any:  # noqa: ANN401
        peg = Peg(
            side=side,
            offset=D("0.5"),
            tick=D("0.2"),
            limit_price=None if limit is None else D(limit),
        )
        values = [None if one is None else D(one) for one in (bid, ask)]
        return pegged_price(peg, *values).unwrap()

    assert at(BUY, "10", "11") == D("9.4")
    assert at(SELL, "10", "11") == D("11.6")
    assert at(BUY, "10", "9") == D("8.8")
    assert at(SELL, "12", "11") == D("12.2")
    assert at(BUY, "10", "11", "9") == 9
    assert at(BUY, "10", "11", "20") == D("9.4")
    assert at(SELL, "10", "11", "13") == 13
    assert at(BUY, None, "11") is None
    assert at(SELL, "10", None) is None
    assert at(BUY, "10", None) == D("9.4")
    assert at(BUY, "0.5", None) is None


def test_trails() -> None:
    """The extreme moves first, then the level is tested; it never goes back."""

    def path(terms: Trail, *prices: str) -> str:
        found = trailing_stop_path(terms, [D(price) for price in prices]).unwrap()
        levels = " ".join("-" if one is None else f"{one.normalize():f}" for one in found.levels)
        return f"{levels} | {found.fire_index} {found.fire_price}"

    sell = Trail(side=SELL, by=TrailBy.AMOUNT, distance=D(3))
    buy = Trail(side=BUY, by=TrailBy.PERCENT, distance=D("0.1"))
    assert path(sell, "10", "12", "11", "9.5", "9") == "7 9 9 9 9 | 4 9"
    assert path(buy, "10", "9", "9.5", "9.9", "20") == "11 9.9 9.9 9.9 | 3 9.9"
    assert path(sell, "10", "8") == "7 7 | None None"
    waits = Trail(side=SELL, by=TrailBy.AMOUNT, distance=D(3), activation=D(12))
    assert path(waits, "11", "12", "11", "9") == "- 9 9 9 | 3 9"
    down = Trail(side=BUY, by=TrailBy.AMOUNT, distance=D(3), activation=D(8))
    assert path(down, "9", "8", "9", "11") == "- 11 11 11 | 3 11"
    begun = Trail(side=SELL, by=TrailBy.AMOUNT, distance=D(3), initial=D(8))
    assert path(begun, "10", "8") == "8 8 | 1 8"
    assert level_behind(buy, D(10)) == 11
    stop = trail(sell).unwrap()
    fired = follow(follow(stop, D(10)).unwrap(), D(5)).unwrap()
    assert fired.fired
    assert follow(fired, D(50)).unwrap() == fired
    assert is_failure(follow(stop, D(0)))
    assert is_failure(trailing_stop_path(sell, [D(1), D(0)]))
    assert [venue_level(side, D("1.5"), D(1)).unwrap() for side in Side] == [1, 2]
    assert trailing_limit(BUY, D("10.2"), D("1.3"), D(1)).unwrap() == 12
    assert trailing_limit(SELL, D("10.2"), D("1.3"), D(1)).unwrap() == 8


def test_triggers() -> None:
    seen = Prices(last=D(1), mark=D(2), index=D(3), bid=D(4), ask=D(5))
    sources = [
        (TriggerSource.LAST, (1, 1)),
        (TriggerSource.MARK, (2, 2)),
        (TriggerSource.INDEX, (3, 3)),
        (TriggerSource.BID_ASK, (5, 4)),
        (TriggerSource.DOUBLE_LAST, (1, 1)),
    ]
    for source, prices in sources:
        found = [watched(Trigger(side=side, level=D(1), source=source), seen) for side in Side]
        assert found == list(map(Decimal, prices))
    table = [
        (TriggerSide.STOP, BUY, "10", (False, True, True)),
        (TriggerSide.STOP, SELL, "10", (True, True, False)),
        (TriggerSide.TOUCH, BUY, "10", (True, True, False)),
        (TriggerSide.TOUCH, SELL, "10", (False, True, True)),
    ]
    for kind, side, level, answers in table:
        trigger = Trigger(side=side, level=D(level), kind=kind)
        assert tuple(fires(trigger, D(p)) for p in ("9", "10", "11")) == answers
    double = Trigger(side=SELL, level=D(10), source=TriggerSource.DOUBLE_LAST)
    watch = accept_trigger(double, Prices(last=D(11))).unwrap()
    counts = []
    for price in ("10", "11", "9", "9.5", "20"):
        watch = observe(watch, Prices(last=D(price))).unwrap()
        counts.append((watch.reached, watch.fired))
    assert counts == [(1, False), (0, False), (1, False), (2, True), (2, True)]
    assert said(
        observe(accept_trigger(double, Prices()).unwrap(), Prices(last=D(0))).failure()
    ) == ("InvalidPrice(price=0)")
