"""What billing means in the books: the lines of each business fact, which always sum to nothing."""

from decimal import Decimal

from astracore.ledger.entries import Line
from astracore.numeric import EXACT
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.splits.events import SplitPart

ZERO = Decimal(0)


def lines(currency: str, **amounts: Decimal) -> tuple[Line, ...]:
    """Lines of accounts without reference, those of nothing left out."""
    return tuple(
        Line(account=account, currency=currency, amount=amount)
        for account, amount in amounts.items()
        if amount
    )


def line(account: str, currency: str, amount: Decimal) -> tuple[Line, ...]:
    """One line, or none where nothing moves."""
    return (Line(account=account, currency=currency, amount=amount),) if amount else ()


def invoice_sent(currency: str, stream: Stream, net: Decimal, tax: Decimal) -> tuple[Line, ...]:
    """Debit what the customer owes, credit deferred revenue and tax. Kernel."""
    total = EXACT.add(net, tax)
    return (
        *line("receivable", currency, total),
        *line(f"deferred/{stream.value}", currency, net.copy_negate()),
        *line("tax", currency, tax.copy_negate()),
    )


def recognised(currency: str, stream: Stream, amount: Decimal) -> tuple[Line, ...]:
    """Debit deferred revenue, credit the stream. Kernel."""
    return (
        *line(f"deferred/{stream.value}", currency, amount),
        *line(stream.value, currency, amount.copy_negate()),
    )


def given_back(
    currency: str, stream: Stream, deferred: Decimal, contra: Decimal, tax: Decimal
) -> tuple[Line, ...]:
    """Debit deferred revenue first, then refunds, and tax; credit the processor. Kernel."""
    total = EXACT.add(EXACT.add(deferred, contra), tax)
    return (
        *line(f"deferred/{stream.value}", currency, deferred),
        *line("refunds", currency, contra),
        *line("tax", currency, tax),
        *line("processor", currency, total.copy_negate()),
    )


def split_out(currency: str, parts: tuple[SplitPart, ...]) -> tuple[Line, ...]:
    """Debit appropriated earnings, credit what is payable to each receiver. Kernel."""
    total = ZERO
    for part in parts:
        total = EXACT.add(total, part.amount)
    payable = [
        each
        for part in parts
        for each in line(f"payable/{part.to}", currency, part.amount.copy_negate())
    ]
    return (*line("appropriated", currency, total), *payable)
