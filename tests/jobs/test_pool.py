"""A job's life in the pool, on every backend."""

import asyncio
import json

import pytest

from astracore.instants import SECOND, Instant
from astracore.jobs.commands import CancelJob, CompleteJob, EnqueueJob, PurgeDead, RetryDead
from astracore.jobs.rules import Priority, Stage
from astracore.outcome import is_failure
from shell.jobs.pool import Pace
from shell.jobs.wishes import Given, wish
from tests.jobs.handlers import GATES, Gate, count_of
from tests.jobs.yard import START, Yard, yard


async def test_a_job_runs_once_and_keeps_its_answer(here: Yard) -> None:
    job = here.put("count", {"name": "a"})
    await here.finish(here.workers(), 3)
    after = here.job(job.job_id)
    assert (after.stage, after.attempt, after.result) == (Stage.COMPLETED, 1, '{"name":"a"}')
    assert [turn.what for turn in after.history] == ["job_enqueued", "job_started", "job_completed"]
    assert [turn.worker for turn in after.history] == ["", "w1", "w1"]
    assert count_of(here.store, "a") == 1
    assert here.log_length() == 0


async def test_it_waits_for_its_time(here: Yard) -> None:
    later = Instant(START.micros + 5 * SECOND)
    job = here.put("count", {"name": "a"}, run_at=later)
    here.clock.forward(4.999999)
    await here.finish(here.workers())
    assert here.job(job.job_id).stage is Stage.SCHEDULED
    here.clock.forward(0.000001)
    await here.finish(here.workers())
    assert here.job(job.job_id).stage is Stage.COMPLETED


async def test_retries_come_after_their_delays_and_then_it_is_dead(here: Yard) -> None:
    job = here.put("fail", {"name": "x"})
    for delay in (60, 120, 240):
        await here.finish(here.workers())
        after = here.job(job.job_id)
        assert (after.stage, after.error) == (Stage.RETRYING, "not_now")
        here.clock.forward(delay - 0.000001)
        await here.finish(here.workers())
        assert here.job(job.job_id).attempt == after.attempt
        here.clock.forward(0.000001)
    assert here.log_length() == 0
    await here.finish(here.workers())
    dead = here.job(job.job_id)
    assert (dead.stage, dead.attempt, dead.reason) == (Stage.DEAD, 4, "attempt 4")
    assert dead.wish.payload == '{"name":"x"}'
    assert here.told(job.job_id) == ["JobDead"]


@pytest.mark.parametrize(
    ("name", "stage", "error"),
    [("raise", Stage.RETRYING, "task_failed"), ("never", Stage.DEAD, "never")],
)
async def test_an_exception_is_transient_a_permanent_fault_is_not(
    here: Yard, name: str, stage: Stage, error: str
) -> None:
    job = here.put("fail", {"name": name})
    await here.finish(here.workers())
    assert (here.job(job.job_id).stage, here.job(job.job_id).error) == (stage, error)


async def test_an_unknown_task_is_dead_at_once(here: Yard) -> None:
    job = here.put("count", {"name": "a"})
    here.queue.tasks = {}
    await here.finish(here.workers())
    assert (here.job(job.job_id).stage, here.job(job.job_id).error) == (Stage.DEAD, "unknown_task")


async def test_an_effect_that_fails_leaves_nothing_and_is_a_failed_attempt(here: Yard) -> None:
    job = here.put("breaks", {"name": "a"})
    await here.finish(here.workers())
    after = here.job(job.job_id)
    assert (after.stage, after.error, after.result) == (Stage.RETRYING, "effect_failed", None)
    assert count_of(here.store, "a") == 0


async def test_an_answer_that_is_too_large_is_a_fault_for_ever(here: Yard) -> None:
    job = here.put("large")
    await here.finish(here.workers())
    assert here.job(job.job_id).error == "result_too_large"
    assert here.job(job.job_id).stage is Stage.DEAD


async def test_another_job_is_committed_with_the_effect_once(here: Yard) -> None:
    here.put("chain", {"name": "b"})
    await here.finish(here.workers(), 2)
    assert count_of(here.store, "b") == 1


