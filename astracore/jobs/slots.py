"""When a schedule is due. Cron lines need zone files, so their due instants come in as data."""

from collections.abc import Sequence
from enum import Enum
from typing import assert_never

from returns.result import Failure, Result, Success

from astracore.errors.jobs import BadInterval
from astracore.instants import LAST, SECOND, Instant
from astracore.jobs.rules import JOB_RULES, JobRules

DIGITS_MAX = 9


class Kind(Enum):
    """What a schedule's `spec` says: nothing but its instant, seconds, or a cron line."""

    ONCE = "once"
    INTERVAL = "interval"
    CRON = "cron"


class CatchUp(Enum):
    """What becomes of slots that were missed while nobody was there."""

    NONE = "none"
    ONE = "one"
    ALL = "all"


class Overlap(Enum):
    """What becomes of a slot while the job of an earlier one is not done."""

    SKIP = "skip"
    QUEUE = "queue"
    ALLOW = "allow"


def seconds_of(spec: str, least: int = JOB_RULES.interval_min) -> Result[int, BadInterval]:
    """An interval in microseconds, not below `least`.  Errors: BadInterval.

    >>> seconds_of("300").unwrap(), seconds_of("9").failure().code
    (300000000, 'bad_interval')
    """
    plain = spec.isascii() and spec.isdigit() and len(spec) <= DIGITS_MAX and spec[0] != "0"
    if not plain or int(spec) * SECOND < least:
        return Failure(BadInterval(spec))
    return Success(int(spec) * SECOND)


def next_after(start: Instant, interval: int, after: Instant) -> Instant:
    """The first start + k × interval (k ≥ 0) that is later than `after`.

    >>> next_after(Instant(0), 300, Instant(600)).micros
    900
    """
    if after < start:
        return start
    steps = (after.micros - start.micros) // interval + 1
    return Instant(min(start.micros + steps * interval, LAST))


def dues_of(start: Instant, interval: int, first: Instant, now: Instant) -> tuple[Instant, ...]:
    """The slots of an interval from `first` to `now`, the newest `catch_up_max` of them."""
    if first > now:
        return ()
    newest = start.micros + (now.micros - start.micros) // interval * interval
    count = min((newest - first.micros) // interval + 1, JOB_RULES.catch_up_max)
    return tuple(Instant(newest - back * interval) for back in reversed(range(count)))


def to_run(
    due: Sequence[Instant], now: Instant, catch_up: CatchUp, rules: JobRules = JOB_RULES
) -> tuple[Instant, ...]:
    """Which of the due slots, oldest first, run now: the newest unless it was missed, and those
    missed ones that are made up for.

    A slot is missed when it is seen more than `on_time` after its instant, or after the next one.
    >>> missed = [Instant(k * 300_000_000) for k in (1, 2, 3, 4)]
    >>> [len(to_run(missed, Instant(1_250_000_000), one)) for one in CatchUp]
    [0, 1, 4]
    """
    fresh = tuple(one for one in due[-1:] if now.micros - one.micros <= rules.on_time)
    late = tuple(due[: len(due) - len(fresh)])
    match catch_up:
        case CatchUp.NONE:
            return fresh
        case CatchUp.ONE:
            return fresh or late[-1:]
        case CatchUp.ALL:
            return (*late, *fresh)[-rules.catch_up_max :]
        case _:
            assert_never(catch_up)
