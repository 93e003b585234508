"""The pool that runs jobs, in every process of a fleet.

Once a second one loop fires schedules, ends lost leases and takes what there is room for; it takes
at once when something was enqueued here or a place is free again. A handler runs in a task of its
own beside one that tells the queue every ten seconds that it is alive. Whatever cuts this off, the
lease runs out and somebody else begins again.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import structlog
from attrs import define, field, frozen
from returns.result import Failure
from sqlalchemy.exc import SQLAlchemyError

from adapters.db.troubles import is_unavailable
from astracore.errors.jobs import JobFault, JobInvalid
from astracore.events.canonical import canonical
from astracore.instants import SECOND, Instant
from astracore.jobs.commands import (
    CompleteJob,
    FailJob,
    Heartbeat,
    HolderCommand,
    ObeyCancel,
    ReturnJob,
)
from astracore.jobs.rules import JOB_RULES, Stage
from astracore.jobs.state import Held, Job
from astracore.outcome import is_failure
from shell.bell import heard_or_after
from shell.jobs.context import Context
from shell.jobs.queue import Queue
from shell.tasks.task import (
    Done,
    Effect,
    LeaseLostError,
    Outcome,
    Permanent,
    Task,
    TaskFault,
    Transient,
)

POOL = 3
POLL = 1.0  # [s]
BEAT = 10.0  # [s] between heartbeats
SWEEP = 60.0  # [s] between two looks for what is to be forgotten
LAST_WORDS = 5.0  # [s] a handler that was cancelled may take to end
STOP = 30.0  # [s] a stop waits for handlers
RETRY = 0.5  # [s] after trouble with the store
LOG = structlog.get_logger()
Make: TypeAlias = Callable[[Job], Context]


@frozen(kw_only=True)
class Pace:
    """The waiting times [s]; tests have shorter ones."""

    poll: float = POLL
    beat: float = BEAT
    sweep: float = SWEEP
    stop: float = STOP


@define(eq=False)
class Workers:
    """One process's pool: `run` until somebody says `leave`."""

    queue: Queue
    name: str
    context: Make
    pool: int = POOL
    pace: Pace = Pace()
    running: dict[str, "asyncio.Task[None]"] = field(factory=dict)
    handlers: dict[str, "asyncio.Task[Outcome]"] = field(factory=dict)
    is_stopping: bool = False

    async def run(self) -> None:
        """Fire, reclaim and take until told to leave: a cancelled take would be lost."""
        loop, looked, swept = asyncio.get_running_loop(), 0.0, 0.0
        while not self.is_stopping:
            self.queue.wake.clear()
            try:
                if loop.time() - looked >= self.pace.poll:
                    looked = loop.time()
                    await self.look()
                else:
                    await self.begin()
                if loop.time() - swept >= self.pace.sweep:
                    swept = loop.time()
                    await self.queue.sweep()
            except Exception:
                LOG.exception("jobs_trouble")
            await heard_or_after(self.queue.wake, self.pace.poll)
        await self.stop()

    def leave(self) -> None:
        """Take no more: `run` comes to its end."""
        self.is_stopping = True
        self.queue.wake.set()

    async def look(self) -> int:
        """Fire, reclaim, and begin what there is room for; how many jobs were begun."""
        await self.queue.fire()
        await self.queue.reclaim()
        return await self.begin()

    async def begin(self) -> int:
        """Begin what there is room for; how many jobs."""
        room = self.pool - len(self.running)
        begun = await self.queue.take(self.name, room) if room > 0 else ()
        for job in begun:
            self.running[job.job_id] = asyncio.create_task(self._work(job))
        return len(begun)

    async def stop(self) -> None:
        """Wait for handlers as long as a stop may take, then give their jobs back uncounted."""
        self.is_stopping = True
        if self.running:
            await asyncio.wait(self.running.values(), timeout=self.pace.stop)
        for handler in tuple(self.handlers.values()):
            handler.cancel()
        if self.running:
            await asyncio.wait(self.running.values(), timeout=2 * LAST_WORDS)

    async def _work(self, job: Job) -> None:
        """One attempt, from what was taken to what came of it."""
        try:
            await self._attempt(job, job_lease(job))
        except Exception:
            LOG.exception("job_trouble", job_id=job.job_id, task=job.wish.task)
        finally:
            self.running.pop(job.job_id, None)
            self.queue.wake.set()

    async def _attempt(self, job: Job, held: Held) -> None:
        task = self.queue.tasks.get(job.wish.task)
        if task is None:
            nobody = Permanent("unknown_task", f"no handler is called {job.wish.task}")
            await self._end(failing(job, held, nobody, self._now()))
            return
        context = self.context(job)
        handler = asyncio.create_task(handled(task, context, job))
        self.handlers[job.job_id] = handler
        beating = asyncio.create_task(self._beat(job, held, context, handler))
        try:
            is_late = await is_over(handler, job.wish.timeout / SECOND)
        finally:
            self.handlers.pop(job.job_id, None)
            beating.cancel()
            await asyncio.wait((beating,))
        outcome = answer_of(handler, is_late=is_late, is_stopping=self.is_stopping)
        if not context.is_lost:
            await self._told(job, held, context, outcome)

    async def _told(self, job: Job, held: Held, context: Context, outcome: Outcome | None) -> None:
        """Say what came of it; None: the handler was stopped with the service."""
        job_id, token, now = job.job_id, held.token, self._now()
        if outcome is None:
            await self._end(ReturnJob(job_id=job_id, token=token, at=now))
        elif context.has_seen_cancel:
            await self._end(ObeyCancel(job_id=job_id, token=token, at=now))
        elif is_failure(outcome):
            await self._end(failing(job, held, outcome.failure(), now))
        else:
            await self._complete(job, held, outcome.unwrap())

    async def _complete(self, job: Job, held: Held, done: Done) -> None:
        """Mark it completed, with its effect; an effect that fails is a failed attempt."""
        try:
            result = canonical(done.answer).decode()
            command = CompleteJob(
                job_id=job.job_id, token=held.token, result=result, at=self._now()
            )
            ended = await self._end(command, done.effect)
        except Exception as trouble:
            LOG.exception("job_effect_failed", job_id=job.job_id, task=job.wish.task)
            fault = Transient("effect_failed", told(trouble))
            await self._end(failing(job, held, fault, self._now()))
            return
        if ended is not None and isinstance(ended, JobInvalid):
            await self._end(
                failing(job, held, Permanent("result_too_large", ended.why), self._now())
            )

    async def _end(self, command: HolderCommand, effect: Effect | None = None) -> JobFault | None:
        """The last step of an attempt, tried while the store is away and the lease can last.

        What the queue refuses was too late: somebody else has the job.
        """
        quiet = isinstance(command, CompleteJob) and effect is None
        until = self._now().micros + JOB_RULES.grace
        while True:
            try:
                ended = await (
                    self.queue.touch(command) if quiet else self.queue.move(command, effect)
                )
            except (SQLAlchemyError, OSError) as trouble:
                if not is_unavailable(trouble):
                    raise
                if self.is_stopping or self._now().micros > until:
                    LOG.warning("job_left_behind", job_id=command.job_id, why=str(trouble))
                    return None
            else:
                if not is_failure(ended):
                    return None
                LOG.warning("job_end_refused", job_id=command.job_id, why=ended.failure().code)
                return ended.failure()
            await asyncio.sleep(RETRY)

    async def _beat(
        self, job: Job, held: Held, context: Context, handler: "asyncio.Task[Outcome]"
    ) -> None:
        """Tell that the handler is alive and how far it is; hear whether it is to stop."""
        while True:
            await asyncio.sleep(self.pace.beat)
            command = Heartbeat(
                job_id=job.job_id, token=held.token, progress=context.told, at=self._now()
            )
            try:
                heard = await self.queue.touch(command)
            except Exception as trouble:  # noqa: BLE001 - away for now; told with the next beat
                LOG.warning("heartbeat_trouble", job_id=job.job_id, why=str(trouble))
                continue
            if is_failure(heard):
                context.is_lost = True
                handler.cancel()
                LOG.warning("job_lost", job_id=job.job_id, why=heard.failure().code)
                return
            context.is_cancelled = heard.unwrap().there.stage is Stage.CANCELLING

    def _now(self) -> Instant:
        return self.queue.clock.now()


