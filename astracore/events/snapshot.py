"""Snapshots: a stream's state at a version, so that a fold need not begin at the beginning."""

from collections.abc import Iterable
from typing import TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.events import CorruptSnapshot, StreamFault
from astracore.events.canonical import digest
from astracore.events.catalog import Aggregate
from astracore.events.envelope import StreamId
from astracore.events.stored import Stored
from astracore.outcome import is_failure

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")
F = TypeVar("F")
EVERY = 200  # events between two snapshots of a stream


@frozen
class Snapshot:
    """`body` is the canonical state after `version`; `schema` tells who can read it."""

    stream: StreamId
    version: int
    schema: str
    body: bytes
    body_hash: str


def schema_hash(aggregate: Aggregate[C, S, E, F]) -> str:
    """Names the shape of the state; another shape makes old snapshots unread, never misread."""
    return digest(f"{aggregate.decider.name}:{aggregate.state.schema}".encode())


def snapshot(
    aggregate: Aggregate[C, S, E, F], stream: StreamId, version: int, state: S
) -> Snapshot:
    """`state` as it can be stored."""
    body = aggregate.state.encode(state)
    return Snapshot(stream, version, schema_hash(aggregate), body, digest(body))


def due(before: int, after: int) -> bool:
    """Whether a stream that went from version `before` to `after` is to be snapshot now.

    >>> due(199, 200), due(200, 201), due(150, 420)
    (True, False, True)
    """
    return before // EVERY < after // EVERY


def restored(
    aggregate: Aggregate[C, S, E, F], found: Snapshot | None
) -> Result[tuple[int, S], CorruptSnapshot]:
    """Version and state to fold on from; (0, initial) when there is no snapshot of this schema.

    Errors: CorruptSnapshot.
    """
    if found is None or found.schema != schema_hash(aggregate):
        return Success((0, aggregate.decider.initial))
    if digest(found.body) != found.body_hash:
        return Failure(CorruptSnapshot(str(found.stream), "the body was changed"))
    state = aggregate.state.decode(found.body)
    if is_failure(state):
        cause = state.failure()
        return Failure(CorruptSnapshot(str(found.stream), f"{cause.path}: {cause.why}"))
    return Success((found.version, state.unwrap()))


def folded(
    aggregate: Aggregate[C, S, E, F], state: S, tail: Iterable[Stored]
) -> Result[S, StreamFault]:
    """Fold stored events, oldest first, over `state`.  Errors: CorruptEvent, UnknownEventType."""
    for stored in tail:
        event = aggregate.events.decode(stored.type, stored.body)
        if is_failure(event):
            return event
        state = aggregate.decider.evolve(state, event.unwrap())
    return Success(state)
