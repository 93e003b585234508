"""The bus inside one process, for a service without Redis: the same meaning, gone at its end."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count, islice
from typing import TypeAlias

from attrs import define, field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BusAway, BusUnopened, GroupGone, TooManyGroups
from astracore.events.delivery import (
    CLAIM_S,
    DELIVERIES,
    GROUPS_MAX,
    DeadLetter,
    Delivery,
    Group,
    JoinFault,
    Message,
    Reader,
    TakeFault,
    retry_after,
)

KEPT_LATER = 10_000  # failed messages of a group that wait; a further one is dead at once
KEPT_DEAD = 10_000  # dead letters of a group that wait to be fetched; then the oldest goes
AGAIN = "astra.again"  # the source of messages that are given once more


@frozen
class Held:
    """A delivery that is not answered: when it was given, or when it is due again."""

    delivery: Delivery
    since: float


@define(eq=False)
class Shelf:
    """What one group has before it."""

    reached: dict[str, int]  # up to which position of each stream it was given messages
    held: dict[str, Held] = field(factory=dict)  # by entry: in a reader's hands
    later: dict[str, Held] = field(factory=dict)  # by entry: failed, until due
    again: list[Message] = field(factory=list)
    dead: dict[str, DeadLetter] = field(factory=dict)


Ear: TypeAlias = "asyncio.Queue[str]"


@define(eq=False)
class InProcess:
    """A bus for the readers of this process."""

    monotonic: Callable[[], float]
    position: int | None = None
    _streams: dict[str, dict[int, Message]] = field(factory=dict)
    _shelves: dict[str, Shelf] = field(factory=dict)
    _entries: "count[int]" = field(factory=lambda: count(1))
    _new: asyncio.Event = field(factory=asyncio.Event)
    _ears: list[Ear] = field(factory=list)

    async def open(self, position: int, groups: Sequence[Group]) -> Result[int, BusAway]:
        """Stand at `position`, with groups each at its own; where it stands when others did it."""
        if self.position is not None:
            return Success(self.position)
        self.position = position
        for one in groups:
            self._shelves[one.name] = Shelf(dict.fromkeys(one.streams, one.position))
            self._streams |= {name: {} for name in one.streams if name not in self._streams}
        return Success(position)

    async def publish(
        self, behind: int, to: int, messages: Sequence[Message]
    ) -> Result[int | None, BusAway]:
        """Move from `behind` to `to` with all messages between them; where the bus stands then.

        Elsewhere than `to`: nothing was published. None: it was emptied. Without messages it
        moves only while there are no groups.
        """
        if self.position != behind or (not messages and self._shelves):
            return Success(self.position)
        for one in messages:
            if one.stream in self._streams:
                self._streams[one.stream].setdefault(one.position, one)
        self.position = to
        self._new.set()
        return Success(to)

    async def join(self, group: str, streams: Sequence[str]) -> Result[None, JoinFault]:
        """Read `streams` in a group from now on; what it reads already goes on where it stands.

        Errors: BusUnopened, TooManyGroups.
        """
        if self.position is None:
            return Failure(BusUnopened())
        if group not in self._shelves and len(self._shelves) >= GROUPS_MAX:
            return Failure(TooManyGroups(GROUPS_MAX))
        shelf = self._shelves.setdefault(group, Shelf({}))
        for stream in streams:
            shelf.reached.setdefault(stream, self.position)
            self._streams.setdefault(stream, {})
        return Success(None)

    async def leave(self, group: str) -> Result[bool, BusAway]:
        """Forget a group; whether there was one."""
        left = self._shelves.pop(group, None)
        wanted = {stream for shelf in self._shelves.values() for stream in shelf.reached}
        for stream in set(self._streams) - wanted:
            del self._streams[stream]
        return Success(left is not None)

    async def take(
        self, reader: Reader, limit: int, seconds: float
    ) -> Result[tuple[Delivery, ...], TakeFault]:
        """What is due again, else at most `limit` new messages of each stream; waits for them.

        Errors: GroupGone.
        """
        until = self.monotonic() + seconds
        while True:
            self._new.clear()
            shelf = self._shelves.get(reader.group)
            if shelf is None or not set(reader.streams) <= set(shelf.reached):
                return Failure(GroupGone(reader.group))
            found = self._due(reader.group, shelf, limit) or self._fresh(shelf, reader, limit)
            left = until - self.monotonic()
            if found or left <= 0:
                return Success(found)
            try:
                async with asyncio.timeout(left):
                    await self._new.wait()
            except TimeoutError:
                return Success(())

    async def done(self, group: str, deliveries: Iterable[Delivery]) -> Result[None, BusAway]:
        """The effect of these has happened."""
        shelf = self._shelves.get(group, Shelf({}))
        for one in deliveries:
            shelf.held.pop(one.entry, None)
        return Success(None)

    async def failed(self, group: str, one: Delivery, why: str) -> Result[None, BusAway]:
        """Give it again later, or to the dead letters when it was given often enough."""
        shelf = self._shelves.get(group, Shelf({}))
        if shelf.held.pop(one.entry, None) is None:
            return Success(None)
        wait = retry_after(one.count)
        if wait is None or len(shelf.later) >= KEPT_LATER:
            bury(shelf, group, one, why)
        else:
            shelf.later[one.entry] = Held(one, self.monotonic() + wait)
        return Success(None)

    async def standing(self) -> Result[tuple[Group, ...] | None, BusAway]:
        """Every group and where it stands; None before the bus is opened."""
        if self.position is None:
            return Success(None)
        return Success(
            tuple(
                Group(name=name, position=self._floor(shelf), streams=tuple(shelf.reached))
                for name, shelf in self._shelves.items()
            )
        )

    async def trim(self, floors: Mapping[str, int]) -> Result[None, BusAway]:
        """Drop what is not above each stream's position."""
        for stream, floor in floors.items():
            kept = self._streams.get(stream, {})
            self._streams[stream] = {at: one for at, one in kept.items() if at > floor}
        return Success(None)

    async def clear(self) -> Result[None, BusAway]:
        """Forget all groups and messages: they are those of another log."""
        self.position = None
        self._streams.clear()
        self._shelves.clear()
        return Success(None)

    async def dead(self, group: str, limit: int) -> Result[tuple[DeadLetter, ...], BusAway]:
        """The oldest dead letters of a group."""
        return Success(tuple(islice(self._shelves.get(group, Shelf({})).dead.values(), limit)))

    async def buried(self, group: str, entries: Iterable[str]) -> Result[None, BusAway]:
        """These dead letters are kept elsewhere now."""
        for entry in entries:
            self._shelves.get(group, Shelf({})).dead.pop(entry, None)
        return Success(None)

    async def again(self, group: str, one: Message) -> Result[None, BusAway]:
        """Give a message to one group once more."""
        if group in self._shelves:
            self._shelves[group].again.append(one)
            self._new.set()
        return Success(None)

    async def ring(self, word: str) -> Result[None, BusAway]:
        """Say a word to whoever listens now."""
        for ear in self._ears:
            ear.put_nowait(word)
        return Success(None)

    async def listen(self, heard: Callable[[str], None]) -> BusAway:
        """Tell `heard` every word that is said, for ever."""
        ear: Ear = asyncio.Queue()
        self._ears.append(ear)
        try:
            while True:
                heard(await ear.get())
        finally:
            self._ears.remove(ear)

    async def close(self) -> None:
        """Nothing to let go."""

    def _due(self, group: str, shelf: Shelf, limit: int) -> tuple[Delivery, ...]:
        """Failed messages whose time has come, and those that nobody answered."""
        now = self.monotonic()
        due = [one for one in shelf.later.values() if one.since <= now][:limit]
        for one in due:
            del shelf.later[one.delivery.entry]
        lost = [one for one in shelf.held.values() if one.since + CLAIM_S <= now][:limit]
        for one in lost:
            del shelf.held[one.delivery.entry]
            if one.delivery.count >= DELIVERIES:
                bury(shelf, group, one.delivery, "no reader answered")
        again = [*due, *(one for one in lost if one.delivery.count < DELIVERIES)]
        return tuple(
            self._handed(shelf, one.delivery.message, one.delivery.source, one.delivery.count + 1)
            for one in again
        )

    def _fresh(self, shelf: Shelf, reader: Reader, limit: int) -> tuple[Delivery, ...]:
        given, shelf.again = shelf.again[:limit], shelf.again[limit:]
        found = [self._handed(shelf, one, AGAIN, 1) for one in given]
        for stream in reader.streams:
            kept, reached = self._streams[stream], shelf.reached[stream]
            for one in islice((kept[at] for at in kept if at > reached), limit):
                shelf.reached[stream] = one.position
                found.append(self._handed(shelf, one, stream, 1))
        return tuple(found)

    def _handed(self, shelf: Shelf, one: Message, source: str, times: int) -> Delivery:
        entry = str(next(self._entries))
        delivery = Delivery(message=one, entry=entry, count=times, source=source)
        shelf.held[entry] = Held(delivery, self.monotonic())
        return delivery

    def _floor(self, shelf: Shelf) -> int:
        """Behind the oldest message that the group has not answered."""
        open_ones = [
            one.delivery.message.position
            for one in (*shelf.held.values(), *shelf.later.values())
            if one.delivery.source != AGAIN
        ]
        unread = [
            at
            for stream, reached in shelf.reached.items()
            for at in self._streams[stream]
            if at > reached
        ]
        return min((at - 1 for at in (*open_ones, *unread)), default=self.position or 0)


def bury(shelf: Shelf, group: str, one: Delivery, why: str) -> None:
    """Put a message among the dead letters."""
    shelf.dead[one.entry] = DeadLetter(
        group=group, entry=one.entry, message=one.message, deliveries=one.count, why=why
    )
    while len(shelf.dead) > KEPT_DEAD:
        del shelf.dead[next(iter(shelf.dead))]
