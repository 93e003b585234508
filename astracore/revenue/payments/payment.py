"""The purchase as a decider: from the quote to the last refund."""

from typing import assert_never

from returns.result import Result

from astracore.errors.payments import PaymentFault
from astracore.events.decider import Decider
from astracore.revenue.payments.commands import (
    CloseDispute,
    ConfirmPayment,
    CreateQuote,
    DropTransfer,
    EndCryptoQuote,
    OpenDispute,
    PaymentCommand,
    RecordProcessor,
    RecordTransfer,
    Refund,
)
from astracore.revenue.payments.confirming import confirm
from astracore.revenue.payments.events import PaymentEvent
from astracore.revenue.payments.folding import evolve
from astracore.revenue.payments.processing import record_processor
from astracore.revenue.payments.quoting import create_quote
from astracore.revenue.payments.returning import close_dispute, open_dispute, refund
from astracore.revenue.payments.state import Intent
from astracore.revenue.payments.transfers import drop_transfer, end_quote, record_transfer
from astracore.revenue.spending.state import SpendGuard

__all__ = ["PAYMENTS", "decide", "evolve"]


def decide(
    command: PaymentCommand, intent: Intent
) -> Result[tuple[PaymentEvent, ...], PaymentFault]:
    """What a command does to a purchase; each cause in the order of its own function.

    Of a confirmation this is the purchase's half, for a guard that has counted nothing: whoever
    confirms for somebody asks `confirm`, which decides over both.
    """
    match command:
        case CreateQuote():
            return create_quote(command, intent)
        case ConfirmPayment():
            return confirm(command, intent, SpendGuard()).map(lambda made: made.payment)
        case RecordProcessor():
            return record_processor(command, intent)
        case Refund():
            return refund(command, intent)
        case OpenDispute():
            return open_dispute(command, intent)
        case CloseDispute():
            return close_dispute(command, intent)
        case RecordTransfer() | DropTransfer() | EndCryptoQuote():
            return on_chain(command, intent)
        case _:
            assert_never(command)


def on_chain(
    command: RecordTransfer | DropTransfer | EndCryptoQuote, intent: Intent
) -> Result[tuple[PaymentEvent, ...], PaymentFault]:
    """What the chain, or the end of the quote's time, brings about."""
    match command:
        case RecordTransfer():
            return record_transfer(command, intent)
        case DropTransfer():
            return drop_transfer(command, intent)
        case EndCryptoQuote():
            return end_quote(command, intent)
        case _:
            assert_never(command)


PAYMENTS = Decider("financial.payment", Intent(), decide, evolve)
