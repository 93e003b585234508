"""Progress, awards, levels, leaderboards."""

from typing import Annotated, TypeAlias

from annotated_types import Ge, Le
from returns.result import Failure, Result, Success

from astracore.errors.events import CorruptRow
from astracore.gamification.leaderboards.types import Cadence, Scope
from astracore.gamification.levels import threshold
from astracore.outcome import is_failure
from astracore.projections.game import (
    CURVE,
    PROGRESS,
    XP_HISTORY,
    AwardRow,
    PlacedRow,
    ProgressRow,
)
from shell.boards import around, part, xp_table
from shell.codecs import Streak, streak_view
from shell.desk import Desk
from shell.http.answers import Items, Page
from shell.http.faults import BadCursor, NotFound
from shell.http.routes import Caller, Route, routes
from shell.queries import AwardQuery, BoardQuery
from shell.reading import Wanted
from shell.views import Board, LevelView

Refusal: TypeAlias = CorruptRow | BadCursor | NotFound
BOARDS = tuple(Board(board="xp", period=period, scope=Scope.GLOBAL) for period in Cadence)
Level = Annotated[int, Ge(1), Le(1000)]


async def profile(desk: Desk, caller: Caller) -> Result[ProgressRow, Refusal]:
    """Your XP, level and streak."""
    found = await desk.reading.one(PROGRESS, caller.user_id, caller.user_id)
    if is_failure(found):
        return found
    row = found.unwrap()
    return Failure(NotFound("progress")) if row is None else Success(row)


async def streak(desk: Desk, caller: Caller) -> Result[Streak, Refusal]:
    """Your days in a row."""
    return (await profile(desk, caller)).map(streak_view)


async def awards(desk: Desk, caller: Caller, query: AwardQuery) -> Result[Page[AwardRow], Refusal]:
    """What your XP came from, newest first."""
    wanted = Wanted("game/xp", caller.user_id, query.limit, query.cursor)
    return await desk.reading.page(XP_HISTORY, wanted, query.keeps)


async def levels(from_: Level = 1, to: Level = 51) -> Result[Items[LevelView], NotFound]:
    """Where levels begin; `to` is not included."""
    return Success(
        Items(tuple(LevelView(level=n, xp=threshold(CURVE, n)) for n in range(from_, to)))
    )


async def boards() -> Result[Items[Board], NotFound]:
    """The leaderboards there are."""
    return Success(Items(BOARDS))


async def board(desk: Desk, board: str, query: BoardQuery) -> Result[Items[PlacedRow], Refusal]:
    """A leaderboard, best first: of the period that runs, or of the one that `at` lies in."""
    if Board(board=board, period=query.period, scope=query.scope) not in BOARDS:
        return Failure(NotFound("leaderboard"))
    table = xp_table(query.period, query.at or desk.clock.now())
    found = await desk.reading.seeing(
        lambda connection: part(connection, table, query.start - 1, query.limit)
    )
    return found.map(Items)


async def around_me(
    desk: Desk,
    caller: Caller,
    board: str,
    period: Cadence = Cadence.ALL_TIME,
    radius: Annotated[int, Ge(1), Le(20)] = 5,
) -> Result[Items[PlacedRow], Refusal]:
    """Your place on a leaderboard and your neighbours'; nothing where you have none."""
    if board not in {known.board for known in BOARDS}:
        return Failure(NotFound("leaderboard"))
    table = xp_table(period, desk.clock.now())
    found = await desk.reading.seeing(
        lambda connection: around(connection, table, caller.user_id, radius)
    )
    return found.map(Items)


ROUTES: tuple[Route, ...] = routes(
    "gamification",
    ("GET", "/game/profile", profile),
    ("GET", "/game/streak", streak),
    ("GET", "/game/xp", awards),
    ("GET", "/game/levels", levels),
    ("GET", "/leaderboards", boards),
    ("GET", "/leaderboards/{board}", board),
    ("GET", "/leaderboards/{board}/around-me", around_me),
)
