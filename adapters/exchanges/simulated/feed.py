"""What moves the simulated venue: a seeded price for each instrument, or a file of candles."""

import asyncio
import threading
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from attrs import evolve

from adapters.exchanges.simulated.checkpoint import Checkpoint, Moved, save
from adapters.exchanges.simulated.venue import SimulatedVenue
from astracore.instants import MINUTE, SECOND, Instant
from astracore.marketdata.book import Grid
from astracore.marketdata.candles import Candle
from astracore.marketdata.prints import Print, printed, prints_of
from astracore.marketdata.walk import Climate, Walk, started, stride
from astracore.trading.types import Instrument

CLIMATES: Mapping[str, Climate] = {
    "BTC-USD": Climate(home=650_000, lots=6_000),
    "ETH-USD": Climate(home=320_000, lots=12_000),
    "SOL-USD": Climate(home=150_000, calm=160, lots=3_000),
    "STRK-USD": Climate(home=5_000, calm=200, lots=80_000),
}
PAUSE = SECOND  # [µs] between two prints of one instrument
HISTORY = 240  # minutes of chart that a fresh start begins with
SAVED_EVERY = 5.0  # [s]
CHUNK = 500  # steps of history between two looks at other work
GAP_MAX = 5.0  # [s] how long a gap in a file is waited for at most


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> Instant:
        """The present instant."""
        ...


class Feed(Protocol):
    """What moves the market of the leading process."""

    def resume(self, moved: Iterable[Moved]) -> None:
        """Go on from where another process has brought the prices."""
        ...

    def moved(self) -> tuple[Moved, ...]:
        """The newest print of every instrument, and where its price goes on from."""
        ...

    async def begin(self) -> None:
        """Charts and first prices."""
        ...

    async def run(self) -> None:
        """Move the market until cancelled."""
        ...


class SeededFeed:
    """Prints for each instrument once a second, the same ones for the same seed.

    Where they stand is saved every five seconds and at the end; a restart goes on from there.
    """

    def __init__(
        self,
        venue: SimulatedVenue,
        instruments: Mapping[str, Instrument],
        clock: Clock,
        *,
        seed: int,
        path: Path | None,
        checkpoint: Checkpoint | None = None,
    ) -> None:
        known = checkpoint if checkpoint is not None and checkpoint.seed == seed else None
        self._venue = venue
        self._instruments = instruments
        self._clock = clock
        self._seed = seed
        self._path = path
        self._known = known
        self._writing = threading.Lock()  # the last save waits for one that is under way
        self._walks: dict[str, Walk] = {
            symbol: _begun(known, symbol, seed + place)
            for place, symbol in enumerate(sorted(instruments))
        }

    async def begin(self) -> None:
        """Charts and first prices: from the checkpoint, or a history made on the spot."""
        for symbol in sorted(self._instruments):
            candles = () if self._known is None else self._known.candles.get(symbol, ())
            self._venue.remember(symbol, candles)
            if not candles:
                await self._history(symbol)
            self._step(symbol, self._clock.now())

    async def run(self) -> None:
        """Move the market until cancelled. Call `begin` first."""
        symbols = sorted(self._instruments)
        saving = asyncio.create_task(self._save_often())
        try:
            while True:
                for symbol in symbols:
                    self._step(symbol, self._clock.now())
                    await asyncio.sleep(PAUSE / SECOND / len(symbols))
        finally:
            saving.cancel()
            self.save()

    def save(self) -> None:
        """Write where the prices stand.  Raises: OSError."""
        if self._path is not None:
            self._write(self._path, self._checkpoint())

    def _checkpoint(self) -> Checkpoint:
        return Checkpoint(
            seed=self._seed,
            walks=dict(self._walks),
            candles={symbol: self._venue.candles(symbol) for symbol in self._instruments},
        )

    async def _save_often(self) -> None:
        while self._path is not None:
            await asyncio.sleep(SAVED_EVERY)
            await asyncio.to_thread(self._write, self._path, self._checkpoint())

    def _write(self, path: Path, checkpoint: Checkpoint) -> None:
        with self._writing:
            save(path, checkpoint)

    def resume(self, moved: Iterable[Moved]) -> None:
        """Go on from where another process has brought the prices."""
        self._walks.update(
            (one.traded.symbol, one.walk)
            for one in moved
            if one.walk is not None and one.traded.symbol in self._walks
        )

    def moved(self) -> tuple[Moved, ...]:
        """The newest print of every instrument, and where its price goes on from."""
        return tuple(Moved(one, self._walks.get(one.symbol)) for one in self._venue.newest())

    def _step(self, symbol: str, at: Instant) -> None:
        self._venue.take(self._next(symbol, at))

    def _next(self, symbol: str, at: Instant) -> Print:
        listed = self._instruments[symbol]
        self._walks[symbol], taken = stride(self._walks[symbol], CLIMATES[symbol])
        return printed(symbol, taken, Grid(tick=listed.tick, lot=listed.lot), at)

    async def _history(self, symbol: str) -> None:
        now = self._clock.now().micros
        start = now - now % MINUTE - HISTORY * MINUTE
        for place, micros in enumerate(range(start, now, PAUSE)):
            self._venue.chart(self._next(symbol, Instant(micros)))
            if place % CHUNK == 0:
                await asyncio.sleep(0)


def _begun(known: Checkpoint | None, symbol: str, seed: int) -> Walk:
    """Where a price stood, or its beginning."""
    found = None if known is None else known.walks.get(symbol)
    return started(seed, CLIMATES[symbol]) if found is None else found


class CandleFeed:
    """Plays a file of candles, `speed` minutes in one; then again from its start.

    A gap is waited for, at most five seconds. Prints carry the time they are played at.
    """

    def __init__(
        self,
        venue: SimulatedVenue,
        candles: tuple[Candle, ...],
        clock: Clock,
        *,
        symbol: str,
        speed: int,
    ) -> None:
        self._venue = venue
        self._candles = candles
        self._clock = clock
        self._symbol = symbol
        self._speed = speed

    async def begin(self) -> None:
        """The first price, so that the venue is open."""
        for traded in prints_of(self._candles[0], self._symbol)[:1]:
            self._venue.take(evolve(traded, at=self._clock.now()))

    async def run(self) -> None:
        """Play until cancelled."""
        while True:
            for candle, following in pairwise((*self._candles, self._candles[-1])):
                await self._play(candle)
                pause = following.open_time.micros - candle.close_time.micros - 1
                await asyncio.sleep(min(GAP_MAX, max(0, pause) / SECOND / self._speed))

    def resume(self, moved: Iterable[Moved]) -> None:
        """A file is played from its start."""

    def moved(self) -> tuple[Moved, ...]:
        """The newest print."""
        return tuple(Moved(one) for one in self._venue.newest())

    async def _play(self, candle: Candle) -> None:
        prints = prints_of(candle, self._symbol)
        length = candle.close_time.micros + 1 - candle.open_time.micros
        for traded in prints:
            self._venue.take(evolve(traded, at=self._clock.now()))
            await asyncio.sleep(length / SECOND / self._speed / len(prints))
