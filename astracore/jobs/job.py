"""The job decider: from a wish to a result, through any number of attempts by any workers.

Ladder of each command: the job's stage, then the fencing token, then what the command says.
"""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.jobs import JobFault, JobInvalid, JobState, LeaseLost
from astracore.events.decider import Decider
from astracore.instants import Instant
from astracore.jobs.commands import (
    CancelJob,
    CompleteJob,
    EnqueueJob,
    FailJob,
    Heartbeat,
    HolderCommand,
    JobCommand,
    LoseLease,
    ObeyCancel,
    PurgeDead,
    RetryDead,
    ReturnJob,
    TakeJob,
)
from astracore.jobs.events import (
    JobBeat,
    JobCancelled,
    JobCancelRequested,
    JobCompleted,
    JobDead,
    JobEnqueued,
    JobEvent,
    JobPurged,
    JobRetrying,
    JobReturned,
    JobRevived,
    JobStarted,
)
from astracore.jobs.folding import evolve
from astracore.jobs.rules import JOB_RULES, JobRules, Stage, delay_before, lease_until
from astracore.jobs.state import WAITING, Held, Job, Wish

Decided: TypeAlias = Result[tuple[JobEvent, ...], JobFault]
LOST = "lease_lost"


def decide(command: JobCommand, state: Job | None) -> Decided:
    """What a command does to a job.

    Errors in order: JobState, LeaseLost, JobInvalid.
    Invariant: of all attempts at most one completes; what an old holder says changes nothing.
    """
    if isinstance(command, EnqueueJob):
        return _enqueue(command, state)
    if state is None:
        return Failure(JobState("absent", type(command).__name__))
    if isinstance(command, HolderCommand):
        return _by_holder(command, state)
    match command:
        case TakeJob():
            return _take(command, state)
        case LoseLease():
            return _lose(command, state)
        case CancelJob():
            return _cancel(command, state)
        case RetryDead() | PurgeDead():
            return _of_dead(command, state)
        case _:
            assert_never(command)


def _enqueue(command: EnqueueJob, state: Job | None) -> Decided:
    if state is not None:
        return Failure(JobState(state.stage.value, "EnqueueJob"))
    fault = wish_fault(command.wish)
    if fault is not None:
        return Failure(fault)
    run_at = max(command.run_at, command.at)
    return Success(
        (JobEnqueued(job_id=command.job_id, wish=command.wish, run_at=run_at, at=command.at),)
    )


def wish_fault(wish: Wish, rules: JobRules = JOB_RULES) -> JobInvalid | None:
    """The first field of a wish that breaks its rule."""
    if not 0 <= wish.max_retries <= rules.retries_max:
        return JobInvalid("max_retries", f"0 to {rules.retries_max}")
    if not rules.timeout_min <= wish.timeout <= rules.timeout_max:
        return JobInvalid("timeout", f"{rules.timeout_min} to {rules.timeout_max} microseconds")
    if len(wish.payload.encode("utf-8", "surrogatepass")) > rules.payload_max:
        return JobInvalid("payload", f"at most {rules.payload_max} bytes")
    return None


def _take(command: TakeJob, state: Job) -> Decided:
    if state.stage not in WAITING or state.run_at > command.at:
        return Failure(JobState(state.stage.value, "TakeJob"))
    started = JobStarted(
        job_id=state.job_id,
        worker=command.worker,
        attempt=state.attempt + 1,
        token=state.token + 1,
        lease_until=lease_until(command.at, command.at, state.wish.timeout),
        at=command.at,
    )
    return Success((started,))


def _by_holder(command: HolderCommand, state: Job) -> Decided:
    """Commands that only the holder of the newest token may give, while the lease lasts."""
    held = state.held
    if held is None or held.token != command.token or held.until <= command.at:
        return Failure(LeaseLost(command.token, state.token))
    job_id, at = state.job_id, command.at
    match command:
        case Heartbeat():
            return Success((_beat(command, state, held),))
        case CompleteJob():
            size = len(command.result.encode("utf-8", "surrogatepass"))
            if size > JOB_RULES.payload_max:
                return Failure(JobInvalid("result", f"at most {JOB_RULES.payload_max} bytes"))
            return Success((JobCompleted(job_id=job_id, result=command.result, at=at),))
        case FailJob():
            return Success((_failed(state, held, command),))
        case ReturnJob():
            return Success((_given_back(state, held, at),))
        case ObeyCancel():
            if state.stage is not Stage.CANCELLING:
                return Failure(JobState(state.stage.value, "ObeyCancel"))
            return Success((JobCancelled(job_id=job_id, actor=held.worker, at=at),))
        case _:
            assert_never(command)


def _beat(command: Heartbeat, state: Job, held: Held) -> JobBeat:
    return JobBeat(
        job_id=state.job_id,
        lease_until=lease_until(held.started_at, command.at, state.wish.timeout),
        progress=command.progress or state.progress,
        at=command.at,
    )


def _failed(state: Job, held: Held, command: FailJob) -> JobEvent:
    if state.stage is Stage.CANCELLING:
        return JobCancelled(job_id=state.job_id, actor=held.worker, at=command.at)
    reason = command.reason[: JOB_RULES.reason_max]
    return _again_or_dead(state, command.at, command.error, reason, permanent=command.permanent)


def _given_back(state: Job, held: Held, at: Instant) -> JobEvent:
    if state.stage is Stage.CANCELLING:
        return JobCancelled(job_id=state.job_id, actor=held.worker, at=at)
    return JobReturned(job_id=state.job_id, at=at)


def _again_or_dead(
    state: Job, at: Instant, error: str, reason: str, *, permanent: bool
) -> JobDead | JobRetrying:
    """An attempt has failed: wait for the next, or give up."""
    job_id, attempt = state.job_id, state.attempt
    if permanent or attempt > state.wish.max_retries:
        return JobDead(
            job_id=job_id, wish=state.wish, attempt=attempt, error=error, reason=reason, at=at
        )
    run_at = Instant(at.micros + delay_before(attempt))
    return JobRetrying(
        job_id=job_id, attempt=attempt, error=error, reason=reason, run_at=run_at, at=at
    )


def _lose(command: LoseLease, state: Job) -> Decided:
    held = state.held
    if held is None or held.until > command.at:
        return Failure(JobState(state.stage.value, "LoseLease"))
    if state.stage is Stage.CANCELLING:
        return Success((JobCancelled(job_id=state.job_id, actor=held.worker, at=command.at),))
    reason = f"{held.worker} was not heard of"
    return Success((_again_or_dead(state, command.at, LOST, reason, permanent=False),))


def _cancel(command: CancelJob, state: Job) -> Decided:
    job_id, actor, at = state.job_id, command.actor, command.at
    if state.stage in WAITING:
        return Success((JobCancelled(job_id=job_id, actor=actor, at=at),))
    if state.stage is Stage.RUNNING:
        return Success((JobCancelRequested(job_id=job_id, actor=actor, at=at),))
    return Failure(JobState(state.stage.value, "CancelJob"))


def _of_dead(command: RetryDead | PurgeDead, state: Job) -> Decided:
    if state.stage is not Stage.DEAD:
        return Failure(JobState(state.stage.value, type(command).__name__))
    job_id, actor, at = state.job_id, command.actor, command.at
    if isinstance(command, RetryDead):
        return Success((JobRevived(job_id=job_id, actor=actor, at=at),))
    return Success((JobPurged(job_id=job_id, actor=actor, at=at),))


JOBS: Decider[JobCommand, Job | None, JobEvent, JobFault] = Decider("job.job", None, decide, evolve)
