"""Funding is charged at every instant, once, by whichever process comes first."""

from collections.abc import AsyncIterator, Mapping
from decimal import Decimal

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from attrs import evolve, field, frozen

from astracore.instants import DAY, HOUR, Instant
from astracore.trading.facts import Mark
from astracore.trading.money_commands import ApplyFunding
from astracore.trading.types import INSTRUMENTS, Instrument
from astracore.trading.venue.funding import FundingRules, next_instant
from shell.keys import CLOCK, RUNTIME, VENUE
from shell.workers.funding import PAUSE, Funding
from shell.workers.funding import asked as named
from tests.shell.conftest import House, Player
from tests.shell.test_orders_service import SYMBOL, held
from tests.shell.test_service import asked


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


@pytest_asyncio.fixture
async def player(house: House, client: ClientSession) -> Player:
    found = await house.player(client)
    await held(house, client, found)
    return found


class Marks:
    """A market that stands still, or has no price at all."""

    def __init__(self, price: str | None) -> None:
        self.price = price

    def marks(self) -> tuple[Mark, ...]:
        """The one mark."""
        at = Instant(0)
        known = self.price
        return () if known is None else (Mark(symbol=SYMBOL, price=Decimal(known), at=at),)


class Watch:
    """A clock that shows what it is told."""

    def __init__(self, at: Instant) -> None:
        self.at = at

    def now(self) -> Instant:
        """What it shows."""
        return self.at


@frozen
class Book:
    """The instruments, as staff left them."""

    listed: Mapping[str, Instrument] = INSTRUMENTS
    changed: Mapping[str, Instant] = field(factory=dict)


def worker(house: House, price: str | None = "2000") -> Funding:
    """A worker that remembers nothing, as after a restart."""
    runtime, clock = house.app[RUNTIME], house.app[CLOCK]
    return Funding(runtime.store, runtime.commands, Marks(price), clock, Book())


def instant(house: House, hours: int = 0) -> Instant:
    """The next instant, and some hours."""
    first = next_instant(house.app[CLOCK].now(), 8 * HOUR)
    assert first is not None
    return Instant(first.micros + hours * HOUR)


def settle(house: House, found: Funding, at: Instant) -> int:
    """One look of a worker."""
    count = house.inside(found.settle(at))
    house.quiet()
    return count


async def funding(client: ClientSession, player: Player) -> Decimal:
    """What the account was paid so far."""
    path = f"/accounts/{player.account_id}"
    return Decimal((await asked(client, "GET", path, 200, headers=player.head()))["funding"])


async def test_each_instant_is_charged_once(
    house: House, client: ClientSession, player: Player
) -> None:
    """A tenth of an ETH at 2000 pays 0.02; a missed day is made up for, a restart adds nothing."""
    at, day_after = instant(house), instant(house, 24)
    assert settle(house, worker(house), Instant(at.micros - 1)) == 0
    assert settle(house, worker(house), at) >= 1
    assert await funding(client, player) == Decimal("-0.02")
    assert settle(house, worker(house), at) == 0
    assert settle(house, worker(house, None), day_after) == 0
    assert settle(house, worker(house), day_after) >= 3
    assert settle(house, worker(house, "3000"), day_after) == 0
    assert await funding(client, player) == Decimal("-0.08")
    path = f"/positions/{player.account_id}/{SYMBOL}"
    position = await asked(client, "GET", path, 200, headers=player.head())
    assert Decimal(position["funding"]) == Decimal("-0.08")


async def test_the_same_payment_asked_for_twice_is_one(
    house: House, client: ClientSession, player: Player
) -> None:
    """Two processes may come to the same instant: the command has one name."""
    at = instant(house)
    command = ApplyFunding(
        account_id=player.account_id,  # type: ignore[arg-type]
        symbol=SYMBOL,
        rate=Decimal("0.0001"),
        mark=Decimal(2000),
        at=at,
    )
    run = house.app[RUNTIME].commands.run
    first = house.inside(run(named(command))).unwrap()
    again = house.inside(run(named(evolve(command, mark=Decimal(9000))))).unwrap()
    assert (first.replayed, again.replayed) == (False, True)
    assert first.events == again.events
    house.quiet()
    assert await funding(client, player) == Decimal("-0.02")


def test_the_next_look_is_at_the_next_instant(house: House) -> None:
    runtime, venue = house.app[RUNTIME], house.app[VENUE]
    before = Watch(Instant(DAY - 1_500_000))
    found = Funding(runtime.store, runtime.commands, venue, before, Book())
    assert found.pause() == 1.5
    before.at = Instant(DAY)
    assert found.pause() == PAUSE
    never = {SYMBOL: evolve(INSTRUMENTS[SYMBOL], funding_interval=0)}
    assert Funding(runtime.store, runtime.commands, venue, before, Book(never)).pause() == PAUSE


def test_rules_without_a_rate_are_no_rules(house: House) -> None:
    runtime, venue = house.app[RUNTIME], house.app[VENUE]
    wrong, clock = FundingRules(clamp=Decimal(-1)), house.app[CLOCK]
    with pytest.raises(ValueError, match="no funding rate"):
        Funding(runtime.store, runtime.commands, venue, clock, Book(), wrong)
