"""A store that fails at any one step of a job's life: the effect still happens once."""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import pytest
from attrs import define
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from astracore.jobs.rules import Stage
from shell.store import Store
from tests.jobs.handlers import count_of
from tests.jobs.yard import Yard, yard

T = TypeVar("T")
STEPS = 9  # more than a job's life has; the last ones hit nothing


@define
class Faulty:
    """A store that is away at one of its steps: before it, or after it was committed."""

    store: Store
    at: int
    is_late: bool
    steps: int = 0

    def _run(
        self, run: Callable[[Callable[[Connection], T]], "Future[T]"],
        work: Callable[[Connection], T],
    ) -> "Future[T]":  # fmt: skip
        self.steps += 1
        if self.steps - 1 != self.at:
            return run(work)
        if self.is_late:
            run(work).result()
        failed: Future[T] = Future()
        failed.set_exception(OperationalError("", {}, OSError("gone")))
        return failed

    def writing(self, work: Callable[[Connection], T]) -> "Future[T]":
        return self._run(self.store.writing, work)

    def changing(self, work: Callable[[Connection], T]) -> "Future[T]":
        return self._run(self.store.changing, work)

    def reading(self, work: Callable[[Connection], T]) -> "Future[T]":
        return self._run(self.store.reading, work)

    def read(self, work: Callable[[Connection], T]) -> T:
        return self.store.read(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        return self.store.write(work)

    def alias(self, fact: str) -> str:
        return self.store.alias(fact)

    def close(self) -> None:
        self.store.close()


async def look(there: Yard, task: str) -> None:
    """One look of a pool whose store may fail, and all that it began, up to a stop."""
    pool = there.workers(task)
    with contextlib.suppress(OperationalError):
        await pool.look()
    pool.is_stopping = True  # an end that cannot be stored is left to the lease
    while pool.running:
        await asyncio.wait(tuple(pool.running.values()))


@pytest.mark.parametrize("is_late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("task", ["count", "chain", "fail"])
async def test_a_store_that_fails_once_anywhere_costs_time_only(
    here: Yard,
    task: str,
    is_late: bool,  # noqa: FBT001
) -> None:
    hit = 0
    for at in range(STEPS):
        name = f"{task}{at}"
        job = here.put(task, {"name": name})
        faulty = Faulty(here.store, at, is_late)
        await look(yard(faulty, here.clock), "shaken")
        hit += faulty.steps > at
        for _ in range(6):
            await here.finish(here.workers("steady"), 2)
            here.clock.forward(300)
        after = here.job(job.job_id)
        if task == "fail":
            assert after.stage is Stage.DEAD
            assert after.attempt == after.wish.max_retries + 1
            assert here.told(job.job_id) == ["JobDead"]
        else:
            assert after.stage is Stage.COMPLETED
            assert count_of(here.store, name) == 1
    assert 4 <= hit < STEPS


async def test_a_process_that_dies_between_two_steps_is_replaced(here: Yard) -> None:
    """Taken and never heard of again: the job is done by another after its lease."""
    job = here.put("count", {"name": "d"})
    (taken,) = await here.queue.take("dead", 1)
    assert taken.job_id == job.job_id
    other = yard(here.store, here.clock)
    await other.finish(other.workers("other"), 2)
    assert here.job(job.job_id).stage is Stage.RUNNING
    here.clock.forward(30)
    await other.finish(other.workers("other"))
    here.clock.forward(60)
    await other.finish(other.workers("other"))
    after = here.job(job.job_id)
    assert (after.stage, after.attempt, count_of(here.store, "d")) == (Stage.COMPLETED, 2, 1)
    assert after.held is None
