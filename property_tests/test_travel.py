"""Days are the player's own: clocks that change and journeys neither lose nor double one."""

import itertools

from hypothesis import example, given
from hypothesis import strategies as st

from astracore.gamification.commands import (
    CheckIn,
    CloseStreak,
    ProgressCommand,
    RecordActivity,
)
from astracore.gamification.events import (
    ProgressEvent,
    StreakBroken,
    StreakUpdated,
    ZoneMoved,
)
from astracore.gamification.state import Progress
from astracore.gamification.streaks import Streak, Zone, counted_day, moved, zone_at
from astracore.ids import EventId, UserId
from astracore.instants import DAY, HOUR, SECOND, Instant
from astracore.verification.progress import days_are_counted_once
from property_tests.game_makers import told

ME = UserId("u")
MONDAY = 20_000 * DAY
HOURS = 3600
offsets = st.integers(-12, 14).map(lambda hours: hours * HOURS)
starts = st.integers(0, 23)


def activity(micros: int, offset: int | None = None, start: int | None = None) -> RecordActivity:
    return RecordActivity(
        user_id=ME,
        source_event_id=EventId(f"a{micros}"),
        utc_offset=offset,
        day_start=start,
        at=Instant(micros),
    )


def lived(asked: list[ProgressCommand]) -> tuple[Progress, list[ProgressEvent]]:
    state, seen = Progress(), list[ProgressEvent]()
    for command in asked:
        state, events = told(state, command)
        seen += events
    return state, seen


@given(st.integers(10, 60), offsets, st.integers(1, 22), st.sampled_from([-1, 1]))
@example(30, 0, 1, 1)
@example(30, 0, 22, -1)
def test_a_clock_that_changes_loses_and_doubles_nothing(
    days: int, offset: int, hour: int, shift: int
) -> None:
    """Each date at the same hour of the wall clock, through a change of the clock."""
    asked: list[ProgressCommand] = []
    for date in range(days):
        there = offset + (shift * HOURS if date >= days // 2 else 0)
        asked.append(activity(MONDAY + date * DAY + hour * HOUR - there * SECOND, there))
    state, events = lived(asked)
    assert state.streak.count == days
    assert not any(isinstance(event, StreakBroken) for event in events)


@given(st.lists(st.tuples(st.integers(8, 20), offsets), min_size=1, max_size=5), st.integers(0, 23))
@example([(8, -11 * HOURS), (8, 13 * HOURS), (8, -11 * HOURS)], 23)
def test_journeys_lose_and_double_nothing(stays: list[tuple[int, int]], hour: int) -> None:
    """Once in every 24 hours, wherever: the run never breaks, no date counts twice."""
    asked: list[ProgressCommand] = []
    micros = MONDAY + hour * HOUR
    for days, offset in stays:
        for _ in range(days):
            asked.append(activity(micros, offset))
            micros += DAY
    state, events = lived(asked)
    steps = [event for event in events if isinstance(event, StreakUpdated)]
    assert days_are_counted_once(events)
    assert [event.count for event in steps] == list(range(1, len(steps) + 1))
    assert state.streak.freezes == min(2, len(steps) // 7)
    assert len(asked) - 2 * len(stays) <= state.streak.count <= len(asked)


@given(st.lists(st.tuples(st.integers(1, 72), offsets, starts), min_size=1, max_size=40))
def test_hopping_between_zones_gains_no_day(hops: list[tuple[int, int, int]]) -> None:
    """However the zone is asked for: one step for each day that passed, one more for each move."""
    micros, asked = MONDAY, list[ProgressCommand]()
    for hours, offset, start in hops:
        micros += hours * HOUR
        asked.append(activity(micros, offset, start))
    _, events = lived(asked)
    moves = [event for event in events if isinstance(event, ZoneMoved)]
    steps = [event for event in events if isinstance(event, StreakUpdated)]
    assert days_are_counted_once(events)
    assert len(steps) <= (micros - MONDAY) // DAY + 2 + 2 * len(moves)
    for before, after in itertools.pairwise(moves):
        assert after.at.micros - before.at.micros >= 7 * DAY


@given(offsets, starts, st.integers(0, 7 * DAY - 1))
@example(3600, 0, 7 * DAY - 1)
def test_a_zone_stays_for_a_week(offset: int, start: int, passed: int) -> None:
    first = zone_at(Zone(), (offset, start), Instant(0), 7 * DAY)
    assert (first.utc_offset, first.day_start) == (offset, start)
    if first.since is None:
        assert first == Zone()
        return
    assert zone_at(first, (offset + 1, None), Instant(passed), 7 * DAY) == first
    assert zone_at(first, (None, None), Instant(8 * DAY), 7 * DAY) == first
    assert zone_at(first, (offset + 1, None), Instant(7 * DAY), 7 * DAY).utc_offset == offset + 1


@given(st.integers(-(10**3), 10**3), st.integers(0, 10**3), offsets, starts)
def test_a_move_takes_the_last_day_along_and_never_back(
    day: int, hours: int, offset: int, start: int
) -> None:
    zone = Zone(utc_offset=offset, day_start=start)
    at = Instant(hours * HOUR)
    after = moved(Streak(count=3, last_day=day, freezes=1), at, zone)
    assert after.last_day == max(day, counted_day(at, offset, start))
    assert (after.count, after.freezes) == (3, 1)
    assert moved(Streak(), at, zone) == Streak()
    assert moved(Streak(count=1, last_day=day), None, zone).last_day == day


def test_a_zone_counts_from_the_first_activity_in_it() -> None:
    """East across the date line: the date that was never lived is not missed."""
    west, east = -11 * HOURS, 13 * HOURS
    state, _ = lived([activity(MONDAY + 34 * HOUR, west)])
    state, events = told(state, activity(MONDAY + 9 * DAY, east))
    assert [type(event) for event in events[:2]] == [ZoneMoved, StreakUpdated]
    asked = [activity(MONDAY + n * DAY + 34 * HOUR, west) for n in range(9)]
    asked += [activity(MONDAY + n * DAY + 34 * HOUR, east) for n in range(9, 12)]
    state, _ = lived(list(asked))
    assert state.streak.count == 12
    assert state.streak.freezes == 1


def test_a_break_is_told_once_by_whoever_asks_first() -> None:
    state, _ = lived([activity(MONDAY)])
    close = CloseStreak(user_id=ME, at=Instant(MONDAY + 2 * DAY))
    assert told(state, CloseStreak(user_id=ME, at=Instant(MONDAY + 2 * DAY - 1)))[1] == ()
    state, events = told(state, close)
    assert [type(event) for event in events] == [StreakBroken]
    assert told(state, close)[1] == ()
    hello = CheckIn(user_id=ME, source_event_id=EventId("c"), at=Instant(MONDAY + 5 * DAY))
    state, _ = told(state, hello)
    assert state.streak.count == 1
