"""Money that goes back: refunds in part or whole, and disputes."""

from decimal import Decimal
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.ledger import DuplicateEntry
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import PaymentFault, PaymentState, RefundExceeds
from astracore.ledger.checks import unwritable
from astracore.numeric import exact
from astracore.revenue.payments.commands import CloseDispute, OpenDispute, Refund
from astracore.revenue.payments.events import (
    DisputeLost,
    DisputeOpened,
    DisputeWon,
    PaymentEvent,
    PaymentRefunded,
)
from astracore.revenue.payments.fees import settled_unit, tax_part
from astracore.revenue.payments.processing import Place, located
from astracore.revenue.payments.state import ZERO, Intent
from astracore.revenue.payments.types import TRANSITIONS, ProductKind, State

Decided: TypeAlias = Result[tuple[PaymentEvent, ...], PaymentFault]


@exact
def refund(command: Refund, intent: Intent) -> Decided:
    """Give back a part or all. The same refund again is a no-op.

    Errors: BadText, PaymentState (a deposit too), DuplicateEntry (the id has another amount),
    NegativeAmount (zero too), Unsettled, RefundExceeds, NumericLimit.
    Invariants: refunds add up to at most what was paid; net + tax = amount, and the tax of all
    refunds of the whole is just the tax that was paid.
    """
    text = unwritable(reason=command.reason, refund_id=command.refund_id)
    if text is not None:
        return Failure(text)
    return Result.do(
        events
        for place in located(intent, command.intent_id, command.payment_id)
        for events in _refunded(command, place)
    )


@exact
def _refunded(command: Refund, place: Place) -> Decided:
    attempt, quote = place.attempt, place.quote
    known = attempt.refunds.get(command.refund_id)
    if known is not None:
        same = known == command.amount
        return Success(()) if same else Failure(DuplicateEntry(command.refund_id))
    if quote.kind is ProductKind.DEPOSIT:  # it is the user's: it goes out by a withdrawal
        return Failure(PaymentState(quote.kind.value, "refund"))
    if attempt.state not in {State.SUCCEEDED, State.PARTIALLY_REFUNDED}:
        return Failure(PaymentState(attempt.state.value, "refund"))
    if not command.amount.is_finite() or command.amount <= 0:
        return Failure(NegativeAmount(str(command.amount)[:64]))
    total = attempt.refunded + command.amount
    if total > quote.total:
        return Failure(RefundExceeds(quote.total, attempt.refunded, command.amount))
    return Result.do(
        (_event(command, place, after - before),)
        for unit in settled_unit(command.amount, quote.currency)
        for before in tax_part(quote.tax, quote.total, attempt.refunded, unit)
        for after in tax_part(quote.tax, quote.total, total, unit)
    )


def _event(command: Refund, place: Place, tax: Decimal) -> PaymentRefunded:
    net = command.amount - tax
    unearned = command.deferred if command.deferred.is_finite() else ZERO
    deferred = max(ZERO, min(net, unearned))
    return PaymentRefunded(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        user_id=place.quote.user_id,
        refund_id=command.refund_id,
        amount=command.amount,
        tax=tax,
        deferred=deferred,
        earned=net - deferred,
        refunded=place.attempt.refunded + command.amount,
        currency=place.quote.currency,
        method=place.attempt.method,
        stream=place.quote.stream,
        reason=command.reason,
        at=command.at,
    )


@exact
def open_dispute(command: OpenDispute, intent: Intent) -> Decided:
    """The bank takes back what was not refunded. The same dispute again is a no-op.

    Errors: BadText, PaymentState.
    """
    text = unwritable(reason=command.reason, dispute_id=command.dispute_id)
    if text is not None:
        return Failure(text)
    return Result.do(
        events
        for place in located(intent, command.intent_id, command.payment_id)
        for events in _opened(command, place)
    )


def _opened(command: OpenDispute, place: Place) -> Decided:
    if place.attempt.dispute_id == command.dispute_id:
        return Success(())
    if State.DISPUTED not in TRANSITIONS[place.attempt.state]:
        return Failure(PaymentState(place.attempt.state.value, "dispute"))
    opened = DisputeOpened(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        user_id=place.quote.user_id,
        dispute_id=command.dispute_id,
        amount=place.quote.total - place.attempt.refunded,
        currency=place.quote.currency,
        method=place.attempt.method,
        reason=command.reason,
        at=command.at,
    )
    return Success((opened,))


@exact
def close_dispute(command: CloseDispute, intent: Intent) -> Decided:
    """Won: the payment stands as before. Lost: it is gone.

    Errors: PaymentState (this dispute is not open).
    """
    return Result.do(
        events
        for place in located(intent, command.intent_id, command.payment_id)
        for events in _closed(command, place)
    )


def _closed(command: CloseDispute, place: Place) -> Decided:
    attempt = place.attempt
    if attempt.state is not State.DISPUTED or attempt.dispute_id != command.dispute_id:
        return Failure(PaymentState(attempt.state.value, "close dispute"))
    ended = DisputeWon if command.won else DisputeLost
    event = ended(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        user_id=place.quote.user_id,
        dispute_id=command.dispute_id,
        amount=place.quote.total - attempt.refunded,
        currency=place.quote.currency,
        method=attempt.method,
        at=command.at,
    )
    return Success((event,))
