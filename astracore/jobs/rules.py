"""The numbers of the queue, and the formulas that use them."""

from collections.abc import Set as AbstractSet
from enum import Enum

from attrs import frozen

from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant


class Priority(Enum):
    """Which queue a job waits in; the first is served first."""

    CRITICAL = "critical"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Stage(Enum):
    """Where a job stands."""

    SCHEDULED = "scheduled"  # its time has not come
    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancel_requested"  # the handler will see it at its next check
    RETRYING = "retrying"  # failed, waits for its next attempt
    COMPLETED = "completed"
    DEAD = "dead"  # no attempt is left, or none would help
    CANCELLED = "cancelled"


@frozen(kw_only=True)
class JobRules:
    """Durations in microseconds."""

    retries_default: int = 3
    retries_max: int = 10
    timeout_default: int = 300 * SECOND
    timeout_min: int = 10 * SECOND
    timeout_max: int = HOUR
    first_delay: int = MINUTE
    delay_max: int = HOUR
    grace: int = 30 * SECOND  # a lease outlives the timeout, and the last heartbeat, by this
    once_within: int = 7 * DAY  # how long an idempotency key is remembered
    result_kept: int = DAY
    record_kept: int = 7 * DAY
    patience: int = 20  # takes in a row that may pass over a waiting lower queue
    payload_max: int = 65_536  # [bytes] of a payload, and of a result
    reason_max: int = 500  # [characters]
    history_max: int = 40  # turns
    interval_min: int = 10 * SECOND
    catch_up_max: int = 24
    on_time: int = 10 * SECOND  # a slot that is seen later than this was missed


JOB_RULES = JobRules()
ORDER: tuple[Priority, ...] = tuple(Priority)


def delay_before(retry: int, rules: JobRules = JOB_RULES) -> int:
    """How long retry 1, 2, … waits: min(first × 2^(k − 1), max) [µs].

    >>> [delay_before(k) // 1_000_000 for k in (1, 2, 3, 4, 7)]
    [60, 120, 240, 480, 3600]
    """
    doublings = min(max(retry, 1) - 1, 32)
    return int(min(rules.first_delay * 2**doublings, rules.delay_max))


def lease_until(
    started: Instant, heard: Instant, timeout: int, rules: JobRules = JOB_RULES
) -> Instant:
    """Until when nobody else may take a job whose holder was last `heard`: a grace after that, and
    a grace after the timeout at the latest.

    >>> lease_until(Instant(0), Instant(0), 300_000_000).micros
    30000000
    >>> lease_until(Instant(0), Instant(299_000_000), 280_000_000).micros
    310000000
    """
    return Instant(min(started.micros + timeout, heard.micros) + rules.grace)


def chosen(
    waiting: AbstractSet[Priority], passed_over: int, rules: JobRules = JOB_RULES
) -> Priority | None:
    """Which of the `waiting` queues gives the next job: the highest, but in time the lowest.

    `passed_over` counts the takes in a row that left a lower queue waiting.
    Invariant: the lowest waiting queue is passed over at most `patience` times in a row.
    >>> waiting = {Priority.HIGH, Priority.LOW}
    >>> chosen(waiting, 19), chosen(waiting, 20)
    (<Priority.HIGH: 'high'>, <Priority.LOW: 'low'>)
    """
    there = [one for one in ORDER if one in waiting]
    if not there:
        return None
    return there[-1] if passed_over >= rules.patience else there[0]


def passed_after(waiting: AbstractSet[Priority], taken: Priority, passed_over: int) -> int:
    """The count of takes that passed over somebody, after one from `taken`."""
    lower = ORDER[ORDER.index(taken) + 1 :]
    return passed_over + 1 if any(one in waiting for one in lower) else 0
