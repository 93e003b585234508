"""One step of the read models: read the log, fold it, and store what changed with the position."""

from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, rows
from astracore.errors.events import CorruptRow, StreamFault
from astracore.events.catalog import Catalog
from astracore.events.envelope import Envelope
from astracore.events.projection import Change, Load, Model
from astracore.events.stored import Stored, opened
from astracore.outcome import is_failure

REMEMBERED = 5_000  # rows of one model
LATE = 2_000  # events behind the newest: who is later than that is not waited for


@frozen
class Shelf:
    """A model and the slot that its rows stand in."""

    model: Model
    slot: str


@frozen
class Changed:
    """The rows of one model that a step changed, and where they stand."""

    model: Model
    changes: tuple[Change, ...]
    slot: str


@frozen(kw_only=True)
class Step:
    """What lies behind a position, folded: the events and the rows they change."""

    position: int  # where the log was read to; unchanged when it has not grown
    events: tuple[Envelope[object], ...]
    changed: tuple[Changed, ...]


class Memory:
    """Rows as the last steps left them: only the follower writes them, so they need no reading."""

    def __init__(self) -> None:
        self._rows: dict[str, OrderedDict[str, object]] = defaultdict(OrderedDict)

    def of(self, shelf: Shelf) -> Mapping[str, object]:
        """What is remembered of a model's slot."""
        return self._rows[shelf.slot]

    def keep(self, done: Step) -> None:
        """Remember what a committed step left; the rows longest unchanged make room."""
        for one in done.changed:
            known = self._rows[one.slot]
            for change in one.changes:
                known[change.key] = change.row
                known.move_to_end(change.key)
            while len(known) > REMEMBERED:
                known.popitem(last=False)

    def forget(self) -> None:
        """What the tables say is not known."""
        self._rows.clear()


def decoded(
    catalog: Catalog[object], found: Sequence[Stored]
) -> Result[tuple[Envelope[object], ...], StreamFault]:
    """Stored events, typed again.  Errors: CorruptEvent, UnknownEventType."""
    envelopes = []
    for stored in found:
        envelope = opened(stored, catalog.decode)
        if is_failure(envelope):
            return envelope
        envelopes.append(envelope.unwrap())
    return Success(tuple(envelopes))


def step(
    connection: Connection,
    catalog: Catalog[object],
    shelves: Sequence[Shelf],
    position: int,
    limit: int,
    memory: Memory,
) -> Result[Step, StreamFault | CorruptRow]:
    """Read at most `limit` events behind `position` and fold them into every model's rows.

    Errors: CorruptEvent, UnknownEventType, CorruptRow.  Only one process writes these rows, so
    that nobody changes them between this reading and the writing.
    """
    found = log.after(connection, position, limit)
    envelopes = decoded(catalog, found)
    if is_failure(envelopes):
        return Failure(envelopes.failure())
    return folded(connection, shelves, envelopes.unwrap(), position, memory)


def folded(
    connection: Connection,
    shelves: Sequence[Shelf],
    events: tuple[Envelope[object], ...],
    position: int,
    memory: Memory,
) -> Result[Step, StreamFault | CorruptRow]:
    """Fold `events`, the ones behind `position`, into every model's rows.  Errors: CorruptRow."""
    changed = []
    shared = shared_out(tuple(shelf.model for shelf in shelves), events)
    for shelf, (_, wanted) in zip(shelves, shared, strict=True):
        load = loader(connection, shelf.slot, memory.of(shelf))
        changes = shelf.model.fold(load, wanted)
        if is_failure(changes):
            return Failure(changes.failure())
        changed.append(Changed(shelf.model, changes.unwrap(), shelf.slot))
    last = events[-1].position if events else position
    return Success(Step(position=last, events=events, changed=tuple(changed)))


