"""The account under any history: the books add up at every prefix, and nothing happens twice."""

import decimal
from decimal import Decimal
from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astracore.catalog.aggregates import ACCOUNT_EVENTS
from astracore.events.codec import codec
from astracore.events.decider import replay
from astracore.ids import FillId, OrderId
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import (
    AccountCommand,
    CancelAll,
    CancelOrder,
    ClosePosition,
    PlaceOrder,
    RecordAck,
    RecordCancel,
    RecordFill,
    RecordRefusal,
)
from astracore.trading.events import (
    AccountEvent,
    OrderAccepted,
    OrderCancelled,
    OrderExpired,
    OrderRejected,
    PositionClosed,
    TradeExecuted,
)
from astracore.trading.orders.states import FINAL
from astracore.trading.pnl import valuation
from astracore.trading.reserves import available
from astracore.trading.state import Account
from astracore.trading.types import INSTRUMENTS, ZERO, Liquidity, OrderType, Side
from property_tests.trading_makers import ME, NOW, Oracle, facts, leverage, opening

TICK, LOT = INSTRUMENTS["ETH-USD"].tick, INSTRUMENTS["ETH-USD"].lot
prices = st.integers(190_000, 210_000).map(lambda ticks: ticks * TICK)
quantities = st.integers(10, 20_000).map(lambda lots: lots * LOT)
sides = st.sampled_from(Side)
picks = st.integers(0, 10**6)
STATE = codec(Account)


