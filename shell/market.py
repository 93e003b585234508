"""What the service knows of the markets right now: prints, books, candles, marks.

It is fed by the venue and forgets at its bounds; nothing here decides anything.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from attrs import define, field

from astracore.events.envelope import Envelope
from astracore.instants import DAY, HOUR, MINUTE, Instant
from astracore.marketdata.book import Book
from astracore.marketdata.candles import Candle
from astracore.marketdata.prints import Print, rolled
from astracore.marketdata.stats import DayStats, day_stats
from astracore.trading.commands import Mark
from astracore.trading.listings.events import InstrumentEvent
from astracore.trading.types import INSTRUMENTS, Instrument
from astracore.trading.venue.paper import Quotes
from shell.workers.folding import Changed

INTERVALS: Mapping[str, int] = {
    "1m": MINUTE,
    "5m": 5 * MINUTE,
    "15m": 15 * MINUTE,
    "1h": HOUR,
    "4h": 4 * HOUR,
    "1d": DAY,
}
PRINTS_MAX = 500
CANDLES_MAX = 1500


@define
class Series:
    """The candles of one interval: closed ones, oldest first, and the running one."""

    length: int
    closed: deque[Candle] = field(factory=lambda: deque(maxlen=CANDLES_MAX))
    running: Candle | None = None

    def add(self, traded: Print) -> Candle | None:
        """Fold one print; the candle that it closed, if any."""
        done, self.running = rolled(self.running, traded, self.length)
        if done is not None:
            self.closed.append(done)
        return done

    def all(self) -> tuple[Candle, ...]:
        """Every candle kept, oldest first, the running one last."""
        return (*self.closed, *(() if self.running is None else (self.running,)))


@define
class Market:
    """One market as it was last seen."""

    instrument: Instrument
    prints: deque[Print] = field(factory=lambda: deque(maxlen=PRINTS_MAX))
    series: dict[str, Series] = field(
        factory=lambda: {name: Series(length) for name, length in INTERVALS.items()}
    )
    count: int = 0


@define
class Markets:
    """Every market of this service. The book is the venue's own, asked for when it is needed."""

    quotes: Callable[[str], Quotes | None]
    listed: Mapping[str, Instrument] = field(factory=lambda: dict(INSTRUMENTS))
    changed: Mapping[str, Instant] = field(factory=dict)  # when staff last did that
    by_symbol: Mapping[str, Market] = field(
        factory=lambda: {name: Market(listed) for name, listed in INSTRUMENTS.items()}
    )

    def heard(self, events: tuple[Envelope[object], ...], _changed: tuple[Changed, ...]) -> None:
        """Staff changed instruments. Follower listener."""
        for envelope in events:
            if isinstance(envelope.event, InstrumentEvent):
                one = envelope.event.instrument
                self.listed = {**self.listed, one.symbol: one}
                self.changed = {**self.changed, one.symbol: envelope.event.at}

    def observe(self, traded: Print) -> tuple[tuple[str, Candle], ...]:
        """Take in one print; the candles that it closed, with their intervals."""
        market = self.by_symbol[traded.symbol]
        market.prints.append(traded)
        market.count += 1
        return self.chart(traded)

    def chart(self, traded: Print) -> tuple[tuple[str, Candle], ...]:
        """Put a print into the candles alone; the candles that it closed."""
        series = self.by_symbol[traded.symbol].series
        closed = ((name, one.add(traded)) for name, one in series.items())
        return tuple((name, candle) for name, candle in closed if candle is not None)

    def book(self, symbol: str) -> Book:
        """What is offered now; empty when nothing is known."""
        quotes = self.quotes(symbol)
        book = None if quotes is None else quotes.book
        return Book(bids=(), asks=()) if book is None else book

    def get(self, symbol: str) -> Market | None:
        """The market of a symbol."""
        return self.by_symbol.get(symbol)

    def mark(self, symbol: str) -> Mark | None:
        """The mark price: on this venue the last print."""
        quotes = self.quotes(symbol)
        if quotes is None or quotes.last is None or quotes.seen is None:
            return None
        return Mark(symbol=symbol, price=quotes.last, at=quotes.seen)

    def marks(self, symbols: Iterable[str]) -> tuple[Mark, ...]:
        """The marks that are known, of each symbol once."""
        found = (self.mark(symbol) for symbol in dict.fromkeys(symbols))
        return tuple(mark for mark in found if mark is not None)

    def stats(self, symbol: str, at: Instant) -> DayStats | None:
        """The trailing day of a market that has traded."""
        market, mark = self.by_symbol.get(symbol), self.mark(symbol)
        if market is None or mark is None:
            return None
        return day_stats(symbol, market.series["1m"].all(), mark.price, at)
