"""An event that a policy cannot handle: tried again, laid aside once, and in nobody's way."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from returns.result import Result
from sqlalchemy import Connection

from adapters.db import log, rows, subscribers
from adapters.db.rows import NotShownError
from adapters.db.subscribers import Letter, Letters, LetterState
from astracore.events.catalog import merged
from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from shell.asked import Asked, Refused, Written
from shell.workers import aside, reactor
from shell.workers.aside import TRIES, Pace, checkpoint_name
from shell.workers.follower import Follower, Following
from shell.workers.leading import Alone
from shell.workers.reactor import Reactor
from tests.domains.counter import COUNTER_EVENTS, Add, Added
from tests.domains.desk import Desk, StoppedClock, desk
from tests.shell.test_follower import Heard, Path2Commands

CATALOG = merged([COUNTER_EVENTS])
BAD = 666


@define(eq=False)
class Nap:
    """Waits that end when the test says so."""

    asked: list[float] = field(factory=list)
    _open: asyncio.Event = field(factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        """Until `let_pass`."""
        self.asked.append(seconds)
        await asyncio.sleep(0)
        await self._open.wait()

    def let_pass(self) -> None:
        """No wait takes any time from now on."""
        self._open.set()


@define(eq=False)
class Moods:
    """Which amounts a policy cannot bear now, and what it was told."""

    hates: set[int] = field(factory=lambda: {BAD})
    told: list[int] = field(factory=list)
    trouble: Callable[[], Exception] = lambda: ZeroDivisionError("poison\nmore")

    def copied(self, to: str) -> Callable[[Envelope[Added]], tuple[Add, ...]]:
        """A rule that adds to another counter whatever is added to one of `a`, `b`, `c`."""

        def react(envelope: Envelope[Added]) -> tuple[Add, ...]:
            if envelope.stream.key not in "abc":
                return ()
            self.told.append(envelope.event.amount)
            if envelope.event.amount in self.hates:
                raise self.trouble()
            return (Add(counter=to, amount=envelope.event.amount),)

        return react


@define(eq=False)
class Stage:
    """A follower with two policies: `sick` has moods, `well` has none."""

    sat: Desk
    follower: Follower
    reactor: Reactor
    moods: Moods
    nap: Nap

    async def add(self, counter: str, amount: int) -> int:
        """Add, and the position of that."""
        asked = await self.sat.ask(f"{counter}{amount}", Add(counter=counter, amount=amount))
        return asked.unwrap().position

    def copies(self, to: str) -> list[int]:
        """What a policy has added, in order."""
        found = self.sat.store.read(lambda c: log.after(c, 0, 10_000))
        events = [COUNTER_EVENTS.decode(x.type, x.body).unwrap() for x in found if x.key == to]
        return [event.amount for event in events]

    def letters(self) -> tuple[Letter, ...]:
        """Every dead letter, newest first."""
        return self.sat.store.read(lambda c: subscribers.page(c, Letters(limit=100)))

    def stands(self, policy: str) -> int:
        """Where a policy is kept to stand."""
        found = self.sat.store.read(lambda c: rows.checkpoint(c, checkpoint_name(policy)))
        return 0 if found is None else found.position

    async def again(self) -> None:
        """Staff ask for every letter, and the service looks."""

        def ask(connection: Connection) -> None:
            for letter in self.letters():
                subscribers.mark(connection, letter.id, LetterState.RETRYING)

        self.sat.store.write(ask)
        await self.reactor.aside.give_again(self.reactor._policies)


async def until(done: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(30):
        while not done():  # noqa: ASYNC110 - what is waited for lies in the store
            await asyncio.sleep(0.005)


def adding(name: str, moods: Moods) -> Policy[Added, Add]:
    return Policy(name=name, events=(Added,), react=moods.copied(name))


@asynccontextmanager
async def stage(
    path: Path, *, domain: str = "test", moods: Moods | None = None
) -> AsyncIterator[Stage]:
    """One life of a service over the store at `path`."""
    sat, nap, sick = desk(path / "store.db"), Nap(), moods or Moods()
    policies: tuple[Any, ...] = (adding("sick", sick), adding("well", Moods(hates=set())))
    homes = {"sick": domain, "well": "test"}
    made = Reactor(
        sat.store,
        Path2Commands(sat),
        policies,
        domain_of=homes.__getitem__,
        pace=Pace(StoppedClock(), nap.sleep),
    )
    lead = Alone(frozenset({"test", domain}))
    follower = Follower(sat.store, sat.bell, Following(catalog=CATALOG, models={}), made, lead)
    tasks = [asyncio.create_task(follower.run()), asyncio.create_task(made.run())]
    try:
        yield Stage(sat, follower, made, sick, nap)
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await sat.close()


async def test_others_go_on_and_its_own_stream_waits(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for counter, amount in (("a", 1), ("a", BAD), ("a", 2), ("b", 3), ("a", 4), ("b", 5)):
            await on.add(counter, amount)
        await until(
            lambda: on.copies("well") == [1, BAD, 2, 3, 4, 5] and on.copies("sick") == [1, 3, 5]
        )
        assert on.letters() == ()
        on.nap.let_pass()
        await on.follower.quiet()
        assert on.copies("sick") == [1, 3, 5, 2, 4]
        assert on.copies("well") == [1, BAD, 2, 3, 4, 5]
        assert on.nap.asked == [1.0, 5.0, 25.0, 125.0]
        (letter,) = on.letters()
        assert (letter.group, letter.position, letter.deliveries) == ("policy:sick", 2, 5)
        assert letter.why == "ZeroDivisionError: poison"
        assert await on.reactor.is_well()


async def test_what_mends_itself_leaves_no_letter_and_keeps_the_order(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        for amount in (1, BAD, 2):
            await on.add("a", amount)
        await until(lambda: on.nap.asked == [1.0])
        on.moods.hates.clear()
        on.nap.let_pass()
        await on.follower.quiet()
        assert on.copies("sick") == [1, BAD, 2]
        assert on.letters() == ()


async def test_one_bad_policy_dies_quickly_behind_its_first_letter(tmp_path: Path) -> None:
    """Seven in a row: the first is tried five times, what waits behind it once each."""
    async with stage(tmp_path, moods=Moods(hates=set(range(100)))) as on:
        for amount in range(1, 8):
            await on.add("a", amount)
        await until(lambda: on.copies("well") == list(range(1, 8)))
        on.nap.let_pass()
        await on.follower.quiet()
        assert sorted(one.deliveries for one in on.letters()) == [1, 1, 1, 1, 1, 1, 5]
        assert {one.group for one in on.letters()} == {"policy:sick"}
        assert on.nap.asked == [1.0, 5.0, 25.0, 125.0]


async def test_a_letter_is_given_again_once(tmp_path: Path) -> None:
    async with stage(tmp_path) as on:
        on.nap.let_pass()
        for amount in (BAD, 2):
            await on.add("a", amount)
        await on.follower.quiet()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(aside, "EVENTS", CATALOG)
            await on.again()
            (letter,) = on.letters()
            assert (letter.state, letter.deliveries) == (LetterState.DEAD, 6)
            on.moods.hates.clear()
            for _ in range(2):
                await on.again()
        await on.follower.quiet()
        assert on.copies("sick") == [2, BAD]
        assert {one.state for one in on.letters()} == {LetterState.RETRIED}


async def test_a_restart_reports_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The position was not kept yet, so that all is asked again."""
    async with stage(tmp_path) as on:
        on.nap.let_pass()
        for amount in (1, BAD, 2):
            await on.add("a", amount)
        await on.follower.quiet()
        first = on.letters()
        assert on.stands("sick") == 0
    async with stage(tmp_path) as on:
        await on.follower.quiet()
        assert on.nap.asked == []
        assert on.letters() == first
        assert on.copies("sick") == [1, 2]
    monkeypatch.setattr(reactor, "STRIDE", 1)
    async with stage(tmp_path, moods=Moods(hates={3})) as on:
        held = await on.add("b", 3)
        await on.add("c", 4)
        await until(lambda: on.copies("sick")[-1:] == [4] and on.stands("well") > 8)
        assert on.stands("sick") == held - 1  # a kill now loses nothing
    async with stage(tmp_path, moods=Moods(hates=set())) as on:
        await on.follower.quiet()
        assert sorted(on.copies("sick")) == [1, 2, 3, 4, BAD]


