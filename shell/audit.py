"""Is the log what it was when it was written? Walks the audit chain beside the events.

Everything here reads one committed state and writes nothing, so it may run beside the service.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, StatementError

from adapters.db import log, whole
from adapters.db.log import AuditRow
from adapters.db.settle import refusal_bytes
from astracore.errors.events import BrokenChain
from astracore.events.canonical import digest
from astracore.events.chain import REFUSED, START, Head, Link, entry_bytes, reaches, verified
from astracore.events.merkle import Proof, merkle_root, prove
from astracore.events.stored import Stored, sealed
from astracore.ids import CommandId
from astracore.outcome import is_failure
from shell.store import Store

T = TypeVar("T")
CHUNK = 2_000
BATCH = 4_096  # entries under one Merkle root


@frozen(kw_only=True)
class Verified:
    """A chain that holds: how much it vouches for, and where it ends."""

    events: int
    refusals: int
    head: Head


@frozen
class NoEntry:
    """There is no entry of this number in the chain."""

    code: ClassVar[str] = "no_entry"
    seq: int


@frozen(kw_only=True)
class Inclusion:
    """That one entry is under a Merkle root: what an auditor needs, and nothing else.

    `entry_hash` is that of `before` (the hash of the entry before) and `entry`, whose `body_hash`
    is that of `body`.
    """

    seq: int
    before: bytes
    entry: str
    body: str
    entry_hash: bytes
    proof: Proof
    root: bytes


@frozen
class Walk:
    """How far the chain and, beside it, the log have been walked."""

    head: Head
    position: int


def verify(
    store: Store,
    kept: Head | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Result[Verified, BrokenChain]:
    """Walk the whole chain, recomputing every hash from the stored bytes.

    `kept` is an end that was noted down elsewhere: it shows a tail that was cut together with
    the head row.  Errors: BrokenChain, with the first entry that is wrong and why.
    """
    return store.read(lambda connection: verify_chain(connection, kept, progress))


def verify_chain(
    connection: Connection, kept: Head | None, progress: Callable[[int, int], None]
) -> Result[Verified, BrokenChain]:
    """The same on one connection.  Errors: BrokenChain."""
    try:
        end = log.log_head(connection)
    except (DatabaseError, StatementError) as error:
        return Failure(BrokenChain(1, f"the head cannot be read: {type(error).__name__}"))
    walk, refusals, at_kept = Walk(START, 0), 0, START.hash
    while True:
        advanced = walked(connection, walk, CHUNK)
        if is_failure(advanced):
            return advanced
        links, after = advanced.unwrap()
        if not links:
            break
        refusals += sum(one.entry.kind == REFUSED for one in links)
        if kept is not None and walk.head.seq < kept.seq <= after.head.seq:
            at_kept = links[kept.seq - walk.head.seq - 1].hash
        walk = after
        progress(walk.head.seq, end.seq)
    ended = ends(connection, walk, Head(end.seq, end.hash), end.position)
    if kept is not None:
        ended = ended.bind(lambda head: reaches(head, kept, at_kept))
    return ended.map(lambda head: Verified(events=walk.position, refusals=refusals, head=head))


def verify_tail(connection: Connection, kept: Head | None, count: int) -> Result[Head, BrokenChain]:
    """Check the last `count` entries alone, and that the kept end is a place of this chain.

    Errors: BrokenChain.  Raises: driver errors, ValueError (a file that is damaged).
    """
    end = log.log_head(connection)
    first = max(end.seq - count, 0)
    rows = log.audit_after(connection, max(first - 1, 0), count + 1)
    hashes = {one.entry.seq: one.hash for one in rows} | {0: START.hash}
    start = Head(first, hashes.get(first, b""))
    entries = [one for one in rows if one.entry.seq > first]
    events = sum(one.entry.kind != REFUSED for one in entries)
    advanced = walked(connection, Walk(start, end.position - events), count)
    if is_failure(advanced):
        return advanced
    _links, walk = advanced.unwrap()
    ended = ends(connection, walk, Head(end.seq, end.hash), end.position)
    if kept is None or kept.seq == 0:
        return ended
    there = [one.hash for one in log.audit_after(connection, kept.seq - 1, 1)]
    return ended.bind(lambda head: reaches(head, kept, there[0] if there else None))


def walked(
    connection: Connection, walk: Walk, size: int
) -> Result[tuple[tuple[Link, ...], Walk], BrokenChain]:
    """Check at most `size` entries behind `walk`.  Errors: BrokenChain."""
    try:
        entries = log.audit_after(connection, walk.head.seq, size)
        links = linked(connection, entries, walk.position)
        head = verified(links, walk.head)
    except (DatabaseError, StatementError, ValueError, TypeError) as error:
        if size > 1:  # somewhere in this chunk: find out where, one by one
            return walked(connection, walk, 1)
        return Failure(BrokenChain(walk.head.seq + 1, f"unreadable: {type(error).__name__}"))
    if is_failure(head):
        return head
    events = sum(one.entry.kind != REFUSED for one in links)
    return Success((links, Walk(head.unwrap(), walk.position + events)))


def linked(
    connection: Connection, entries: tuple[AuditRow, ...], position: int
) -> tuple[Link, ...]:
    """Each entry with the hash of what it stands for, as that is stored now.

    Entries of events stand in the order of the log, so the n-th of them is for the n-th event.
    """
    refused = [CommandId(one.entry.ref) for one in entries if one.entry.kind == REFUSED]
    keys = log.keys(connection, refused) if refused else {}
    count = len(entries) - len(refused)
    events = {
        one.position: one for one in log.kept_between(connection, position + 1, position + count)
    }
    links = []
    for one in entries:
        if one.entry.kind == REFUSED:
            key = keys.get(CommandId(one.entry.ref))
            found = None if key is None or not key.refused else digest(refusal_bytes(key))
        else:
            position += 1
            found = event_hash(events.get(position), one)
        links.append(Link(one.entry, one.hash, found))
    return tuple(links)


def event_hash(event: Stored | None, row: AuditRow) -> str | None:
    """The hash of the event in the entry's place; None when another one or none is there."""
    if event is None or (event.event_id, event.type) != (row.entry.ref, row.entry.kind):
        return None
    return digest(sealed(event))


