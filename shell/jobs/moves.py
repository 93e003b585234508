"""One step of a job or a schedule, in the caller's transaction: lock, decide, write back.

The rows are the truth. What the event store is told besides (`JobTold`) goes into the same
transaction; whoever tells it holds the store's lock.
"""

from typing import Any

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import jobs, schedules
from adapters.db.settle import Ask, Decided, Stamp, settle
from astracore.catalog.jobs import JOB_EVENTS
from astracore.errors.events import CorruptRow
from astracore.errors.jobs import JobFault, JobState, ScheduleFault
from astracore.events.canonical import digest
from astracore.events.decider import replay
from astracore.events.envelope import Origin, StreamId
from astracore.events.stored import fresh
from astracore.ids import CommandId, derived_id
from astracore.instants import Instant
from astracore.jobs.commands import EnqueueJob, JobCommand
from astracore.jobs.events import JobEvent, JobTold
from astracore.jobs.job import JOBS
from astracore.jobs.schedules.commands import RegisterSchedule, ScheduleCommand
from astracore.jobs.schedules.events import ScheduleEvent
from astracore.jobs.schedules.schedule import SCHEDULES
from astracore.jobs.schedules.state import Schedule
from astracore.jobs.state import Job
from astracore.outcome import is_failure

ACTOR = "service:jobs"


class UnreadableRowError(Exception):
    """A row that we wrote does not come back: nothing of the transaction is stored."""


@frozen
class Moved:
    """A job after a step; `job` is None when it was purged. `events` is empty when the job was
    there already under its key."""

    job: Job | None
    events: tuple[JobEvent, ...]

    @property
    def there(self) -> Job:
        """The job, of a step that leaves one."""
        if self.job is None:
            raise LookupError("the job was purged")
        return self.job

    @property
    def told(self) -> tuple[JobTold, ...]:
        """What the event store is to know of it."""
        return tuple(one for one in self.events if isinstance(one, JobTold))


def job_moved(connection: Connection, command: JobCommand) -> Result[Moved, JobFault]:
    """What `command` did to its job.  Errors: those of the decider.

    Raises UnreadableRowError.
    """
    if isinstance(command, EnqueueJob):
        return _enqueued(connection, command)
    before = _readable(jobs.load(connection, command.job_id, lock=True))
    decided = JOBS.decide(command, before)
    if is_failure(decided):
        return decided
    events = decided.unwrap()
    after = replay(JOBS, events, before)
    if after is None:
        jobs.remove(connection, command.job_id)
    else:
        jobs.save(connection, after)
    return Success(Moved(after, events))


def _enqueued(connection: Connection, command: EnqueueJob) -> Result[Moved, JobFault]:
    decided = JOBS.decide(command, None)
    if is_failure(decided):
        return decided
    events = decided.unwrap()
    made = replay(JOBS, events)
    if made is None:
        return Failure(JobState("absent", "EnqueueJob"))
    kept = _readable(jobs.add(connection, made))
    return Success(Moved(kept, events if kept is made else ()))


def _readable(found: Result[Any, CorruptRow]) -> Any:  # noqa: ANN401 - typed again by the callers
    if is_failure(found):
        raise UnreadableRowError(str(found.failure()))
    return found.unwrap()


@frozen
class Planned:
    """A schedule after a step; None when it was removed."""

    schedule: Schedule | None
    events: tuple[ScheduleEvent, ...]


def schedule_moved(
    connection: Connection, command: ScheduleCommand
) -> Result[Planned, ScheduleFault]:
    """What `command` did to its schedule.  Errors: those of the decider.

    Raises UnreadableRowError.
    """
    name = command.plan.name if isinstance(command, RegisterSchedule) else command.name
    before = _readable(schedules.load(connection, name, lock=True))
    decided = SCHEDULES.decide(command, before)
    if is_failure(decided):
        return decided
    events = decided.unwrap()
    after = replay(SCHEDULES, events, before)
    if after is None:
        schedules.remove(connection, name)
    elif events:
        schedules.save(connection, after)
    return Success(Planned(after, events))


def tell(connection: Connection, moved: Moved, stamp: Stamp) -> None:
    """Put what the queue itself decided into the event store, in a transaction that holds its
    lock. Raises UnreadableRowError when the log refuses it."""
    stream = StreamId(JOBS.name, moved.there.job_id)
    for event in moved.told:
        origin = _origin(moved.there, event)

        def decide(_history: object, event: JobTold = event, origin: Origin = origin) -> Any:  # noqa: ANN401
            return Success(Decided(events=(fresh(JOB_EVENTS, event, stream, origin, 0),)))

        ask = Ask(
            key=origin.command_id,
            digest=digest(JOB_EVENTS.encode(event)),
            actor=ACTOR,
            at=event.at,
            streams=(stream,),
            decide=decide,
            answer=lambda _stored: b"",
        )
        (result,) = settle(connection, [ask], stamp)
        if is_failure(result):
            raise UnreadableRowError(str(result.failure()))


def _origin(job: Job, event: JobTold) -> Origin:
    """An attempt ends once: its token names what is told of it."""
    facts = ("job", job.job_id, JOB_EVENTS.name(event), str(job.token))
    name = CommandId(derived_id(event.at.micros // 1000, *facts))
    return Origin(
        command_id=name, correlation_id=job.job_id, causation_id=name, actor=ACTOR, at=event.at
    )


def slot_key(schedule: str, slot: Instant) -> str:
    """Under what name a slot is enqueued once. Keys of requests hold no space.

    >>> slot_key("sweep", Instant(0))
    'sweep 1970-01-01T00:00:00.000000Z'
    """
    return f"{schedule} {slot}"
