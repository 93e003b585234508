"""Agreeing to a quote: one decision over two streams, the purchase's and the spending guard's.

Limits hold only if nobody can confirm two purchases at once against one log: so the purchase and
the count of it are appended together, or neither is.
"""

from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.payments import (
    PaymentDeclined,
    PaymentFault,
    PaymentState,
    QuoteExpired,
    TooEarly,
)
from astracore.ledger.checks import unwritable
from astracore.outcome import is_failure
from astracore.revenue.payments.commands import ConfirmPayment, CryptoTerms
from astracore.revenue.payments.events import PaymentCreated, PaymentEvent
from astracore.revenue.payments.fees import settled_unit
from astracore.revenue.payments.quoting import later
from astracore.revenue.payments.state import Attempt, Intent, Quote
from astracore.revenue.payments.types import OPEN, PAID, PRODUCTS, Method
from astracore.revenue.spending.commands import CountSpend
from astracore.revenue.spending.events import SpendEvent
from astracore.revenue.spending.guard import count
from astracore.revenue.spending.state import SpendGuard


@frozen(kw_only=True)
class Confirmed:
    """What is appended to each of the two streams."""

    payment: tuple[PaymentEvent, ...]
    spending: tuple[SpendEvent, ...]


Bought: TypeAlias = Result[Confirmed, PaymentFault]


def confirm(command: ConfirmPayment, intent: Intent, guard: SpendGuard) -> Bought:
    """Decide over both states. The same payment again is a no-op.

    Errors: PaymentState (nothing offered, under way, or paid), TooEarly, QuoteExpired,
    PaymentDeclined (tried often enough), BadText, Unsettled, NegativeAmount; PurchaseRefused,
    SpendingLimit, NumericLimit.
    Invariant: what the guard counts is what was confirmed and did not fail.
    """
    quote, known = intent.quote, intent.attempts.get(command.payment_id)
    if quote is None:
        return Failure(PaymentState("none", "confirm"))
    if known is not None and known.method is command.method:
        return Success(Confirmed(payment=(), spending=()))
    fault = confirm_fault(command, intent, quote)
    if fault is not None:
        return Failure(fault)
    created = created_payment(command, quote)
    if not PRODUCTS[quote.kind].counted:
        return Success(Confirmed(payment=(created,), spending=()))
    counting = CountSpend(
        user_id=quote.user_id,
        payment_id=command.payment_id,
        amount=quote.usd,
        at=command.at,
        rules=command.spending,
    )
    return Result.do(
        Confirmed(payment=(created,), spending=counted) for counted in count(counting, guard)
    )


def confirm_fault(command: ConfirmPayment, intent: Intent, quote: Quote) -> PaymentFault | None:
    """Why a quote is not confirmed now, whatever the user may spend."""
    standing = next((one.state for one in intent.attempts.values() if _stands(one)), None)
    if standing is not None:
        return PaymentState(standing.value, "confirm")
    if command.payment_id in intent.attempts:
        return PaymentState(intent.attempts[command.payment_id].state.value, "confirm")
    if command.at < quote.confirm_from:
        return TooEarly(quote.confirm_from.micros)
    if command.at >= quote.expires_at:
        return QuoteExpired(quote.expires_at.micros)
    if len(intent.attempts) >= command.rules.attempts:
        return PaymentDeclined(len(intent.attempts))
    if (command.method is Method.CRYPTO) is (command.crypto is None):
        return PaymentState(command.method.value, "crypto terms")
    return unwritable(payment_id=command.payment_id) or terms_fault(command.crypto)


def _stands(attempt: Attempt) -> bool:
    return attempt.state in OPEN or attempt.state in PAID


def terms_fault(terms: CryptoTerms | None) -> PaymentFault | None:
    """What is wrong with the terms of a crypto payment."""
    if terms is None:
        return None
    unit = settled_unit(terms.amount, terms.currency)
    return unit.failure() if is_failure(unit) else unwritable(address=terms.address)


def created_payment(command: ConfirmPayment, quote: Quote) -> PaymentCreated:
    """The try as an event."""
    terms = command.crypto
    return PaymentCreated(
        payment_id=command.payment_id,
        intent_id=command.intent_id,
        user_id=quote.user_id,
        amount=quote.total,
        currency=quote.currency,
        method=command.method,
        stream=quote.stream,
        usd=quote.usd,
        due=quote.total if terms is None else terms.amount,
        due_currency=quote.currency if terms is None else terms.currency,
        address=None if terms is None else terms.address,
        expires_at=(None if terms is None else later(command.at, command.rules.crypto.quote_lives)),
        at=command.at,
    )
