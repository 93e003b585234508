"""What must hold of billing at every moment, as predicates for tests and for self-audit."""

from collections.abc import Container, Iterable
from decimal import Decimal

from astracore.ledger.state import Books, balance, signed_balance
from astracore.numeric import EXACT
from astracore.outcome import is_failure
from astracore.revenue.invoices.lines import recomputed
from astracore.revenue.invoices.state import Invoice
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.recognition.state import Contract, deferred
from astracore.revenue.subscriptions.state import Status, Subscription

ZERO = Decimal(0)
CENT = Decimal("0.01")


def added(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    total = ZERO
    for amount in amounts:
        total = EXACT.add(total, amount)
    return total


def billed_is_recognised_and_deferred(contract: Contract) -> bool:
    """Nothing is earned twice, nothing is lost, and no more is earned than was billed."""
    left = deferred(contract)
    return contract.billed == EXACT.add(contract.recognised, left)


def books_hold_the_contracts(books: Books, contracts: Iterable[Contract], currency: str) -> bool:
    """Deferred revenue in the books is what the contracts still owe, stream by stream.

    And what the streams earned, less refunds, is what the contracts say was earned.
    """
    held = list(contracts)
    owed = all(
        balance(books, f"deferred/{stream.value}", currency)
        == added(deferred(each) for each in held if each.stream is stream)
        for stream in Stream
    )
    earned = added(signed_balance(books, stream.value, currency) for stream in Stream)
    returned = signed_balance(books, "refunds", currency)
    earned_net = EXACT.add(earned, returned).copy_negate()
    return owed and earned_net == added(each.recognised for each in held)


def invoice_explains_itself(invoice: Invoice, known: Container[str], unit: Decimal = CENT) -> bool:
    """Each line is what its evidence gives, comes from known events, and the lines are the sum."""
    for line in invoice.lines:
        amount = recomputed(line.charge.evidence, unit)
        if is_failure(amount) or amount.unwrap() != line.charge.amount:
            return False
        if not line.charge.sources or any(each not in known for each in line.charge.sources):
            return False
        if line.tax != added(part.amount for part in line.taxes):
            return False
    net = added(line.net for line in invoice.lines)
    tax = added(line.tax for line in invoice.lines)
    return (net, tax, EXACT.add(net, tax)) == (invoice.net, invoice.tax, invoice.total)


def notes_stay_within_the_invoice(invoice: Invoice) -> bool:
    """Credit notes take back at most what was charged, each with net + tax = total."""
    whole = all(EXACT.add(note.net, note.tax) == note.total for note in invoice.notes)
    total = added(note.total for note in invoice.notes)
    tax = added(note.tax for note in invoice.notes)
    return whole and ZERO <= total <= invoice.total and tax <= max(invoice.tax, ZERO)


def period_is_sound(state: Subscription) -> bool:
    """A subscription that runs has a period of at least a day, and a rate only while it pays."""
    if state.status in {Status.NONE, Status.ENDED}:
        return not state.rate
    paying = state.status in {Status.ACTIVE, Status.PAST_DUE}
    return state.end > state.start and (paying or not state.rate)
