"""What is shown of a board: its top, a page, one's neighbours, one's friends."""

from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen
from returns.result import Result

from astracore.errors.leaderboards import LeaderboardFault
from astracore.gamification.leaderboards.rules import BoardTable, radius_of
from astracore.gamification.ranks import Standing
from astracore.gamification.standings import Standings, above, around, found, page, table_of
from astracore.gamification.standings import rank_of as place_of
from astracore.instants import Instant


@frozen(kw_only=True)
class Place:
    """Somebody's place: `rank` is total, `shared_rank` equal for equal scores."""

    rank: int
    shared_rank: int
    user_id: str
    score: Decimal
    reached_at: Instant


def paged(table: Standings, start: int, count: int, rules: BoardTable) -> tuple[Place, ...]:
    """Ranks from `start` on, `count` of them, and none beyond what everybody sees."""
    first = max(start, 1)
    last = min(first + count - 1, rules.shown)
    return _placed(table, page(table, first, last - first + 1))


def around_me(
    table: Standings, user_id: str, radius: int | None, rules: BoardTable
) -> Result[tuple[Place, ...], LeaderboardFault]:
    """Oneself with 1 to 20 neighbours on either side, wherever one stands.  Errors: NotRanked."""
    neighbours = around(table, user_id, radius_of(radius, rules))
    return neighbours.map(lambda near: _placed(table, near))


def among(table: Standings, users: Iterable[str]) -> Standings:
    """The board of friends, of a clan or of a league: those of a larger one, ranked anew.

    Complexity: O(k log n) for k users.
    Invariant: two who are on both stand in the same order on both.
    """
    held = (found(table, user_id) for user_id in users)
    return table_of(one for one in held if one is not None)


def _placed(table: Standings, shown: tuple[Standing, ...]) -> tuple[Place, ...]:
    """Consecutive standings with both their ranks."""
    return tuple(
        Place(
            rank=place_of(table, one.user_id).value_or(0),
            shared_rank=1 + above(table, one.score),
            user_id=one.user_id,
            score=one.score,
            reached_at=one.reached_at,
        )
        for one in shown
    )
