"""The queue as workers use it: each step is one transaction; whoever is late changes nothing."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import structlog
from attrs import define, evolve, field, frozen
from returns.result import Result
from sqlalchemy import Connection

from adapters.db import jobs, schedules
from adapters.db.settle import Stamp
from adapters.jobs.cron import due_between, next_after
from astracore.errors.jobs import JobFault
from astracore.instants import Instant
from astracore.jobs.commands import EnqueueJob, HolderCommand, LoseLease, TakeJob
from astracore.jobs.rules import JOB_RULES, Priority, chosen, passed_after
from astracore.jobs.schedules.commands import FireSlot, RegisterSchedule
from astracore.jobs.schedules.events import ScheduleFired
from astracore.jobs.schedules.state import Plan, Schedule
from astracore.jobs.slots import Kind, Overlap
from astracore.jobs.state import Job
from astracore.outcome import is_failure
from shell.bell import Bell
from shell.jobs.moves import Moved, UnreadableRowError, job_moved, schedule_moved, slot_key, tell
from shell.jobs.wishes import Given, Tasks, wish
from shell.settler import Clock, Maker
from shell.store import Store
from shell.tasks.task import Effect

T = TypeVar("T")
BATCH = 50  # schedules fired, or leases ended, in one look
SWEEP = 500  # records forgotten in one transaction
LOG = structlog.get_logger()


@frozen
class Taken:
    """What a worker begins with, and how often in a row a lower queue was passed over."""

    jobs: tuple[Job, ...]
    passed_over: int


@define(eq=False)
class Queue:
    """One process's way to the queue."""

    store: Store
    clock: Clock
    tasks: Tasks
    bell: Bell
    maker: Maker
    fresh: Callable[[Instant], str]
    wake: asyncio.Event = field(factory=asyncio.Event)  # set by who enqueues in this process
    passed_over: int = 0

    async def take(self, worker: str, most: int) -> tuple[Job, ...]:
        """At most `most` jobs, now `worker`'s."""
        now, before = self.clock.now(), self.passed_over
        found = await asyncio.wrap_future(
            self.store.changing(lambda connection: taken(connection, worker, most, now, before))
        )
        self.passed_over = found.passed_over
        return found.jobs

    async def move(
        self, command: HolderCommand | LoseLease, effect: Effect | None = None
    ) -> Result[Moved, JobFault]:
        """One step of a held job, with `effect` in its transaction, if it is taken."""
        stamp = self.stamp()

        def step(connection: Connection) -> Result[Moved, JobFault]:
            moved = job_moved(connection, command)
            if not is_failure(moved):
                tell(connection, moved.unwrap(), stamp)
                if effect is not None:
                    effect(connection)
            return moved

        moved = await asyncio.wrap_future(self.store.writing(step))
        if not is_failure(moved) and (moved.unwrap().told or effect is not None):
            self.ring()
        return moved

    async def touch(self, command: HolderCommand) -> Result[Moved, JobFault]:
        """A step of a held job that no other writer needs to wait for: nobody is told of it."""
        return await asyncio.wrap_future(
            self.store.changing(lambda connection: job_moved(connection, command))
        )

    async def reclaim(self) -> int:
        """End the leases that have run out; how many."""
        now = self.clock.now()
        lost = await asyncio.wrap_future(
            self.store.reading(lambda connection: jobs.expired(connection, now, BATCH))
        )
        return sum([await self._lose(one, now) for one in lost])

    async def _lose(self, job_id: str, now: Instant) -> bool:
        try:
            return not is_failure(await self.move(LoseLease(job_id=job_id, at=now)))
        except UnreadableRowError:
            LOG.exception("job_unreadable", job_id=job_id)
            await asyncio.wrap_future(self.store.changing(lambda c: jobs.set_aside(c, job_id)))
            return False

    async def fire(self) -> int:
        """Enqueue what is due; how many jobs. A schedule's trouble does not hold up others."""
        now = self.clock.now()
        due = await asyncio.wrap_future(
            self.store.reading(lambda connection: schedules.due(connection, now, BATCH))
        )
        return sum([await self._fire(name, now) for name in due])

    async def _fire(self, name: str, now: Instant) -> int:
        try:
            return await asyncio.wrap_future(
                self.store.changing(lambda connection: self.fired(connection, name, now))
            )
        except UnreadableRowError:
            LOG.exception("schedule_unreadable", schedule=name)
            return 0

    def fired(self, connection: Connection, name: str, now: Instant) -> int:
        """Fire one schedule, in the caller's transaction; how many jobs it enqueued."""
        found = schedules.load(connection, name, lock=True)
        if is_failure(found):
            raise UnreadableRowError(str(found.failure()))
        schedule = found.unwrap()
        if schedule is None:
            return 0
        slots, following = cron_facts(schedule, now)
        busy = schedule.plan.overlap is Overlap.SKIP and jobs.is_open(connection, name)
        command = FireSlot(name=name, cron_due=slots, cron_next=following, is_busy=busy, at=now)
        moved = schedule_moved(connection, command)
        if is_failure(moved):
            return 0
        fired = [one for one in moved.unwrap().events if isinstance(one, ScheduleFired)]
        return sum(
            self._enqueue_slot(connection, schedule.plan, slot, now)
            for one in fired
            for slot in one.slots
        )

    def _enqueue_slot(
        self, connection: Connection, plan: Plan, slot: Instant, now: Instant
    ) -> bool:
        command = self.slot_command(plan, slot, now)
        moved = None if command is None else job_moved(connection, command)
        if moved is None or is_failure(moved):
            LOG.error("slot_refused", schedule=plan.name, slot=str(slot))
            return False
        return bool(moved.unwrap().events)

    def slot_command(self, plan: Plan, slot: Instant, now: Instant) -> EnqueueJob | None:
        """The job of one slot; None when this program has no such task."""
        made = wish(
            self.tasks,
            plan.task,
            Given.of(plan.payload),
            schedule=plan.name,
            slot=slot,
            in_line=plan.overlap is not Overlap.ALLOW,
            idempotency_key=slot_key(plan.name, slot),
        )
        if is_failure(made):
            return None
        job_id = self.fresh(now)
        return EnqueueJob(job_id=job_id, wish=made.unwrap(), run_at=now, at=now)

    async def declare(self) -> None:
        """Bring the schedules of this program's tasks up to date; switched off ones stay off."""
        now = self.clock.now()
        for task in self.tasks.values():
            if task.timing is None:
                continue
            plan = Plan(
                name=task.name,
                task=task.name,
                payload="{}",
                kind=task.timing.kind,
                spec=task.timing.spec,
                start=now,
                zone=task.timing.zone,
                catch_up=task.timing.catch_up,
                overlap=task.timing.overlap,
            )
            command = RegisterSchedule(
                plan=plan, is_own=True, cron_next=cron_first(plan, now), at=now
            )
            moved = await asyncio.wrap_future(
                self.store.writing(lambda c, command=command: schedule_moved(c, command))  # type: ignore[misc]
            )
            if is_failure(moved):
                raise ValueError(f"task {task.name}: {moved.failure()}")

    async def sweep(self) -> int:
        """Forget results after a day and records after seven; how many records, at most SWEEP."""
        now = self.clock.now()
        await asyncio.wrap_future(
            self.store.changing(lambda connection: drop_results(connection, now))
        )
        old = Instant(now.micros - JOB_RULES.record_kept)
        return await asyncio.wrap_future(
            self.store.changing(lambda connection: jobs.forget(connection, old, SWEEP))
        )

    def stamp(self) -> Stamp:
        """What the log says of an event that is stored now."""
        return Stamp(
            recorded_at=self.clock.now(),
            config_version=self.maker.config_version,
            producer=self.maker.producer,
        )

    def ring(self) -> None:
        """The log has grown beside the command path: whoever follows it reads it."""
        self.bell.forget()
        self.bell.ring(())


