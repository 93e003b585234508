"""Ranks by name of method, and scores that keep their order as text."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from returns.result import Failure, Result, Success

from astracore.errors.leaderboards import InvalidScore, LeaderboardFault
from astracore.errors.values import BadAmount
from astracore.gamification.ranks import Standing, competition, dense, modified
from astracore.numeric import EXACT

WHOLE, PLACES = 30, 18  # digits of a score before and after the point
BOUND = Decimal(1).scaleb(WHOLE)


class Method(StrEnum):
    """What a tie does: 1224, 1334, 1223, and 1234 by the order in which the scores stand."""

    COMPETITION = "competition"
    MODIFIED = "modified_competition"
    DENSE = "dense"
    ORDINAL = "ordinal"


class Order(StrEnum):
    """Which end is the best."""

    DESCENDING = "descending"
    ASCENDING = "ascending"


def ranked(
    scores: Sequence[Decimal], method: Method, order: Order = Order.DESCENDING
) -> Result[tuple[int, ...], BadAmount]:
    """The rank of each score in the order given; ordinal ties go to the one that stands first.

    Errors: BadAmount (a score that is not finite).   Complexity: O(n log n).
    Source: docs/formulas-ranking.md#ranks.
    Invariant: dense <= competition <= modified; unchanged by any increasing map of the scores.
    >>> ranked((Decimal(50), Decimal(40), Decimal(40), Decimal(30)), Method.DENSE).unwrap()
    (1, 2, 2, 3)
    """
    strange = next((score for score in scores if not score.is_finite()), None)
    if strange is not None:
        return Failure(BadAmount(str(strange)[:64]))
    turned = [score if order is Order.DESCENDING else score.copy_negate() for score in scores]
    match method:
        case Method.COMPETITION:
            return Success(competition(turned))
        case Method.MODIFIED:
            return Success(modified(turned))
        case Method.DENSE:
            return Success(dense(turned))
        case Method.ORDINAL:
            return Success(_in_turn(turned))
        case _:
            assert_never(method)


def _in_turn(scores: Sequence[Decimal]) -> tuple[int, ...]:
    """1, 2, 3 … downwards, equal scores in the order in which they stand."""
    downwards = sorted(range(len(scores)), key=lambda place: scores[place].copy_negate())
    ranks = dict(zip(downwards, range(1, len(scores) + 1), strict=True))
    return tuple(ranks[place] for place in range(len(scores)))


def standing(one: Standing) -> Result[Standing, LeaderboardFault]:
    """Let a standing in: a user and a score of at most 30 digits before the point and 18 after.

    Errors: InvalidScore.
    """
    exponent = one.score.as_tuple().exponent
    sized = isinstance(exponent, int) and exponent >= -PLACES and one.score.copy_abs() < BOUND
    if not sized or not one.user_id:
        return Failure(InvalidScore(one.user_id[:64], one.score))
    return Success(one)


def score_text(score: Decimal) -> str:
    """Text that sorts like the score, for scores that `standing` lets in: no digit is lost.

    A sign digit and 48 digits in units of 10^-18; stores that hold doubles keep 15 of them.
    >>> score_text(Decimal("-0.5")) < score_text(Decimal(0)) < score_text(Decimal("1E-18"))
    True
    """
    units = int(EXACT.scaleb(score, PLACES))
    width = WHOLE + PLACES
    return f"1{units:0{width}}" if units >= 0 else f"0{10**width + units:0{width}}"
