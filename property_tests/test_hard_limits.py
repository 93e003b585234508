"""No sequence of admitted orders, filled at their worst prices, breaks a hard limit.

Hard are position, gross exposure, leverage and how many opening orders are sent: what an order
alone can break. Marks stand still, because no check before an order can bound what markets do
after it. Concentration, net exposure and open orders may rise when something is reduced, which is
always allowed.
"""

from decimal import Decimal

import pytest
from attrs import define, evolve, field, frozen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astracore.outcome import is_failure
from astracore.risk import pretrade
from astracore.risk.pretrade import (
    Book,
    MarketFacts,
    ProposedOrder,
    TradeLimits,
    check,
    is_reducing,
)

ZERO = Decimal(0)
MARKS = {"A": Decimal(100), "B": Decimal("7.5"), "C": Decimal(2000)}
COLLAR = Decimal("0.1")
LIMITS = TradeLimits(
    position=Decimal(40),
    gross=Decimal(9_000),
    leverage=Decimal(5),
    orders=40,
)


@frozen
class Waiting:
    """An open order: signed quantity left, worst price."""

    symbol: str
    quantity: Decimal
    price: Decimal

    @property
    def loss(self) -> Decimal:
        """What it loses to the mark when it fills at its price."""
        return max(ZERO, (self.price - MARKS[self.symbol]) * self.quantity)


@define
class Desk:
    """An account that sends what is admitted, in plain sums."""

    equity: Decimal = Decimal(2_000)
    held: dict[str, Decimal] = field(factory=lambda: dict.fromkeys(MARKS, ZERO))
    waiting: list[Waiting] = field(factory=list)
    sent: int = 0
    refused: int = 0

    def ahead(self, symbol: str, way: int) -> Decimal:
        """How much waits on one side."""
        sides = (one.quantity for one in self.waiting if one.symbol == symbol)
        return sum((abs(each) for each in sides if (each > 0) is (way > 0)), ZERO)

    def worst(self, symbol: str) -> Decimal:
        """The largest exposure that a symbol can come to."""
        held = self.held[symbol]
        most = max(abs(held + self.ahead(symbol, 1)), abs(held - self.ahead(symbol, -1)))
        return most * MARKS[symbol]

    def book(self, symbol: str) -> Book:
        """The facts that the check asks for."""
        return Book(
            position=self.held[symbol],
            open_buys=self.ahead(symbol, 1),
            open_sells=self.ahead(symbol, -1),
            gross_beside=sum((self.worst(one) for one in MARKS if one != symbol), ZERO),
            net_beside=ZERO,
            equity=self.equity,
            available=Decimal(10**9),
            daily_loss=ZERO,
            drawdown=ZERO,
            orders=self.sent,
            open_orders=len(self.waiting),
            losses=0,
            open_loss=sum((one.loss for one in self.waiting), ZERO),
        )

    def ask(self, symbol: str, quantity: Decimal, price: Decimal) -> None:
        """Send an order if it is admitted."""
        order = ProposedOrder(symbol=symbol, quantity=quantity, price=price, margin=ZERO)
        facts = MarketFacts(mark=MARKS[symbol], is_open=True, collar=COLLAR)
        book = self.book(symbol)
        if is_failure(check(order, book, facts, LIMITS)):
            self.refused += 1
            return
        self.sent += not is_reducing(quantity, book)
        self.waiting.append(Waiting(symbol, quantity, price))

    def fill(self, place: int, share: Decimal) -> None:
        """Some of an order fills at its worst price."""
        one = self.waiting.pop(place)
        done = one.quantity * share
        self.held[one.symbol] += done
        self.equity -= max(ZERO, (one.price - MARKS[one.symbol]) * done)
        if share != 1:
            self.waiting.append(Waiting(one.symbol, one.quantity - done, one.price))

    def broken(self) -> list[str]:
        """Which hard limits do not hold now."""
        assert LIMITS.position is not None
        assert LIMITS.gross is not None
        assert LIMITS.leverage is not None
        gross = sum((abs(q) * MARKS[name] for name, q in self.held.items()), ZERO)
        return [
            name
            for name, fine in (
                ("position", all(abs(q) <= LIMITS.position for q in self.held.values())),
                ("gross", gross <= LIMITS.gross),
                ("leverage", gross <= LIMITS.leverage * max(ZERO, self.equity)),
                ("orders", self.sent <= (LIMITS.orders or 0)),
            )
            if not fine
        ]


