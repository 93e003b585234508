"""What may have happened to an invoice. Amounts are in its currency."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.revenue.invoices.lines import Charge
from astracore.revenue.invoices.tax import TaxPart


@frozen(kw_only=True)
class InvoiceLine:
    """A line with its tax: what was asked for, without tax, and what each rate takes."""

    charge: Charge
    net: Decimal
    taxes: tuple[TaxPart, ...]
    tax: Decimal


@frozen(kw_only=True)
class CreditedLine:
    """What a credit note takes back of one line."""

    line_id: str
    net: Decimal
    tax: Decimal


@frozen(kw_only=True)
class InvoiceDrafted:
    """The lines as they would be sent."""

    TYPE: ClassVar[str] = "astra.financial.invoice_drafted.v1"
    invoice_id: str
    user_id: UserId
    currency: str
    country: str
    lines: tuple[InvoiceLine, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    day: int


@frozen(kw_only=True)
class InvoiceOpened:
    """It was sent under its number; the lines are fixed."""

    TYPE: ClassVar[str] = "astra.financial.invoice_opened.v1"
    invoice_id: str
    user_id: UserId
    number: str
    currency: str
    lines: tuple[InvoiceLine, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    day: int
    due: int


@frozen(kw_only=True)
class InvoicePaid:
    """A payment was applied; `over` went to the customer's credit, `left` is still due."""

    TYPE: ClassVar[str] = "astra.financial.invoice_paid.v1"
    invoice_id: str
    user_id: UserId
    number: str
    payment_id: str
    amount: Decimal
    over: Decimal
    left: Decimal
    currency: str
    day: int


@frozen(kw_only=True)
class InvoiceVoided:
    """It never was; its number stays taken."""

    TYPE: ClassVar[str] = "astra.financial.invoice_voided.v1"
    invoice_id: str
    user_id: UserId
    number: str
    reason: str
    day: int


@frozen(kw_only=True)
class InvoiceWrittenOff:
    """Nobody expects it to be paid."""

    TYPE: ClassVar[str] = "astra.financial.invoice_written_off.v1"
    invoice_id: str
    user_id: UserId
    number: str
    left: Decimal
    reason: str
    day: int


@frozen(kw_only=True)
class CreditNoteIssued:
    """A part was taken back; net + tax is total to the unit."""

    TYPE: ClassVar[str] = "astra.financial.credit_note_issued.v1"
    invoice_id: str
    user_id: UserId
    number: str
    lines: tuple[CreditedLine, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    reason: str
    currency: str
    day: int


@frozen(kw_only=True)
class NumberDrawn:
    """`number` belongs to the paper `subject` for ever."""

    TYPE: ClassVar[str] = "astra.financial.number_drawn.v1"
    series: str
    year: int
    serial: int
    number: str
    subject: str


InvoiceEvent: TypeAlias = (
    InvoiceDrafted
    | InvoiceOpened
    | InvoicePaid
    | InvoiceVoided
    | InvoiceWrittenOff
    | CreditNoteIssued
)
SerialEvent: TypeAlias = NumberDrawn
