"""One command path: once for each key, decided under the lock, answered byte for byte."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from returns.result import Failure
from sqlalchemy import Connection, text

from adapters.db import log
from astracore.errors.events import CorruptEvent, IdempotencyMismatch, StaleVersion
from astracore.events.decider import replay
from astracore.events.snapshot import EVERY
from astracore.outcome import is_failure
from shell.streams import Declined
from tests.domains.counter import COUNTER, COUNTER_EVENTS, Add, Counter, Take, TooLittle
from tests.domains.desk import Desk, desk


@pytest_asyncio.fixture
async def counters(tmp_path: Path) -> AsyncIterator[Desk]:
    sat = desk(tmp_path / "store.db")
    yield sat
    await sat.close()


def folded(sat: Desk, counter: str) -> Counter:
    """What the log says, read from nothing."""
    events = sat.store.read(lambda c: log.stream(c, sat.counters.id(counter)))
    return replay(COUNTER, [COUNTER_EVENTS.decode(e.type, e.body).unwrap() for e in events])


async def test_accepted_events_come_back_with_position_and_version(counters: Desk) -> None:
    written = (await counters.ask("c1", Add(counter="a", amount=2, parts=3))).unwrap()
    assert (written.position, written.version, written.replayed) == (3, 3, False)
    assert [one.version for one in written.events] == [1, 2, 3]
    assert len({one.event_id for one in written.events}) == 3
    assert folded(counters, "a") == Counter(total=6, events=3)


async def test_a_retry_gets_the_stored_answer_byte_for_byte(counters: Desk) -> None:
    first = (await counters.ask("c1", Add(counter="a", amount=2))).unwrap()
    await counters.ask("c2", Add(counter="a", amount=2))
    again = (await counters.ask("c1", Add(counter="a", amount=99))).unwrap()
    assert again.replayed
    assert (again.answer, again.events, again.position) == (
        first.answer, first.events, first.position,
    )  # fmt: skip
    assert folded(counters, "a").total == 4


async def test_a_refused_key_stays_refused_when_it_would_succeed(counters: Desk) -> None:
    refused = await counters.ask("c1", Take(counter="a", amount=2))
    assert refused == Failure(Declined(fault=TooLittle(2, 0), replayed=False))
    await counters.ask("c2", Add(counter="a", amount=5))
    again = await counters.ask("c1", Take(counter="a", amount=2))
    assert again == Failure(Declined(fault=TooLittle(2, 0), replayed=True))
    assert folded(counters, "a").total == 5


async def test_other_content_under_a_key_is_a_mismatch(counters: Desk) -> None:
    await counters.ask("c1", Add(counter="a", amount=2))
    other = await counters.ask("c1", Add(counter="a", amount=3), digest="e")
    assert other.failure().fault == IdempotencyMismatch("c1")
    assert folded(counters, "a").total == 2


async def test_an_expected_version_is_compared_and_not_stored(counters: Desk) -> None:
    await counters.ask("c1", Add(counter="a", amount=2))
    stale = await counters.ask("c2", Add(counter="a", amount=2), expected=0)
    assert stale.failure().fault == StaleVersion("test.counter/a", 0, 1)
    assert (await counters.ask("c3", Add(counter="a", amount=2), expected=1)).unwrap().version == 2
    seqs = counters.store.read(lambda c: log.audit_after(c, 0, 10))
    assert len(seqs) == 2


async def test_sixteen_writers_on_one_stream_lose_nothing(counters: Desk) -> None:
    async def write(writer: int) -> None:
        for turn in range(20):
            await counters.ask(f"{writer}:{turn}", Add(counter="hot", amount=1))

    await asyncio.gather(*(write(writer) for writer in range(16)))
    assert folded(counters, "hot") == Counter(total=320, events=320)


async def test_one_key_thirty_two_times_at_once_acts_once(counters: Desk) -> None:
    for burst in range(20):
        command = Add(counter="a", amount=1) if burst % 2 else Take(counter="none", amount=1)
        answers = await asyncio.gather(*(counters.ask(f"b{burst}", command) for _ in range(32)))
        if burst % 2:
            assert len({(one.unwrap().answer, one.unwrap().position) for one in answers}) == 1
            assert sum(not one.unwrap().replayed for one in answers) == 1
        else:
            assert {one.failure().fault for one in answers} == {TooLittle(1, 0)}
            assert sum(not one.failure().replayed for one in answers) == 1
    assert folded(counters, "a").total == 10


async def test_a_balance_never_falls_below_zero_whatever_the_order(counters: Desk) -> None:
    rng = random.Random(7)
    await counters.ask("start", Add(counter="a", amount=100))

    async def take(turn: int) -> int:
        amount = rng.randint(1, 5)
        result = await counters.ask(f"t{turn}", Take(counter="a", amount=amount))
        return 0 if is_failure(result) else amount

    taken = sum(await asyncio.gather(*(take(turn) for turn in range(200))))
    assert folded(counters, "a").total == 100 - taken
    assert 0 <= 100 - taken < 5


async def test_a_broken_neighbour_does_not_harm_the_group(counters: Desk) -> None:
    """A decision that raises fails alone; its states are dropped, nothing of it is stored."""
    await counters.ask("c0", Add(counter="a", amount=1))
    bad = Add(counter="b", amount=1, parts="no number")  # type: ignore[arg-type]
    results = await asyncio.gather(
        counters.ask("c1", Add(counter="a", amount=1)),
        counters.ask("c2", bad),
        counters.ask("c3", Add(counter="a", amount=1)),
        return_exceptions=True,
    )
    assert isinstance(results[1], TypeError)
    assert folded(counters, "a").total == 3
    assert (await counters.ask("c4", Take(counter="a", amount=3))).unwrap().version == 4
    assert (await counters.ask("c2", Add(counter="b", amount=1))).unwrap().version == 1


async def test_states_of_a_failed_commit_are_dropped(counters: Desk) -> None:
    """The disk says no between decision and commit: memory must not believe the events."""
    await counters.ask("c1", Add(counter="a", amount=1))
    trigger = "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'full'); END"
    counters.store.write(lambda c: c.execute(text(trigger)))
    with pytest.raises(Exception, match="full"):
        await counters.ask("c2", Add(counter="a", amount=5))
    counters.store.write(lambda c: c.execute(text("DROP TRIGGER full")))
    refused = await counters.ask("c3", Take(counter="a", amount=2))
    assert refused.failure().fault == TooLittle(2, 1)
    assert (await counters.ask("c2", Add(counter="a", amount=5))).unwrap().version == 2


async def test_few_remembered_states_and_snapshots_change_nothing(tmp_path: Path) -> None:
    sat = desk(tmp_path / "small.db", limit=2)
    rng = random.Random(3)
    totals = dict.fromkeys("abcde", 0)
    for turn in range(60):
        name = rng.choice("abcde")
        totals[name] += 37
        await sat.ask(f"c{turn}", Add(counter=name, amount=1, parts=37))
        assert len(sat.counters.known) <= 2
    for name, total in totals.items():
        taken = await sat.ask(f"all-{name}", Take(counter=name, amount=total + 1))
        assert taken.failure().fault == TooLittle(total + 1, total)
        found = sat.store.read(lambda c: log.snapshot(c, sat.counters.id(name)))  # noqa: B023
        assert (found is None) == (total < EVERY)
    await sat.close()


async def test_a_restart_knows_everything(tmp_path: Path) -> None:
    first = desk(tmp_path / "store.db")
    written = (await first.ask("c1", Add(counter="a", amount=1, parts=450))).unwrap()
    await first.close()
    second = desk(tmp_path / "store.db")
    again = (await second.ask("c1", Add(counter="a", amount=1, parts=450))).unwrap()
    assert again.answer == written.answer
    assert (await second.ask("c2", Take(counter="a", amount=451))).failure().fault == TooLittle(
        451, 450
    )
    await second.close()


async def test_a_damaged_snapshot_is_not_believed(tmp_path: Path) -> None:
    sat = desk(tmp_path / "store.db")
    await sat.ask("c1", Add(counter="a", amount=1, parts=EVERY))

    def damage(connection: Connection) -> None:
        changed = "UPDATE snapshots SET body = CAST(replace(body, '200', '900') AS BLOB)"
        connection.execute(text(changed))

    sat.store.write(damage)
    sat.counters.forget("a")
    refused = await sat.ask("c2", Take(counter="a", amount=EVERY + 1))
    assert refused.failure().fault == TooLittle(EVERY + 1, EVERY)
    await sat.close()


async def test_a_damaged_event_is_named_and_nothing_is_decided_on_it(counters: Desk) -> None:
    await counters.ask("c1", Add(counter="a", amount=1))
    counters.store.write(lambda c: c.execute(text("UPDATE events SET body = CAST('{}' AS BLOB)")))
    counters.counters.forget("a")
    result = await counters.ask("c2", Add(counter="a", amount=1))
    assert result.failure().fault == CorruptEvent("astra.test.added.v1", "", "amount is missing")
    assert counters.store.read(log.log_head).position == 1


async def test_a_caller_that_goes_away_does_not_undo_its_command(counters: Desk) -> None:
    task = asyncio.create_task(counters.ask("c1", Add(counter="a", amount=1)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await counters.ask("c1", Add(counter="a", amount=1))).unwrap().replayed
    assert folded(counters, "a").total == 1


async def test_the_bell_rings_after_the_commit(counters: Desk) -> None:
    heard = counters.bell.ear()
    heard.clear()
    await counters.ask("c1", Add(counter="a", amount=1))
    await asyncio.wait_for(heard.wait(), 1)
    assert counters.store.read(log.log_head).position == 1
