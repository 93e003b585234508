"""Corners of billing that only one example each can show."""

from decimal import Decimal

from attrs import evolve

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import CreditExceeds
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import InvalidPeriod
from astracore.revenue.coupons import Coupon
from astracore.revenue.dates import civil, day_number
from astracore.revenue.invoices.events import CreditNoteIssued, InvoicePaid, InvoiceWrittenOff
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.lines import Evidence, Rule
from astracore.revenue.invoices.tax import TaxMode, TaxRate, TaxTable, taxed
from astracore.revenue.movement import Movement
from astracore.revenue.periods import Cycle, aligned
from astracore.revenue.proration import upgrade
from astracore.revenue.recognition.straight_line import by_month, even_months
from astracore.revenue.recurring import AddOn, Part, Terms, period_parts, seats_changed
from astracore.revenue.saas import (
    Base,
    Movements,
    acquisition_cost,
    closing,
    customer_churn,
    lifetime_value,
)
from astracore.revenue.subscriptions.access import due_on
from astracore.revenue.subscriptions.commands import EndReason
from astracore.revenue.subscriptions.events import PlanChanged
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from astracore.revenue.usage import ChargeModel, UsageCharge, Use, usage_charge
from tests.core import test_contracts_of_revenue as contracts
from tests.core import test_invoices as invoices
from tests.core import test_subscription as subscriptions

CENT, ONE = Decimal("0.01"), Decimal(1)
on, after = subscriptions.on, subscriptions.after


def d(text: str) -> Decimal:
    return Decimal(text)


def test_the_last_day_of_four_hundred_years() -> None:
    for year, month, date in ((2000, 2, 29), (1999, 12, 31), (1600, 2, 29), (-1, 3, 1)):
        assert civil(day_number(year, month, date)) == (year, month, date)


def test_notes_together_stay_within_a_discounted_invoice() -> None:
    cut = evolve(
        invoices.line("-3", "off"),
        evidence=Evidence(
            rule=Rule.DISCOUNT, price=d("10"), coupon=Coupon(name="c", amount=d("3"))
        ),
    )
    state = invoices.after(
        invoices.fresh(),
        invoices.draft(invoices.line("10"), cut),
        invoices.OPEN,
        invoices.note(("l", "6")),
    )
    assert INVOICE.decide(invoices.note(("l", "3")), state).failure() == CreditExceeds(ONE, d("3"))
    (event,) = INVOICE.decide(invoices.note(("l", "1")), state).unwrap()
    assert isinstance(event, CreditNoteIssued)
    assert (event.reason, event.currency, event.total) == ("r", "USD", ONE)


def test_a_cent_of_tax_may_make_an_invoice_negative() -> None:
    two, back = (
        Evidence(rule=Rule.FULL, price=d("0.02")),
        Evidence(rule=Rule.UNUSED, price=d("0.04")),
    )
    drafted = invoices.draft(
        invoices.line("0.02", "a", two),
        invoices.line("0.02", "b", two),
        invoices.line("-0.04", "c", back),
        country="NL",
    )
    assert INVOICE.decide(drafted, invoices.fresh()).failure() == NegativeAmount("-0.01")


def test_what_is_left_of_an_invoice() -> None:
    (event,) = INVOICE.decide(invoices.pay("4"), invoices.opened_now()).unwrap()
    assert isinstance(event, InvoicePaid)
    assert (event.over, event.left) == (d("0"), d("5.99"))
    noted = invoices.after(invoices.opened_now(), invoices.note(("l", "1")))
    (lost,) = INVOICE.decide(invoices.WRITE_OFF, noted).unwrap()
    assert isinstance(lost, InvoiceWrittenOff)
    assert lost.left == d("8.99")


def test_two_taxes_inside_one_price() -> None:
    rates = tuple(
        TaxRate(country="X", product="*", name=name, rate=d(rate))
        for name, rate in (("a", "0.05"), ("b", "0.1"))
    )
    table = TaxTable(rates=rates, mode=TaxMode.INCLUSIVE)
    (one,) = taxed(table, "X", [("p", d("115"))], CENT).unwrap()
    assert (one.net, [part.amount for part in one.taxes]) == (d("100"), [d("5"), d("10")])
    (odd,) = taxed(table, "X", [("p", d("0.11"))], CENT).unwrap()
    assert (odd.net, [part.amount for part in odd.taxes]) == (d("0.10"), [CENT, d("0")])


