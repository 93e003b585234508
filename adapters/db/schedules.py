"""Schedules in SQL. Who fires or changes a schedule has locked its row."""

from returns.result import Failure, Result, Success
from sqlalchemy import Connection, delete, select

from adapters.db.bulk import upsert
from adapters.db.tables import schedules
from astracore.errors.events import CorruptRow
from astracore.events.codec import codec
from astracore.instants import Instant
from astracore.jobs.schedules.state import Schedule
from astracore.outcome import is_failure

SCHEDULE = codec(Schedule)
SAVE = upsert(schedules, ("name",), ("is_enabled", "next_due", "body"))


def read(name: str, body: bytes) -> Result[Schedule, CorruptRow]:
    """A stored schedule.  Errors: CorruptRow."""
    found = SCHEDULE.decode(body)
    if is_failure(found):
        return Failure(CorruptRow("schedules", name, found.failure().why))
    return Success(found.unwrap())


def load(
    connection: Connection, name: str, *, lock: bool = False
) -> Result[Schedule | None, CorruptRow]:
    """One schedule; with `lock` nobody else changes it before the transaction ends.

    Errors: CorruptRow.
    """
    query = select(schedules.c.body).where(schedules.c.name == name)
    found = connection.execute(query.with_for_update() if lock else query).scalar_one_or_none()
    return Success(None) if found is None else read(name, found)


def save(connection: Connection, one: Schedule) -> None:
    """Write a schedule that is new or was loaded under lock."""
    due = None if one.next_due is None else one.next_due.micros
    SAVE.run(connection, [(one.plan.name, one.is_enabled, due, SCHEDULE.encode(one))])


def remove(connection: Connection, name: str) -> None:
    """Forget a schedule."""
    connection.execute(delete(schedules).where(schedules.c.name == name))


def due(connection: Connection, now: Instant, most: int) -> tuple[str, ...]:
    """Schedules with a slot that is due, longest due first."""
    query = (
        select(schedules.c.name)
        .where(schedules.c.is_enabled, schedules.c.next_due <= now.micros)
        .order_by(schedules.c.next_due, schedules.c.name)
        .limit(most)
    )
    return tuple(connection.execute(query).scalars())


def every(connection: Connection) -> Result[tuple[Schedule, ...], CorruptRow]:
    """All schedules, the next one first, those without a next slot last.  Errors: CorruptRow."""
    query = select(schedules.c.name, schedules.c.body).order_by(
        schedules.c.next_due.is_(None), schedules.c.next_due, schedules.c.name
    )
    found: list[Schedule] = []
    for name, body in connection.execute(query):
        one = read(name, body)
        if is_failure(one):
            return one
        found.append(one.unwrap())
    return Success(tuple(found))
