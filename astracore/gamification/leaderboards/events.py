"""What may have happened on a leaderboard."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.gamification.leaderboards.types import Board, Market, Scope
from astracore.ids import UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class Winner:
    """A place of a frozen list, and what it is paid [CREDIT]."""

    user_id: UserId
    rank: int
    score: Decimal
    credits: int


@frozen(kw_only=True)
class LeaderboardUpdated:
    """Somebody stands elsewhere; without an old rank they are new, without a new one gone."""

    TYPE: ClassVar[str] = "astra.gamification.leaderboard_updated.v1"
    board: Board
    market: Market
    scope: Scope
    target: str
    period: str
    user_id: UserId
    old_rank: int | None
    new_rank: int | None
    score: Decimal
    at: Instant


@frozen(kw_only=True)
class LeaderboardClosed:
    """The list is frozen: `list_hash` is its SHA-256, `merkle_root` the root over its rows."""

    TYPE: ClassVar[str] = "astra.gamification.leaderboard_closed.v1"
    board: Board
    market: Market
    scope: Scope
    target: str
    period: str
    count: int
    list_hash: str
    merkle_root: str
    winners: tuple[Winner, ...]
    excluded: tuple[UserId, ...]
    at: Instant


PeriodEvent: TypeAlias = LeaderboardUpdated | LeaderboardClosed
