"""The invoice as a decider: draft → open → paid, void or uncollectible."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import InvoiceFault, InvoiceState, PaymentApplied
from astracore.events.decider import Decider
from astracore.numeric import exact, to_text
from astracore.revenue.invoices.commands import (
    DraftInvoice,
    InvoiceCommand,
    IssueCreditNote,
    OpenInvoice,
    PayInvoice,
    VoidInvoice,
    WriteOffInvoice,
)
from astracore.revenue.invoices.credit_notes import credited_lines
from astracore.revenue.invoices.events import (
    CreditedLine,
    CreditNoteIssued,
    InvoiceDrafted,
    InvoiceEvent,
    InvoiceLine,
    InvoiceOpened,
    InvoicePaid,
    InvoiceVoided,
    InvoiceWrittenOff,
)
from astracore.revenue.invoices.lines import proved
from astracore.revenue.invoices.state import NO_INVOICE, Invoice, InvoiceStatus, evolve
from astracore.revenue.invoices.tax import Taxed, taxed

ZERO = Decimal(0)
OWED = frozenset({InvoiceStatus.OPEN, InvoiceStatus.UNCOLLECTIBLE})
SENT = OWED | {InvoiceStatus.PAID}
Decided: TypeAlias = Result[tuple[InvoiceEvent, ...], InvoiceFault]


@exact
def decide(command: InvoiceCommand, state: Invoice) -> Decided:
    """What a command does to an invoice.

    Errors: InvoiceState, InvalidLine and the faults of its formulas, InvalidFraction (tax),
    NegativeAmount (a total below 0, a payment not above 0), PaymentApplied, LineNotFound,
    CreditExceeds, NumericLimit.  Source: docs/formulas-revenue.md#invoices.
    Invariants: lines never change once open; net + tax = total; Σ credit notes <= total.
    """
    match command:
        case DraftInvoice():
            return _draft(command, state)
        case OpenInvoice():
            return _open(command, state)
        case PayInvoice():
            return _pay(command, state)
        case VoidInvoice():
            return _void(command, state)
        case WriteOffInvoice():
            return _write_off(command, state)
        case IssueCreditNote():
            return _credit(command, state)
        case _:
            assert_never(command)


INVOICE: Decider[InvoiceCommand, Invoice, InvoiceEvent, InvoiceFault] = Decider(
    "financial.invoice", NO_INVOICE, decide, evolve
)


def _refused(state: Invoice, asked: str) -> Decided:
    return Failure(InvoiceState(state.status.value, asked))


def _draft(command: DraftInvoice, state: Invoice) -> Decided:
    if state.status not in {InvoiceStatus.NONE, InvoiceStatus.DRAFT}:
        return _refused(state, "draft")
    sales = [(charge.product, charge.amount) for charge in command.charges]
    return Result.do(
        events
        for _ in proved(command.charges, command.unit)
        for found in taxed(command.taxes, command.country, sales, command.unit)
        for events in _drafted(command, found)
    )


def _drafted(command: DraftInvoice, found: tuple[Taxed, ...]) -> Decided:
    lines = tuple(
        InvoiceLine(charge=charge, net=one.net, taxes=one.taxes, tax=one.tax)
        for charge, one in zip(command.charges, found, strict=True)
    )
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax for line in lines), ZERO)
    if net + tax < 0:
        return Failure(NegativeAmount(to_text(net + tax)[:64]))
    return Success(
        (
            InvoiceDrafted(
                invoice_id=command.invoice_id,
                user_id=command.user_id,
                currency=command.currency,
                country=command.country,
                lines=lines,
                net=net,
                tax=tax,
                total=net + tax,
                day=command.day,
            ),
        )
    )


# What asks for nothing is paid as soon as it is sent.
def _open(command: OpenInvoice, state: Invoice) -> Decided:
    if state.status is not InvoiceStatus.DRAFT:
        return _refused(state, "open")
    opened = InvoiceOpened(
        invoice_id=command.invoice_id,
        user_id=state.user_id,
        number=command.number,
        currency=state.currency,
        lines=state.lines,
        net=state.net,
        tax=state.tax,
        total=state.total,
        day=command.day,
        due=command.day + command.due_days,
    )
    if state.total:
        return Success((opened,))
    nothing = PayInvoice(invoice_id=command.invoice_id, payment_id="", amount=ZERO, day=command.day)
    return Success((opened, _paid(nothing, evolve(state, opened))))


def _pay(command: PayInvoice, state: Invoice) -> Decided:
    if command.payment_id in state.payments:
        return Failure(PaymentApplied(command.payment_id[:64]))
    if state.status not in SENT:
        return _refused(state, "pay")
    if command.amount <= 0:
        return Failure(NegativeAmount(to_text(command.amount)[:64]))
    return Success((_paid(command, state),))


def _paid(command: PayInvoice, state: Invoice) -> InvoicePaid:
    # Of an invoice that is paid nothing is owed: what comes again is the customer's.
    owed = max(ZERO, state.total - state.credited - state.applied)
    over = max(ZERO, command.amount - owed)
    return InvoicePaid(
        invoice_id=command.invoice_id,
        user_id=state.user_id,
        number=state.number,
        payment_id=command.payment_id,
        amount=command.amount,
        over=over,
        left=owed - (command.amount - over),
        currency=state.currency,
        day=command.day,
    )


def _void(command: VoidInvoice, state: Invoice) -> Decided:
    if state.status is not InvoiceStatus.OPEN or state.applied or state.notes:
        return _refused(state, "void")
    return Success(
        (
            InvoiceVoided(
                invoice_id=command.invoice_id,
                user_id=state.user_id,
                number=state.number,
                reason=command.reason,
                day=command.day,
            ),
        )
    )


def _write_off(command: WriteOffInvoice, state: Invoice) -> Decided:
    if state.status is not InvoiceStatus.OPEN:
        return _refused(state, "write_off")
    return Success(
        (
            InvoiceWrittenOff(
                invoice_id=command.invoice_id,
                user_id=state.user_id,
                number=state.number,
                left=state.total - state.credited - state.applied,
                reason=command.reason,
                day=command.day,
            ),
        )
    )


def _credit(command: IssueCreditNote, state: Invoice) -> Decided:
    if state.status not in SENT:
        return _refused(state, "credit")
    return credited_lines(state, command.lines, command.unit).map(
        lambda lines: (_issued(command, state, lines),)
    )


def _issued(
    command: IssueCreditNote, state: Invoice, lines: tuple[CreditedLine, ...]
) -> CreditNoteIssued:
    net = sum((line.net for line in lines), ZERO)
    tax = sum((line.tax for line in lines), ZERO)
    return CreditNoteIssued(
        invoice_id=command.invoice_id,
        user_id=state.user_id,
        number=command.number,
        lines=lines,
        net=net,
        tax=tax,
        total=net + tax,
        reason=command.reason,
        currency=state.currency,
        day=command.day,
    )
