"""The trading floor: the practice venue, what moves it, and who looks after orders there.

The leading process moves the market and leaves a note of every print; the others follow the notes,
so that all show the same prices, and the next leader goes on from where the last one stopped.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
from attrs import define
from sqlalchemy import Connection

from adapters.db import notes
from adapters.db.notes import Note
from adapters.exchanges.simulated import MOVED, Feed, Moved, SimulatedVenue
from astracore.outcome import is_failure
from shell.caching.tape import Tape
from shell.domains import TRADING
from shell.market import Markets
from shell.runtime import Runtime
from shell.settler import Clock
from shell.workers.funding import Funding
from shell.workers.leading import Term, working
from shell.workers.venue import Gateway
from shell.workers.watching import Watcher

PRINTS = "print:"  # how the notes' names begin
PAUSE = 0.25  # [s] between notes, and between looks at them
GLANCES = 4  # at the cache between two looks at the notes
LOG = structlog.get_logger()


@define(eq=False)
class Floor:
    """One process's view of the market; `shift` is for the leader, `look_on` for the others."""

    runtime: Runtime
    venue: SimulatedVenue
    feed: Feed
    clock: Clock
    markets: Markets
    tape: Tape
    gateway: Gateway | None = None
    watcher: Watcher | None = None
    funding: Funding | None = None

    @property
    def is_well(self) -> bool:
        """Prices are there, and nobody who looks after orders has given up."""
        workers = (self.gateway, self.watcher, self.funding)
        return bool(self.venue.marks()) and all(one is None or one.fault is None for one in workers)

    @asynccontextmanager
    async def shift(self) -> AsyncIterator[None]:
        """Take over the orders and the market, until the block ends."""
        runtime = self.runtime
        tell = partial(self._tell, runtime.lead.term.of(TRADING))
        self.feed.resume(await self._noted())
        gateway = Gateway(runtime.store, runtime.commands, self.venue, runtime.bell, self.clock)
        await gateway.begin()
        watcher = Watcher(runtime.store, runtime.commands, self.venue, lambda: self.markets.listed)
        await watcher.begin()
        funding = Funding(runtime.store, runtime.commands, self.venue, self.clock, self.markets)
        self.gateway, self.watcher, self.funding = gateway, watcher, funding
        try:
            workers = (self.feed.run, gateway.run, watcher.run, funding.run)
            async with working(*workers, tell, lambda: self.tape.tell(self.feed)):
                yield
        finally:
            self.gateway = self.watcher = self.funding = None
            self.venue.close()

    async def look_on(self) -> None:
        """Move the market by the leader's notes while this process does not lead; for ever."""
        seen: dict[str, int] = {}
        while True:
            await self.runtime.lead.post(TRADING).follows.wait()
            try:
                self._follow(await self._noted(), seen)
            except Exception as trouble:  # noqa: BLE001 - away for now; asked again
                LOG.warning("prices_trouble", why=str(trouble))
            for _ in range(GLANCES):
                self._follow(await self.tape.heard(), seen)
                await asyncio.sleep(PAUSE / GLANCES)

    def _follow(self, noted: tuple[Moved, ...], seen: dict[str, int]) -> None:
        """Take the prints that are newer than what was `seen` of their symbols."""
        for one in noted:
            traded = one.traded
            if traded.at.micros > seen.get(traded.symbol, 0):
                seen[traded.symbol] = traded.at.micros
                self.venue.take(traded)

    async def _tell(self, term: Term) -> None:
        while True:
            words = [
                Note(PRINTS + one.traded.symbol, one.traded.at.micros, MOVED.encode(one))
                for one in self.feed.moved()
            ]
            work = partial(self._write, words=words, term=term)
            try:
                await asyncio.wrap_future(self.runtime.store.writing(work))
            except Exception as trouble:  # noqa: BLE001 - written again at once
                LOG.warning("notes_trouble", why=str(trouble))
            await asyncio.sleep(PAUSE)

    def _write(self, connection: Connection, words: list[Note], term: Term) -> None:
        self.runtime.lead.fence(connection, term)
        notes.write(connection, words)

    async def _noted(self) -> tuple[Moved, ...]:
        """What the notes say; one that cannot be read is passed over, a newer one follows."""
        found = await asyncio.wrap_future(
            self.runtime.store.reading(lambda connection: notes.under(connection, PRINTS))
        )
        read = (MOVED.decode(one.body) for one in found)
        return tuple(one.unwrap() for one in read if not is_failure(one))
