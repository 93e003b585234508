"""A streak is a run of days; a freeze bridges one missed day; nothing is counted twice."""

import decimal
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from astracore.gamification.streaks import (
    Streak,
    StreakRules,
    broken,
    counted_day,
    days_alive,
    is_broken,
    step,
    streak_multiplier,
    streak_xp,
)
from astracore.instants import DAY, HOUR, SECOND, Instant

RULES = StreakRules()
days = st.lists(st.integers(-400, 400), max_size=60)


def walked(active: list[int]) -> Streak:
    """The same rule told day by day over the calendar, missed days and all."""
    if not active:
        return Streak()
    count, freezes, missed = 0, 0, 0
    for day in range(min(active), max(active) + 1):
        if day not in active:
            missed += 1
            continue
        if count and missed == 1 and freezes:
            freezes -= 1
        elif missed:
            count = 0
        count, missed = count + 1, 0
        if count % 7 == 0 and freezes < 2:
            freezes += 1
    return Streak(count=count, last_day=max(active), freezes=freezes)


def run(order: list[int]) -> Streak:
    streak = Streak()
    for day in order:
        streak = step(streak, day, RULES)
    return streak


@given(st.sets(st.integers(0, 90), max_size=80))
def test_steps_equal_the_walk_over_the_calendar(active: set[int]) -> None:
    assert run(sorted(active)) == walked(sorted(active))


@given(days)
def test_back_dated_and_repeated_days_change_nothing(order: list[int]) -> None:
    rising = [day for n, day in enumerate(order) if all(day > seen for seen in order[:n])]
    assert run(order) == run(rising)


@given(days, st.integers(-500, 500))
def test_one_activity_is_at_most_one_step(order: list[int], day: int) -> None:
    before = run(order)
    after = step(before, day, RULES)
    assert after.count <= before.count + 1
    assert step(after, day, RULES) == after
    assert 0 <= after.freezes <= RULES.freezes_most


@given(days, st.integers(-500, 500))
def test_a_streak_is_broken_exactly_when_activity_would_begin_anew(
    order: list[int], today: int
) -> None:
    before = run(order)
    if before.last_day is None or today <= before.last_day:
        assert not is_broken(before, today)
        return
    assert is_broken(before, today) == (step(before, today, RULES).count <= 1)
    assert days_alive(before, today) == (0 if is_broken(before, today) else before.count)


@given(days, st.integers(500, 600))
def test_it_breaks_once_and_begins_anew(order: list[int], today: int) -> None:
    lost = broken(run(order))
    assert not is_broken(lost, today)
    assert step(lost, today, RULES).count == 1
    assert lost.freezes == step(lost, today, RULES).freezes


@given(st.integers(-(10**15), 10**16), st.integers(-50_400, 50_400), st.integers(0, 23))
def test_the_counted_day_follows_offset_and_start(micros: int, offset: int, start: int) -> None:
    day = counted_day(Instant(micros), offset, start)
    begin = day * DAY + start * HOUR - offset * SECOND
    assert begin <= micros < begin + DAY


@given(st.integers(0, 10_000))
def test_multiplier_and_xp_are_bounded(count: int) -> None:
    with decimal.localcontext(decimal.Context(prec=1)):
        factor = streak_multiplier(count, RULES)
    assert factor == min(Decimal(1) + Decimal(count) / 20, Decimal(2))
    assert streak_xp(count, RULES) == min(5 * count, 50)


def test_the_example_of_the_rules() -> None:
    streak = Streak(count=6, last_day=100)
    seen = []
    for day in (101, 103, 106):
        streak = step(streak, day, RULES)
        seen.append((streak.count, streak.freezes))
    assert seen == [(7, 1), (8, 0), (1, 0)]
    assert [streak_multiplier(count, RULES) for count in (10, 30)] == [Decimal("1.5"), 2]
