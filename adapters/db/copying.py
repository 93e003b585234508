"""Whole stores copied: SQLite's file while it is written to, and every table of either database."""

import errno
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, exists, func, select, text, tuple_

from adapters.db.bulk import bulk
from adapters.db.tables import leases, metadata, notes

# Who leads and what processes say to each other is of the moment, and of no copy.
COPIED = tuple(table for table in metadata.sorted_tables if table not in (leases, notes))
CHUNK = 2_000  # rows of one statement


def copy_file(source: Path, goal: Path) -> None:
    """One committed state of a served file in a file of its own, by the online backup of SQLite.

    Readers of a write-ahead log hold up nobody, so the copy is taken in one step.
    """
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(goal)) as new,
    ):
        old.backup(new)


def make_one_file(path: Path) -> None:
    """Put everything that a closed database has beside it into its one file."""
    with closing(sqlite3.connect(path)) as one:
        (mode,) = one.execute("PRAGMA journal_mode = DELETE").fetchone()
    if mode != "delete":
        raise OSError(errno.EBUSY, "somebody else has it open", str(path))


def file_fault(connection: Connection) -> str | None:
    """What SQLite's own check says of its file; None when it is well."""
    found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
    return None if found == "ok" else str(found).replace("\n", " ")


def copy_tables(source: Connection, goal: Connection, progress: Callable[[int, int], None]) -> None:
    """Every row of COPIED, in the state that `source` sees; these tables of `goal` are empty."""
    tables = COPIED
    counts = [
        source.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
    ]
    done = 0
    for table in tables:
        for rows in chunks(source, table):
            bulk(table).run(goal, rows)
            done += len(rows)
            progress(done, sum(counts))
        count_on(goal, table)


def count_on(goal: Connection, table: Table[Any]) -> None:
    """Let a table that numbers its rows go on behind the rows that came with their numbers.

    SQLite does so by itself.
    """
    numbered = [column.name for column in table.primary_key if column.autoincrement is True]
    for name in numbered if goal.dialect.name == "postgresql" else ():
        place = func.pg_get_serial_sequence(table.name, name)
        newest = select(func.coalesce(func.max(table.c[name]), 0) + 1).scalar_subquery()
        goal.execute(select(func.setval(place, newest, False)))  # noqa: FBT003 - SQL takes places


def chunks(source: Connection, table: Table[Any]) -> Any:  # noqa: ANN401 - rows of any table
    """The rows of a table, some at a time, in the order of its key."""
    keys = tuple(table.primary_key.columns)
    places = [list(table.columns).index(key) for key in keys]
    query = select(table).order_by(*keys).limit(CHUNK)
    found = source.execute(query).all()
    while found:
        yield [tuple(row) for row in found]
        behind = tuple(found[-1][place] for place in places)
        found = source.execute(query.where(tuple_(*keys) > behind)).all()


def holds_nothing(connection: Connection) -> bool:
    """Whether every table that is copied is empty."""
    return not any(
        connection.execute(select(exists(select(table)))).scalar_one() for table in COPIED
    )
