"""The audit chain: each entry is hashed over the one before."""

import hashlib
from collections.abc import Iterable
from json.encoder import encode_basestring as quoted

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import BrokenChain
from astracore.instants import Instant, instant_text

GENESIS = bytes(32)
REFUSED = "refused"  # the kind of an entry that stands for a refused command


@frozen(kw_only=True)
class Entry:
    """What is chained for one event, stored refusal or staff action.

    `kind` is the event's type or "refused", `ref` the event's or command's id,
    `body_hash` SHA-256 (hexadecimal) of the sealed body.
    """

    seq: int
    at: Instant
    actor: str
    kind: str
    ref: str
    body_hash: str


@frozen
class Head:
    """Where a chain ends: kept elsewhere, it shows when a tail was cut."""

    seq: int
    hash: bytes


@frozen
class Link:
    """A stored entry, its stored hash, and the hash of its body as that is found now.

    `found` is None when the body is gone.
    """

    entry: Entry
    hash: bytes
    found: str | None


START = Head(0, GENESIS)


def entry_bytes(entry: Entry) -> bytes:
    """Canonical JSON of `entry`."""
    return (
        f'{{"actor":{quoted(entry.actor)},"at":"{instant_text(entry.at)}"'
        f',"body_hash":{quoted(entry.body_hash)},"kind":{quoted(entry.kind)}'
        f',"ref":{quoted(entry.ref)},"seq":{entry.seq}}}'
    ).encode()


def chained(previous: bytes, body: bytes) -> bytes:
    """h_n = SHA-256(h_(n−1) ‖ body).

    >>> first = b'{"actor":"u1","at":"2026-01-01T00:00:00.000000Z","seq":1}'
    >>> chained(GENESIS, first).hex()
    'c8a9872395eafa91916a14c7ec08d64f078b4c44f1480b6a0516c790dc803848'
    """
    return hashlib.sha256(previous + body).digest()


def link(head: Head, entry: Entry) -> Head:
    """The chain's end after `entry`."""
    return Head(entry.seq, chained(head.hash, entry_bytes(entry)))


def verified(links: Iterable[Link], start: Head = START) -> Result[Head, BrokenChain]:
    """Check every link in order and say where the chain ends.

    Errors: BrokenChain, with the first entry that was changed, deleted, inserted or moved.
    """
    head = start
    for found in links:
        entry, seq = found.entry, head.seq + 1
        if entry.seq != seq:
            return Failure(BrokenChain(seq, f"entry {entry.seq} stands in its place"))
        try:
            after = link(head, entry)
        except (OverflowError, UnicodeEncodeError):
            return Failure(BrokenChain(seq, "an entry that could not have been written"))
        if after.hash != found.hash:
            return Failure(BrokenChain(seq, "the hash does not follow from the one before"))
        if found.found is None:
            return Failure(BrokenChain(seq, f"the body of {entry.ref} is gone"))
        if found.found != entry.body_hash:
            return Failure(BrokenChain(seq, f"the body of {entry.ref} was changed"))
        head = after
    return Success(head)


def reaches(head: Head, kept: Head, at_kept: bytes | None) -> Result[Head, BrokenChain]:
    """Whether the chain ending in `head` goes on from `kept`, which was noted down earlier.

    `at_kept` is the chain's hash at kept.seq, None when there is none.  Errors: BrokenChain.
    """
    if kept.seq > head.seq or at_kept is None:
        return Failure(BrokenChain(head.seq + 1, f"cut: entries up to {kept.seq} were kept"))
    if at_kept != kept.hash:
        return Failure(BrokenChain(kept.seq, "another chain: the hash is not the one kept"))
    return Success(head)
