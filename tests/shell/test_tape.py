"""Prices and books from the leader to the others, and how old one may be when it decides."""

from decimal import Decimal

from attrs import define

from adapters.cache.memory import Memory
from adapters.exchanges.simulated import Moved, SimulatedVenue
from astracore.errors.trading import PriceStale
from astracore.events.decider import replay
from astracore.ids import AccountId, OrderId, UserId
from astracore.instants import SECOND, Instant, after
from astracore.marketdata.prints import Print
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import OpenAccount, PlaceOrder
from astracore.trading.state import Account
from astracore.trading.types import INSTRUMENTS, AccountMode, OrderType, Side, TimeInForce
from astracore.trading.venue.paper import VenueOrder
from astracore.trading.why.previewing import Preview, preview
from shell.caching.kinds import ROOMS
from shell.caching.tape import Tape
from shell.domains import ALL
from shell.market import Markets
from shell.ordering import facts_for
from shell.workers.leading import Alone

NOW = Instant(1_772_618_400_000_000)
SYMBOL = "SOL-USD"
ACCOUNT_ID, ORDER_ID = AccountId("a1"), OrderId("o1")


def printed(price: str, at: Instant) -> Print:
    return Print(symbol=SYMBOL, price=Decimal(price), qty=Decimal(1), at=at)


@define
class Prints:
    """What the leader's venue printed last."""

    newest: Print

    def moved(self) -> tuple[Moved, ...]:
        return (Moved(self.newest),)


@define
class Pair:
    """Two processes with a venue each and one cache between them; the second one looks on."""

    leader: SimulatedVenue
    other: SimulatedVenue
    tells: Tape
    hears: Tape

    async def printed(self, traded: Print) -> None:
        self.leader.take(traded)
        await self.tells.put_down(Prints(traded))


def pair() -> Pair:
    cache, leads, looks = Memory(lambda: 0.0, ROOMS), Alone(ALL), Alone(frozenset())
    leader, other = SimulatedVenue(INSTRUMENTS), SimulatedVenue(INSTRUMENTS)
    tells, hears = Tape(cache, leads, leader.quotes), Tape(cache, looks, other.quotes)
    return Pair(leader, other, tells, hears)


async def test_who_looks_on_hears_the_price_and_sees_what_orders_took() -> None:
    both = pair()
    assert (await both.hears.heard(), await both.hears.book(SYMBOL)) == ((), None)
    await both.printed(printed("140", NOW))
    assert [one.traded for one in await both.hears.heard()] == [printed("140", NOW)]
    both.other.take(printed("140", NOW))
    took = VenueOrder(
        order_id=ORDER_ID, account_id=ACCOUNT_ID, symbol=SYMBOL, side=Side.BUY,
        type=OrderType.MARKET, tif=TimeInForce.IOC, qty=Decimal(5),
        protective_price=Decimal(200),
    )  # fmt: skip
    both.leader.submit(took, NOW)
    await both.tells.put_down(Prints(printed("140", NOW)))
    seen, own = both.leader.quotes(SYMBOL), both.other.quotes(SYMBOL)
    assert seen is not None
    assert own is not None
    assert await both.hears.book(SYMBOL) == seen.book != own.book
    assert await both.tells.book(SYMBOL) is None  # the leader needs no telling
    both.other.take(printed("141", after(NOW, SECOND)))
    assert await both.hears.book(SYMBOL) is None  # what is known is newer than what was told


async def test_without_a_shared_cache_nobody_tells_or_hears() -> None:
    venue = SimulatedVenue(INSTRUMENTS)
    venue.take(printed("140", NOW))
    alone = Tape(None, Alone(ALL), venue.quotes)
    await alone.put_down(Prints(printed("140", NOW)))
    await alone.tell(Prints(printed("140", NOW)))
    assert (await alone.heard(), await alone.book(SYMBOL)) == ((), None)


async def test_a_price_from_the_cache_decides_by_its_age_and_the_record_says_it() -> None:
    """The mark keeps the instant of its print; after ten seconds it decides nothing."""
    both = pair()
    await both.printed(printed("140", NOW))
    for one in await both.hears.heard():
        both.other.take(one.traded)
    fresh = judged(both.other, after(NOW, 10 * SECOND))
    late = judged(both.other, after(NOW, 10 * SECOND + 1))
    assert fresh.causes == ()
    assert late.causes == (PriceStale(SYMBOL, 10 * SECOND + 1),)
    for found, age in ((fresh, 10 * SECOND), (late, 10 * SECOND + 1)):
        told = [one for one in found.orders[0].readings if (one.code, one.what) == AGE]
        assert [(one.value, one.limit) for one in told] == [(Decimal(age), Decimal(10 * SECOND))]


AGE = (PriceStale.code, "age")


def judged(venue: SimulatedVenue, at: Instant) -> Preview:
    """How the ladder judges a market order at `at`, by what a process knows."""
    facts = facts_for(SYMBOL, Markets(quotes=venue.quotes))
    command = PlaceOrder(
        account_id=ACCOUNT_ID, order_id=ORDER_ID, symbol=SYMBOL, side=Side.BUY,
        type=OrderType.MARKET, facts=facts, at=at, qty=Decimal("0.5"),
    )  # fmt: skip
    return preview(command, account(), INSTRUMENTS).unwrap()


def account() -> Account:
    """A fresh practice account."""
    opening = OpenAccount(
        account_id=ACCOUNT_ID, user_id=UserId("u1"), mode=AccountMode.PRACTICE,
        currency="USD", initial_balance=Decimal(10_000), at=NOW,
    )  # fmt: skip
    return replay(ACCOUNT, ACCOUNT.decide(opening, ACCOUNT.initial).unwrap())
