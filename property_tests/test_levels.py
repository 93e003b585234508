"""Levels and XP are two readings of one number: curves and their inverses never disagree."""

import decimal
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from astracore.gamification.levels import (
    PRODUCT_CURVE,
    Curve,
    Polynomial,
    Thresholds,
    Triangular,
    curve,
    level_at,
    level_credits,
    progress,
    root,
    threshold,
)
from astracore.outcome import is_failure

totals = st.integers(0, 10**15) | st.integers(0, 2_000)
triangular = st.builds(Triangular, st.integers(1, 10_000))
polynomial = st.builds(
    lambda divisor, more, shift, power: Polynomial(
        factor=divisor + more, shift=shift, power=power, divisor=divisor
    ),
    st.integers(1, 50),
    st.integers(0, 500),
    st.integers(0, 1),
    st.integers(1, 5),
)
tables = st.lists(st.integers(1, 5_000), min_size=1, max_size=40).map(
    lambda steps: Thresholds((0, *(sum(steps[: n + 1]) for n in range(len(steps)))))
)
curves: st.SearchStrategy[Curve] = triangular | polynomial | tables


@given(curves, totals, st.integers(1, 200))
def test_a_level_is_reached_exactly_when_its_threshold_is(
    shape: Curve, xp: int, level: int
) -> None:
    if isinstance(shape, Thresholds):
        level = min(level, len(shape.xp))
    if xp >= threshold(shape, 1):
        assert (threshold(shape, level) <= xp) == (level <= level_at(shape, xp))


@given(curves, st.integers(2, 200))
def test_thresholds_rise_and_the_level_changes_exactly_there(shape: Curve, level: int) -> None:
    if isinstance(shape, Thresholds):
        level = min(level, len(shape.xp))
    at = threshold(shape, level)
    assert at > threshold(shape, level - 1)
    assert (level_at(shape, at), level_at(shape, at - 1)) == (level, level - 1)


@given(curves, totals)
def test_progress_is_a_fraction_of_the_way_to_the_next_level(shape: Curve, xp: int) -> None:
    level = level_at(shape, xp)
    low, high = threshold(shape, level), threshold(shape, level + 1)
    with decimal.localcontext(decimal.Context(prec=1)):
        shown = progress(shape, xp)
    if high == low:
        assert shown == 1
    elif xp >= low:
        assert 0 <= shown < 1
        assert shown * (high - low) <= xp - low < (shown + Decimal("0.000001")) * (high - low)


@given(st.integers(0, 10**60), st.integers(1, 9))
def test_a_root_is_the_largest_number_that_fits(value: int, power: int) -> None:
    found = root(value, power)
    assert found**power <= value < (found + 1) ** power


@given(curves)
def test_sound_curves_are_let_in(shape: Curve) -> None:
    assert curve(shape).unwrap() is shape


@given(tables, st.data())
def test_a_table_that_does_not_rise_is_refused_at_its_first_fault(
    table: Thresholds, data: st.DataObject
) -> None:
    place = data.draw(st.integers(1, len(table.xp) - 1))
    flat = (*table.xp[:place], table.xp[place - 1], *table.xp[place + 1 :])
    assert curve(Thresholds(flat)).failure().index == place  # type: ignore[union-attr]


def test_curves_that_could_stand_still_are_refused() -> None:
    for shape in (
        Triangular(0),
        Polynomial(factor=1, shift=0, power=1, divisor=2),
        Polynomial(factor=1, shift=2, power=1),
        Polynomial(factor=1, shift=1, power=0),
        Polynomial(factor=1, shift=1, power=1, divisor=0),
        Thresholds(()),
        Thresholds((1, 2)),
    ):
        assert is_failure(curve(shape))


def test_the_examples_of_the_rules() -> None:
    levels = {99: 1, 100: 2, 399: 2, 400: 3, 1250: 4, 10_000: 11}
    assert {xp: level_at(PRODUCT_CURVE, xp) for xp in levels} == levels
    assert progress(PRODUCT_CURVE, 1250) == Decimal("0.5")
    assert [level_credits(level) for level in (2, 9, 10, 20)] == [20, 90, 200, 400]
