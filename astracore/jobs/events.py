"""What may have happened to a job. The event store keeps `JobTold`, which alone have type names."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.instants import Instant
from astracore.jobs.state import Progress, Wish


@frozen(kw_only=True)
class JobEnqueued:
    """A wish waits."""

    TYPE: ClassVar[str] = "astra.job.job_enqueued.v1"
    job_id: str
    wish: Wish
    run_at: Instant
    at: Instant


@frozen(kw_only=True)
class JobStarted:
    """A worker has it, until `lease_until` unless it is heard of."""

    job_id: str
    worker: str
    attempt: int
    token: int
    lease_until: Instant
    at: Instant


@frozen(kw_only=True)
class JobBeat:
    """The worker was heard of."""

    job_id: str
    lease_until: Instant
    progress: Progress | None
    at: Instant


@frozen(kw_only=True)
class JobCompleted:
    """It is done."""

    job_id: str
    result: str
    at: Instant


@frozen(kw_only=True)
class JobRetrying:
    """An attempt failed; the next one is due at `run_at`."""

    job_id: str
    attempt: int
    error: str
    reason: str
    run_at: Instant
    at: Instant


@frozen(kw_only=True)
class JobReturned:
    """Given back before it was done; the attempt does not count."""

    job_id: str
    at: Instant


@frozen(kw_only=True)
class JobDead:
    """No attempt is left, or none would help. The whole wish stays, for a person to look at."""

    TYPE: ClassVar[str] = "astra.job.job_dead.v1"
    job_id: str
    wish: Wish
    attempt: int
    error: str
    reason: str
    at: Instant


@frozen(kw_only=True)
class JobCancelRequested:
    """The handler is to stop at its next check."""

    TYPE: ClassVar[str] = "astra.job.job_cancel_requested.v1"
    job_id: str
    actor: str
    at: Instant


@frozen(kw_only=True)
class JobCancelled:
    """It will not be done."""

    TYPE: ClassVar[str] = "astra.job.job_cancelled.v1"
    job_id: str
    actor: str
    at: Instant


@frozen(kw_only=True)
class JobRevived:
    """A dead job is queued again, its attempts counted from 0."""

    TYPE: ClassVar[str] = "astra.job.job_revived.v1"
    job_id: str
    actor: str
    at: Instant


@frozen(kw_only=True)
class JobPurged:
    """A dead job was thrown away."""

    TYPE: ClassVar[str] = "astra.job.job_purged.v1"
    job_id: str
    actor: str
    at: Instant


JobEvent: TypeAlias = (
    JobEnqueued
    | JobStarted
    | JobBeat
    | JobCompleted
    | JobRetrying
    | JobReturned
    | JobDead
    | JobCancelRequested
    | JobCancelled
    | JobRevived
    | JobPurged
)

JobTold: TypeAlias = (
    JobEnqueued | JobDead | JobCancelRequested | JobCancelled | JobRevived | JobPurged
)
