"""Who reads the bus and how far each has come, and the dead letters: what an emptied bus cannot
tell any more."""

from collections.abc import Iterable, Sequence
from enum import Enum

from attrs import frozen
from sqlalchemy import Connection, delete, func, or_, select, update

from adapters.db.bulk import upsert
from adapters.db.tables import dead_letters, subscribers
from astracore.events.delivery import Group

LETTERS_MAX = 10_000  # of one group; a further one is only logged, its event stays in the log
KEEP_GROUPS = upsert(subscribers, ("name",), ("position", "streams"))
KEEP_LETTERS = upsert(dead_letters, ("id",), ("deliveries", "why", "at", "state"))


class LetterState(Enum):
    """A dead letter lies there, waits to be given again, or was."""

    DEAD = "dead"
    RETRYING = "retrying"
    RETRIED = "retried"


@frozen(kw_only=True)
class Letter:
    """An event that `group` could not handle in `deliveries` tries; `at` in µs of UTC."""

    id: str
    group: str
    position: int
    event_id: str
    type: str
    deliveries: int
    why: str
    at: int
    state: LetterState


@frozen(kw_only=True)
class Letters:
    """Which dead letters: of `group` or of all, `limit` of them behind (at, id), newest first."""

    limit: int
    group: str | None = None
    after: tuple[int, str] | None = None


def groups(connection: Connection) -> tuple[Group, ...]:
    """Every group that reads the bus, by name."""
    query = select(subscribers).order_by(subscribers.c.name)
    return tuple(
        Group(name=name, position=position, streams=tuple(streams.split()))
        for name, position, streams in connection.execute(query)
    )


def keep(connection: Connection, found: Sequence[Group]) -> None:
    """These are the groups, and there are no others."""
    names = [one.name for one in found]
    connection.execute(delete(subscribers).where(subscribers.c.name.not_in(names)))
    KEEP_GROUPS.run(connection, [(one.name, one.position, " ".join(one.streams)) for one in found])


def bury(connection: Connection, letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """Keep dead letters, once each; those that there was no room for."""
    room: dict[str, int] = {}
    kept: list[Letter] = []
    refused: list[Letter] = []
    for one in {one.id: one for one in letters}.values():
        if one.group not in room:
            room[one.group] = LETTERS_MAX - count(connection, one.group)
        is_new = by_id(connection, one.id) is None
        (kept if room[one.group] > 0 or not is_new else refused).append(one)
        room[one.group] -= is_new
    KEEP_LETTERS.run(
        connection,
        [
            (
                one.id, one.group, one.position, one.event_id, one.type, one.deliveries,
                one.why, one.at, one.state.value,
            )
            for one in kept
        ],
    )  # fmt: skip
    return tuple(refused)


def count(connection: Connection, group: str) -> int:
    """How many dead letters a group has."""
    query = select(func.count()).select_from(dead_letters)
    return connection.execute(query.where(dead_letters.c.reader == group)).scalar_one()


def dead_of(connection: Connection) -> dict[str, int]:
    """How many letters of each group are dead and not asked for again."""
    query = (
        select(dead_letters.c.reader, func.count())
        .where(dead_letters.c.state == LetterState.DEAD.value)
        .group_by(dead_letters.c.reader)
    )
    return {str(reader): number for reader, number in connection.execute(query)}


def by_id(connection: Connection, id_: str) -> Letter | None:
    """One dead letter."""
    found = connection.execute(select(dead_letters).where(dead_letters.c.id == id_)).one_or_none()
    return None if found is None else typed(found)


def page(connection: Connection, wanted: Letters) -> tuple[Letter, ...]:
    """Dead letters, newest first."""
    query = select(dead_letters)
    if wanted.group is not None:
        query = query.where(dead_letters.c.reader == wanted.group)
    if wanted.after is not None:
        at, id_ = wanted.after
        older = dead_letters.c.at < at
        query = query.where(or_(older, (dead_letters.c.at == at) & (dead_letters.c.id < id_)))
    ordered = query.order_by(dead_letters.c.at.desc(), dead_letters.c.id.desc())
    return tuple(map(typed, connection.execute(ordered.limit(wanted.limit))))


def retrying(connection: Connection, names: Sequence[str], limit: int) -> tuple[Letter, ...]:
    """Those of some groups that wait to be given again, oldest first."""
    query = (
        select(dead_letters)
        .where(dead_letters.c.state == LetterState.RETRYING.value, dead_letters.c.reader.in_(names))
        .order_by(dead_letters.c.at, dead_letters.c.id)
        .limit(limit)
    )
    return tuple(map(typed, connection.execute(query)))


def mark(connection: Connection, id_: str, state: LetterState) -> None:
    """Say what has become of a dead letter."""
    changed = update(dead_letters).where(dead_letters.c.id == id_)
    connection.execute(changed.values(state=state.value))


def typed(row: tuple[str, str, int, str, str, int, str, int, str]) -> Letter:
    """A row of `dead_letters`, typed again."""
    id_, group, position, event_id, type_name, deliveries, why, at, state = row
    return Letter(
        id=id_,
        group=group,
        position=position,
        event_id=event_id,
        type=type_name,
        deliveries=deliveries,
        why=why,
        at=at,
        state=LetterState(state),
    )
