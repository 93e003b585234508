"""Periods of leaderboards: half-open stretches of UTC, [begin, end)."""

import re
from datetime import date, timedelta
from typing import assert_never

from attrs import evolve, frozen

from astracore.gamification.leaderboards.types import BoardKey, Cadence
from astracore.instants import DAY, FIRST, LAST, Instant, utc_day

EPOCH = date(1970, 1, 1)
MONDAY = 4  # 1970-01-05 was one
FIRST_DAY, LAST_DAY = FIRST // DAY, LAST // DAY
MONTHS = 12
LABEL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@frozen(kw_only=True)
class Window:
    """[begin, end); no end where the period outlasts the calendar, as all time does."""

    begin: Instant
    end: Instant | None


def window_of(cadence: Cadence, at: Instant) -> Window:
    """The period that `at` lies in; weeks begin on Mondays.

    Invariant: periods of one cadence are disjoint and leave nothing out.
    >>> from astracore.instants import instant
    >>> week = window_of(Cadence.WEEKLY, instant("2026-03-04T10:00:00Z").unwrap())
    >>> str(week.begin)[:10], str(week.end)[:10]
    ('2026-03-02', '2026-03-09')
    """
    day = min(max(utc_day(at), FIRST_DAY), LAST_DAY)
    match cadence:
        case Cadence.DAILY:
            return _days(day, day + 1)
        case Cadence.WEEKLY:
            first = day - (day - MONDAY) % 7
            return _days(first, first + 7)
        case Cadence.MONTHLY:
            return _months(day, 1)
        case Cadence.SEASON:
            return _months(day, 3)
        case Cadence.ALL_TIME:
            return Window(begin=Instant(FIRST), end=None)
        case _:
            assert_never(cadence)


def is_inside(window: Window, at: Instant) -> bool:
    """Does a period hold an instant? Its begin yes, its end no."""
    return window.begin <= at and (window.end is None or at < window.end)


def has_ended(window: Window, at: Instant) -> bool:
    """Is a period over at an instant?"""
    return window.end is not None and at >= window.end


def label(key: BoardKey) -> str:
    """The name of a period: its cadence and its first day.

    >>> from astracore.gamification.leaderboards.types import Board
    >>> label(BoardKey(board=Board.XP, cadence=Cadence.DAILY, begin=Instant(0)))
    'daily:1970-01-01'
    """
    if key.cadence is Cadence.ALL_TIME:
        return key.cadence.value
    day = min(max(utc_day(key.begin), FIRST_DAY), LAST_DAY)
    return f"{key.cadence.value}:{_date(day).isoformat()}"


def began(period: str) -> tuple[Cadence, Instant] | None:
    """What `label` said: the cadence and the begin of a period; None for what is no label.

    >>> from astracore.gamification.leaderboards.types import Board
    >>> began("weekly:2026-03-02") == (Cadence.WEEKLY, Instant(20_514 * DAY)), began("weekly")
    (True, None)
    """
    cadence, _, day = period.partition(":")
    if period == Cadence.ALL_TIME.value:
        return Cadence.ALL_TIME, Instant(FIRST)
    if cadence not in set(Cadence) or LABEL.fullmatch(day) is None:
        return None
    return Cadence(cadence), Instant((date.fromisoformat(day) - EPOCH).days * DAY)


def key_at(key: BoardKey, at: Instant) -> BoardKey:
    """The same board in the period that `at` lies in."""
    return evolve(key, begin=window_of(key.cadence, at).begin)


def stream_key(key: BoardKey) -> str:
    """The id of a leaderboard's stream."""
    return "/".join((key.board, key.market, key.scope, key.target, label(key)))


def _days(first: int, last: int) -> Window:
    """From one day to another, which is not in it."""
    end = None if last > LAST_DAY else Instant(last * DAY)
    return Window(begin=Instant(first * DAY), end=end)


def _months(day: int, length: int) -> Window:
    """The calendar's stretch of `length` months that holds a day."""
    there = _date(day)
    first = date(there.year, there.month - (there.month - 1) % length, 1)
    return _days((first - EPOCH).days, _month_after(first, length))


def _month_after(first: date, length: int) -> int:
    """The day `length` months after the first of a month; beyond the calendar if it is."""
    years, month = divmod(first.month - 1 + length, MONTHS)
    if first.year + years > date.max.year:
        return LAST_DAY + 1
    return (date(first.year + years, month + 1, 1) - EPOCH).days


def _date(day: int) -> date:
    """A day of the calendar by its number since 1970."""
    return EPOCH + timedelta(days=day)
