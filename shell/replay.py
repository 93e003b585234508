"""Rebuild every read model and every snapshot from the events and compare with what is stored."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import define, field, frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, rank_nodes, rows
from adapters.db.rank_nodes import Node, Place
from adapters.db.rows import Page
from astracore.errors.events import CorruptRow, CorruptSnapshot, StreamFault
from astracore.events.catalog import Aggregate, Catalog
from astracore.events.envelope import Envelope
from astracore.events.projection import Change, Model
from astracore.events.snapshot import folded, restored, schema_hash
from astracore.outcome import collect, is_failure
from shell.store import Store
from shell.workers.folding import concerned, decoded

CHUNK = 5_000
ReplayFault: TypeAlias = StreamFault | CorruptRow | CorruptSnapshot
Progress: TypeAlias = Callable[[int, int], None]


@frozen(kw_only=True)
class RowDifference:
    """The first row, by key, that is not what the events say; None stands for no row."""

    key: str
    stored: Change | None
    rebuilt: Change | None


@frozen(kw_only=True)
class Replayed:
    """One model, rebuilt up to its own position; `miscounted` are counts that would give wrong
    ranks."""

    model: str
    position: int
    events: int
    rows: int
    difference: RowDifference | None
    miscounted: tuple[Node, ...] = ()


@define
class Rebuilding:
    """A model on its way from position 0."""

    model: Model
    goal: int
    events: int = 0
    rows: dict[str, Change] = field(factory=dict)

    def load(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The rebuilt bodies of the rows that are there."""
        found = ((key, self.rows.get(key)) for key in keys)
        return {key: one.body for key, one in found if one is not None and one.body is not None}


def replay(
    store: Store,
    catalog: Catalog[object],
    models: Sequence[Model],
    progress: Progress = lambda _done, _all: None,
) -> Result[tuple[Replayed, ...], ReplayFault]:
    """Fold the whole log once for all models, in memory, and compare row by row.

    Errors: CorruptEvent, UnknownEventType, CorruptRow.
    """
    return store.read(lambda connection: replay_on(connection, catalog, models, progress))


def replay_on(
    connection: Connection,
    catalog: Catalog[object],
    models: Sequence[Model],
    progress: Progress,
) -> Result[tuple[Replayed, ...], ReplayFault]:
    """The same on one connection, which sees one committed state."""
    rebuilding = [Rebuilding(model, goal_of(connection, model)) for model in models]
    position, end = 0, log.log_head(connection).position
    while position < end:
        found = log.after(connection, position, CHUNK)
        envelopes = decoded(catalog, found)
        if is_failure(envelopes):
            return Failure(envelopes.failure())
        taken = collect(taken_in(one, envelopes.unwrap()) for one in rebuilding)
        if is_failure(taken):
            return Failure(taken.failure())
        position = found[-1].position
        progress(position, end)
    return Success(tuple(compared(connection, one) for one in rebuilding))


def taken_in(
    one: Rebuilding, envelopes: Sequence[Envelope[object]]
) -> Result[Rebuilding, CorruptRow]:
    """Fold what concerns the model, up to its goal.  Errors: CorruptRow."""
    wanted = tuple(e for e in concerned(one.model, envelopes) if e.position <= one.goal)
    changes = one.model.fold(one.load, wanted)
    if is_failure(changes):
        return changes
    one.events += len(wanted)
    for change in changes.unwrap():
        one.rows.pop(change.key, None)
        one.rows |= {} if change.body is None else {change.key: change}
    return Success(one)


def goal_of(connection: Connection, model: Model) -> int:
    """How far the stored rows of a model have come."""
    found = rows.checkpoint(connection, model.name)
    return 0 if found is None or found.version != model.version else found.position


def slot_of(connection: Connection, model: Model) -> str:
    """Where those rows stand."""
    found = rows.checkpoint(connection, model.name)
    return model.name if found is None else found.slot


def compared(connection: Connection, one: Rebuilding) -> Replayed:
    """The rebuilt rows beside the stored ones."""
    stored = stored_rows(connection, one.model)
    different = [
        key for key in stored.keys() | one.rows.keys() if stored.get(key) != one.rows.get(key)
    ]
    difference = None
    if different:
        key = min(different)
        difference = RowDifference(key=key, stored=stored.get(key), rebuilt=one.rows.get(key))
    return Replayed(
        model=one.model.name,
        position=one.goal,
        events=one.events,
        rows=len(stored),
        difference=difference,
        miscounted=miscounted(connection, one.model, stored),
    )


def miscounted(
    connection: Connection, model: Model, stored: Mapping[str, Change]
) -> tuple[Node, ...]:
    """The counts of a ranked model that do not tell where its rows stand."""
    slot = slot_of(connection, model)
    places = [Place(slot, row.owner, row.sort) for row in stored.values()]
    counts = rank_nodes.nodes(connection, slot)
    return rank_nodes.miscounted(counts, places if model.is_ranked else ())


def stored_rows(connection: Connection, model: Model) -> dict[str, Change]:
    """All rows of a model by their key."""
    found: dict[str, Change] = {}
    slot = slot_of(connection, model)
    behind: tuple[str, str] | None = None
    while True:
        page = rows.page(connection, slot, Page(limit=CHUNK, after=behind))
        found |= {row.key: Change(row.key, row.owner, row.sort, row.body) for row in page}
        if len(page) < CHUNK:
            return found
        behind = (page[-1].sort, page[-1].key)


@frozen(kw_only=True)
class SnapshotsChecked:
    """How many snapshots equal the fold of their streams; those of another schema are unread."""

    equal: int
    unread: int
    different: tuple[str, ...]


def check_snapshots(
    store: Store, aggregates: Sequence[Aggregate[Any, Any, Any, Any]]
) -> Result[SnapshotsChecked, ReplayFault]:
    """Fold each stream that has a snapshot up to it and compare the canonical states.

    Errors: CorruptSnapshot, CorruptEvent, UnknownEventType.
    """
    return store.read(lambda connection: check_snapshots_on(connection, aggregates))


def check_snapshots_on(
    connection: Connection, aggregates: Sequence[Aggregate[Any, Any, Any, Any]]
) -> Result[SnapshotsChecked, ReplayFault]:
    """The same on one connection."""
    equal, unread = 0, 0
    different = []
    kept_ones = (
        (aggregate, found)
        for aggregate in aggregates
        for found in log.snapshots_of(connection, aggregate.decider.name)
    )
    for aggregate, found in kept_ones:
        kept = restored(aggregate, found)
        if is_failure(kept):
            return Failure(kept.failure())
        if found.schema != schema_hash(aggregate):
            unread += 1
            continue
        tail = log.stream(connection, found.stream)[: found.version]
        state = folded(aggregate, aggregate.decider.initial, tail)
        if is_failure(state):
            return Failure(state.failure())
        if aggregate.state.encode(state.unwrap()) == found.body:
            equal += 1
        else:
            different.append(str(found.stream))
    return Success(SnapshotsChecked(equal=equal, unread=unread, different=tuple(different)))
