"""Numbers without gaps: drawn only together with the paper that bears them, in one transaction."""

from returns.result import Failure, Result, Success

from astracore.errors.revenue import InvoiceFault, NumberTaken
from astracore.events.decider import Decider
from astracore.revenue.dates import civil
from astracore.revenue.invoices.commands import DrawNumber, IssueCreditNote, OpenInvoice
from astracore.revenue.invoices.events import InvoiceEvent, NumberDrawn, SerialEvent
from astracore.revenue.invoices.invoice import decide as decide_invoice
from astracore.revenue.invoices.state import UNBEGUN, Invoice, Series, evolve_series

INVOICES, CREDIT_NOTES = "INV", "CN"
MOST = 999_999


def decide(command: DrawNumber, state: Series) -> Result[tuple[SerialEvent, ...], InvoiceFault]:
    """The number after the last one.  Errors: NumberTaken (the series of the year is used up).

    Invariant: the numbers of a series and year are 1, 2, 3 … without gap.
    """
    serial = state.last + 1
    number = number_text(command.series, command.year, serial)
    if not 1 <= serial <= MOST:
        return Failure(NumberTaken(number[:64]))
    return Success(
        (
            NumberDrawn(
                series=command.series,
                year=command.year,
                serial=serial,
                number=number,
                subject=command.subject,
            ),
        )
    )


SERIES: Decider[DrawNumber, Series, SerialEvent, InvoiceFault] = Decider(
    "financial.series", UNBEGUN, decide, evolve_series
)


def number_text(series: str, year: int, serial: int) -> str:
    """INV-YYYY-NNNNNN.

    >>> number_text("INV", 2026, 7)
    'INV-2026-000007'
    """
    return f"{series}-{year:04}-{serial:06}"


def numbered(
    command: OpenInvoice | IssueCreditNote, invoice: Invoice, series: Series
) -> Result[tuple[tuple[InvoiceEvent, ...], tuple[SerialEvent, ...]], InvoiceFault]:
    """Open an invoice, or issue a credit note, under the next number: both streams or neither.

    The command's own number must be the one that is next, so that a race shows before it happens.
    Errors: NumberTaken, those of the invoice.
    Invariant: no number is drawn for a paper that was refused.
    """
    kind = INVOICES if isinstance(command, OpenInvoice) else CREDIT_NOTES
    draw = DrawNumber(series=kind, year=civil(command.day)[0], subject=command.invoice_id)
    return Result.do(
        (events, drawn)
        for drawn in decide(draw, series)
        for _ in _same(command.number, drawn)
        for events in decide_invoice(command, invoice)
    )


def _same(number: str, drawn: tuple[SerialEvent, ...]) -> Result[None, InvoiceFault]:
    if [event.number for event in drawn] != [number]:
        return Failure(NumberTaken(number[:64]))
    return Success(None)
