"""What is remembered of a job: its wish, where it stands, who holds it, what was tried."""

from attrs import frozen

from astracore.instants import Instant
from astracore.jobs.rules import Priority, Stage


@frozen(kw_only=True)
class Wish:
    """What is to be done. `payload` is canonical JSON; `timeout` in microseconds.

    `schedule` and `slot` say which schedule wants it for when; `in_line`: not before the earlier
    jobs of that schedule have ended.
    """

    task: str
    payload: str
    priority: Priority
    max_retries: int
    timeout: int
    idempotency_key: str | None = None
    owner: str = ""
    schedule: str | None = None
    slot: Instant | None = None
    in_line: bool = False


@frozen(kw_only=True)
class Held:
    """The lease of a running job: whoever completes it must name its `token`."""

    worker: str
    token: int
    started_at: Instant
    until: Instant


@frozen
class Progress:
    """How far a handler says it is."""

    done: int
    total: int


@frozen(kw_only=True)
class Turn:
    """One line of a job's history. `worker` is who had it, or the person who decided."""

    at: Instant
    what: str
    attempt: int
    worker: str
    error: str | None = None
    reason: str | None = None


@frozen(kw_only=True)
class Job:
    """A job after any number of attempts; `attempt` counts those that began and were charged."""

    job_id: str
    wish: Wish
    stage: Stage
    run_at: Instant
    enqueued_at: Instant
    attempt: int = 0
    token: int = 0  # the highest ever given
    held: Held | None = None
    progress: Progress | None = None
    result: str | None = None  # canonical JSON
    error: str | None = None  # the code of the last failure
    reason: str | None = None  # its words
    ended_at: Instant | None = None
    history: tuple[Turn, ...] = ()  # oldest first, the newest of them


HELD = frozenset({Stage.RUNNING, Stage.CANCELLING})
WAITING = frozenset({Stage.SCHEDULED, Stage.QUEUED, Stage.RETRYING})


def standing(job: Job, now: Instant) -> Stage:
    """Where a job stands as people see it: what waits and is due is queued."""
    return Stage.QUEUED if job.stage in WAITING and job.run_at <= now else job.stage
