"""What is remembered of a job: its wish, where it stands, and who holds it."""

from attrs import frozen

from astracore.instants import Instant
from astracore.jobs.rules import JobState, Priority


@frozen(kw_only=True)
class Wish:
    """What is to be done. `payload` is canonical JSON; `timeout` in microseconds."""

    task: str
    payload: str
    priority: Priority
    max_retries: int
    timeout: int
    idempotency_key: str | None = None
    owner: str = ""


@frozen(kw_only=True)
class Held:
    """The lease of a running job: whoever completes it must name its `token`."""

    worker: str
    token: int
    until: Instant


@frozen(kw_only=True)
class Job:
    """A job after any number of attempts; `attempt` counts those that began and were charged."""

    job_id: str
    wish: Wish
    state: JobState
    run_at: Instant
    enqueued_at: Instant
    attempt: int = 0
    token: int = 0  # the highest ever given
    held: Held | None = None
    progress: str | None = None
    result: str | None = None
    error: str | None = None  # the code of the last failure
    reason: str | None = None  # its words
    ended_at: Instant | None = None


ENDED = frozenset({JobState.COMPLETED, JobState.DEAD, JobState.CANCELLED})
HELD = frozenset({JobState.RUNNING, JobState.CANCELLING})
WAITING = frozenset({JobState.SCHEDULED, JobState.QUEUED, JobState.RETRYING})
