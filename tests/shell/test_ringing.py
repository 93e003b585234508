"""The bell between processes wakes the others; without it they look by themselves."""

import asyncio
from pathlib import Path

import pytest
from attrs import define, field

from adapters.bus.memory import InProcess
from adapters.bus.redis import redis_bus
from shell.bell import GLANCE, Bell
from shell.bus import Bus
from shell.domains import ALL
from shell.workers.leading import Alone
from shell.workers.ringing import SELDOM, SILENCE, Ringer
from tests.adapters.bus.conftest import PATIENCE_S, Time
from tests.domains.counter import Add
from tests.domains.desk import desk
from tests.servers.redis import Server
from tests.shell.test_bell import grown, in_log


@define
class Side:
    """One process's bell and who rings it."""

    bus: Bus
    time: Time
    name: str
    bell: Bell = field(factory=Bell)
    lead: Alone = field(factory=lambda: Alone(ALL))

    def ringer(self) -> Ringer:
        """Its ringer."""
        return Ringer(self.bus, self.bell, self.lead, self.name, self.time)


class Spoken(InProcess):
    """A bus that remembers what was said."""

    def __init__(self, time: Time) -> None:
        super().__init__(time)
        self.words: list[str] = []

    async def ring(self, word: str):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Remember it."""
        self.words.append(word)
        return await super().ring(word)


async def test_what_was_committed_is_said_once(tmp_path: Path) -> None:
    time = Time()
    bus = Spoken(time)
    sat = await grown(tmp_path / "store.db")
    side = Side(bus, time, "a", sat.bell)
    ringer = side.ringer()
    await ringer.say()
    await ringer.say()
    assert bus.words == ["a 5"]
    await sat.ask("c9", Add(counter="a", amount=1))
    await ringer.say()
    assert bus.words == ["a 5", "a 6"]
    await sat.close()


async def test_what_a_leader_folded_is_said_and_a_follower_says_nothing(tmp_path: Path) -> None:
    time = Time()
    bus = Spoken(time)
    sat = await grown(tmp_path / "store.db")
    leader, other = Side(bus, time, "a").ringer(), Side(bus, time, "b").ringer()
    await leader.say()
    await other.say()
    bus.words.clear()
    other.lead = Alone(frozenset())
    for ringer in (leader, other):
        ringer.heard(in_log(sat), ())
        await ringer.say()
    assert bus.words == ["a 5"]
    await sat.close()


async def test_a_word_of_another_wakes_and_forgets_what_is_no_longer_the_end(
    tmp_path: Path,
) -> None:
    time = Time()
    sat = await grown(tmp_path / "store.db")
    ringer = Side(InProcess(time), time, "a", sat.bell).ringer()
    ear = sat.bell.ear()
    ear.clear()
    ringer.hear("a 9")
    assert not ear.is_set()
    ringer.hear("b 5")
    assert ear.is_set()
    assert sat.bell.newest == 5
    ringer.hear("b 6")
    assert sat.bell.newest == 0
    await ringer.say()
    await sat.close()


@pytest.mark.parametrize(
    "word", ["", "b", "b x", "b -1", "b 01", "b 5\n", "b 5 6", "ü 5", "b " + "9" * 99]
)
def test_what_strangers_say_is_passed_over(word: str) -> None:
    ringer = Side(InProcess(Time()), Time(), "a").ringer()
    ear = ringer.bell.ear()
    ear.clear()
    ringer.hear(word)
    assert not ear.is_set()


async def test_it_is_relied_on_only_while_it_comes_back() -> None:
    time = Time()
    ringer = Side(InProcess(time), time, "a").ringer()
    await ringer.say()
    assert ringer.bell.glance == GLANCE
    ringer.hear("a 0")
    await ringer.say()
    assert ringer.bell.glance == SELDOM
    time.now += SILENCE + 0.1
    await ringer.say()
    assert ringer.bell.glance == GLANCE


async def test_two_processes_hear_each_other_over_redis(redis: Server, tmp_path: Path) -> None:
    """Also when Redis is emptied: words are not kept anywhere."""
    time = Time()
    sat = desk(tmp_path / "store.db")
    buses = [redis_bus(redis.address, time, PATIENCE_S).unwrap() for _ in range(2)]
    speaker, hearer = (
        Side(buses[0], time, "a", sat.bell).ringer(),
        Side(buses[1], time, "b").ringer(),
    )
    async with asyncio.timeout(PATIENCE_S):
        works = [asyncio.create_task(one()) for one in (speaker.speak, hearer.listen)]
        ear = hearer.bell.ear()
        for number in range(3):
            ear.clear()
            while not ear.is_set():
                await sat.ask(f"c{number}-{time.now}", Add(counter="a", amount=1))
                time.now += 1
                await asyncio.sleep(0.02)
            redis.empty()
        for work in works:
            work.cancel()
        await asyncio.gather(*works, return_exceptions=True)
    for bus in buses:
        await bus.close()
    await sat.close()
