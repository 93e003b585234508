"""The driver beneath a connection, for the statements that every command pays for.

SQLAlchemy's way down to it costs more than such a statement does. Errors are the driver's own.
"""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Connection
from sqlalchemy.util import await_only

T = TypeVar("T")


def is_lite(connection: Connection) -> bool:
    """Whether it is SQLite's."""
    return connection.dialect.name == "sqlite"


def lite(connection: Connection) -> sqlite3.Connection:
    """SQLite's own connection. Its caller has begun a transaction."""
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver


def grand(connection: Connection, work: Callable[["asyncpg.Connection[Any]"], Awaitable[T]]) -> T:
    """What `work` finds on PostgreSQL's own connection. Its caller has begun a transaction."""
    driver: asyncpg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    return await_only(work(driver))
