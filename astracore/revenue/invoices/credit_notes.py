"""What a credit note takes back: net as asked, tax so that all notes never take more than there is.

The tax of a note is what its net adds to the line's tax on everything credited so far. So net + tax
is the note's total to the unit, and when all is credited the taxes of the notes are the line's tax.
"""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.revenue import CreditExceeds, InvoiceFault, LineNotFound
from astracore.numeric import Rounding, exact
from astracore.outcome import is_failure
from astracore.revenue.invoices.commands import CreditLine
from astracore.revenue.invoices.events import CreditedLine, InvoiceLine
from astracore.revenue.invoices.state import Invoice
from astracore.revenue.units import part_to

ZERO = Decimal(0)


@exact
def credited_lines(
    invoice: Invoice, asked: tuple[CreditLine, ...], unit: Decimal
) -> Result[tuple[CreditedLine, ...], InvoiceFault]:
    """Each asked line with the tax that goes with it.

    Errors: LineNotFound, CreditExceeds (a line more than it has left, a line twice, nothing, or all
    notes together more than the invoice), NumericLimit.
    Rounds: tax HALF_UP to the unit, on what is credited in all.
    Source: docs/formulas-revenue.md#credit-notes.
    Invariant: Σ credit notes <= invoice, and equal when every line is credited whole.
    """
    lines = {line.charge.line_id: line for line in invoice.lines}
    found: list[CreditedLine] = []
    for one in asked:
        line = lines.get(one.line_id)
        if line is None:
            return Failure(LineNotFound(one.line_id[:64]))
        before = credited_net(invoice, one.line_id)
        credited = _credited(line, before, one.net, unit)
        if is_failure(credited):
            return credited
        found.append(credited.unwrap())
    total = sum((line.net + line.tax for line in found), ZERO)
    left = invoice.total - invoice.credited
    doubled = len({line.line_id for line in found}) < len(found)
    if doubled or not 0 < total <= left:
        return Failure(CreditExceeds(left, total))
    return Success(tuple(found))


def credited_net(invoice: Invoice, line_id: str) -> Decimal:
    """What earlier notes took back of a line, without tax. Kernel."""
    rows = (line for note in invoice.notes for line in note.lines if line.line_id == line_id)
    return sum((line.net for line in rows), ZERO)


def _credited(
    line: InvoiceLine, before: Decimal, asked: Decimal, unit: Decimal
) -> Result[CreditedLine, InvoiceFault]:
    after = before + asked
    backwards = line.net < 0
    fits = line.net <= after <= before if backwards else before <= after <= line.net
    if not fits or not asked:
        return Failure(CreditExceeds(line.net - before, asked))
    taxes = [_share(line, amount, unit) for amount in (before, after)]
    tax = taxes[1] - taxes[0]
    return Success(CreditedLine(line_id=line.charge.line_id, net=asked, tax=tax))


def _share(line: InvoiceLine, net: Decimal, unit: Decimal) -> Decimal:
    return part_to(line.tax * net, line.net, unit, Rounding.HALF_UP)
