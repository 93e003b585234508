"""Scores of members and clans, ratings, and who gets what of the stakes."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from returns.result import Result, Success

from astracore.errors.money import MoneyFault
from astracore.money import Base, Money, allocate_largest_remainder
from astracore.money.currencies import CREDIT
from astracore.numeric import CARRIED, EXACT, Rounding, even, rounded_ratio
from astracore.social.battles.rules import BATTLES, BattleRules
from astracore.social.feats import Tally

FARTHEST = 8000  # a gap beyond it changes no digit that is kept
ONE = Fraction(1)
ZERO = Fraction(0)


class BattleKind(StrEnum):
    """What is measured."""

    TRADING = "trading"
    XP = "xp"
    ACCURACY = "accuracy"


class Verdict(StrEnum):
    """How a battle ended for one side."""

    WON = "won"
    TIED = "tied"
    LOST = "lost"


POINTS = {Verdict.WON: Decimal(1), Verdict.TIED: Decimal("0.5"), Verdict.LOST: Decimal(0)}


def trading_score(gain: Fraction, win_rate: Fraction, trades: int) -> Fraction:
    """max(0, 100 × clamp(R, −1, 1)) + 20 × win rate + min(20, trades).

    Source: docs/formulas-social.md#battle-score.
    >>> trading_score(Fraction(8, 100), Fraction(6, 10), 25)
    Fraction(40, 1)
    """
    return max(ZERO, 100 * min(ONE, gain)) + 20 * win_rate + max(0, min(20, trades))


def member_score(
    kind: BattleKind, tally: Tally, equity: Decimal, rules: BattleRules = BATTLES
) -> Fraction:
    """The score of one member. `equity` [currency] is what the member began with.

    Never below 0; without equity the result counts nothing.
    """
    closes = max(0, tally.closes)
    win_rate = Fraction(max(0, min(tally.wins, closes)), closes) if closes else ZERO
    match kind:
        case BattleKind.TRADING:
            gain = Fraction(tally.net) / Fraction(equity) if equity > 0 else ZERO
            return trading_score(gain, win_rate, closes)
        case BattleKind.XP:
            return Fraction(max(0, tally.xp), 10)
        case BattleKind.ACCURACY:
            return 100 * win_rate if closes >= rules.accuracy_trades else ZERO
        case _:
            assert_never(kind)


def clan_score(scores: Sequence[Fraction], best: int) -> Decimal:
    """The mean of the `best` highest scores, to cents half to even; who is missing counts 0.

    >>> clan_score([Fraction(40), Fraction(10), Fraction(1)], 2)
    Decimal('25.00')
    """
    if best < 1:
        return EXACT.scaleb(0, -2)
    mean = sum(sorted(scores, reverse=True)[:best], ZERO) / best
    return EXACT.scaleb(
        rounded_ratio(100 * mean.numerator, mean.denominator, Rounding.HALF_EVEN), -2
    )


def elo_change(rating: int, other: int, verdict: Verdict, rules: BattleRules = BATTLES) -> int:
    """K × (S − 1/(1 + 10^((other − rating)/scale))), to a whole number half to even.

    Source: docs/formulas-social.md#clan-rating.
    Invariant: the other side's change is the negation.
    >>> elo_change(1000, 1100, Verdict.WON), elo_change(1100, 1000, Verdict.WON)
    (20, 12)
    >>> elo_change(1000, 1000, Verdict.TIED)
    0
    """
    gap = max(-FARTHEST, min(FARTHEST, other - rating))
    odds = CARRIED.power(Decimal(10), CARRIED.divide(Decimal(gap), Decimal(rules.elo_scale)))
    expected = CARRIED.divide(Decimal(1), CARRIED.add(1, odds))
    change = CARRIED.multiply(rules.elo_k, CARRIED.subtract(POINTS[verdict], expected))
    return int(even(change, 0))


def rated(
    rating: int, other: int, verdict: Verdict, rules: BattleRules = BATTLES
) -> tuple[int, int]:
    """Both ratings after the battle: A + Δ and B − Δ, the floor last.

    >>> rated(1000, 1100, Verdict.WON), rated(100, 1000, Verdict.LOST)
    ((1020, 1080), (100, 1000))
    """
    change = elo_change(rating, other, verdict, rules)
    return max(rules.rating_least, rating + change), max(rules.rating_least, other - change)


def pot_parts(
    pot: int, verdict: Verdict, rules: BattleRules = BATTLES
) -> Result[tuple[int, ...], MoneyFault]:
    """What each side gets of both stakes [CREDIT]; the verdict is the first side's.

    Errors: NumericLimit.  Invariant: the parts sum to the pot.
    >>> pot_parts(200, Verdict.WON).unwrap(), pot_parts(7, Verdict.TIED).unwrap()
    ((160, 40), (4, 3))
    """
    shares = {Verdict.WON: rules.winner, Verdict.TIED: rules.tie, Verdict.LOST: 1 - rules.winner}
    return credits_by(pot, (shares[verdict], 1 - shares[verdict]))


def clan_parts(
    amount: int, scores: Sequence[Fraction], rules: BattleRules = BATTLES
) -> Result[tuple[int, ...], MoneyFault]:
    """What the treasury (first) and each member get of a clan's part [CREDIT].

    Where nobody scored, all of it is the treasury's.  Errors: NumericLimit, NegativeRatio.
    Invariant: the parts sum to the amount.
    >>> clan_parts(81, [Fraction(2), Fraction(1)]).unwrap()
    (41, 27, 13)
    """
    if not any(scores):
        return Success((amount, *(0 for _ in scores)))
    halves = credits_by(amount, (rules.treasury, 1 - rules.treasury))
    return halves.bind(
        lambda both: credits_by(both[1], tuple(scores)).map(lambda parts: (both[0], *parts))
    )


def credits_by(amount: int, shares: tuple[Fraction, ...]) -> Result[tuple[int, ...], MoneyFault]:
    """Whole credits in proportion to `shares`, left-over ones to the largest remainders.

    Errors: EmptyRatios, NegativeRatio, ZeroTotal, NumericLimit.
    """
    whole: Money[Base] = Money(Decimal(amount), CREDIT)
    parts = allocate_largest_remainder(whole, Decimal(1), shares)
    return parts.map(lambda each: tuple(int(one.amount) for one in each))
