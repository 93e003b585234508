"""New rows beside the old ones: models are built from the log while the service serves.

The rows of a rebuild stand in the model's other slot, in batches that are committed together with
how far they came, so that a kill loses one batch. When they are nearly as new as the old ones, the
follower folds the rest and switches, both in one transaction (`adopted`).
"""

import asyncio
from collections.abc import Iterable, Sequence

import structlog
from attrs import define, evolve, field, frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.rows import REBUILD, UNCLEAN, Checkpoint
from astracore.errors.events import CorruptRow, StreamFault
from astracore.events.catalog import Catalog
from astracore.events.projection import Model
from astracore.outcome import is_failure
from shell.store import Store
from shell.workers.folding import (
    LATE,
    Memory,
    Shelf,
    Step,
    beside,
    decoded,
    folded,
    step,
    store_rows,
)
from shell.workers.leading import Lead, Term

BUILD_BATCH = 1_000  # events in one transaction of a rebuild
NEAR = 200  # events that the follower folds itself when it switches
EMPTY_BATCH = 2_000  # rows that are removed in one transaction
GLANCE = 0.5  # [s] between looks for what others want rebuilt
RETRY = 1.0  # [s] after trouble with the store
LOG = structlog.get_logger()


@frozen
class Build:
    """A model on its way to the head: in its own slot when it is merely `late`."""

    model: Model
    slot: str
    position: int
    is_late: bool = False

    @property
    def mark(self) -> tuple[str, Checkpoint]:
        """Its name and where it stands."""
        return self.model.name, Checkpoint(self.model.version, self.position, self.slot)


@frozen(kw_only=True)
class Begun:
    """Where a process begins that leads these models."""

    position: int
    shelves: tuple[Shelf, ...]
    builds: tuple[Build, ...]
    replaced: frozenset[str]  # slots of another version, shown to others until the switch


def begun(connection: Connection, models: Sequence[Model]) -> Begun:
    """Which models can be followed on, and which have to be built first.

    A model that was never built, or for another version, is wanted anew from position 0. The
    caller's transaction may write.
    """
    stands = rows.standing(connection)
    shelves: list[tuple[Shelf, int]] = []
    builds, replaced = [], set()
    for model in models:
        live = stands.get(model.name)
        fits = live is not None and live.version == model.version
        if live is not None and fits:
            shelves.append((Shelf(model, live.slot), live.position))
        elif live is not None:
            replaced.add(live.slot)
        asked = stands.get(REBUILD + model.name)
        if not fits or (asked is not None and asked.version == model.version):
            wanted = rows.want_rebuild(connection, model.name, model.version)
            builds.append(Build(model, wanted.slot, wanted.position))
        elif asked is not None:
            rows.give_up_rebuild(connection, model.name)
    head = log.log_head(connection).position
    newest = max((position for _, position in shelves), default=head)
    late = [
        Build(shelf.model, shelf.slot, position, is_late=True)
        for shelf, position in shelves
        if position < newest
    ]
    return Begun(
        position=newest,
        shelves=tuple(shelf for shelf, position in shelves if position == newest),
        builds=(*builds, *late),
        replaced=frozenset(replaced),
    )


def wanted_now(
    connection: Connection, models: Sequence[Model], known: frozenset[str]
) -> tuple[Build, ...]:
    """Rebuilds that were asked for since, of models that are not `known` to be built."""
    stands = rows.standing(connection)
    found = ((model, stands.get(REBUILD + model.name)) for model in models)
    return tuple(
        Build(model, one.slot, one.position)
        for model, one in found
        if one is not None and one.version == model.version and model.name not in known
    )


def missing(
    store: Store, catalog: Catalog[object], builds: Sequence[Build], position: int
) -> Result[tuple[Step, ...], StreamFault | CorruptRow]:
    """What the new rows of each lack up to `position`, folded. To be run `beside`, while nobody
    else writes them.

    Errors: CorruptEvent, UnknownEventType, CorruptRow.
    """
    start = min(one.position for one in builds)
    events = decoded(catalog, store.read(lambda c: log.after(c, start, position - start)))
    if is_failure(events):
        return Failure(events.failure())
    steps = []
    for one in builds:
        rest = tuple(event for event in events.unwrap() if event.position > one.position)
        done = folded(store, [Shelf(one.model, one.slot)], rest, position, Memory())
        if is_failure(done):
            return Failure(done.failure())
        steps.append(done.unwrap())
    return Success(tuple(steps))


def adopted(
    connection: Connection, builds: Sequence[Build], done: Iterable[Step], position: int
) -> None:
    """Store what was `missing` and show the new rows, in the caller's transaction."""
    for one in done:
        store_rows(connection, one)
    at_head = [evolve(one, position=position) for one in builds]
    rows.switch(connection, [one.mark for one in at_head if not one.is_late])
    late = [(one.model.name, one.model.version) for one in at_head if one.is_late]
    rows.advance(connection, late, position)


