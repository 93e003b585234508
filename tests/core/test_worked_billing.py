"""Every figure of billing that was worked out by hand, to the digit."""

from decimal import Decimal

import pytest

from astracore.ids import UserId
from astracore.instants import instant
from astracore.revenue.coupons import Coupon, after_period, discounted
from astracore.revenue.dates import day_number, day_text
from astracore.revenue.daycount import DayCount, year_fraction
from astracore.revenue.dunning import DunningRules, next_attempt
from astracore.revenue.invoices.commands import (
    CreditLine,
    DraftInvoice,
    IssueCreditNote,
    OpenInvoice,
    PayInvoice,
)
from astracore.revenue.invoices.events import InvoicePaid
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.lines import Charge, Evidence, Rule
from astracore.revenue.invoices.state import Invoice
from astracore.revenue.invoices.tax import (
    TAXES,
    TaxMode,
    TaxRate,
    TaxRounding,
    TaxTable,
    taxed,
)
from astracore.revenue.periods import Cycle, Period, aligned, anchored_on, period
from astracore.revenue.plans import PLANS, price, yearly_saving
from astracore.revenue.proration import prorated, renewed, upgrade
from astracore.revenue.recognition.straight_line import by_month, by_seconds, earned, even_months
from astracore.revenue.recurring import AddOn, Terms, period_parts, seats_changed
from astracore.revenue.usage import (
    ChargeModel,
    Jump,
    Tier,
    UsageCharge,
    Use,
    jump_points,
    usage_charge,
)

CENT = Decimal("0.01")
GRADUATED = (
    Tier(up_to=Decimal(100), price=Decimal("0.05")),
    Tier(up_to=None, price=Decimal("0.03")),
)


def d(text: str) -> Decimal:
    return Decimal(text)


def day(text: str) -> int:
    year, month, date = (int(part) for part in text.split("-"))
    return day_number(year, month, date)


@pytest.mark.parametrize(
    ("plan", "prices"),
    [
        ("basic", ("9.99", "28.47", "99.90", "299.70")),
        ("pro", ("19.99", "56.97", "199.90", "599.70")),
        ("enterprise", ("49.99", "142.47", "499.90", None)),
    ],
)
def test_the_price_list(plan: str, prices: tuple[str | None, ...]) -> None:
    cycles = (Cycle.MONTHLY, Cycle.QUARTERLY, Cycle.YEARLY, Cycle.LIFETIME)
    for cycle, expected in zip(cycles, prices, strict=True):
        found = price(PLANS, plan, cycle).map(str).value_or(None)
        assert found == expected
    assert price(PLANS, "free", Cycle.MONTHLY).unwrap() == 0
    assert yearly_saving(PLANS) == d("0.1667")


def test_periods_keep_the_day_of_their_anchor() -> None:
    anchor = day("2026-01-31")
    ends = [day_text(period(anchor, Cycle.MONTHLY, count).end) for count in range(3)]
    assert ends == ["2026-02-28", "2026-03-31", "2026-04-30"]
    leap = day("2024-02-29")
    years = [day_text(period(leap, Cycle.YEARLY, count).start) for count in range(5)]
    assert years == ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]
    assert day_text(anchored_on(day("2026-03-15"), 31)) == "2026-02-28"
    assert day_text(anchored_on(day("2026-03-31"), 31)) == "2026-03-31"
    assert period(0, Cycle.WEEKLY, 2) == Period(14, 21)
    assert period(0, Cycle.LIFETIME, 0).days == 1096


def test_a_leading_part_whole_years_and_a_trailing_part() -> None:
    """14/365 + 1 + 12/366: 2012 is the year of the trailing part."""
    found = aligned(
        day("2011-01-01"), day("2012-01-27"), date=15, cycle=Cycle.YEARLY, target=day("2012-01-27")
    ).unwrap()
    assert [(one.part.days, one.whole.days) for one in found] == [(14, 365), (365, 365), (12, 366)]


