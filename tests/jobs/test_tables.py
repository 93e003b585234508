"""The tables of the queue, on every backend: migrations with data, and the schema they leave."""

from adapters.db import migrate, schedules
from astracore.jobs.schedules.state import Plan, Schedule
from astracore.jobs.slots import Kind
from tests.jobs.yard import START, Yard


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
