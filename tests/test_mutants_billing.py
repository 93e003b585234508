"""Planted mistakes in billing: each invariant must turn red, or its property is blind."""

from collections.abc import Callable
from decimal import Decimal
from types import ModuleType

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from returns.result import Success

from astracore.policies import billing
from astracore.revenue import daycount, performance_fee, periods, proration, usage
from astracore.revenue.invoices import credit_notes, tax
from astracore.revenue.movement import Movement
from astracore.revenue.performance_fee import Mark
from astracore.revenue.periods import Period
from astracore.revenue.recognition import contract, straight_line
from astracore.revenue.recognition import state as state_of
from astracore.revenue.recognition.state import Contract
from astracore.revenue.subscriptions import access, altering, renewing, subscription
from astracore.revenue.subscriptions.state import Status
from astracore.verification.billing.year import simulated
from property_tests import test_billing_calendar as calendar
from property_tests import test_billing_prices as prices
from property_tests import test_billing_year as year
from property_tests import test_recognition as recognition
from property_tests.test_subscription_machine import SubscriptionMachine
from tests.core import test_contracts_of_revenue as examples
from tests.core import test_subscription as subscriptions

Check = Callable[[], object]
ZERO = Decimal(0)


def machine() -> None:
    """A subscription asked anything."""
    run_state_machine_as_test(
        SubscriptionMachine,
        settings=settings(max_examples=60, stateful_step_count=20, derandomize=True, deadline=None),
    )


def hold(seed: int, customers: int, days: int) -> None:
    """A simulated time in which everything holds."""
    assert year.holds(simulated(seed, customers, days))


def two_years() -> None:
    """Two simulated half years."""
    hold(7, 6, 180)
    hold(8, 6, 180)


def never(*_args: object, **_kwargs: object) -> Decimal:
    """Nothing at all."""
    return ZERO


def nothing(*_args: object, **_kwargs: object) -> tuple[object, ...]:
    """No lines."""
    return ()


def fine(*_args: object, **_kwargs: object) -> Success[None]:
    """As if nothing were wrong."""
    return Success(None)


def yes(*_args: object, **_kwargs: object) -> bool:
    """Always."""
    return True


def cut(price: Decimal, left: int, whole: int, unit: Decimal) -> Decimal:
    """A share toward zero."""
    return price * left // whole // unit * unit


def late(anchor: int, _cycle: object, _count: int) -> Period:
    """A period that leaves five days out."""
    return Period(anchor + 5, anchor + 35)


def lower(mark: Mark, *, value: Decimal, day: int) -> Mark:
    """A mark that falls with what it is worth."""
    return evolve(mark, value=value / 2, day=day)


def wrong_half(amount: Decimal, part: int, whole: int, unit: Decimal) -> Decimal:
    """Earned up, not to even."""
    return -(-amount * part // whole // unit) * unit


def twice(state: Contract, mark: int) -> object:
    """Days that are earned as if nothing had been before."""
    return UNTIL(evolve(state, recognised=ZERO), mark)


def refunded_and_ended() -> None:
    """13.00 back of 19.99 after ten days: the cents that are left are earned at once."""
    state = examples.after(examples.billed_now(), examples.refund(10, "13", ends=True))
    assert not state_of.deferred(state)


def dunned() -> None:
    """The fifth failure is the last."""
    state = subscriptions.basic_now()
    for day in (1, 2, 4, 6, 8):
        asked = subscriptions.renew(subscriptions.on(4, day), succeeded=False)
        state = subscriptions.after(state, asked)
    assert state.status is Status.ENDED


UNTIL = contract._until
VOLUME = {**usage.FORMULAS, usage.ChargeModel.GRADUATED: usage._volume}
MUTANTS: list[tuple[str, ModuleType, str, object, Check]] = [
    ("a note without tax", credit_notes, "_share", never,
     prices.test_credit_notes_never_take_more_than_was_charged),
    ("notes that forget earlier ones", credit_notes, "credited_net", never,
     prices.test_credit_notes_never_take_more_than_was_charged),
    ("a share that is cut", proration, "share", cut,
     prices.test_a_change_is_the_exact_share_half_up),
    ("tiers mixed up", usage, "FORMULAS", VOLUME, prices.test_what_use_costs_is_the_long_way),
    ("tax of each line for the invoice", tax, "_difference", lambda now, _before: now,
     prices.test_net_and_taxes_are_the_whole),
    ("a mark that falls", performance_fee, "evolve", lower,
     prices.test_no_gain_is_charged_for_twice),
    ("leap years forgotten", daycount, "is_leap", lambda _year: False,
     calendar.test_year_fractions),
    ("months added to the last end", periods, "add_months", lambda day, months: day + 30 * months,
     calendar.test_periods_follow_each_other_and_keep_their_day),
    ("earned upwards", straight_line, "cumulative", wrong_half,
     recognition.test_spans_add_up_however_they_are_cut),
    ("days earned twice", contract, "_until", twice,
     recognition.test_billed_is_earned_and_deferred_whatever_happens),
    ("a change that is not closed", contract, "_closed", lambda _state, events, _day: events,
     refunded_and_ended),
    ("what is earned is not booked", billing, "recognised", nothing, two_years),
    ("credit kept is not booked", billing, "credit_kept", nothing,
     lambda: hold(7, 12, 365)),
    ("one class for every movement", subscription, "movement_of", lambda *_a, **_k: Movement.CHURN,
     year.test_movements_lead_from_month_to_month),
    ("unpaid is paid", subscription, "settled", fine, machine),
    ("renewals begin late", renewing, "period", late,
     subscriptions.test_dunning_ends_after_the_fifth_failure_and_bills_from_the_start),
    ("dunning without an end", renewing, "next_attempt", lambda due, *_args: due, dunned),
    ("access for ever", access, "has_access", yes, machine),
    ("a pause that costs days", altering, "max", lambda *_args: 10**6,
     subscriptions.test_a_pause_gives_every_day_back),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "wrong", "check"),
    [one[1:] for one in MUTANTS],
    ids=[one[0] for one in MUTANTS],
)
def test_mistakes_are_seen(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, wrong: object, check: Check
) -> None:
    monkeypatch.setattr(module, name, wrong, raising=False)
    with pytest.raises(BaseException):  # noqa: B017, PT011  # any break is one
        check()


@pytest.mark.slow
def test_without_mistakes_all_is_green() -> None:
    """The checks fail by the mistakes alone: each passes as the code stands."""
    for check in {one[4] for one in MUTANTS}:
        check()
