"""The spending guard: limits by the log, raises that wait, signs, and a pause."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.gates import SpendingLimit, TierRequired
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import PurchaseRefused
from astracore.errors.values import NumericLimit
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant, after, instant
from astracore.outcome import is_failure
from astracore.revenue.payments.confirming import confirm as confirm_both
from astracore.revenue.payments.state import Intent
from astracore.revenue.payments.types import ProductKind
from astracore.revenue.spending.commands import (
    CountSpend,
    ReleaseSpend,
    SetSpendLimits,
    SpendCommand,
)
from astracore.revenue.spending.events import SpendCounted, SpendLimitsSet, SpendPaused
from astracore.revenue.spending.factors import standing
from astracore.revenue.spending.guard import SPEND, resting
from astracore.revenue.spending.limits import allowance, free_at, used
from astracore.revenue.spending.rules import SpendLimits, SpendRules
from astracore.revenue.spending.state import Purchase, SpendGuard, limits_at
from astracore.revenue.spending.types import Factor
from property_tests.payment_makers import confirm, quote, refusal, told

USER = UserId("u")
TEN = instant("2026-03-04T10:00:00Z").unwrap()


def spend(amount: str, at: Instant = TEN, name: str = "p") -> CountSpend:
    return CountSpend(user_id=USER, payment_id=name, amount=Decimal(amount), at=at)


def guard_after(*commands: SpendCommand, guard: SpendGuard | None = None) -> SpendGuard:
    state = SpendGuard() if guard is None else guard
    for command in commands:
        state = replay(SPEND, SPEND.decide(command, state).unwrap(), state)
    return state


def no(guard: SpendGuard, command: SpendCommand) -> object:
    return SPEND.decide(command, guard).failure()


def log(*rows: tuple[int, int]) -> tuple[Purchase, ...]:
    """Purchases of (minutes after ten, USD)."""
    return tuple(
        Purchase(payment_id=f"p{n}", amount=Decimal(usd), at=after(TEN, minute * MINUTE))
        for n, (minute, usd) in enumerate(rows)
    )


def test_the_worked_limit() -> None:
    """80 spent at 10:00: 20 passes, 20.01 does not until 10:00 the next day."""
    guard = guard_after(spend("80"))
    noon = after(TEN, 2 * HOUR)
    assert not is_failure(SPEND.decide(spend("20", noon, "q"), guard))
    cause = SpendingLimit(left=Decimal(20), asked=Decimal("20.01"))
    assert no(guard, spend("20.01", noon, "q")) == cause
    next_ten = after(TEN, DAY)
    assert free_at(guard, Decimal("20.01"), noon) == next_ten
    assert no(guard, spend("20.01", after(next_ten, -1), "q")) == cause
    assert not is_failure(SPEND.decide(spend("20.01", next_ten, "q"), guard))
    assert free_at(guard, Decimal(20), noon) == noon
    assert free_at(guard, Decimal(101), noon) is None
    assert used(guard, noon).unwrap().week == 80


def test_the_same_limit_at_the_quote() -> None:
    guard = guard_after(spend("80"))
    later = after(TEN, HOUR)
    assert isinstance(refusal(Intent(), quote("20.01", "0", guard=guard, at=later)), SpendingLimit)
    told(quote("20", "0", guard=guard, at=later))
    free = quote("5000", "0", kind=ProductKind.DEPOSIT, guard=guard, at=later)
    told(free)


def test_confirming_counts_in_the_same_moment() -> None:
    """Two purchases cannot both be confirmed against one log."""
    quoted = told(quote("60", "0"))
    at = after(quote().at, 300 * SECOND)
    command = evolve(confirm(), at=at)
    first = confirm_both(command, quoted, SpendGuard()).unwrap()
    guard = replay(SPEND, first.spending, SpendGuard())
    second = confirm_both(evolve(command, payment_id="q"), quoted, guard)
    assert second.failure() == SpendingLimit(left=Decimal(40), asked=Decimal(60))
    assert [type(one) for one in first.spending] == [SpendCounted]
    again = told(command, state=quoted)
    repeated = confirm_both(command, again, guard).unwrap()
    assert (repeated.payment, repeated.spending) == ((), ())
    renewal = told(quote("60", "0", kind=ProductKind.RENEWAL))
    assert confirm_both(command, renewal, guard).unwrap().spending == ()


def limits(at: Instant = TEN, *, identified: bool = False, **amounts: str) -> SetSpendLimits:
    day, week, month = (
        Decimal(amounts[name]) if name in amounts else None for name in ("day", "week", "month")
    )
    return SetSpendLimits(
        user_id=USER, at=at, identified=identified, day=day, week=week, month=month
    )


STANDARD = SpendLimits()


def test_lower_at_once_higher_after_a_day() -> None:
    low = guard_after(limits(day="50"))
    assert limits_at(low, TEN, STANDARD).day == 50
    raised = guard_after(limits(after(TEN, HOUR), day="90", week="200"), guard=low)
    soon, then = after(TEN, 25 * HOUR - 1), after(TEN, 25 * HOUR)
    assert limits_at(raised, soon, STANDARD) == evolve(STANDARD, day=Decimal(50), week=Decimal(200))
    assert limits_at(raised, then, STANDARD) == evolve(STANDARD, day=Decimal(90), week=Decimal(200))
    events = SPEND.decide(limits(after(TEN, HOUR), day="90", week="200"), low).unwrap()
    assert [type(one) for one in events] == [SpendLimitsSet, SpendLimitsSet]
    assert SPEND.decide(limits(then, day="90"), raised).unwrap() == ()
    assert SPEND.decide(limits(soon, day="90"), raised).unwrap() == ()
    again = guard_after(limits(then, day="10"), guard=raised)
    assert limits_at(again, then, STANDARD).day == 10
    assert limits_at(again, then, STANDARD).week == 200


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (limits(day="-1"), NegativeAmount("-1")),
        (limits(day="NaN"), NegativeAmount("NaN")),
        (limits(day="100.01"), TierRequired("identity")),
        (
            limits(day="500.01", identified=True),
            SpendingLimit(left=Decimal(500), asked=Decimal("500.01")),
        ),
    ],
)
def test_which_limits_nobody_gets(command: SetSpendLimits, cause: object) -> None:
    assert no(SpendGuard(), command) == cause


def test_with_identity_up_to_five_times() -> None:
    raised = guard_after(limits(day="500", week="1500", month="5000", identified=True))
    assert limits_at(raised, TEN, STANDARD) == STANDARD
    assert limits_at(raised, after(TEN, DAY), STANDARD).month == 5000


def test_what_is_counted_and_what_is_released() -> None:
    guard = guard_after(spend("80"))
    assert SPEND.decide(spend("80"), guard).unwrap() == ()
    assert SPEND.decide(spend("0", name="q"), guard).unwrap()
    assert no(guard, spend("-1", name="q")) == NegativeAmount("-1")
    assert no(guard, spend("NaN", name="q")) == NegativeAmount("NaN")
    back = ReleaseSpend(user_id=USER, payment_id="p", at=TEN)
    assert guard_after(spend("0.5", name="q"), guard=guard).log[-1].amount == Decimal("0.5")
    old = guard_after(spend("1", after(TEN, 63 * DAY), "q"), guard=guard)
    assert [one.payment_id for one in old.log] == ["q"]
    free = guard_after(back, guard=guard)
    assert allowance(free, TEN).unwrap() == 100
    assert SPEND.decide(back, free).unwrap() == ()


QUIET = [(n * 7 * 24 * 60, 10) for n in range(5)]


@pytest.mark.parametrize(
    ("rows", "factor", "shown"),
    [
        ([(n * 9, 10) for n in range(3)] + [(n * 9, 20) for n in range(3, 6)], "rising", False),
        ([(n * 9, 10) for n in range(3)] + [(n * 9, 21) for n in range(3, 6)], "rising", True),
        ([(n * 9, 10) for n in range(5)], "rising", False),
        ([(n * 9, 9) for n in range(6)] + [(n * 9, 60) for n in range(6, 9)], "rising", True),
        ([(n * 9, 60) for n in range(6)] + [(n * 9, 9) for n in range(6, 9)], "rising", False),
        ([(n * 9, 9) for n in range(6)] + [(n * 9, 20) for n in range(6, 9)], "rising", True),
        (
            [(n * 60, 625) for n in range(5)]
            + [(300, 1875), (360, 2625), (420, 3825), (480, 5745)],  # three times, and no more
            "spikes",
            False,
        ),
        ([(0, 1), (5, 1)], "burst", True),
        ([(0, 1), (6, 1)], "burst", False),
        ([(0, 1), (5, 1), (10, 1), *[(n * 60, 1) for n in range(1, 8)]], "burst", False),
        ([(0, 1)], "burst", False),
        ([], "burst", False),
        ([(0, 1), (5, 1), *[(n * 60, 1) for n in range(1, 6)]], "burst", False),
        ([(0, 1), (5, 1), *[(n * 60, 1) for n in range(1, 5)]], "burst", True),
        ([(n * 60, 1) for n in range(5)] + [(n * 60, 9) for n in range(5, 9)], "spikes", False),
        (
            [(n * 60, 1) for n in range(5)] + [(300, 4), (360, 9), (420, 20), (480, 60)],
            "spikes",
            True,
        ),
        (
            [(n * 60, 1) for n in range(5)] + [(300, 4), (360, 9), (420, 20), (480, 20)],
            "spikes",
            False,
        ),
    ],
)
def test_each_sign_at_its_edge(rows: list[tuple[int, int]], factor: str, shown: bool) -> None:  # noqa: FBT001
    found = standing(log(*rows), after(TEN, 10 * DAY)).unwrap()
    assert (Factor(factor) in found.factors) == shown


@pytest.mark.parametrize(("lately", "shown"), [(100, False), (101, True)])
def test_a_surge_beside_eight_weeks(lately: int, *, shown: bool) -> None:
    """8 weeks of 10 USD in all but two: 80 in all, a mean of 10 a week, ten times that is 100."""
    week = 7 * 24 * 60
    rows = [(n * week + 1, 10) for n in range(8)] + [(8 * week + 2, lately)]
    now = after(TEN, 8 * 7 * DAY + 3 * MINUTE)
    found = standing(log(*rows), now).unwrap()
    assert (Factor.SURGE in found.factors) == shown
    now_week, ago = after(TEN, 8 * 7 * DAY), log((0, 10), (1, 1), (8 * week + 5, 2))
    assert Factor.SURGE in standing(ago, after(now_week, 7 * DAY)).unwrap().factors
    edge = log((1, 1), (week, 10), (week + 1, 10))
    assert Factor.SURGE not in standing(edge, after(TEN, 2 * 7 * DAY)).unwrap().factors
    alone = standing(log(*rows[-1:]), now).unwrap()
    assert Factor.SURGE not in alone.factors


def test_signs_make_one_think_longer_and_three_stop() -> None:
    calm = standing((), TEN).unwrap()
    assert (calm.factors, calm.wait_times) == ((), 1)
    burst = standing(log((0, 1), (1, 1)), TEN).unwrap()
    assert burst.wait_times == 2
    two = log((0, 1), (1, 1), (2, 1), (3, 3), (4, 3), (5, 3))
    assert standing(two, TEN).unwrap().wait_times == 4
    none = SpendRules(wait_times=())
    assert standing(two, TEN, none).unwrap().wait_times == 1


def test_three_signs_rest_for_a_day() -> None:
    """The purchase that completes them passes; the next is refused until a day later."""
    rows = [(n, 1) for n in range(5)] + [(5, 4), (6, 9), (7, 20)]
    guard = SpendGuard(log=log(*rows))
    last = after(TEN, 8 * MINUTE)
    counted, paused = SPEND.decide(spend("60", last, "last"), guard).unwrap()
    assert isinstance(counted, SpendCounted)
    assert isinstance(paused, SpendPaused)
    assert set(paused.factors) == {Factor.RISING, Factor.BURST, Factor.SPIKES}
    resting_ = replay(SPEND, (counted, paused), guard)
    until = after(last, DAY)
    cause = PurchaseRefused(until.micros, ("rising", "burst", "spikes"))
    assert no(resting_, spend("1", after(until, -1), "x")) == cause
    assert resting(resting_, after(until, -1)) == cause
    assert resting(resting_, until) is None
    assert refusal(Intent(), quote("1", "0", guard=resting_, at=last)) == cause
    slow = told(quote("1", "0", guard=resting_, at=until))
    assert slow.quote is not None
    assert slow.quote.confirm_from == after(until, 20 * SECOND)


purchases = st.lists(st.tuples(st.integers(0, 40 * 24 * 60), st.integers(1, 400)), max_size=25)


@given(purchases)
@example([(0, 80), (1439, 20), (1440, 100)])
def test_no_window_ever_holds_more_than_its_limit(rows: Sequence[tuple[int, int]]) -> None:
    """Beside a log kept for ever, summed anew each time."""
    guard, taken = SpendGuard(), list[tuple[int, int]]()
    for place, (minute, usd) in enumerate(sorted(rows)):
        fits = all(
            sum(x for m, x in taken if m > minute - window) + usd <= limit
            for window, limit in ((1440, 100), (7 * 1440, 300), (30 * 1440, 1000))
        )
        at = after(TEN, minute * MINUTE)
        paused = resting(guard, at) is not None
        answer = SPEND.decide(spend(str(usd), at, f"p{place}"), guard)
        assert (not is_failure(answer)) == (fits and not paused)
        if not is_failure(answer):
            guard = replay(SPEND, answer.unwrap(), guard)
            taken.append((minute, usd))
    total = sum(Fraction(one.amount) for one in guard.log)
    edge = max((m for m, _ in taken), default=0) - 63 * 1440
    assert total == sum(x for m, x in taken if m > edge)


def test_numbers_beyond_what_is_carried_are_refused() -> None:
    """A log or limits that no arithmetic carries: a refusal, never a rounding."""
    wide = SpendRules(limits=SpendLimits(day=Decimal("3" * 101)))
    assert no(SpendGuard(), evolve(limits(day="1"), rules=wide)) == NumericLimit("Inexact")
    old = after(TEN, -40 * DAY)
    odd = tuple(
        Purchase(payment_id=f"p{n}", amount=Decimal(text), at=old)
        for n, text in enumerate(["1E+90", "1E-18", "1", "1", "1", "1"])
    )
    assert no(SpendGuard(log=odd), spend("1")) == NumericLimit("Inexact")
