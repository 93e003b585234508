"""Read models are folded where nobody waits for it: neither the store's thread nor the loop."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from itertools import count
from pathlib import Path
from threading import Event
from typing import TypeVar

import attrs
import pytest
from attrs import define
from returns.result import Result
from sqlalchemy import Connection

from adapters.db import rows
from astracore.errors.events import CorruptRow
from astracore.events.envelope import Envelope
from astracore.events.projection import Change, Load, Model
from astracore.outcome import is_failure
from shell.replay import replay
from shell.store import Store
from shell.workers import building
from tests.domains.counter import Add
from tests.domains.desk import Desk, desk_over
from tests.servers.postgres import Server
from tests.servers.stores import grand, lite
from tests.shell.test_follower import CATALOG, MODEL, fill, followed, totals

T = TypeVar("T")
PATIENCE_S = 30
KEYS = count(1)


@pytest.fixture(params=("sqlite", "postgresql"))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of either kind."""
    if request.param == "sqlite":
        with lite(tmp_path) as one:
            yield one
    else:
        server: Server = request.getfixturevalue("postgres")
        with grand(server) as other:
            yield other


@define(eq=False)
class Gate:
    """A model whose folds wait while it is shut."""

    entered: Event
    opened: Event

    def shut(self) -> None:
        """Let the next fold wait."""
        self.opened.clear()
        self.entered.clear()

    def over(self, model: Model) -> Model:
        """`model`, behind the gate."""

        def fold(
            load: Load[object], envelopes: Iterable[Envelope[object]]
        ) -> Result[tuple[Change, ...], CorruptRow]:
            if envelopes:
                self.entered.set()
                assert self.opened.wait(PATIENCE_S)
            return model.fold(load, envelopes)

        return attrs.evolve(model, fold=fold)


async def test_commands_and_pages_go_on_while_a_model_is_folded(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a step and by a rebuild: the fold does not end before they are answered."""
    monkeypatch.setattr(building, "NEAR", 1)
    gate = Gate(Event(), Event())
    sat = desk_over(store)
    async with asyncio.timeout(PATIENCE_S), followed(sat, gate.over(MODEL), policies=()) as (it, _):
        await it.ready.wait()
        try:
            await ask(sat, "a")
            await goes_on(sat, gate, "b", shown=0)
            await it.quiet()
            gate.shut()
            store.write(lambda c: rows.want_rebuild(c, "totals", 1))
            await goes_on(sat, gate, "c", shown=2)
            await rebuilt(store)
            await it.quiet()
        finally:
            gate.opened.set()
    assert len(totals(sat)) == 3
    [found] = replay(store, CATALOG, (MODEL,)).unwrap()
    assert found.difference is None
    await sat.settler.close()


async def goes_on(sat: Desk, gate: Gate, counter: str, shown: int) -> None:
    """While something is being folded, commands are answered and rows are read."""
    assert await asyncio.to_thread(gate.entered.wait, PATIENCE_S)
    for _ in range(3):
        await ask(sat, counter)
        assert len(await asyncio.to_thread(totals, sat)) == shown
    gate.opened.set()


async def ask(sat: Desk, counter: str) -> None:
    """A command of its own."""
    assert not is_failure(await sat.ask(f"{next(KEYS)}", Add(counter=counter, amount=1)))


async def rebuilt(store: Store) -> None:
    """Until the rebuild that was asked for is shown."""
    while "rebuild:totals" in await asyncio.to_thread(store.read, rows.standing):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


@define(eq=False)
class Forgetful:
    """A store that keeps a batch of a rebuild and then does not say so, once."""

    store: Store
    is_due: bool = False

    def writing(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Write; the answer is lost when it is due and a rebuild has moved."""
        before = self.store.read(rows.standing).get("rebuild:totals")
        done = self.store.writing(work)
        done.result()
        after = self.store.read(rows.standing).get("rebuild:totals")
        if self.is_due and before and after and before.position < after.position > 0:
            self.is_due = False
            lost: Future[T] = Future()
            lost.set_exception(OSError("the answer was lost"))
            return lost
        return done

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)


async def test_a_batch_whose_answer_was_lost_is_not_folded_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of a rebuild that was stored and not answered are the next batch's beginning."""
    monkeypatch.setattr(building, "BUILD_BATCH", 40)
    monkeypatch.setattr(building, "NEAR", 10)
    monkeypatch.setattr(building, "RETRY", 0.01)
    monkeypatch.setattr(building, "GLANCE", 0.01)
    forgetful = Forgetful(store)
    sat = desk_over(forgetful)  # type: ignore[arg-type]
    async with asyncio.timeout(PATIENCE_S), followed(sat, policies=()) as (follower, _):
        await fill(sat)
        await follower.quiet()
        forgetful.is_due = True
        store.write(lambda c: rows.want_rebuild(c, "totals", 1))
        await rebuilt(store)
        assert not forgetful.is_due
    [found] = replay(store, CATALOG, (MODEL,)).unwrap()
    assert found.difference is None
    await sat.settler.close()
