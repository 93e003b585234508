"""A whole account and everything that can come to it, with what must hold after every event."""

import decimal
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from attrs import define, evolve, field

from astracore.catalog.aggregates import ACCOUNT_EVENTS
from astracore.events.codec import codec
from astracore.events.decider import replay
from astracore.ids import AccountId, OrderId, UserId
from astracore.instants import SECOND, Instant
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import AccountCommand, OpenAccount, PlaceOrder
from astracore.trading.events import (
    AccountEvent,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderRejected,
    TradeExecuted,
)
from astracore.trading.facts import Facts, Mark, Seen
from astracore.trading.money_events import AccountReset, PositionLiquidated
from astracore.trading.order_events import (
    ChildReleased,
    ListPlaced,
    OrderAmended,
    OrderTriggered,
)
from astracore.trading.orders.groups import GroupKind, LegState
from astracore.trading.orders.states import FINAL
from astracore.trading.orders.terms import PLAIN, OrderTerms
from astracore.trading.orders.triggers import Prices
from astracore.trading.pnl import available_at, valuation
from astracore.trading.settlement import unit_of
from astracore.trading.state import Account
from astracore.trading.types import (
    INSTRUMENTS,
    ZERO,
    AccountMode,
    ContractKind,
    Instrument,
    MarginMode,
    OrderStatus,
    OrderType,
    Side,
)

ME = AccountId("a1")
NOW = Instant(1_772_618_400_000_000)
STATE = codec(Account)
LINEAR = INSTRUMENTS["ETH-USD"]
SPOT = evolve(INSTRUMENTS["SOL-USD"], kind=ContractKind.SPOT)
COIN = evolve(
    INSTRUMENTS["BTC-USD"],
    kind=ContractKind.INVERSE,
    tick=Decimal(1),
    lot=Decimal(1),
    min_qty=Decimal(1),
    max_qty=Decimal(1_000_000),
    min_notional=Decimal("0.00001"),
    multiplier=Decimal(10),
)
SUMS = decimal.Context(prec=100)
UNASKED = frozenset({OrderStatus.HELD, OrderStatus.UNTRIGGERED, OrderStatus.PENDING})


def market_of(currency: str) -> dict[str, Instrument]:
    """What an account in this currency trades."""
    if currency == "BTC":
        return {COIN.symbol: COIN}
    return {LINEAR.symbol: LINEAR, SPOT.symbol: SPOT}


HOME: Mapping[str, Decimal] = {
    "ETH-USD": Decimal(2000),
    "SOL-USD": Decimal(150),
    "BTC-USD": Decimal(50_000),
}


