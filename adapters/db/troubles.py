"""What the store's trouble means: it is away for now, or something is wrong with what was asked."""

import sqlite3

import asyncpg
from sqlalchemy import exc

# SQLSTATE classes: connection, resources, operator's intervention, rolled back by the server.
PASSING = ("08", "53", "57", "40")
PASSING_STATES = ("55P03",)  # a lock was not to be had in time

# The wrapped ones of SQLAlchemy, and the drivers' own.
AWAY = (
    OSError,
    exc.TimeoutError,
    exc.OperationalError,
    exc.InterfaceError,
    sqlite3.OperationalError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # how asyncpg says that a connection broke while it was written to
)


def is_unavailable(error: BaseException) -> bool:
    """Whether the same question may be answered a little later.

    >>> is_unavailable(ConnectionRefusedError()), is_unavailable(ValueError())
    (True, False)
    """
    if isinstance(error, AWAY):
        return True
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return True
    state = str(getattr(getattr(error, "orig", error), "sqlstate", "") or "")
    return state.startswith(PASSING) or state in PASSING_STATES
