"""Billing at its bounds: the last value that passes, the first that does not, and each default."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import (
    AmountDue,
    ContractState,
    InvalidCoupon,
    InvalidPause,
    SubscriptionState,
)
from astracore.errors.values import InvalidFraction
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.instants import SECOND, Instant
from astracore.ledger.entries import Line, line
from astracore.revenue.coupons import Coupon, after_period, checked
from astracore.revenue.dates import add_months, day_text
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.lines import Evidence, Rule
from astracore.revenue.invoices.tax import TaxRate, TaxTable, taxed
from astracore.revenue.movement import Movement
from astracore.revenue.performance_fee import Entry, FeeTerms, Mark, crystallised, equalised
from astracore.revenue.periods import LONGEST, Cycle, aligned
from astracore.revenue.plans import FREE, PLANS
from astracore.revenue.postings import credit_kept, recognised, split_out
from astracore.revenue.proration import seconds_left
from astracore.revenue.recognition.commands import Milestone, Stream
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.recognition.state import NO_CONTRACT
from astracore.revenue.recognition.straight_line import even_months
from astracore.revenue.saas import Base as Customers
from astracore.revenue.saas import (
    Movements,
    Paying,
    customer_churn,
    lifetime_value,
    quick_ratio,
    run_rate,
)
from astracore.revenue.splits.commands import SPLITS
from astracore.revenue.splits.events import SplitPart
from astracore.revenue.subscriptions.access import entitlements
from astracore.revenue.subscriptions.changing import refund_due
from astracore.revenue.subscriptions.commands import PausePlan, ResumePlan, Subscribe
from astracore.revenue.subscriptions.events import SubscriptionRenewed
from astracore.revenue.subscriptions.state import NOTHING
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from tests.core import test_contracts_of_revenue as contracts
from tests.core import test_invoices as invoices
from tests.core import test_subscription as subscriptions

CENT, ONE = Decimal("0.01"), Decimal(1)
on, paid, renew = subscriptions.on, subscriptions.paid, subscriptions.renew


def d(text: str) -> Decimal:
    return Decimal(text)


def test_coupons() -> None:
    twice = Coupon(name="t", fraction=CENT, periods=2)
    assert after_period(twice) == evolve(twice, periods=1)
    assert checked(Coupon(name="all", fraction=ONE)).unwrap().fraction == 1
    minus = Coupon(name="m", fraction=-CENT, amount=ONE)
    assert checked(minus).failure() == InvalidCoupon("m")
    assert checked(Coupon(name="once", amount=ONE, periods=1)).unwrap().periods == 1


def test_an_invoice_below_nothing_names_its_total() -> None:
    back = invoices.line("-1", evidence=Evidence(rule=Rule.UNUSED, price=ONE))
    outcome = INVOICE.decide(invoices.draft(back, country="NL"), invoices.fresh())
    assert outcome.failure() == NegativeAmount("-1.21")
    state = invoices.opened_now()
    assert (day_text(10), state.due) == ("1970-01-11", 40)
    assert state.credited == state.applied


@pytest.mark.parametrize(("rate", "fits"), [("1", True), ("1.5", False), ("0", True)])
def test_a_tax_takes_at_most_everything(rate: str, fits: bool) -> None:  # noqa: FBT001
    table = TaxTable(rates=(TaxRate(country="X", product="*", name="t", rate=d(rate)),))
    outcome = taxed(table, "X", [("p", d("2"))], CENT)
    if fits:
        assert outcome.unwrap()[0].tax == 2 * d(rate)
    else:
        assert outcome.failure() == InvalidFraction("tax", rate)


def test_fees_on_gains() -> None:
    mark = Mark(value=d("100"), day=0)
    found = crystallised(FeeTerms(), mark, d("100.37"), 9).unwrap()
    assert (found.fee, found.gain, found.mark.day) == (d("0.07"), d("0.37"), 9)
    all_of_it = crystallised(FeeTerms(rate=ONE), mark, d("101"), 9).unwrap()
    assert (all_of_it.fee, all_of_it.mark.value) == (ONE, d("100.00"))
    entry = Entry(shares=ONE, value=ONE, mark=ONE)
    wrong = equalised(FeeTerms(rate=d("2")), entry, ONE)
    assert wrong.failure() == InvalidFraction("rate", "2")
    unit = crystallised(FeeTerms(unit=-ONE, hurdle=ONE), mark, ONE, 1)
    assert unit.failure() == NegativeAmount("-1")
    early = crystallised(FeeTerms(hurdle=ONE), Mark(value=ONE, day=9), d("2"), 0).unwrap()
    assert early.fee == d("0.20")


def test_periods_far_from_the_epoch_and_as_long_as_may_be() -> None:
    start = LONGEST + 100_000
    assert aligned(start, start + 40, date=1, cycle=Cycle.MONTHLY, target=start).unwrap()
    whole = aligned(0, LONGEST, date=1, cycle=Cycle.YEARLY, target=LONGEST).unwrap()
    assert whole[-1].part.end == LONGEST
    assert [one.part.days for one in aligned(0, 31, date=1, cycle=Cycle.MONTHLY, target=0).unwrap()
            ] == [31]  # fmt: skip
    for date in (1, 31):
        assert aligned(0, 9, date=date, cycle=Cycle.MONTHLY, target=0).unwrap()


def test_lines_of_entries() -> None:
    assert line("bank", "USD", Decimal(0)) == ()
    assert recognised("USD", Stream.SUBSCRIPTIONS, ONE) == (
        Line(account="deferred/subscriptions", currency="USD", amount=ONE),
        Line(account="subscriptions", currency="USD", amount=-ONE),
    )
    assert [
        (one.account, one.amount)
        for one in credit_kept("USD", UserId("u"), Stream.SUBSCRIPTIONS, ONE)
    ] == [("deferred/subscriptions", ONE), ("customer_credit/u", -ONE)]
    parts = (SplitPart(to="us", amount=d("3")), SplitPart(to="them", amount=-ONE))
    assert [(one.account, one.amount) for one in split_out("USD", parts)] == [
        ("appropriated", d("2")),
        ("payable/us", d("-3")),
        ("payable/them", ONE),
    ]
    assert sum(share.share for share in SPLITS.shares) == 1


def test_seconds_that_have_begun_are_left() -> None:
    start, end = Instant(0), Instant(10 * SECOND)
    for micros, left in ((0, 10), (1, 10), (SECOND, 9), (9 * SECOND + 1, 1), (10 * SECOND, 0)):
        assert seconds_left(start, end, Instant(micros)) == (left, 10)


def test_contracts_at_their_bounds() -> None:
    state = contracts.after(contracts.billed_now(), contracts.run(9))
    assert contracts.after(state, contracts.change(10, "0", 30)).start == 10
    assert contracts.after(state, contracts.suspend(10)).suspended
    nameless = evolve(contracts.COURSE, milestones=(Milestone(name="", share=ONE),))
    assert CONTRACT.decide(nameless, NO_CONTRACT).failure() == InvalidFraction("milestones", "1")
    free = contracts.after(NO_CONTRACT, evolve(contracts.MONTH, amount=Decimal(0)))
    assert contracts.after(free, contracts.run(40)) == free
    taught = contracts.after(contracts.taught_now(), contracts.suspend(1))
    refused = CONTRACT.decide(contracts.reach("a"), taught)
    assert refused.failure() == ContractState("milestone")
    used = contracts.after(contracts.bought_now(), contracts.use("500"))
    assert CONTRACT.decide(contracts.use("551"), used).failure() == ContractState("use")
    assert contracts.after(used, contracts.use("550")).recognised == 10
    rests = contracts.after(used, contracts.suspend(4))
    assert CONTRACT.decide(contracts.use("1"), rests).failure() == ContractState("use")
    whole = contracts.after(contracts.billed_now(), contracts.refund(0, "19.99"))
    assert whole.billed == 0


def test_figures_of_very_small_businesses() -> None:
    assert even_months(ONE, 0, 1, CENT).unwrap()[0].amount == 1
    assert len(even_months(ONE, 0, 1200, CENT).unwrap()) == 1200
    assert customer_churn(0, 5).unwrap() == 0
    assert run_rate([Paying(price=Decimal(0), cycle=Cycle.MONTHLY, count=0)]).unwrap().mrr == 0
    back = Movements(opening=ONE, new=ONE, expansion=ONE, reactivation=ONE, churn=d("2"))
    assert quick_ratio(back).unwrap() == d("1.5")
    gone = Customers(yearly=d("12"), customers=1, churn=ONE, margin=ONE)
    assert lifetime_value(gone).unwrap() == 1
    over = lifetime_value(evolve(gone, margin=d("2")))
    assert over.failure() == InvalidFraction("churn", "1")


def test_access_ends_when_nobody_renews() -> None:
    state = subscriptions.basic_now()
    assert entitlements(state, on(4, 8)).bots == 3
    assert entitlements(state, on(4, 9)) == FREE
    gone = evolve(state, plan="no longer sold")
    assert entitlements(gone, on(3, 2)) == FREE


def test_one_pause_a_year() -> None:
    state = subscriptions.after(
        subscriptions.yearly_now(),
        PausePlan(subscription_id="s", months=3, day=on(3, 11)),
        ResumePlan(subscription_id="s", day=on(3, 12)),
    )
    late = subscriptions.after(state, renew(state.end, "199.90"))
    soon = PausePlan(subscription_id="s", months=1, day=add_months(on(3, 11), 12) - 1)
    assert SUBSCRIPTION.decide(soon, late).failure() == InvalidPause(1)
    assert subscriptions.after(late, evolve(soon, day=soon.day + 1)).paused_on == soon.day + 1
    before = evolve(soon, day=late.start - 1)
    assert SUBSCRIPTION.decide(before, late).failure() == SubscriptionState("active", "pause")


def test_refunds_of_later_years_and_of_states_without_a_past() -> None:
    state = subscriptions.yearly_now()
    later = subscriptions.after(state, renew(state.end, "199.90"))
    assert refund_due(later, later.start, PLANS).unwrap() == d("199.90")
    assert refund_due(later, later.start + 1, PLANS).unwrap() == d("183.24")
    assert refund_due(evolve(later, paid=ONE), later.start, PLANS).unwrap() == 1
    assert refund_due(evolve(state, first_paid={}), state.start + 1, PLANS).unwrap() == d("183.24")
    assert refund_due(state, state.start - 1, PLANS).unwrap() == d("199.90")


def test_who_pays_again_after_nothing_comes_back() -> None:
    free = Coupon(name="free", fraction=ONE, periods=1)
    state = subscriptions.after(NOTHING, paid("basic", Cycle.MONTHLY, "0", coupon=free))
    assert not state.rate
    (event,) = SUBSCRIPTION.decide(renew(on(4, 1), "9.99"), state).unwrap()
    assert isinstance(event, SubscriptionRenewed)
    assert event.movement is Movement.REACTIVATION
    assert replay(SUBSCRIPTION, [event], state).rate == d("119.88")


def test_credit_pays_a_part() -> None:
    asked = Subscribe(
        subscription_id="s",
        user_id=UserId("u"),
        plan="basic",
        cycle=Cycle.MONTHLY,
        paid=d("5"),
        credit=d("4.99"),
        day=0,
    )
    assert subscriptions.after(NOTHING, asked).paid == d("9.99")
    more = evolve(asked, paid=d("14.98"), credit=d("-4.99"))
    assert SUBSCRIPTION.decide(more, NOTHING).failure() == AmountDue(d("9.99"), d("9.99"))
    less = evolve(asked, paid=d("-1"), credit=d("10.99"))
    assert SUBSCRIPTION.decide(less, NOTHING).failure() == AmountDue(d("9.99"), d("9.99"))


def test_contracts_of_a_subscription_are_counted() -> None:
    change = subscriptions.change
    same = subscriptions.after(
        subscriptions.basic_now(), change("pro", Cycle.MONTHLY, on(3, 11), "6.77")
    )
    assert (same.contracts, same.contract_id) == (1, "s.1")
    anew = subscriptions.after(
        subscriptions.pro_now(), change("pro", Cycle.YEARLY, on(3, 11), "186.36")
    )
    assert (anew.contracts, anew.contract_id) == (2, "s.2")
    trial = subscriptions.trying_now()
    assert (trial.end - trial.start, trial.had_trial) == (14, True)
    back = subscriptions.after(trial, paid("pro", Cycle.MONTHLY, "19.99", on(3, 5)))
    assert (back.start, back.contracts) == (on(3, 5), 1)
