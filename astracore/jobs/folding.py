"""A job after what happened to it."""

from typing import assert_never

from attrs import evolve as changed

from astracore.events.codec import kind_of
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
from astracore.jobs.rules import JOB_RULES, Stage
from astracore.jobs.state import Held, Job, Turn


def evolve(state: Job | None, event: JobEvent) -> Job | None:
    """The job after `event`; total: an event of a job that is not known changes nothing."""
    if isinstance(event, JobEnqueued):
        fresh = Job(
            job_id=event.job_id,
            wish=event.wish,
            stage=Stage.SCHEDULED if event.run_at > event.at else Stage.QUEUED,
            run_at=event.run_at,
            enqueued_at=event.at,
        )
        return _noted(fresh, event)
    if state is None or isinstance(event, JobPurged):
        return None
    if isinstance(event, JobBeat):
        return _beaten(state, event)
    holder = "" if state.held is None else state.held.worker
    return _noted(_after(state, event), event, holder)


def _beaten(state: Job, event: JobBeat) -> Job:
    """Heard of; no line of its history, as there are too many."""
    held = None if state.held is None else changed(state.held, until=event.lease_until)
    return changed(state, held=held, progress=event.progress)


def _after(
    state: Job,
    event: JobStarted
    | JobRetrying
    | JobReturned
    | JobCancelRequested
    | JobRevived
    | JobCompleted
    | JobDead
    | JobCancelled,
) -> Job:
    match event:
        case JobStarted():
            return _started(state, event)
        case JobRetrying():
            waits = changed(state, stage=Stage.RETRYING, held=None, run_at=event.run_at)
            return changed(waits, error=event.error, reason=event.reason)
        case JobReturned():
            back = changed(state, stage=Stage.QUEUED, held=None, run_at=event.at)
            return changed(back, attempt=max(0, state.attempt - 1))
        case JobCancelRequested():
            return changed(state, stage=Stage.CANCELLING)
        case JobRevived():
            wish = changed(state.wish, in_line=False)  # whoever was behind it has gone on
            fresh = changed(state, wish=wish, stage=Stage.QUEUED, attempt=0, run_at=event.at)
            return changed(fresh, ended_at=None)
        case JobCompleted() | JobDead() | JobCancelled():
            return _ended(state, event)
        case _:
            assert_never(event)


def _started(state: Job, event: JobStarted) -> Job:
    held = Held(
        worker=event.worker, token=event.token, started_at=event.at, until=event.lease_until
    )
    begun = changed(state, stage=Stage.RUNNING, attempt=event.attempt, token=event.token)
    return changed(begun, held=held, progress=None)


def _ended(state: Job, event: JobCompleted | JobDead | JobCancelled) -> Job:
    over = changed(state, held=None, ended_at=event.at)
    match event:
        case JobCompleted():
            return changed(over, stage=Stage.COMPLETED, result=event.result)
        case JobDead():
            return changed(over, stage=Stage.DEAD, error=event.error, reason=event.reason)
        case JobCancelled():
            return changed(over, stage=Stage.CANCELLED)
        case _:
            assert_never(event)


def _noted(state: Job, event: JobEvent, holder: str = "") -> Job:
    """With one more line of history, in which `holder` had it; the oldest make room."""
    who = holder if state.held is None else state.held.worker
    turn = Turn(
        at=event.at,
        what=kind_of(type(event)),
        attempt=state.attempt,
        worker=getattr(event, "actor", who),
        error=getattr(event, "error", None),
        reason=getattr(event, "reason", None),
    )
    return changed(state, history=(*state.history, turn)[-JOB_RULES.history_max :])
