"""A store with counters in it: what the tests of store, command path and audit share."""

from pathlib import Path

from attrs import frozen
from returns.result import Result

from adapters.db.sqlite import open_store
from astracore.errors.events import SpineFault
from astracore.instants import Instant
from shell.asked import Written
from shell.bell import Bell
from shell.settler import Maker, Settler
from shell.store import Store
from shell.streams import Declined, Streams, Terms, job
from tests.domains.counter import (
    COUNTERS,
    Counter,
    CounterCommand,
    CounterEvent,
    TooLittle,
    answer,
    origin,
)

MAKER = Maker(producer="astracore@test", config_version="1")


class StoppedClock:
    """It is always the same moment."""

    def now(self) -> Instant:
        """2026-03-04T10:00:00Z."""
        return Instant(1_772_618_400_000_000)


@frozen(kw_only=True)
class Desk:
    """Asks counters of one store."""

    store: Store
    settler: Settler
    bell: Bell
    counters: Streams[CounterCommand, Counter, CounterEvent, TooLittle]

    async def ask(
        self,
        key: str,
        command: CounterCommand,
        *,
        digest: str = "d",
        expected: int | None = None,
        actor: str = "u1",
    ) -> Result[Written, Declined[TooLittle | SpineFault]]:
        """One command under an idempotency key."""
        terms = Terms(
            origin=origin(key, actor),
            digest=digest,
            expected=expected,
            answer=answer,
            kept=actor.startswith("policy:"),
        )
        return await self.settler.run(job(self.counters, command.counter, command, terms))

    async def close(self) -> None:
        """Finish and let the file go."""
        await self.settler.close()
        self.store.close()


def desk(path: Path, limit: int = 10_000) -> Desk:
    """Open `path` and sit down at it."""
    return desk_over(open_store(path).unwrap(), limit)


def desk_over(store: Store, limit: int = 10_000) -> Desk:
    """Sit down at an open store."""
    bell = Bell()
    return Desk(
        store=store,
        settler=Settler(store, StoppedClock(), bell, MAKER),
        bell=bell,
        counters=Streams(COUNTERS, limit),
    )