def test_an_upgrade_within_its_period() -> None:
    """Basic monthly [03-01, 04-01) to pro on 2026-03-11."""
    found = upgrade(d("9.99"), d("19.99"), left=21, whole=31, unit=CENT).unwrap()
    assert (found.charge, found.credit) == (d("13.54"), d("6.77"))
    assert found.charge - found.credit == d("6.77")


def test_an_upgrade_to_a_longer_cycle() -> None:
    found = renewed(d("19.99"), d("199.90"), left=21, whole=31, unit=CENT).unwrap()
    assert (found.credit, found.charge, found.kept) == (d("13.54"), d("186.36"), d("0"))
    assert period(day("2026-03-11"), Cycle.YEARLY, 0).end == day("2027-03-11")
    back = renewed(d("199.90"), d("19.99"), left=300, whole=365, unit=CENT).unwrap()
    assert (back.credit, back.charge, back.kept) == (d("164.30"), d("0"), d("144.31"))


def test_a_part_of_a_month() -> None:
    assert prorated(d("300"), 25, 30, CENT).unwrap() == 250


def test_a_failed_charge_is_tried_five_times() -> None:
    days = [next_attempt(0, failures, DunningRules()) for failures in range(6)]
    assert days == [0, 1, 3, 5, 7, None]


def test_coupons_for_once_for_some_and_for_ever() -> None:
    once = Coupon(name="o", amount=d("3"), periods=1)
    twice = Coupon(name="t", fraction=d("0.25"), periods=2)
    ever = Coupon(name="e", fraction=d("1"))
    assert discounted(d("9.99"), once, CENT).unwrap() == d("6.99")
    assert discounted(d("2"), once, CENT).unwrap() == 0
    assert discounted(d("9.99"), twice, CENT).unwrap() == d("7.49")
    assert discounted(d("9.99"), ever, CENT).unwrap() == 0
    assert after_period(once) is None
    assert after_period(after_period(twice)) is None
    assert after_period(ever) == ever
    assert after_period(None) is None


@pytest.mark.parametrize(
    ("charge", "units", "events", "expected"),
    [
        (UsageCharge(model=ChargeModel.GRADUATED, tiers=GRADUATED), "150", 0, "6.5"),
        (UsageCharge(model=ChargeModel.VOLUME, tiers=GRADUATED), "150", 0, "4.5"),
        (UsageCharge(model=ChargeModel.VOLUME, tiers=GRADUATED), "0", 0, "0"),
        (UsageCharge(model=ChargeModel.PACKAGE, price=d("2"), size=d("1000")), "2500", 0, "6"),
        (
            UsageCharge(model=ChargeModel.PACKAGE, price=d("2"), size=d("1000"), free=d("500")),
            "2500",
            0,
            "4",
        ),
        (UsageCharge(model=ChargeModel.STANDARD, price=d("0.05"), free=d("50")), "150", 0, "5"),
        (
            UsageCharge(
                model=ChargeModel.PERCENTAGE,
                price=d("0.02"),
                fixed=d("0.3"),
                free_events=1,
                free=d("100"),
            ),
            "1100",
            3,
            "20.6",
        ),
        (
            UsageCharge(model=ChargeModel.PERCENTAGE, price=d("0.02"), minimum=d("5")),
            "10",
            1,
            "5",
        ),
        (
            UsageCharge(model=ChargeModel.PERCENTAGE, price=d("0.02"), maximum=d("7")),
            "1000",
            1,
            "7",
        ),
        (UsageCharge(model=ChargeModel.PERCENTAGE, minimum=d("5")), "0", 0, "0"),
        (
            UsageCharge(
                model=ChargeModel.GRADUATED_PERCENTAGE,
                tiers=(
                    Tier(up_to=d("1000"), price=d("0.01"), flat=d("1")),
                    Tier(up_to=None, price=d("0.005"), flat=d("2")),
                ),
            ),
            "1500",
            0,
            "15.5",
        ),
    ],
)
def test_what_use_costs(charge: UsageCharge, units: str, events: int, expected: str) -> None:
    found = usage_charge(charge, Use(units=d(units), events=events), CENT)
    assert found.unwrap() == d(expected)