async def test_a_job_of_a_transaction_that_fails_was_never_there(here: Yard) -> None:
    def work(connection: object) -> None:
        here.put_in(connection, "count", {"name": "a"})  # type: ignore[arg-type]
        raise LookupError("no")

    with pytest.raises(LookupError):
        here.store.write(work)
    await here.finish(here.workers())
    assert count_of(here.store, "a") == 0


@pytest.mark.parametrize("name", ["slow", "deaf"])
async def test_a_handler_that_takes_too_long_is_cut_off(here: Yard, name: str) -> None:
    """Also one that does not hear that it is cancelled: what it answers then comes to nothing."""
    GATES[name] = Gate()
    task = "wait" if name == "slow" else "deaf"
    job = here.put_raw(task, {"name": name}, timeout=10_000)
    await here.finish(here.workers())
    after = here.job(job.job_id)
    assert (after.stage, after.error) == (Stage.RETRYING, "timeout")
    assert count_of(here.store, name) == 0


async def test_a_cancelled_job_that_waits_never_runs(here: Yard) -> None:
    job = here.put("count", {"name": "a"})
    command = CancelJob(job_id=job.job_id, actor="staff:test", at=START)
    told = (await here.ask(command)).unwrap()
    assert json.loads(told.answer)["state"] == "cancelled"
    await here.finish(here.workers())
    assert (here.job(job.job_id).stage, count_of(here.store, "a")) == (Stage.CANCELLED, 0)
    again = await here.ask(command)
    assert again.failure().fault.code == "job_state"
    assert here.told(job.job_id) == ["JobCancelled"]


async def test_a_running_job_stops_at_its_next_check(here: Yard) -> None:
    gate = GATES["c"] = Gate()
    job = here.put("wait", {"name": "c"})
    workers = here.workers()
    await workers.look()
    await gate.reached.wait()
    await here.ask(CancelJob(job_id=job.job_id, actor="staff:test", at=START))
    assert here.job(job.job_id).stage is Stage.CANCELLING
    await seen(here, job.job_id, 1)
    gate.opened.set()
    await asyncio.wait(tuple(workers.running.values()))
    after = here.job(job.job_id)
    assert (after.stage, after.result, count_of(here.store, "c")) == (Stage.CANCELLED, None, 0)
    assert after.progress is not None
    assert here.told(job.job_id) == ["JobCancelRequested", "JobCancelled"]


async def seen(here: Yard, job_id: str, beats: int) -> None:
    """Until the holder has been heard of, and so has heard, so many times."""
    for _ in range(beats):
        until = here.job(job_id).held
        here.clock.forward(0.001)
        async with asyncio.timeout(20):
            while here.job(job_id).held == until:  # noqa: ASYNC110 - another thread writes it
                await asyncio.sleep(0.005)
    await asyncio.sleep(0)


async def test_a_lost_lease_is_a_failed_attempt_and_its_holder_cannot_complete(
    here: Yard,
) -> None:
    gate = GATES["p"] = Gate()
    still = Pace(poll=0.01, beat=1000.0, sweep=0.0, stop=5.0)  # a process that sleeps
    job = here.put("wait", {"name": "p"})
    paused = here.workers("paused", pace=still)
    await paused.look()
    await gate.reached.wait()
    here.clock.forward(30)
    other = yard(here.store, here.clock)
    await other.finish(other.workers("other"))
    lost = here.job(job.job_id)
    assert (lost.stage, lost.error, lost.attempt) == (Stage.RETRYING, "lease_lost", 1)
    gate.opened.set()
    await asyncio.wait(tuple(paused.running.values()))
    assert here.job(job.job_id) == lost
    assert count_of(here.store, "p") == 0
    here.clock.forward(60)
    await other.finish(other.workers("other"))
    assert here.job(job.job_id).stage is Stage.COMPLETED
    assert (here.job(job.job_id).token, count_of(here.store, "p")) == (2, 1)


