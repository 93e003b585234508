"""The schedule decider: each slot is fired at most once, whoever asks how often."""

import re
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.jobs import (
    BadCron,
    JobInvalid,
    ScheduleExists,
    ScheduleFault,
    ScheduleNotFound,
)
from astracore.events.decider import Decider
from astracore.instants import SECOND, Instant, instant
from astracore.jobs.rules import JOB_RULES
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

Decided: TypeAlias = Result[tuple[ScheduleEvent, ...], ScheduleFault]
NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII)


def decide(command: ScheduleCommand, state: Schedule | None) -> Decided:
    """What a command does to a schedule.

    Errors of RegisterSchedule in order: ScheduleExists, JobInvalid, BadInterval, BadCron; of all
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


def _register(command: RegisterSchedule, state: Schedule | None) -> Decided:
    plan = command.plan
    if state is not None and not command.is_own:
        return Failure(ScheduleExists(plan.name))
    if state is not None and changed(plan, start=state.plan.start) == state.plan:
        return Success(())
    fault = plan_fault(plan)
    if fault is not None:
        return Failure(fault)
    least = SECOND if command.is_own else JOB_RULES.interval_min
    return first_due(plan, command.cron_next, command.at, least).map(
        lambda due: (ScheduleRegistered(name=plan.name, plan=plan, next_due=due, at=command.at),)
    )


def plan_fault(plan: Plan) -> JobInvalid | None:
    """The first field of a plan that breaks its rule."""
    if NAME.fullmatch(plan.name) is None:
        return JobInvalid("name", "1 to 64 small letters, digits and _ . -")
    if len(plan.payload.encode("utf-8", "surrogatepass")) > JOB_RULES.payload_max:
        return JobInvalid("payload", f"at most {JOB_RULES.payload_max} bytes")
    return None


def first_due(
    plan: Plan, cron_next: Instant | None, at: Instant, least: int = SECOND
) -> Result[Instant, ScheduleFault]:
    """The first slot of a plan that is not before `at`.

    Errors: JobInvalid (no instant), BadInterval, BadCron.
    """
    match plan.kind:
        case Kind.ONCE:
            meant = instant(plan.spec)
            if is_failure(meant):
                return Failure(JobInvalid("spec", "an instant such as 2026-03-04T10:00:00Z"))
            return Success(max(meant.unwrap(), at))
        case Kind.INTERVAL:
            return seconds_of(plan.spec, least).map(
                lambda micros: next_after(plan.start, micros, Instant(at.micros - 1))
            )
        case Kind.CRON:
            if cron_next is None:
                return Failure(BadCron(plan.spec, "it has no next instant"))
            return Success(cron_next)
        case _:
            assert_never(plan.kind)


def _enable(command: EnableSchedule, state: Schedule) -> Decided:
    """On again. What has fired once does not come again; what was missed while off stays so."""
    if state.is_enabled:
        return Success(())
    if state.plan.kind is Kind.ONCE:
        on = ScheduleEnabled(name=command.name, next_due=state.next_due, at=command.at)
        return Success((on,))
    return first_due(state.plan, command.cron_next, command.at).map(
        lambda due: (ScheduleEnabled(name=command.name, next_due=due, at=command.at),)
    )


def _fire(command: FireSlot, state: Schedule) -> tuple[ScheduleEvent, ...]:
    """The slots that are due now, if any; nothing when it is too early or switched off."""
    first = state.next_due
    if not state.is_enabled or first is None or first > command.at:
        return ()
    due, following = _due(command, state.plan, first)
    once = state.plan.kind is Kind.ONCE
    run = due if once else to_run(due, command.at, state.plan.catch_up)
    if command.is_busy and state.plan.overlap is Overlap.SKIP:
        run = ()
    return (ScheduleFired(name=command.name, slots=run, next_due=following, at=command.at),)


def _due(
    command: FireSlot, plan: Plan, first: Instant
) -> tuple[tuple[Instant, ...], Instant | None]:
    """The slots from `first` to now, oldest first, and the one after them."""
    every = seconds_of(plan.spec, SECOND)
    if plan.kind is Kind.INTERVAL and not is_failure(every):
        slots = dues_of(plan.start, every.unwrap(), first, command.at)
        return slots, next_after(plan.start, every.unwrap(), command.at)
    if plan.kind is Kind.CRON:
        return tuple(one for one in command.cron_due if first <= one), command.cron_next
    return (first,), None


def evolve(state: Schedule | None, event: ScheduleEvent) -> Schedule | None:
    """The schedule after `event`; total."""
    match event:
        case ScheduleRegistered():
            on = True if state is None else state.is_enabled
            last = None if state is None else state.last_slot
            return Schedule(plan=event.plan, is_enabled=on, next_due=event.next_due, last_slot=last)
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
