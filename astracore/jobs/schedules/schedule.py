"""The schedule decider: each slot is fired at most once, whoever asks how often."""

from typing import assert_never

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.jobs import (
    BadCron,
    ScheduleExists,
    ScheduleFault,
    ScheduleNotFound,
    UnknownTask,
)
from astracore.events.decider import Decider
from astracore.instants import Instant
from astracore.jobs.schedules.commands import (
    DisableSchedule,
    EnableSchedule,
    FireSlot,
    RegisterSchedule,
    RemoveSchedule,
    ScheduleCommand,
)
from astracore.jobs.schedules.events import (
    ScheduleDisabled,
    ScheduleEnabled,
    ScheduleEvent,
    ScheduleFired,
    ScheduleRegistered,
    ScheduleRemoved,
)
from astracore.jobs.schedules.state import Plan, Schedule
from astracore.jobs.slots import Kind, Overlap, dues_of, next_after, seconds_of, to_run
from astracore.outcome import is_failure

Told = Result[tuple[ScheduleEvent, ...], ScheduleFault]


def decide(command: ScheduleCommand, state: Schedule | None) -> Told:
    """What a command does to a schedule.

    Errors of RegisterSchedule in order: ScheduleExists, UnknownTask, BadInterval, BadCron; of all
    others: ScheduleNotFound.  Invariant: the slots of all ScheduleFired rise strictly.
    """
    if isinstance(command, RegisterSchedule):
        return _register(command, state)
    if state is None:
        return Failure(ScheduleNotFound(command.name))
    match command:
        case EnableSchedule():
            return _enable(command, state)
        case DisableSchedule():
            off = ScheduleDisabled(name=command.name, at=command.at)
            return Success((off,) if state.is_enabled else ())
        case RemoveSchedule():
            return Success((ScheduleRemoved(name=command.name, at=command.at),))
        case FireSlot():
            return Success(_fire(command, state))
        case _:
            assert_never(command)


def first_due(
    plan: Plan, cron_next: Instant | None, at: Instant
) -> Result[Instant | None, ScheduleFault]:
    """The first slot of a plan that is not before `at`.  Errors: BadInterval, BadCron."""
    match plan.kind:
        case Kind.ONCE:
            return Success(max(plan.start, at))
        case Kind.INTERVAL:
            return seconds_of(plan.spec).map(
                lambda micros: next_after(plan.start, micros, Instant(at.micros - 1))
            )
        case Kind.CRON:
            if cron_next is None:
                return Failure(BadCron(plan.spec, "it has no next instant"))
            return Success(cron_next)
        case _:
            assert_never(plan.kind)


def _register(command: RegisterSchedule, state: Schedule | None) -> Told:
    plan = command.plan
    if state is not None:
        return Failure(ScheduleExists(plan.name))
    if plan.task not in command.tasks:
        return Failure(UnknownTask(plan.task))
    return first_due(plan, command.cron_next, command.at).map(
        lambda due: (ScheduleRegistered(name=plan.name, plan=plan, next_due=due, at=command.at),)
    )


def _enable(command: EnableSchedule, state: Schedule) -> Told:
    if state.is_enabled:
        return Success(())
    return first_due(state.plan, command.cron_next, command.at).map(
        lambda due: (ScheduleEnabled(name=command.name, next_due=due, at=command.at),)
    )


def _fire(command: FireSlot, state: Schedule) -> tuple[ScheduleEvent, ...]:
    """The slots that are due now, if any; nothing when it is too early or switched off."""
    first = state.next_due
    if not state.is_enabled or first is None or first > command.at:
        return ()
    due, following = _due(command, state.plan, first)
    decision = to_run(due, command.at, state.plan.catch_up)
    run = decision.run
    if command.is_busy and state.plan.overlap is Overlap.SKIP:
        run = ()
    return (
        ScheduleFired(
            name=command.name,
            slots=run,
            skipped=len(due) - len(run),
            next_due=following,
            at=command.at,
        ),
    )


def _due(
    command: FireSlot, plan: Plan, first: Instant
) -> tuple[tuple[Instant, ...], Instant | None]:
    """The slots from `first` to now, oldest first, and the one after them."""
    match plan.kind:
        case Kind.ONCE:
            return (first,), None
        case Kind.INTERVAL:
            micros = seconds_of(plan.spec)
            if is_failure(micros):  # a plan that was never registered so
                return (first,), None
            every = micros.unwrap()
            slots = dues_of(plan.start, every, first, command.at)
            return slots, next_after(plan.start, every, command.at)
        case Kind.CRON:
            slots = tuple(one for one in command.cron_due if first <= one <= command.at)
            return slots or (first,), command.cron_next
        case _:
            assert_never(plan.kind)


def evolve(state: Schedule | None, event: ScheduleEvent) -> Schedule | None:
    """The schedule after `event`; total."""
    match event:
        case ScheduleRegistered():
            return Schedule(plan=event.plan, is_enabled=True, next_due=event.next_due)
        case ScheduleRemoved():
            return None
        case ScheduleEnabled() | ScheduleDisabled() | ScheduleFired():
            return None if state is None else _after(state, event)
        case _:
            assert_never(event)


def _after(state: Schedule, event: ScheduleEnabled | ScheduleDisabled | ScheduleFired) -> Schedule:
    match event:
        case ScheduleEnabled():
            return changed(state, is_enabled=True, next_due=event.next_due)
        case ScheduleDisabled():
            return changed(state, is_enabled=False)
        case ScheduleFired():
            last = event.slots[-1] if event.slots else state.last_slot
            return changed(state, next_due=event.next_due, last_slot=last)
        case _:
            assert_never(event)


SCHEDULES: Decider[ScheduleCommand, Schedule | None, ScheduleEvent, ScheduleFault] = Decider(
    "job.schedule", None, decide, evolve
)
