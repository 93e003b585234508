"""A running service without HTTP, a clock set by hand, and jobs that are run at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from attrs import define, field, frozen
from returns.result import Result
from sqlalchemy import Connection

from adapters.db import log
from astracore.catalog.aggregates import EVENTS
from astracore.events.canonical import Json
from astracore.events.envelope import Envelope, Origin
from astracore.events.stored import opened
from astracore.ids import CommandId, derived_id
from astracore.instants import Instant
from shell.asked import Asked, Command, Refused, Written
from shell.http.cursors import Cursors
from shell.market import Markets
from shell.reading import Reading
from shell.runtime import Runtime, running
from shell.settler import Clock
from shell.store import Store
from shell.tasks.registry import TASKS
from shell.tasks.task import Done, NoPayload
from tests.jobs.yard import Dial


@define
class Attempt:
    """What a handler may use, for an attempt at a job of this name (`TaskContext`)."""

    bench: "Bench"
    job_id: str
    task: str
    slot: Instant | None = None
    attempt: int = 1
    store: Store = field(init=False)
    reading: Reading = field(init=False)
    markets: Markets = field(init=False)
    clock: Clock = field(init=False)
    told: list[tuple[int, int]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.store, self.clock = self.bench.runtime.store, self.bench.clock
        self.reading = Reading(self.store, Cursors(b"k"))
        self.markets = self.bench.markets

    async def ask(self, command: Command, *facts: str) -> Result[Written, Refused]:
        """Under the one name that the command has in this job."""
        return await self.bench.ask(command, derived_id(0, "job", self.job_id, *facts))

    def enqueue(self, _connection: Connection, task: str, *_more: Any) -> str:  # noqa: ANN401
        """No task of these enqueues another."""
        raise AssertionError(task)

    def progress(self, done: int, total: int) -> None:
        """Remember what was told."""
        self.told.append((done, total))

    def cancelled(self) -> bool:
        """Nobody cancels here."""
        return False

    def fence(self, connection: Connection) -> None:
        """The lease is held."""


@define
class Bench:
    """The service, and what tests ask of it."""

    runtime: Runtime
    clock: Dial
    markets: Markets = field(factory=lambda: Markets(quotes=lambda _symbol: None))
    asked: int = 0

    async def ask(self, command: Command, name: str = "") -> Result[Written, Refused]:
        """One command, and all that it causes."""
        self.asked += 1
        key = CommandId(name or f"command-{self.asked}")
        origin = Origin(
            command_id=key,
            correlation_id=key,
            causation_id=key,
            actor="somebody",
            at=self.clock.now(),
        )
        answer = await self.runtime.commands.run(
            Asked(command=command, origin=origin, digest=str(key))
        )
        await self.runtime.follower.quiet()
        return answer

    async def did(self, command: Command) -> None:
        """A command that must not be refused."""
        (await self.ask(command)).unwrap()

    async def job(
        self, task: str, job_id: str = "", slot: Instant | None = None
    ) -> dict[str, Json]:
        """The answer of a job that must succeed."""
        self.asked += 1
        found = next(one for one in TASKS if one.name == task)
        attempt = Attempt(self, job_id or f"job-{self.asked}", task, slot)
        done: Done = (await found.run(attempt, NoPayload())).unwrap()
        effect = done.effect
        if effect is not None:
            self.runtime.store.write(effect)
        await self.runtime.follower.quiet()
        return dict(done.answer)

    def told(self) -> tuple[Envelope[Any], ...]:
        """The whole log."""
        found = self.runtime.store.read(lambda connection: log.after(connection, 0, 10_000))
        return tuple(opened(one, EVENTS.decode).unwrap() for one in found)

    def of(self, shape: type) -> list[Any]:
        """The events of one class."""
        return [one.event for one in self.told() if isinstance(one.event, shape)]


@frozen
class Lent:
    """A store that somebody else will close."""

    store: Store

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a store has
        return getattr(self.store, name)

    def close(self) -> None:
        """Not ours to close."""


@asynccontextmanager
async def bench(store: Store) -> AsyncIterator[Bench]:
    """Sit down at an open store, which is closed at the end."""
    clock = Dial()
    async with running(store, clock) as runtime:
        await runtime.follower.ready.wait()
        yield Bench(runtime, clock)