def shared_out(
    models: Sequence[Model], events: Sequence[Envelope[object]]
) -> list[tuple[Model, list[Envelope[object]]]]:
    """Each model with those of `events` that it folds: the events are gone through once."""
    parts: list[tuple[Model, list[Envelope[object]]]] = [(model, []) for model in models]
    takers = {
        kind: [part for model, part in parts if kind in model.classes]
        for kind in {type(one.event) for one in events}
    }
    for one in events:
        for part in takers[type(one.event)]:
            part.append(one)
    return parts


def concerned(model: Model, events: Sequence[Envelope[object]]) -> tuple[Envelope[object], ...]:
    """Those of `events` that the model folds."""
    return tuple(one for one in events if type(one.event) in model.classes)


def loader(connection: Connection, slot: str, known: Mapping[str, object]) -> Load[object]:
    """How a fold gets at a model's rows: those that are not known are read in one statement."""

    def load(keys: Sequence[str]) -> dict[str, object]:
        missing = [key for key in keys if key not in known]
        stored = rows.some(connection, slot, missing) if missing else {}
        held = {key: known[key] for key in keys if known.get(key) is not None}
        return {key: one.body for key, one in stored.items()} | held

    return load


def store_rows(connection: Connection, done: Step) -> None:
    """Write the changed rows, in the caller's transaction."""
    ranked = {one.slot for one in done.changed if one.model.is_ranked}
    rows.store_changes(connection, ((one.slot, one.changes) for one in done.changed), ranked)


def store_step(connection: Connection, done: Step) -> None:
    """Write the changed rows and every model's position, in the caller's transaction."""
    store_rows(connection, done)
    names = [(one.model.name, one.model.version) for one in done.changed]
    rows.advance(connection, names, done.position)


def taken(
    connection: Connection,
    shelves: Sequence[Shelf],
    events: tuple[Envelope[object], ...],
    position: int,
    memory: Memory,
) -> Result[Step, StreamFault | CorruptRow]:
    """Fold events that are at hand and store the step, in the caller's transaction."""
    done = folded(connection, shelves, events, position, memory)
    if not is_failure(done):
        store_step(connection, done.unwrap())
    return done


def shown(
    connection: Connection,
    catalog: Catalog[object],
    models: Sequence[Model],
    position: int,
    limit: int,
) -> Result[Step | None, StreamFault | CorruptRow]:
    """What another process has folded behind `position`; None while nothing of it is shown.

    Errors: CorruptEvent, UnknownEventType, CorruptRow.  The rows may be newer than the events.
    """
    shelves, reached = shown_to(connection, models)
    if reached is None:
        return Success(None)
    found = tuple(one for one in log.after(connection, position, limit) if one.position <= reached)
    envelopes = decoded(catalog, found)
    if is_failure(envelopes):
        return Failure(envelopes.failure())
    events, changed = envelopes.unwrap(), []
    for shelf in shelves:
        load = loader(connection, shelf.slot, {})
        changes = shelf.model.look(load, concerned(shelf.model, events))
        if is_failure(changes):
            return Failure(changes.failure())
        changed.append(Changed(shelf.model, changes.unwrap(), shelf.slot))
    last = events[-1].position if events else position
    return Success(Step(position=last, events=events, changed=tuple(changed)))


def shown_to(
    connection: Connection, models: Sequence[Model]
) -> tuple[tuple[Shelf, ...], int | None]:
    """The models that are shown, in which slots, and where the slowest of them stands.

    One that is being built for this version, or that is late, does not count: whoever reads it
    with a position in mind is told so.
    """
    stands = rows.standing(connection)
    found = [
        (Shelf(model, one.slot), one.position)
        for model in models
        if (one := stands.get(model.name)) is not None and one.version == model.version
    ]
    newest = max((position for _, position in found), default=None if models else 0)
    if newest is None:
        return (), None
    timely = [(shelf, position) for shelf, position in found if position >= newest - LATE]
    slowest = min((position for _, position in timely), default=newest)
    return tuple(shelf for shelf, _ in timely), slowest
