"""Movements and their book under any order of events: held money moves by people alone."""

from fractions import Fraction

from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from astracore.instants import HOUR, after
from astracore.ledger.state import balance
from astracore.outcome import is_failure
from astracore.revenue.movements.commands import MovementCommand
from astracore.revenue.movements.events import FundsDeposited, FundsWithdrawn
from astracore.revenue.movements.settling import settle
from astracore.revenue.movements.types import Decision, Direction, Status
from astracore.users.types import Tier
from astracore.verification.books import (
    balances_sum_to_zero,
    held_is_what_holds_say,
    nobody_is_overdrawn,
)
from property_tests.test_movements import FUNDS, NOON, House, deposit, payout, review, withdraw

UNDER_WAY = {Status.HELD, Status.APPROVED}


class MovementMachine(RuleBasedStateMachine):
    """Held money moves by a reviewer's decision alone; funds are what came in less what went."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.clock, self.count = NOON, 0
        self.own = Fraction(0)
        self.approved: set[str] = set()

    def try_(self, command: MovementCommand) -> None:
        if is_failure(settle(command, self.house.movements, self.house.books)):
            return
        for event in self.house.ask(command).movements:
            sign = {FundsDeposited: 1, FundsWithdrawn: -1}.get(type(event), 0)
            amount = Fraction(0) if not sign else Fraction(event.amount)
            self.own += sign * amount
            if isinstance(event, FundsDeposited) and event.usd >= 10_000:
                assert event.movement_id in self.approved

    @rule(hours=st.integers(0, 100))
    def time_passes(self, hours: int) -> None:
        self.clock = after(self.clock, hours * HOUR)

    @rule(usd=st.sampled_from(["100", "4000", "9000", "9999.99", "10000", "25000"]))
    def deposits(self, usd: str) -> None:
        self.count += 1
        self.try_(deposit(usd, f"m{self.count}", self.clock))

    @rule(usd=st.sampled_from(["100", "4000", "9000", "10000"]), tier=st.sampled_from(Tier))
    def withdraws(self, usd: str, tier: Tier) -> None:
        self.count += 1
        self.try_(withdraw(usd, f"m{self.count}", self.clock, tier))

    @precondition(lambda self: self.count)
    @rule(place=st.integers(1, 99), decision=st.sampled_from(Decision), finance=st.booleans())
    def reviews(self, place: int, decision: Decision, *, finance: bool) -> None:
        name = f"m{place % self.count + 1}"
        if finance and decision is Decision.APPROVE:
            self.approved.add(name)
        self.try_(evolve(review(name, decision, at=self.clock), is_finance=finance))

    @precondition(lambda self: self.count)
    @rule(place=st.integers(1, 99), paid=st.booleans())
    def banks_report(self, place: int, *, paid: bool) -> None:
        self.try_(payout(f"m{place % self.count + 1}", paid=paid, at=self.clock))

    @invariant()
    def books_say_what_movements_say(self) -> None:
        books = self.house.books
        assert Fraction(balance(books, FUNDS, "USD")) == self.own
        under_way = sum(
            one.amount
            for one in self.house.movements.known.values()
            if one.direction is Direction.WITHDRAWAL and one.status in UNDER_WAY
        )
        assert books.held.get(f"{FUNDS} USD", 0) <= under_way
        assert balances_sum_to_zero(books)
        assert nobody_is_overdrawn(books)
        assert held_is_what_holds_say(books)


TestMovementMachine = MovementMachine.TestCase
TestMovementMachine.settings = settings(stateful_step_count=30, deadline=None)
