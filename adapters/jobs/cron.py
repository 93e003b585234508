"""Cron lines by cronsim, in any zone, by one rule for both nights of the clock.

A line is matched against local times. A local time that the clock skips is due at the first
instant after the gap, one that it shows twice is due once, the first time; what falls on one
instant is due once.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from attrs import frozen
from cronsim import CronSim, CronSimError
from returns.result import Failure, Result, Success

from astracore.errors.jobs import BadCron
from astracore.instants import EPOCH, Instant
from astracore.outcome import is_failure

PART = r"(\*|[0-9]{1,2}(-[0-9]{1,2})?|(\*|[0-9]{1,2}-[0-9]{1,2})/[0-9]{1,2})"
LINE = re.compile(rf"{PART}(,{PART}){{0,59}}( {PART}(,{PART}){{0,59}}){{4}}", re.ASCII)
ZONE = re.compile(r"[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}", re.ASCII)
LAST_YEAR = 9000  # nobody plans so far, and calendars end


@frozen
class Due:
    """Of a cron line: the newest instants that are due, oldest first, and the one that follows."""

    slots: tuple[Instant, ...]
    following: Instant


def next_after(line: str, zone: str, after: Instant) -> Result[Instant, BadCron]:
    """The first instant later than `after`.  Errors: BadCron.

    >>> from astracore.instants import instant
    >>> wednesday = instant("2026-03-04T10:00:00Z").unwrap()
    >>> str(next_after("*/15 9-17 * * 1-5", "UTC", wednesday).unwrap())
    '2026-03-04T10:15:00.000000Z'
    """
    known = _known(line, zone)
    if is_failure(known):
        return known
    where = known.unwrap()
    local = _moment(after).astimezone(where).replace(tzinfo=None)
    for meant in _walk(line, local, reverse=False):
        found = _instant(meant, where)
        if found > after:
            return Success(found)
    return Failure(BadCron(line, "it has no next instant"))


def due_between(
    line: str, zone: str, first: Instant, now: Instant, most: int
) -> Result[Due, BadCron]:
    """The newest `most` due instants in [first, now], and the one after now.  Errors: BadCron."""
    following = next_after(line, zone, now)
    if is_failure(following):
        return following
    where = ZoneInfo(zone)
    moment = _moment(now).astimezone(where)
    # While the clock shows an hour again, the later times of its first showing are past, too.
    ahead = timedelta(days=1) if moment.fold else timedelta(seconds=1)
    found: set[Instant] = set()
    for meant in _walk(line, moment.replace(tzinfo=None, fold=0) + ahead, reverse=True):
        at = _instant(meant, where)
        if at < first or len(found | {at}) > most:
            break
        if at <= now:
            found.add(at)
    return Success(Due(tuple(sorted(found)), following.unwrap()))


def _known(line: str, zone: str) -> Result[ZoneInfo, BadCron]:
    if LINE.fullmatch(line) is None:
        return Failure(BadCron(line[:200], "five fields of *, numbers, ranges, lists and steps"))
    if ZONE.fullmatch(zone) is None:
        return Failure(BadCron(line, f"no zone is called {zone[:64]}"))
    try:
        where = ZoneInfo(zone)
    except (LookupError, ValueError, OSError):
        return Failure(BadCron(line, f"no zone is called {zone}"))
    try:
        CronSim(line, datetime(2000, 1, 1))  # noqa: DTZ001 - local times are matched
    except CronSimError as trouble:
        return Failure(BadCron(line, str(trouble).lower()))
    return Success(where)


def _walk(line: str, local: datetime, *, reverse: bool) -> Iterator[datetime]:
    """Matching local times from `local` on, away from it."""
    for meant in CronSim(line, local, reverse=reverse):
        if not 1 < meant.year < LAST_YEAR:
            return
        yield meant


def _moment(at: Instant) -> datetime:
    return EPOCH + timedelta(microseconds=at.micros)


def _instant(local: datetime, zone: ZoneInfo) -> Instant:
    """When the clock of `zone` first shows `local`, or, if it never does, has passed over it."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        moment = _gap_end(local.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)
    return Instant((moment - EPOCH) // timedelta(microseconds=1))


def _gap_end(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The second at which the clock of `zone` was set forward, between `before` and `after`."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)
