"""What may be asked of an invoice, and of the book that numbers are drawn from."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.revenue.invoices.lines import Charge
from astracore.revenue.invoices.tax import TAXES, TaxTable

CENT = Decimal("0.01")


@frozen(kw_only=True)
class DraftInvoice:
    """Write the lines, or write them anew while they are a draft."""

    invoice_id: str
    user_id: UserId
    currency: str
    country: str
    charges: tuple[Charge, ...]
    day: int
    unit: Decimal = CENT
    taxes: TaxTable = TAXES


@frozen(kw_only=True)
class OpenInvoice:
    """Send it: from here on its lines are fixed. `number` was drawn in the same transaction."""

    invoice_id: str
    number: str
    day: int
    due_days: int = 30


@frozen(kw_only=True)
class PayInvoice:
    """A payment arrived for it."""

    invoice_id: str
    payment_id: str
    amount: Decimal
    day: int


@frozen(kw_only=True)
class VoidInvoice:
    """It should not have been sent; nothing was paid."""

    invoice_id: str
    reason: str
    day: int


@frozen(kw_only=True)
class WriteOffInvoice:
    """Nobody expects to be paid any more; a payment may still come."""

    invoice_id: str
    reason: str
    day: int


@frozen(kw_only=True)
class CreditLine:
    """How much of a line's net is taken back [currency]; of a discount, below 0."""

    line_id: str
    net: Decimal


@frozen(kw_only=True)
class IssueCreditNote:
    """Take back a part of what was charged. `number` was drawn in the same transaction."""

    invoice_id: str
    number: str
    lines: tuple[CreditLine, ...]
    reason: str
    day: int
    unit: Decimal = CENT


@frozen(kw_only=True)
class DrawNumber:
    """The next number of a series and year, for a paper named `subject`."""

    series: str
    year: int
    subject: str


InvoiceCommand: TypeAlias = (
    DraftInvoice | OpenInvoice | PayInvoice | VoidInvoice | WriteOffInvoice | IssueCreditNote
)