def test_where_a_volume_price_jumps() -> None:
    """One unit over the first 100 makes all of them cheaper: 5.00 becomes 3.00."""
    volume = UsageCharge(model=ChargeModel.VOLUME, tiers=GRADUATED)
    assert jump_points(volume, CENT).unwrap() == (
        Jump(units=d("100"), at=d("5.00"), beyond=d("3.00")),
    )
    graduated = UsageCharge(model=ChargeModel.GRADUATED, tiers=GRADUATED)
    assert jump_points(graduated, CENT).unwrap() == ()
    package = UsageCharge(model=ChargeModel.PACKAGE, price=d("2"), size=d("1000"))
    assert jump_points(package, CENT).unwrap() == (Jump(units=d("0"), at=d("0"), beyond=d("2")),)
    flat = (Tier(up_to=d("10"), price=d("1"), flat=d("4")), Tier(up_to=None, price=d("1")))
    stepped = UsageCharge(model=ChargeModel.GRADUATED, tiers=flat)
    assert jump_points(stepped, CENT).unwrap() == (Jump(units=d("0"), at=d("0"), beyond=d("4")),)
    standard = UsageCharge(model=ChargeModel.STANDARD, price=d("1"))
    assert jump_points(standard, CENT).unwrap() == ()


def test_seats_add_ons_and_the_least() -> None:
    terms = Terms(
        price=d("20"),
        seats=5,
        seats_included=2,
        seat_price=d("4"),
        add_ons=(AddOn(name="support", price=d("10")),),
        minimum=d("60"),
    )
    found = period_parts(terms, d("7.5"), left=15, whole=30, unit=CENT).unwrap()
    amounts = {part.name: part.amount for part in found}
    assert amounts == {"plan": d("10"), "seats": d("6"), "support": d("5"), "minimum": d("1.5")}
    assert seats_changed(d("4"), 3, left=15, whole=30, unit=CENT).unwrap() == 6
    assert seats_changed(d("4"), -3, left=15, whole=30, unit=CENT).unwrap() == -6


def invoice_of(amount: str, rate: str) -> Invoice:
    """One line at one rate, open."""
    table = TaxTable(rates=(TaxRate(country="XX", product="*", name="tax", rate=d(rate)),))
    line = Charge(
        line_id="l",
        text="plan",
        product="plan",
        evidence=Evidence(rule=Rule.FULL, price=d(amount)),
        sources=("event",),
        amount=d(amount),
    )
    state = INVOICE.initial
    for command in (
        DraftInvoice(
            invoice_id="i",
            user_id=UserId("u"),
            currency="USD",
            country="XX",
            charges=(line,),
            day=0,
            taxes=table,
        ),
        OpenInvoice(invoice_id="i", number="INV-2026-000001", day=0),
    ):
        for event in INVOICE.decide(command, state).unwrap():
            state = INVOICE.evolve(state, event)
    return state


@pytest.mark.parametrize(
    ("amount", "rate", "taxes", "notes"),
    [
        ("200.00", "0.25", "50", [("193.33", "48.33", "241.66")]),
        ("160.00", "0.25", "40", [("154.67", "38.67", "193.34")]),
        ("29.99", "0.2333", "7", [("25.71", "6.00", "31.71")]),
        (
            "769.00",
            "0.2",
            "153.80",
            [("726.86", "145.37", "872.23"), ("42.14", "8.43", "50.57")],
        ),
    ],
)
def test_the_four_credit_notes_that_rounding_made_difficult(
    amount: str, rate: str, taxes: str, notes: list[tuple[str, str, str]]
) -> None:
    """29 of 30 days of 200 and of 160, 6 of 7 days of 29.99, and a second note for the rest."""
    state = invoice_of(amount, rate)
    assert state.tax == d(taxes)
    for place, (net, tax, total) in enumerate(notes):
        command = IssueCreditNote(
            invoice_id="i",
            number=f"CN-2026-{place:06}",
            lines=(CreditLine(line_id="l", net=d(net)),),
            reason="ended",
            day=1,
        )
        (event,) = INVOICE.decide(command, state).unwrap()
        state = INVOICE.evolve(state, event)
        note = state.notes[-1]
        assert (note.net, note.tax, note.total) == (d(net), d(tax), d(total))
    assert state.credited <= state.total