async def test_a_paused_holder_writes_nothing_behind_the_fence(here: Yard) -> None:
    gate = GATES["g"] = Gate()
    still = Pace(poll=0.01, beat=1000.0, sweep=0.0, stop=5.0)
    job = here.put("guarded", {"name": "g"})
    paused = here.workers("paused", pace=still)
    await paused.look()
    await gate.reached.wait()
    here.clock.forward(30)
    gate.opened.set()
    await asyncio.wait(tuple(paused.running.values()))
    assert count_of(here.store, "g") == 0
    assert here.job(job.job_id).stage is Stage.RUNNING
    await here.queue.reclaim()
    assert here.job(job.job_id).stage is Stage.RETRYING


async def test_the_fence_asks_for_the_token_not_only_for_the_time(here: Yard) -> None:
    """Two hold it one after the other, both wake up while the second one's lease lasts."""
    gate = GATES["t"] = Gate()
    still = Pace(poll=0.01, beat=1000.0, sweep=0.0, stop=5.0)
    job = here.put("guarded", {"name": "t"})
    paused = here.workers("paused", pace=still)
    await paused.look()
    await gate.reached.wait()
    here.clock.forward(30)
    await here.queue.reclaim()
    here.clock.forward(60)
    gate.reached.clear()
    other = here.workers("other", pace=still)
    await other.look()
    await gate.reached.wait()
    gate.opened.set()
    await asyncio.wait((*paused.running.values(), *other.running.values()))
    assert (here.job(job.job_id).stage, here.job(job.job_id).token) == (Stage.COMPLETED, 2)
    assert count_of(here.store, "t") == 1


async def test_heartbeats_keep_a_lease_until_the_timeout_and_no_longer(here: Yard) -> None:
    gate = GATES["h"] = Gate()
    job = here.put("wait", {"name": "h"}, timeout=50 * SECOND)
    workers = here.workers()
    await workers.look()
    await gate.reached.wait()
    for _ in range(2):
        here.clock.forward(29)
        await seen(here, job.job_id, 1)
        assert await here.queue.reclaim() == 0
    held = here.job(job.job_id).held
    assert held is not None
    assert held.until.micros == held.started_at.micros + 80 * SECOND
    here.clock.at = held.until
    assert await here.queue.reclaim() == 1
    async with asyncio.timeout(20):
        await asyncio.wait(tuple(workers.running.values()))
    assert here.job(job.job_id).stage is Stage.RETRYING


async def test_a_stop_gives_jobs_back_uncounted(here: Yard) -> None:
    gate = GATES["s"] = Gate()
    job = here.put("wait", {"name": "s"})
    workers = here.workers(pace=Pace(poll=0.01, beat=0.01, sweep=0.0, stop=0.05))
    await workers.look()
    await gate.reached.wait()
    await workers.stop()
    after = here.job(job.job_id)
    assert (after.stage, after.attempt, after.held) == (Stage.QUEUED, 0, None)
    assert after.run_at == here.clock.now()
    assert not workers.running


async def test_a_stop_waits_for_what_is_nearly_done(here: Yard) -> None:
    gate = GATES["n"] = Gate()
    job = here.put("wait", {"name": "n"})
    workers = here.workers()
    await workers.look()
    await gate.reached.wait()
    stopping = asyncio.create_task(workers.stop())
    await asyncio.sleep(0)
    gate.opened.set()
    await stopping
    assert here.job(job.job_id).stage is Stage.COMPLETED


async def test_a_dead_job_is_retried_by_a_person_or_purged(here: Yard) -> None:
    job = here.put("fail", {"name": "never"})
    await here.finish(here.workers())
    told = (await here.ask(RetryDead(job_id=job.job_id, actor="staff:test", at=START))).unwrap()
    assert json.loads(told.answer)["attempt"] == 0
    await here.finish(here.workers())
    after = here.job(job.job_id)
    assert (after.stage, after.attempt, after.token) == (Stage.DEAD, 1, 2)
    assert [turn.what for turn in after.history].count("job_dead") == 2
    await here.ask(PurgeDead(job_id=job.job_id, actor="staff:test", at=START))
    assert here.store.read(lambda c: here.gone(c, job.job_id))
    assert here.told(job.job_id) == ["JobDead", "JobRevived", "JobDead", "JobPurged"]


