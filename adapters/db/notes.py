"""Notes: the newest word under each name. Lost ones are written again; no truth depends on them."""

from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import Connection, select

from adapters.db.bulk import upsert
from adapters.db.tables import notes

KEEP = upsert(notes, ("name",), ("at", "body"))


@frozen
class Note:
    """What was written last under a name; `at` in microseconds."""

    name: str
    at: int
    body: bytes


def write(connection: Connection, words: Sequence[Note]) -> None:
    """Replace what stood under the names."""
    KEEP.run(connection, [(one.name, one.at, one.body) for one in words])


def under(connection: Connection, prefix: str) -> tuple[Note, ...]:
    """All notes whose name begins so, by name."""
    query = select(notes).where(notes.c.name.startswith(prefix, autoescape=True))
    return tuple(Note(*row) for row in connection.execute(query.order_by(notes.c.name)))
