"""Triggers, trails, slices, pegs and lives of orders; invariants 99 to 101 by their numbers."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.instants import DAY, SECOND, Instant
from astracore.outcome import is_failure
from astracore.trading.orders.expiry import FARTHEST, expires_at, is_expired, next_close
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
    Watch,
    accept_trigger,
    observe,
    watched,
)
from astracore.trading.types import ZERO, Side, TimeInForce
from astracore.trading.venue.quoting import Peg, pegged_price, protective_bound
from astracore.verification.strategies import hostile_contexts

D = Decimal
prices = st.sampled_from([D("0.01"), D(100), D("99999999.99")]) | st.integers(1, 40_000).map(
    lambda n: D(n).scaleb(-2)
)
paths = st.lists(prices, min_size=1, max_size=20)
sides = st.sampled_from(Side)
trails = st.builds(
    Trail,
    side=sides,
    by=st.just(TrailBy.AMOUNT),
    distance=prices,
    activation=st.none() | prices,
    initial=st.none() | prices,
) | st.builds(
    Trail,
    side=sides,
    by=st.just(TrailBy.PERCENT),
    distance=st.sampled_from([D("0.001"), D("0.05"), D("0.2"), D("0.999")]),
    activation=st.none() | prices,
    initial=st.none() | prices,
)


@given(trails, paths)
def test_100_a_trailing_stop_never_goes_back(terms: Trail, path: list[Decimal]) -> None:
    """Against the definition in fractions: the extreme since activation, tested after it moved."""
    done = trailing_stop_path(terms, path).unwrap()
    sells = terms.side is Side.SELL
    seen: list[Fraction] = []
    level = None if terms.initial is None else Fraction(terms.initial)
    for place, price in enumerate(Fraction(one) for one in path):
        if not seen and terms.activation is not None:
            reached = price >= terms.activation if sells else price <= terms.activation
            if not reached:
                assert done.levels[place] == terms.initial
                continue
        seen.append(price)
        extreme = max(seen) if sells else min(seen)
        gap = Fraction(terms.distance)
        behind = extreme - gap if sells else extreme + gap
        if terms.by is TrailBy.PERCENT:
            behind = extreme * (1 - gap if sells else 1 + gap)
        known = [one for one in (behind, level) if one is not None]
        level = max(known) if sells else min(known)
        found = done.levels[place]
        assert found is not None
        assert Fraction(found) == level
        if price <= level if sells else price >= level:
            assert (done.fire_index, done.fire_price) == (place, path[place])
            assert len(done.levels) == place + 1
            return
    assert (done.fire_index, done.fire_price) == (None, None)
    levels = [one for one in done.levels if one is not None]
    assert levels == sorted(levels, reverse=not sells)


def test_a_fired_stop_stays_where_it_is() -> None:
    """Further prices change nothing; terms that mean nothing are refused."""
    terms = Trail(side=Side.SELL, by=TrailBy.AMOUNT, distance=D(3))
    stop = trail(terms).unwrap()
    for price in (D(100), D(97)):
        stop = follow(stop, price).unwrap()
    assert stop.fired
    assert follow(stop, D(200)).unwrap() == stop
    assert follow(stop, D(0)).failure().code == "invalid_price"
    bad = Trail(side=Side.SELL, by=TrailBy.PERCENT, distance=D(1))
    assert trailing_stop_path(bad, [D(1)]).failure().code == "invalid_order"
    zero = Trail(side=Side.SELL, by=TrailBy.AMOUNT, distance=D(0))
    assert trail(zero).failure().code == "invalid_order"
    start = Trail(side=Side.SELL, by=TrailBy.AMOUNT, distance=D(1), activation=D(-1))
    assert trail(start).failure().code == "invalid_price"
    assert trailing_stop_path(terms, [D(1), D(-1)]).failure().code == "invalid_price"


@given(sides, prices, st.sampled_from(["0", "0.5", "30"]))
def test_what_a_trail_sends_is_on_the_tick(side: Side, level: Decimal, offset: str) -> None:
    """Levels toward the market, limits away from it, in fractions."""
    tick = D("0.25")
    sent = venue_level(side, level, tick).unwrap()
    distance = Fraction(sent) - Fraction(level)
    assert Fraction(sent) % Fraction(tick) == 0
    assert 0 <= (distance if side is Side.SELL else -distance) < Fraction(tick)
    become = trailing_limit(side, level, D(offset), tick)
    exact = Fraction(level) + Fraction(offset) * (-1 if side is Side.SELL else 1)
    if is_failure(become):
        assert exact < Fraction(tick)
        return
    away = Fraction(become.unwrap()) - exact
    assert 0 <= (-away if side is Side.SELL else away) < Fraction(tick)
    assert trailing_limit(side, level, D(-1), tick).failure().code == "invalid_order"


sources = st.sampled_from(TriggerSource)
looks = st.builds(
    Prices,
    last=st.none() | prices,
    mark=st.none() | prices,
    index=st.none() | prices,
    bid=st.none() | prices,
    ask=st.none() | prices,
)


@given(sides, prices, st.sampled_from(TriggerSide), sources, st.lists(looks, max_size=8))
def test_triggers_fire_as_the_rules_say(
    side: Side, level: Decimal, kind: TriggerSide, source: TriggerSource, path: list[Prices]
) -> None:
    """The stop side: buy at or above, sell at or below; the touch side turned; once is enough."""
    trigger = Trigger(side=side, level=level, kind=kind, source=source)
    up = (side is Side.BUY) is (kind is TriggerSide.STOP)
    fields = {
        TriggerSource.MARK: "mark",
        TriggerSource.INDEX: "index",
        TriggerSource.BID_ASK: "ask" if side is Side.BUY else "bid",
    }
    watch, row, fired = Watch(trigger=trigger), 0, False
    for look in path:
        price = getattr(look, fields.get(source, "last"))
        assert watched(trigger, look) == price
        if price is not None and not fired:
            row = row + 1 if (price >= level if up else price <= level) else 0
            fired = row >= (2 if source is TriggerSource.DOUBLE_LAST else 1)
        watch = observe(watch, look).unwrap()
        assert watch.fired is fired
    for look in path[:1]:
        price = getattr(look, fields.get(source, "last"))
        there = price is not None and (price >= level if up else price <= level)
        accepted = accept_trigger(trigger, look)
        assert is_failure(accepted) is there
        if is_failure(accepted):
            assert accepted.failure().code == "trigger_would_fire"


def test_prices_that_are_none_are_refused() -> None:
    """A level or a price of zero."""
    trigger = Trigger(side=Side.SELL, level=D(0))
    assert accept_trigger(trigger, Prices()).failure().code == "invalid_price"
    watch = Watch(trigger=Trigger(side=Side.SELL, level=D(5)))
    assert observe(watch, Prices(last=D(0))).failure().code == "invalid_price"


LOTS = st.sampled_from([D("0.001"), D(1), D("0.3"), D("0.00000001")])
counts = st.integers(1, 10**6)


@given(counts, LOTS, st.lists(st.integers(0, 1000), min_size=1, max_size=30))
@example(5, D("0.001"), [1, 2, 1])
def test_101_slices_by_weight_add_up_to_the_parent(
    units: int, lot: Decimal, weights: list[int]
) -> None:
    """Each running sum is the floor of its share in lots; the last is all of it."""
    qty = D(units) * lot
    parts = sliced_by(qty, [D(weight) for weight in weights], lot)
    if not any(weights):
        assert parts.failure().code == "invalid_order"
        return
    done = Fraction(0)
    for place, part in enumerate(parts.unwrap(), start=1):
        done += Fraction(part)
        share = Fraction(units * sum(weights[:place]), sum(weights))
        lots = units if place == len(weights) else share.numerator // share.denominator
        assert done == lots * Fraction(lot)
        assert part >= ZERO


@given(counts, LOTS, st.integers(1, 500))
def test_101_even_slices_differ_by_a_lot(units: int, lot: Decimal, count: int) -> None:
    """And add up."""
    parts = [Fraction(part) for part in sliced_evenly(D(units) * lot, count, lot).unwrap()]
    assert sum(parts) == units * Fraction(lot)
    assert max(parts) - min(parts) <= Fraction(lot)


@given(counts, st.integers(1, 1000))
def test_101_iceberg_parts_add_up(units: int, shown: int) -> None:
    """At most a hundred parts, all but the last as large as what is shown."""
    parts = iceberg_parts(D(units), D(shown))
    if units > 100 * shown:
        assert parts.failure().code == "invalid_order"
        return
    assert sum(parts.unwrap()) == units
    assert all(part == shown for part in parts.unwrap()[:-1])
    assert 0 < parts.unwrap()[-1] <= shown


@given(counts, st.integers(2, 50), st.sampled_from(["1", "2", "0.5", "1.37", "1000"]), LOTS)
def test_101_rungs_add_up_and_rise(units: int, count: int, skew: str, lot: Decimal) -> None:
    """Prices are floors of an even grid; quantities are slices by powers of the skew."""
    ladder = Ladder(
        qty=D(units) * lot, low=D("90.07"), high=D("110.01"), count=count, skew=D(skew),
        tick=D("0.05"), lot=lot,
    )  # fmt: skip
    rungs = scaled(ladder).unwrap()
    assert sum(Fraction(rung.qty) for rung in rungs) == units * Fraction(lot)
    weights = [Fraction(skew) ** place for place in range(count)]
    for place, rung in enumerate(rungs):
        even = Fraction("90.07") + Fraction("19.94") * place / (count - 1)
        assert Fraction(rung.price) == Fraction("0.05") * (even / Fraction("0.05")).__floor__()
        below = units * sum(weights[:place]) / sum(weights)
        above = units * sum(weights[: place + 1]) / sum(weights)
        lots = (units if place == count - 1 else above.__floor__()) - below.__floor__()
        assert Fraction(rung.qty) == lots * Fraction(lot)


@given(counts, st.integers(0, 10**9), st.sampled_from(["0.1", "0.5", "0.01"]))
def test_participation_is_never_above_its_share(units: int, volume: int, share: str) -> None:
    """Own volume is the most whole lots with own <= f (own + others), up to the parent."""
    qty, lot, others = D(units).scaleb(-3), D("0.001"), Fraction(volume, 1000)
    own = Fraction(volume_target(qty, D(volume).scaleb(-3), D(share), lot).unwrap())
    assert own <= Fraction(share) * (own + others)
    more = own + Fraction(lot)
    assert own == Fraction(qty) or more > Fraction(share) * (more + others)


@given(sides, prices, prices, st.sampled_from(["0", "0.5", "7"]), st.none() | prices)
def test_a_peg_never_crosses(
    side: Side, one: Decimal, other: Decimal, offset: str, limit: Decimal | None
) -> None:
    """It stands behind the best of its side, off the other's, within its limit, on the tick."""
    bid, ask = sorted((one, other))
    peg = Peg(side=side, offset=D(offset), tick=D("0.01"), limit_price=limit)
    price = pegged_price(peg, bid, ask).unwrap()
    if price is None:
        assert side is Side.BUY
        return
    buys = side is Side.BUY
    bounds = [bid - D(offset), ask - D("0.01")] if buys else [ask + D(offset), bid + D("0.01")]
    bounds += [] if limit is None else [limit]
    assert price == (min(bounds) if buys else max(bounds))
    alone = pegged_price(peg, bid if buys else None, None if buys else ask).unwrap()
    assert alone is None or alone > ZERO
    assert pegged_price(peg, None if buys else bid, ask if buys else None).unwrap() is None


