"""What is earned: never more than was billed, never twice, however the days are cut."""

import decimal
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st
from returns.result import Success

from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.outcome import is_failure
from astracore.revenue.dates import day_number, month_text
from astracore.revenue.recognition.commands import (
    BillContract,
    ChangeContract,
    ContractCommand,
    Method,
    Milestone,
    ReachMilestone,
    RecogniseDay,
    RecordUse,
    RefundContract,
    Stream,
    SuspendContract,
)
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.recognition.daily import daily_run
from astracore.revenue.recognition.events import (
    ContractChanged,
    ContractEvent,
    ContractRefunded,
    RevenueRecognised,
)
from astracore.revenue.recognition.obligations import allocated
from astracore.revenue.recognition.state import Contract, deferred
from astracore.revenue.recognition.straight_line import (
    by_month,
    by_seconds,
    deferred_movements,
    earned,
    even_months,
)
from astracore.verification.billing.checks import billed_is_recognised_and_deferred

CENT = Decimal("0.01")
START = day_number(2026, 1, 31)
amounts = st.integers(0, 10**7).map(lambda n: Decimal(n).scaleb(-2))
lengths = st.integers(1, 800)
DEEDS = tuple(
    Milestone(name=name, share=Decimal(share))
    for name, share in (("a", "0.2"), ("b", "0.3"), ("c", "0.5"), ("d", "0"))
)


def half_even(value: Fraction) -> Decimal:
    """To cents, by the standard library."""
    with decimal.localcontext(decimal.Context(prec=60)):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(CENT, decimal.ROUND_HALF_EVEN)


@given(amounts, lengths, st.lists(st.integers(0, 800), max_size=6))
@example(Decimal("19.99"), 30, [1, 2, 3])
def test_spans_add_up_however_they_are_cut(amount: Decimal, whole: int, cuts: list[int]) -> None:
    marks = sorted({0, whole, *(cut for cut in cuts if cut <= whole)})
    spans = [earned(amount, first, last, whole, CENT).unwrap() for first, last in pairwise(marks)]
    assert sum(spans, Decimal(0)) == amount
    for mark in marks:
        assert earned(amount, 0, mark, whole, CENT).unwrap() == half_even(
            Fraction(amount) * mark / whole
        )


@given(amounts, st.integers(-500, 500), lengths, st.integers(0, DAY - 1))
def test_months_add_up_by_days_by_seconds_and_evenly(
    amount: Decimal, shift: int, length: int, inside: int
) -> None:
    start, end = START + shift, START + shift + length
    days = by_month(amount, start, end, CENT).unwrap()
    assert sum((part.amount for part in days), Decimal(0)) == amount
    assert [part.month for part in days] == sorted({month_text(day) for day in range(start, end)})
    begin = Instant(start * DAY + inside)
    seconds = by_seconds(amount, begin, Instant(end * DAY + inside), CENT).unwrap()
    assert sum((part.amount for part in seconds), Decimal(0)) == amount
    plain = by_seconds(amount, Instant(start * DAY), Instant(end * DAY), CENT).unwrap()
    assert [(part.month, part.amount) for part in plain] == [
        (part.month, part.amount) for part in days
    ]
    even = even_months(amount, start, length % 24 + 1, CENT).unwrap()
    assert sum((part.amount for part in even), Decimal(0)) == amount
    assert max(p.amount for p in even) - min(p.amount for p in even) <= CENT
    assert len({part.month for part in even}) == len(even)
    moved = deferred_movements(amount, start, end, CENT).unwrap()
    assert sum((part.amount for part in moved), Decimal(0)) == 0


@given(amounts, st.lists(amounts, min_size=1, max_size=5))
def test_a_bundle_is_divided_whole(price: Decimal, alone: list[Decimal]) -> None:
    found = allocated(price, alone, CENT)
    if not any(alone):
        assert is_failure(found)
        return
    parts = found.unwrap()
    assert sum(parts, Decimal(0)) == price
    for part, each in zip(parts, alone, strict=True):
        exact = Fraction(price) * Fraction(each) / Fraction(sum(alone))
        assert abs(Fraction(part) - exact) < Fraction(1, 100)


@st.composite
def histories(draw: st.DrawFn) -> tuple[BillContract, tuple[ContractCommand, ...]]:
    """A contract and what is asked of it, day after day."""
    method = draw(st.sampled_from(Method))
    length = draw(st.integers(1, 60))
    first = BillContract(
        contract_id="c",
        user_id=UserId("u"),
        stream=Stream.SUBSCRIPTIONS,
        currency="USD",
        amount=draw(amounts),
        start=START,
        end=START + length,
        method=method,
        milestones=DEEDS if method is Method.MILESTONES else (),
        units=Decimal(draw(st.integers(1, 100))) if method is Method.USE else Decimal(0),
    )
    day = START
    asked: list[ContractCommand] = []
    for _ in range(draw(st.integers(0, 12))):
        day += draw(st.integers(0, 15))
        asked.append(draw(steps(day)))
    if draw(st.integers(0, 3)) == 0:
        place = draw(st.integers(0, len(asked)))
        asked.insert(place, SuspendContract(contract_id="c", day=day))
    return first, tuple(asked)


