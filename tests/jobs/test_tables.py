"""The tables of the queue, on every backend: migrations with data, and the schema they leave."""

from pathlib import Path

from sqlalchemy import Connection

from adapters.db import migrate, schedules
from adapters.db.copying import copy_tables
from astracore.jobs.schedules.state import Plan, Schedule
from astracore.jobs.slots import Kind
from astracore.jobs.state import Job
from shell.jobs.queue import taken as jobs_taken
from tests.jobs.yard import START, Yard, yard
from tests.servers.postgres import Server
from tests.servers.stores import grand, lite


def test_a_copied_queue_goes_on(postgres: Server, tmp_path: Path) -> None:
    """Rows that come with their numbers leave room for those that come later."""
    with lite(tmp_path) as source, grand(postgres) as goal:
        first = yard(source)
        names = [f"n{number}" for number in range(5)]
        made = [first.put("count", {"name": name}) for name in names[:3]]
        source.read(
            lambda old: goal.write(lambda new: copy_tables(old, new, lambda _done, _all: None))
        )
        second = yard(goal)
        made += [second.put("count", {"name": name}) for name in names[3:]]
        taken = [job.job_id for job in goal.write(taken_all)]
        assert taken == [job.job_id for job in made]


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
