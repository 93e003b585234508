"""The trailing day of a market, against exact fractions."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from astracore.instants import DAY, MINUTE, Instant
from astracore.marketdata.candles import Candle
from astracore.marketdata.stats import day_stats

NOW = Instant(10 * DAY)
prices = st.integers(1, 10**9).map(lambda ticks: Decimal(ticks) / 100)


@st.composite
def candles(draw: st.DrawFn) -> tuple[Candle, ...]:
    """Minutes of the last two days with prices that contain each other."""
    minutes = sorted(draw(st.sets(st.integers(0, 2 * 1440 - 1), max_size=12)))
    made = []
    for minute in minutes:
        low, first, last, high = sorted(draw(st.tuples(prices, prices, prices, prices)))
        opened = NOW.micros - 2 * DAY + minute * MINUTE
        made.append(
            Candle(
                open_time=Instant(opened),
                close_time=Instant(opened + MINUTE - 1),
                open=first,
                high=high,
                low=low,
                close=last,
                volume=draw(prices),
            )
        )
    return tuple(made)


@given(candles(), prices)
def test_the_day_is_the_candles_of_the_day(kept: tuple[Candle, ...], last: Decimal) -> None:
    stats = day_stats("BTC-USD", kept, last, NOW)
    day = [one for one in kept if one.open_time.micros >= NOW.micros - DAY]
    first = day[0].open if day else last
    assert (stats.open, stats.last, stats.mark) == (first, last, last)
    assert stats.high == max([one.high for one in day], default=last)
    assert stats.low == min([one.low for one in day], default=last)
    assert Fraction(stats.volume) == sum((Fraction(one.volume) for one in day), Fraction(0))
    assert Fraction(stats.change) == Fraction(last) - Fraction(first)
    error = Fraction(stats.change_fraction) - Fraction(stats.change) / Fraction(first)
    assert abs(error) <= Fraction(1, 2_000_000)


def test_the_example_of_the_rules() -> None:
    """80 → 84 is a change of 4 and of 0.05."""
    candle = Candle(
        open_time=Instant(NOW.micros - MINUTE),
        close_time=Instant(NOW.micros - 1),
        open=Decimal(80),
        high=Decimal(85),
        low=Decimal(79),
        close=Decimal(84),
        volume=Decimal(1),
    )
    stats = day_stats("BTC-USD", (candle,), Decimal(84), NOW)
    assert (stats.change, stats.change_fraction) == (Decimal(4), Decimal("0.05"))
