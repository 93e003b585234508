"""What each event does to a purchase. Total: an event of an unknown payment changes nothing."""

from typing import assert_never

from attrs import evolve as changed

from astracore.numeric import EXACT
from astracore.revenue.payments.events import (
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    OverpaymentCredited,
    PaymentAdvanced,
    PaymentCreated,
    PaymentEvent,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
    QuoteCreated,
    TransferDropped,
    TransferSeen,
)
from astracore.revenue.payments.state import Attempt, Intent, Quote, Transfer
from astracore.revenue.payments.types import State


def evolve(intent: Intent, event: PaymentEvent) -> Intent:
    """Fold one event."""
    if isinstance(event, QuoteCreated):
        return changed(intent, quote=quote_of(event))
    if isinstance(event, PaymentCreated):
        made = Attempt(
            method=event.method,
            state=State.CREATED,
            due=event.due,
            due_currency=event.due_currency,
            expires_at=event.expires_at,
        )
        return with_attempt(intent, event.payment_id, made)
    attempt = intent.attempts.get(event.payment_id)
    if attempt is None:
        return intent
    if isinstance(event, TransferSeen | TransferDropped | OverpaymentCredited):
        return with_attempt(intent, event.payment_id, on_chain(attempt, event))
    return with_attempt(intent, event.payment_id, moved_on(attempt, intent, event))


def with_attempt(intent: Intent, payment_id: str, attempt: Attempt) -> Intent:
    """The purchase with one try as it stands now."""
    return changed(intent, attempts={**intent.attempts, payment_id: attempt})


def quote_of(event: QuoteCreated) -> Quote:
    """What was offered."""
    return Quote(
        user_id=event.user_id,
        kind=event.kind,
        reference=event.reference,
        quantity=event.quantity,
        stream=event.stream,
        net=event.net,
        tax=event.tax,
        total=event.total,
        currency=event.currency,
        usd=event.usd,
        confirm_from=event.confirm_from,
        expires_at=event.expires_at,
    )


def moved_on(
    attempt: Attempt,
    intent: Intent,
    event: PaymentAdvanced
    | PaymentSucceeded
    | PaymentFailed
    | PaymentRefunded
    | DisputeOpened
    | DisputeWon
    | DisputeLost,
) -> Attempt:
    """The try in its next state."""
    match event:
        case PaymentAdvanced():
            return changed(attempt, state=event.state)
        case PaymentSucceeded():
            return changed(attempt, state=State.SUCCEEDED)
        case PaymentFailed():
            return changed(attempt, state=State.CANCELLED if event.cancelled else State.FAILED)
        case PaymentRefunded():
            whole = intent.quote is not None and event.refunded >= intent.quote.total
            return changed(
                attempt,
                state=State.REFUNDED if whole else State.PARTIALLY_REFUNDED,
                refunds={**attempt.refunds, event.refund_id: event.amount},
                refunded=event.refunded,
            )
        case DisputeOpened():
            return changed(
                attempt,
                state=State.DISPUTED,
                dispute_id=event.dispute_id,
                before=attempt.state,
            )
        case DisputeWon():
            return changed(attempt, state=attempt.before or State.SUCCEEDED, before=None)
        case DisputeLost():
            return changed(attempt, state=State.LOST, before=None)
        case _:
            assert_never(event)


def on_chain(
    attempt: Attempt, event: TransferSeen | TransferDropped | OverpaymentCredited
) -> Attempt:
    """The try with what the chain says of its transfers."""
    match event:
        case TransferSeen():
            seen = Transfer(amount=event.amount, finality=event.finality, late=event.late)
            before = attempt.transfers.get(event.tx_id)
            credited = before is not None and before.credited
            return changed(
                attempt,
                transfers={**attempt.transfers, event.tx_id: changed(seen, credited=credited)},
            )
        case TransferDropped():
            gone = attempt.transfers.get(event.tx_id)
            if gone is None:
                return attempt
            left = {**attempt.transfers, event.tx_id: changed(gone, dropped=True)}
            return changed(attempt, transfers=left)
        case OverpaymentCredited():
            one = attempt.transfers.get(event.tx_id or "")
            if event.tx_id is None or one is None:
                return changed(attempt, credited=EXACT.add(attempt.credited, event.amount))
            spoken = {**attempt.transfers, event.tx_id: changed(one, credited=True)}
            return changed(attempt, transfers=spoken)
        case _:
            assert_never(event)
