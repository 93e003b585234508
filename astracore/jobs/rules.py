"""The numbers of the queue, and the formulas that use them."""

from collections.abc import Mapping
from enum import Enum

from attrs import frozen

from astracore.instants import DAY, HOUR, MINUTE, SECOND


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
    grace: int = 30 * SECOND  # a lease outlives the timeout by this
    heartbeat: int = 10 * SECOND
    once_within: int = 7 * DAY  # how long an idempotency key is remembered
    result_kept: int = DAY
    record_kept: int = 7 * DAY
    patience: int = 20  # takes in a row that may pass over a waiting lower queue
    payload_max: int = 65_536  # [bytes]
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


def chosen(
    waiting: Mapping[Priority, int], passed_over: int, rules: JobRules = JOB_RULES
) -> Priority | None:
    """Which queue gives the next job: the highest that has one, but in time the lowest.

    `waiting` counts jobs; `passed_over` the takes in a row that left a lower queue waiting.
    Invariant: a waiting job is passed over at most `patience` times in a row by higher queues.
    >>> waiting = {Priority.HIGH: 1, Priority.LOW: 9}
    >>> chosen(waiting, 19), chosen(waiting, 20)
    (<Priority.HIGH: 'high'>, <Priority.LOW: 'low'>)
    """
    there = [one for one in ORDER if waiting.get(one, 0) > 0]
    if not there:
        return None
    return there[-1] if passed_over >= rules.patience else there[0]


def passed_after(waiting: Mapping[Priority, int], taken: Priority, passed_over: int) -> int:
    """The count of takes that passed over somebody, after one from `taken`."""
    lower = ORDER[ORDER.index(taken) + 1 :]
    return passed_over + 1 if any(waiting.get(one, 0) > 0 for one in lower) else 0
