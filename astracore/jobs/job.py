"""The job decider: from a wish to a result, through any number of attempts by any workers.

Ladder of each command: the job's state, then the fencing token, then what the command says.
"""

from typing import assert_never

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.jobs import JobFault, JobInvalid, JobStateFault, LeaseLost, UnknownTask
from astracore.events.decider import Decider
from astracore.instants import Instant
from astracore.jobs.commands import (
    CancelJob,
    CompleteJob,
    EnqueueJob,
    FailJob,
    Heartbeat,
    JobCommand,
    LoseLease,
    ObeyCancel,
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
    JobRetrying,
    JobReturned,
    JobRevived,
    JobStarted,
)
from astracore.jobs.rules import JOB_RULES, JobRules, JobState, delay_before
from astracore.jobs.state import WAITING, Held, Job, Wish

Told = Result[tuple[JobEvent, ...], JobFault]
LOST = "lease_lost"


def decide(command: JobCommand, state: Job | None) -> Told:
    """What a command does to a job.

    Errors in order: JobStateFault, LeaseLost; of EnqueueJob: UnknownTask, JobInvalid.
    Invariant: of all attempts at most one completes; what an old holder says changes nothing.
    """
    if isinstance(command, EnqueueJob):
        return _enqueue(command, state)
    if state is None:
        return Failure(JobStateFault("absent", type(command).__name__))
    match command:
        case TakeJob():
            return _take(command, state)
        case CancelJob():
            return _cancel(command, state)
        case RetryDead():
            return _revive(command, state)
        case LoseLease():
            return _lose(command, state)
        case Heartbeat() | CompleteJob() | FailJob() | ReturnJob() | ObeyCancel():
            return _by_holder(command, state)
        case _:
            assert_never(command)


def _enqueue(command: EnqueueJob, state: Job | None) -> Told:
    if state is not None:
        return Failure(JobStateFault(state.state.value, "EnqueueJob"))
    if command.wish.task not in command.tasks:
        return Failure(UnknownTask(command.wish.task))
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
        return JobInvalid("timeout", f"{rules.timeout_min} to {rules.timeout_max} µs")
    if len(wish.payload.encode("utf-8", "surrogatepass")) > rules.payload_max:
        return JobInvalid("payload", f"at most {rules.payload_max} bytes")
    return None


def _take(command: TakeJob, state: Job) -> Told:
    if state.state not in WAITING or state.run_at > command.at:
        return Failure(JobStateFault(state.state.value, "TakeJob"))
    until = lease_until(state.wish, command.at)
    return Success(
        (
            JobStarted(
                job_id=state.job_id,
                worker=command.worker,
                attempt=state.attempt + 1,
                token=state.token + 1,
                lease_until=until,
                at=command.at,
            ),
        )
    )


def lease_until(wish: Wish, at: Instant, rules: JobRules = JOB_RULES) -> Instant:
    """Until when nobody else may take the job: the timeout and a grace."""
    return Instant(at.micros + wish.timeout + rules.grace)


def _by_holder(
    command: Heartbeat | CompleteJob | FailJob | ReturnJob | ObeyCancel, state: Job
) -> Told:
    """Commands that only the holder of the newest token may give."""
    held = state.held
    if held is None or held.token != command.token or held.until <= command.at:
        return Failure(LeaseLost(command.token, state.token))
    job_id, at = state.job_id, command.at
    match command:
        case Heartbeat():
            beat = JobBeat(job_id=job_id, lease_until=held.until, progress=command.progress, at=at)
            return Success((beat,))
        case CompleteJob():
            return Success((JobCompleted(job_id=job_id, result=command.result, at=at),))
        case FailJob():
            return Success((_failed(command, state),))
        case ReturnJob():
            return Success((JobReturned(job_id=job_id, at=at),))
        case ObeyCancel():
            if state.state is not JobState.CANCELLING:
                return Failure(JobStateFault(state.state.value, "ObeyCancel"))
            return Success((JobCancelled(job_id=job_id, actor=held.worker, at=at),))
        case _:
            assert_never(command)


