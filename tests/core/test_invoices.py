"""Invoices from draft to end, their numbers, and what makes them explain themselves."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import (
    CreditExceeds,
    InvalidLine,
    InvoiceState,
    LineNotFound,
    NumberTaken,
    PaymentApplied,
)
from astracore.errors.values import InvalidPeriod
from astracore.events.decider import replay
from astracore.ids import UserId
from astracore.revenue.coupons import Coupon
from astracore.revenue.invoices.book import SERIES, numbered
from astracore.revenue.invoices.commands import (
    CreditLine,
    DraftInvoice,
    DrawNumber,
    InvoiceCommand,
    IssueCreditNote,
    OpenInvoice,
    PayInvoice,
    VoidInvoice,
    WriteOffInvoice,
)
from astracore.revenue.invoices.events import InvoicePaid, InvoiceWrittenOff, NumberDrawn
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.lines import (
    Charge,
    Evidence,
    Record,
    Rule,
    explained,
    metered,
    recomputed,
)
from astracore.revenue.invoices.state import NO_INVOICE, Invoice, InvoiceStatus, Series
from astracore.revenue.subscriptions.state import Status, Subscription
from astracore.revenue.usage import ChargeModel, UsageCharge, Use
from astracore.verification.billing.checks import (
    invoice_explains_itself,
    notes_stay_within_the_invoice,
    period_is_sound,
)

CENT = Decimal("0.01")
PER_UNIT = UsageCharge(model=ChargeModel.STANDARD, price=Decimal("0.05"))


def d(text: str) -> Decimal:
    return Decimal(text)


def line(amount: str, name: str = "l", evidence: Evidence | None = None) -> Charge:
    return Charge(
        line_id=name,
        text="plan",
        product="plan",
        evidence=evidence or Evidence(rule=Rule.FULL, price=d(amount)),
        sources=("event",),
        amount=d(amount),
    )


def draft(*charges: Charge, country: str = "US") -> DraftInvoice:
    return DraftInvoice(
        invoice_id="i",
        user_id=UserId("u"),
        currency="USD",
        country=country,
        charges=charges,
        day=10,
    )


OPEN = OpenInvoice(invoice_id="i", number="INV-1970-000001", day=10)
VOID = VoidInvoice(invoice_id="i", reason="wrong", day=11)
WRITE_OFF = WriteOffInvoice(invoice_id="i", reason="lost", day=99)


def pay(amount: str, name: str = "p") -> PayInvoice:
    return PayInvoice(invoice_id="i", payment_id=name, amount=d(amount), day=12)


def note(*lines: tuple[str, str]) -> IssueCreditNote:
    return IssueCreditNote(
        invoice_id="i",
        number="CN-1970-000001",
        lines=tuple(CreditLine(line_id=name, net=d(net)) for name, net in lines),
        reason="r",
        day=13,
    )


def after(state: Invoice, *commands: InvoiceCommand) -> Invoice:
    for command in commands:
        state = replay(INVOICE, INVOICE.decide(command, state).unwrap(), state)
    return state


def draft_now() -> Invoice:
    return after(NO_INVOICE, draft(line("9.99")))


def opened_now() -> Invoice:
    return after(draft_now(), OPEN)


def paid_now() -> Invoice:
    return after(opened_now(), pay("9.99"))


def lost_now() -> Invoice:
    return after(opened_now(), WRITE_OFF)


def test_a_draft_may_be_written_anew_and_an_open_invoice_not() -> None:
    again = after(draft_now(), draft(line("19.99")))
    assert (again.total, again.status, again.number) == (d("19.99"), InvoiceStatus.DRAFT, "")
    outcome = INVOICE.decide(draft(line("19.99")), opened_now())
    assert outcome.failure() == InvoiceState("open", "draft")
    assert (opened_now().lines, opened_now().due) == (draft_now().lines, 40)


def test_payments_in_parts_and_beyond_what_is_due() -> None:
    part = after(opened_now(), pay("4"))
    assert part.status is InvoiceStatus.OPEN
    (event,) = INVOICE.decide(pay("10", "q"), part).unwrap()
    assert isinstance(event, InvoicePaid)
    assert (event.over, event.left) == (d("4.01"), d("0.00"))
    whole = replay(INVOICE, [event], part)
    assert (whole.status, whole.applied) == (InvoiceStatus.PAID, d("9.99"))
    assert after(lost_now(), pay("9.99")).status is InvoiceStatus.PAID


def test_what_comes_for_a_paid_invoice_is_the_customers() -> None:
    """Also where a credit note has taken a part of it back."""
    for state in (paid_now(), after(paid_now(), note(("l", "5")))):
        (event,) = INVOICE.decide(pay("9.99", "q"), state).unwrap()
        assert isinstance(event, InvoicePaid)
        assert (event.over, event.left) == (d("9.99"), d("0"))
        again = INVOICE.evolve(state, event)
        assert (again.status, again.applied) == (InvoiceStatus.PAID, state.applied)
        assert INVOICE.decide(pay("9.99", "q"), again).failure() == PaymentApplied("q")


def test_what_asks_for_nothing_is_paid_when_it_is_sent() -> None:
    free = evolve(
        line("-9.99", "off"),
        evidence=Evidence(
            rule=Rule.DISCOUNT, price=d("9.99"), coupon=Coupon(name="all", fraction=Decimal(1))
        ),
    )
    state = after(NO_INVOICE, draft(line("9.99"), free, country="NL"), OPEN)
    assert state.status is InvoiceStatus.PAID
    assert not state.total
    assert not state.tax


def test_ends_without_payment() -> None:
    assert after(opened_now(), VOID).status is InvoiceStatus.VOID
    assert lost_now().status is InvoiceStatus.UNCOLLECTIBLE
    (event,) = INVOICE.decide(WRITE_OFF, after(opened_now(), pay("4"))).unwrap()
    assert isinstance(event, InvoiceWrittenOff)
    assert event.left == d("5.99")
    credited = after(opened_now(), note(("l", "9.99")))
    assert (credited.status, credited.credited) == (InvoiceStatus.PAID, d("9.99"))


def fresh() -> Invoice:
    return NO_INVOICE


REFUSALS: list[tuple[Callable[[], Invoice], InvoiceCommand, object]] = [
    (fresh, draft(), InvalidLine("")),
    (fresh, draft(line("1"), line("1")), InvalidLine("l")),
    (fresh, draft(evolve(line("1"), sources=())), InvalidLine("l")),
    (fresh, draft(evolve(line("1"), amount=d("2"))), InvalidLine("l")),
    (
        fresh,
        draft(line("1", evidence=Evidence(rule=Rule.PRORATED, left=3, whole=2))),
        InvalidPeriod("3 of 2"),
    ),
    (
        fresh,
        draft(line("-1", evidence=Evidence(rule=Rule.UNUSED, price=Decimal(1)))),
        NegativeAmount("-1"),
    ),
    (fresh, OPEN, InvoiceState("none", "open")),
    (opened_now, OPEN, InvoiceState("open", "open")),
    (draft_now, pay("9.99"), InvoiceState("draft", "pay")),
    (paid_now, pay("9.99"), PaymentApplied("p")),
    (opened_now, pay("0"), NegativeAmount("0")),
    (paid_now, VOID, InvoiceState("paid", "void")),
    (lambda: after(opened_now(), pay("1")), VOID, InvoiceState("open", "void")),
    (lambda: after(opened_now(), note(("l", "1"))), VOID, InvoiceState("open", "void")),
    (paid_now, WRITE_OFF, InvoiceState("paid", "write_off")),
    (draft_now, note(("l", "1")), InvoiceState("draft", "credit")),
    (paid_now, note(("x", "1")), LineNotFound("x")),
    (paid_now, note(("l", "10")), CreditExceeds(d("9.99"), d("10"))),
    (paid_now, note(("l", "-1")), CreditExceeds(d("9.99"), d("-1"))),
    (paid_now, note(("l", "0")), CreditExceeds(d("9.99"), d("0"))),
    (paid_now, note(), CreditExceeds(d("9.99"), d("0"))),
    (paid_now, note(("l", "1"), ("l", "1")), CreditExceeds(d("9.99"), d("2.00"))),
]


@pytest.mark.parametrize(("state", "command", "cause"), REFUSALS)
def test_what_is_refused(
    state: Callable[[], Invoice], command: InvoiceCommand, cause: object
) -> None:
    assert INVOICE.decide(command, state()).failure() == cause


def test_a_number_is_drawn_with_its_paper_or_not_at_all() -> None:
    events, drawn = numbered(OPEN, draft_now(), Series()).unwrap()
    assert (len(events), [one.number for one in drawn]) == (1, ["INV-1970-000001"])
    assert numbered(OPEN, opened_now(), Series()).failure() == InvoiceState("open", "open")
    assert numbered(OPEN, draft_now(), Series(last=1)).failure() == NumberTaken("INV-1970-000001")
    notes, numbers = numbered(note(("l", "1")), paid_now(), Series()).unwrap()
    assert (len(notes), numbers[0].number) == (1, "CN-1970-000001")
    full = DrawNumber(series="INV", year=2026, subject="i")
    last = SERIES.decide(full, Series(last=999_999))
    assert last.failure() == NumberTaken("INV-2026-1000000")
    (event,) = SERIES.decide(full, Series(last=41)).unwrap()
    assert event == NumberDrawn(
        series="INV", year=2026, serial=42, number="INV-2026-000042", subject="i"
    )
    assert SERIES.evolve(Series(), event) == Series(last=42)


def test_a_line_explains_itself_from_the_exported_use() -> None:
    records = [Record(event_id="a", units=Decimal(100)), Record(event_id="b", units=Decimal(50))]
    use = metered([*records, records[0]], ["a", "b", "a"]).unwrap()
    assert use == Use(units=Decimal(150), events=2)
    assert metered(records, ["c"]).failure() == InvalidLine("c")
    evidence = Evidence(rule=Rule.USAGE, charge=PER_UNIT, use=use)
    assert recomputed(evidence, CENT).unwrap() == d("7.50")
    told = explained(evolve(line("7.50", evidence=evidence), sources=("a", "b")))
    assert (told.rule, told.sources, told.amount) == (Rule.USAGE, ("a", "b"), d("7.50"))
    assert "usage charge" in told.formula
    for rule in (Rule.USAGE, Rule.DISCOUNT):
        assert recomputed(Evidence(rule=rule), CENT).failure() == InvalidLine(rule.value)
    unused = Evidence(rule=Rule.UNUSED, price=d("30"), left=1, whole=2)
    assert recomputed(unused, CENT).unwrap() == -15
    assert recomputed(evolve(unused, cap=d("9.99")), CENT).unwrap() == d("-9.99")
    assert recomputed(evolve(unused, cap=d("20")), CENT).unwrap() == -15
    assert recomputed(Evidence(rule=Rule.USAGE, charge=PER_UNIT), CENT).failure() == InvalidLine(
        "usage"
    )


def test_what_is_wrong_with_an_invoice_is_seen() -> None:
    """The predicates are no mirrors: each of them can say no."""
    assert invoice_explains_itself(opened_now(), {"event"})
    assert not invoice_explains_itself(opened_now(), set())
    (only,) = opened_now().lines
    wrong = evolve(only, charge=evolve(only.charge, amount=d("9.98")))
    assert not invoice_explains_itself(evolve(opened_now(), lines=(wrong,)), {"event"})
    taxed = evolve(only, tax=d("1"))
    assert not invoice_explains_itself(evolve(opened_now(), lines=(taxed,)), {"event"})
    assert not invoice_explains_itself(evolve(opened_now(), total=d("1")), {"event"})
    credited = after(paid_now(), note(("l", "9.99")))
    assert notes_stay_within_the_invoice(credited)
    doubled = evolve(credited, notes=(*credited.notes, *credited.notes))
    assert not notes_stay_within_the_invoice(doubled)
    assert not period_is_sound(Subscription(status=Status.ENDED, rate=d("1")))
    assert not period_is_sound(Subscription(status=Status.ACTIVE))
