"""Scores of battles against fractions, ratings against powers, stakes against sums."""

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.social.battles.scores import (
    BattleKind,
    Verdict,
    clan_parts,
    clan_score,
    elo_change,
    member_score,
    pot_parts,
    rated,
    trading_score,
)
from astracore.social.feats import Tally

ratings = st.integers(100, 3000)
scores = st.lists(st.fractions(0, 500, max_denominator=60), max_size=14)


@given(
    st.fractions(-5, 5, max_denominator=1000),
    st.fractions(0, 1, max_denominator=100),
    st.integers(0, 50),
)
@example(Fraction(1), Fraction(1), 20)
@example(Fraction(-1), Fraction(0), 21)
def test_a_trading_score_is_bounded_and_never_pays_for_losing(
    gain: Fraction, rate: Fraction, trades: int
) -> None:
    score = trading_score(gain, rate, trades)
    clamped = min(Fraction(1), max(Fraction(-1), gain))
    assert score == max(Fraction(0), 100 * clamped) + 20 * rate + min(20, trades)
    assert 0 <= score <= 140
    assert trading_score(-abs(gain), rate, trades) <= score


@pytest.mark.parametrize(
    ("kind", "tally", "equity", "expected"),
    [
        (BattleKind.TRADING, Tally(closes=2, wins=1, net=Decimal(80)), "1000", Fraction(20)),
        (BattleKind.TRADING, Tally(closes=2, wins=1, net=Decimal(80)), "0", Fraction(12)),
        (BattleKind.TRADING, Tally(), "1000", Fraction(0)),
        (BattleKind.TRADING, Tally(closes=1, net=Decimal("0.1")), "0.5", Fraction(21)),
        (BattleKind.XP, Tally(xp=55), "0", Fraction(11, 2)),
        (BattleKind.ACCURACY, Tally(closes=5, wins=3), "0", Fraction(60)),
        (BattleKind.ACCURACY, Tally(closes=4, wins=4), "0", Fraction(0)),
    ],
)
def test_each_kind_has_its_measure(
    kind: BattleKind, tally: Tally, equity: str, expected: Fraction
) -> None:
    assert member_score(kind, tally, Decimal(equity)) == expected


@given(scores, st.integers(-1, 10))
def test_a_clan_score_is_the_mean_of_the_best(found: list[Fraction], best: int) -> None:
    padded = sorted([*found, *[Fraction(0)] * 10], reverse=True)[: max(0, best)]
    mean = sum(padded, Fraction(0)) / best if best > 0 else Fraction(0)
    with localcontext(Context(prec=60)):
        exact = Decimal(mean.numerator) / Decimal(mean.denominator)
        assert clan_score(found, best) == exact.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


@given(ratings, ratings, st.sampled_from(Verdict))
@example(1000, 1100, Verdict.WON)
@example(100, 100, Verdict.LOST)
@example(10**9, -(10**9), Verdict.LOST)
def test_what_one_gains_the_other_loses(one: int, other: int, verdict: Verdict) -> None:
    mirrored = {Verdict.WON: Verdict.LOST, Verdict.LOST: Verdict.WON}.get(verdict, verdict)
    change = elo_change(one, other, verdict)
    assert elo_change(other, one, mirrored) == -change
    assert abs(change) <= 32
    points = {Verdict.WON: 1.0, Verdict.TIED: 0.5, Verdict.LOST: 0.0}[verdict]
    gap = max(-4000, min(4000, other - one))
    expected = 32 * (points - 1 / (1 + math.pow(10, gap / 400)))
    assert abs(change - expected) <= 0.5 + 1e-9
    left, right = rated(one, other, verdict)
    assert (left, right) == (max(100, one + change), max(100, other - change))


@given(st.integers(0, 2**53), st.sampled_from(Verdict), scores, scores)
@example(3, Verdict.TIED, [], [Fraction(1)])
@example(1, Verdict.LOST, [Fraction(0)], [Fraction(0), Fraction(1), Fraction(1)])
def test_every_credit_of_the_stakes_is_given_out(
    pot: int, verdict: Verdict, red: list[Fraction], blue: list[Fraction]
) -> None:
    halves = pot_parts(pot, verdict).unwrap()
    assert sum(halves) == pot
    share = {
        Verdict.WON: Fraction(4, 5),
        Verdict.TIED: Fraction(1, 2),
        Verdict.LOST: Fraction(1, 5),
    }
    assert abs(halves[0] - share[verdict] * pot) < 1
    for amount, found in zip(halves, (red, blue), strict=True):
        parts = clan_parts(amount, found).unwrap()
        assert sum(parts) == amount
        assert len(parts) == len(found) + 1
        whole = sum(found, Fraction(0))
        if whole:
            assert parts[0] == amount - amount // 2
            rest = amount - parts[0]
            for part, score in zip(parts[1:], found, strict=True):
                assert abs(part - rest * score / whole) < 1
