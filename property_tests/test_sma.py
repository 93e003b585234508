"""Moving averages: streaming equals batch, and no strategy sees tomorrow."""

from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.indicators.sma import mean, pushed, sma, sma_series, streamed
from astracore.instants import MINUTE, Instant
from astracore.marketdata.candles import Candle
from astracore.numeric import EXACT
from astracore.strategies.sma_cross import Intent, SmaCross, Stance, on_candle, sma_cross
from property_tests.trading_makers import D

values = st.lists(st.integers(1, 10**9).map(lambda n: Decimal(n).scaleb(-4)), max_size=30)
windows = st.integers(1, 8)


def candle(place: int, close: Decimal) -> Candle:
    """A minute that closes at `close`."""
    return Candle(
        open_time=Instant(place * MINUTE),
        close_time=Instant((place + 1) * MINUTE - 1),
        open=close,
        high=close,
        low=close,
        close=close,
        volume=D(1),
    )


def intents(state: SmaCross, closes: list[Decimal]) -> list[Intent | None]:
    """What a strategy wants after each candle."""
    answers = []
    for place, close in enumerate(closes):
        state, wanted = on_candle(state, candle(place, close))
        answers.append(wanted)
    return answers


@given(values, windows)
def test_streaming_is_batch_is_the_fraction(series: list[Decimal], window: int) -> None:
    """One by one, all at once, and as fractions rounded at the 50th digit: the same."""
    batch = sma_series(series, window).unwrap()
    now = sma(window).unwrap()
    for place, value in enumerate(series):
        now = pushed(now, value)
        shown = mean(now)
        assert shown == batch[place]
        last = series[max(0, place + 1 - window) : place + 1]
        assert Fraction(now.total) == sum(map(Fraction, last))
        assert (shown is None) == (place + 1 < window)
        if shown is not None:
            exact = sum(map(Fraction, last), Fraction(0)) / window
            assert abs(Fraction(shown) - exact) <= Fraction(1, 10**40)
    assert streamed(sma(window).unwrap(), series) == now


@pytest.mark.parametrize("window", [0, -1])
def test_a_window_holds_something(window: int) -> None:
    """Below 1 there is nothing to average."""
    assert sma_series([], window).failure().code == "invalid_window"
    assert sma_cross(window, 5).failure().code == "invalid_window"


@given(closes=values, fast=st.integers(1, 4), more=st.integers(1, 4), short=st.booleans())
def test_the_strategy_wants_what_the_means_say(
    closes: list[Decimal], fast: int, more: int, *, short: bool
) -> None:
    """Long above, short or flat below, as before when equal or early; an intent is a change."""
    stance = Stance.FLAT
    answers = intents(sma_cross(fast, fast + more, short=short).unwrap(), closes)
    for place, answer in enumerate(answers):
        seen = [Fraction(close) for close in closes[: place + 1]]
        wanted = stance
        if len(seen) >= fast + more:
            quick = sum(seen[-fast:]) / fast
            slow = sum(seen[-(fast + more) :]) / (fast + more)
            below = Stance.SHORT if short else Stance.FLAT
            wanted = Stance.LONG if quick > slow else below if quick < slow else stance
        assert (answer.stance if answer else stance) is wanted
        assert (answer is not None) == (wanted is not stance)
        assert answer is None or answer.candle == candle(place, closes[place])
        stance = wanted


@given(values, values, st.integers(0, 30))
def test_tomorrow_changes_nothing_today(
    closes: list[Decimal], other: list[Decimal], cut: int
) -> None:
    """Other candles after a moment: the answers before it stay."""
    state = sma_cross(2, 5).unwrap()
    kept = closes[:cut]
    here, there = intents(state, closes), intents(state, kept + other)
    assert here[: len(kept)] == there[: len(kept)]


@given(values)
def test_ten_times_the_price_is_the_same_market(closes: list[Decimal]) -> None:
    """Scaling every price changes no intent."""
    state = sma_cross(2, 3).unwrap()
    tenfold = [EXACT.multiply(close, D(10)) for close in closes]
    here = [answer and answer.stance for answer in intents(state, closes)]
    assert here == [answer and answer.stance for answer in intents(state, tenfold)]
    assert evolve(state) == state
