"""Token buckets against rational arithmetic."""

from fractions import Fraction
from math import ceil, floor

from hypothesis import given
from hypothesis import strategies as st

from astracore.platform.buckets import DROPS, RATES, Bucket, Quota, draw, full

rates = st.builds(Quota, st.integers(1, 1000), st.integers(1, 100_000))
steps = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 5)), max_size=40)


@given(rates, steps)
def test_a_bucket_is_what_the_formula_says(rate: Quota, asked: list[tuple[int, int]]) -> None:
    bucket, at = full(rate, 0), 0
    tokens, speed = Fraction(rate.capacity), Fraction(rate.per_minute, 60_000_000)
    for wait, cost in asked:
        at += wait
        tokens = min(Fraction(rate.capacity), tokens + wait * speed)
        drawn = draw(bucket, rate, at, cost)
        bucket = drawn.bucket
        assert drawn.is_granted == (tokens >= cost)
        if tokens >= cost:
            tokens -= cost
            assert drawn.retry_after == 0
        else:
            assert drawn.retry_after == ceil((cost - tokens) / speed / 1_000_000)
        assert drawn.remaining == floor(tokens)
        assert drawn.reset == ceil((rate.capacity - tokens) / speed / 1_000_000)
        assert Fraction(bucket.drops, DROPS) == tokens


@given(rates, st.integers(1, 10**9))
def test_a_clock_that_goes_back_gives_nothing(rate: Quota, back: int) -> None:
    drawn = draw(Bucket(0, 10**12), rate, 10**12 - back)
    assert not drawn.is_granted
    assert drawn.bucket == Bucket(0, 10**12)


@given(rates, st.integers(1, 1000))
def test_who_comes_back_when_told_is_served(rate: Quota, cost: int) -> None:
    told = draw(Bucket(0, 0), rate, 0, min(cost, rate.capacity))
    again = draw(told.bucket, rate, told.retry_after * 1_000_000, min(cost, rate.capacity))
    assert again.is_granted


def test_the_worked_example() -> None:
    assert draw(Bucket(0, 0), Quota(10, 120), 1_200_000, 3).retry_after == 1
    assert RATES["register"] == Quota(3, 10)
