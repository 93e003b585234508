"""What a processor reports: in any order and any number of times, the payment ends once."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.payments import PaymentFault, PaymentState
from astracore.instants import Instant
from astracore.ledger.checks import unwritable
from astracore.money.currencies import posting_currency, unit_of
from astracore.outcome import is_failure
from astracore.revenue.payments.commands import RecordProcessor
from astracore.revenue.payments.events import (
    PaymentAdvanced,
    PaymentEvent,
    PaymentFailed,
    PaymentSucceeded,
)
from astracore.revenue.payments.fees import processor_fee
from astracore.revenue.payments.rules import PaymentRules
from astracore.revenue.payments.state import ZERO, Attempt, Intent, Quote
from astracore.revenue.payments.types import PAID, TRANSITIONS, UNPAID, Method, Outcome, State

Decided: TypeAlias = Result[tuple[PaymentEvent, ...], PaymentFault]
REPORTED: Mapping[Outcome, State] = MappingProxyType(
    {outcome: State(outcome.value) for outcome in Outcome}
)
WAITING = (State.CREATED, State.REQUIRES_ACTION, State.PROCESSING)


@frozen(kw_only=True)
class Place:
    """Which payment of which purchase, with what both are."""

    intent_id: str
    payment_id: str
    quote: Quote
    attempt: Attempt


def located(intent: Intent, intent_id: str, payment_id: str) -> Result[Place, PaymentFault]:
    """The payment that a command is about.  Errors: PaymentState (there is none)."""
    attempt = intent.attempts.get(payment_id)
    if intent.quote is None or attempt is None:
        return Failure(PaymentState("none", "record"))
    return Success(
        Place(intent_id=intent_id, payment_id=payment_id, quote=intent.quote, attempt=attempt)
    )


def record_processor(command: RecordProcessor, intent: Intent) -> Decided:
    """Advance, succeed, fail or cancel.

    Errors: PaymentState (no such payment, a state that cannot follow, money of a chain that a
    processor claims or gives up), BadText, NumericLimit.
    Invariant: a report that was told before, or that is older than what is known, changes nothing.
    """
    text = unwritable(reason=command.reason)
    if text is not None:
        return Failure(text)
    return located(intent, command.intent_id, command.payment_id).bind(
        lambda place: _reported(command, place)
    )


def _reported(command: RecordProcessor, place: Place) -> Decided:
    state, target = place.attempt.state, REPORTED[command.outcome]
    if is_old(state, target):
        return Success(())
    if is_of_the_chain(place.attempt, target) or target not in TRANSITIONS[state]:
        return Failure(PaymentState(state.value, target.value))
    if target is State.SUCCEEDED:
        return succeeded(place, command.at, command.rules).map(lambda event: (event,))
    if target in WAITING:
        return Success((advanced(place, target, command.at),))
    cancelled = target is State.CANCELLED
    return Success((failed(place, command.reason, command.at, cancelled=cancelled),))


def is_of_the_chain(attempt: Attempt, target: State) -> bool:
    """Whether only the chain, or the end of the quote's time, may bring `target` about.

    Success always; an end without it once a transfer stands: it would be nobody's money.
    """
    if attempt.method is not Method.CRYPTO:
        return False
    stands = any(not (one.late or one.dropped) for one in attempt.transfers.values())
    return target is State.SUCCEEDED or (stands and target in UNPAID)


def is_old(state: State, target: State) -> bool:
    """Whether a report says nothing new: known, or overtaken by what is known.

    >>> is_old(State.REFUNDED, State.SUCCEEDED), is_old(State.FAILED, State.SUCCEEDED)
    (True, False)
    """
    if state is target:
        return True
    if target in WAITING:
        return state not in WAITING or WAITING.index(target) <= WAITING.index(state)
    return target is State.SUCCEEDED and state in PAID


def advanced(place: Place, state: State, at: Instant) -> PaymentAdvanced:
    """The payment waits."""
    return PaymentAdvanced(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        user_id=place.quote.user_id,
        state=state,
        at=at,
    )


def succeeded(
    place: Place, at: Instant, rules: PaymentRules
) -> Result[PaymentSucceeded, PaymentFault]:
    """The money is there.  Errors: PaymentState (a currency that is none), NumericLimit."""
    quote, method = place.quote, place.attempt.method
    unit = posting_currency(quote.currency).bind(unit_of)
    if is_failure(unit):
        return Failure(PaymentState(quote.currency[:64], "currency"))
    return Result.do(
        PaymentSucceeded(
            payment_id=place.payment_id,
            intent_id=place.intent_id,
            user_id=quote.user_id,
            kind=quote.kind,
            reference=quote.reference,
            quantity=quote.quantity,
            amount=quote.total,
            net=quote.net,
            tax=quote.tax,
            currency=quote.currency,
            method=method,
            stream=quote.stream,
            fee=fee,
            usd=quote.usd,
            due=place.attempt.due,
            due_currency=place.attempt.due_currency,
            at=at,
        )
        for fee in processor_fee(quote.total, unit.unwrap(), method, rules)
    )


def failed(
    place: Place, reason: str, at: Instant, *, cancelled: bool = False, returned: Decimal = ZERO
) -> PaymentFailed:
    """The money did not come."""
    quote, attempt = place.quote, place.attempt
    return PaymentFailed(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        user_id=quote.user_id,
        kind=quote.kind,
        reference=quote.reference,
        amount=quote.total,
        currency=quote.currency,
        method=attempt.method,
        stream=quote.stream,
        cancelled=cancelled,
        reason=reason,
        returned=returned,
        due_currency=attempt.due_currency,
        at=at,
    )
