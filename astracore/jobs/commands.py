"""What may be asked of a job."""

from typing import TypeAlias

from attrs import frozen

from astracore.instants import Instant
from astracore.jobs.state import Progress, Wish


@frozen(kw_only=True)
class EnqueueJob:
    """Put a wish into the queue, due at `run_at` (now when that is past)."""

    job_id: str
    wish: Wish
    run_at: Instant
    at: Instant


@frozen(kw_only=True)
class TakeJob:
    """A worker begins with a due job."""

    job_id: str
    worker: str
    at: Instant


@frozen(kw_only=True)
class Heartbeat:
    """The worker is alive, and may tell how far it is."""

    job_id: str
    token: int
    progress: Progress | None
    at: Instant


@frozen(kw_only=True)
class CompleteJob:
    """Done. `result` is canonical JSON."""

    job_id: str
    token: int
    result: str
    at: Instant


@frozen(kw_only=True)
class FailJob:
    """Not done: for now (`permanent` false), or never to be."""

    job_id: str
    token: int
    error: str
    reason: str
    permanent: bool
    at: Instant


@frozen(kw_only=True)
class LoseLease:
    """Nobody heard of the worker any more: a failed attempt. Asked when the lease has run out."""

    job_id: str
    at: Instant


@frozen(kw_only=True)
class ReturnJob:
    """The worker stops before it is done, and gives the job back uncharged."""

    job_id: str
    token: int
    at: Instant


@frozen(kw_only=True)
class CancelJob:
    """Do not do it, or stop at the next check."""

    job_id: str
    actor: str
    at: Instant


@frozen(kw_only=True)
class ObeyCancel:
    """The handler has seen that it is to stop, and did."""

    job_id: str
    token: int
    at: Instant


@frozen(kw_only=True)
class RetryDead:
    """Try a dead job once more, with all its attempts."""

    job_id: str
    actor: str
    at: Instant


@frozen(kw_only=True)
class PurgeDead:
    """Throw a dead job away."""

    job_id: str
    actor: str
    at: Instant


HolderCommand: TypeAlias = Heartbeat | CompleteJob | FailJob | ReturnJob | ObeyCancel
JobRequest: TypeAlias = EnqueueJob | CancelJob | RetryDead | PurgeDead
JobCommand: TypeAlias = JobRequest | TakeJob | LoseLease | HolderCommand
