"""When a schedule is due. Cron lines need zone files, so their due instants come in as data."""

from collections.abc import Sequence
from enum import Enum
from typing import assert_never

from attrs import frozen
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


def seconds_of(spec: str, rules: JobRules = JOB_RULES) -> Result[int, BadInterval]:
    """An interval in microseconds.  Errors: BadInterval.

    >>> seconds_of("300").unwrap(), seconds_of("9").failure().code
    (300000000, 'bad_interval')
    """
    plain = spec.isascii() and spec.isdigit() and len(spec) <= DIGITS_MAX and spec[0] != "0"
    if not plain or int(spec) * SECOND < rules.interval_min:
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


@frozen
class Decision:
    """What becomes of due slots: those that run, and how many were passed over."""

    run: tuple[Instant, ...]
    skipped: int


def to_run(
    due: Sequence[Instant], now: Instant, catch_up: CatchUp, rules: JobRules = JOB_RULES
) -> Decision:
    """Which of the due slots, oldest first, run now.

    A slot seen within `on_time` of its instant was not missed and always runs.
    >>> missed = [Instant(k * 300_000_000) for k in (1, 2, 3, 4)]
    >>> [len(to_run(missed, Instant(1_250_000_000), one).run) for one in CatchUp]
    [0, 1, 4]
    """
    fresh = [one for one in due if now.micros - one.micros <= rules.on_time]
    late = [one for one in due if now.micros - one.micros > rules.on_time]
    run = (*caught(late, catch_up, is_fresh=bool(fresh), most=rules.catch_up_max), *fresh)
    return Decision(run, len(due) - len(run))


def caught(late: list[Instant], catch_up: CatchUp, *, is_fresh: bool, most: int) -> list[Instant]:
    """Those of the missed slots that are made up for."""
    match catch_up:
        case CatchUp.NONE:
            return []
        case CatchUp.ONE:
            return [] if is_fresh else late[-1:]
        case CatchUp.ALL:
            return late[-most:]
        case _:
            assert_never(catch_up)
