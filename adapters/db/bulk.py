"""Inserting many rows at once: the text is made once, values are tuples in the columns' order.

SQLite's driver takes the rows one by one, which costs little there. PostgreSQL gets a few rows as
one array for each column, and several tables' rows in one statement, since a round trip costs more
than all else; many new rows of one table are copied, at half the price.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import asyncpg
from attrs import frozen
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

from adapters.db.driver import grand, is_lite, lite

Values: TypeAlias = tuple[Any, ...]
POSTGRES: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
MANY = 50  # rows for which a copy's own round trip pays


@frozen
class Bulk:
    """An insert as each driver takes it. `names` says in which order it wants the values."""

    table: str
    rows: str  # a placeholder for each column
    names: tuple[str, ...]
    kinds: tuple[str, ...]  # of the columns, in PostgreSQL
    conflict: str

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Insert `rows`, if there are any; no key may come twice."""
        store(connection, [(self, rows)])

    def arrays(self, first: int) -> str:
        """The insert with an array for each column, the `first` placeholder and those behind it."""
        marks = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(self.kinds, start=first))
        into = f"INSERT INTO {quoted(self.table)} ({listed(self.names)})"
        many = f"SELECT * FROM unnest({marks})"  # noqa: S608 - names of our own tables
        return f"{into} {many}{self.conflict}"


def store(connection: Connection, parts: Sequence[tuple[Bulk, Sequence[Values]]]) -> None:
    """Insert rows into several tables, which do not depend on one another."""
    there = [(bulk, rows) for bulk, rows in parts if rows]
    if not is_lite(connection):
        grand(connection, lambda driver: sent(driver, there))
        return
    driver = lite(connection)
    for bulk, rows in there:
        driver.executemany(bulk.rows, rows)


async def sent(
    driver: "asyncpg.Connection[Any]", parts: Sequence[tuple[Bulk, Sequence[Values]]]
) -> None:
    """Copy what is many and new; all the rest is one statement."""
    few = []
    for bulk, rows in parts:
        if len(rows) < MANY or bulk.conflict:
            few.append((bulk, rows))
        else:
            await driver.copy_records_to_table(bulk.table, records=rows, columns=bulk.names)
    if few:
        arrays = [list(column) for _, rows in few for column in zip(*rows, strict=True)]
        await driver.execute(together(tuple(bulk for bulk, _ in few)), *arrays)


@lru_cache(256)
def together(bulks: tuple[Bulk, ...]) -> str:
    """Several inserts as one statement: the last one, and before it the others by name."""
    texts, first = [], 1
    for bulk in bulks:
        texts.append(bulk.arrays(first))
        first += len(bulk.names)
    named = ", ".join(f"part{place} AS ({text})" for place, text in enumerate(texts[:-1]))
    return f"WITH {named} {texts[-1]}" if named else texts[-1]


def bulk(table: Table, conflict: str = "") -> Bulk:
    """An insert into all columns of `table`."""
    names = tuple(column.name for column in table.columns)
    marks = ", ".join("?" for _ in names)
    into = f"INSERT INTO {quoted(table.name)} ({listed(names)})"
    return Bulk(
        table=table.name,
        rows=f"{into} VALUES ({marks}){conflict}",
        names=names,
        kinds=tuple(kind(column) for column in table.columns),
        conflict=conflict,
    )


def upsert(
    table: Table, keys: Sequence[str], changed: Sequence[str], *, if_moved: bool = False
) -> Bulk:
    """An insert that, where a row with these `keys` stands, writes the `changed` columns.

    With `if_moved` only where one of them differs and the last of them does not go back, unless
    another one changes: a position moves forward under one version.
    """
    new = ", ".join(f"{quoted(name)} = excluded.{quoted(name)}" for name in changed)
    conflict = f" ON CONFLICT ({listed(keys)}) DO UPDATE SET {new}"
    if if_moved:
        *others, last = (f"{quoted(table.name)}.{quoted(name)}" for name in changed)
        differ = [
            f"{old} <> excluded.{quoted(name)}" for old, name in zip(others, changed, strict=False)
        ]
        conflict += " WHERE " + " OR ".join([*differ, f"{last} < excluded.{quoted(changed[-1])}"])
    return bulk(table, conflict)


def quoted(name: str) -> str:
    """A name as both databases take it, whatever words they reserve."""
    return f'"{name}"'


def listed(names: Sequence[str]) -> str:
    """Names with commas."""
    return ", ".join(map(quoted, names))


def kind(column: Any) -> str:  # noqa: ANN401 - a column of any type
    """The type of a column in PostgreSQL."""
    text: str = column.type.compile(dialect=POSTGRES)
    return text.split(" COLLATE ", maxsplit=1)[0]
