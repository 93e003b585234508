"""The account under any history of everything: kinds, modes, lists, funding, liquidation."""

from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from astracore.ids import FillId, OrderId
from astracore.instants import DAY, HOUR
from astracore.trading.commands import (
    AmendOrder,
    CancelAll,
    CancelOrder,
    ClosePosition,
    PlaceList,
    RecordAck,
    RecordCancel,
    RecordFill,
    RecordQuery,
    RecordRefusal,
    SetLeverage,
    SetProtection,
)
from astracore.trading.contracts.hedging import PositionMode
from astracore.trading.contracts.kinds import opposite
from astracore.trading.money_commands import (
    AdjustMargin,
    ApplyFunding,
    MoveCash,
    ObserveMarket,
    ResetPractice,
    SetPositionMode,
)
from astracore.trading.orders.groups import GroupKind, Release
from astracore.trading.orders.states import FINAL
from astracore.trading.orders.terms import RULES, OrderTerms, Schedule
from astracore.trading.pnl import available_at
from astracore.trading.types import (
    ZERO,
    CashKind,
    ContractKind,
    Liquidity,
    MarginMode,
    OrderStatus,
    OrderType,
    Side,
)
from property_tests.account_moves import Moves
from property_tests.account_world import HOME, ME, World

sides = st.sampled_from(Side)
picks = st.integers(0, 10**6)
sizes = st.integers(1, 400)
near = st.integers(-40, 40)  # thousandths of the mark
PLAIN_TYPES = tuple(kind for kind in OrderType if kind is not OrderType.SCALED)


