"""What a store may let go of in time, and what keeps it quick."""

from sqlalchemy import Connection, delete, text

from adapters.db.tables import decisions, notes
from astracore.instants import Instant


def forget_decisions(connection: Connection, before: Instant) -> int:
    """Drop records of decisions taken before an instant; what they led to stays in the log."""
    old = delete(decisions).where(decisions.c.at < before.micros)
    return connection.execute(old).rowcount


def forget_notes(connection: Connection, prefix: str, before: Instant) -> int:
    """Drop notes under names that begin with `prefix` and were written before an instant."""
    named = notes.c.name.startswith(prefix, autoescape=True)
    return connection.execute(delete(notes).where(named, notes.c.at < before.micros)).rowcount


def tidied(connection: Connection) -> None:
    """Bring the statistics of the query planner up to date.

    PostgreSQL vacuums by itself; on SQLite free pages are given back where the file allows it.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))
        return
    connection.execute(text("PRAGMA incremental_vacuum"))
    connection.execute(text("PRAGMA analysis_limit=1000"))
    connection.execute(text("PRAGMA optimize=0x10002"))
