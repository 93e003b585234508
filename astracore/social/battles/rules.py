"""The numbers of battles."""

from fractions import Fraction

from attrs import frozen

from astracore.instants import HOUR


@frozen(kw_only=True)
class BattleRules:
    """Every number of battles; a changed one is a new value, not new code."""

    hours: tuple[int, int] = (1, 168)
    answer_within: int = 24 * HOUR
    muster: int = 0  # from acceptance to the start
    gap_most: int = 500
    gap_suggested: int = 200
    members_least: int = 3
    best_of: int = 10
    accuracy_trades: int = 5
    elo_k: int = 32
    elo_scale: int = 400
    rating_least: int = 100
    winner: Fraction = Fraction(4, 5)  # of both stakes; the loser gets the rest
    tie: Fraction = Fraction(1, 2)
    treasury: Fraction = Fraction(1, 2)  # of what a clan gets; the rest is its members'


BATTLES = BattleRules()
HOURS = 24  # unless another length is asked for
