"""Prices and books from the process that leads to those that look on.

The same words stand in the notes of the store, a little later; so a cache that is away, or lies by
silence, costs a quarter of a second. A price carries the instant of its print: an older one than
what is known is passed over, and whoever decides by it checks its age as always.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

from attrs import define, field

from adapters.exchanges.simulated import Moved
from astracore.marketdata.book import Book
from astracore.marketdata.prints import Print
from astracore.trading.types import INSTRUMENTS
from astracore.trading.venue.paper import Quotes
from shell.caching.kinds import BOOK, PRICE, SeenBook
from shell.caching.port import Cache
from shell.domains import TRADING
from shell.workers.leading import Lead

PAUSE = 0.05  # [s] between looks at what has changed


class Moving(Protocol):
    """Whoever moves the market."""

    def moved(self) -> tuple[Moved, ...]:
        """The newest print of every instrument."""
        ...


@define(eq=False)
class Tape:
    """What one process tells or hears. Without a cache that is shared it does neither."""

    cache: Cache | None
    lead: Lead
    quotes: Callable[[str], Quotes | None]
    _told: dict[str, Quotes] = field(factory=dict)

    async def tell(self, feed: Moving) -> None:
        """Put down what changed, until cancelled."""
        while self.cache is not None:
            await self.put_down(feed)
            await asyncio.sleep(PAUSE)

    async def put_down(self, feed: Moving) -> None:
        """Put down what changed since the last time."""
        if self.cache is not None:
            for one in feed.moved():
                await self._put(self.cache, one.traded.symbol, one.traded)

    async def _put(self, cache: Cache, symbol: str, traded: Print) -> None:
        now, before = self.quotes(symbol), self._told.get(symbol)
        if now is None or now is before:
            return
        self._told[symbol] = now
        if before is None or before.seen != now.seen:
            await PRICE.put(cache, symbol, traded)
        if now.book is not None and now.seen is not None:
            await BOOK.put(cache, symbol, SeenBook(book=now.book, seen=now.seen))

    async def heard(self) -> tuple[Moved, ...]:
        """The newest prints that the leader told of."""
        if self.cache is None:
            return ()
        found = [await PRICE.get(self.cache, symbol) for symbol in INSTRUMENTS]
        return tuple(Moved(one) for one in found if one is not None)

    async def book(self, symbol: str) -> Book | None:
        """The leader's book, which knows what orders have taken; None when our own is as good."""
        own = self.quotes(symbol)
        if self.cache is None or self.lead.post(TRADING).leads.is_set() or own is None:
            return None
        told = await BOOK.get(self.cache, symbol)
        if told is None or (own.seen is not None and told.seen < own.seen):
            return None
        return told.book
