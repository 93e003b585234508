"""Points in time: integer microseconds of UTC. What time it is now is always an argument."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.values import BadInstant

TEXT = re.compile(
    r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?Z",
    re.ASCII,
)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ZERO = EPOCH.replace(tzinfo=None)  # the same without a zone, to be written without one
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FIRST = -62_135_596_800 * SECOND  # 0001-01-01T00:00:00Z
LAST = 253_402_300_800 * SECOND - 1  # 9999-12-31T23:59:59.999999Z


@frozen(order=True)
class Instant:
    """`micros` [µs since 1970-01-01T00:00:00Z]. Outside data enters through `instant`."""

    micros: int

    def __str__(self) -> str:
        return instant_text(self)


def instant(text: str) -> Result[Instant, BadInstant]:
    """Parse a UTC instant with at most microseconds; zones and naive times are refused.

    Errors: BadInstant.  Rounds: never.
    >>> instant("2026-03-04T10:00:00.25Z").unwrap().micros
    1772618400250000
    """
    if TEXT.fullmatch(text) is None:
        return Failure(BadInstant(text[:64]))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:  # 30 February passes the pattern
        return Failure(BadInstant(text))
    return Success(Instant((moment - EPOCH) // timedelta(microseconds=1)))


def instant_text(at: Instant) -> str:
    """RFC 3339 with six decimals and Z: the one text of an instant.

    >>> instant_text(Instant(1772618400000000))
    '2026-03-04T10:00:00.000000Z'
    """
    return text_of(at.micros)


@lru_cache(4096)  # what belongs together has one time
def text_of(micros: int) -> str:
    """The same of a number of µs."""
    moment = ZERO + timedelta(microseconds=micros)
    return moment.isoformat(timespec="microseconds") + "Z"


def after(at: Instant, micros: int) -> Instant:
    """The instant `micros` [µs] later (earlier when negative)."""
    return Instant(at.micros + micros)


def utc_day(at: Instant) -> int:
    """Days since 1970-01-01, UTC: floor(epoch seconds / 86400).

    >>> utc_day(Instant(-1)), utc_day(Instant(0))
    (-1, 0)
    """
    return at.micros // DAY


def utc_month(at: Instant) -> str:
    """The UTC month of an instant; months compare as texts.

    >>> utc_month(Instant(1_772_618_400_000_000))
    '2026-03'
    """
    return instant_text(at)[:7]