def ends(
    connection: Connection, walk: Walk, noted: Head, position: int
) -> Result[Head, BrokenChain]:
    """Whether nothing was cut off and nothing stands behind the end.  Errors: BrokenChain."""
    if noted.seq > walk.head.seq or position > walk.position:
        return Failure(BrokenChain(walk.head.seq + 1, f"cut: the head row says {noted.seq}"))
    if noted != walk.head:
        return Failure(BrokenChain(walk.head.seq, "the head row does not name the last entry"))
    outside = (
        *log.kept_after(connection, walk.position, 1),
        *log.kept_between(connection, -(2**62), 0),
    )
    if outside:
        return Failure(BrokenChain(walk.head.seq + 1, "an event that has no entry"))
    return Success(walk.head)


def head(store: Store) -> Head:
    """Where the chain ends now, to be kept elsewhere."""
    found = store.read(log.log_head)
    return Head(found.seq, found.hash)


def inclusion(store: Store, seq: int) -> Result[Inclusion, NoEntry]:
    """Prove that entry `seq` is under the root of its batch of 4,096.  Errors: NoEntry."""
    return store.read(lambda connection: inclusion_of(connection, seq))


def inclusion_of(connection: Connection, seq: int) -> Result[Inclusion, NoEntry]:
    """The same on one connection.  Errors: NoEntry."""
    first = (seq - 1) // BATCH * BATCH
    earlier = log.audit_after(connection, max(first - 1, 0), BATCH + 1)
    rows = tuple(one for one in earlier if first < one.entry.seq <= first + BATCH)
    hashes = [one.hash for one in rows]
    found = prove(hashes, seq - first - 1)
    if is_failure(found):
        return Failure(NoEntry(seq))
    proof = found.unwrap()
    row = rows[proof.index]
    before = [one.hash for one in earlier if one.entry.seq == seq - 1] or [START.hash]
    return Success(
        Inclusion(
            seq=seq,
            before=before[0],
            entry=entry_bytes(row.entry).decode(),
            body=body_of(connection, row),
            entry_hash=row.hash,
            proof=proof,
            root=merkle_root(hashes),
        )
    )


def body_of(connection: Connection, row: AuditRow) -> str:
    """What an entry vouches for; empty when the store has lost it."""
    if row.entry.kind == REFUSED:
        key = log.keys(connection, [CommandId(row.entry.ref)]).get(CommandId(row.entry.ref))
        return "" if key is None else refusal_bytes(key).decode()
    event = whole.event_named(connection, row.entry.ref)
    return "" if event is None else sealed(event).decode()


def keep_head(path: Path, end: Head) -> None:
    """Note down where the chain ends, outside the store."""
    path.write_text(json.dumps({"seq": end.seq, "hash": end.hash.hex()}) + "\n")


def kept_head(path: Path) -> Result[Head, BrokenChain]:
    """What was noted down.  Errors: BrokenChain (the note is damaged)."""
    try:
        found = json.loads(path.read_text())
        return Success(Head(int(found["seq"]), bytes.fromhex(found["hash"])))
    except (OSError, ValueError, LookupError, TypeError) as error:
        return Failure(BrokenChain(0, f"the kept head cannot be read: {type(error).__name__}"))
