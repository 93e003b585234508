"""Schedules: generated clocks, late and doubled looks; no due slot is lost, none runs twice."""

from collections.abc import Sequence

import pytest
from attrs import evolve as changed
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.jobs import BadCron, ScheduleFault
from astracore.events.codec import codec
from astracore.events.decider import replay
from astracore.instants import DAY, LAST, SECOND, Instant
from astracore.jobs.rules import JOB_RULES
from astracore.jobs.schedules.commands import (
    DisableSchedule,
    EnableSchedule,
    FireSlot,
    RegisterSchedule,
    RemoveSchedule,
    ScheduleCommand,
)
from astracore.jobs.schedules.events import ScheduleDisabled, ScheduleFired
from astracore.jobs.schedules.schedule import SCHEDULES, decide, evolve
from astracore.jobs.schedules.state import Plan, Schedule
from astracore.jobs.slots import CatchUp, Kind, Overlap, dues_of, next_after, seconds_of, to_run
from astracore.outcome import is_failure

START = Instant(1_772_618_400 * SECOND)
ON_TIME = JOB_RULES.on_time


def plan(every: int = 300, **more: object) -> Plan:
    """An interval, or what `more` says."""
    usual = Plan(
        name="sweep", task="sweep", payload="{}", kind=Kind.INTERVAL, spec=str(every), start=START
    )
    return changed(usual, **more)  # type: ignore[arg-type]


def register(
    wanted: Plan, at: Instant = START, *, own: bool = True, cron_next: Instant | None = None
) -> RegisterSchedule:
    return RegisterSchedule(plan=wanted, is_own=own, cron_next=cron_next, at=at)


def fire(
    at: Instant,
    *,
    busy: bool = False,
    due: tuple[Instant, ...] = (),
    following: Instant | None = None,
) -> FireSlot:
    return FireSlot(name="sweep", cron_due=due, cron_next=following, is_busy=busy, at=at)


def run(state: Schedule | None, *commands: ScheduleCommand) -> Schedule | None:
    for command in commands:
        state = replay(SCHEDULES, decide(command, state).unwrap(), state)
    return state


def slots(state: Schedule | None, command: FireSlot) -> tuple[Instant, ...]:
    """What one look runs."""
    return tuple(
        slot
        for event in decide(command, state).unwrap()
        if isinstance(event, ScheduleFired)
        for slot in event.slots
    )


