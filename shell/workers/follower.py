"""The one follower of a process: reads and decodes the log once, for read models and policies."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Protocol

import structlog
from attrs import frozen

from adapters.db import log
from astracore.errors.events import CorruptRow, StreamFault
from astracore.events.catalog import Catalog
from astracore.events.envelope import Envelope
from astracore.events.projection import Model
from astracore.outcome import is_failure
from shell.bell import Bell, heard_or_after
from shell.store import Store
from shell.workers.folding import Changed, Step, beside, shown, shown_to
from shell.workers.leading import Lead, LeadLostError, Term, working
from shell.workers.reactor import Reactor
from shell.workers.reign import BATCH, Hurry, Reign

RETRY = (0.05, 0.2, 1.0, 5.0)  # [s] after trouble with the store; the last one for ever

LOG = structlog.get_logger()


class Listener(Protocol):
    """Told of every step, in log order, after it was committed."""

    def heard(self, events: tuple[Envelope[object], ...], changed: tuple[Changed, ...]) -> None:
        """`events` are new in the log, `changed` are the rows they changed. Must not block."""
        ...


@frozen(kw_only=True)
class Following:
    """What a follower feeds: the read models of each domain, and listeners."""

    catalog: Catalog[object]
    models: Mapping[str, tuple[Model, ...]]
    listeners: tuple[Listener, ...] = ()

    def of(self, domains: frozenset[str]) -> tuple[Model, ...]:
        """The models of some domains."""
        return tuple(model for one in sorted(domains) for model in self.models.get(one, ()))


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
        self._hurry = Hurry()
        self._served = following.of(lead.domains)
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
        term = self._lead.term
        try:
            if self._lead.domains <= term.domains:
                while self.ready.is_set() and await self._glance():
                    pass  # what those before us have stored and we have not told
                await self._reign(heard, term, whole=True)
            elif term.domains:
                async with working(self._look_on_beside):
                    await self._reign(heard, term, whole=False)
            else:
                await self._look_on(term)
        except LeadLostError:
            LOG.warning("follower_took_a_step_back", position=self.position)
            await asyncio.sleep(RETRY[0])
        except Exception:
            LOG.exception("follower_trouble", position=self.position)
            return False
        return True

    async def caught_up(self, position: int, seconds: float = 2.0) -> bool:
        """Wait until every read model shows `position`; False when it takes too long."""
        if position > self.position:
            self._hurry.want(position)
        try:
            async with asyncio.timeout(seconds), self._moved:
                await self._moved.wait_for(
                    lambda: self.position >= position or self.fault is not None
                )
        except TimeoutError:
            return False
        return self.fault is None

    async def begun(self, seconds: float) -> bool:
        """Wait until the read models are shown that need no long rebuild; False when that takes
        too long, which is no reason not to serve."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.ready.wait()
                head = await asyncio.wrap_future(self._store.reading(log.log_head))
                return await self.caught_up(head.position, seconds)
        return False

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

    async def _reign(self, heard: asyncio.Event, term: Term, *, whole: bool) -> None:
        """Fold what this process leads. Listeners hear at once when that is all it serves."""
        reign = Reign(
            store=self._store,
            bell=self._bell,
            catalog=self._following.catalog,
            reactor=self._reactor,
            lead=self._lead,
            term=term,
            models=self._following.of(term.domains),
            hurry=self._hurry,
            told=self._told if whole else None,
            ready=self._begin if whole else None,
        )
        await reign.run(heard)
        self.fault = self.fault or reign.fault

    async def _begin(self, position: int) -> None:
        await self._notify(position)
        self.ready.set()

    async def _look_on(self, term: Term) -> None:
        """Show what others stored, until this process leads something else."""
        heard = self._bell.ear()
        try:
            while self.fault is None and self._lead.term.proofs == term.proofs:
                heard.clear()
                moved = await self._glance() if self.ready.is_set() else await self._joined()
                if not moved:
                    await heard_or_after(heard, self._bell.glance)
        finally:
            self._bell.leave(heard)

    async def _look_on_beside(self) -> None:
        """The same for as long as this process leads a part of what it serves."""
        while self.fault is None:
            try:
                await self._look_on(self._lead.term)
            except Exception:
                LOG.exception("follower_trouble", position=self.position)
                await asyncio.sleep(RETRY[-2])

    async def _joined(self) -> bool:
        """Begin where the leader's models stand; False while they are still being built."""
        models = self._served
        _, stands = await asyncio.wrap_future(
            self._store.reading(lambda connection: shown_to(connection, models))
        )
        if stands is None:
            return False
        await self._begin(stands)
        return True

    async def _glance(self) -> bool:
        """Tell of what another process has folded; whether there was anything."""
        models, position = self._served, self.position
        catalog = self._following.catalog
        found = await beside(lambda: shown(self._store, catalog, models, position, BATCH))
        if is_failure(found):
            self.fault = found.failure()
            return False
        done = found.unwrap()
        if done is None or done.position == position:
            return False
        await self._told(done)
        return True

    async def _told(self, done: Step) -> None:
        """Whoever waits or listens hears of a committed step."""
        await self._notify(done.position)
        if done.events:
            for listener in self._listeners:
                try:
                    listener.heard(done.events, done.changed)
                except Exception:  # one that breaks takes nobody with it
                    LOG.exception("listener_trouble", listener=type(listener).__name__)

    async def _notify(self, position: int) -> None:
        async with self._moved:
            self.position = position
            self._moved.notify_all()
