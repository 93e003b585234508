"""Read models' rows and how far each consumer has come.

A model's rows stand in a slot. While the model is rebuilt the new rows stand in the other of its
two slots; one row of `checkpoints` says which of them is shown, so that switching is one write.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Protocol

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    or_,
    select,
    tuple_,
)

from adapters.db import rank_nodes
from adapters.db.bulk import upsert
from adapters.db.rank_nodes import Place
from adapters.db.tables import checkpoints, read_rows
from astracore.events.projection import Change

# Statements are built once: building one costs five times what running it costs.
ROW = select(read_rows.c.key, read_rows.c.owner, read_rows.c.sort, read_rows.c.body).where(
    read_rows.c.model == bindparam("model"), read_rows.c.key == bindparam("key")
)
DELETE = delete(read_rows).where(
    read_rows.c.model == bindparam("model"), read_rows.c.key == bindparam("key")
)
# Any number of rows in one statement. The cross join makes SQLite look up each key.
SOME_LITE = """
    SELECT r.key, r.owner, r.sort, r.body FROM json_each(?) AS g
    CROSS JOIN read_rows AS r ON r.model = ? AND r.key = g.value"""
SOME_GRAND = """
    SELECT key, owner, sort, body FROM read_rows WHERE key = ANY($1::text[]) AND model = $2"""
STORE = upsert(read_rows, ("model", "key"), ("owner", "sort", "body"))
CHECKPOINT = select(checkpoints.c.version, checkpoints.c.position, checkpoints.c.slot).where(
    checkpoints.c.name == bindparam("name")
)
AFTER_SLASH = "0"  # the character behind "/"
STANDING = select(checkpoints)
ADVANCE = upsert(checkpoints, ("name",), ("version", "position"), if_moved=True)
PUT = upsert(checkpoints, ("name",), ("version", "position", "slot"))
LITTER = select(read_rows.c.model, read_rows.c.key).where(read_rows.c.model == bindparam("model"))
REBUILD = "rebuild:"  # how the checkpoint of a model's new rows is named
UNCLEAN = -1  # the position of a rebuild whose slot was not yet emptied


class NotShownError(Exception):
    """The rows of a model are not there, or not as new as asked for: a rebuild is under way."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model} is not caught up")
        self.model = model


class Versioned(Protocol):
    """A model, or the projection that it is of."""

    @property
    def name(self) -> str:
        """What its checkpoint is called."""
        ...

    @property
    def version(self) -> int:
        """That of its rules."""
        ...


@frozen
class Row:
    """One row of a read model. `body` is its canonical JSON."""

    key: str
    owner: str
    sort: str
    body: bytes


@frozen
class Checkpoint:
    """A consumer has seen everything up to `position`; `version` is that of its rules."""

    version: int
    position: int
    slot: str = ""


@frozen(kw_only=True)
class Page:
    """Which rows: of `owner` (None: anybody's), whose `sort` begins with `under` (it ends with
    "/"), `limit` of them behind (`sort`, `key`)."""

    limit: int
    owner: str | None = None
    under: str = ""
    after: tuple[str, str] | None = None
    descending: bool = False


def row(connection: Connection, slot: str, key: str) -> Row | None:
    """One row by its key."""
    found = connection.execute(ROW, {"model": slot, "key": key}).one_or_none()
    return None if found is None else Row(*found)


def page(connection: Connection, slot: str, wanted: Page) -> tuple[Row, ...]:
    """Rows in the order of (sort, key), or its reverse."""
    where = [read_rows.c.model == slot]
    if wanted.owner is not None:
        where.append(read_rows.c.owner == wanted.owner)
    if wanted.under:
        where += beginning(read_rows.c.sort, wanted.under)
    if wanted.after is not None:
        where.append(behind(wanted.after, descending=wanted.descending))
    order = (read_rows.c.sort, read_rows.c.key)
    query = (
        select(read_rows.c.key, read_rows.c.owner, read_rows.c.sort, read_rows.c.body)
        .where(*where)
        .order_by(*(column.desc() if wanted.descending else column.asc() for column in order))
        .limit(wanted.limit)
    )
    return tuple(Row(*found) for found in connection.execute(query))


def beginning(column: ColumnElement[str], prefix: str) -> list[ColumnElement[bool]]:
    """Texts that begin with `prefix`, which ends with "/", as a range of an index."""
    return [column >= prefix, column < prefix.removesuffix("/") + AFTER_SLASH]


def behind(after: tuple[str, str], *, descending: bool) -> ColumnElement[bool]:
    """Rows that come later than (sort, key) in the chosen order."""
    sort, key = after
    if descending:
        tie = and_(read_rows.c.sort == sort, read_rows.c.key < key)
        return or_(read_rows.c.sort < sort, tie)
    return or_(read_rows.c.sort > sort, and_(read_rows.c.sort == sort, read_rows.c.key > key))


