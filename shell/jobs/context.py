"""What a running handler is given: the context of its attempt."""

from collections.abc import Mapping

from attrs import define, field, frozen
from returns.result import Result
from sqlalchemy import Connection

from adapters.db import jobs
from astracore.events.canonical import Json
from astracore.events.envelope import Origin
from astracore.ids import CommandId, derived_id
from astracore.instants import Instant
from astracore.jobs.commands import EnqueueJob
from astracore.jobs.state import Job, Progress
from astracore.outcome import is_failure
from shell.asked import Asked, Command, CommandPort, Refused, Written
from shell.jobs.moves import job_moved
from shell.jobs.queue import Queue
from shell.jobs.wishes import Given, wish
from shell.market import Markets
from shell.reading import Reading
from shell.settler import Clock
from shell.store import Store
from shell.tasks.task import LeaseLostError


@frozen(kw_only=True)
class Tools:
    """What every handler of a process may use."""

    queue: Queue
    commands: CommandPort
    reading: Reading
    markets: Markets


@define(eq=False)
class Context:
    """One attempt at one job, as its handler sees it (`TaskContext`)."""

    job: Job
    tools: Tools
    told: Progress | None = None  # how far the handler said it is
    is_cancelled: bool = False  # somebody wants it stopped
    is_lost: bool = False  # the lease is
    has_seen_cancel: bool = False
    job_id: str = field(init=False)
    task: str = field(init=False)
    attempt: int = field(init=False)
    slot: Instant | None = field(init=False)
    store: Store = field(init=False)
    reading: Reading = field(init=False)
    markets: Markets = field(init=False)
    clock: Clock = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.job_id, self.task = self.job.job_id, self.job.wish.task
        self.attempt, self.slot = self.job.attempt, self.job.wish.slot
        self.reading, self.markets = self.tools.reading, self.tools.markets
        self.store, self.clock = self.tools.queue.store, self.tools.queue.clock

    async def ask(self, command: Command, *facts: str) -> Result[Written, Refused]:
        """Run a command under the one name that it has in this job."""
        name = CommandId(self._named("command", *facts))
        origin = Origin(
            command_id=name,
            correlation_id=self.job_id,
            causation_id=name,
            actor=f"job:{self.task}",
            at=self.clock.now(),
        )
        return await self.tools.commands.run(Asked(command=command, origin=origin, digest=name))

    def enqueue(
        self, connection: Connection, task: str, payload: Mapping[str, Json], *facts: str
    ) -> str:
        """Put another job into the caller's transaction, once for this job and facts."""
        queue, now, key = self.tools.queue, self.clock.now(), self._named("enqueue", task, *facts)
        made = wish(queue.tasks, task, Given(payload), idempotency_key=f"{self.job_id} {key}")
        if is_failure(made):
            raise ValueError(str(made.failure()))
        command = EnqueueJob(job_id=queue.fresh(now), wish=made.unwrap(), run_at=now, at=now)
        moved = job_moved(connection, command)
        if is_failure(moved):
            raise ValueError(str(moved.failure()))
        return moved.unwrap().there.job_id

    def progress(self, done: int, total: int) -> None:
        """Say how far it is."""
        self.told = Progress(done, total)

    def cancelled(self) -> bool:
        """Whether it is to stop; from then on the job counts as cancelled."""
        self.has_seen_cancel = self.has_seen_cancel or self.is_cancelled
        return self.has_seen_cancel or self.is_lost

    def fence(self, connection: Connection) -> None:
        """Raise LeaseLostError unless this attempt still holds the job, in this transaction."""
        found = jobs.load(connection, self.job_id, lock=True)
        job = None if is_failure(found) else found.unwrap()
        held = None if job is None else job.held
        if held is None or held.token != self.job.token or held.until <= self.clock.now():
            self.is_lost = True
            raise LeaseLostError(self.job_id)

    def _named(self, *facts: str) -> str:
        return derived_id(self.job.enqueued_at.micros // 1000, "job", self.job_id, *facts)
