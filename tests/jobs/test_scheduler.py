"""Schedules at work on every backend: any number of processes, each slot once."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from adapters.db import jobs, schedules
from adapters.db.jobs import Wanted
from astracore.instants import SECOND, Instant
from astracore.jobs.commands import CompleteJob
from astracore.jobs.rules import JOB_RULES, Stage
from astracore.jobs.schedules.commands import (
    DisableSchedule,
    EnableSchedule,
    RegisterSchedule,
    RemoveSchedule,
)
from astracore.jobs.schedules.state import Plan
from astracore.jobs.slots import CatchUp, Kind, Overlap
from astracore.jobs.state import Job
from shell.store import Store
from shell.tasks.task import cron, every
from tests.jobs.handlers import plain_task
from tests.jobs.yard import START, Dial, Yard, yard
from tests.servers.stores import lite


def plan(**more: object) -> Plan:
    usual: dict[str, object] = {
        "name": "s", "task": "plain", "payload": "{}", "kind": Kind.INTERVAL, "spec": "60",
        "start": START,
    }  # fmt: skip
    return Plan(**(usual | more))  # type: ignore[arg-type]


async def register(here: Yard, **more: object) -> None:
    command = RegisterSchedule(plan=plan(**more), is_own=False, cron_next=None, at=here.clock.now())
    (await here.ask(command)).unwrap()


def all_jobs(store: Store) -> list[Job]:
    """Whatever was enqueued and is not forgotten, by slot."""
    found = [
        one.job
        for phase in ("waiting", "held", "completed", "cancelled", "dead")
        for one in store.read(
            lambda c: jobs.listed(c, Wanted(phase=phase, limit=1_000))  # noqa: B023
        ).unwrap()
    ]
    return sorted(found, key=lambda job: (job.wish.slot or START, job.job_id))


async def test_a_slot_is_enqueued_once_by_many_processes(here: Yard) -> None:
    await register(here)
    others = [yard(here.store, here.clock) for _ in range(3)]
    for _ in range(4):
        await asyncio.gather(*(one.queue.fire() for one in (here, *others)))
        for one in others:
            await one.finish(one.workers())
        here.clock.forward(60)
    slots = [job.wish.slot for job in all_jobs(here.store)]
    assert slots == [Instant(START.micros + k * 60 * SECOND) for k in range(4)]


async def test_skip_passes_over_queue_waits_and_allow_does_not(here: Yard) -> None:
    for overlap in Overlap:
        await register(here, name=overlap.value, overlap=overlap)
    await here.queue.fire()
    held = {job.wish.schedule: job for job in await here.queue.take("w", 9)}
    assert set(held) == {"skip", "queue", "allow"}
    here.clock.forward(25)
    here.clock.at = Instant(START.micros + 60 * SECOND)
    await here.queue.fire()
    counted = Counter(job.wish.schedule for job in all_jobs(here.store))
    assert counted == {"skip": 1, "queue": 2, "allow": 2}
    assert [job.wish.schedule for job in await here.queue.take("w", 9)] == ["allow"]


async def test_those_in_line_run_one_after_another(here: Yard) -> None:
    await register(here, overlap=Overlap.QUEUE, catch_up=CatchUp.ALL)
    here.clock.forward(180)
    assert await here.queue.fire() == 4
    ran = []
    for _ in range(4):
        (job,) = await here.queue.take("w", 9)
        ran.append(job.wish.slot)
        end = CompleteJob(job_id=job.job_id, token=job.token, result="{}", at=here.clock.now())
        (await here.queue.touch(end)).unwrap()
    assert ran == sorted(ran, key=lambda slot: slot.micros if slot else 0)


async def test_switching_is_told_and_heeded(here: Yard) -> None:
    await register(here)
    (await here.ask(DisableSchedule(name="s", at=START))).unwrap()
    assert await here.queue.fire() == 0
    later = here.clock.forward(90)
    (await here.ask(EnableSchedule(name="s", cron_next=None, at=later))).unwrap()
    assert await here.queue.fire() == 0
    here.clock.forward(30)
    assert await here.queue.fire() == 1
    (await here.ask(RemoveSchedule(name="s", at=later))).unwrap()
    missing = await here.ask(RemoveSchedule(name="s", at=later))
    assert missing.failure().fault.code == "schedule_not_found"
    assert here.log_length() == 4


async def test_the_program_brings_its_schedules_once(here: Yard) -> None:
    here.queue.tasks = {
        "tick": plain_task("tick", every(1)),
        "night": plain_task("night", cron("0 4 * * 0")),
    }
    await here.queue.declare()
    (await here.ask(DisableSchedule(name="tick", at=START))).unwrap()
    here.clock.forward(1_000)
    await here.queue.declare()
    found = {one.plan.name: one for one in here.store.read(schedules.every).unwrap()}
    assert str(found["night"].next_due) == "2026-03-08T04:00:00.000000Z"
    assert (found["tick"].is_enabled, found["tick"].plan.start) == (False, START)
    here.queue.tasks = {"bad": plain_task("bad", cron("nonsense"))}
    with pytest.raises(ValueError, match="task bad"):
        await here.queue.declare()


async def test_a_schedule_that_cannot_be_read_holds_up_no_other(here: Yard) -> None:
    await register(here, name="a")
    await register(here, name="b")
    here.damage_schedule("a")
    assert await here.queue.fire() == 1


async def test_a_slot_that_was_enqueued_is_not_enqueued_for_a_new_schedule(here: Yard) -> None:
    """Removed and registered again within one slot."""
    await register(here)
    assert await here.queue.fire() == 1
    (await here.ask(RemoveSchedule(name="s", at=START))).unwrap()
    await register(here, overlap=Overlap.ALLOW)
    assert await here.queue.fire() == 0
    assert len(all_jobs(here.store)) == 1


class CrashError(Exception):
    """The process is gone before its transaction is committed."""


@settings(max_examples=15)
@given(
    spec=st.sampled_from(["10", "45", "300"]),
    catch_up=st.sampled_from(CatchUp),
    turns=st.lists(
        st.tuples(st.integers(-5, 700), st.integers(0, 1), st.booleans(), st.booleans()),
        min_size=1,
        max_size=20,
    ),
)
def test_generated_clocks_crashes_and_doubles_lose_and_double_no_slot(
    tmp_path_factory: pytest.TempPathFactory,
    spec: str,
    catch_up: CatchUp,
    turns: list[tuple[int, int, bool, bool]],
) -> None:
    """Two processes with clocks of their own, which may go back a little; a crash undoes the whole
    transaction; a look may come twice. Against slots counted by hand."""
    folder: Path = tmp_path_factory.mktemp("model")
    with lite(folder) as store:
        clocks = (Dial(), Dial())
        processes = [yard(store, clock) for clock in clocks]
        wanted = plan(spec=spec, catch_up=catch_up, overlap=Overlap.ALLOW)
        asyncio.run(asked(processes[0], wanted))
        seen, expected = START.micros - 1, []
        for step, who, crashes, twice in turns:
            for clock in clocks:
                clock.forward(step)
            now = clocks[who].at.micros
            if crashes:
                with pytest.raises(CrashError):
                    store.write(lambda c: crashed(c, processes[who]))  # noqa: B023
                continue
            for _ in range(1 + twice):
                store.write(lambda c: processes[who].queue.fired(c, "s", clocks[who].at))  # noqa: B023
            expected += by_hand(int(spec) * SECOND, seen, now, catch_up)
            seen = max(seen, now)
        slots = [job.wish.slot.micros for job in all_jobs(store) if job.wish.slot]
    assert slots == expected


async def asked(there: Yard, wanted: Plan) -> None:
    """Register a plan."""
    command = RegisterSchedule(plan=wanted, is_own=False, cron_next=None, at=START)
    (await there.ask(command)).unwrap()


def crashed(connection: Connection, there: Yard) -> None:
    """Fire, and be gone before the commit."""
    there.queue.fired(connection, "s", there.clock.at)
    raise CrashError


def by_hand(interval: int, seen: int, now: int, catch_up: CatchUp) -> list[int]:
    """The slots in (seen, now] that run: the newest when it is on time, and what is made up for."""
    due = [one for one in range(START.micros, now + 1, interval) if one > seen]
    fresh = [one for one in due[-1:] if now - one <= JOB_RULES.on_time]
    if catch_up is CatchUp.ALL:
        return due[-JOB_RULES.catch_up_max :]
    return fresh if catch_up is CatchUp.NONE else due[-1:]


async def test_a_dead_one_that_is_retried_stands_in_no_line(here: Yard) -> None:
    await register(here, task="fail", payload='{"name":"never"}', overlap=Overlap.QUEUE)
    await here.finish(here.workers())
    (job,) = all_jobs(here.store)
    assert job.stage is Stage.DEAD
    assert job.wish.schedule == "s"
