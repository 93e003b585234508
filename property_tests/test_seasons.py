"""Seasons are quarters; resets and decay take what the rules say and never more."""

import itertools
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from astracore.gamification.curves import capped, doubling, rounded_quadratic, summed
from astracore.gamification.levels import (
    PRODUCT_CURVE,
    Polynomial,
    Thresholds,
    curve,
    level_at,
    threshold,
)
from astracore.gamification.seasons import SeasonRules, carried, decayed, season_of
from astracore.outcome import is_failure

RULES = SeasonRules()
EPOCH = date(1970, 1, 1)
days = st.integers(-700_000, 2_900_000)


@given(days)
@example(-719_162)
@example(2_932_896)
def test_a_season_is_a_quarter_of_the_calendar(day: int) -> None:
    season = season_of(day)
    assert season.first <= day <= season.last
    there = EPOCH + timedelta(days=day)
    assert season.number == 4 * (there.year - 1970) + (there.month - 1) // 3
    for edge in (season.first, season.last):
        assert season_of(edge) == season
    assert season_of(season.last + 1).number in {season.number + 1, season.number}


def test_days_beyond_the_calendar_are_its_ends() -> None:
    assert season_of(10**400) == season_of(2_932_896)
    assert season_of(-(10**400)).number == -4 * 1969


@given(st.integers(0, 10**12), days, st.integers(0, 900))
def test_a_reset_is_the_same_season_by_season(score: int, day: int, further: int) -> None:
    before, now = season_of(day), season_of(day + further)
    middle = season_of(day + further // 2)
    whole = carried(score, before, now, RULES)
    assert whole == carried(carried(score, before, middle, RULES), middle, now, RULES)
    assert whole == score >> (now.number - before.number)


@given(st.integers(0, 10**12), st.integers(0, 500))
@example(1000, 30)
@example(1000, 80)
def test_decay_is_linear_after_the_grace_and_ends_at_half(score: int, idle: int) -> None:
    lost = min(Fraction(1, 2), Fraction(max(0, idle - 30), 100))
    assert decayed(score, idle, RULES) == (score * (1 - lost)).__floor__()


@given(st.integers(1, 99))
def test_the_tables_of_other_games_rise(levels: int) -> None:
    for made in (doubling(levels), rounded_quadratic(levels), capped(PRODUCT_CURVE, levels)):
        table = made.unwrap()
        assert len(table.xp) == levels
        assert curve(table).unwrap() == table
        assert level_at(table, 10**12) == levels
    assert capped(PRODUCT_CURVE, levels).unwrap().xp[-1] == threshold(PRODUCT_CURVE, levels)


def test_known_values_of_other_games() -> None:
    """Published tables, and the same sums in plain arithmetic."""
    table = doubling(99).unwrap().xp
    assert [table[level - 1] for level in (2, 10, 50, 92, 99)] == [
        83,
        1154,
        101_333,
        6_517_253,
        13_034_431,
    ]
    habit = rounded_quadratic(100).unwrap().xp
    steps = [after - before for before, after in itertools.pairwise(habit)]
    plain = [Fraction(n * n, 4) + 10 * n + Fraction(559, 4) for n in range(1, 100)]
    assert steps == [10 * (each / 10 + Fraction(1, 2)).__floor__() for each in plain]
    fast = curve(Polynomial(factor=4, shift=0, power=3, divisor=5)).unwrap()
    assert threshold(fast, 100) == 800_000
    assert summed((4, 4, 4), 4) == (0, 1, 2, 3)


def test_the_longest_tables_are_let_in() -> None:
    for made in (doubling(1000), rounded_quadratic(1000), capped(PRODUCT_CURVE, 1000)):
        assert len(made.unwrap().xp) == 1000


def test_what_has_no_levels_is_refused() -> None:
    for levels in (0, -1, 1001, 10**400):
        assert is_failure(doubling(levels))
        assert is_failure(rounded_quadratic(levels))
        assert is_failure(capped(PRODUCT_CURVE, levels))
    assert is_failure(capped(Thresholds((0, 5)), 3))
    assert is_failure(capped(Polynomial(factor=1, shift=0, power=2), 3))
    assert is_failure(curve(Polynomial(factor=1, shift=1, power=65)))
    assert is_failure(curve(Polynomial(factor=4, shift=1, power=3, divisor=5)))
    assert is_failure(curve(Polynomial(factor=1, shift=0, power=3, divisor=8)))
