"""A store with the real command path in front of it, asked without HTTP: what tests share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import define, field
from returns.result import Result

from astracore.events.envelope import Envelope, Origin
from astracore.ids import CommandId
from astracore.instants import Instant
from shell.asked import Asked, Command, Refused, Written
from shell.bell import Bell
from shell.commands import Commands
from shell.settler import Settler
from shell.store import Store
from tests.domains.desk import MAKER, StoppedClock

NOON = StoppedClock().now()


@define
class Town:
    """Everybody's commands, one name after the other."""

    store: Store
    commands: Commands
    asked: int = field(default=0)

    async def ask(self, command: Command, name: str = "") -> Result[Written, Refused]:
        """One command under a name of its own, or under `name`."""
        self.asked += 1
        key = CommandId(name or f"command-{self.asked}")
        at: Instant = getattr(command, "at", NOON)
        origin = Origin(
            command_id=key, correlation_id=key, causation_id=key, actor="somebody", at=at
        )
        return await self.commands.run(Asked(command=command, origin=origin, digest="d"))

    async def did(self, command: Command) -> tuple[object, ...]:
        """What came of a command that must not be refused."""
        written = await self.ask(command)
        return tuple(one.event for one in written.unwrap().events)

    async def refused(self, command: Command) -> str:
        """The code of the refusal of a command that must be refused."""
        return (await self.ask(command)).failure().fault.code


def streams(written: Written) -> tuple[str, ...]:
    """Which streams were appended to, in order."""
    return tuple(f"{one.stream.category}-{one.stream.key}" for one in written.events)


def events(written: Written) -> tuple[Envelope[object], ...]:
    """What was appended."""
    return written.events


@asynccontextmanager
async def town(store: Store) -> AsyncIterator[Town]:
    """Sit down in front of an open store, which is closed at the end."""
    commands = Commands(Settler(store, StoppedClock(), Bell(), MAKER), store.alias)
    try:
        yield Town(store, commands)
    finally:
        await commands.close()
        store.close()