def test_parts_of_one_day_and_of_nothing() -> None:
    start = day_number(2026, 1, 14)
    parts = aligned(start, start + 1, date=15, cycle=Cycle.MONTHLY, target=start).unwrap()
    assert [one.part.days for one in parts] == [1]
    assert upgrade(ONE, -ONE, left=1, whole=1, unit=CENT).failure() == NegativeAmount("-1")
    assert even_months(ONE, 0, 1201, CENT).failure() == InvalidPeriod("1201")
    none = seats_changed(ONE, 1, left=0, whole=0, unit=CENT)
    assert none.failure() == InvalidPeriod("0 of 0")
    months = by_month(d("62"), day_number(2026, 1, 1), day_number(2026, 3, 4), CENT).unwrap()
    assert [part.amount for part in months] == [31, 28, 3]


def test_a_period_without_seats_beyond_the_included() -> None:
    terms = Terms(price=d("3"), seats=1, seat_price=d("9"), add_ons=(AddOn(name="x", price=ONE),))
    assert period_parts(terms, d("0"), left=1, whole=1, unit=CENT).unwrap() == (
        Part(name="plan", quantity=1, amount=d("3.00")),
        Part(name="x", quantity=1, amount=d("1.00")),
    )
    least = period_parts(Terms(price=d("3"), minimum=d("5")), ONE, left=1, whole=1, unit=CENT)
    assert least.unwrap()[-1] == Part(name="minimum", quantity=1, amount=d("1.00"))


def test_figures_that_only_one_example_shows() -> None:
    assert acquisition_cost(d("200"), 3).unwrap() == d("66.67")
    back = Movements(opening=ONE, new=ONE, expansion=ONE, reactivation=d("5"), churn=d("2"))
    assert closing(back).unwrap() == 6
    assert customer_churn(0, -1).failure() == NegativeAmount("-1")
    nobody = Base(yearly=ONE, customers=0, churn=ONE)
    assert lifetime_value(nobody).failure() == ZeroDenominator("customers")
    share = UsageCharge(model=ChargeModel.PERCENTAGE, price=d("0.02"))
    assert usage_charge(share, Use(units=d("100")), CENT).unwrap() == 2


def test_a_contract_may_shrink() -> None:
    less = contracts.after(contracts.billed_now(), contracts.change(0, "-5", 30))
    assert (less.billed, contracts.after(less, contracts.run(29)).recognised) == (
        d("14.99"),
        d("14.99"),
    )


def test_subscriptions_that_come_back_or_change_their_cycle() -> None:
    gone = after(subscriptions.paused_now(), subscriptions.end(EndReason.CANCELLED, on(3, 12)))
    assert due_on(gone, on(9, 1)) is None
    again = after(gone, subscriptions.paid("pro", Cycle.MONTHLY, "19.99", on(6, 1)))
    assert (again.contracts, again.contract_id, again.count) == (2, "s.2", 0)
    later = after(again, subscriptions.renew(on(7, 1), "19.99"))
    assert (later.contracts, later.contract_id, later.count) == (3, "s.3", 1)
    yearly = after(
        subscriptions.yearly_now(), subscriptions.change("basic", Cycle.MONTHLY, on(3, 2))
    )
    monthly = after(yearly, subscriptions.renew(yearly.end, "9.99"))
    assert (monthly.anchor, monthly.count, monthly.cycle) == (yearly.end, 0, Cycle.MONTHLY)
    asked = subscriptions.change("pro", Cycle.MONTHLY, on(3, 11), "6.77")
    (event,) = SUBSCRIPTION.decide(asked, subscriptions.basic_now()).unwrap()
    assert isinstance(event, PlanChanged)
    assert (event.movement, event.rate_before, event.rate) == (
        Movement.EXPANSION,
        d("119.88"),
        d("239.88"),
    )