class AccountMachine(RuleBasedStateMachine):
    """One account in ETH, a venue that reports in any order, and an oracle in fractions."""

    def __init__(self) -> None:
        super().__init__()
        self.state = ACCOUNT.initial
        self.events: list[AccountEvent] = []
        self.oracle = Oracle()
        self.known: list[OrderId] = []
        self.fills: list[RecordFill] = []
        self.serial = 0
        self.mark = Decimal(2000)

    def ask(self, command: AccountCommand) -> tuple[AccountEvent, ...] | None:
        """The events of a command, folded one by one; None when it was refused.

        Whoever goes on from a snapshot decides the same.
        """
        with decimal.localcontext(decimal.Context(prec=3)):  # a hostile caller
            result = ACCOUNT.decide(command, self.state)
            restored = STATE.decode(STATE.encode(self.state)).unwrap()
            assert ACCOUNT.decide(command, restored) == result
            if is_failure(result):
                assert result.failure().causes
                return None
            for event in result.unwrap():
                self.state = ACCOUNT.evolve(self.state, event)
                self.events.append(event)
                self.books_add_up()
            return result.unwrap()

    def books_add_up(self) -> None:
        """The accounting identity and the reserves, after every single event."""
        state = self.state
        worth = valuation(state, {"ETH-USD": self.mark}).unwrap()
        floating = worth.unrealised
        with decimal.localcontext(decimal.Context(prec=100)):
            assert worth.equity == (
                state.deposits + state.realised + floating - state.fees + state.insurance
            )
            locked = sum((order.reserve for order in state.orders.values()), ZERO)
            assert state.reserved == locked
            assert state.cash >= state.reserved >= ZERO
            assert available(state) == state.cash - state.reserved

    @initialize(of=st.integers(1, 10))
    def begin(self, of: int) -> None:
        """An open account with some leverage."""
        assert self.ask(opening()) is not None
        assert self.ask(leverage(of)) is not None

    @rule(mark=prices)
    def market(self, mark: Decimal) -> None:
        """The market moves."""
        self.mark = mark

    @rule(side=sides, qty=quantities, price=st.none() | prices, reduce_only=st.booleans())
    def place(self, side: Side, qty: Decimal, price: Decimal | None, *, reduce_only: bool) -> None:
        """An order, accepted or not."""
        self.serial += 1
        name = OrderId(f"o{self.serial}")
        command = PlaceOrder(
            account_id=ME,
            order_id=name,
            symbol="ETH-USD",
            side=side,
            type=OrderType.MARKET if price is None else OrderType.LIMIT,
            qty=qty,
            limit_price=price,
            reduce_only=reduce_only,
            facts=facts(str(self.mark)),
            at=NOW,
        )
        before = available(self.state)
        events = self.ask(command)
        if events is not None:
            self.known.append(name)
            assert available(self.state) <= before

    @rule(qty=st.none() | quantities)
    def close(self, qty: Decimal | None) -> None:
        """Ask to be out."""
        self.serial += 1
        name = OrderId(f"o{self.serial}")
        command = ClosePosition(
            account_id=ME,
            order_id=name,
            symbol="ETH-USD",
            facts=facts(str(self.mark)),
            at=NOW,
            qty=qty,
        )
        if self.ask(command) is not None:
            self.known.append(name)

    @rule(pick=picks, share=st.integers(1, 4), price=prices, liquidity=st.sampled_from(Liquidity))
    def fill(self, pick: int, share: int, price: Decimal, liquidity: Liquidity) -> None:
        """A fill of any known order, whatever its status; sometimes it is too large."""
        if not self.known:
            return
        name = self.known[pick % len(self.known)]
        order = self.state.orders.get(name, self.state.ended.get(name))
        assert order is not None
        self.serial += 1
        lots = int((order.qty - order.executed) / LOT) * share // 3
        command = RecordFill(
            account_id=ME,
            order_id=name,
            fill_id=FillId(f"f{self.serial}"),
            symbol="ETH-USD",
            side=order.side,
            qty=max(LOT, lots * LOT),
            price=price,
            liquidity=liquidity,
            at=Instant(NOW.micros + self.serial),
        )
        events = self.ask(command)
        self.fills.append(command)
        for event in events or ():
            if isinstance(event, TradeExecuted):
                signed = Fraction(event.qty) * (1 if event.side is Side.BUY else -1)
                self.oracle.fill(signed, Fraction(event.price))

    @rule(pick=picks)
    def fill_again(self, pick: int) -> None:
        """The same report again changes nothing, unless it was refused before."""
        if not self.fills:
            return
        command = self.fills[pick % len(self.fills)]
        booked = any(
            isinstance(event, TradeExecuted) and event.fill_id == command.fill_id
            for event in self.events
        )
        if booked:
            assert self.ask(command) == ()

    @rule(pick=picks, kind=st.sampled_from(("ack", "cancel", "expire", "refuse", "ask")))
    def report(self, pick: int, kind: str) -> None:
        """Anything else that can come to an order, in any order."""
        if not self.known:
            return
        name = self.known[pick % len(self.known)]
        commands: dict[str, AccountCommand] = {
            "ack": RecordAck(account_id=ME, order_id=name, venue_order_id="v", at=NOW),
            "cancel": RecordCancel(account_id=ME, order_id=name, reason="x", at=NOW),
            "expire": RecordCancel(account_id=ME, order_id=name, reason="x", at=NOW, expired=True),
            "refuse": RecordRefusal(account_id=ME, order_id=name, reason="x", at=NOW),
            "ask": CancelOrder(account_id=ME, order_id=name, at=NOW),
        }
        self.ask(commands[kind])

    @rule(symbol=st.sampled_from((None, "ETH-USD", "BTC-USD")))
    def cancel_all(self, symbol: str | None) -> None:
        """Ask for all to go."""
        assert self.ask(CancelAll(account_id=ME, at=NOW, symbol=symbol)) is not None

    @invariant()
    def the_position_is_the_oracles(self) -> None:
        """Quantity and total profit are what the fills say, in fractions."""
        held = self.state.positions.get("ETH-USD")
        assert Fraction(held.qty if held else 0) == self.oracle.qty
        cost = Fraction(held.cost) if held else Fraction(0)
        total = Fraction(self.state.realised) + self.oracle.qty * Fraction(self.mark) - cost
        assert total == self.oracle.total(Fraction(self.mark))

    @invariant()
    def orders_keep_their_identity(self) -> None:
        """executed is what was booked, never above qty; a final order locks nothing."""
        booked: dict[str, Decimal] = {}
        for event in self.events:
            if isinstance(event, TradeExecuted):
                booked[event.order_id] = booked.get(event.order_id, ZERO) + event.qty
        for order in (*self.state.orders.values(), *self.state.ended.values()):
            assert order.executed == booked.get(order.order_id, ZERO) <= order.qty
            assert (order.status in FINAL) == (order.order_id in self.state.ended)
            assert order.status not in FINAL or order.reserve == ZERO

    def teardown(self) -> None:
        """Each reserve ended at most once, closed figures add up, and replay is the state."""
        endings = [
            event.order_id
            for event in self.events
            if isinstance(event, OrderCancelled | OrderRejected | OrderExpired)
        ]
        assert len(endings) == len(set(endings))
        accepted = [event for event in self.events if isinstance(event, OrderAccepted)]
        assert len({event.order_id for event in accepted}) == len(accepted)
        for event in self.events:
            if isinstance(event, PositionClosed):
                assert event.net == event.gross - event.fees + event.funding
        if "ETH-USD" not in self.state.positions:
            closed = [event for event in self.events if isinstance(event, PositionClosed)]
            assert sum((event.gross for event in closed), ZERO) == self.state.realised
            assert sum((event.fees for event in closed), ZERO) == self.state.fees
        stored = [ACCOUNT_EVENTS.encode(event) for event in self.events]
        names = [ACCOUNT_EVENTS.name(event) for event in self.events]
        read = [
            ACCOUNT_EVENTS.decode(name, body).unwrap()
            for name, body in zip(names, stored, strict=True)
        ]
        assert replay(ACCOUNT, read) == self.state
        assert STATE.decode(STATE.encode(self.state)).unwrap() == self.state


AccountMachine.TestCase.settings = settings(deadline=None, stateful_step_count=40)
TestAccount = AccountMachine.TestCase
