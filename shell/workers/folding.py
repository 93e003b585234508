"""One step of the read models: read the log, fold it, and store what changed with the position."""

import asyncio
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.rows import Row
from astracore.errors.events import CorruptRow, StreamFault
from astracore.events.catalog import Catalog
from astracore.events.envelope import Envelope
from astracore.events.projection import Change, Load, Model
from astracore.events.stored import Stored, opened
from astracore.outcome import is_failure
from shell.store import Store

T = TypeVar("T")
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

    def absent(self, shelf: Shelf, keys: Iterable[str]) -> tuple[str, ...]:
        """Which of these rows would have to be read."""
        known = self._rows[shelf.slot]
        return tuple(key for key in keys if key not in known)

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


async def beside(work: Callable[[], T]) -> T:
    """Run `work`, which waits for the store and computes, in a thread that is neither the event
    loop's nor the store's: commands and pages go on meanwhile.

    Who is cancelled leaves when it has ended: the store is not closed under it.
    """
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def step(
    store: Store,
    catalog: Catalog[object],
    shelves: Sequence[Shelf],
    position: int,
    limit: int,
    memory: Memory,
) -> Result[Step, StreamFault | CorruptRow]:
    """Read at most `limit` events behind `position` and fold them into every model's rows.

    Errors: CorruptEvent, UnknownEventType, CorruptRow.  To be run `beside`. Only one process writes
    these rows, so that nobody changes them between this reading and the writing, whose transaction
    makes sure that it is still that process.
    """
    found = store.read(lambda connection: log.after(connection, position, limit))
    envelopes = decoded(catalog, found)
    if is_failure(envelopes):
        return Failure(envelopes.failure())
    return folded(store, shelves, envelopes.unwrap(), position, memory)


def folded(
    store: Store,
    shelves: Sequence[Shelf],
    events: tuple[Envelope[object], ...],
    position: int,
    memory: Memory,
) -> Result[Step, StreamFault | CorruptRow]:
    """Fold `events`, the ones behind `position`, into every model's rows.  Errors: CorruptRow."""
    parts = shared_out(tuple(shelf.model for shelf in shelves), events)
    concern = [(shelf, wanted) for shelf, (_, wanted) in zip(shelves, parts, strict=True)]
    missing = {
        shelf.slot: absent
        for shelf, wanted in concern
        if wanted and (absent := memory.absent(shelf, shelf.model.keys(wanted)))
    }
    stored = store.read(lambda connection: several(connection, missing)) if missing else {}
    changed = []
    for shelf, wanted in concern:
        changes = shelf.model.fold(loader(stored.get(shelf.slot, {}), memory.of(shelf)), wanted)
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


def several(
    connection: Connection, wanted: Mapping[str, Sequence[str]]
) -> dict[str, dict[str, Row]]:
    """Of each slot the rows of these keys that are there."""
    return {slot: rows.some(connection, slot, keys) for slot, keys in wanted.items()}


def loader(stored: Mapping[str, Row], known: Mapping[str, object]) -> Load[object]:
    """How a fold gets at a model's rows: those that are known are newer than what was stored."""

    def load(keys: Sequence[str]) -> dict[str, object]:
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


def shown(
    store: Store,
    catalog: Catalog[object],
    models: Sequence[Model],
    position: int,
    limit: int,
) -> Result[Step | None, StreamFault | CorruptRow]:
    """What another process has folded behind `position`; None while nothing of it is shown, or
    when rows were replaced by rebuilt ones just now.

    Errors: CorruptEvent, UnknownEventType, CorruptRow.  To be run `beside`. The rows may be newer
    than the events.
    """

    def news(connection: Connection) -> tuple[tuple[Shelf, ...], tuple[Stored, ...]] | None:
        shelves, reached = shown_to(connection, models)
        if reached is None:
            return None
        found = log.after(connection, position, limit)
        return shelves, tuple(one for one in found if one.position <= reached)

    new = store.read(news)
    if new is None:
        return Success(None)
    shelves, found = new
    envelopes = decoded(catalog, found)
    if is_failure(envelopes):
        return Failure(envelopes.failure())
    return looked_at(store, models, shelves, envelopes.unwrap(), position)


def looked_at(
    store: Store,
    models: Sequence[Model],
    shelves: tuple[Shelf, ...],
    events: tuple[Envelope[object], ...],
    position: int,
) -> Result[Step | None, CorruptRow]:
    """The rows that `events` concern, if they stand where they stood.  Errors: CorruptRow."""
    parts = shared_out(tuple(shelf.model for shelf in shelves), events)
    concern = [(shelf, wanted) for shelf, (_, wanted) in zip(shelves, parts, strict=True)]
    keys = {shelf.slot: shelf.model.keys(wanted) for shelf, wanted in concern if wanted}

    def there(connection: Connection) -> dict[str, dict[str, Row]] | None:
        return several(connection, keys) if shown_to(connection, models)[0] == shelves else None

    stored = store.read(there) if keys else {}
    if stored is None:
        return Success(None)
    changed = []
    for shelf, wanted in concern:
        changes = shelf.model.look(loader(stored.get(shelf.slot, {}), {}), wanted)
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
