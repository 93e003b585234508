"""The contract of revenue: what each method earns, what it refuses, and the daily run."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import (
    ContractState,
    DayClosed,
    RefundExceedsRecognisedAndDeferred,
)
from astracore.errors.values import InvalidFraction, InvalidPeriod
from astracore.events.decider import replay
from astracore.ids import UserId
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
from astracore.revenue.recognition.events import ContractRefunded, RevenueRecognised
from astracore.revenue.recognition.state import NO_CONTRACT, Contract, deferred


def d(text: str) -> Decimal:
    return Decimal(text)


HALVES = (Milestone(name="a", share=d("0.5")), Milestone(name="b", share=d("0.5")))
MONTH = BillContract(
    contract_id="c",
    user_id=UserId("u"),
    stream=Stream.SUBSCRIPTIONS,
    currency="USD",
    amount=d("19.99"),
    start=0,
    end=30,
)
COURSE = evolve(MONTH, method=Method.MILESTONES, milestones=HALVES, end=0, amount=d("49.99"))
TOKENS = evolve(MONTH, method=Method.USE, units=d("1050"), end=730, amount=d("10"))


def after(state: Contract, *commands: ContractCommand) -> Contract:
    for command in commands:
        state = replay(CONTRACT, CONTRACT.decide(command, state).unwrap(), state)
    return state


def run(day: int) -> RecogniseDay:
    return RecogniseDay(contract_id="c", day=day)


def reach(name: str) -> ReachMilestone:
    return ReachMilestone(contract_id="c", milestone=name, day=3)


def use(units: str) -> RecordUse:
    return RecordUse(contract_id="c", units=d(units), day=3)


def change(day: int, more: str, end: int) -> ChangeContract:
    return ChangeContract(contract_id="c", day=day, more=d(more), end=end)


def suspend(day: int) -> SuspendContract:
    return SuspendContract(contract_id="c", day=day)


def refund(day: int, amount: str, *, ends: bool = False) -> RefundContract:
    return RefundContract(contract_id="c", day=day, amount=d(amount), ends=ends)


def billed_now() -> Contract:
    return after(NO_CONTRACT, MONTH)


def taught_now() -> Contract:
    return after(NO_CONTRACT, COURSE)


def bought_now() -> Contract:
    return after(NO_CONTRACT, TOKENS)


def test_three_days_and_a_month_of_the_worked_example() -> None:
    state, earned = billed_now(), []
    for day in range(30):
        before = state.recognised
        state = after(state, run(day))
        earned.append(state.recognised - before)
    assert earned[:3] == [d("0.67"), d("0.66"), d("0.67")]
    assert sum(earned) == state.recognised == d("19.99")
    assert after(billed_now(), run(29)).recognised == d("19.99")
    assert after(state, run(40)) == state


def test_milestones_and_use_earn_their_shares() -> None:
    half = after(taught_now(), reach("a"))
    assert half.recognised == d("25.00")
    assert after(half, reach("a"), run(99)) == half
    assert after(half, reach("b")).recognised == d("49.99")
    used = after(bought_now(), use("500"))
    assert used.recognised == d("4.76")
    assert after(used, run(728)).recognised == d("4.76")
    assert after(used, run(729)).recognised == d("10")
    nothing = evolve(COURSE, milestones=(*HALVES, Milestone(name="z", share=d("0"))))
    assert after(NO_CONTRACT, nothing, reach("z")).recognised == 0
    spent = after(NO_CONTRACT, nothing, reach("a"), reach("b"), reach("z"))
    assert spent.recognised == d("49.99")


def test_a_pause_earns_nothing_and_the_rest_comes_later() -> None:
    rests = after(billed_now(), suspend(10))
    assert rests.recognised == d("6.66")
    assert after(rests, run(20), suspend(25)) == rests
    back = after(rests, change(40, "0", 60))
    assert after(back, run(59)).recognised == d("19.99")
    assert after(back, run(49)).recognised == d("13.32")


def test_a_refund_takes_what_is_deferred_first() -> None:
    (passed, event) = CONTRACT.decide(refund(10, "15"), billed_now()).unwrap()
    assert isinstance(passed, RevenueRecognised)
    assert isinstance(event, ContractRefunded)
    assert (event.deferred, event.contra) == (d("13.33"), d("1.67"))
    state = after(billed_now(), refund(10, "15"))
    assert (state.billed, state.recognised, deferred(state)) == (d("4.99"), d("4.99"), d("0.00"))
    ended = after(billed_now(), refund(10, "13", ends=True))
    assert (ended.recognised, deferred(ended)) == (d("6.99"), d("0.00"))
    late = after(billed_now(), run(20), refund(5, "1"))
    assert late.through == 21
    rests = after(billed_now(), suspend(10), refund(12, "1"))
    assert rests.suspended
    assert not after(billed_now(), suspend(10), refund(12, "1", ends=True)).suspended


def fresh() -> Contract:
    return NO_CONTRACT


REFUSALS: list[tuple[Callable[[], Contract], ContractCommand, object]] = [
    (fresh, run(1), ContractState("unknown")),
    (billed_now, MONTH, ContractState("begun")),
    (fresh, evolve(MONTH, amount=d("-1")), NegativeAmount("-1")),
    (fresh, evolve(MONTH, end=0), InvalidPeriod("0 to 0")),
    (fresh, evolve(TOKENS, units=d("0")), InvalidPeriod("0 to 730")),
    (fresh, evolve(COURSE, milestones=HALVES[:1]), InvalidFraction("milestones", "0.5")),
    (fresh, evolve(COURSE, milestones=()), InvalidFraction("milestones", "0")),
    (
        fresh,
        evolve(COURSE, milestones=(HALVES[0], HALVES[0])),
        InvalidFraction("milestones", "1"),
    ),
    (billed_now, reach("a"), ContractState("milestone")),
    (taught_now, reach("x"), ContractState("milestone")),
    (billed_now, use("1"), ContractState("use")),
    (bought_now, use("0"), NegativeAmount("0")),
    (bought_now, use("1051"), ContractState("use")),
    (lambda: after(billed_now(), run(9)), change(9, "0", 30), DayClosed(9)),
    (lambda: after(billed_now(), run(9)), suspend(9), DayClosed(9)),
    (billed_now, change(3, "-20", 30), NegativeAmount("-0.01")),
    (
        lambda: after(taught_now(), reach("a"), reach("b")),
        change(9, "1", 30),
        ContractState("complete"),
    ),
    (bought_now, change(730, "1", 900), ContractState("complete")),
    (billed_now, refund(3, "0"), NegativeAmount("0")),
    (billed_now, refund(3, "20"), RefundExceedsRecognisedAndDeferred(d("19.99"), d("20"))),
]


@pytest.mark.parametrize(("state", "command", "cause"), REFUSALS)
def test_what_is_refused(
    state: Callable[[], Contract], command: ContractCommand, cause: object
) -> None:
    assert CONTRACT.decide(command, state()).failure() == cause


def test_the_daily_run_asks_those_who_may_earn() -> None:
    asked = daily_run(
        [billed_now(), bought_now(), taught_now(), NO_CONTRACT, after(billed_now(), suspend(3))], 5
    )
    assert asked == (run(5), run(5))
    assert daily_run([billed_now()], -1) == ()
    assert daily_run([after(billed_now(), run(29))], 40) == ()
