"""What a group of commands has to know before anything is decided, read under the write lock."""

from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import Connection

from adapters.db.bulk import listed
from adapters.db.driver import grand, is_lite, lite
from adapters.db.log import KeyRow, LogHead, key_row
from adapters.db.tables import command_keys
from astracore.events.chain import GENESIS
from astracore.events.envelope import StreamId
from astracore.ids import CommandId

KEY_COLUMNS = listed([column.name for column in command_keys.columns])
HEAD = "SELECT position, seq, hash FROM heads"
VERSION = "SELECT max(version) FROM events WHERE category = ? AND key = ?"
KEY = f"SELECT {KEY_COLUMNS} FROM command_keys WHERE command_id = ?"  # noqa: S608 - our own names
# One row at least; one for each known key, each with the head and the versions.
ALL = f"""
    SELECT h.position, h.seq, h.hash, v.versions, k.*
    FROM (
        SELECT ARRAY(
            SELECT (SELECT max(version) FROM events WHERE category = w.category AND key = w.key)
            FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(category, key, place)
            ORDER BY w.place
        ) AS versions
    ) v
    LEFT JOIN heads h ON true
    LEFT JOIN (SELECT {KEY_COLUMNS} FROM command_keys WHERE command_id = ANY($3::text[])) k ON true
"""  # noqa: S608 - our own names


@frozen
class Outset:
    """The ends of log and chain, the streams' newest versions, and what keys were used before."""

    head: LogHead
    versions: dict[StreamId, int]
    keys: dict[CommandId, KeyRow]


def outset(connection: Connection, streams: Sequence[StreamId], ids: Sequence[CommandId]) -> Outset:
    """How the log stands for `streams` and `ids`. A stream without events has version 0."""
    if is_lite(connection):
        return by_rows(connection, streams, ids)
    return at_once(connection, streams, ids)


def by_rows(
    connection: Connection, streams: Sequence[StreamId], ids: Sequence[CommandId]
) -> Outset:
    """A small statement for each question: SQLite has no round trips."""
    driver = lite(connection)
    head = driver.execute(HEAD).fetchone()
    tops = (driver.execute(VERSION, (one.category, one.key)).fetchone()[0] for one in streams)
    used = (driver.execute(KEY, (one,)).fetchone() for one in ids)
    return Outset(
        head=LogHead(0, 0, GENESIS) if head is None else LogHead(*head),
        versions={one: top or 0 for one, top in zip(streams, tops, strict=True)},
        keys={CommandId(row[0]): key_row(row) for row in used if row is not None},
    )


def at_once(
    connection: Connection, streams: Sequence[StreamId], ids: Sequence[CommandId]
) -> Outset:
    """One statement for all questions: on PostgreSQL each costs a round trip."""
    wanted = ([one.category for one in streams], [one.key for one in streams], list(ids))
    found = grand(connection, lambda driver: driver.fetch(ALL, *wanted))
    position, seq, end, tops = found[0][:4]
    return Outset(
        head=LogHead(0, 0, GENESIS) if position is None else LogHead(position, seq, end),
        versions={one: top or 0 for one, top in zip(streams, tops, strict=True)},
        keys={CommandId(row[4]): key_row(row[4:]) for row in found if row[4] is not None},
    )
