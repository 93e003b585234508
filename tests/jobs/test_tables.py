"""The tables of the queue, on every backend: migrations with data, and the schema they leave."""

from pathlib import Path
from threading import Event

from sqlalchemy import Connection, delete

from adapters.db import migrate, schedules
from adapters.db.copying import COPIED, copy_tables
from adapters.db.postgres import connect_store
from astracore.instants import HOUR, Instant
from astracore.jobs.commands import CompleteJob, LoseLease
from astracore.jobs.rules import Stage
from astracore.jobs.schedules.state import Plan, Schedule
from astracore.jobs.slots import Kind
from astracore.jobs.state import Job
from shell.jobs.moves import job_moved
from shell.jobs.queue import taken as jobs_taken
from tests.jobs.yard import START, Yard, yard
from tests.servers.postgres import Server
from tests.servers.stores import database, grand, lite

WAITERS = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def test_a_copied_queue_goes_on(postgres: Server, tmp_path: Path) -> None:
    """Rows that come with their numbers leave room for those that come later."""
    with lite(tmp_path) as source, grand(postgres) as goal:
        first = yard(source)
        names = [f"n{number}" for number in range(5)]
        made = [first.put("count", {"name": name}) for name in names[:3]]
        for table in COPIED:
            goal.write(lambda c: c.execute(delete(table)).rowcount)  # noqa: B023
        source.read(
            lambda old: goal.write(lambda new: copy_tables(old, new, lambda _done, _all: None))
        )
        second = yard(goal)
        made += [second.put("count", {"name": name}) for name in names[3:]]
        taken = [job.job_id for job in goal.write(taken_all)]
        assert taken == [job.job_id for job in made]


def test_whoever_is_second_decides_on_what_the_first_left(postgres: Server) -> None:
    """A lease is ended while its holder completes: the second transaction waits for the first."""
    with database(postgres) as address:
        first, second = connect_store(address).unwrap(), connect_store(address).unwrap()
        here, entered, go = yard(first), Event(), Event()
        job = here.put("count", {"name": "a"})
        first.write(taken_all)
        done = CompleteJob(job_id=job.job_id, token=1, result="{}", at=START)
        lost = LoseLease(job_id=job.job_id, at=Instant(START.micros + HOUR))

        def complete(connection: Connection) -> bool:
            job_moved(connection, done).unwrap()
            entered.set()
            return go.wait(30)

        slow = first.changing(complete)
        assert entered.wait(30)
        late = second.changing(lambda connection: job_moved(connection, lost))
        third = connect_store(address).unwrap()
        while not third.read(lambda c: c.exec_driver_sql(WAITERS).scalar_one()):
            assert not late.done()
        go.set()
        assert slow.result(30)
        assert late.result(30).failure().code == "job_state"
        assert here.job(job.job_id).stage is Stage.COMPLETED
        for store in (first, second, third):
            store.close()


def taken_all(connection: Connection) -> tuple[Job, ...]:
    """What a worker would take, in order."""
    return jobs_taken(connection, "w", 9, START, 0).jobs


def test_the_tables_come_and_go_with_what_is_in_them(here: Yard) -> None:
    plan = Plan(name="s", task="count", payload="{}", kind=Kind.INTERVAL, spec="60", start=START)
    here.put("count", {"name": "a"}, idempotency_key="k")
    here.store.write(
        lambda c: schedules.save(c, Schedule(plan=plan, is_enabled=True, next_due=START))
    )
    here.store.write(migrate.check)
    here.store.write(lambda connection: migrate.downgrade(connection, "0006"))
    here.store.write(migrate.upgrade)
    here.store.write(migrate.check)
    assert here.counts() == ()
    assert here.store.read(schedules.every).unwrap() == ()
    job = here.put("count", {"name": "a"}, idempotency_key="k")
    assert here.job(job.job_id) == job