def job_lease(job: Job) -> Held:
    """The lease of a job that was just taken."""
    if job.held is None:
        raise LookupError(f"{job.job_id} is not held")
    return job.held


async def handled(task: Task[Any], context: Context, job: Job) -> Outcome:
    """Read the payload and run the handler."""
    payload = task.payload.decode(job.wish.payload.encode())
    if is_failure(payload):  # it was enqueued for another version of the task
        return Failure(Permanent("job_invalid", payload.failure().why))
    return await task.run(context, payload.unwrap())


async def is_over(handler: "asyncio.Task[Outcome]", seconds: float) -> bool:
    """Wait for a handler, and cancel it when its time is over: whether it was."""
    done, _ = await asyncio.wait((handler,), timeout=seconds)
    if done:
        return False
    handler.cancel()
    await asyncio.wait((handler,), timeout=LAST_WORDS)
    return True


def answer_of(
    handler: "asyncio.Task[Outcome]", *, is_late: bool, is_stopping: bool
) -> Outcome | None:
    """What a handler came to; None when it was cancelled because the service stops."""
    if is_late:
        return Failure(Transient("timeout", "the handler took longer than it may"))
    if handler.cancelled():
        itself = Failure(Transient("task_failed", "the handler was cancelled"))
        return None if is_stopping else itself
    trouble = handler.exception()
    if trouble is None:
        return handler.result()
    if not isinstance(trouble, LeaseLostError):
        LOG.warning("task_failed", exc_info=trouble)
    return Failure(Transient("task_failed", told(trouble)))


def told(trouble: BaseException) -> str:
    """An exception in one line."""
    return f"{type(trouble).__name__}: {trouble}".partition("\n")[0]


def failing(job: Job, held: Held, fault: TaskFault, now: Instant) -> FailJob:
    """A fault as the queue takes it."""
    return FailJob(
        job_id=job.job_id,
        token=held.token,
        error=fault.code,
        reason=fault.why,
        permanent=isinstance(fault, Permanent),
        at=now,
    )
