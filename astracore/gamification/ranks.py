"""Places in a table: who stands where, and what a tie does.

The four methods take `scores` in any order and answer in the same order; only the ordinal one
needs more than scores, because it must be total.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from astracore.instants import Instant
from astracore.numeric import EXACT

RANK_UNIT = 1_000_000


@frozen(kw_only=True)
class Standing:
    """One contender: more is better, earlier is better, the id decides the rest."""

    score: Decimal
    reached_at: Instant
    user_id: str


def competition(scores: Sequence[Decimal]) -> tuple[int, ...]:
    """1 + how many are greater: 1 2 2 4.

    >>> competition((50, 50, 30))
    (1, 1, 3)
    """
    return places_below(scores, sorted(scores))


def modified(scores: Sequence[Decimal]) -> tuple[int, ...]:
    """How many are greater or equal: 1 3 3 4.

    >>> modified((50, 40, 40, 30))
    (1, 3, 3, 4)
    """
    rising = sorted(scores)
    return tuple(len(rising) - bisect_left(rising, score) for score in scores)


def dense(scores: Sequence[Decimal]) -> tuple[int, ...]:
    """1 + how many distinct scores are greater: 1 2 2 3.

    >>> dense((50, 40, 40, 30))
    (1, 2, 2, 3)
    """
    return places_below(scores, sorted(set(scores)))


def places_below(scores: Sequence[Decimal], rising: Sequence[Decimal]) -> tuple[int, ...]:
    """1 + how many of `rising` are greater than each score."""
    return tuple(1 + len(rising) - bisect_right(rising, score) for score in scores)


def ordinal(standings: Sequence[Standing]) -> tuple[int, ...]:
    """1, 2, 3 … by score downwards, then the earlier instant, then the smaller id.

    Invariant: a permutation of 1..n, whatever order the contenders were named in.
    """
    order = sorted(range(len(standings)), key=lambda place: ordinal_key(standings[place]))
    ranks = [0] * len(standings)
    for rank, place in enumerate(order, start=1):
        ranks[place] = rank
    return tuple(ranks)


def ordinal_key(standing: Standing) -> tuple[Decimal, int, str]:
    """Smaller is better. copy_negate keeps every digit whatever the caller's context."""
    return (standing.score.copy_negate(), standing.reached_at.micros, standing.user_id)


def percentile(rank: int, count: int) -> Decimal:
    """(count − rank) / (count − 1) [1]; alone in the table is 1.

    Rounds: down to a millionth.
    >>> percentile(1, 5), percentile(2, 4), percentile(1, 1)
    (Decimal('1.000000'), Decimal('0.666666'), Decimal('1'))
    """
    if count <= 1:
        return Decimal(1)
    return EXACT.scaleb((count - rank) * RANK_UNIT // (count - 1), -6)
