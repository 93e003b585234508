"""What billing means in the books, where amounts carry a sign: lines that always sum to nothing.

Corrections of a cent go either way, so a debit may be below zero here; it is a credit then.
"""

from decimal import Decimal

from astracore.ids import UserId
from astracore.ledger.entries import Line, line
from astracore.numeric import EXACT
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.splits.events import SplitPart

ZERO = Decimal(0)


def recognised(currency: str, stream: Stream, amount: Decimal) -> tuple[Line, ...]:
    """What was deferred is earned: debit deferred, credit the stream. Kernel."""
    return (
        *line(f"deferred/{stream.value}", currency, amount),
        *line(stream.value, currency, amount.copy_negate()),
    )


def credit_kept(
    currency: str, user_id: UserId, stream: Stream, amount: Decimal
) -> tuple[Line, ...]:
    """Unused service becomes the customer's credit: debit deferred, credit them. Kernel."""
    return (
        *line(f"deferred/{stream.value}", currency, amount),
        *line(f"customer_credit/{user_id}", currency, amount.copy_negate()),
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
