"""Group commit: commands that wait together are decided and stored in one transaction.

The caller holds the store's write lock, so what is read here stays true until the commit:
decisions are never retried, refusals are judged on the state they are stored with, and
positions are gapless.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Protocol

import attrs
from attrs import field, frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection, delete, select

from adapters.db import log
from adapters.db.bulk import Values, bulk, store, upsert
from adapters.db.decisions import ADD_DECISIONS, Taken, taken_row
from adapters.db.log import KeyRow
from adapters.db.outset import outset
from adapters.db.tables import audit, command_keys, events, heads, snapshots
from adapters.db.veil import Veil, hidden, key_for, veil_of
from astracore.errors.events import IdempotencyMismatch, SpineFault
from astracore.events.canonical import canonical, digest
from astracore.events.chain import REFUSED, Entry, Head, link
from astracore.events.envelope import StreamId
from astracore.events.personal import subject_of
from astracore.events.snapshot import Snapshot
from astracore.events.stored import Fresh, Stored, sealed
from astracore.ids import CommandId
from astracore.instants import Instant
from astracore.outcome import is_failure

# Statements are built once: building one costs five times what running it costs.
ADD_EVENTS, ADD_AUDIT, ADD_KEYS = map(bulk, (events, audit, command_keys))
MOVE_HEAD = upsert(heads, ("id",), ("position", "seq", "hash"))
KEEP_SNAPSHOT = upsert(snapshots, ("category", "key"), ("version", "schema", "body", "body_hash"))
event_row = attrgetter(*ADD_EVENTS.names)
key_row = attrgetter(*ADD_KEYS.names)


class History(Protocol):
    """What a decision may look at: the past of any stream, this group's commands included.

    Through `connection` it may read and write tables of its own, which are committed with its
    events; it writes nothing before it is sure not to fail.
    """

    connection: Connection

    def head(self, stream: StreamId) -> int:
        """The stream's newest version, 0 when it has none."""
        ...

    def tail(self, stream: StreamId, version: int) -> tuple[Stored, ...]:
        """The stream's events behind `version`."""
        ...

    def snapshot(self, stream: StreamId) -> Snapshot | None:
        """The stream's newest snapshot."""
        ...


@frozen(kw_only=True)
class Decided:
    """What a decision wants stored: events, or (with no events) the body of a refusal.

    `taken` is the record of it, where such are kept.
    """

    events: tuple[Fresh, ...] = ()
    snapshots: tuple[Snapshot, ...] = ()
    refusal: bytes | None = None
    taken: Taken | None = None


@frozen(kw_only=True)
class Ask:
    """One command for the store. `streams` are those it will look at, its own first.

    Others may be looked at and appended to as well: they are read when they are asked for.
    `decide` closes over the types; its failures are stored nowhere. `answer` makes the bytes
    that are kept under the key. `kept` exempts the key from retention.
    """

    key: CommandId
    digest: str
    actor: str
    at: Instant
    streams: tuple[StreamId, ...]
    decide: Callable[[History], Result[Decided, SpineFault]]
    answer: Callable[[tuple[Stored, ...]], bytes]
    kept: bool = False


@frozen(kw_only=True)
class Settled:
    """What is stored under a key: `refused` tells what `answer` is."""

    stored: tuple[Stored, ...]
    answer: bytes
    refused: bool
    replayed: bool
    position: int  # of the last event; where the log was when there is none
    version: int  # of the command's own stream afterwards


@frozen(kw_only=True)
class Stamp:
    """What the store writes on every event of one transaction."""

    recorded_at: Instant
    config_version: str
    producer: str


