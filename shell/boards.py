"""Leaderboards as they are asked for: which rows a board has, and parts of them with both ranks."""

from typing import Any, TypeVar

from attrs import frozen
from returns.result import Failure, Result
from sqlalchemy import Connection

from adapters.db import ranks, rows
from adapters.db.rows import Row
from astracore.errors.events import CorruptRow
from astracore.events.projection import Projection
from astracore.gamification.leaderboards.periods import key_at, stream_key
from astracore.gamification.leaderboards.types import Board, BoardKey, Cadence
from astracore.instants import Instant
from astracore.outcome import collect, is_failure
from astracore.projections.boards import LEADERBOARDS, StandingRow, contender
from astracore.projections.game import XP_BOARD, BoardRow, PlacedRow, placed

R = TypeVar("R")


@frozen
class Table:
    """The rows of one board: those of `owner` in a ranked model."""

    model: Projection[Any, Any]
    owner: str

    def key(self, user_id: str) -> str:
        """The key of somebody's row."""
        return f"{self.owner}/{user_id}" if self.owner else user_id


def xp_table(cadence: Cadence, at: Instant) -> Table:
    """The XP board of the period that `at` lies in; of all time everybody who registered."""
    if cadence is Cadence.ALL_TIME:
        return Table(XP_BOARD, "")
    key = key_at(BoardKey(board=Board.XP, cadence=cadence, begin=at), at)
    return Table(LEADERBOARDS, stream_key(key))


def part(
    connection: Connection, table: Table, place: int, limit: int
) -> Result[tuple[PlacedRow, ...], CorruptRow]:
    """At most `limit` rows from a place on; the best stands at place 0.  Errors: CorruptRow."""
    slot = rows.shown(connection, table.model)
    found = ranks.ranked(connection, slot, table.owner, place, limit)
    read = collect(_decoded(table.model, row) for row in found)
    if is_failure(read):
        return Failure(read.failure())
    if not found or table.model.tie is None:
        return read.map(lambda _: ())
    tie = table.model.tie(read.unwrap()[0])
    above = ranks.before(connection, slot, table.owner, tie)
    return _named(connection, read.unwrap()).map(lambda named: placed(named, place, above))


def around(
    connection: Connection, table: Table, user_id: str, radius: int
) -> Result[tuple[PlacedRow, ...], CorruptRow]:
    """Somebody with up to `radius` neighbours on either side; nobody where they do not stand.

    Errors: CorruptRow.
    """
    slot = rows.shown(connection, table.model)
    mine = rows.row(connection, slot, table.key(user_id))
    place = 0 if mine is None else ranks.before(connection, slot, table.owner, mine.sort)
    first = max(place - radius, 0)
    limit = 0 if mine is None else place + radius + 1 - first
    return part(connection, table, first, limit)


def _named(
    connection: Connection, found: tuple[BoardRow | StandingRow, ...]
) -> Result[tuple[BoardRow, ...], CorruptRow]:
    """Rows of a period with the names and levels that the board of all time knows."""
    wanted = [row.user_id for row in found if isinstance(row, StandingRow)]
    stored = rows.some(connection, rows.shown(connection, XP_BOARD), wanted) if wanted else {}
    read = collect(_decoded(XP_BOARD, row) for row in stored.values())
    known = read.map(lambda some: {row.user_id: row for row in some})
    return known.map(
        lambda names: tuple(
            contender(row, names.get(row.user_id)) if isinstance(row, StandingRow) else row
            for row in found
        )
    )


def _decoded(model: Projection[Any, R], row: Row) -> Result[R, CorruptRow]:
    """A stored row, typed."""
    return model.row.decode(row.body).alt(
        lambda cause: CorruptRow(model.name, row.key, f"{cause.path}: {cause.why}")
    )
