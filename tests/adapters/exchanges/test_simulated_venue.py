"""The simulated venue: prices that go on after a restart, charts, and candles played in time."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from adapters.exchanges.simulated import (
    CandleFeed,
    Checkpoint,
    SeededFeed,
    SimulatedVenue,
    load,
    save,
)
from adapters.exchanges.simulated import feed as feeding
from adapters.exchanges.simulated.venue import CANDLES_KEPT, PRINTS_WAITING
from astracore.instants import MINUTE, Instant
from astracore.marketdata.candles import read_candles
from astracore.marketdata.prints import Print
from astracore.trading.types import INSTRUMENTS
from property_tests.trading_makers import NOW, D

HEADER = "open_time,open,high,low,close,volume,close_time"


class Ticking:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> Instant:
        """One millisecond later each time."""
        self.at = Instant(self.at.micros + 1000)
        return self.at


def traded(place: int, symbol: str = "ETH-USD") -> Print:
    """One print a minute."""
    return Print(symbol=symbol, price=D(2000), qty=D(1), at=Instant(place * MINUTE))


def seeded(path: Path | None, known: Checkpoint | None = None, seed: int = 7) -> SeededFeed:
    """A feed over a venue of its own."""
    venue = SimulatedVenue(INSTRUMENTS)
    return SeededFeed(venue, INSTRUMENTS, Ticking(), seed=seed, path=path, checkpoint=known)


async def played(feed: SeededFeed | CandleFeed, venue: SimulatedVenue, prints: int) -> list[Print]:
    """Run a feed until it has given so many prints, then stop it."""
    queue = venue.listen()
    task = asyncio.create_task(feed.run())
    heard = [await queue.get() for _ in range(prints)]
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    venue.leave(queue)
    return heard


async def test_a_restart_goes_on_with_the_last_price(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same seed, with and without a restart between: the same prices; charts are kept."""
    monkeypatch.setattr(feeding, "HISTORY", 3)
    monkeypatch.setattr(feeding, "PAUSE", 100_000)
    path = tmp_path / "prices.json"
    first = seeded(path)
    await first.begin()
    await played(first, first._venue, 6)
    stopped = load(path).unwrap()
    assert stopped is not None
    assert all(len(candles) >= 3 for candles in stopped.candles.values())
    one, other = seeded(None, stopped), seeded(None, stopped)
    for feed in (one, other):
        await feed.begin()
    for symbol, listed in INSTRUMENTS.items():
        quotes = one._venue.quotes(symbol)
        twin = other._venue.quotes(symbol)
        assert quotes is not None
        assert twin is not None
        assert quotes.last == twin.last
        assert quotes.last is not None
        last = stopped.walks[symbol].price * listed.tick
        assert abs(quotes.last / last - 1) < D("0.01")
        assert one._venue.candles(symbol)[0] == stopped.candles[symbol][0]
    fresh = seeded(None, stopped, seed=8)
    await fresh.begin()
    assert fresh._walks["ETH-USD"].step != one._walks["ETH-USD"].step


async def test_it_saves_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill loses a few seconds at most."""
    monkeypatch.setattr(feeding, "HISTORY", 1)
    monkeypatch.setattr(feeding, "SAVED_EVERY", 0.01)
    path = tmp_path / "prices.json"
    feed = seeded(path)
    await feed.begin()
    task = asyncio.create_task(feed.run())
    while not path.exists():  # noqa: ASYNC110 - another thread writes it
        await asyncio.sleep(0.005)
    assert load(path).unwrap() is not None
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def test_a_checkpoint_is_whole_or_named(tmp_path: Path) -> None:
    """None when there is none; what is no checkpoint says what is wrong."""
    path = tmp_path / "prices.json"
    assert load(path).unwrap() is None
    save(path, Checkpoint(seed=7, walks={}, candles={}))
    assert load(path).unwrap() == Checkpoint(seed=7, walks={}, candles={})
    path.write_bytes(b'{"seed":7')
    assert load(path).failure().code == "bad_checkpoint"
    assert list(tmp_path.iterdir()) == [path]


def test_charts_keep_the_newest_candles() -> None:
    """A ring; the last candle is the running one."""
    venue = SimulatedVenue(INSTRUMENTS)
    for place in range(CANDLES_KEPT + 5):
        venue.take(traded(place))
    candles = venue.candles("ETH-USD")
    assert len(candles) == CANDLES_KEPT + 1
    assert candles[-1].open_time == Instant((CANDLES_KEPT + 4) * MINUTE)
    assert venue.candles("DOGE-USD") == ()
    venue.take(traded(0, "DOGE-USD"))
    venue.remember("DOGE-USD", candles)
    assert venue.quotes("DOGE-USD") is None
    (mark,) = venue.marks()
    assert (mark.symbol, mark.price) == ("ETH-USD", D(2000))


def test_slow_listeners_lose_the_oldest_prices() -> None:
    """Prices drop, and only for who does not listen."""
    venue = SimulatedVenue(INSTRUMENTS)
    queue = venue.listen()
    for place in range(PRINTS_WAITING + 3):
        venue.take(traded(place))
    assert queue.qsize() == PRINTS_WAITING
    assert queue.get_nowait().at == Instant(3 * MINUTE)
    venue.leave(queue)
    venue.take(traded(PRINTS_WAITING + 3))
    assert queue.qsize() == PRINTS_WAITING - 1


async def test_candles_are_played_in_order() -> None:
    """Each candle's path, at the time of playing; then from the start again."""
    rows = ["0,1,3,1,2,4,59999", "180000,2,2,1,1,4,239999"]
    candles = read_candles([HEADER, *rows]).unwrap()
    venue = SimulatedVenue(INSTRUMENTS)
    feed = CandleFeed(venue, candles, Ticking(), symbol="ETH-USD", speed=86_400)
    await feed.begin()
    prices = [int(one.price) for one in await played(feed, venue, 9)]
    assert prices == [1, 1, 3, 2, 2, 2, 1, 1, 1]