@attrs.define
class Group:
    """One transaction under way. Nothing of it is visible before the commit."""

    connection: Connection
    stamp: Stamp
    versions: dict[StreamId, int]
    keys: dict[CommandId, KeyRow]
    position: int
    chain: Head
    veil: Veil | None
    stored: list[Stored] = field(factory=list)  # as they happened
    kept: list[Stored] = field(factory=list)  # as they are kept
    entries: list[tuple[Entry, bytes]] = field(factory=list)
    used: list[KeyRow] = field(factory=list)
    taken: list[Values] = field(factory=list)
    snapshots: dict[StreamId, Snapshot] = field(factory=dict)

    def head(self, stream: StreamId) -> int:
        if stream not in self.versions:
            found = log.versions(self.connection, {stream})
            self.versions[stream] = found.get(stream, 0)
        return self.versions[stream]

    def tail(self, stream: StreamId, version: int) -> tuple[Stored, ...]:
        if self.head(stream) <= version:
            return ()
        waiting = tuple(
            one
            for one in self.stored
            if (one.category, one.key) == (stream.category, stream.key) and one.version > version
        )
        return (*log.stream(self.connection, stream, version), *waiting)

    def snapshot(self, stream: StreamId) -> Snapshot | None:
        waiting = self.snapshots.get(stream)
        return log.snapshot(self.connection, stream) if waiting is None else waiting


def settle(
    connection: Connection, asks: Sequence[Ask], stamp: Stamp
) -> list[Result[Settled, SpineFault]]:
    """Decide and store `asks` in order, inside the caller's write transaction.

    Errors of each: IdempotencyMismatch, StaleVersion, CorruptEvent, UnknownEventType.
    Invariant: each ask leaves all its events, its answer and its audit entries, or nothing.
    """
    streams = list({one for ask in asks for one in ask.streams})
    found = outset(connection, streams, [ask.key for ask in asks])
    group = Group(
        connection=connection,
        stamp=stamp,
        versions=found.versions,
        keys=found.keys,
        position=found.head.position,
        chain=Head(found.head.seq, found.head.hash),
        veil=veil_of(connection),
    )
    results = [settle_one(group, ask) for ask in asks]
    flush(group)
    return results


def settle_one(group: Group, ask: Ask) -> Result[Settled, SpineFault]:
    """Answer again, or decide now."""
    known = group.keys.get(ask.key)
    if known is not None:
        return replayed(group, ask, known)
    decided = ask.decide(group)
    if is_failure(decided):
        return decided
    return Success(remembered(group, ask, decided.unwrap()))


def replayed(group: Group, ask: Ask, known: KeyRow) -> Result[Settled, SpineFault]:
    """What was stored when the key was first used.  Errors: IdempotencyMismatch."""
    if known.digest != ask.digest:
        return Failure(IdempotencyMismatch(ask.key))
    first_waiting = group.position - len(group.stored) + 1
    if known.first < first_waiting:
        stored = log.between(group.connection, known.first, known.last)
    else:
        stored = tuple(group.stored[known.first - first_waiting : known.last + 1 - first_waiting])
    return Success(
        Settled(
            stored=stored,
            answer=known.answer,
            refused=known.refused,
            replayed=True,
            position=known.last,
            version=known.version,
        )
    )


def remembered(group: Group, ask: Ask, decided: Decided) -> Settled:
    """Give numbers to what was decided, chain it, and keep the answer under the key."""
    first = group.position + 1
    if decided.taken is not None:
        group.taken.append(taken_row(decided.taken, ask.key, group.chain.seq))
    stored = tuple(numbered(group, one) for one in decided.events)
    for one in decided.snapshots:
        group.snapshots[one.stream] = one
    answer = ask.answer(stored) if decided.refusal is None else decided.refusal
    row = KeyRow(
        command_id=ask.key,
        digest=ask.digest,
        refused=decided.refusal is not None,
        kept=ask.kept,
        first=first,
        last=group.position,
        version=group.head(ask.streams[0]),
        at=group.stamp.recorded_at.micros,
        answer=answer,
    )
    group.keys[ask.key] = row
    group.used.append(row)
    if decided.refusal is not None:
        chain(group, ask.actor, REFUSED, ask.key, digest(refusal_bytes(row)))
    return Settled(
        stored=stored,
        answer=answer,
        refused=row.refused,
        replayed=False,
        position=row.last,
        version=row.version,
    )


