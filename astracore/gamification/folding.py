"""How a player's progress follows from what happened."""

from collections.abc import Iterable
from functools import reduce
from typing import TypeAlias, assert_never

from attrs import evolve as changed

from astracore.gamification.events import (
    CheckedIn,
    LessonCompleted,
    LevelUp,
    ProgressEvent,
    QuizScored,
    StandingEvent,
    StreakBroken,
    StreakUpdated,
    TradeCounted,
    TrophyEvent,
    XpGained,
    XpReversed,
    ZoneMoved,
)
from astracore.gamification.record import with_close
from astracore.gamification.state import (
    Learning,
    Paid,
    Progress,
    Tries,
    paid_key,
    taken_back,
    tries_of,
    with_award,
    with_paid,
    with_trade,
    with_xp,
)
from astracore.gamification.streaks import Zone, broken
from astracore.gamification.trophies import placed, trophy

Earning: TypeAlias = TradeCounted | XpGained | XpReversed | LevelUp
Daily: TypeAlias = StreakUpdated | StreakBroken | ZoneMoved | CheckedIn
Lesson: TypeAlias = LessonCompleted | QuizScored


def evolve(state: Progress, event: ProgressEvent) -> Progress:
    """Fold one event."""
    if isinstance(event, TrophyEvent):
        return trophy(state, event)
    if isinstance(event, StandingEvent):
        return changed(state, place=placed(state.place, event))
    match event:
        case TradeCounted() | XpGained() | XpReversed() | LevelUp():
            return _earned(state, event)
        case StreakUpdated() | StreakBroken() | ZoneMoved() | CheckedIn():
            return _lived(state, event)
        case LessonCompleted() | QuizScored():
            return changed(state, learning=_learned(state.learning, event))
        case _:
            assert_never(event)


def folded(state: Progress, events: Iterable[ProgressEvent]) -> Progress:
    """Fold events, oldest first."""
    return reduce(evolve, events, state)


def _first(state: Progress, day: int) -> int:
    """The day on which it all began."""
    return day if state.first_day is None else state.first_day


def _earned(state: Progress, event: Earning) -> Progress:
    match event:
        case TradeCounted():
            key = paid_key(event.source, event.source_event_id)
            return changed(
                state,
                user_id=event.user_id,
                first_day=_first(state, event.day),
                awards=with_paid(state, key, Paid(day=event.day)),
                record=with_close(state.record, event),
                tally=with_trade(state.tally, event),
            )
        case XpGained():
            key = paid_key(event.source, event.source_event_id)
            once = set() if event.once is None else {f"{event.source.value}:{event.once}"}
            return changed(
                state,
                user_id=event.user_id,
                first_day=_first(state, event.day),
                xp=event.total_xp,
                awards=with_paid(state, key, Paid(day=event.day, amount=event.amount)),
                once=state.once | once,
                tally=with_xp(state.tally, event),
                months=with_award(state, event),
            )
        case XpReversed():
            return changed(state, xp=event.total_xp, awards=taken_back(state, event))
        case LevelUp():
            return changed(state, top_level=max(state.top_level, event.new_level))
        case _:
            assert_never(event)


def _lived(state: Progress, event: Daily) -> Progress:
    match event:
        case StreakUpdated():
            streak = changed(
                state.streak, count=event.count, last_day=event.day, freezes=event.freezes
            )
            return changed(state, user_id=event.user_id, streak=streak, counted_at=event.at)
        case StreakBroken():
            return changed(state, streak=broken(state.streak))
        case ZoneMoved():
            zone = Zone(utc_offset=event.utc_offset, day_start=event.day_start, since=event.at)
            streak = changed(state.streak, last_day=event.last_day)
            return changed(state, user_id=event.user_id, zone=zone, streak=streak)
        case CheckedIn():
            return changed(state, user_id=event.user_id, check_in_day=event.day)
        case _:
            assert_never(event)


def _learned(learning: Learning, event: Lesson) -> Learning:
    match event:
        case LessonCompleted():
            return changed(learning, lessons=learning.lessons | {event.lesson_id})
        case QuizScored():
            count = tries_of(learning, event.lesson_id, event.day) + 1
            others = tuple(
                row
                for row in learning.tries
                if row.day == event.day and row.lesson_id != event.lesson_id
            )
            row = Tries(lesson_id=event.lesson_id, day=event.day, count=count)
            passed = learning.passed | ({event.lesson_id} if event.passed else set())
            return changed(learning, tries=(*others, row), passed=passed)
        case _:
            assert_never(event)
