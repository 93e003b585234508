"""A whole house in memory: every aggregate, every policy, one log; for tests of what follows what.

It is the command path without a disk: a command id is handled once, events get positions in
order, and policies read the log from a cursor that may be set back to see redelivery.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from attrs import define, evolve
from hypothesis import strategies as st
from returns.result import Result

from astracore.catalog.aggregates import (
    ACCOUNT_AGGREGATE,
    BOOKS_AGGREGATE,
    PROGRESS_AGGREGATE,
    USER_AGGREGATE,
    USERNAME_AGGREGATE,
)
from astracore.catalog.boards import LEADERBOARD_AGGREGATE
from astracore.events.catalog import Aggregate
from astracore.events.decider import replay
from astracore.events.envelope import Envelope, Origin, StreamId, event_id
from astracore.events.policy import reactions
from astracore.gamification.commands import AwardXp, RecordActivity, UnlockAchievement
from astracore.gamification.leaderboards.commands import ApplyScore
from astracore.gamification.leaderboards.periods import stream_key
from astracore.gamification.state import Progress
from astracore.ids import AccountId, CommandId, FillId, OrderId, UserId
from astracore.instants import DAY, MINUTE, Instant
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.ledger.state import Books
from astracore.outcome import is_failure
from astracore.policies.accounts import practice_account_id
from astracore.policies.registry import POLICIES, PolicyCommand
from astracore.trading.commands import (
    CancelOrder,
    Facts,
    Mark,
    OpenAccount,
    PlaceOrder,
    RecordAck,
    RecordCancel,
    RecordFill,
    SetLeverage,
)
from astracore.trading.state import Account
from astracore.trading.types import INSTRUMENTS, Liquidity, OrderType, Side, TimeInForce
from astracore.users.commands import Register
from astracore.users.registration import folded, register

Loose: TypeAlias = Any  # the house keeps states of every aggregate in one dict
MORNING = 20_000 * DAY
SYMBOLS = ("BTC-USD", "ETH-USD")


class House:
    """Everything that ever happened, and the states that follow from it."""

    def __init__(self) -> None:
        self.log: list[Envelope[object]] = []
        self.states: dict[StreamId, Loose] = {}
        self.versions: dict[StreamId, int] = {}
        self.handled: set[str] = set()
        self.cursor = 0
        self.refusals: list[object] = []

    def __repr__(self) -> str:
        """A history is told by what happened, not by all of its figures."""
        return " ".join(type(envelope.event).__name__ for envelope in self.log)

    def account(self, user_id: UserId) -> Account:
        registered = next(one for one in self.log if one.stream == StreamId("user.user", user_id))
        account_id = practice_account_id(user_id, registered.occurred_at)
        found: Account = self.state(ACCOUNT_AGGREGATE, account_id)
        return found

    def progress(self, user_id: UserId) -> Progress:
        found: Progress = self.state(PROGRESS_AGGREGATE, user_id)
        return found

    def books(self, book: Book) -> Books:
        found: Books = self.state(BOOKS_AGGREGATE, book.value)
        return found

    def state(self, aggregate: Aggregate[Loose, Loose, Loose, Loose], key: str) -> Loose:
        stream = StreamId(aggregate.decider.name, key)
        return self.states.get(stream, aggregate.decider.initial)

    def ask(self, command: Loose, command_id: str, at: Instant) -> None:
        """A person, a bot or a venue asks."""
        self.handle(
            command,
            Origin(
                command_id=CommandId(command_id),
                correlation_id=command_id,
                causation_id=command_id,
                actor="test",
                at=at,
            ),
        )

    def handle(self, command: Loose, origin: Origin) -> None:
        """Decide and append, unless this command id was handled before."""
        if origin.command_id in self.handled:
            return
        self.handled.add(origin.command_id)
        if isinstance(command, Register):
            self.enrol(command, origin)
            return
        aggregate, key = addressed(command)
        outcome = aggregate.decider.decide(command, self.state(aggregate, key))
        self.append(aggregate, key, outcome, origin)

    def enrol(self, command: Register, origin: Origin) -> None:
        """Registration: one decision, two streams."""
        name = folded(command.username)
        made = register(
            command,
            self.state(USER_AGGREGATE, command.user_id),
            self.state(USERNAME_AGGREGATE, name),
        )
        self.append(USER_AGGREGATE, command.user_id, made.map(lambda both: both.user), origin)
        self.append(USERNAME_AGGREGATE, name, made.map(lambda both: both.name), origin)

    def append(
        self,
        aggregate: Aggregate[Loose, Loose, Loose, Loose],
        key: str,
        outcome: Result[tuple[Loose, ...], Loose],
        origin: Origin,
    ) -> None:
        if is_failure(outcome):
            self.refusals.append(outcome.failure())
            return
        stream = StreamId(aggregate.decider.name, key)
        for event in outcome.unwrap():
            self.versions[stream] = self.versions.get(stream, 0) + 1
            self.log.append(self.wrapped(aggregate, event, stream, origin))
        self.states[stream] = replay(
            aggregate.decider, outcome.unwrap(), self.state(aggregate, key)
        )

    def wrapped(
        self,
        aggregate: Aggregate[Loose, Loose, Loose, Loose],
        event: object,
        stream: StreamId,
        origin: Origin,
    ) -> Envelope[object]:
        return Envelope(
            event_id=event_id(origin.at, origin.command_id, len(self.log)),
            type=aggregate.events.name(event),
            schema_version=1,
            stream=stream,
            version=self.versions[stream],
            position=len(self.log) + 1,
            occurred_at=origin.at,
            recorded_at=origin.at,
            correlation_id=origin.correlation_id,
            causation_id=origin.causation_id,
            command_id=origin.command_id,
            actor=origin.actor,
            config_version="1",
            producer="test",
            event=event,
        )

    def follow(self) -> None:
        """Let every policy read the log to its end, including what policies cause."""
        while self.cursor < len(self.log):
            envelope = self.log[self.cursor]
            self.cursor += 1
            for policy in POLICIES:
                for reaction in reactions(policy, envelope):
                    self.handle(reaction.command, reaction.origin)


def addressed(command: Loose) -> tuple[Aggregate[Loose, Loose, Loose, Loose], str]:
    """Which aggregate a command is for, and which one of them."""
    if isinstance(command, PostEntry):
        return BOOKS_AGGREGATE, command.book.value
    if isinstance(command, AwardXp | RecordActivity | UnlockAchievement):
        return PROGRESS_AGGREGATE, command.user_id
    if isinstance(command, ApplyScore):
        return LEADERBOARD_AGGREGATE, stream_key(command.key)
    return ACCOUNT_AGGREGATE, command.account_id


def asked_by_policies(house: House) -> Iterable[tuple[str, PolicyCommand]]:
    """Every (command id, command) that the policies derive from the log."""
    for envelope in house.log:
        for policy in POLICIES:
            for reaction in reactions(policy, envelope):
                yield reaction.origin.command_id, reaction.command


@define
class Trader:
    """Somebody who trades at random, through a venue that fills at random."""

    house: House
    user_id: UserId
    clock: int = MORNING
    count: int = 0

    def now(self) -> Instant:
        return Instant(self.clock)

    def name(self, what: str) -> str:
        self.count += 1
        return f"{self.user_id}-{what}-{self.count}"

    def ask(self, command: Loose) -> None:
        self.house.ask(command, self.name("command"), self.now())
        self.house.follow()

    def facts(self, symbol: str, price: Decimal) -> Facts:
        held = self.house.account(self.user_id).positions
        marks = {**{name: price_near(name) for name in held}, symbol: price}
        return Facts(
            instrument=INSTRUMENTS[symbol],
            marks=tuple(
                Mark(symbol=name, price=mark, at=self.now()) for name, mark in marks.items()
            ),
            maker_rate=Decimal("0.0002"),
            taker_rate=Decimal("0.0005"),
        )


def price_near(symbol: str, steps: int = 0) -> Decimal:
    """A price on the tick, some steps of 0.1 % away from a middle."""
    return (Decimal(40_000) if symbol == "BTC-USD" else Decimal(2_000)) + steps * Decimal(2)


@st.composite
def houses(draw: st.DrawFn) -> House:
    """A house in which one to three people have traded for a while."""
    house = House()
    traders = [enrolled(house, f"player-{n}") for n in range(draw(st.integers(1, 3)))]
    for _ in range(draw(st.integers(0, 12))):
        trader = draw(st.sampled_from(traders))
        trader.clock += draw(st.sampled_from([1, 2, 10, 24 * 60])) * MINUTE
        act(draw, trader)
    return house


def enrolled(house: House, username: str) -> Trader:
    trader = Trader(house=house, user_id=UserId(f"id-{username}"))
    trader.ask(Register(user_id=trader.user_id, username=username, at=trader.now()))
    return trader


def act(draw: st.DrawFn, trader: Trader) -> None:
    """Choose a leverage now and then, place an order, and let the venue answer it."""
    account = trader.house.account(trader.user_id)
    symbol = draw(st.sampled_from(SYMBOLS))
    price = price_near(symbol, draw(st.integers(-20, 20)))
    facts = trader.facts(symbol, price)
    if draw(st.integers(0, 4)) == 0:
        leverage = SetLeverage(
            account_id=account.account_id,
            symbol=symbol,
            leverage=draw(st.integers(1, 10)),
            facts=facts,
            at=trader.now(),
        )
        trader.ask(leverage)
    order_id = OrderId(trader.name("order"))
    limit = draw(st.booleans())
    size = Decimal(draw(st.integers(1, 60))) / 1000 * (1 if symbol == "BTC-USD" else 20)
    trader.ask(
        PlaceOrder(
            account_id=account.account_id,
            order_id=order_id,
            symbol=symbol,
            side=draw(st.sampled_from(Side)),
            type=OrderType.LIMIT if limit else OrderType.MARKET,
            qty=size,
            facts=facts,
            at=trader.now(),
            limit_price=price if limit else None,
            tif=TimeInForce.GTC if limit else TimeInForce.IOC,
            reduce_only=draw(st.integers(0, 5)) == 0,
        )
    )
    answer(draw, trader, account.account_id, order_id)


def answer(draw: st.DrawFn, trader: Trader, account_id: AccountId, order_id: OrderId) -> None:
    """The venue acknowledges, fills in up to three parts (some told twice), and may cancel."""
    at = trader.now()
    trader.ask(RecordAck(account_id=account_id, order_id=order_id, venue_order_id="v", at=at))
    for part in range(draw(st.integers(0, 3))):
        order = trader.house.account(trader.user_id).orders.get(order_id)
        if order is None:
            break
        left = order.qty - order.executed
        whole = part == 2 or draw(st.booleans())
        lot = INSTRUMENTS[order.symbol].lot
        qty = left if whole else max(lot, left / 2 // lot * lot)
        fill = RecordFill(
            account_id=account_id,
            order_id=order_id,
            fill_id=FillId(trader.name("fill")),
            symbol=order.symbol,
            side=order.side,
            qty=qty,
            price=price_near(order.symbol, draw(st.integers(-20, 20))),
            liquidity=draw(st.sampled_from(Liquidity)),
            at=at,
        )
        trader.ask(fill)
        if draw(st.booleans()):
            trader.ask(evolve(fill))
    if draw(st.booleans()):
        trader.ask(CancelOrder(account_id=account_id, order_id=order_id, at=at))
        trader.ask(RecordCancel(account_id=account_id, order_id=order_id, reason="asked", at=at))


def opened_accounts(house: House) -> int:
    """How many accounts the policies asked for."""
    return sum(isinstance(command, OpenAccount) for _, command in asked_by_policies(house))
