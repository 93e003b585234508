"""Inserting many rows at once: the statement is compiled once, values are tuples in its order."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from attrs import frozen
from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import sqlite

Values: TypeAlias = tuple[Any, ...]


@frozen
class Bulk:
    """An insert as the driver takes it: `names` says in which order it wants the values."""

    text: str
    names: tuple[str, ...]

    def run(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Insert `rows`, if there are any."""
        if rows:
            connection.exec_driver_sql(self.text, list(rows))


def bulk(statement: Insert) -> Bulk:
    """`statement` for all columns of its table."""
    compiled = statement.compile(dialect=sqlite.dialect())
    return Bulk(str(compiled), tuple(compiled.positiontup or ()))