@given(
    every=st.integers(1, 400),
    steps=st.lists(st.integers(0, 3_000 * SECOND), min_size=1, max_size=30),
    catch_up=st.sampled_from(CatchUp),
    lost=st.sets(st.integers(0, 29)),
)
@example(every=300, steps=[1250 * SECOND], catch_up=CatchUp.ALL, lost=set())
@example(every=1, steps=[25 * SECOND, 40 * SECOND], catch_up=CatchUp.ALL, lost=set())
def test_each_due_slot_is_decided_once_by_whoever_looks(
    every: int, steps: Sequence[int], catch_up: CatchUp, lost: set[int]
) -> None:
    """Looks come at any times, some are lost with the process that made them (their transaction is
    undone), each is made twice; the oracle counts the slots by hand."""
    state = run(None, register(plan(every, catch_up=catch_up)))
    assert state is not None
    now, ran, seen = START.micros, [], START.micros - 1
    for turn, step in enumerate(steps):
        now += step
        if turn in lost:
            decide(fire(Instant(now)), state)
            continue
        ran += [one.micros for one in slots(state, fire(Instant(now)))]
        state = run(state, fire(Instant(now)))
        assert slots(state, fire(Instant(now))) == ()
        assert state is not None
        first = -(-(seen + 1 - START.micros) // (every * SECOND)) * every * SECOND + START.micros
        due = list(range(first, now + 1, every * SECOND))
        fresh = [one for one in due[-1:] if now - one <= ON_TIME]
        missed = due[: len(due) - len(fresh)]
        expected = {
            CatchUp.NONE: fresh,
            CatchUp.ONE: fresh or missed[-1:],
            CatchUp.ALL: due[-JOB_RULES.catch_up_max :],
        }[catch_up]
        assert ran[len(ran) - len(expected) :] == expected
        assert len(ran) == len(set(ran))
        assert ran == sorted(ran)
        seen = now
        assert state.next_due is not None
        assert now < state.next_due.micros <= now + every * SECOND
        assert codec(Schedule).decode(codec(Schedule).encode(state)).unwrap() == state


@pytest.mark.parametrize(("catch_up", "runs"), [("none", 0), ("one", 1), ("all", 4)])
def test_the_worked_example_of_a_missed_interval(catch_up: str, runs: int) -> None:
    """300 s, down for 20 minutes and a little."""
    state = run(None, register(plan(catch_up=CatchUp(catch_up))), fire(START))
    assert len(slots(state, fire(Instant(START.micros + 1_250 * SECOND)))) == runs


@pytest.mark.parametrize("overlap", Overlap)
def test_a_slot_is_passed_over_only_while_busy_and_only_by_skip(overlap: Overlap) -> None:
    state = run(None, register(plan(overlap=overlap)))
    ran = slots(state, fire(START, busy=True))
    assert len(ran) == (0 if overlap is Overlap.SKIP else 1)
    after = run(state, fire(START, busy=True))
    assert after is not None
    assert after.next_due == Instant(START.micros + 300 * SECOND)
    assert after.last_slot == (None if overlap is Overlap.SKIP else START)


def test_a_slot_is_on_time_for_ten_seconds() -> None:
    for late, count in ((ON_TIME, 1), (ON_TIME + 1, 0)):
        assert len(to_run([START], Instant(START.micros + late), CatchUp.NONE)) == count


def test_once_runs_once_also_late_and_never_again() -> None:
    text = "2026-03-04T12:00:00Z"
    once = plan(kind=Kind.ONCE, spec=text, catch_up=CatchUp.NONE)
    state = run(None, register(once))
    assert state is not None
    assert str(state.next_due) == "2026-03-04T12:00:00.000000Z"
    assert slots(state, fire(START)) == ()
    late = Instant(START.micros + DAY)
    assert len(slots(state, fire(late))) == 1
    done = run(state, fire(late), DisableSchedule(name="sweep", at=late))
    again = run(done, EnableSchedule(name="sweep", cron_next=None, at=late))
    assert again is not None
    assert (again.next_due, slots(again, fire(late))) == (None, ())
    past = run(None, register(plan(kind=Kind.ONCE, spec="2020-01-01T00:00:00Z")))
    assert past is not None
    assert past.next_due == START


def test_cron_slots_come_in_as_facts() -> None:
    first, second, third = (Instant(START.micros + k * DAY) for k in (1, 2, 3))
    cron = plan(kind=Kind.CRON, spec="0 10 * * *", catch_up=CatchUp.ALL)
    state = run(None, register(cron, cron_next=first))
    assert slots(state, fire(START, following=first)) == ()
    command = fire(second, due=(START, first, second), following=third)
    assert slots(state, command) == (first, second)
    after = run(state, command)
    assert after is not None
    assert (after.next_due, after.last_slot) == (third, second)


@pytest.mark.parametrize(
    ("wanted", "own", "code"),
    [
        (plan(name=""), False, "job_invalid"),
        (plan(name="a" * 65), False, "job_invalid"),
        (plan(name="A b"), False, "job_invalid"),
        (plan(payload="x" * 65_537), False, "job_invalid"),
        (plan(kind=Kind.ONCE, spec="tomorrow"), False, "job_invalid"),
        (plan(9), False, "bad_interval"),
        (plan(0), True, "bad_interval"),
        (plan(spec=""), True, "bad_interval"),
        (plan(spec="010"), True, "bad_interval"),
        (plan(spec="1" * 10), True, "bad_interval"),
        (plan(spec="٣٠"), True, "bad_interval"),
        (plan(kind=Kind.CRON, spec="* * * * *"), True, "bad_cron"),
    ],
)
def test_what_cannot_be_registered(wanted: Plan, own: bool, code: str) -> None:  # noqa: FBT001
    assert decide(register(wanted, own=own), None).failure().code == code


def test_only_the_program_itself_may_be_faster_than_ten_seconds() -> None:
    for seconds, own in ((10, False), (1, True)):
        assert run(None, register(plan(seconds), own=own)) is not None


def test_what_the_program_brings_is_renewed_and_stays_switched_off() -> None:
    first = run(None, register(plan()), DisableSchedule(name="sweep", at=START))
    later = Instant(START.micros + DAY)
    same = decide(register(plan(start=later), later), first)
    assert same.unwrap() == ()
    other = run(first, register(plan(60, start=later), later))
    assert other is not None
    assert (other.is_enabled, other.plan.spec, other.next_due) == (False, "60", later)
    assert decide(register(plan(), own=False), first).failure().code == "schedule_exists"


def test_switching_off_and_on_and_removing() -> None:
    state = run(None, register(plan()))
    off = run(state, DisableSchedule(name="sweep", at=START))
    assert slots(off, fire(START)) == ()
    assert decide(DisableSchedule(name="sweep", at=START), off).unwrap() == ()
    later = Instant(START.micros + 1_000 * SECOND)
    on = run(off, EnableSchedule(name="sweep", cron_next=None, at=later))
    assert on is not None
    assert on.next_due == Instant(START.micros + 1_200 * SECOND)
    assert decide(EnableSchedule(name="sweep", cron_next=None, at=later), on).unwrap() == ()
    assert run(on, RemoveSchedule(name="sweep", at=later)) is None
    for command in (
        fire(later),
        DisableSchedule(name="sweep", at=later),
        EnableSchedule(name="sweep", cron_next=None, at=later),
        RemoveSchedule(name="sweep", at=later),
    ):
        assert decide(command, None).failure().code == "schedule_not_found"
    cron = run(
        None,
        register(plan(kind=Kind.CRON, spec="0 0 * * *"), cron_next=later),
        DisableSchedule(name="sweep", at=START),
    )
    lost = decide(EnableSchedule(name="sweep", cron_next=None, at=later), cron)
    assert isinstance(lost.failure(), BadCron)
    assert evolve(None, ScheduleDisabled(name="sweep", at=START)) is None


@given(
    start=st.integers(-(10**9), 10**9),
    interval=st.integers(1, 10**6),
    at=st.integers(-(10**9), 10**9),
)
def test_the_next_slot_is_the_first_that_is_later(start: int, interval: int, at: int) -> None:
    found = next_after(Instant(start), interval, Instant(at)).micros
    assert found > at
    assert found >= start
    assert (found - start) % interval == 0
    assert found == start or found - interval <= at


def test_the_calendar_ends() -> None:
    assert next_after(Instant(0), 10**15, Instant(LAST)).micros == LAST


@given(interval=st.integers(1, 50), first=st.integers(0, 300), now=st.integers(-10, 3_000))
def test_due_slots_are_the_newest_two_dozen(interval: int, first: int, now: int) -> None:
    begun = first * interval
    found = [one.micros for one in dues_of(Instant(0), interval, Instant(begun), Instant(now))]
    assert found == [one for one in range(begun, now + 1) if one % interval == 0][-24:]


def test_seconds_are_plain_digits() -> None:
    refused: list[ScheduleFault] = [
        found.failure() for spec in ("", "-1", "1e3", "10.0", " 10", "9") for found in
        (seconds_of(spec),) if is_failure(found)
    ]  # fmt: skip
    assert [one.code for one in refused] == ["bad_interval"] * 6
    assert seconds_of("10").unwrap() == 10 * SECOND