@pytest.mark.parametrize(
    ("tif", "expire_at", "expected"),
    [
        (TimeInForce.GTC, None, None),
        (TimeInForce.IOC, None, None),
        (TimeInForce.DAY, None, DAY),
        (TimeInForce.GTD, 6, 6),
        (TimeInForce.GTD, 5 + FARTHEST, 5 + FARTHEST),
        (TimeInForce.GTD, 5, "invalid_order"),
        (TimeInForce.GTD, 6 + FARTHEST, "invalid_order"),
        (TimeInForce.GTD, None, "invalid_order"),
        (TimeInForce.GTC, 6, "invalid_order"),
    ],
)
def test_lives_of_orders(tif: TimeInForce, expire_at: int | None, expected: object) -> None:
    """An order accepted at 5 µs of the first day."""
    stated = None if expire_at is None else Instant(expire_at)
    ends = expires_at(tif, Instant(5), stated)
    if expected == "invalid_order":
        assert ends.failure().code == expected
        return
    assert ends.unwrap() == (None if expected is None else Instant(int(str(expected))))


@given(st.integers(-(10**15), 10**17), st.integers(0, DAY - 1))
def test_the_next_close_is_the_first_after_now(now: int, close: int) -> None:
    """Within a day, at the time of day of the close; dead from then on."""
    ends = next_close(Instant(now), close)
    assert now < ends.micros <= now + DAY
    assert ends.micros % DAY == close
    assert is_expired(ends, ends)
    assert not is_expired(ends, Instant(now))
    assert not is_expired(None, Instant(now))


