"""Inserting many rows at once: the text is made once, values are tuples in the columns' order.

SQLite's driver takes the rows one by one, which costs little there. PostgreSQL gets them as one
array for each column, in one statement: a round trip for each row would cost more than all else.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from attrs import frozen
from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect

Values: TypeAlias = tuple[Any, ...]
POSTGRES: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


@frozen
class Bulk:
    """An insert as each driver takes it. `names` says in which order it wants the values."""

    rows: str  # a placeholder for each column
    arrays: str  # an array for each column
    names: tuple[str, ...]

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Insert `rows`, if there are any; no key may come twice."""
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(self.rows, list(rows))
        else:
            connection.exec_driver_sql(self.arrays, tuple(map(list, zip(*rows, strict=True))))


def bulk(table: Table, conflict: str = "") -> Bulk:
    """An insert into all columns of `table`."""
    names = tuple(column.name for column in table.columns)
    into = f"INSERT INTO {quoted(table.name)} ({listed(names)})"
    marks = ", ".join("?" for _ in names)
    arrays = ", ".join(
        f"${place}::{kind(column)}[]" for place, column in enumerate(table.columns, start=1)
    )
    many = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - names of our own tables
    return Bulk(
        rows=f"{into} VALUES ({marks}){conflict}", arrays=f"{into} {many}{conflict}", names=names
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
