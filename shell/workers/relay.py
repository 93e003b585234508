"""The relay: tells the bus what is in the log, by position, and keeps the bus within bounds.

Only the leader runs one. What it publishes moves the bus from the position it knows to the next
in one step: a relay that slept, asks again, or finds the bus emptied publishes nothing and learns
where the bus stands. Nobody waits for it. Personal fields leave the house sealed, as they are kept.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog
from attrs import define, field
from returns.result import Result
from sqlalchemy import Connection

from adapters.db import log, rows, subscribers
from adapters.db.subscribers import Letter, LetterState
from astracore.catalog.registry import EVENT_TYPES
from astracore.errors.events import BusAway
from astracore.events.delivery import (
    BACKLOG_MAX,
    DeadLetter,
    Group,
    Message,
    letter_id,
    message,
    trimmed_below,
)
from astracore.events.stored import Stored
from astracore.outcome import is_failure
from shell.bell import Bell, heard_or_after
from shell.bus import Bus
from shell.domains import PLATFORM
from shell.settler import Clock
from shell.store import Store
from shell.workers.leading import Lead, LeadLostError, Term, working

BATCH = 500  # events in one step
PAUSE = 0.5  # [s] between steps when no bell rings, when nobody reads, and after trouble
TIDY = 1.0  # [s] between looks at groups and dead letters
LETTERS = 100  # dead letters in one look
CHECKPOINT, VERSION = "bus:relay", 1
LOG = structlog.get_logger()
T = TypeVar("T")


@define(eq=False)
class Relay:
    """`shift` is for whoever leads. `position` is where the bus stands, None while not known."""

    store: Store
    bus: Bus
    bell: Bell
    lead: Lead
    clock: Clock
    position: int | None = None
    is_read: bool = True  # whether there is any group
    is_well: bool = True  # whether the bus answered last
    _kept: tuple[tuple[Group, ...], int] = ((), 0)
    _term: Term = field(factory=Term)

    @asynccontextmanager
    async def shift(self) -> AsyncIterator[None]:
        """Publish and tidy up until the block ends."""
        self.position, self._kept = None, ((), 0)
        self._term = self.lead.term.of(PLATFORM)
        async with working(self.run, self.tidy):
            yield

    async def run(self) -> None:
        """Publish until cancelled."""
        heard = self.bell.ear()
        try:
            while True:
                heard.clear()
                if await self._stepped():
                    continue
                if self.is_read and self.is_well:
                    await heard_or_after(heard, PAUSE)
                else:
                    await asyncio.sleep(PAUSE)
        finally:
            self.bell.leave(heard)

    async def tidy(self) -> None:
        """Keep positions and dead letters where they cannot be lost, then trim; until cancelled."""
        while True:
            await asyncio.sleep(TIDY)
            try:
                await self.tidied()
            except LeadLostError:
                LOG.warning("relay_took_a_step_back")
            except Exception:
                LOG.exception("relay_trouble")

    async def _stepped(self) -> bool:
        try:
            return await self.step()
        except Exception:  # the store is away, or ours to mend: no reason to stop for ever
            LOG.exception("relay_trouble", position=self.position)
            self.is_well = False
            return False

    async def step(self) -> bool:
        """Publish what comes next; whether there may be more at once."""
        position = self.position
        if position is None:
            return await self._opened()
        if not self.is_read:
            head = await asyncio.wrap_future(self.store.reading(log.log_head))
            if head.position == position:
                return False
            said = await self.bus.publish(position, head.position, ())
            return self._moved(said, head.position)
        found = await asyncio.wrap_future(
            self.store.reading(lambda connection: log.kept_after(connection, position, BATCH))
        )
        if not found:
            return False
        to = found[-1].position
        return self._moved(await self.bus.publish(position, to, tuple(map(told, found))), to)

    async def tidied(self) -> None:
        """One look at the groups."""
        said = self._heard(await self.bus.standing())
        if is_failure(said):
            return
        groups, position = said.unwrap(), self.position
        if groups is None or position is None:
            self.position = None
            return
        groups = await self._within_bounds(groups, position)
        letters = [letter for group in groups for letter in await self._dead(group.name)]
        if letters or (groups, position) != self._kept:
            await self._keep(groups, letters, position)
        for group in {one.group for one in letters}:
            await self.bus.buried(group, [one.entry for one in letters if one.group == group])
        if groups:
            await self.bus.trim(trimmed_below(groups))
        await self._give_again({one.name for one in groups})
        self.is_read = bool(groups)

    async def _opened(self) -> bool:
        """Open the bus where its groups stand, or learn where it is."""
        groups, head = await asyncio.wrap_future(self.store.reading(known))
        start = min((one.position for one in groups), default=head)
        said = self._heard(await self.bus.open(start, groups))
        if is_failure(said):
            return False
        if said.unwrap() > head:
            LOG.error("bus_of_another_log", stands=said.unwrap(), head=head)
            await self.bus.clear()
            return False
        self.position, self.is_read = said.unwrap(), True
        if head:
            LOG.info("bus_opened", position=self.position, head=head, groups=len(groups))
        return True

    def _moved(self, said: Result[int | None, BusAway], to: int) -> bool:
        """Learn where the bus stands after a step; whether there may be more at once."""
        heard = self._heard(said)
        if is_failure(heard):
            return False
        stands = heard.unwrap()
        if stands == to:
            self.position = to
        elif stands == self.position:
            self.is_read = True  # somebody has joined while nobody seemed to read
        else:
            LOG.warning("bus_stands_elsewhere", stands=stands, expected=self.position)
            self.position = None
        return True

    def _heard(self, said: Result[T, BusAway]) -> Result[T, BusAway]:
        """The same, told once when the bus goes away and once when it is back."""
        if is_failure(said) == self.is_well:
            self.is_well = not is_failure(said)
            if is_failure(said):
                LOG.warning("bus_away", why=said.failure().why)
            else:
                LOG.info("bus_back")
        return said

    async def _within_bounds(self, groups: tuple[Group, ...], position: int) -> tuple[Group, ...]:
        """The groups without those that are too far behind; these are let go, with an alarm."""
        for group in groups:
            if position - group.position > BACKLOG_MAX:
                LOG.error("bus_group_let_go", group=group.name, stood=group.position)
                await self.bus.leave(group.name)
        return tuple(one for one in groups if position - one.position <= BACKLOG_MAX)

    async def _dead(self, group: str) -> tuple[DeadLetter, ...]:
        """Dead letters that are not kept yet; none while the bus is away."""
        return self._heard(await self.bus.dead(group, LETTERS)).value_or(())

    async def _keep(
        self, groups: tuple[Group, ...], letters: Sequence[DeadLetter], position: int
    ) -> None:
        """Store where the groups stand, and what died, before the bus may forget it."""
        at = self.clock.now().micros
        found = [buried(one, at) for one in letters]

        def work(connection: Connection) -> tuple[Letter, ...]:
            self.lead.fence(connection, self._term)
            subscribers.keep(connection, groups)
            rows.advance(connection, [(CHECKPOINT, VERSION)], position)
            return subscribers.bury(connection, found)

        refused = await asyncio.wrap_future(self.store.writing(work))
        self._kept = (groups, position)
        for one in found:
            LOG.error(
                "dead_letter",
                group=one.group,
                position=one.position,
                event_id=one.event_id,
                why=one.why,
                is_kept=one not in refused,
            )

    async def _give_again(self, groups: set[str]) -> None:
        """Give dead letters again that staff have asked for."""
        waiting = await asyncio.wrap_future(
            self.store.reading(lambda connection: asked_for(connection, groups))
        )
        for letter, stored in waiting:
            said = self._heard(await self.bus.again(letter.group, told(stored)))
            if is_failure(said):
                return
            await asyncio.wrap_future(
                self.store.writing(lambda connection: self._mark(connection, letter))  # noqa: B023
            )

    def _mark(self, connection: Connection, letter: Letter) -> None:
        self.lead.fence(connection, self._term)
        subscribers.mark(connection, letter.id, LetterState.RETRIED)


def told(stored: Stored) -> Message:
    """An event as it is published. Old versions have no schema here and keep an empty hash."""
    known = EVENT_TYPES.get(stored.type)
    return message(stored, "" if known is None else known.schema_hash)


def known(connection: Connection) -> tuple[tuple[Group, ...], int]:
    """The groups as they were last kept, and the end of the log."""
    return subscribers.groups(connection), log.log_head(connection).position


def asked_for(connection: Connection, groups: Iterable[str]) -> list[tuple[Letter, Stored]]:
    """Dead letters of `groups` that wait to be given again, each with its event."""
    wanted = subscribers.retrying(connection, tuple(groups), LETTERS)
    return [
        (letter, stored)
        for letter in wanted
        for stored in log.kept_between(connection, letter.position, letter.position)
    ]


def buried(dead: DeadLetter, at: int) -> Letter:
    """A dead letter as it is kept."""
    event = json.loads(dead.message.body)
    return Letter(
        id=letter_id(dead.group, dead.message.position),
        group=dead.group,
        position=dead.message.position,
        event_id=event["event_id"],
        type=event["type"],
        deliveries=dead.deliveries,
        why=dead.why,
        at=at,
        state=LetterState.DEAD,
    )
