"""The pure paper venue with a memory: reports out, prices out, candles for charts."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping

from attrs import evolve

from astracore.ids import AccountId, OrderId
from astracore.instants import MINUTE, Instant
from astracore.marketdata.book import Grid, ladder
from astracore.marketdata.candles import Candle
from astracore.marketdata.prints import Print, rolled
from astracore.trading.commands import Mark
from astracore.trading.types import Instrument
from astracore.trading.venue.paper import (
    Quotes,
    Report,
    Venue,
    VenueOrder,
    amend,
    cancel,
    on_print,
    submit,
)

CANDLES_KEPT = 500
PRINTS_WAITING = 1000  # for one slow listener; then its oldest are dropped
LENGTH = MINUTE


class SimulatedVenue:
    """One event loop's venue. Every method is quick and does not wait.

    `reports` must be drained by exactly one gateway. Prices drop for slow listeners, reports never.
    """

    def __init__(self, instruments: Mapping[str, Instrument]) -> None:
        self._state = Venue.over(instruments)
        self._grids = {
            name: Grid(tick=listed.tick, lot=listed.lot) for name, listed in instruments.items()
        }
        self._closed: dict[str, deque[Candle]] = {
            name: deque(maxlen=CANDLES_KEPT) for name in instruments
        }
        self._running: dict[str, Candle] = {}
        self._newest: dict[str, Print] = {}
        self._listeners: list[asyncio.Queue[Print]] = []
        self.reports: asyncio.Queue[Report] = asyncio.Queue()

    def submit(self, order: VenueOrder, at: Instant) -> None:
        """Take an order; what becomes of it comes through `reports`."""
        self._state, reports = submit(self._state, order, at)
        self._report(reports)

    def cancel(self, account_id: AccountId, order_id: OrderId, at: Instant) -> None:
        """Take an order out; its end comes through `reports`, also when it was gone already."""
        self._state, reports = cancel(self._state, account_id, order_id, at)
        self._report(reports)

    def amend(self, order: VenueOrder, at: Instant, *, keeps_priority: bool) -> None:
        """Give a working order other figures; an order that does not work here is left alone."""
        self._state, reports = amend(self._state, order, at, keeps_priority=keeps_priority)
        self._report(reports)

    def rests(self, order_id: OrderId) -> bool:
        """Whether an order works here."""
        return order_id in self._state.resting

    def take(self, traded: Print) -> None:
        """The market moves: a new book around the print, resting orders it passed are filled."""
        grid = self._grids.get(traded.symbol)
        if grid is None:
            return
        self.chart(traded)
        self._newest[traded.symbol] = traded
        book = ladder(traded.price, grid, f"{traded.symbol}:{traded.at.micros}")
        self._state, reports = on_print(self._state, traded, book)
        self._report(reports)
        for listener in self._listeners:
            if listener.full():
                listener.get_nowait()
            listener.put_nowait(traded)

    def chart(self, traded: Print) -> None:
        """Put a print into the candles alone: history from before the venue was open."""
        running = self._running.get(traded.symbol)
        closed, self._running[traded.symbol] = rolled(running, traded, LENGTH)
        if closed is not None:
            self._closed[traded.symbol].append(closed)

    def remember(self, symbol: str, candles: Iterable[Candle]) -> None:
        """Take over the candles of an earlier run, oldest first; the last one goes on running."""
        kept = tuple(candles)
        if kept and symbol in self._closed:
            self._closed[symbol].extend(kept[:-1])
            self._running[symbol] = kept[-1]

    def candles(self, symbol: str) -> tuple[Candle, ...]:
        """The minute candles of a symbol, oldest first; the last one is still running."""
        running = self._running.get(symbol)
        closed = tuple(self._closed.get(symbol, ()))
        return closed if running is None else (*closed, running)

    def quotes(self, symbol: str) -> Quotes | None:
        """Last price and book of a symbol; None when it is unknown."""
        return self._state.markets.get(symbol)

    def marks(self) -> tuple[Mark, ...]:
        """The mark price of every symbol that has one."""
        return tuple(
            Mark(symbol=symbol, price=market.last, at=market.seen)
            for symbol, market in self._state.markets.items()
            if market.last is not None and market.seen is not None
        )

    def newest(self) -> tuple[Print, ...]:
        """The last print of every symbol that had one."""
        return tuple(self._newest.values())

    def close(self) -> None:
        """Forget all orders and what was to be reported of them: another process has them now."""
        self._state = evolve(self._state, resting={})
        while not self.reports.empty():
            self.reports.get_nowait()

    def listen(self) -> asyncio.Queue[Print]:
        """A queue that gets every print from now on."""
        queue: asyncio.Queue[Print] = asyncio.Queue(PRINTS_WAITING)
        self._listeners.append(queue)
        return queue

    def leave(self, queue: asyncio.Queue[Print]) -> None:
        """Stop listening."""
        self._listeners.remove(queue)

    def _report(self, reports: tuple[Report, ...]) -> None:
        for report in reports:
            self.reports.put_nowait(report)
