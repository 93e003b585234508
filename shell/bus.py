"""The bus port: what the shell needs to tell readers outside, and other processes, of events.

`adapters.bus` has one inside the process and one on Redis. No truth depends on it: it may be slow,
away or emptied at any moment, and what it missed is told later, from the log.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from returns.result import Result

from astracore.errors.events import BusAway
from astracore.events.delivery import (
    DeadLetter,
    Delivery,
    Group,
    JoinFault,
    Message,
    Reader,
    TakeFault,
)


class Readers(Protocol):
    """What readers do. Messages come at least once; those of one aggregate in one stream in
    order."""

    async def join(self, group: str, streams: Sequence[str]) -> Result[None, JoinFault]:
        """Read `streams` in a group from now on.  Errors: BusUnopened, TooManyGroups, BusAway."""
        ...

    async def leave(self, group: str) -> Result[bool, BusAway]:
        """Forget a group; whether there was one."""
        ...

    async def take(
        self, reader: Reader, limit: int, seconds: float
    ) -> Result[tuple[Delivery, ...], TakeFault]:
        """What is due again, else new messages; waits for them.  Errors: GroupGone, BusAway."""
        ...

    async def done(self, group: str, deliveries: Iterable[Delivery]) -> Result[None, BusAway]:
        """The effect of these has happened."""
        ...

    async def failed(self, group: str, one: Delivery, why: str) -> Result[None, BusAway]:
        """Give it again later, or to the dead letters when it was given often enough."""
        ...


class Bus(Readers, Protocol):
    """What the service does besides: publish, keep within bounds, ring."""

    async def open(self, position: int, groups: Sequence[Group]) -> Result[int, BusAway]:
        """Stand at `position`, with groups each at its own; where it stands when others did it."""
        ...

    async def publish(
        self, behind: int, to: int, messages: Sequence[Message]
    ) -> Result[int | None, BusAway]:
        """Move from `behind` to `to` with all messages between; where the bus stands then.

        Elsewhere than `to`: nothing was published. None: it was emptied. Without messages it
        moves only while there are no groups.
        """
        ...

    async def standing(self) -> Result[tuple[Group, ...] | None, BusAway]:
        """Every group and where it stands; None when the bus was emptied."""
        ...

    async def trim(self, floors: Mapping[str, int]) -> Result[None, BusAway]:
        """Drop what is not above each stream's position."""
        ...

    async def clear(self) -> Result[None, BusAway]:
        """Forget all groups and messages: they are those of another log."""
        ...

    async def dead(self, group: str, limit: int) -> Result[tuple[DeadLetter, ...], BusAway]:
        """The oldest dead letters of a group."""
        ...

    async def buried(self, group: str, entries: Iterable[str]) -> Result[None, BusAway]:
        """These dead letters are kept elsewhere now."""
        ...

    async def again(self, group: str, one: Message) -> Result[None, BusAway]:
        """Give a message to one group once more."""
        ...

    async def ring(self, word: str) -> Result[None, BusAway]:
        """Say a word to whoever listens now."""
        ...

    async def listen(self, heard: Callable[[str], None]) -> BusAway:
        """Tell `heard` every word that is said, until the connection fails."""
        ...

    async def close(self) -> None:
        """Let go."""
        ...
