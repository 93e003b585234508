"""What may be asked of a leaderboard's period. Only policies and jobs ask."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.gamification.leaderboards.fairness import STRANGER, Contender
from astracore.gamification.leaderboards.types import BoardKey, Operator
from astracore.ids import UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class ApplyScore:
    """A score was reached at `at`. Whoever may not stand on the board any more is taken off."""

    key: BoardKey
    user_id: UserId
    operator: Operator = Operator.SET
    score: Decimal
    contender: Contender = STRANGER
    at: Instant


@frozen(kw_only=True)
class ClosePeriod:
    """The period is over: freeze the list, without those who are `excluded` by now."""

    key: BoardKey
    excluded: frozenset[UserId] = frozenset()
    at: Instant


PeriodCommand: TypeAlias = ApplyScore | ClosePeriod
