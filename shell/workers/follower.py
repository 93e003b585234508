"""The one follower of a process: reads and decodes the log once, for read models and policies."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog
from attrs import frozen
from returns.result import Result
from sqlalchemy import Connection

from adapters.db import log
from astracore.errors.events import CorruptRow, StreamFault
from astracore.events.catalog import Catalog
from astracore.events.envelope import Envelope
from astracore.events.projection import Model
from astracore.outcome import is_failure
from shell.bell import Bell, heard_or_after
from shell.store import Store
from shell.workers.folding import (
    Changed,
    Memory,
    Step,
    begun,
    folded_to,
    shown,
    step,
    store_step,
    taken,
)
from shell.workers.leading import Lead, LeadLostError
from shell.workers.reactor import Reactor

BATCH = 500  # events in one step while following
REBUILD_BATCH = 20_000  # events in one step while a model is behind
PAUSE = 0.5  # [s] between looks at the log when no bell rings
GATHER = 0.005  # [s] in which commits come together in one step, unless somebody waits for it
RETRY = (0.05, 0.2, 1.0, 5.0)  # [s] after trouble with the store; the last one for ever

LOG = structlog.get_logger()


class Listener(Protocol):
    """Told of every step, in log order, after it was committed."""

    def heard(self, events: tuple[Envelope[object], ...], changed: tuple[Changed, ...]) -> None:
        """`events` are new in the log, `changed` are the rows they changed. Must not block."""
        ...


@frozen(kw_only=True)
class Following:
    """What a follower feeds."""

    catalog: Catalog[object]
    models: tuple[Model, ...]
    listeners: tuple[Listener, ...] = ()


class Follower:
    """Keeps read models at the head of the log and hands events on to policies and listeners.

    Effects and positions are committed together, so a kill at any moment loses and doubles
    nothing. An event or row that cannot be read stops the models (`fault` says why): books that
    are wrong are worse than books that are late.
    """

    def __init__(
        self, store: Store, bell: Bell, following: Following, reactor: Reactor, lead: Lead
    ) -> None:
        self._store = store
        self._lead = lead
        self._bell = bell
        self._following = following
        self._reactor = reactor
        self._listeners = list(following.listeners)
        self._moved = asyncio.Condition()
        self._memory = Memory()
        self._wanted = 0  # up to here somebody waits
        self._hurry = asyncio.Event()
        self.ready = asyncio.Event()  # set when the models were brought up to the log's head
        self.position = 0
        self.fault: StreamFault | CorruptRow | None = None

    def listen(self, listener: Listener) -> None:
        """Tell `listener` of all that comes from now on."""
        self._listeners.append(listener)

    async def run(self) -> None:
        """Follow until cancelled."""
        heard, tries = self._bell.ear(), 0
        try:
            while self.fault is None:
                well = await self._turn(heard)
                tries = 0 if well else tries + 1
                if not well:
                    await asyncio.sleep(RETRY[min(tries, len(RETRY)) - 1])
        finally:
            self._bell.leave(heard)
        LOG.error("follower_stopped", position=self.position, fault=repr(self.fault))
        async with self._moved:
            self._moved.notify_all()

    async def _turn(self, heard: asyncio.Event) -> bool:
        """Lead or look on until that changes; False when there was trouble."""
        try:
            if not self._lead.leads.is_set():
                await self._look_on(heard)
                return True
            while self.ready.is_set() and await self._glance():
                pass  # what the one before us has stored and we have not told
            await self._follow(heard)
        except LeadLostError:
            LOG.warning("follower_took_a_step_back", position=self.position)
        except Exception:
            LOG.exception("follower_trouble", position=self.position)
            return False
        return True

    async def caught_up(self, position: int, seconds: float = 2.0) -> bool:
        """Wait until every read model shows `position`; False when it takes too long."""
        if position > self.position:
            self._wanted = max(self._wanted, position)
            self._hurry.set()
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(
                    lambda: self.position >= position or self.fault is not None
                )
        except TimeoutError:
            return False
        return self.fault is None

    async def quiet(self) -> None:
        """Wait until models and policies have seen the whole log and nothing more comes of it."""
        seen = -1
        while self.fault is None:
            head = await asyncio.wrap_future(self._store.reading(log.log_head))
            if head.position == seen:
                return
            async with self._moved:
                await self._moved.wait_for(
                    lambda: self.position >= head.position or self.fault is not None  # noqa: B023
                )
            answered = await self._reactor.reached(head.position)
            seen = head.position if answered else -1
            await asyncio.sleep(0)

    async def _follow(self, heard: asyncio.Event) -> None:
        """Bring late models up to the rest, then fold the log while this process leads."""
        models = self._following.models
        self._memory.forget()
        positions = await asyncio.wrap_future(
            self._store.writing(lambda connection: self._begun(connection, models))
        )
        await self._rebuild(positions)
        self.position = max(positions.values(), default=0)
        await self._reactor.begin()
        if self._reactor.position < self.position:
            await self._replay_to_policies()
        self.ready.set()
        while self.fault is None and self._lead.leads.is_set():
            heard.clear()
            done = await self._next(models)
            if done is None:
                return
            if done.events:
                await self._told(done)
            else:
                await self._notify(done.position)
                await heard_or_after(heard, PAUSE)
                await self._gathered()

    async def _look_on(self, heard: asyncio.Event) -> None:
        """Show what the leader stored, until this process leads."""
        while self.fault is None and not self._lead.leads.is_set():
            heard.clear()
            moved = await self._glance() if self.ready.is_set() else await self._joined()
            if not moved:
                await heard_or_after(heard, self._bell.glance)

    async def _joined(self) -> bool:
        """Begin where the leader's models stand; False while they are still being built."""
        models = self._following.models
        stands = await asyncio.wrap_future(
            self._store.reading(lambda connection: folded_to(connection, models))
        )
        if stands is None:
            return False
        await self._notify(stands)
        self.ready.set()
        return True

    async def _glance(self) -> bool:
        """Tell of what another process has folded; whether there was anything."""
        models, position = self._following.models, self.position
        found = await asyncio.wrap_future(
            self._store.reading(
                lambda connection: shown(
                    connection, self._following.catalog, models, position, BATCH
                )
            )
        )
        if is_failure(found):
            self.fault = found.failure()
            return False
        done = found.unwrap()
        if done is None or done.position == position:
            return False
        await self._notify(done.position)
        for listener in self._listeners:
            listener.heard(done.events, done.changed)
        return True

    def _begun(self, connection: Connection, models: Sequence[Model]) -> dict[str, int]:
        self._lead.fence(connection)
        return begun(connection, models)

    def _stored(self, connection: Connection, done: Step) -> None:
        self._lead.fence(connection)
        store_step(connection, done)

    async def _rebuild(self, positions: dict[str, int]) -> None:
        """Models that are behind the others catch up by themselves, while the service serves."""
        goal = max(positions.values(), default=0)
        if min(positions.values(), default=0) == 0:
            head = await asyncio.wrap_future(self._store.reading(log.log_head))
            goal = head.position
        for start in sorted(set(positions.values())):
            late = tuple(m for m in self._following.models if positions[m.name] == start)
            reached = await self._catch_up(late, start, goal)
            if self.fault is not None:
                return
            positions.update({model.name: reached for model in late})

    async def _catch_up(self, late: Sequence[Model], start: int, goal: int) -> int:
        """How far some models came; short of the goal when something could not be read."""
        reached = start
        while reached < goal:
            done = await self._advance(late, reached, min(REBUILD_BATCH, goal - reached))
            if done is None:
                return reached
            reached = done.position
        return reached

    async def _advance(self, models: Sequence[Model], position: int, limit: int) -> Step | None:
        """One step, committed; None when something could not be read."""
        catalog = self._following.catalog
        result = await asyncio.wrap_future(
            self._store.reading(
                lambda connection: step(connection, catalog, models, position, limit)
            )
        )
        if is_failure(result):
            self.fault = result.failure()
            return None
        done = result.unwrap()
        if done.events:
            await asyncio.wrap_future(
                self._store.writing(lambda connection: self._stored(connection, done))
            )
        return done

    async def _next(self, models: Sequence[Model]) -> Step | None:
        """One step behind the present position: from memory if it is there, else from the log."""
        position = self.position
        events = self._bell.since(position, BATCH)
        if events is None:
            self._memory.forget()
            return await self._advance(models, position, BATCH)
        if not events:
            return Step(position=position, events=(), changed=())
        result = await asyncio.wrap_future(
            self._store.writing(
                lambda connection: self._taken(connection, models, events, position)
            )
        )
        if is_failure(result):
            self.fault = result.failure()
            return None
        self._memory.keep(result.unwrap())
        return result.unwrap()

    def _taken(
        self,
        connection: Connection,
        models: Sequence[Model],
        events: tuple[Envelope[object], ...],
        position: int,
    ) -> Result[Step, StreamFault | CorruptRow]:
        self._lead.fence(connection)
        return taken(connection, models, events, position, self._memory)

    async def _told(self, done: Step) -> None:
        """Everyone hears of a committed step."""
        await self._notify(done.position)
        for listener in self._listeners:
            listener.heard(done.events, done.changed)
        await self._reactor.take(done.events)

    async def _gathered(self) -> None:
        """Let some commits come together, unless somebody waits for what was written."""
        self._hurry.clear()
        if self._wanted <= self.position:
            await heard_or_after(self._hurry, GATHER)

    async def _notify(self, position: int) -> None:
        async with self._moved:
            self.position = position
            self._moved.notify_all()

    async def _replay_to_policies(self) -> None:
        """Policies that are behind the models get what they have missed."""
        catalog, goal = self._following.catalog, self.position
        while self._reactor.position < goal:
            start = self._reactor.position
            result = await asyncio.wrap_future(
                self._store.reading(
                    lambda connection: step(connection, catalog, (), start, BATCH)  # noqa: B023
                )
            )
            if is_failure(result):
                self.fault = result.failure()
                return
            await self._reactor.take(
                tuple(one for one in result.unwrap().events if one.position <= goal)
            )