class HardLimits(RuleBasedStateMachine):
    """Orders near and far, both ways, in three symbols; fills and cancels in any order."""

    desk: Desk

    @initialize()
    def begin(self) -> None:
        self.desk = Desk()

    @rule(
        symbol=st.sampled_from(sorted(MARKS)),
        quantity=st.decimals("-60", "60", places=1).filter(bool)
        | st.sampled_from([Decimal("-0.5"), Decimal(1), Decimal(40), Decimal(-40)]),
        away=st.sampled_from([ZERO, COLLAR, -COLLAR]) | st.decimals("-0.12", "0.12", places=3),
    )
    def ask(self, symbol: str, quantity: Decimal, away: Decimal) -> None:
        self.desk.ask(symbol, quantity, MARKS[symbol] * (1 + away))

    @rule(way=st.sampled_from([1, -1]), symbol=st.sampled_from(sorted(MARKS)))
    def ask_for_the_most(self, symbol: str, way: int) -> None:
        """As large an order as is admitted: where the limits are."""
        for lots in (400, 100, 25, 6, 1):
            price = MARKS[symbol] * (1 + way * COLLAR)
            self.desk.ask(symbol, Decimal(lots * way).scaleb(-1), price)

    @rule(place=st.integers(0, 11), share=st.sampled_from([Decimal(1), Decimal(1), Decimal("0.5")]))
    def fill(self, place: int, share: Decimal) -> None:
        if place < len(self.desk.waiting):
            self.desk.fill(place, share)

    @rule(place=st.integers(0, 11))
    def cancel(self, place: int) -> None:
        if place < len(self.desk.waiting):
            self.desk.waiting.pop(place)

    @rule()
    def fill_all(self) -> None:
        while self.desk.waiting:
            self.desk.fill(0, Decimal(1))
            assert not self.desk.broken()

    @invariant()
    def no_hard_limit_is_broken(self) -> None:
        if hasattr(self, "desk"):
            assert not self.desk.broken()

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.fill_all()


TestHardLimits = HardLimits.TestCase
TestHardLimits.settings = settings(stateful_step_count=40)


def test_the_limits_bite() -> None:
    """Each hard limit refuses something by itself: it is not met by accident."""
    wants = (
        ("position", "B", "41", "7.5"),
        ("gross", "C", "4.6", "2000"),
        ("leverage", "C", "-4.5", "1800"),
    )
    for name, symbol, quantity, price in wants:
        order = ProposedOrder(
            symbol=symbol, quantity=Decimal(quantity), price=Decimal(price), margin=ZERO
        )
        facts = MarketFacts(mark=MARKS[symbol], is_open=True, collar=COLLAR)
        book = Desk(equity=Decimal(10_000) if name != "leverage" else Decimal(2_000)).book(symbol)
        found = check(order, book, facts, LIMITS).failure()
        assert isinstance(found, tuple)
        assert [getattr(each, "limit", "") for each in found] == [name]


def test_equity_before_the_fills_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: losses to the mark that nobody counts break the leverage limit."""
    desk = Desk()
    desk.ask("C", Decimal(4), MARKS["C"] * (1 + COLLAR))
    assert (desk.sent, desk.refused) == (0, 1)
    loose = pretrade._worst_state

    def forgetful(order: ProposedOrder, book: Book, market: MarketFacts) -> object:
        return evolve(loose(order, book, market), equity=book.equity)

    monkeypatch.setattr(pretrade, "_worst_state", forgetful)
    desk.ask("C", Decimal(4), MARKS["C"] * (1 + COLLAR))
    desk.fill(0, Decimal(1))
    assert desk.broken() == ["leverage"]