def steps(day: int) -> st.SearchStrategy[ContractCommand]:
    """Anything that may be asked on a day; recognition most of all."""
    late = st.integers(-3, 60).map(lambda more: day + more)
    signed = st.integers(-(10**6), 10**6).map(lambda n: Decimal(n).scaleb(-2))
    cut = late.map(lambda found: min(found, day))
    of, today = st.just("c"), st.just(day)
    run = st.builds(RecogniseDay, contract_id=of, day=cut)
    units = st.integers(-1, 60).map(Decimal)
    deeds = st.sampled_from("abcde")
    return (
        run
        | run
        | run
        | run
        | run
        | st.builds(ReachMilestone, contract_id=of, milestone=deeds, day=today)
        | st.builds(RecordUse, contract_id=of, units=units, day=today)
        | st.builds(ChangeContract, contract_id=of, day=today, more=signed, end=late)
        | st.builds(RefundContract, contract_id=of, day=today, amount=signed, ends=st.booleans())
    )


class Naive:
    """Fractions and no spreads: what was billed, given back and earned, told event by event."""

    def __init__(self, billed: Decimal) -> None:
        self.billed = Fraction(billed)
        self.earned = Fraction(0)

    def hear(self, event: ContractEvent) -> None:
        if isinstance(event, RevenueRecognised):
            self.earned += Fraction(event.amount)
        if isinstance(event, ContractChanged):
            self.billed += Fraction(event.more)
        if isinstance(event, ContractRefunded):
            assert event.deferred + event.contra == event.amount
            assert event.deferred >= 0
            assert event.contra >= 0
            self.billed -= Fraction(event.amount)
            self.earned -= Fraction(event.contra)


def folded(first: BillContract) -> Contract:
    state = CONTRACT.initial
    for event in CONTRACT.decide(first, state).unwrap():
        state = CONTRACT.evolve(state, event)
    return state


@given(histories())
def test_billed_is_earned_and_deferred_whatever_happens(
    told: tuple[BillContract, tuple[ContractCommand, ...]],
) -> None:
    first, asked = told
    state, naive = folded(first), Naive(first.amount)
    for command in asked:
        outcome = CONTRACT.decide(command, state)
        for event in outcome.value_or(()):
            naive.hear(event)
            state = CONTRACT.evolve(state, event)
        assert Fraction(state.billed) == naive.billed
        assert Fraction(state.recognised) == naive.earned
        assert billed_is_recognised_and_deferred(state)
        assert state.billed >= 0
        again = CONTRACT.decide(command, state)
        if isinstance(command, RecogniseDay):
            assert again == Success(()), "the same day earns once"


@given(histories())
def test_in_the_end_everything_is_earned(
    told: tuple[BillContract, tuple[ContractCommand, ...]],
) -> None:
    first, asked = told
    state = folded(first)
    for command in asked:
        if not isinstance(command, SuspendContract):
            for event in CONTRACT.decide(command, state).value_or(()):
                state = CONTRACT.evolve(state, event)
    last = max(state.end, state.through) + 1
    if first.method is Method.MILESTONES:
        for deed in DEEDS:
            reach = ReachMilestone(contract_id="c", milestone=deed.name, day=last)
            for event in CONTRACT.decide(reach, state).unwrap():
                state = CONTRACT.evolve(state, event)
    for command in daily_run([state], last):
        for event in CONTRACT.decide(command, state).unwrap():
            state = CONTRACT.evolve(state, event)
    assert deferred(state) == 0
    assert daily_run([state], last) == ()


@given(amounts, st.integers(2, 60), st.integers(1, 59), st.integers(0, 10**6), st.integers(1, 90))
def test_a_change_touches_later_days_alone(
    amount: Decimal, length: int, at: int, more: int, later: int
) -> None:
    """What days before a change earned is what they earn without it."""
    first = BillContract(
        contract_id="c",
        user_id=UserId("u"),
        stream=Stream.SUBSCRIPTIONS,
        currency="USD",
        amount=amount,
        start=START,
        end=START + length,
    )
    day = START + min(at, length - 1)
    change = ChangeContract(
        contract_id="c", day=day, more=Decimal(more).scaleb(-2), end=day + later
    )
    state = folded(first)
    events = CONTRACT.decide(change, state).unwrap()
    before = sum((e.amount for e in events if isinstance(e, RevenueRecognised)), Decimal(0))
    assert before == earned(amount, 0, day - START, length, CENT).unwrap()
    for event in events:
        state = CONTRACT.evolve(state, event)
    rest = amount - before + change.more
    for passed in range(1, later + 1):
        run = RecogniseDay(contract_id="c", day=day + passed - 1)
        for event in CONTRACT.decide(run, state).unwrap():
            state = CONTRACT.evolve(state, event)
        assert state.recognised - before == half_even(Fraction(rest) * passed / later)
    late = ChangeContract(contract_id="c", day=day - 1, more=Decimal(0), end=day)
    assert is_failure(CONTRACT.decide(late, state))
