"""What a process does while it leads: it folds its read models and hands events to the policies."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from attrs import define, field
from returns.result import Result
from sqlalchemy import Connection

from astracore.errors.events import CorruptRow, StreamFault
from astracore.events.catalog import Catalog
from astracore.events.projection import Model
from astracore.outcome import is_failure
from shell.bell import Bell, heard_or_after
from shell.store import Store
from shell.workers.building import Build, Builder, adopted, builder, missing
from shell.workers.folding import Memory, Shelf, Step, beside, folded, step, store_step
from shell.workers.leading import Lead, Term, working
from shell.workers.reactor import Reactor

BATCH = 500  # events in one step
PAUSE = 0.5  # [s] between looks at the log when no bell rings
GATHER = 0.005  # [s] in which commits come together in one step, unless somebody waits for it


@define(eq=False)
class Hurry:
    """Up to where somebody waits for the read models."""

    position: int = 0
    more: asyncio.Event = field(factory=asyncio.Event)

    def want(self, position: int) -> None:
        """Somebody waits for this position."""
        self.position = max(self.position, position)
        self.more.set()

    async def gathered(self, position: int) -> None:
        """Let some commits come together, unless somebody waits for what lies behind."""
        self.more.clear()
        if self.position <= position:
            await heard_or_after(self.more, GATHER)


@define(eq=False, kw_only=True)
class Reign:
    """One term of one process. Effects and positions are committed together, under its leases.

    `told` hears of each committed step, `ready` once where it begins.
    """

    store: Store
    bell: Bell
    catalog: Catalog[object]
    reactor: Reactor
    lead: Lead
    term: Term
    models: tuple[Model, ...]
    hurry: Hurry
    told: Callable[[Step], Awaitable[None]] | None = None
    ready: Callable[[int], Awaitable[None]] | None = None
    position: int = 0
    fault: StreamFault | CorruptRow | None = None
    _shelves: tuple[Shelf, ...] = ()
    _memory: Memory = field(factory=Memory)

    async def run(self, heard: asyncio.Event) -> None:
        """Until the term ends or something cannot be read.  Raises: LeadLostError, driver's."""
        start, building = await builder(self.store, self.catalog, self.lead, self.term, self.models)
        self.position, self._shelves = start.position, start.shelves
        while building.builds and not building.is_long and await building.turn():
            pass
        await self._adopt(building)
        self.fault = self.fault or building.fault
        if self.ready is not None and self.fault is None:
            await self.ready(self.position)
        async with working(building.run):
            await self.reactor.begin(self.term.domains)
            while self.fault is None and self.lead.term.proofs == self.term.proofs:
                heard.clear()
                await self._turn(building, heard)

    async def _turn(self, building: Builder, heard: asyncio.Event) -> None:
        """One step, or a wait for one."""
        done = await self._next()
        if done is None:
            return
        self.position = building.goal = done.position
        if done.events:
            if self.told is not None:
                await self.told(done)
            await self._react(done)
        await self._adopt(building)
        self.fault = self.fault or building.fault
        if not await self._missed() and not done.events:
            await heard_or_after(heard, PAUSE)
            await self.hurry.gathered(self.position)

    async def _react(self, done: Step) -> None:
        """Hand events to the policies. These may wait for a model that is being built or that
        another process folds: nobody waits with them, what they miss is read again."""
        start = done.events[0].position - 1
        if self.reactor.has_room and self.reactor.position >= start:
            await self.reactor.take(done.events)

    async def _missed(self) -> bool:
        """Hand policies some of what the models have and they have missed; False when there was
        nothing or no room."""
        start = self.reactor.position
        if start >= self.position or not self.reactor.has_room:
            return False
        done = await self._read((), start, min(BATCH, self.position - start))
        if done is not None:
            await self.reactor.take(done.events)
        return done is not None

    async def _adopt(self, building: Builder) -> None:
        """Take over what was built, at this position."""
        if not building.near():
            return
        async with building.lock:
            found, position = building.near(), self.position
            read = await beside(lambda: missing(self.store, self.catalog, found, position))
            if is_failure(read):
                self.fault = read.failure()
                return
            done = read.unwrap()
            await asyncio.wrap_future(
                self.store.writing(
                    lambda connection: self._adopted(connection, found, done, position)
                )
            )
            building.adopt(found)
            names = {one.model.name for one in found}
            kept = (one for one in self._shelves if one.model.name not in names)
            self._shelves = (*kept, *(Shelf(one.model, one.slot) for one in found))
            self._memory.forget()

    def _adopted(
        self, connection: Connection, found: Sequence[Build], done: Sequence[Step], position: int
    ) -> None:
        self.lead.fence(connection, self.term)
        adopted(connection, found, done, position)

    async def _next(self) -> Step | None:
        """One step behind the present position: from memory if it is there, else from the log."""
        position, shelves = self.position, self._shelves
        events = self.bell.since(position, BATCH)
        if events is None:
            self._memory.forget()
            done = await self._read(shelves, position, BATCH)
        elif not events:
            return Step(position=position, events=(), changed=())
        else:
            done = self._whole(
                await beside(lambda: folded(self.store, shelves, events, position, self._memory))
            )
        if done is not None and done.events:
            await asyncio.wrap_future(
                self.store.writing(lambda connection: self._stored(connection, done))
            )
            self._memory.keep(done)
        return done

    async def _read(self, shelves: Sequence[Shelf], position: int, limit: int) -> Step | None:
        """A step, not yet stored; None when something could not be read."""
        return self._whole(
            await beside(lambda: step(self.store, self.catalog, shelves, position, limit, Memory()))
        )

    def _whole(self, result: Result[Step, StreamFault | CorruptRow]) -> Step | None:
        if is_failure(result):
            self.fault = result.failure()
            return None
        return result.unwrap()

    def _stored(self, connection: Connection, done: Step) -> None:
        self.lead.fence(connection, self.term)
        store_step(connection, done)