def _failed(command: FailJob, state: Job) -> JobEvent:
    if state.state is JobState.CANCELLING:
        worker = "" if state.held is None else state.held.worker
        return JobCancelled(job_id=state.job_id, actor=worker, at=command.at)
    return _again_or_dead(
        state, command.at, command.error, command.reason, permanent=command.permanent
    )


def _again_or_dead(
    state: Job, at: Instant, error: str, reason: str, *, permanent: bool
) -> JobEvent:
    """An attempt has failed: wait for the next, or give up."""
    if permanent or state.attempt > state.wish.max_retries:
        return JobDead(
            job_id=state.job_id,
            wish=state.wish,
            attempt=state.attempt,
            error=error,
            reason=reason,
            at=at,
        )
    return JobRetrying(
        job_id=state.job_id,
        attempt=state.attempt,
        error=error,
        reason=reason,
        run_at=Instant(at.micros + delay_before(state.attempt)),
        at=at,
    )


def _lose(command: LoseLease, state: Job) -> Told:
    held = state.held
    if held is None or held.until > command.at:
        return Failure(JobStateFault(state.state.value, "LoseLease"))
    if state.state is JobState.CANCELLING:
        return Success((JobCancelled(job_id=state.job_id, actor=held.worker, at=command.at),))
    reason = f"{held.worker} was not heard of"
    return Success((_again_or_dead(state, command.at, LOST, reason, permanent=False),))


def _cancel(command: CancelJob, state: Job) -> Told:
    job_id, actor, at = state.job_id, command.actor, command.at
    if state.state in WAITING:
        return Success((JobCancelled(job_id=job_id, actor=actor, at=at),))
    if state.state is JobState.RUNNING:
        return Success((JobCancelRequested(job_id=job_id, actor=actor, at=at),))
    return Failure(JobStateFault(state.state.value, "CancelJob"))


def _revive(command: RetryDead, state: Job) -> Told:
    if state.state is not JobState.DEAD:
        return Failure(JobStateFault(state.state.value, "RetryDead"))
    return Success((JobRevived(job_id=state.job_id, actor=command.actor, at=command.at),))


def evolve(state: Job | None, event: JobEvent) -> Job | None:
    """The job after `event`; total: an event of a job that is not known changes nothing."""
    if isinstance(event, JobEnqueued):
        return Job(
            job_id=event.job_id,
            wish=event.wish,
            state=JobState.SCHEDULED if event.run_at > event.at else JobState.QUEUED,
            run_at=event.run_at,
            enqueued_at=event.at,
        )
    return None if state is None else _after(state, event)


def _after(state: Job, event: JobEvent) -> Job:
    match event:
        case JobStarted():
            held = Held(worker=event.worker, token=event.token, until=event.lease_until)
            return changed(
                state,
                state=JobState.RUNNING,
                attempt=event.attempt,
                token=event.token,
                held=held,
                progress=None,
            )
        case JobBeat():
            return changed(state, progress=event.progress)
        case JobRetrying():
            waits = changed(state, state=JobState.RETRYING, held=None, run_at=event.run_at)
            return changed(waits, error=event.error, reason=event.reason)
        case JobReturned():
            back = changed(state, state=JobState.QUEUED, held=None, run_at=event.at)
            return changed(back, attempt=max(0, state.attempt - 1))
        case JobCancelRequested():
            return changed(state, state=JobState.CANCELLING)
        case JobRevived():
            fresh = changed(state, state=JobState.QUEUED, attempt=0, run_at=event.at)
            return changed(fresh, ended_at=None)
        case JobCompleted() | JobDead() | JobCancelled():
            return _ended(state, event)
        case JobEnqueued():
            return state
        case _:
            assert_never(event)


def _ended(state: Job, event: JobCompleted | JobDead | JobCancelled) -> Job:
    over = changed(state, held=None, ended_at=event.at)
    match event:
        case JobCompleted():
            return changed(over, state=JobState.COMPLETED, result=event.result)
        case JobDead():
            return changed(over, state=JobState.DEAD, error=event.error, reason=event.reason)
        case JobCancelled():
            return changed(over, state=JobState.CANCELLED)
        case _:
            assert_never(event)


JOBS: Decider[JobCommand, Job | None, JobEvent, JobFault] = Decider("job.job", None, decide, evolve)
