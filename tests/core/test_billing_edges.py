"""More of billing's edges: what stands in tables, what is said twice, what is just not allowed."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import CreditExceeds, InvoiceState, PlanUnknown, SubscriptionState
from astracore.errors.values import InvalidFraction
from astracore.instants import DAY, Instant
from astracore.revenue.coupons import Coupon
from astracore.revenue.dates import day_number, months_between
from astracore.revenue.daycount import DayCount, is_leap, year_fraction
from astracore.revenue.invoices.book import SERIES
from astracore.revenue.invoices.commands import DrawNumber
from astracore.revenue.invoices.events import InvoicePaid
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.lines import Evidence, Rule, recomputed
from astracore.revenue.invoices.state import InvoiceStatus, Series
from astracore.revenue.performance_fee import FeeTerms, Mark, crystallised
from astracore.revenue.periods import MONTHS, Cycle, billing_date
from astracore.revenue.plans import (
    PAID,
    PER_YEAR,
    PLANS,
    Entitlements,
    Plan,
    PlanCatalogue,
    price,
)
from astracore.revenue.proration import renewed
from astracore.revenue.recognition.commands import Milestone, RecogniseDay
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.recognition.daily import daily_run
from astracore.revenue.recognition.events import RevenueRecognised
from astracore.revenue.recognition.state import NO_CONTRACT
from astracore.revenue.recognition.straight_line import LONGEST, by_month, by_seconds, even_months
from astracore.revenue.saas import Base, acquisition_cost, payback
from astracore.revenue.splits.commands import Share, SplitTable
from astracore.revenue.splits.split import SPLIT
from astracore.revenue.subscriptions.changing import ChangeKind, kind_of, quote_change
from astracore.revenue.subscriptions.commands import PausePlan, RenewPlan
from astracore.revenue.subscriptions.events import SubscriptionRenewed
from astracore.revenue.subscriptions.state import NOTHING
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from astracore.revenue.usage import ChargeModel, UsageCharge, Use, usage_charge
from tests.core import test_contracts_of_revenue as contracts
from tests.core import test_invoices as invoices
from tests.core import test_subscription as subscriptions
from tests.core.test_billing_refusals import settle

CENT, ONE = Decimal("0.01"), Decimal(1)
on = subscriptions.on


def d(text: str) -> Decimal:
    return Decimal(text)


def test_what_each_plan_gives() -> None:
    gifts = {plan.name: (plan.rank, plan.gives) for plan in PLANS.plans}
    live = {"live_bots": True}
    assert gifts == {
        "free": (0, Entitlements(practice=True, orders=20, bots=1, backtests=3)),
        "basic": (1, Entitlements(practice=True, orders=50, bots=3, backtests=20)),
        "pro": (
            2,
            Entitlements(**live, orders=200, bots=20, backtests=200, fee_discount=d("0.05")),
        ),
        "enterprise": (
            3,
            Entitlements(**live, orders=1000, bots=100, backtests=2000, fee_discount=d("0.1")),
        ),
    }  # fmt: skip
    assert not gifts["basic"][1].live_bots
    assert dict(PER_YEAR) == {
        Cycle.WEEKLY: 52,
        Cycle.MONTHLY: 12,
        Cycle.QUARTERLY: 4,
        Cycle.YEARLY: 1,
        Cycle.LIFETIME: 0,
    }
    assert dict(MONTHS) == {Cycle.MONTHLY: 1, Cycle.QUARTERLY: 3, Cycle.YEARLY: 12}
    odd = Plan(name="odd", rank=1, monthly=d("10.01"), cycles=PAID, gives=Entitlements())
    assert price(PlanCatalogue(plans=(odd,)), "odd", Cycle.QUARTERLY).unwrap() == d("28.53")


def test_day_counts_over_years() -> None:
    thirties = DayCount.THIRTY_E_360
    start, end = day_number(2025, 1, 31), day_number(2026, 3, 31)
    assert year_fraction(start, end, thirties) * 12 == 14
    assert year_fraction(day_number(2026, 1, 15), day_number(2026, 1, 20), thirties) * 360 == 5
    half = year_fraction(day_number(2026, 1, 1), day_number(2026, 7, 1), DayCount.ACT_ACT_ISDA)
    assert half * 365 == 181
    assert [year for year in range(1896, 1913) if is_leap(year)] == [1896, 1904, 1908, 1912]
    assert months_between(0, 0) == 0
    assert billing_date(day_number(2026, 11, 5), 31, 3) == day_number(2027, 2, 28)


def test_the_last_number_of_a_year() -> None:
    draw = DrawNumber(series="INV", year=2026, subject="i")
    assert SERIES.decide(draw, Series(last=999_998)).unwrap()[0].number == "INV-2026-999999"


def test_lines_of_several_units() -> None:
    three = Evidence(rule=Rule.FULL, price=d("2"), quantity=3)
    assert recomputed(three, CENT).unwrap() == 6
    half = evolve(three, rule=Rule.PRORATED, left=1, whole=2)
    assert recomputed(half, CENT).unwrap() == 3
    off = evolve(three, rule=Rule.DISCOUNT, coupon=Coupon(name="c", fraction=d("0.5")))
    assert recomputed(off, CENT).unwrap() == -3


def test_credit_notes_of_discounted_and_of_several_lines() -> None:
    cut = evolve(
        invoices.line("-3", "off"),
        evidence=Evidence(
            rule=Rule.DISCOUNT, price=d("10"), coupon=Coupon(name="c", amount=d("3"))
        ),
    )
    drafted = invoices.draft(invoices.line("10"), invoices.line("5", "b"), cut, country="NL")
    state = invoices.after(invoices.fresh(), drafted, invoices.OPEN)
    assert (state.currency, state.net, state.tax, state.total) == (
        "USD",
        d("12"),
        d("2.52"),
        d("14.52"),
    )
    much = INVOICE.decide(invoices.note(("b", "7")), state)
    assert much.failure() == CreditExceeds(d("5"), d("7"))
    up = INVOICE.decide(invoices.note(("l", "5"), ("off", "1")), state)
    assert up.failure() == CreditExceeds(d("-3"), d("1"))
    down = INVOICE.decide(invoices.note(("l", "10"), ("off", "-4")), state)
    assert down.failure() == CreditExceeds(d("-3"), d("-4"))
    over = INVOICE.decide(invoices.note(("l", "10"), ("b", "5")), state)
    assert over.failure() == CreditExceeds(d("14.52"), d("18.15"))
    part = invoices.after(state, invoices.note(("l", "10"), ("off", "-3")))
    assert part.credited == d("8.47")
    again = INVOICE.decide(invoices.note(("off", "-1")), part)
    assert again.failure() == CreditExceeds(d("0"), d("-1"))
    rest = invoices.after(part, invoices.note(("b", "5")))
    assert (rest.credited, rest.status) == (d("14.52"), InvoiceStatus.PAID)
    (event,) = INVOICE.decide(invoices.pay("7"), part).unwrap()
    assert isinstance(event, InvoicePaid)
    assert (event.over, event.left) == (d("0.95"), d("0"))


def test_only_what_was_sent_is_void() -> None:
    for state, status in (
        (invoices.draft_now(), "draft"),
        (invoices.after(invoices.opened_now(), invoices.VOID), "void"),
        (invoices.lost_now(), "uncollectible"),
    ):
        refused = INVOICE.decide(invoices.VOID, state)
        assert refused.failure() == InvoiceState(status, "void")
    assert invoices.draft_now().due == 0


def test_terms_and_prices_below_nothing() -> None:
    mark = Mark(value=ONE, day=0)
    assert crystallised(FeeTerms(unit=d("0")), mark, ONE, 1).failure() == NegativeAmount("0")
    old = renewed(-ONE, ONE, left=1, whole=1, unit=CENT)
    assert old.failure() == NegativeAmount("-1")
    bounded = UsageCharge(model=ChargeModel.PERCENTAGE, maximum=-ONE)
    refused = usage_charge(bounded, Use(units=ONE), CENT)
    assert refused.failure() == NegativeAmount("-1")
    fees = UsageCharge(model=ChargeModel.PERCENTAGE, fixed=ONE, free_events=5)
    assert usage_charge(fees, Use(units=ONE, events=2), CENT).unwrap() == 0
    assert usage_charge(fees, Use(units=ONE, events=6), CENT).unwrap() == 1


def test_contracts_say_which_day_earned() -> None:
    negative = (Milestone(name="a", share=d("-0.5")), Milestone(name="b", share=d("1.5")))
    wrong = evolve(contracts.COURSE, milestones=negative)
    assert CONTRACT.decide(wrong, NO_CONTRACT).failure() == InvalidFraction("milestones", "1")
    (event,) = CONTRACT.decide(contracts.run(5), contracts.billed_now()).unwrap()
    assert isinstance(event, RevenueRecognised)
    assert (event.day, event.progress, event.milestone) == (5, d("0"), "")
    ended = CONTRACT.decide(contracts.refund(10, "13", ends=True), contracts.billed_now()).unwrap()
    days = [each.day for each in ended if isinstance(each, RevenueRecognised)]
    assert days == [9, 10]
    more = contracts.after(contracts.taught_now(), contracts.change(9, "1", 30))
    assert contracts.after(more, contracts.reach("a"), contracts.reach("b")).recognised == d(
        "50.99"
    )
    assert daily_run([contracts.billed_now()], 0) == (RecogniseDay(contract_id="c", day=0),)
    longer = contracts.after(contracts.billed_now(), contracts.change(10, "1", 40))
    assert contracts.after(longer, contracts.run(39)).recognised == d("20.99")


def test_the_shortest_and_the_longest_service() -> None:
    for micros in (1, LONGEST * DAY):
        parts = by_seconds(ONE, Instant(0), Instant(micros), CENT).unwrap()
        assert sum(part.amount for part in parts) == 1
    assert sum(part.amount for part in by_month(ONE, 0, LONGEST, CENT).unwrap()) == 1
    last = day_number(2026, 1, 31)
    months = [part.month for part in even_months(ONE, last, 3, CENT).unwrap()]
    assert months == ["2026-01", "2026-02", "2026-03"]


def test_costs_of_customers() -> None:
    assert acquisition_cost(d("0"), 1).unwrap() == 0
    alone = Base(yearly=d("120"), customers=1, churn=ONE, margin=ONE)
    assert payback(d("5"), alone).unwrap() == d("0.50")


def test_refunds_and_fees_are_not_divided() -> None:
    table = SplitTable(shares=(Share(to="us", share=ONE), Share(to="nobody", share=d("0"))))
    asked = settle("2026-01", recognised=d("10"), refunds=d("3"), fees=d("2"), table=table)
    (event,) = SPLIT.decide(asked, SPLIT.initial).unwrap()
    assert event.net == 5
    assert [(part.to, part.amount) for part in event.parts] == [("us", d("5"))]


@pytest.mark.parametrize(
    ("plan", "cycle", "kind"),
    [
        ("pro", Cycle.YEARLY, ChangeKind.NONE),
        ("pro", Cycle.MONTHLY, ChangeKind.SCHEDULED),
        ("pro", Cycle.LIFETIME, ChangeKind.RENEWAL),
        ("basic", Cycle.YEARLY, ChangeKind.SCHEDULED),
        ("basic", Cycle.LIFETIME, ChangeKind.SCHEDULED),
        ("enterprise", Cycle.YEARLY, ChangeKind.UPGRADE),
        ("enterprise", Cycle.MONTHLY, ChangeKind.RENEWAL),
    ],
)
def test_how_a_change_comes_about(plan: str, cycle: Cycle, kind: ChangeKind) -> None:
    assert kind_of(subscriptions.yearly_now(), plan, cycle, PLANS) is kind


def test_the_free_plan_is_not_for_sale() -> None:
    asked = subscriptions.paid("free", Cycle.MONTHLY, "0")
    assert SUBSCRIPTION.decide(asked, NOTHING).failure() == PlanUnknown("free", "monthly")
    quoted = quote_change(subscriptions.pro_now(), "free", Cycle.MONTHLY, on(3, 2), PLANS)
    assert quoted.failure() == PlanUnknown("free", "monthly")


def test_a_pause_begins_within_a_period_that_runs() -> None:
    for state, day in (
        (subscriptions.pro_now(), on(4, 1)),
        (subscriptions.pro_now(), on(2, 28)),
        (subscriptions.life_now(), on(3, 2)),
        (subscriptions.paused_now(), on(3, 12)),
    ):
        asked = PausePlan(subscription_id="s", months=1, day=day)
        refused = SUBSCRIPTION.decide(asked, state)
        assert refused.failure() == SubscriptionState(state.status.value, "pause")


def test_a_renewal_says_what_was_paid_and_what_was_credit() -> None:
    asked = RenewPlan(
        subscription_id="s", succeeded=True, day=on(4, 1), paid=d("5"), credit=d("4.99")
    )
    (event,) = SUBSCRIPTION.decide(asked, subscriptions.basic_now()).unwrap()
    assert isinstance(event, SubscriptionRenewed)
    assert (event.price, event.charge, event.credit) == (d("9.99"), d("5"), d("4.99"))
    assert (event.rate, event.currency) == (d("119.88"), "USD")
