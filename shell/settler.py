"""Commands that wait together are settled together: one transaction on the writer thread."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from attrs import frozen
from returns.result import Result
from sqlalchemy import Connection

from adapters.db.settle import Settled, Stamp, settle
from adapters.db.troubles import is_unavailable
from astracore.errors.events import SpineFault
from astracore.events.envelope import Envelope
from astracore.instants import Instant
from astracore.outcome import is_failure
from shell.asked import Written
from shell.bell import Bell
from shell.store import Store
from shell.streams import Declined, Job, readable

F = TypeVar("F")
GROUP = 64  # commands in one transaction


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> Instant:
        """The present instant."""
        ...


@frozen(kw_only=True)
class Maker:
    """What every stored event says of the program that wrote it."""

    producer: str
    config_version: str


@frozen(eq=False)
class Waiting:
    """A job and who awaits it."""

    job: Job[Any]
    done: "asyncio.Future[Result[Settled, SpineFault]]"


class Settler:
    """The queue in front of the writer thread. First come, first decided."""

    def __init__(self, store: Store, clock: Clock, bell: Bell, maker: Maker) -> None:
        self._store = store
        self._clock = clock
        self._bell = bell
        self._maker = maker
        self._queue: deque[Waiting] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def run(self, job: Job[F]) -> Result[Written, Declined[F | SpineFault]]:
        """Settle one job. Raises what the driver raises; then nothing was stored.

        Jobs are decided in the order of the calls, also when nobody awaits them in that order.
        """
        waiting = Waiting(job, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return job.result(await asyncio.shield(waiting.done))

    async def close(self) -> None:
        """Wait until nothing waits any more."""
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        while self._queue:
            size = min(GROUP, len(self._queue))
            await self._settle([self._queue.popleft() for _ in range(size)])

    async def _settle(self, group: Sequence[Waiting]) -> None:
        """One transaction for all; if it fails, one for each, so that only the guilty suffer.

        When the store is away there is no guilty one, and asking it again for each takes long.
        """
        try:
            results = await asyncio.wrap_future(self._store.writing(self._transaction(group)))
        except Exception as error:  # noqa: BLE001 - handed on to whoever awaits the job
            for waiting in group:
                waiting.job.forget()
            self._bell.forget()
            if len(group) > 1 and not is_unavailable(error):
                for waiting in group:
                    await self._settle([waiting])
                return
            for waiting in group:
                if not waiting.done.cancelled():
                    waiting.done.set_exception(error)
            return
        for waiting, result in zip(group, results, strict=True):
            if not waiting.done.cancelled():
                waiting.done.set_result(result)
        if new := written(group, results):
            self._bell.ring(new)

    def _transaction(self, group: Sequence[Waiting]) -> "Transaction":
        return Transaction(tuple(waiting.job for waiting in group), self._clock, self._maker)


def written(
    group: Sequence[Waiting], results: Sequence[Result[Settled, SpineFault]]
) -> tuple[Envelope[object], ...]:
    """The events that a group added to the log, in its order."""
    return tuple(
        readable(waiting.job.read(stored))
        for waiting, result in zip(group, results, strict=True)
        if not is_failure(result) and not result.unwrap().replayed
        for stored in result.unwrap().stored
    )


@frozen
class Transaction:
    """What the writer thread runs."""

    jobs: tuple[Job[Any], ...]
    clock: Clock
    maker: Maker

    def __call__(self, connection: Connection) -> list[Result[Settled, SpineFault]]:
        """Settle the jobs on `connection`, whose transaction holds the write lock."""
        stamp = Stamp(
            recorded_at=self.clock.now(),
            config_version=self.maker.config_version,
            producer=self.maker.producer,
        )
        return settle(connection, [job.ask for job in self.jobs], stamp)
