"""What is committed is published, in order, at least once, whatever becomes of bus or relay."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from attrs import define, field
from sqlalchemy import Connection

from adapters.bus.memory import InProcess
from adapters.bus.redis import redis_bus
from adapters.db import log, rows, subscribers
from adapters.db.subscribers import Letters, LetterState
from astracore.events.delivery import DELIVERIES, Delivery, Group, Reader
from shell.bus import Bus
from shell.domains import ALL
from shell.workers import relay as relaying
from shell.workers.leading import Alone, LeadLostError, Term
from shell.workers.relay import Relay, told
from tests.adapters.bus.conftest import BACKENDS, PATIENCE_S, Stage, Time
from tests.domains.counter import Add
from tests.domains.desk import Desk, StoppedClock, desk
from tests.servers.redis import Server

ADDED = "astra.test.added"
EVERY = (ADDED,)


@define
class Post:
    """A counter's desk with a relay behind it; every step is taken by hand."""

    sat: Desk
    bus: Bus
    time: Time
    lead: Alone = field(factory=lambda: Alone(ALL))
    asked: int = 0

    def relay(self) -> Relay:
        """A relay as it is after a start."""
        return Relay(self.sat.store, self.bus, self.sat.bell, self.lead, StoppedClock())

    async def add(self, parts: int = 1) -> None:
        """Commit so many events."""
        self.asked += 1
        await self.sat.ask(f"c{self.asked}", Add(counter="a", amount=parts, parts=parts))

    def head(self) -> int:
        """Where the log ends."""
        return self.sat.store.read(log.log_head).position

    async def given(self, group: str = "g") -> list[Delivery]:
        """What a reader gets now."""
        who = Reader(group=group, name="r", streams=EVERY)
        return list((await self.bus.take(who, 1000, 0)).unwrap())

    async def answered(self, group: str = "g") -> list[int]:
        """The same, answered at once: the positions."""
        found = await self.given(group)
        (await self.bus.done(group, found)).unwrap()
        return [one.message.position for one in found]


@pytest.fixture(params=BACKENDS)
async def post(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Post]:
    """A relay's surroundings on either bus."""
    sat, time = desk(tmp_path / "store.db"), Time()
    bus: Bus = InProcess(time)
    if request.param == "redis":
        server: Server = request.getfixturevalue("redis")
        server.empty()
        bus = redis_bus(server.address, time, PATIENCE_S).unwrap()
    yield Post(sat, bus, time)
    await bus.close()
    await sat.close()


async def drained(relay: Relay) -> None:
    """Step until there is no more."""
    while await relay.step():
        pass


async def until_opened(relay: Relay) -> None:
    """Wait for a relay at work."""
    while relay.position is None:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def joined(post: Post, relay: Relay, group: str = "g") -> None:
    """A group that reads all, known to the store."""
    await drained(relay)
    (await post.bus.join(group, EVERY)).unwrap()
    await relay.tidied()


async def test_what_is_committed_is_published_as_it_is_stored(post: Post) -> None:
    relay = post.relay()
    await post.add(2)
    await joined(post, relay)
    await post.add(3)
    await drained(relay)
    stored = post.sat.store.read(lambda connection: log.after(connection, 2, 10))
    assert [one.message for one in await post.given()] == [told(one) for one in stored]


async def test_nobody_reads_so_nothing_is_published_and_the_bus_moves_on(post: Post) -> None:
    relay = post.relay()
    await drained(relay)
    await relay.tidied()
    await post.add(3)
    await drained(relay)
    assert relay.position == 3
    await joined(post, relay)
    await post.add(2)
    await drained(relay)
    assert await post.answered() == [4, 5]


async def test_a_group_that_joins_while_nobody_read_misses_nothing_after_it(post: Post) -> None:
    relay = post.relay()
    await drained(relay)
    await relay.tidied()
    assert not relay.is_read
    (await post.bus.join("g", EVERY)).unwrap()
    await post.add(3)
    await drained(relay)
    assert await post.answered() == [1, 2, 3]


async def test_a_relay_that_starts_again_goes_on_where_the_bus_stands(post: Post) -> None:
    relay = post.relay()
    await joined(post, relay)
    await post.add(4)
    await drained(relay)
    await post.add(2)
    await drained(post.relay())
    assert await post.answered() == [1, 2, 3, 4, 5, 6]


async def test_two_relays_at_once_publish_everything_once(post: Post) -> None:
    """One of them believes to lead and does not: it must not double or disorder anything."""
    one, other = post.relay(), post.relay()
    await joined(post, one)
    await drained(other)
    for _ in range(10):
        await post.add(3)
        await asyncio.gather(one.step(), other.step())
    await drained(one)
    await drained(other)
    assert await post.answered() == list(range(1, 31))


