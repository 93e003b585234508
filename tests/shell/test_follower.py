"""Read models equal the fold, policies act once, whatever is killed or delivered again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import attrs
import pytest
from returns.result import Result
from sqlalchemy import Connection, text

from adapters.db import log, ranks, rows
from adapters.db.rows import Page
from astracore.errors.events import CorruptEvent
from astracore.events.catalog import merged
from astracore.events.envelope import Envelope
from astracore.events.projection import Model, model
from shell.asked import Asked, Refused, Written
from shell.cli.replay import verdict_of
from shell.replay import check_snapshots, replay
from shell.streams import Terms, job
from shell.workers import building, folding
from shell.workers import follower as following
from shell.workers.aside import Pace
from shell.workers.folding import Changed
from shell.workers.follower import Follower, Following
from shell.workers.leading import Alone
from shell.workers.reactor import Reactor
from tests.domains.counter import COUNTER_EVENTS, COUNTERS, MIRROR, TOTALS, Add, Take
from tests.domains.desk import Desk, StoppedClock, desk

CATALOG = merged([COUNTER_EVENTS])
MODEL = model(TOTALS)


class Path2Commands:
    """The command path of the counters, as policies see it."""

    def __init__(self, sat: Desk) -> None:
        self.sat = sat

    async def run(self, asked: Asked) -> Result[Written, Refused]:
        """Whatever is asked here is asked of a counter."""
        command: Any = asked.command
        terms = Terms(origin=asked.origin, digest=asked.digest, kept=True)
        result: Any = await self.sat.settler.run(
            job(self.sat.counters, command.counter, command, terms)
        )
        return result  # type: ignore[no-any-return]


class Heard:
    """Remembers what a listener is told."""

    def __init__(self) -> None:
        self.events: list[Envelope[object]] = []
        self.rows: list[tuple[str, bytes | None]] = []

    def heard(self, events: tuple[Envelope[object], ...], changed: tuple[Changed, ...]) -> None:
        self.events.extend(events)
        self.rows.extend((one.key, one.body) for each in changed for one in each.changes)


@asynccontextmanager
async def followed(
    sat: Desk, *models: Model, policies: tuple[Any, ...] = (MIRROR,)
) -> AsyncIterator[tuple[Follower, Heard]]:
    """A follower at work, stopped at the end without any goodbye."""
    heard = Heard()
    reactor = Reactor(
        sat.store,
        Path2Commands(sat),
        policies,
        domain_of=lambda _name: "test",
        pace=Pace(StoppedClock()),
    )
    follower = Follower(
        sat.store,
        sat.bell,
        Following(catalog=CATALOG, models={"test": models or (MODEL,)}, listeners=(heard,)),
        reactor,
        Alone(frozenset({"test"})),
    )
    tasks = [asyncio.create_task(follower.run()), asyncio.create_task(reactor.run())]
    try:
        yield follower, heard
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


def slot_of(connection: Connection, name: str) -> str:
    found = rows.checkpoint(connection, name)
    return "" if found is None else found.slot


def totals(sat: Desk, name: str = "totals") -> dict[str, bytes]:
    found = sat.store.read(lambda c: rows.page(c, slot_of(c, name), Page(limit=1000)))
    return {row.key: row.body for row in found}


async def fill(sat: Desk, start: int = 0, count: int = 40) -> None:
    for turn in range(start, start + count):
        name = "abc"[turn % 3]
        await sat.ask(f"add{turn}", Add(counter=name, amount=turn + 1, parts=turn % 4 + 1))
        await sat.ask(f"take{turn}", Take(counter=name, amount=2))


async def test_read_models_follow_and_say_when_they_have_caught_up(tmp_path: Path) -> None:
    sat = desk(tmp_path / "store.db")
    async with followed(sat, policies=()) as (follower, heard):
        await follower.ready.wait()
        written = (await sat.ask("c1", Add(counter="a", amount=5))).unwrap()
        assert await follower.caught_up(written.position)
        assert totals(sat) == {"a": b'{"counter":"a","total":5}'}
        await sat.ask("c2", Take(counter="a", amount=5))
        await follower.quiet()
        assert totals(sat) == {}
        assert heard.rows == [("a", b'{"counter":"a","total":5}'), ("a", None)]
        assert not await follower.caught_up(99, seconds=0.01)
    await sat.close()


async def test_policies_act_once_and_their_events_name_the_cause(tmp_path: Path) -> None:
    sat = desk(tmp_path / "store.db")
    async with followed(sat) as (follower, heard):
        await follower.ready.wait()
        await fill(sat)
        await follower.quiet()
    mirrored = [one for one in heard.events if one.stream.key == "mirror"]
    causes = {one.event_id: one.position for one in heard.events}
    assert len(mirrored) == 39  # the first take was refused
    assert all(causes[one.causation_id] < one.position for one in mirrored)  # type: ignore[index]
    assert {one.actor for one in mirrored} == {"policy:mirror"}
    assert [one.position for one in heard.events] == list(range(1, len(heard.events) + 1))
    await sat.close()


async def test_policies_asked_again_from_the_beginning_change_nothing(tmp_path: Path) -> None:
    sat = desk(tmp_path / "store.db")
    async with followed(sat) as (follower, _heard):
        await fill(sat)
        await follower.quiet()
    before = sat.store.read(log.log_head)
    sat.store.write(lambda c: c.execute(text("DELETE FROM checkpoints WHERE name LIKE 'policy:%'")))
    async with followed(sat) as (follower, heard):
        await follower.quiet()
        assert heard.events == []
    assert sat.store.read(log.log_head) == before
    await sat.close()


async def test_cut_off_at_any_moment_models_equal_the_fold(tmp_path: Path) -> None:
    """Each round stops the follower wherever it happens to be; nothing is lost or doubled."""
    sat = desk(tmp_path / "store.db")
    for turn in range(12):
        async with followed(sat):
            await fill(sat, turn * 10, 10)
            await asyncio.sleep(0.001 * (turn % 5))
    async with followed(sat) as (follower, _heard):
        await follower.quiet()
    [replayed] = replay(sat.store, CATALOG, (MODEL,)).unwrap()
    assert replayed.difference is None
    assert replayed.rows == 4
    assert totals(sat)["mirror"] == b'{"counter":"mirror","total":238}'
    assert check_snapshots(sat.store, (COUNTERS,)).unwrap().different == ()
    await sat.close()


async def test_a_new_version_of_a_model_is_rebuilt_beside_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "BUILD_BATCH", 7)
    sat = desk(tmp_path / "store.db")
    other = model(attrs.evolve(TOTALS, name="others"))
    async with followed(sat, MODEL, other) as (follower, _heard):
        await fill(sat)
        await follower.quiet()
    sat.store.write(lambda c: c.execute(text("UPDATE read_rows SET body = CAST('x' AS BLOB)")))
    newer = (
        model(attrs.evolve(TOTALS, version=2)),
        model(attrs.evolve(TOTALS, name="others", version=2)),
    )
    async with followed(sat, *newer) as (follower, heard):
        await sat.ask("last", Add(counter="a", amount=1))
        await follower.quiet()
    assert [one.difference for one in replay(sat.store, CATALOG, newer).unwrap()] == [None, None]
    assert len(heard.events) <= 1
    await sat.close()


async def test_a_row_that_was_changed_is_found_by_replay(tmp_path: Path) -> None:
    sat = desk(tmp_path / "store.db")
    async with followed(sat) as (follower, _heard):
        await fill(sat)
        await follower.quiet()
    changed = "UPDATE read_rows SET body = CAST('{}' AS BLOB) WHERE key = 'b'"
    sat.store.write(lambda c: c.execute(text(changed)))
    [replayed] = replay(sat.store, CATALOG, (MODEL,)).unwrap()
    assert replayed.difference is not None
    assert replayed.difference.key == "b"
    await sat.close()


async def test_ranks_are_kept_rebuilt_and_checked(tmp_path: Path) -> None:
    """While following, by a rebuild under a new version, and by replay, which finds sabotage."""
    sat = desk(tmp_path / "store.db")
    ranked = attrs.evolve(
        TOTALS,
        owner=lambda _row: "",
        sort=lambda row: f"{row.total:09}/{row.counter}",
        tie=lambda row: f"{row.total:09}/",
    )
    kept = model(ranked)
    for version in (1, 2):
        kept = model(attrs.evolve(ranked, version=version))
        async with followed(sat, kept) as (follower, _heard):
            await fill(sat, version * 100, 10)
            await follower.quiet()
        assert sat.store.read(lambda c: ranks.count(c, slot_of(c, "totals"), "")) == 4
        [replayed] = replay(sat.store, CATALOG, (kept,)).unwrap()
        assert (replayed.difference, replayed.miscounted) == (None, ())
    sat.store.write(lambda c: c.execute(text("UPDATE rank_nodes SET size = 3 WHERE level = 1")))
    [replayed] = replay(sat.store, CATALOG, (kept,)).unwrap()
    assert [(node.level, node.low) for node in replayed.miscounted] == [(1, "")]
    assert verdict_of(replayed).startswith("MISCOUNTED")
    await sat.close()


async def test_an_event_that_cannot_be_read_stops_the_models_and_says_so(tmp_path: Path) -> None:
    sat = desk(tmp_path / "store.db")
    await fill(sat, count=3)
    sat.store.write(
        lambda c: c.execute(text("UPDATE events SET body = CAST('{}' AS BLOB) WHERE position = 4"))
    )
    async with followed(sat) as (follower, _heard):
        assert not await follower.caught_up(1)
        assert isinstance(follower.fault, CorruptEvent)
    assert isinstance(replay(sat.store, CATALOG, (MODEL,)).failure(), CorruptEvent)
    assert totals(sat) == {}
    await sat.close()


async def test_memory_that_is_lost_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bell forgets and one row alone is remembered: log and tables say the same."""
    monkeypatch.setattr(folding, "REMEMBERED", 1)
    sat = desk(tmp_path / "store.db")
    async with followed(sat) as (follower, heard):
        for turn in range(8):
            await fill(sat, turn * 5, 5)
            sat.bell.forget()
            await follower.quiet()
    [replayed] = replay(sat.store, CATALOG, (MODEL,)).unwrap()
    assert replayed.difference is None
    assert totals(sat)["mirror"] == b'{"counter":"mirror","total":78}'
    positions = [one.position for one in heard.events]
    assert positions == list(range(positions[0], follower.position + 1))
    await sat.close()


async def test_trouble_with_the_store_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full for a while delays the models and harms nothing."""
    monkeypatch.setattr(following, "RETRY", (0.01,))
    sat = desk(tmp_path / "store.db")
    async with followed(sat, policies=()) as (follower, _heard):
        await sat.ask("c1", Add(counter="a", amount=1))
        await follower.quiet()
        full = (
            "CREATE TRIGGER full BEFORE INSERT ON read_rows BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
        sat.store.write(lambda c: c.execute(text(full)))
        written = (await sat.ask("c2", Add(counter="b", amount=1))).unwrap()
        assert not await follower.caught_up(written.position, seconds=0.05)
        sat.store.write(lambda c: c.execute(text("DROP TRIGGER full")))
        assert await follower.caught_up(written.position)
    assert set(totals(sat)) == {"a", "b"}
    await sat.close()
