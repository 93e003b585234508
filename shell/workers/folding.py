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


@frozen
class Changed:
    """The rows of one model that a step changed."""

    model: Model
    changes: tuple[Change, ...]


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

    def of(self, model: Model) -> Mapping[str, object]:
        """What is remembered of a model."""
        return self._rows[model.name]

    def keep(self, done: Step) -> None:
        """Remember what a committed step left; the rows longest unchanged make room."""
        for one in done.changed:
            known = self._rows[one.model.name]
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
    models: Sequence[Model],
    position: int,
    limit: int,
) -> Result[Step, StreamFault | CorruptRow]:
    """Read at most `limit` events behind `position` and fold them into every model's rows.

    Errors: CorruptEvent, UnknownEventType, CorruptRow.  Only the follower writes these rows, so
    that nobody changes them between this reading and `store_step`.
    """
    found = log.after(connection, position, limit)
    envelopes = decoded(catalog, found)
    if is_failure(envelopes):
        return Failure(envelopes.failure())
    return folded(connection, models, envelopes.unwrap(), position, Memory())


def folded(
    connection: Connection,
    models: Sequence[Model],
    events: tuple[Envelope[object], ...],
    position: int,
    memory: Memory,
) -> Result[Step, StreamFault | CorruptRow]:
    """Fold `events`, the ones behind `position`, into every model's rows.  Errors: CorruptRow."""
    changed = []
    for model, wanted in shared_out(models, events):
        load = loader(connection, model.name, memory.of(model))
        changes = model.fold(load, wanted)
        if is_failure(changes):
            return Failure(changes.failure())
        changed.append(Changed(model, changes.unwrap()))
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


def loader(connection: Connection, model: str, known: Mapping[str, object]) -> Load[object]:
    """How a fold gets at a model's rows: those that are not known are read in one statement."""

    def load(keys: Sequence[str]) -> dict[str, object]:
        missing = [key for key in keys if key not in known]
        stored = rows.some(connection, model, missing) if missing else {}
        held = {key: known[key] for key in keys if known.get(key) is not None}
        return {key: one.body for key, one in stored.items()} | held

    return load


def store_step(connection: Connection, done: Step) -> None:
    """Write the changed rows and every model's position, in the caller's transaction."""
    ranked = {one.model.name for one in done.changed if one.model.is_ranked}
    changed = ((one.model.name, one.changes) for one in done.changed)
    rows.store_changes(connection, changed, ranked)
    names = [(one.model.name, one.model.version) for one in done.changed]
    rows.advance(connection, names, done.position)


def taken(
    connection: Connection,
    models: Sequence[Model],
    events: tuple[Envelope[object], ...],
    position: int,
    memory: Memory,
) -> Result[Step, StreamFault | CorruptRow]:
    """Fold events that are at hand and store the step, in the caller's transaction."""
    done = folded(connection, models, events, position, memory)
    if not is_failure(done):
        store_step(connection, done.unwrap())
    return done


def begun(connection: Connection, models: Sequence[Model]) -> dict[str, int]:
    """Where each model stands; a new one, or one whose version changed, starts empty at 0."""
    positions = {}
    for model in models:
        found = rows.checkpoint(connection, model.name)
        if found is None or found.version != model.version:
            rows.restart(connection, model.name, model.version)
            positions[model.name] = 0
        else:
            positions[model.name] = found.position
    return positions


def shown(
    connection: Connection,
    catalog: Catalog[object],
    models: Sequence[Model],
    position: int,
    limit: int,
) -> Result[Step | None, StreamFault | CorruptRow]:
    """What another process has folded behind `position`; None while it is still building.

    Errors: CorruptEvent, UnknownEventType, CorruptRow.  The rows may be newer than the events.
    """
    reached = folded_to(connection, models)
    if reached is None:
        return Success(None)
    found = tuple(one for one in log.after(connection, position, limit) if one.position <= reached)
    envelopes = decoded(catalog, found)
    if is_failure(envelopes):
        return Failure(envelopes.failure())
    events, changed = envelopes.unwrap(), []
    for model in models:
        changes = model.look(loader(connection, model.name, {}), concerned(model, events))
        if is_failure(changes):
            return Failure(changes.failure())
        changed.append(Changed(model, changes.unwrap()))
    last = events[-1].position if events else position
    return Success(Step(position=last, events=events, changed=tuple(changed)))


def folded_to(connection: Connection, models: Sequence[Model]) -> int | None:
    """Where the slowest model stands; None while one of this version has not begun."""
    standing = [rows.checkpoint(connection, model.name) for model in models]
    places = [
        one.position
        for one, model in zip(standing, models, strict=True)
        if one is not None and one.version == model.version
    ]
    return min(places, default=0) if len(places) == len(models) else None