async def test_emptied_the_bus_gives_again_what_was_not_answered(post: Post) -> None:
    relay = post.relay()
    await joined(post, relay)
    await joined(post, relay, "slow")
    await post.add(5)
    await drained(relay)
    assert await post.answered() == [1, 2, 3, 4, 5]
    held = await post.given("slow")
    (await post.bus.done("slow", held[:2])).unwrap()
    await relay.tidied()
    (await post.bus.clear()).unwrap()
    await post.add(2)
    await drained(relay)
    assert await post.answered() == [6, 7]
    assert await post.answered("slow") == [3, 4, 5, 6, 7]


async def test_emptied_it_is_found_out_by_whoever_looks_first(post: Post) -> None:
    relay = post.relay()
    await joined(post, relay)
    (await post.bus.clear()).unwrap()
    await relay.tidied()
    assert relay.position is None
    await post.add()
    await drained(relay)
    assert await post.answered() == [1]


async def test_an_emptied_bus_forgets_no_group_of_the_store(post: Post) -> None:
    relay = post.relay()
    await joined(post, relay)
    (await post.bus.clear()).unwrap()
    await relay.tidied()
    kept = post.sat.store.read(subscribers.groups)
    assert kept == (Group(name="g", position=0, streams=EVERY),)


async def test_only_what_every_group_has_answered_is_trimmed(post: Post) -> None:
    relay = post.relay()
    await joined(post, relay)
    await joined(post, relay, "slow")
    await post.add(6)
    await drained(relay)
    await post.answered()
    await relay.tidied()
    assert await post.answered("slow") == [1, 2, 3, 4, 5, 6]


async def test_dead_letters_are_kept_once_and_given_again_when_asked_for(post: Post) -> None:
    relay = post.relay()
    await joined(post, relay)
    await post.add(2)
    await drained(relay)
    for _ in range(DELIVERIES):
        for one in await post.given():
            if one.message.position == 1:
                (await post.bus.failed("g", one, "cannot read it")).unwrap()
            else:
                (await post.bus.done("g", [one])).unwrap()
        await aged(post)
    await relay.tidied()
    await relay.tidied()
    (letter,) = letters(post)
    assert (letter.group, letter.position, letter.deliveries) == ("g", 1, DELIVERIES)
    assert (letter.why, letter.state) == ("cannot read it", LetterState.DEAD)
    assert (await post.bus.dead("g", 10)).unwrap() == ()
    post.sat.store.write(lambda c: subscribers.mark(c, letter.id, LetterState.RETRYING))
    await relay.tidied()
    await relay.tidied()
    (again,) = await post.given()
    assert json.loads(again.message.body)["event_id"] == letter.event_id
    assert [one.state for one in letters(post)] == [LetterState.RETRIED]


async def aged(post: Post) -> None:
    """Long enough for any retry."""
    await Stage(post.bus, post.time).later(126)


def letters(post: Post) -> tuple[subscribers.Letter, ...]:
    """What is kept."""
    return post.sat.store.read(lambda c: subscribers.page(c, Letters(limit=10)))


async def test_a_group_too_far_behind_is_let_go(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "BACKLOG_MAX", 3)
    relay = post.relay()
    await joined(post, relay)
    await joined(post, relay, "slow")
    await post.add(4)
    await drained(relay)
    await post.answered()
    await relay.tidied()
    assert [one.name for one in post.sat.store.read(subscribers.groups)] == ["g"]
    who = Reader(group="slow", name="r", streams=EVERY)
    assert (await post.bus.take(who, 1, 0)).failure().code == "group_gone"


async def test_a_bus_of_another_log_is_emptied_and_begun_anew(post: Post) -> None:
    (await post.bus.open(100, ())).unwrap()
    (await post.bus.join("stranger", EVERY)).unwrap()
    relay = post.relay()
    await post.add(2)
    assert not await relay.step()
    await joined(post, relay)
    await post.add(1)
    await drained(relay)
    assert await post.answered() == [3]


async def test_who_does_not_lead_any_more_keeps_nothing(post: Post) -> None:
    relay = post.relay()
    await joined(post, relay)

    def lost(_connection: Connection, _term: Term) -> None:
        raise LeadLostError

    relay.lead = type("Lost", (), {"fence": staticmethod(lost)})()
    await post.add(1)
    await drained(relay)
    await post.answered()
    with pytest.raises(LeadLostError):
        await relay.tidied()
    (kept,) = post.sat.store.read(subscribers.groups)
    assert kept.position == 0


async def test_at_work_it_publishes_soon_after_a_commit_and_notes_how_far(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaying, "TIDY", 0.01)
    relay = post.relay()
    async with asyncio.timeout(6 * PATIENCE_S), relay.shift():
        await until_opened(relay)
        (await post.bus.join("g", EVERY)).unwrap()
        await post.add(3)
        seen: list[int] = []
        while seen != [1, 2, 3]:
            seen += await post.answered()
            await asyncio.sleep(0.01)
        while True:
            found = post.sat.store.read(lambda c: rows.checkpoint(c, relaying.CHECKPOINT))
            if found is not None and found.position == 3:
                break
            await asyncio.sleep(0.01)