async def test_a_policy_of_money_stops_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reactor, "STRIDE", 1)
    async with stage(tmp_path, domain="financial") as on:
        on.nap.let_pass()
        for counter, amount in (("a", 1), ("a", BAD), ("a", 2), ("b", 3)):
            await on.add(counter, amount)
        await until(lambda: "sick" in on.reactor.aside.stopped)
        await on.add("c", 4)
        await on.follower.quiet()
        assert on.copies("well") == [1, BAD, 2, 3, 4]
        assert 2 not in on.copies("sick")
        assert 4 not in on.copies("sick")
        assert not await on.reactor.is_well()
        assert on.stands("sick") <= 1
        assert len(on.letters()) == 1
    async with stage(tmp_path, domain="financial") as on:
        await until(lambda: "sick" in on.reactor.aside.stopped)
        assert on.nap.asked == []  # it lies aside already
        on.moods.hates.clear()
        await on.again()
        await on.follower.quiet()
        assert await on.reactor.is_well()
        assert sorted(on.copies("sick")) == [1, 2, 3, 4, BAD]
        in_a = [one for one in on.copies("sick") if one in {1, BAD, 2}]
        assert in_a == [1, BAD, 2]
        assert sorted(on.copies("well")) == [1, 2, 3, 4, BAD]