class WholeAccount(Moves, RuleBasedStateMachine):
    """An account of any kind, its venue in any order, its markets anywhere."""

    @initialize(
        currency=st.sampled_from(("PUSD", "PUSD", "BTC")),
        hedging=st.booleans(),
        crossed=st.booleans(),
        leverage=st.integers(1, 15),
    )
    def begin(self, currency: str, *, hedging: bool, crossed: bool, leverage: int) -> None:
        """An open account, set up in some way."""
        self.world = World.opened(currency, 10_000 if currency == "PUSD" else 100)
        if hedging:
            mode = PositionMode.HEDGING
            self.world.ask(SetPositionMode(account_id=ME, position_mode=mode, at=self.world.at))
        for symbol in self.world.listed:
            facts = self.world.facts(symbol)
            self.world.ask(
                SetLeverage(
                    account_id=ME, symbol=symbol, leverage=leverage, facts=facts, at=self.world.at
                )
            )
            if crossed:
                self.mode(symbol, MarginMode.CROSS)

    @rule(pick=picks, kind=st.sampled_from(PLAIN_TYPES), side=sides, size=sizes, at=near, by=near)
    def place(self, pick: int, kind: OrderType, side: Side, size: int, at: int, by: int) -> None:
        """An order of any type with what it needs, mostly."""
        symbol = self.symbol(pick)
        needed = RULES[kind].needed
        level = self.price(symbol, by)
        display = self.qty(symbol, max(1, size // 3))
        terms = OrderTerms(
            quote_amount=level * size / 100 if "quote_amount" in needed else None,
            stop_price=level if "stop_price" in needed else None,
            trail=self.trail(kind, symbol, by) if "trail" in needed else None,
            limit_offset=self.world.listed[symbol].tick if "limit_offset" in needed else None,
            display_qty=display if "display_qty" in needed else None,
            offset=self.world.listed[symbol].tick if "offset" in needed else None,
            schedule=self.schedule(kind) if "schedule" in needed else None,
            leg=self.leg(pick),
        )
        limit = self.price(symbol, at) if "limit_price" in needed else None
        qty = ZERO if kind is OrderType.MARKET_QUOTE else self.qty(symbol, size)
        command = self.world.order(symbol, side, kind, qty, terms, limit_price=limit)
        before = available_at(self.world.state, self.world.marks)
        if self.world.ask(command) is not None:
            assert available_at(self.world.state, self.world.marks) <= before

    @rule(pick=picks, side=sides, size=sizes, count=st.integers(2, 5), skew=st.integers(1, 3))
    def scale(self, pick: int, side: Side, size: int, count: int, skew: int) -> None:
        """A ladder of limits."""
        symbol = self.symbol(pick)
        low, high = self.price(symbol, -20), self.price(symbol, 20)
        plan = Schedule(low=low, high=high, slices=count, skew=Decimal(skew))
        terms = OrderTerms(schedule=plan, leg=self.leg(pick))
        qty = self.qty(symbol, size)
        self.world.ask(self.world.order(symbol, side, OrderType.SCALED, qty, terms))

    @rule(
        pick=picks,
        kind=st.sampled_from(GroupKind),
        side=sides,
        size=sizes,
        release=st.sampled_from(Release),
    )
    def place_list(
        self, pick: int, kind: GroupKind, side: Side, size: int, release: Release
    ) -> None:
        """Orders that know each other."""
        symbol, leg = self.symbol(pick), self.leg(pick)
        qty, way = self.qty(symbol, size), 1 if side is Side.BUY else -1
        rest = OrderTerms(leg=leg)
        limit = self.world.order(
            symbol, side, OrderType.LIMIT, qty, rest, limit_price=self.price(symbol, -5 * way)
        )
        stop = self.world.order(
            symbol, side, OrderType.STOP_MARKET, qty,
            OrderTerms(stop_price=self.price(symbol, 10 * way), leg=leg),
        )  # fmt: skip
        back = opposite(side)
        exits = (
            self.world.order(
                symbol, back, OrderType.STOP_MARKET, qty,
                OrderTerms(stop_price=self.price(symbol, -20 * way), leg=leg),
            ),
            self.world.order(
                symbol, back, OrderType.LIMIT, qty, rest, limit_price=self.price(symbol, 20 * way)
            ),
        )  # fmt: skip
        legs = {
            GroupKind.OCO: (limit, stop),
            GroupKind.OUO: (limit, stop),
            GroupKind.OTO: (limit, exits[1]),
            GroupKind.BRACKET: (limit, *exits),
        }[kind]
        self.world.ask(
            PlaceList(
                account_id=ME,
                list_id=self.world.name("l"),
                kind=kind,
                legs=legs,
                at=self.world.at,
                release=release,
            )
        )

    @rule(pick=picks, size=sizes, at=near)
    def amend(self, pick: int, size: int, at: int) -> None:
        """Other figures for some order."""
        name = self.order_id(pick)
        order = None if name is None else self.world.state.orders.get(name)
        if name is None or order is None:
            return
        limit = self.price(order.symbol, at) if order.limit_price is not None else None
        self.world.ask(
            AmendOrder(
                account_id=ME,
                order_id=name,
                facts=self.world.facts(order.symbol),
                at=self.world.at,
                qty=self.qty(order.symbol, size),
                limit_price=limit,
            )
        )

    @rule(pick=picks, down=st.none() | near, up=st.none() | near, trail=st.none() | near)
    def protect(self, pick: int, down: int | None, up: int | None, trail: int | None) -> None:
        """Exits for a position."""
        symbol = self.symbol(pick)
        self.world.ask(
            SetProtection(
                account_id=ME,
                list_id=self.world.name("p"),
                symbol=symbol,
                facts=self.world.facts(symbol),
                at=self.world.at,
                leg=self.leg(pick),
                stop=None if down is None else self.price(symbol, down),
                target=None if up is None or trail is not None else self.price(symbol, up),
                trail=None
                if trail is None or down is not None
                else self.trail(OrderType.TRAILING_STOP_AMOUNT, symbol, trail),
            )
        )

    @rule(
        pick=picks,
        share=st.integers(1, 4),
        at=near,
        liquidity=st.sampled_from(Liquidity),
        fee=st.sampled_from(("own", "given", "third", "base", "fine")),
    )
    def fill(self, pick: int, share: int, at: int, liquidity: Liquidity, fee: str) -> None:
        """A fill of any working order; sometimes it is too large, its fee in any asset."""
        name = self.order_id(pick)
        if name is None:
            return
        state = self.world.state
        order = state.orders.get(name, state.ended.get(name))
        assert order is not None
        if name not in self.world.worked:
            return
        listed = self.world.listed[order.symbol]
        lots = int((order.qty - order.executed) / listed.lot) * share // 3
        asset, amount, rate = None, None, None
        if fee == "given":
            amount = Decimal("0.01") if listed.kind is not ContractKind.INVERSE else Decimal("1E-6")
        if fee == "third":
            asset, amount, rate = "BNB", Decimal("0.00123"), Decimal("612.34")
        if fee == "base" and listed.kind is ContractKind.SPOT:
            asset, amount = order.symbol.partition("-")[0], listed.lot / 10
        if fee == "fine" and listed.kind is ContractKind.SPOT:  # worth less than the unit
            asset, amount = order.symbol.partition("-")[0], Decimal("0.000000012345678901")
        self.world.ask(
            RecordFill(
                account_id=ME,
                order_id=name,
                fill_id=FillId(self.world.name("f")),
                symbol=order.symbol,
                side=order.side,
                qty=max(listed.lot, lots * listed.lot),
                price=self.price(order.symbol, at),
                liquidity=liquidity,
                at=self.world.at,
                fee=amount,
                fee_asset=asset,
                fee_rate=rate,
            )
        )

    @rule(pick=picks, kind=st.sampled_from(("ack", "cancel", "expire", "refuse", "ask", "query")))
    def report(self, pick: int, kind: str) -> None:
        """Anything else that can come to an order, in any order."""
        name = self.order_id(pick)
        if name is None:
            return
        at, query = self.world.at, tuple(OrderStatus)[pick % len(OrderStatus)]
        if kind == "ack":
            self.world.ask(RecordAck(account_id=ME, order_id=name, venue_order_id="v", at=at))
        elif kind == "refuse":
            self.world.ask(RecordRefusal(account_id=ME, order_id=name, reason="x", at=at))
        elif kind == "ask":
            self.world.ask(CancelOrder(account_id=ME, order_id=name, at=at))
        elif kind == "query":
            status = None if query in FINAL and pick % 2 else query
            self.world.ask(RecordQuery(account_id=ME, order_id=name, at=at, status=status))
        else:
            gone = kind == "expire"
            self.world.ask(
                RecordCancel(account_id=ME, order_id=name, reason="x", at=at, expired=gone)
            )

    @rule(pick=picks, by=st.integers(-300, 300), later=st.sampled_from((0, HOUR, DAY)))
    def move(self, pick: int, by: int, later: int) -> None:
        """The market moves, time passes, and the account looks."""
        symbol = self.symbol(pick)
        previous = self.world.marks[symbol]
        moved = self.price(symbol, by)
        home = HOME[symbol]
        self.world.marks[symbol] = min(max(moved, home / 4), home * 4)
        self.world.now += later
        seen = tuple(
            self.world.seen(name, previous if name == symbol else None)
            for name in self.world.listed
        )
        self.world.ask(ObserveMarket(account_id=ME, seen=seen, at=self.world.at))

    @rule(pick=picks, rate=st.integers(-300, 300))
    def fund(self, pick: int, rate: int) -> None:
        """Funding, either way."""
        symbol = self.symbol(pick)
        self.world.ask(
            ApplyFunding(
                account_id=ME,
                symbol=symbol,
                rate=Decimal(rate) / 10_000,
                mark=self.world.marks[symbol],
                at=self.world.at,
            )
        )

    @rule(amount=st.integers(-50_000, 50_000), kind=st.sampled_from(CashKind))
    def cash(self, amount: int, kind: CashKind) -> None:
        """Money comes and goes."""
        self.world.ask(
            MoveCash(
                account_id=ME,
                kind=kind,
                amount=Decimal(amount) / 100,
                reference="r",
                at=self.world.at,
                marks=self.world.facts("").marks,
            )
        )

    @rule(pick=picks, amount=st.integers(-500_000, 500_000))
    def margin(self, pick: int, amount: int) -> None:
        """Margin in and out of a position."""
        symbol = self.symbol(pick)
        self.world.ask(
            AdjustMargin(
                account_id=ME,
                symbol=symbol,
                amount=Decimal(amount) / 1000,
                at=self.world.at,
                marks=self.world.facts(symbol).marks,
                leg=self.leg(pick),
            )
        )

    @rule(pick=picks, whole=st.booleans())
    def close(self, pick: int, *, whole: bool) -> None:
        """Ask to be out."""
        symbol = self.symbol(pick)
        self.world.ask(
            ClosePosition(
                account_id=ME,
                order_id=OrderId(self.world.name("o")),
                symbol=symbol,
                facts=self.world.facts(symbol),
                at=self.world.at,
                qty=None if whole else self.world.listed[symbol].lot,
                leg=self.leg(pick),
            )
        )

    @rule(opening=st.booleans())
    def cancel_all(self, *, opening: bool) -> None:
        """Ask for all to go."""
        at = self.world.at
        assert self.world.ask(CancelAll(account_id=ME, at=at, opening_only=opening)) is not None

    @rule(pick=picks, mode=st.sampled_from(MarginMode))
    def margin_mode(self, pick: int, mode: MarginMode) -> None:
        """Another margin mode, where nothing is open."""
        self.mode(self.symbol(pick), mode)

    @precondition(lambda self: not (self.world.state.orders or self.world.state.positions))
    @rule()
    def reset(self) -> None:
        """A fresh start, where nothing is open."""
        if self.world.ask(ResetPractice(account_id=ME, at=self.world.at)) is not None:
            assert self.world.state.realised == ZERO

    @invariant()
    def everything_holds(self) -> None:
        """Orders and lists after every step."""
        if hasattr(self, "world"):
            self.world.orders_hold()

    def teardown(self) -> None:
        """Replay is the state."""
        if hasattr(self, "world"):
            self.world.ends_well()


WholeAccount.TestCase.settings = settings(deadline=None, stateful_step_count=50)
TestWholeAccount = WholeAccount.TestCase
