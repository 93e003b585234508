"""Candles, prints and the seeded price: read strictly, walked in order, the same every time."""

import itertools
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.instants import MINUTE, Instant
from astracore.marketdata.candles import Candle, gaps, interval_of, read_candles
from astracore.marketdata.prints import Print, path, prints_of, rolled, shares
from astracore.marketdata.walk import Climate, dithered, started, stride
from astracore.numeric import to_text
from property_tests.trading_makers import D

DATA = Path(__file__).parents[2] / "shared" / "data" / "market" / "BTC-USD-1m-2018-04.csv"
HEADER = "open_time,open,high,low,close,volume,close_time"
amounts = st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-4))


@st.composite
def candles(draw: st.DrawFn) -> Candle:
    """A sound minute."""
    values = sorted(draw(st.lists(amounts, min_size=4, max_size=4)))
    ends = draw(st.permutations(values[1:3]))
    minute = draw(st.integers(0, 10**7))
    return Candle(
        open_time=Instant(minute * MINUTE),
        close_time=Instant((minute + 1) * MINUTE - 1),
        open=ends[0],
        high=values[3],
        low=values[0],
        close=ends[1],
        volume=draw(st.integers(1, 10**12)) * D("0.00000001"),
    )


def row(candle: Candle) -> str:
    """The candle as a line."""
    amounts = (candle.open, candle.high, candle.low, candle.close, candle.volume)
    first, last = candle.open_time.micros // 1000, candle.close_time.micros // 1000
    return ",".join((str(first), *map(to_text, amounts), str(last)))


@given(candles())
def test_what_is_written_is_read(candle: Candle) -> None:
    """A line and back: the same candle."""
    assert read_candles([HEADER, row(candle), ""]).unwrap() == (candle,)


@given(candles())
def test_prints_make_their_candle(candle: Candle) -> None:
    """Four prints, in time, whose candle and volume are the candle's; every extreme is touched."""
    prints = prints_of(candle, "X")
    running: Candle | None = None
    for one in prints:
        closed, running = rolled(running, one, MINUTE)
        assert closed is None
    assert running == candle
    assert sum((Fraction(share) for share in shares(candle.volume)), Fraction(0)) == candle.volume
    times = [one.at.micros for one in prints]
    assert times == sorted(times)
    points = path(candle)
    assert {candle.high, candle.low} <= set(points)
    way = sum(abs(a - b) for a, b in itertools.pairwise(points))
    other = (points[0], points[2], points[1], points[3])
    first = abs(points[1] - points[0])
    assert first <= abs(other[1] - other[0])
    assert way >= candle.high - candle.low


def test_ties_go_to_the_low_and_nothing_prints_without_volume() -> None:
    """Open in the middle: low first; volume 0: no prints."""
    flat = read_candles([HEADER, "0,2,3,1,2,0,59999"]).unwrap()[0]
    assert path(flat)[1] == D(1)
    assert prints_of(flat, "X") == ()


def test_a_later_print_closes_the_candle() -> None:
    """The first print of another minute; silent minutes make none."""
    first = Print(symbol="X", price=D(1), qty=D(1), at=Instant(0))
    _, running = rolled(None, first, MINUTE)
    later = Print(symbol="X", price=D(2), qty=D(1), at=Instant(5 * MINUTE))
    closed, now = rolled(running, later, MINUTE)
    assert closed == running
    assert now.open_time == Instant(5 * MINUTE)


def test_every_faulty_line_is_named() -> None:
    """All at once: line, field, fault."""
    faults = read_candles(
        [
            HEADER,
            "x,1e5,1,1,1,1,59999",
            "0,5,3,1,0,-1,-5",
            "120000,5,3,1,4,-1,0",
            "60000,0,1,0,1,1,119999",
            "1,2",
            "60000,1,1,1,1,1,119999",
            "60000,1,1,1,1,1,119999",
        ]
    ).failure()
    assert [(fault.line, fault.field, fault.fault) for fault in faults] == [
        (2, "open_time", "bad_instant"),
        (2, "open", "bad_amount"),
        (3, "close_time", "bad_instant"),
        (4, "open", "out_of_range"),
        (4, "close", "out_of_range"),
        (4, "volume", "negative"),
        (4, "close_time", "before_open_time"),
        (5, "open", "not_positive"),
        (5, "low", "not_positive"),
        (6, "line", "wrong_number_of_fields"),
        (8, "open_time", "not_rising"),
    ]


@pytest.mark.parametrize(("lines", "fault"), [([], "empty_file"), (["", "a,b"], "unknown_columns")])
def test_a_file_needs_its_header(lines: list[str], fault: str) -> None:
    """Nothing, or other columns."""
    assert [one.fault for one in read_candles(lines).failure()] == [fault]


def test_gaps_are_named() -> None:
    """Two minutes missing between the first and the fourth."""
    minutes = [HEADER, "0,1,1,1,1,1,59999", "180000,1,1,1,1,1,239999", "240000,1,1,1,1,1,299999"]
    (gap,) = gaps(read_candles(minutes).unwrap())
    assert (gap.missing, gap.after, gap.before) == (2, Instant(0), Instant(3 * MINUTE))
    assert (interval_of(()), gaps(())) == (0, ())


@pytest.mark.skipif(not DATA.exists(), reason=f"the real candles are not here: {DATA}")
def test_real_minutes_are_read() -> None:
    """Three days of real minutes with their gaps."""
    read = read_candles(DATA.read_text().splitlines()).unwrap()
    assert (len(read), interval_of(read)) == (3887, MINUTE)
    assert sum(gap.missing for gap in gaps(read)) == 3 * 1440 - 3887


@given(st.integers(0, 2**63), st.integers(50, 10**6))
def test_the_same_seed_walks_the_same_way(seed: int, home: int) -> None:
    """Prices stay at a tick or above, volatility in the climate; going on is going on."""
    climate = Climate(home=home)
    walk = started(seed, climate)
    for _ in range(30):
        again, (walk, step) = stride(walk, climate), stride(walk, climate)
        assert again == (walk, step)
        assert step.price == walk.price >= 1
        assert step.lots >= 1
        assert climate.lowest <= walk.volatility <= climate.highest


def test_the_market_looks_alive_and_comes_home() -> None:
    """20,000 steps: it moves, calm and storm differ, and it stays within a third of home."""
    climate = Climate(home=300_000)
    walk, prices, volatilities = started(7, climate), [], []
    for _ in range(20_000):
        walk, step = stride(walk, climate)
        prices.append(step.price)
        volatilities.append(walk.volatility)
    assert len(set(prices)) > 5_000
    assert max(volatilities) > 2 * min(volatilities)
    assert 200_000 < min(prices) < max(prices) < 400_000


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**9))
def test_dithering_is_fair(numerator: int, denominator: int) -> None:
    """The mean over all noise is the quotient, within a thousandth of one."""
    total = sum(dithered(numerator, denominator, bytes([n, 128])) for n in range(256))
    assert abs(Fraction(total, 256) - Fraction(numerator, denominator)) <= Fraction(1, 128)
