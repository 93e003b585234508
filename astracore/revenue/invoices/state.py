"""What is remembered of an invoice and of a series of numbers."""

from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.ids import UserId
from astracore.numeric import EXACT
from astracore.revenue.invoices.events import (
    CreditNoteIssued,
    InvoiceDrafted,
    InvoiceEvent,
    InvoiceLine,
    InvoiceOpened,
    InvoicePaid,
    InvoiceVoided,
    InvoiceWrittenOff,
    NumberDrawn,
)

ZERO = Decimal(0)
NOBODY = UserId("")


class InvoiceStatus(StrEnum):
    """Where an invoice stands."""

    NONE = "none"
    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


@frozen(kw_only=True)
class Invoice:
    """One invoice; amounts in its currency."""

    status: InvoiceStatus = InvoiceStatus.NONE
    user_id: UserId = NOBODY
    number: str = ""
    currency: str = ""
    lines: tuple[InvoiceLine, ...] = ()
    net: Decimal = ZERO
    tax: Decimal = ZERO
    total: Decimal = ZERO
    due: int = 0
    applied: Decimal = ZERO  # of payments
    payments: tuple[str, ...] = ()
    credited: Decimal = ZERO  # by credit notes, with tax
    notes: tuple[CreditNoteIssued, ...] = ()


@frozen(kw_only=True)
class Series:
    """The last number of one series and year."""

    last: int = 0


NO_INVOICE = Invoice()
UNBEGUN = Series()


def evolve(state: Invoice, event: InvoiceEvent) -> Invoice:
    """Fold one event."""
    match event:
        case InvoiceDrafted() | InvoiceOpened():
            return _written(state, event)
        case InvoicePaid():
            applied = EXACT.add(state.applied, EXACT.subtract(event.amount, event.over))
            return changed(
                state,
                status=state.status if event.left else InvoiceStatus.PAID,
                applied=applied,
                payments=(*state.payments, event.payment_id),
            )
        case InvoiceVoided():
            return changed(state, status=InvoiceStatus.VOID)
        case InvoiceWrittenOff():
            return changed(state, status=InvoiceStatus.UNCOLLECTIBLE)
        case CreditNoteIssued():
            credited = EXACT.add(state.credited, event.total)
            open_ = EXACT.compare(EXACT.add(state.applied, credited), state.total) < 0
            return changed(
                state,
                status=state.status if open_ else InvoiceStatus.PAID,
                credited=credited,
                notes=(*state.notes, event),
            )
        case _:
            assert_never(event)


def _written(state: Invoice, event: InvoiceDrafted | InvoiceOpened) -> Invoice:
    opened = isinstance(event, InvoiceOpened)
    return changed(
        state,
        status=InvoiceStatus.OPEN if opened else InvoiceStatus.DRAFT,
        user_id=event.user_id,
        number=event.number if isinstance(event, InvoiceOpened) else "",
        currency=event.currency,
        lines=event.lines,
        net=event.net,
        tax=event.tax,
        total=event.total,
        due=event.due if isinstance(event, InvoiceOpened) else 0,
    )


def evolve_series(state: Series, event: NumberDrawn) -> Series:
    """The last number drawn."""
    return changed(state, last=event.serial)