def taken(connection: Connection, worker: str, most: int, now: Instant, passed_over: int) -> Taken:
    """Take up to `most` jobs by the rule of `chosen`. Queues whose jobs are all being taken by
    others just now count as empty."""
    found: list[Job] = []
    empty: frozenset[Priority] = frozenset()
    while len(found) < most:
        waiting = jobs.waiting(connection, now) - empty
        priority = chosen(waiting, passed_over)
        if priority is None:
            break
        job = jobs.head(connection, priority, now)
        if job is None:
            empty |= {priority}
            continue
        moved = job_moved(connection, TakeJob(job_id=job.job_id, worker=worker, at=now))
        if is_failure(moved):
            raise UnreadableRowError(str(moved.failure()))
        found.append(moved.unwrap().there)
        passed_over = passed_after(waiting, priority, passed_over)
    return Taken(tuple(found), passed_over)


def cron_first(plan: Plan, now: Instant) -> Instant | None:
    """The first due instant of a cron line that is not before now; None for other kinds."""
    if plan.kind is not Kind.CRON:
        return None
    return next_after(plan.spec, plan.zone, Instant(now.micros - 1)).value_or(None)


def cron_facts(schedule: Schedule, now: Instant) -> tuple[tuple[Instant, ...], Instant | None]:
    """What a cron line has due until now, and what follows."""
    plan, first = schedule.plan, schedule.next_due
    if plan.kind is not Kind.CRON or first is None or first > now:
        return (), None
    found = due_between(plan.spec, plan.zone, first, now, JOB_RULES.catch_up_max)
    if is_failure(found):  # it was a line when it was registered: its zone is gone
        LOG.error("cron_lost", schedule=plan.name, why=found.failure().why)
        return (), None
    return found.unwrap().slots, found.unwrap().following


def drop_results(connection: Connection, now: Instant) -> None:
    """Forget the results that were kept for a day."""
    for job_id in jobs.spoiled(connection, now, SWEEP):
        found = jobs.load(connection, job_id, lock=True)
        job = None if is_failure(found) else found.unwrap()
        if job is not None:
            jobs.save(connection, evolve(job, result=None))
