"""Reading the log, the audit chain, keys and snapshots: plain functions of a connection."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen
from sqlalchemy import Connection, LargeBinary, Row, Select, bindparam, func, select, tuple_

from adapters.db.place import place
from adapters.db.tables import audit, command_keys, events, heads, snapshots
from adapters.db.veil import shown
from astracore.events.chain import GENESIS, Entry
from astracore.events.envelope import StreamId
from astracore.events.past import Cut
from astracore.events.snapshot import Snapshot
from astracore.events.stored import Stored
from astracore.ids import CommandId, EventId
from astracore.instants import Instant

EventRow: TypeAlias = Row[
    int, str, str, int, str, str, int, int, int, str, str, str, str, str, str, bytes
]
EventQuery: TypeAlias = Select[
    int, str, str, int, str, str, int, int, int, str, str, str, str, str, str, bytes
]

# Statements are built once: building one costs five times what running it costs.
HEAD = select(heads.c.position, heads.c.seq, heads.c.hash)
AFTER = (
    select(events)
    .where(events.c.position > bindparam("position"))
    .order_by(events.c.position)
    .limit(bindparam("limit"))
)
BETWEEN = (
    select(events)
    .where(events.c.position.between(bindparam("first"), bindparam("last")))
    .order_by(events.c.position)
)
STREAM = (
    select(events)
    .where(
        events.c.category == bindparam("category"),
        events.c.key == bindparam("key"),
        events.c.version > bindparam("version"),
    )
    .order_by(events.c.version)
)
STRETCH = (
    select(events)
    .where(
        events.c.category == bindparam("category"),
        events.c.key == bindparam("key"),
        events.c.version > bindparam("version"),
        events.c.version <= bindparam("last"),
    )
    .order_by(events.c.version)
)
REACH = select(
    func.max(events.c.version),
    func.max(events.c.position),
    func.max(events.c.occurred_at),
    func.max(events.c.recorded_at),
).where(
    events.c.category == bindparam("category"),
    events.c.key == bindparam("key"),
    events.c.version <= bindparam("last"),
)
MENTIONING = (
    select(events)
    .where(
        events.c.category == bindparam("category"),
        events.c.key == bindparam("key"),
        events.c.version > bindparam("version"),
        place(events.c.body, bindparam("text", type_=LargeBinary)) > 0,
    )
    .order_by(events.c.version)
    .limit(bindparam("limit"))
)
VERSIONS = (
    select(events.c.category, events.c.key, func.max(events.c.version))
    .where(tuple_(events.c.category, events.c.key).in_(bindparam("streams", expanding=True)))
    .group_by(events.c.category, events.c.key)
)
KEYS = select(command_keys).where(command_keys.c.command_id.in_(bindparam("ids", expanding=True)))
SNAPSHOT = select(
    snapshots.c.version, snapshots.c.schema, snapshots.c.body, snapshots.c.body_hash
).where(snapshots.c.category == bindparam("category"), snapshots.c.key == bindparam("key"))


@frozen
class LogHead:
    """Where the log (`position`) and the audit chain (`seq`, `hash`) end."""

    position: int
    seq: int
    hash: bytes


@frozen
class AuditRow:
    """One stored entry of the chain and its hash."""

    entry: Entry
    hash: bytes


@frozen(kw_only=True)
class KeyRow:
    """What was answered to a command id. Its events are `first` … `last`, none if last < first."""

    command_id: CommandId
    digest: str
    refused: bool
    kept: bool
    first: int
    last: int
    version: int
    at: int
    answer: bytes


def log_head(connection: Connection) -> LogHead:
    """The ends of log and chain; zeros and the genesis hash when nothing was ever written."""
    row = connection.execute(HEAD).one_or_none()
    return LogHead(0, 0, GENESIS) if row is None else LogHead(*row)


def after(connection: Connection, position: int, limit: int) -> tuple[Stored, ...]:
    """At most `limit` events behind `position`, in log order."""
    return shown(connection, fetched(connection, AFTER, {"position": position, "limit": limit}))


def matching(
    connection: Connection, last: int, names: Mapping[str, str], position: int, limit: int
) -> tuple[Stored, ...]:
    """At most `limit` events behind `position` up to `last` whose columns say what `names` say,
    with bodies as they are kept."""
    query = (
        select(events)
        .where(events.c.position > position, events.c.position <= last)
        .where(*(events.c[name] == value for name, value in names.items()))
        .order_by(events.c.position)
        .limit(limit)
    )
    return tuple(typed(row) for row in connection.execute(query))


def between(connection: Connection, first: int, last: int) -> tuple[Stored, ...]:
    """The events at positions `first` … `last`."""
    return shown(connection, fetched(connection, BETWEEN, {"first": first, "last": last}))


def kept_after(connection: Connection, position: int, limit: int) -> tuple[Stored, ...]:
    """The same as `after` with bodies as they are kept, personal fields sealed."""
    return fetched(connection, AFTER, {"position": position, "limit": limit})


def kept_between(connection: Connection, first: int, last: int) -> tuple[Stored, ...]:
    """The same as `between` with bodies as they are kept: what the audit chain hashes."""
    return fetched(connection, BETWEEN, {"first": first, "last": last})


def stream(connection: Connection, stream_id: StreamId, version: int = 0) -> tuple[Stored, ...]:
    """The events of one stream behind `version`, oldest first."""
    wanted = {"category": stream_id.category, "key": stream_id.key, "version": version}
    return shown(connection, fetched(connection, STREAM, wanted))


def stretch(
    connection: Connection, stream_id: StreamId, version: int, last: int
) -> tuple[Stored, ...]:
    """The events of one stream behind `version` up to `last`, oldest first."""
    where = {"category": stream_id.category, "key": stream_id.key}
    wanted = {**where, "version": version, "last": last}
    return shown(connection, fetched(connection, STRETCH, wanted))


def reach(connection: Connection, stream_id: StreamId, version: int) -> Cut:
    """How far the events of one stream up to `version` reach, in each of the four ways."""
    where = {"category": stream_id.category, "key": stream_id.key, "last": version}
    top, position, occurred, recorded = connection.execute(REACH, where).one()
    return Cut(
        version=top or 0,
        position=position or 0,
        occurred=Instant(occurred or 0),
        recorded=Instant(recorded or 0),
    )


def mentioning(
    connection: Connection, stream_id: StreamId, text: str, version: int, limit: int
) -> tuple[Stored, ...]:
    """At most `limit` events of one stream behind `version` whose bodies contain `text`."""
    where = {"category": stream_id.category, "key": stream_id.key, "version": version}
    wanted = {**where, "text": text.encode(), "limit": limit}
    return shown(connection, fetched(connection, MENTIONING, wanted))


def streams_of(connection: Connection, category: str) -> tuple[StreamId, ...]:
    """Every stream of one category, by key."""
    query = (
        select(events.c.key)
        .where(events.c.category == category)
        .group_by(events.c.key)
        .order_by(events.c.key)
    )
    return tuple(StreamId(category, key) for (key,) in connection.execute(query))


def newest_of(connection: Connection, actors: Sequence[str]) -> int:
    """The position of the newest event that one of `actors` caused, 0 when there is none."""
    query = select(func.max(events.c.position)).where(events.c.actor.in_(actors))
    return connection.execute(query).scalar_one() or 0


def versions(connection: Connection, streams: Iterable[StreamId]) -> dict[StreamId, int]:
    """The newest version of each stream that has any event."""
    wanted = [(one.category, one.key) for one in streams]
    found = connection.execute(VERSIONS, {"streams": wanted})
    return {StreamId(category, key): top for category, key, top in found}


def keys(connection: Connection, ids: Sequence[CommandId]) -> dict[CommandId, KeyRow]:
    """What was answered to those of `ids` that were used before."""
    found = (key_row(row) for row in connection.execute(KEYS, {"ids": ids}))
    return {row.command_id: row for row in found}


def key_row(values: Iterable[Any]) -> KeyRow:
    """A row of `command_keys` as the store knows it; SQLite says 0 and 1 for no and yes."""
    command_id, digest, refused, kept, first, last, version, at, answer = values
    return KeyRow(
        command_id=CommandId(command_id),
        digest=digest,
        refused=bool(refused),
        kept=bool(kept),
        first=first,
        last=last,
        version=version,
        at=at,
        answer=answer,
    )


def snapshot(connection: Connection, stream_id: StreamId) -> Snapshot | None:
    """The newest snapshot of a stream."""
    wanted = {"category": stream_id.category, "key": stream_id.key}
    row = connection.execute(SNAPSHOT, wanted).one_or_none()
    return None if row is None else Snapshot(stream_id, *row)


def snapshots_of(connection: Connection, category: str) -> tuple[Snapshot, ...]:
    """The snapshots of all streams of one category, by key."""
    query = (
        select(
            snapshots.c.key,
            snapshots.c.version,
            snapshots.c.schema,
            snapshots.c.body,
            snapshots.c.body_hash,
        )
        .where(snapshots.c.category == category)
        .order_by(snapshots.c.key)
    )
    return tuple(
        Snapshot(StreamId(category, key), version, schema, body, body_hash)
        for key, version, schema, body, body_hash in connection.execute(query)
    )


def audit_after(connection: Connection, seq: int, limit: int) -> tuple[AuditRow, ...]:
    """At most `limit` entries of the chain behind `seq`, in order."""
    query = select(audit).where(audit.c.seq > seq).order_by(audit.c.seq).limit(limit)
    return tuple(
        AuditRow(
            Entry(seq=number, at=Instant(at), actor=actor, kind=kind, ref=ref, body_hash=body_hash),
            chain_hash,
        )
        for number, at, actor, kind, ref, body_hash, chain_hash in connection.execute(query)
    )


def fetched(
    connection: Connection, query: EventQuery, wanted: Mapping[str, object]
) -> tuple[Stored, ...]:
    """Rows of `events`, typed again, with bodies as they are kept."""
    return tuple(typed(row) for row in connection.execute(query, wanted))


def typed(row: EventRow) -> Stored:
    """A row of `events` as the core knows it."""
    (
        position,
        category,
        key,
        version,
        event_id,
        type_name,
        schema_version,
        occurred_at,
        recorded_at,
        correlation_id,
        causation_id,
        command_id,
        actor,
        config_version,
        producer,
        body,
    ) = row
    return Stored(
        position=position,
        category=category,
        key=key,
        version=version,
        event_id=EventId(event_id),
        type=type_name,
        schema_version=schema_version,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        correlation_id=correlation_id,
        causation_id=causation_id,
        command_id=CommandId(command_id),
        actor=actor,
        config_version=config_version,
        producer=producer,
        body=body,
    )
