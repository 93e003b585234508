"""What people and policies ask of the queue, through the one command path.

A job's row, the events that tell of it and the answer under the caller's key are one transaction,
decided together with whatever else the group asks.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from attrs import frozen
from returns.result import Result, Success

from adapters.db.settle import Ask, Decided, History
from astracore.catalog.jobs import JOB_EVENTS, JOB_FAULTS, SCHEDULE_EVENTS, SCHEDULE_FAULTS
from astracore.errors.events import SpineFault, StreamFault
from astracore.errors.jobs import JobFault, ScheduleFault
from astracore.events.catalog import Catalog
from astracore.events.envelope import Envelope, StreamId
from astracore.events.stored import Stored, fresh, opened
from astracore.instants import Instant
from astracore.jobs.commands import JobRequest
from astracore.jobs.job import JOBS
from astracore.jobs.schedules.commands import PlanCommand, RegisterSchedule
from astracore.jobs.schedules.events import ScheduleTold
from astracore.jobs.schedules.schedule import SCHEDULES
from astracore.outcome import fold
from shell.http.answers import to_json
from shell.jobs.moves import Moved, Planned, job_moved, schedule_moved
from shell.jobs.views import job_view, schedule_view
from shell.streams import Job, Terms, once, readable

F = TypeVar("F")
Read: TypeAlias = Callable[[Stored], Result[Envelope[object], StreamFault]]


@frozen
class Step:
    """What one command did: what is told of it, and what is answered."""

    told: tuple[Any, ...]
    answer: bytes


def job_ask(command: JobRequest, terms: Terms) -> Job[JobFault]:
    """A command to one job."""
    stream = StreamId(JOBS.name, command.job_id)

    def step(history: History) -> Result[Step, JobFault]:
        return job_moved(history.connection, command).map(lambda moved: job_step(moved, command.at))

    return Job(
        ask=_ask(terms, stream, step, JOB_FAULTS.encode, JOB_EVENTS),
        refusal=JOB_FAULTS.decode,
        read=once(lambda stored: opened(stored, JOB_EVENTS.decode)),
        forget=_nothing,
    )


def job_step(moved: Moved, now: Instant) -> Step:
    """A job's step as it is told and answered."""
    shown = b"" if moved.job is None else to_json(job_view(moved.job, now))
    return Step(told=moved.told, answer=shown)


def schedule_ask(command: PlanCommand, terms: Terms) -> Job[ScheduleFault]:
    """A command to one schedule."""
    name = command.plan.name if isinstance(command, RegisterSchedule) else command.name
    stream = StreamId(SCHEDULES.name, name)

    def step(history: History) -> Result[Step, ScheduleFault]:
        return schedule_moved(history.connection, command).map(schedule_step)

    return Job(
        ask=_ask(terms, stream, step, SCHEDULE_FAULTS.encode, SCHEDULE_EVENTS),
        refusal=SCHEDULE_FAULTS.decode,
        read=once(lambda stored: opened(stored, SCHEDULE_EVENTS.decode)),
        forget=_nothing,
    )


def schedule_step(planned: Planned) -> Step:
    """A schedule's step as it is told and answered."""
    told = tuple(one for one in planned.events if isinstance(one, ScheduleTold))
    left = planned.schedule
    return Step(told=told, answer=b"" if left is None else to_json(schedule_view(left)))


def _nothing() -> None:
    """No state is remembered: the rows are read under lock each time."""


def _ask(
    terms: Terms,
    stream: StreamId,
    step: Callable[[History], Result[Step, F]],
    refusal: Callable[[F], bytes],
    events: Catalog[Any],
) -> Ask:
    """The command as the store sees it; its answer is of the same transaction."""
    answers: list[bytes] = []

    def decide(history: History) -> Result[Decided, SpineFault]:
        return Success(fold(step(history), success=done, failure=refused))

    def done(found: Step) -> Decided:
        answers.append(found.answer)
        return Decided(
            events=tuple(
                fresh(events, one, stream, terms.origin, place)
                for place, one in enumerate(found.told)
            )
        )

    def refused(fault: F) -> Decided:
        return Decided(refusal=refusal(fault))

    def answer(stored: tuple[Stored, ...]) -> bytes:
        for one in stored:
            readable(opened(one, events.decode))
        return answers[-1]

    return Ask(
        key=terms.origin.command_id,
        digest=terms.digest,
        actor=terms.origin.actor,
        at=terms.origin.at,
        streams=(stream,),
        decide=decide,
        answer=answer,
        kept=terms.kept,
    )