@define
class World:
    """An account, its log, its markets, and an oracle of quantities in fractions."""

    listed: dict[str, Instrument]
    marks: dict[str, Decimal]
    state: Account = ACCOUNT.initial
    events: list[AccountEvent] = field(factory=list)
    qty: dict[str, Fraction] = field(factory=dict)
    booked: dict[OrderId, Decimal] = field(factory=dict)
    only: set[OrderId] = field(factory=set)
    worked: set[OrderId] = field(factory=set)  # what a venue has ever had
    lists: dict[str, ListPlaced] = field(factory=dict)
    now: int = NOW.micros
    serial: int = 0
    restores: bool = True  # whether each decision is made again on a restored snapshot

    @classmethod
    def opened(cls, currency: str, balance: int = 10_000) -> "World":
        """A fresh practice account."""
        listed = market_of(currency)
        world = cls(listed=listed, marks={symbol: HOME[symbol] for symbol in listed})
        assert world.ask(
            OpenAccount(
                account_id=ME,
                user_id=UserId("u"),
                mode=AccountMode.PRACTICE,
                currency=currency,
                initial_balance=Decimal(balance),
                at=world.at,
            )
        )
        return world

    @property
    def at(self) -> Instant:
        """The present."""
        return Instant(self.now)

    def name(self, prefix: str) -> str:
        """A fresh name."""
        self.serial += 1
        return f"{prefix}{self.serial}"

    def facts(self, symbol: str) -> Facts:
        """What is known of the markets."""
        marks = tuple(Mark(symbol=key, price=p, at=self.at) for key, p in self.marks.items())
        return Facts(
            instrument=self.listed.get(symbol),
            marks=marks,
            maker_rate=Decimal("0.0002"),
            taker_rate=Decimal("0.0005"),
        )

    def order(
        self,
        symbol: str,
        side: Side,
        kind: OrderType,
        qty: Decimal,
        terms: OrderTerms = PLAIN,
        **more: object,
    ) -> PlaceOrder:
        """An order as it is asked for."""
        chosen: dict[str, object] = {
            "account_id": ME,
            "order_id": OrderId(self.name("o")),
            "symbol": symbol,
            "side": side,
            "type": kind,
            "qty": qty,
            "facts": self.facts(symbol),
            "at": self.at,
            "terms": terms,
        }
        return PlaceOrder(**{**chosen, **more})  # type: ignore[arg-type]

    def seen(self, symbol: str, previous: Decimal | None = None) -> Seen:
        """One market now."""
        price = self.marks[symbol]
        prices = Prices(last=price, mark=price, index=price, bid=price, ask=price)
        return Seen(instrument=self.listed[symbol], prices=prices, previous=previous)

    def ask(self, command: AccountCommand) -> tuple[AccountEvent, ...] | None:
        """The events of a command, folded and judged one by one; None when it was refused."""
        self.now += SECOND
        with decimal.localcontext(decimal.Context(prec=3)):  # a hostile caller
            result = ACCOUNT.decide(command, self.state)
            if self.restores:
                restored = STATE.decode(STATE.encode(self.state)).unwrap()
                assert ACCOUNT.decide(command, restored) == result
            if is_failure(result):
                assert result.failure().causes
                return None
            for event in result.unwrap():
                before = self.state
                self.state = ACCOUNT.evolve(before, event)
                self.events.append(event)
                self.follow(before, event)
                self.holds()
            return result.unwrap()

    def follow(self, before: Account, event: AccountEvent) -> None:
        """What the oracle makes of an event."""
        told = getattr(event, "cash", getattr(event, "cash_after", self.state.cash))
        assert self.state.cash == told
        if isinstance(event, AccountReset):
            assert (self.state.cash, self.state.reset_at) == (event.balance, event.at)
        with decimal.localcontext(SUMS):
            if isinstance(event, OrderAccepted) and event.reduce_only:
                self.only.add(event.order_id)
            if isinstance(event, OrderAccepted | ChildReleased):
                self.worked |= {event.order_id} if event.status is OrderStatus.PENDING else set()
            if isinstance(event, OrderTriggered):
                self.worked.add(event.order_id)
            if isinstance(event, ListPlaced):
                self.lists[event.list_id] = event
            if isinstance(event, PositionLiquidated):
                self.qty[event.key] = Fraction(0)
            if isinstance(event, TradeExecuted):
                self.trade(before, event)

    def trade(self, before: Account, event: TradeExecuted) -> None:
        """One fill: quantities in fractions; what only reduces never grows a position."""
        sign = 1 if event.side is Side.BUY else -1
        moved = Fraction(event.qty)
        in_base = event.fee_asset == event.symbol.partition("-")[0]
        if in_base and event.contract is ContractKind.SPOT:
            moved -= sign * Fraction(event.fee_charged or 0)
        after = self.qty.get(event.key, Fraction(0)) + sign * moved
        assert after == Fraction(event.position_qty)
        if event.order_id in self.only:
            assert abs(after) < abs(self.qty[event.key])
            assert after * self.qty[event.key] >= 0
        self.qty[event.key] = after
        self.booked[event.order_id] = self.booked.get(event.order_id, ZERO) + event.qty
        assert before.account_id == event.account_id

    def holds(self) -> None:
        """The accounting identity, the reserves and the orders, after every single event."""
        state = self.state
        worth = valuation(state, self.marks).unwrap()
        with decimal.localcontext(SUMS):
            books = state.deposits - state.withdrawals + state.realised - state.fees
            assert worth.equity == books + state.funding + state.insurance + worth.unrealised
            margins = sum((one.margin for one in state.positions.values()), ZERO)
            assert state.cash + margins == books + state.funding + state.insurance + state.lent
            crossed = [one.margin_mode for one in state.positions.values()]
            assert state.lent == ZERO or (state.lent > ZERO and MarginMode.CROSS in crossed)
            assert state.insurance >= ZERO
            assert state.reserved == sum((one.reserve for one in state.orders.values()), ZERO)
            assert state.cash >= ZERO
            assert state.reserved >= ZERO
            assert state.cash >= state.reserved or state.cross
            assert available_at(state, self.marks) >= ZERO
            unit = unit_of(state.currency)
            assert state.cash % unit == state.realised % unit == state.fees % unit == ZERO
            for held in state.positions.values():
                assert held.cost % unit == held.margin % unit == ZERO
                assert held.qty != ZERO
                assert held.margin >= ZERO
                assert Fraction(held.qty) == self.qty[held.key]

    def orders_hold(self) -> None:
        """executed is what was booked, at most qty; final orders lock nothing and are ended."""
        state = self.state
        for order in (*state.orders.values(), *state.ended.values()):
            assert order.executed == self.booked.get(order.order_id, ZERO) <= order.qty
            assert (order.status in FINAL) == (order.order_id in state.ended)
            assert order.status not in FINAL or order.reserve == ZERO
        for group in self.lists.values():
            self.list_holds(group)
        for group_now in state.groups.values():
            ended = [leg.order_id for leg in group_now.legs if leg.state is LegState.ENDED]
            left = [state.orders[OrderId(name)] for name in ended if name in state.orders]
            assert not any(order.status in UNASKED for order in left)

    def list_holds(self, placed: ListPlaced) -> None:
        """An oco fills its quantity once; exits never more than the entry did."""
        done = [self.booked.get(name, ZERO) for name in placed.order_ids]
        if placed.group is GroupKind.BRACKET:
            assert all(part <= done[0] for part in done[1:])
        if placed.group is GroupKind.OTO and not placed.protects:
            assert done[1] <= done[0]

    def ends_well(self) -> None:
        """Each order ends once; replay of what was stored is the state."""
        endings = [
            event.order_id
            for event in self.events
            if isinstance(event, OrderCancelled | OrderRejected | OrderExpired)
        ]
        assert len(endings) == len(set(endings))
        stored = [(ACCOUNT_EVENTS.name(one), ACCOUNT_EVENTS.encode(one)) for one in self.events]
        read = [ACCOUNT_EVENTS.decode(name, body).unwrap() for name, body in stored]
        assert replay(ACCOUNT, read) == self.state
        revisions = [one for one in self.events if isinstance(one, OrderAmended | ChildReleased)]
        assert all(one.qty > ZERO for one in revisions)
        assert all(one.balance > ZERO for one in self.events if isinstance(one, AccountReset))
