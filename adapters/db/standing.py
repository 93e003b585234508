"""Where the read models stand: equal answers, equal rows."""

import hashlib

from sqlalchemy import Connection, select

from adapters.db.tables import checkpoints, heads


def standing(connection: Connection) -> str:
    """A hash of the history and of version, position and slot of everything that follows it.

    Invariant: what any read model shows is a function of it, also during a rebuild, and in a store
    that was restored from a copy.
    """
    end = select(heads.c.hash).limit(1).scalar_subquery()
    columns = checkpoints.c.name, checkpoints.c.version, checkpoints.c.position, checkpoints.c.slot
    told = hashlib.sha256()
    found = connection.execute(select(*columns, end).order_by("name"))
    for name, version, position, slot, head in found:
        told.update(f"{name}:{version}:{position}:{slot}:".encode() + bytes(head or b""))
    return told.hexdigest()