@define(eq=False)
class Builder:
    """Builds what has to be built, behind a follower that leads. `fault` says why not."""

    store: Store
    catalog: Catalog[object]
    lead: Lead
    term: Term
    models: tuple[Model, ...]
    builds: dict[str, Build]
    litter: set[str]
    goal: int
    fault: StreamFault | CorruptRow | None = None
    lock: asyncio.Lock = field(factory=asyncio.Lock)
    memory: Memory = field(factory=Memory)
    is_sure: bool = True  # whether what `builds` says is what is stored

    def near(self) -> tuple[Build, ...]:
        """Those that the follower can adopt in one short transaction."""
        found = (one for one in self.builds.values() if one.position > UNCLEAN and self.is_sure)
        return tuple(one for one in found if one.position >= self.goal - NEAR)

    @property
    def is_long(self) -> bool:
        """Whether it is worth serving meanwhile."""
        return any(one.position < self.goal - LATE for one in self.builds.values())

    async def run(self) -> None:
        """Build until cancelled; look now and then for what else is wanted."""
        while self.fault is None:
            try:
                if not self.is_sure:
                    await self._ask_again()
                if not await self.turn():
                    await asyncio.sleep(GLANCE)
                    await self.look()
            except Exception:
                LOG.exception("rebuild_trouble", models=sorted(self.builds))
                self.is_sure = False
                await asyncio.sleep(RETRY)

    async def _ask_again(self) -> None:
        """Learn how far the rebuilds came: a batch whose answer was lost may have been stored."""
        async with self.lock:
            stands = await asyncio.wrap_future(self.store.reading(rows.standing))
            self.memory.forget()
            self.builds = {
                name: evolve(one, position=found.position)
                for name, one in self.builds.items()
                if (found := stands.get(name if one.is_late else REBUILD + name)) is not None
            }
            self.is_sure = True

    async def look(self) -> None:
        """See what was asked for since."""
        known = frozenset(self.builds)
        found = await asyncio.wrap_future(
            self.store.reading(lambda connection: wanted_now(connection, self.models, known))
        )
        for one in found:
            LOG.info("rebuild", model=one.model.name, slot=one.slot, position=one.position)
            self.builds[one.model.name] = one
            self.litter.discard(one.slot)

    async def turn(self) -> bool:
        """One batch of what is furthest behind; False when there is nothing to do."""
        async with self.lock:
            far = [one for one in self.builds.values() if one.position < self.goal - NEAR]
            unclean = [one for one in self.builds.values() if one.position == UNCLEAN]
            if unclean:
                await self._clean(unclean[0])
            elif far:
                await self._batch(far)
            elif self.litter:
                await self._tidy(next(iter(self.litter)))
            else:
                return False
            return True

    def adopt(self, builds: Sequence[Build]) -> None:
        """These are shown now; what was shown before is litter."""
        for one in builds:
            del self.builds[one.model.name]
            if one.is_late:
                continue
            self.litter.add(rows.other_slot(one.model.name, one.slot))
            if self.goal:  # of an empty log there is nothing to tell
                LOG.info("rebuilt", model=one.model.name, slot=one.slot, position=self.goal)
        self.memory.forget()

    async def _batch(self, far: Sequence[Build]) -> None:
        start = min(one.position for one in far)
        group = tuple(one for one in far if one.position == start)
        stop = min([self.goal, *(one.position for one in far if one.position > start)])
        shelves = [Shelf(one.model, one.slot) for one in group]
        limit = min(BUILD_BATCH, stop - start)
        found = await beside(
            lambda: step(self.store, self.catalog, shelves, start, limit, self.memory)
        )
        if is_failure(found):
            self.fault = found.failure()
            return
        done = found.unwrap()
        moved = [evolve(one, position=done.position) for one in group]
        await asyncio.wrap_future(
            self.store.writing(lambda connection: self._stored(connection, done, moved))
        )
        self.memory.keep(done)
        self.builds.update({one.model.name: one for one in moved})

    def _stored(self, connection: Connection, done: Step, moved: Sequence[Build]) -> None:
        self.lead.fence(connection, self.term)
        store_rows(connection, done)
        self._mark(connection, moved)

    def _mark(self, connection: Connection, moved: Sequence[Build]) -> None:
        for one in moved:
            if one.is_late:
                rows.advance(connection, [(one.model.name, one.model.version)], one.position)
        rows.advance_rebuild(connection, [one.mark for one in moved if not one.is_late])

    async def _clean(self, one: Build) -> None:
        """Remove what an earlier rebuild left in the slot."""

        def work(connection: Connection) -> bool:
            self.lead.fence(connection, self.term)
            if rows.empty(connection, one.slot, EMPTY_BATCH) == EMPTY_BATCH:
                return False
            self._mark(connection, [evolve(one, position=0)])
            return True

        if await asyncio.wrap_future(self.store.writing(work)):
            self.builds[one.model.name] = evolve(one, position=0)

    async def _tidy(self, slot: str) -> None:
        """Remove rows that are not shown any more."""

        def work(connection: Connection) -> int:
            self.lead.fence(connection, self.term)
            return rows.empty(connection, slot, EMPTY_BATCH)

        if await asyncio.wrap_future(self.store.writing(work)) < EMPTY_BATCH:
            self.litter.discard(slot)


def builder(
    store: Store, catalog: Catalog[object], lead: Lead, term: Term, models: tuple[Model, ...]
) -> "asyncio.Future[tuple[Begun, Builder]]":
    """Begin at what is stored, in a transaction of this term.  Raises: LeadLostError."""

    def work(connection: Connection) -> tuple[Begun, Builder]:
        lead.fence(connection, term)
        start = begun(connection, models)
        used = {one.slot for one in start.shelves} | {one.slot for one in start.builds}
        spare = {slot for model in models for slot in rows.slots(model.name)}
        return start, Builder(
            store=store,
            catalog=catalog,
            lead=lead,
            term=term,
            models=models,
            builds={one.model.name: one for one in start.builds},
            litter=spare - used - start.replaced,
            goal=start.position,
        )

    return asyncio.wrap_future(store.writing(work))
