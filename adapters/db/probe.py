"""What a doctor asks of a database besides its contents."""

from pathlib import Path

from sqlalchemy import Connection, select, text

from adapters.db.tables import events

LOCKS = Path("/proc/locks")


def clock_of(connection: Connection) -> int | None:
    """What time a database server believes it is [µs]; None of a file, which has no clock."""
    if connection.dialect.name == "sqlite":
        return None
    asked = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
    found: int = connection.execute(asked).scalar_one()
    return found


def newest_at(connection: Connection) -> int | None:
    """When the newest event was recorded [µs]; None of an empty log."""
    query = select(events.c.recorded_at).order_by(events.c.position.desc()).limit(1)
    return connection.execute(query).scalar()


def server_of(path: Path) -> int | None:
    """The process that serves a SQLite store, as the system's list of locks has it; None if none.

    The lock itself is not tried: a service that starts at that moment would be refused.
    """
    lock = Path(f"{path}.lock")
    if not (lock.exists() and LOCKS.exists()):
        return None
    inode = lock.stat().st_ino
    for line in LOCKS.read_text().splitlines():
        fields = line.split()
        if len(fields) >= 6 and fields[1] == "FLOCK" and fields[5].endswith(f":{inode}"):
            return int(fields[4])
    return None
