"""Inserting many rows at once: the statement is compiled once, values are tuples in its order."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

Values: TypeAlias = tuple[Any, ...]
POSTGRES: Dialect = postgresql.asyncpg.dialect()  # type: ignore[no-untyped-call]


@frozen
class Bulk:
    """An insert as each driver takes it: `names` says in which order it wants the values."""

    texts: Mapping[str, str]  # by dialect
    names: tuple[str, ...]

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Insert `rows`, if there are any."""
        if rows:
            connection.exec_driver_sql(self.texts[connection.dialect.name], list(rows))


def bulk(table: Table) -> Bulk:
    """An insert into all columns of `table`."""
    return compiled(insert(table), insert(table))


def upsert(
    table: Table,
    keys: Sequence[str],
    changed: Sequence[str],
    where: "ColumnElement[bool] | None" = None,
) -> Bulk:
    """An insert that, where a row with these `keys` stands, writes the `changed` columns."""
    lite, grand = sqlite.insert(table), postgresql.insert(table)
    return compiled(
        lite.on_conflict_do_update(
            index_elements=list(keys),
            set_={name: lite.excluded[name] for name in changed},
            where=where,
        ),
        grand.on_conflict_do_update(
            index_elements=list(keys),
            set_={name: grand.excluded[name] for name in changed},
            where=where,
        ),
    )


def compiled(lite: Insert, grand: Insert) -> Bulk:
    """The texts of one statement, whose values come in the same order for both."""
    one, other = lite.compile(dialect=sqlite.dialect()), grand.compile(dialect=POSTGRES)
    names = tuple(one.positiontup or ())
    if names != tuple(other.positiontup or ()):
        raise LookupError(f"the dialects take the values of {lite.table.name} in other orders")
    return Bulk({"sqlite": str(one), "postgresql": str(other)}, names)