async def test_a_model_that_is_built_is_waited_for_and_nobody_is_to_blame(tmp_path: Path) -> None:
    moods = Moods(trouble=lambda: NotShownError("some"))
    async with stage(tmp_path, moods=moods) as on:
        await on.add("a", BAD)
        on.nap.let_pass()
        await until(lambda: len(on.nap.asked) > TRIES + 2)
        moods.hates.clear()
        await on.follower.quiet()
        assert on.copies("sick") == [BAD]
        assert on.letters() == ()


async def test_a_command_that_fails_unforeseen_is_poison_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path2Commands.run

    async def run(self: Path2Commands, asked: Asked) -> Result[Written, Refused]:
        command: Any = asked.command
        if isinstance(command, Add) and (command.counter, command.amount) == ("sick", BAD):
            raise LookupError("nobody foresaw it")
        return await path(self, asked)

    monkeypatch.setattr(Path2Commands, "run", run)
    async with stage(tmp_path, moods=Moods(hates=set())) as on:
        on.nap.let_pass()
        for amount in (1, BAD, 2):
            await on.add("a", amount)
        await on.follower.quiet()
        assert on.copies("sick") == [1, 2]
        (letter,) = on.letters()
        assert letter.why == "LookupError: nobody foresaw it"


async def test_a_listener_that_breaks_stops_nobody(tmp_path: Path) -> None:
    """Neither those behind it nor the follower."""

    class Broken:
        def heard(self, events: tuple[Envelope[object], ...], _changed: object) -> None:
            raise KeyError(events[0].position)

    async with stage(tmp_path) as on:
        heard = Heard()
        on.follower.listen(Broken())
        on.follower.listen(heard)
        for amount in (1, 2):
            await on.add("a", amount)
        await on.follower.quiet()
        amounts = [one.event for one in heard.events if one.stream.key == "a"]
        assert amounts == [Added(amount=1), Added(amount=2)]