def numbered(group: Group, one: Fresh) -> Stored:
    """The event with its version and position, chained."""
    group.position += 1
    version = group.head(one.stream) + 1
    group.versions[one.stream] = version
    stored = Stored(
        position=group.position,
        category=one.stream.category,
        key=one.stream.key,
        version=version,
        event_id=one.event_id,
        type=one.type,
        schema_version=one.schema_version,
        occurred_at=one.origin.at.micros,
        recorded_at=group.stamp.recorded_at.micros,
        correlation_id=one.origin.correlation_id,
        causation_id=one.origin.causation_id,
        command_id=one.origin.command_id,
        actor=one.origin.actor,
        config_version=group.stamp.config_version,
        producer=group.stamp.producer,
        body=one.body,
    )
    kept = as_kept(group, stored)
    group.stored.append(stored)
    group.kept.append(kept)
    chain(group, stored.actor, stored.type, stored.event_id, digest(sealed(kept)))
    return stored


def as_kept(group: Group, stored: Stored) -> Stored:
    """The event with its personal fields sealed under the person's key."""
    personal = None if group.veil is None else group.veil.personal.get(stored.type)
    if group.veil is None or personal is None:
        return stored
    subject = subject_of(stored.body, personal)
    key = key_for(group.connection, group.veil, subject, group.stamp.recorded_at)
    return hidden(group.veil, stored, key)


def chain(group: Group, actor: str, kind: str, ref: str, body_hash: str) -> None:
    """Append one entry to the audit chain."""
    entry = Entry(
        seq=group.chain.seq + 1,
        at=group.stamp.recorded_at,
        actor=actor,
        kind=kind,
        ref=ref,
        body_hash=body_hash,
    )
    group.chain = link(group.chain, entry)
    group.entries.append((entry, group.chain.hash))


def refusal_bytes(row: KeyRow) -> bytes:
    """What the chain hashes of a stored refusal."""
    return canonical(
        {
            "answer": row.answer.decode(),
            "command_id": row.command_id,
            "digest": row.digest,
            "last": row.last,
            "version": row.version,
        }
    )


def flush(group: Group) -> None:
    """Write all that the group gathered."""
    if not group.used:
        return
    store(
        group.connection,
        [
            (ADD_EVENTS, [event_row(one) for one in group.kept]),
            (ADD_AUDIT, [audit_row(entry, after) for entry, after in group.entries]),
            (ADD_KEYS, [key_row(one) for one in group.used]),
            (ADD_DECISIONS, group.taken),
            (KEEP_SNAPSHOT, [snapshot_row(one) for one in group.snapshots.values()]),
            (MOVE_HEAD, [(1, group.position, group.chain.seq, group.chain.hash)]),
        ],
    )


def audit_row(entry: Entry, after: bytes) -> Values:
    """One row of `audit`: the columns in their order."""
    micros, kind = entry.at.micros, entry.kind
    return (entry.seq, micros, entry.actor, kind, entry.ref, entry.body_hash, after)


def snapshot_row(one: Snapshot) -> Values:
    """One row of `snapshots`: the columns in their order."""
    stream = one.stream
    return (stream.category, stream.key, one.version, one.schema, one.body, one.body_hash)


def forget_keys(connection: Connection, before: Instant) -> int:
    """Drop answers of requests older than `before`; policies' keys stay for ever.

    Refusals stay too: the audit chain vouches for them.
    """
    old = select(command_keys.c.command_id).where(
        command_keys.c.kept.is_(False),
        command_keys.c.refused.is_(False),
        command_keys.c.at < before.micros,
    )
    return connection.execute(
        delete(command_keys).where(command_keys.c.command_id.in_(old))
    ).rowcount