async def test_the_same_key_gives_the_first_job_for_seven_days(here: Yard) -> None:
    day = 86_400
    first = here.put("count", {"name": "a"}, idempotency_key="k")
    here.clock.forward(7 * day - 0.000001)
    same = here.put("count", {"name": "other"}, idempotency_key="k")
    assert same.job_id == first.job_id
    other = here.put("plain", idempotency_key="k")
    assert other.job_id != first.job_id
    here.clock.forward(0.000001)
    fresh = here.put("count", {"name": "b"}, idempotency_key="k")
    assert fresh.job_id != first.job_id
    assert here.put("count", {"name": "c"}, idempotency_key="k").job_id == fresh.job_id


async def test_what_a_person_enqueues_is_told_and_answered_again(here: Yard) -> None:
    made = wish(here.queue.tasks, "count", Given({"name": "a"}), owner="staff:test").unwrap()
    command = EnqueueJob(job_id="j1", wish=made, run_at=START, at=START)
    first = (await here.ask(command, "key")).unwrap()
    again = (await here.ask(command, "key")).unwrap()
    assert (first.answer, again.replayed) == (again.answer, True)
    assert json.loads(first.answer)["job_id"] == "j1"
    await here.finish(here.workers(), 2)
    assert (count_of(here.store, "a"), here.told("j1")) == (1, ["JobEnqueued"])


async def test_results_last_a_day_records_seven(here: Yard) -> None:
    job = here.put("count", {"name": "a"})
    await here.finish(here.workers())
    here.clock.forward(86_400 - 0.000001)
    await here.queue.sweep()
    assert here.job(job.job_id).result is not None
    here.clock.forward(0.000001)
    await here.queue.sweep()
    assert here.job(job.job_id).result is None
    here.clock.forward(6 * 86_400)
    assert await here.queue.sweep() == 0
    here.clock.forward(0.000001)
    assert await here.queue.sweep() == 1
    assert here.store.read(lambda c: here.gone(c, job.job_id))


async def test_priorities_are_strict_but_the_lowest_is_not_starved(here: Yard) -> None:
    """One at a time, 25 critical ones before 2 low ones: every 21st take is of the lowest."""
    for number in range(25):
        here.put("count", {"name": f"c{number}"}, priority=Priority.CRITICAL)
    for _ in range(2):
        here.put("plain")
    workers, order = here.workers(pool=1), []
    for _ in range(27):
        (job,) = await here.queue.take("w", 1)
        order.append(job.wish)
        end = CompleteJob(job_id=job.job_id, token=job.token, result="{}", at=here.clock.now())
        assert not is_failure(await here.queue.touch(end))
    assert [place for place, one in enumerate(order, 1) if one.task == "plain"] == [21, 27]
    names = [json.loads(one.payload)["name"] for one in order if one.task == "count"]
    assert names == [f"c{number}" for number in range(25)]
    assert await workers.look() == 0


async def test_two_pools_share_what_there_is(here: Yard) -> None:
    for number in range(40):
        here.put("count", {"name": f"n{number}"})
    other = yard(here.store, here.clock)
    pools = (here.workers("w1"), other.workers("w2"))
    await asyncio.gather(here.finish(pools[0], 20), other.finish(pools[1], 20))
    assert [count_of(here.store, f"n{number}") for number in (0, 39)] == [1, 1]
    assert count_of(here.store, "n") == 40


async def test_a_row_that_cannot_be_read_holds_up_nobody(here: Yard) -> None:
    broken = here.put("count", {"name": "a"})
    here.put("count", {"name": "b"})
    here.damage(broken.job_id)
    await here.finish(here.workers())
    assert (count_of(here.store, "a"), count_of(here.store, "b")) == (0, 1)
    assert [one.phase for one in here.counts()] == ["completed", "unreadable"]


async def test_the_pool_runs_by_itself_and_is_woken(here: Yard) -> None:
    workers = here.workers(pace=Pace(poll=1000.0, beat=0.01, sweep=0.0, stop=5.0))
    running = asyncio.create_task(workers.run())
    try:
        async with asyncio.timeout(20):
            for number in range(8):
                here.put("count", {"name": f"r{number}"})
                here.queue.wake.set()
            while count_of(here.store, "r") < 8:  # noqa: ASYNC110 - another thread writes it
                await asyncio.sleep(0.01)
    finally:
        workers.leave()
        await running
    assert not workers.running
