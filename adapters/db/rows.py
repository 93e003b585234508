"""Read models' rows and how far each consumer has come."""

import json
from collections.abc import Collection, Iterable, Sequence

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
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
CHECKPOINT = select(checkpoints.c.version, checkpoints.c.position).where(
    checkpoints.c.name == bindparam("name")
)
AFTER_SLASH = "0"  # the character behind "/"
ADVANCE = upsert(checkpoints, ("name",), ("version", "position"), if_moved=True)


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


@frozen(kw_only=True)
class Page:
    """Which rows: of `owner` (None: anybody's), whose `sort` begins with `under` (it ends with
    "/"), `limit` of them behind (`sort`, `key`)."""

    limit: int
    owner: str | None = None
    under: str = ""
    after: tuple[str, str] | None = None
    descending: bool = False


def row(connection: Connection, model: str, key: str) -> Row | None:
    """One row by its key."""
    found = connection.execute(ROW, {"model": model, "key": key}).one_or_none()
    return None if found is None else Row(*found)


def page(connection: Connection, model: str, wanted: Page) -> tuple[Row, ...]:
    """Rows in the order of (sort, key), or its reverse."""
    where = [read_rows.c.model == model]
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


def some(connection: Connection, model: str, keys: Collection[str]) -> dict[str, Row]:
    """The rows of these keys that are there, by key."""
    lite = connection.dialect.name == "sqlite"
    wanted = (json.dumps(list(keys)), model) if lite else (list(keys), model)
    found = connection.exec_driver_sql(SOME_LITE if lite else SOME_GRAND, wanted)
    return {row[0]: Row(*row) for row in found}


def under(connection: Connection, model: str, prefix: str, limit: int) -> tuple[Row, ...]:
    """At most `limit` rows whose keys begin with `prefix`, by key. A prefix ends with "/"."""
    query = (
        select(read_rows.c.key, read_rows.c.owner, read_rows.c.sort, read_rows.c.body)
        .where(read_rows.c.model == model, *beginning(read_rows.c.key, prefix))
        .order_by(read_rows.c.key)
        .limit(limit)
    )
    return tuple(Row(*found) for found in connection.execute(query))


def count(connection: Connection, model: str) -> int:
    """How many rows a model has."""
    query = select(func.count()).select_from(read_rows).where(read_rows.c.model == model)
    return connection.execute(query).scalar_one()


def store_changes(
    connection: Connection,
    changed: Iterable[tuple[str, Sequence[Change]]],
    ranked: Collection[str] = (),
) -> None:
    """Write changed rows of models (name, changes), delete those that are gone; of models that
    are `ranked` keep the counts."""
    every = [(model, one) for model, changes in changed for one in changes]
    counted = [(model, one) for model, one in every if model in ranked]
    leaving = rank_nodes.standing(connection, [(model, one.key) for model, one in counted])
    gone = [{"model": model, "key": one.key} for model, one in every if one.body is None]
    if gone:
        connection.execute(DELETE, gone)
    STORE.run(
        connection,
        [
            (model, one.key, one.owner, one.sort, one.body)
            for model, one in every
            if one.body is not None
        ],
    )
    arriving = [Place(model, one.owner, one.sort) for model, one in counted if one.body is not None]
    rank_nodes.move(connection, leaving, arriving)


def checkpoint(connection: Connection, name: str) -> Checkpoint | None:
    """How far a consumer has come; None before its first step."""
    found = connection.execute(CHECKPOINT, {"name": name}).one_or_none()
    return None if found is None else Checkpoint(*found)


def advance(connection: Connection, names: Iterable[tuple[str, int]], position: int) -> None:
    """Move consumers (name, version) to `position`; forward only."""
    ADVANCE.run(connection, [(name, version, position) for name, version in names])


def restart(connection: Connection, name: str, version: int) -> None:
    """Empty a model, so that it is rebuilt from position 0 under `version`."""
    connection.execute(delete(read_rows).where(read_rows.c.model == name))
    rank_nodes.forget(connection, name)
    connection.execute(delete(checkpoints).where(checkpoints.c.name == name))
    connection.execute(insert(checkpoints).values(name=name, version=version, position=0))