def some(connection: Connection, slot: str, keys: Collection[str]) -> dict[str, Row]:
    """The rows of these keys that are there, by key."""
    lite = connection.dialect.name == "sqlite"
    wanted = (json.dumps(list(keys)), slot) if lite else (list(keys), slot)
    found = connection.exec_driver_sql(SOME_LITE if lite else SOME_GRAND, wanted)
    return {row[0]: Row(*row) for row in found}


def under(connection: Connection, slot: str, prefix: str, limit: int) -> tuple[Row, ...]:
    """At most `limit` rows whose keys begin with `prefix`, by key. A prefix ends with "/"."""
    query = (
        select(read_rows.c.key, read_rows.c.owner, read_rows.c.sort, read_rows.c.body)
        .where(read_rows.c.model == slot, *beginning(read_rows.c.key, prefix))
        .order_by(read_rows.c.key)
        .limit(limit)
    )
    return tuple(Row(*found) for found in connection.execute(query))


def count(connection: Connection, slot: str) -> int:
    """How many rows a model has."""
    query = select(func.count()).select_from(read_rows).where(read_rows.c.model == slot)
    return connection.execute(query).scalar_one()


def store_changes(
    connection: Connection,
    changed: Iterable[tuple[str, Sequence[Change]]],
    ranked: Collection[str] = (),
) -> None:
    """Write changed rows of (slot, changes), delete those that are gone; of slots that are `ranked`
    keep the counts."""
    every = [(slot, one) for slot, changes in changed for one in changes]
    counted = [(slot, one) for slot, one in every if slot in ranked]
    leaving = rank_nodes.standing(connection, [(slot, one.key) for slot, one in counted])
    gone = [{"model": slot, "key": one.key} for slot, one in every if one.body is None]
    if gone:
        connection.execute(DELETE, gone)
    STORE.run(
        connection,
        [
            (slot, one.key, one.owner, one.sort, one.body)
            for slot, one in every
            if one.body is not None
        ],
    )
    arriving = [Place(slot, one.owner, one.sort) for slot, one in counted if one.body is not None]
    rank_nodes.move(connection, leaving, arriving)


def checkpoint(connection: Connection, name: str) -> Checkpoint | None:
    """How far a consumer has come; None before its first step."""
    found = connection.execute(CHECKPOINT, {"name": name}).one_or_none()
    return None if found is None else Checkpoint(*found)


def standing(connection: Connection) -> dict[str, Checkpoint]:
    """Where everybody stands, by name."""
    return {
        name: Checkpoint(version, position, slot)
        for name, version, position, slot in connection.execute(STANDING)
    }


def shown(connection: Connection, model: Versioned, at_least: int = 0) -> str:
    """The slot whose rows are shown.  Raises: NotShownError unless they are of this version and
    know of everything up to `at_least`."""
    found = checkpoint(connection, model.name)
    if found is None or found.version != model.version or found.position < at_least:
        raise NotShownError(model.name)
    return found.slot


def advance(connection: Connection, names: Iterable[tuple[str, int]], position: int) -> None:
    """Move consumers (name, version) to `position`; forward only."""
    ADVANCE.run(connection, [(name, version, position, name) for name, version in names])


def want_rebuild(connection: Connection, model: str, version: int) -> Checkpoint:
    """Ask for new rows of a model, from position 0; one that is under way goes on.

    The model is shown as it is until `switch`.
    """
    found = checkpoint(connection, REBUILD + model)
    if found is not None and found.version == version:
        return found
    live = checkpoint(connection, model)
    slot = model if live is None else other_slot(model, live.slot)
    wanted = Checkpoint(version, UNCLEAN, slot)
    advance_rebuild(connection, [(model, wanted)])
    return wanted


def slots(model: str) -> tuple[str, str]:
    """The two slots of a model."""
    return model, f"{model}/2"


def other_slot(model: str, slot: str) -> str:
    """The one of a model's slots that is not this one."""
    first, second = slots(model)
    return second if slot == first else first


def advance_rebuild(connection: Connection, built: Iterable[tuple[str, Checkpoint]]) -> None:
    """How far the new rows of models have come."""
    PUT.run(
        connection,
        [(REBUILD + model, one.version, one.position, one.slot) for model, one in built],
    )


def switch(connection: Connection, built: Sequence[tuple[str, Checkpoint]]) -> None:
    """Show the new rows of models instead of the old ones."""
    PUT.run(connection, [(model, one.version, one.position, one.slot) for model, one in built])
    names = [REBUILD + model for model, _ in built]
    connection.execute(delete(checkpoints).where(checkpoints.c.name.in_(names)))


def give_up_rebuild(connection: Connection, model: str) -> None:
    """The new rows of a model are not wanted any more."""
    connection.execute(delete(checkpoints).where(checkpoints.c.name == REBUILD + model))


def empty(connection: Connection, slot: str, most: int) -> int:
    """Remove at most `most` rows of a slot that is not shown; how many there were."""
    rank_nodes.forget(connection, slot)
    found = connection.execute(LITTER.limit(most), {"model": slot}).all()
    keys = [tuple(one) for one in found]
    if keys:
        place = tuple_(read_rows.c.model, read_rows.c.key)
        connection.execute(delete(read_rows).where(place.in_(keys)))
    return len(keys)