def test_schedules_by_hand() -> None:
    """Three slices of a minute: at 0, 20 and 40 s; too many and too close are refused."""
    parts = sliced_evenly(D(1), 3, D("0.001")).unwrap()
    start, end = Instant(0), Instant(60 * SECOND)
    slices = schedule(start, end, parts).unwrap()
    assert [one.at.micros // SECOND for one in slices] == [0, 20, 40]
    assert [str(one.target) for one in slices] == ["0.333", "0.666", "1.000"]
    assert schedule(start, Instant(14 * SECOND), parts).failure().code == "invalid_order"
    assert schedule(start, end, parts[:1]).failure().code == "invalid_order"
    huge = (D(10) ** 60, D("1E-60"))
    assert schedule(start, end, huge).failure().code == "numeric_limit"
    assert slice_child(D(1), D("0.9"), D("0.2")).unwrap() == ZERO
    assert slice_child(D(1), D("0.9"), D("0.2"), last=True).unwrap() == D("0.1")
    assert slice_child(D(1), D(2), D("0.2")).unwrap() == ZERO


def ladder(**more: object) -> Ladder:
    """A ladder of two rungs, changed."""
    chosen: dict[str, object] = {
        "qty": D(2), "low": D(1), "high": D(2), "count": 2, "tick": D(1), "lot": D(1),
    }  # fmt: skip
    return Ladder(**{**chosen, **more})  # type: ignore[arg-type]


BAD_PEG = Peg(side=Side.BUY, offset=D(-1), tick=D(1))


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: scaled(ladder(count=1)), "invalid_order"),
        (lambda: scaled(ladder(skew=D(0))), "invalid_order"),
        (lambda: scaled(ladder(tick=D(0))), "invalid_order"),
        (lambda: scaled(ladder(low=D(0))), "invalid_price"),
        (lambda: scaled(ladder(high=D(1))), "invalid_price"),
        (lambda: scaled(ladder(qty=D("1.5"))), "invalid_order"),
        (lambda: sliced_evenly(D(1), 0, D(1)), "invalid_order"),
        (lambda: sliced_by(D(0), [D(1)], D(1)), "invalid_quantity"),
        (lambda: sliced_by(D(1), [D(1), D(-1)], D(1)), "invalid_order"),
        (lambda: sliced_by(D(1), [D(1)], D(0)), "invalid_order"),
        (lambda: volume_target(D(1), D(-1), D("0.1"), D(1)), "invalid_quantity"),
        (lambda: volume_target(D(1), D(1), D("0.6"), D(1)), "invalid_order"),
        (lambda: volume_target(D("0.5"), D(1), D("0.1"), D(1)), "invalid_order"),
        (lambda: iceberg_parts(D(0), D(1)), "invalid_quantity"),
        (lambda: iceberg_parts(D(1), D(0)), "invalid_order"),
        (lambda: iceberg_parts(D("NaN"), D(1)), "numeric_limit"),
        (lambda: quote_quantity(D(0), D(1), D(1)), "invalid_order"),
        (lambda: quote_quantity(D(1), D(0), D(1)), "invalid_price"),
        (lambda: protective_bound(Side.BUY, D(0), D("0.1"), D(1)), "invalid_price"),
        (lambda: protective_bound(Side.BUY, D(1), D(1), D(1)), "invalid_order"),
        (lambda: pegged_price(BAD_PEG, D(1), None), "invalid_order"),
    ],
)  # fmt: skip
def test_each_refusal_by_its_smallest_example(made: object, code: str) -> None:
    """Terms that mean nothing."""
    assert callable(made)
    assert made().failure().code == code


@given(trails, paths, hostile_contexts())
def test_the_callers_context_changes_nothing(
    terms: Trail, path: list[Decimal], context: decimal.Context
) -> None:
    """Invariant 20 for orders."""
    before = trailing_stop_path(terms, path), sliced_evenly(D("1.234"), 7, D("0.001"))
    with decimal.localcontext(context):
        after = trailing_stop_path(terms, path), sliced_evenly(D("1.234"), 7, D("0.001"))
    assert after == before
