"""A process with a queue: the tasks of the tests, a clock set by hand, a command path."""

import asyncio
from typing import Any

from attrs import define, evolve, frozen
from returns.result import Result
from sqlalchemy import Connection, update

from adapters.db import jobs, log, tables
from adapters.db.notes import Note, under
from adapters.ids import RandomIds
from astracore.catalog.jobs import JOB_EVENTS
from astracore.events.decider import replay
from astracore.events.envelope import Origin, StreamId
from astracore.ids import CommandId
from astracore.instants import SECOND, Instant
from astracore.jobs.commands import (
    EnqueueJob,
    JobRequest,
)
from astracore.jobs.events import JobEnqueued
from astracore.jobs.job import JOBS
from astracore.jobs.schedules.commands import PlanCommand
from astracore.jobs.state import Job
from shell.asked import Asked, Refused, Written
from shell.bell import Bell
from shell.commands import Commands
from shell.http.cursors import Cursors
from shell.jobs.context import Context, Tools
from shell.jobs.moves import job_moved
from shell.jobs.pool import Pace, Workers
from shell.jobs.queue import Queue
from shell.jobs.wishes import Given, wish
from shell.market import Markets
from shell.reading import Reading
from shell.settler import Maker, Settler
from shell.store import Store
from tests.jobs import handlers

MAKER = Maker(producer="astracore@test", config_version="1")
START = Instant(1_772_618_400 * SECOND)  # 2026-03-04T10:00:00Z
QUICK = Pace(poll=0.01, beat=0.01, sweep=0.0, stop=5.0)


@define
class Dial:
    """A clock that shows what it is set to."""

    at: Instant = START

    def now(self) -> Instant:
        """What it shows."""
        return self.at

    def forward(self, seconds: float) -> Instant:
        """Some time passes."""
        self.at = Instant(self.at.micros + round(seconds * SECOND))
        return self.at


@frozen
class Yard:
    """One process."""

    store: Store
    clock: Dial
    queue: Queue
    commands: Commands

    def put(self, task: str, payload: dict[str, Any] | None = None, **more: Any) -> Job:  # noqa: ANN401
        """Enqueue beside the command path, in a transaction of its own."""
        return self.store.write(lambda connection: self.put_in(connection, task, payload, **more))

    def put_in(
        self,
        connection: Connection,
        task: str,
        payload: dict[str, Any] | None = None,
        run_at: Instant | None = None,
        **more: Any,  # noqa: ANN401
    ) -> Job:
        """Enqueue in the caller's transaction."""
        now = self.clock.now()
        made = wish(self.queue.tasks, task, Given(payload or {}), **more).unwrap()
        command = EnqueueJob(job_id=RandomIds().fresh(now), wish=made, run_at=run_at or now, at=now)
        return job_moved(connection, command).unwrap().there

    def put_raw(self, task: str, payload: dict[str, Any], *, timeout: int) -> Job:
        """Enqueue with a timeout that no request may ask for."""
        now = self.clock.now()
        made = evolve(wish(self.queue.tasks, task, Given(payload)).unwrap(), timeout=timeout)
        job_id = RandomIds().fresh(now)
        event = JobEnqueued(job_id=job_id, wish=made, run_at=now, at=now)
        job = replay(JOBS, [event])
        assert job is not None
        return self.store.write(lambda connection: jobs.add(connection, job)).unwrap()

    def job(self, job_id: str) -> Job:
        """A job as it stands."""
        found = self.store.read(lambda connection: jobs.load(connection, job_id)).unwrap()
        assert found is not None
        return found

    async def ask(
        self, command: JobRequest | PlanCommand, key: str = "", actor: str = "staff:test"
    ) -> Result[Written, Refused]:
        """What a person wants."""
        name = CommandId(key or RandomIds().fresh(self.clock.now()))
        origin = Origin(
            command_id=name,
            correlation_id=name,
            causation_id=name,
            actor=actor,
            at=self.clock.now(),
        )
        return await self.commands.run(Asked(command=command, origin=origin, digest="d"))

    def told(self, job_id: str) -> list[str]:
        """What the event store knows of a job."""
        stored = self.store.read(lambda c: log.stream(c, StreamId("job.job", job_id)))
        return [type(JOB_EVENTS.decode(one.type, one.body).unwrap()).__name__ for one in stored]

    def gone(self, connection: Connection, job_id: str) -> bool:
        """Whether there is no such job."""
        return jobs.load(connection, job_id).unwrap() is None

    def damage(self, job_id: str) -> None:
        """Spoil what is stored of a job."""
        spoil = update(tables.jobs).where(tables.jobs.c.job_id == job_id).values(body=b"{}")
        self.store.write(lambda connection: connection.execute(spoil).rowcount)

    def notes(self, prefix: str) -> tuple[Note, ...]:
        """What handlers counted."""
        return self.store.read(lambda connection: under(connection, prefix))

    def damage_schedule(self, name: str) -> None:
        """Spoil what is stored of a schedule."""
        spoil = update(tables.schedules).where(tables.schedules.c.name == name).values(body=b"{}")
        self.store.write(lambda connection: connection.execute(spoil).rowcount)

    def counts(self) -> tuple[jobs.Count, ...]:
        """How many jobs stand where."""
        return self.store.read(jobs.counts)

    def log_length(self) -> int:
        """How many events there are."""
        return self.store.read(log.log_head).position

    def workers(self, name: str = "w1", pool: int = 3, pace: Pace = QUICK) -> Workers:
        """A pool of this process."""
        tools = Tools(
            queue=self.queue,
            commands=self.commands,
            reading=Reading(self.store, Cursors(b"k")),
            markets=Markets(quotes=lambda _symbol: None),
        )
        return Workers(
            queue=self.queue,
            name=name,
            context=lambda job: Context(job, tools),
            pool=pool,
            pace=pace,
        )

    async def finish(self, workers: Workers, looks: int = 1) -> None:
        """Some looks of a pool, and all that they begin."""
        for _ in range(looks):
            await workers.look()
            while workers.running:
                await asyncio.wait(tuple(workers.running.values()))


def yard(store: Store, clock: Dial | None = None) -> Yard:
    """A process on a store."""
    dial, bell = clock or Dial(), Bell()
    queue = Queue(
        store=store,
        clock=dial,
        tasks={one.name: one for one in handlers.TASKS},
        bell=bell,
        maker=MAKER,
        fresh=RandomIds().fresh,
    )
    commands = Commands(Settler(store, dial, bell, MAKER))
    return Yard(store=store, clock=dial, queue=queue, commands=commands)