def test_an_invoice_of_the_price_list_with_its_tax() -> None:
    """9.99 at 0.21 is 2.10; over-payment goes to the customer's credit."""
    state = invoice_of("9.99", "0.21")
    assert (state.net, state.tax, state.total) == (d("9.99"), d("2.10"), d("12.09"))
    assert state.due == 30
    paid = PayInvoice(invoice_id="i", payment_id="p", amount=d("13"), day=3)
    (event,) = INVOICE.decide(paid, state).unwrap()
    assert isinstance(event, InvoicePaid)
    assert (event.over, event.left) == (d("0.91"), d("0"))


def test_taxes_inside_a_price_several_at_once_and_for_the_whole_invoice() -> None:
    inside = TaxTable(rates=TAXES.rates, mode=TaxMode.INCLUSIVE)
    (one,) = taxed(inside, "NL", [("plan", d("12.09"))], CENT).unwrap()
    assert (one.net, one.tax) == (d("9.99"), d("2.10"))
    both = TaxTable(
        rates=(
            TaxRate(country="CA", product="*", name="gst", rate=d("0.05")),
            TaxRate(country="CA", product="*", name="qst", rate=d("0.09975")),
            TaxRate(country="CA", product="book", name="gst", rate=d("0.05")),
        ),
        rounding=TaxRounding.INVOICE,
    )
    sales = [("plan", d("9.99")), ("plan", d("9.99")), ("plan", d("9.99")), ("book", d("10"))]
    found = taxed(both, "CA", sales, CENT).unwrap()
    plans = [[part.amount for part in one.taxes] for one in found[:3]]
    assert plans == [[d("0.50"), d("1.00")], [d("0.50"), d("0.99")], [d("0.50"), d("1.00")]]
    assert [part.amount for part in found[3].taxes] == [d("0.50")]
    assert taxed(TAXES, "US", [("plan", d("5"))], CENT).unwrap()[0].tax == 0


def test_recognition_by_days() -> None:
    spans = [earned(d("19.99"), k, k + 1, 30, CENT).unwrap() for k in range(30)]
    assert spans[:3] == [d("0.67"), d("0.66"), d("0.67")]
    assert sum(spans) == d("19.99")


def test_recognition_by_months() -> None:
    start, end = day("2026-06-15"), day("2026-10-13")
    days = by_month(d("120"), start, end, CENT).unwrap()
    assert [part.amount for part in days] == [16, 31, 31, 30, 12]
    noon, last = (instant(f"{text}T12:00:00Z").unwrap() for text in ("2026-06-15", "2026-10-13"))
    seconds = by_seconds(d("120"), noon, last, CENT).unwrap()
    assert [part.amount for part in seconds] == [d("15.5"), 31, 31, 30, d("12.5")]
    even = even_months(d("100"), start, 3, CENT).unwrap()
    assert [(part.month, part.amount) for part in even] == [
        ("2026-06", d("33.34")),
        ("2026-07", d("33.33")),
        ("2026-08", d("33.33")),
    ]


def test_day_counts() -> None:
    start, end = day("2003-11-01"), day("2004-05-01")
    isda = year_fraction(start, end, DayCount.ACT_ACT_ISDA)
    assert abs(float(isda) - 0.497724380567) < 6e-13
    assert year_fraction(start, end, DayCount.ACT_360) * 360 == 182
    assert year_fraction(start, end, DayCount.ACT_365F) * 365 == 182
    thirty = year_fraction(day("2026-01-31"), day("2026-03-31"), DayCount.THIRTY_E_360)
    assert thirty * 6 == 1
