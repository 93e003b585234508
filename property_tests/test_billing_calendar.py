"""Dates, periods and day counts against the standard library's calendar."""

import calendar
import itertools
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from astracore.instants import DAY, SECOND, Instant
from astracore.outcome import is_failure
from astracore.revenue.dates import (
    add_months,
    civil,
    day_number,
    day_text,
    local_day,
    month_length,
    month_text,
    months_between,
    parse_day,
)
from astracore.revenue.daycount import DayCount, is_leap, year_fraction
from astracore.revenue.periods import (
    LENGTHS,
    MONTHS,
    Cycle,
    Timing,
    aligned,
    anchored_on,
    period,
    period_at,
)
from astracore.revenue.proration import seconds_left

EPOCH = date(1970, 1, 1)
LEAP = day_number(2024, 2, 29)
LAST_OF_JANUARY = day_number(2026, 1, 31)
days = st.integers((date(1, 1, 1) - EPOCH).days + 800, (date(9990, 1, 1) - EPOCH).days)
near = st.integers(day_number(2020, 1, 1), day_number(2030, 1, 1))
cycles = st.sampled_from(LENGTHS)
monthly = st.sampled_from(list(MONTHS))
counts = st.sampled_from(list(DayCount))


def on(day: int) -> date:
    return EPOCH + timedelta(days=day)


@given(days)
@example(LEAP)
@example(day_number(1900, 2, 28))
@example(day_number(2000, 12, 31))
def test_a_day_is_its_date(day: int) -> None:
    found = on(day)
    assert civil(day) == (found.year, found.month, found.day)
    assert day_number(*civil(day)) == day
    assert day_text(day) == found.isoformat()
    assert month_text(day) == found.isoformat()[:7]
    assert parse_day(day_text(day)).unwrap() == day
    assert is_leap(found.year) == calendar.isleap(found.year)
    assert month_length(found.year, found.month) == calendar.monthrange(found.year, found.month)[1]


@given(st.text(max_size=12) | st.dates().map(date.isoformat) | st.just("2026-02-30"))
@example("2026-13-01")
@example("2026-00-10")
def test_only_dates_are_read_as_dates(text: str) -> None:
    outcome = parse_day(text)
    try:
        expected: date | None = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        expected = None
    if expected is not None and text == expected.isoformat():
        assert outcome.unwrap() == (expected - EPOCH).days
    elif not text.startswith("0000"):
        assert is_failure(outcome)


@given(days, st.integers(-30, 240))
@example(LAST_OF_JANUARY, 1)
@example(LEAP, 12)
def test_months_later_is_the_same_date_or_the_last_of_the_month(day: int, months: int) -> None:
    before, after = on(day), on(add_months(day, months))
    assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == months
    last = calendar.monthrange(after.year, after.month)[1]
    assert after.day == min(before.day, last)


@given(near, st.integers(0, 2000))
def test_whole_months_between(start: int, length: int) -> None:
    months = months_between(start, start + length)
    fitting = [n for n in range(80) if add_months(start, n) <= start + length]
    assert months == (max(fitting) if length else 0)
    assert months_between(start, start) == months_between(start, start - 5) == 0


@given(near, cycles, st.integers(-5, 40))
@example(LAST_OF_JANUARY, Cycle.MONTHLY, 0)
@example(LEAP, Cycle.YEARLY, 3)
def test_periods_follow_each_other_and_keep_their_day(
    anchor: int, cycle: Cycle, count: int
) -> None:
    one, following = period(anchor, cycle, count), period(anchor, cycle, count + 1)
    assert one.end == following.start
    assert one.days >= 1
    if cycle in MONTHS:
        date_of, start = on(anchor).day, on(one.start)
        assert start.day == min(date_of, calendar.monthrange(start.year, start.month)[1])
    assert period(anchor, cycle, 0).start == anchor


@given(near, cycles, near)
def test_every_day_is_in_one_period(anchor: int, cycle: Cycle, day: int) -> None:
    found = period_at(anchor, cycle, day)
    assert found.start <= day < found.end
    assert period_at(anchor, cycle, found.start) == found
    assert period_at(anchor, cycle, found.end - 1) == found


@given(near, st.integers(1, 31))
def test_the_last_billing_date(day: int, wanted: int) -> None:
    found = on(anchored_on(day, wanted))
    assert found <= on(day)
    assert found.day == min(wanted, calendar.monthrange(found.year, found.month)[1])
    assert (on(day) - found).days <= 31


@given(near, st.integers(0, 1500), st.integers(1, 31), monthly, st.integers(-40, 1600))
def test_aligned_parts_cover_what_has_begun(
    start: int, length: int, wanted: int, cycle: Cycle, reach: int
) -> None:
    end, target = start + length, start + reach
    found = aligned(start, end, date=wanted, cycle=cycle, target=target).unwrap()
    over = aligned(
        start, end, date=wanted, cycle=cycle, target=target, timing=Timing.ARREARS
    ).unwrap()
    assert over == tuple(one for one in found if one.part.end <= target)
    if not found:
        assert length == 0 or target < start
        return
    assert found[0].part.start == start
    for one, following in itertools.pairwise(found):
        assert one.part.end == following.part.start
        assert one.part.end == one.whole.end
    for one in found:
        assert one.whole.start <= one.part.start < one.part.end <= one.whole.end
        assert one.part.start <= target
        assert period_at(anchored_on(one.whole.start, wanted), cycle, one.part.start).days >= 27
    last = found[-1].part.end
    assert last == end or last > target


@given(near, near, near, counts)
@example(LEAP, day_number(2024, 12, 31), day_number(2025, 1, 1), DayCount.ACT_ACT_ISDA)
def test_year_fractions(a: int, b: int, c: int, count: DayCount) -> None:
    assert year_fraction(a, a, count) == 0
    assert year_fraction(a, b, count) == -year_fraction(b, a, count)
    if count is not DayCount.THIRTY_E_360:
        whole = year_fraction(a, c, count)
        assert year_fraction(a, b, count) + year_fraction(b, c, count) == whole
    if count is DayCount.ACT_ACT_ISDA:
        sign = 1 if a <= b else -1
        assert year_fraction(a, b, count) == sign * by_counting(min(a, b), max(a, b))


def by_counting(start: int, end: int) -> Fraction:
    """Each day weighs one part of its own year."""
    total = Fraction(0)
    for year in range(2019, 2032):
        weight = Fraction(1, 366 if calendar.isleap(year) else 365)
        first, last = day_number(year, 1, 1), day_number(year + 1, 1, 1)
        total += max(0, min(end, last) - max(start, first)) * weight
    return total


@given(st.integers(-(10**15), 10**15), st.integers(-14 * 3600, 14 * 3600))
@example(-1, 3600)
def test_a_local_day_is_the_day_on_the_wall(micros: int, offset: int) -> None:
    day = local_day(Instant(micros), offset)
    wall = micros + offset * SECOND
    assert day * DAY <= wall < (day + 1) * DAY


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(-(10**11), 10**12))
def test_seconds_left_never_grow(start: int, length: int, passed: int) -> None:
    begin, end = Instant(start), Instant(start + length)
    left, whole = seconds_left(begin, end, Instant(start + passed))
    later, _ = seconds_left(begin, end, Instant(start + passed + SECOND))
    assert 0 <= later <= left <= whole == length // SECOND
    assert seconds_left(begin, end, begin)[0] == whole
    assert seconds_left(begin, end, end)[0] == 0
