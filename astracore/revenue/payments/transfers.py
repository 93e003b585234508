"""Transfers on a chain towards a payment: they firm up, come too late, or vanish again.

A payment succeeds when final transfers that were first seen in time reach what is due. What is
more, or came later, is the user's credit. A reorganisation that takes away what a success stood on
opens a dispute with the chain itself, which is won when the transfers come back.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.ledger import DuplicateEntry
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import PaymentFault, PaymentState, TooEarly
from astracore.instants import Instant
from astracore.ledger.checks import unwritable
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.revenue.payments.commands import DropTransfer, EndCryptoQuote, RecordTransfer
from astracore.revenue.payments.crypto import Arrived, Verdict, arrived, is_final, sent_back
from astracore.revenue.payments.events import (
    DisputeOpened,
    DisputeWon,
    OverpaymentCredited,
    PaymentEvent,
    TransferDropped,
    TransferSeen,
)
from astracore.revenue.payments.fees import settled_unit
from astracore.revenue.payments.processing import Place, failed, located, succeeded
from astracore.revenue.payments.rules import PaymentRules
from astracore.revenue.payments.state import Intent, Transfer
from astracore.revenue.payments.types import OPEN, ORDER, TRANSITIONS, Method, State

Decided: TypeAlias = Result[tuple[PaymentEvent, ...], PaymentFault]
REORG = "reorg"


@exact
def record_transfer(command: RecordTransfer, intent: Intent) -> Decided:
    """A transfer is seen, or stands more firmly than before. What is known already is a no-op.

    Errors: BadText, PaymentState (no crypto payment), NegativeAmount (zero too), Unsettled,
    DuplicateEntry (the transfer is known with another amount), NumericLimit.
    """
    return Result.do(
        events
        for place in _crypto(intent, command.intent_id, command.payment_id, command.tx_id)
        for _ in _amount(command, place)
        for events in _recorded(command, place)
    )


def _crypto(
    intent: Intent, intent_id: str, payment_id: str, tx_id: str
) -> Result[Place, PaymentFault]:
    text = unwritable(tx_id=tx_id)
    if text is not None:
        return Failure(text)
    place = located(intent, intent_id, payment_id)
    if is_failure(place) or place.unwrap().attempt.method is Method.CRYPTO:
        return place
    return Failure(PaymentState(place.unwrap().attempt.method.value, "transfer"))


def _amount(command: RecordTransfer, place: Place) -> Result[Decimal, PaymentFault]:
    if not command.amount.is_finite() or command.amount <= 0:
        return Failure(NegativeAmount(str(command.amount)[:64]))
    return Result.do(unit for unit in settled_unit(command.amount, place.attempt.due_currency))


def _recorded(command: RecordTransfer, place: Place) -> Decided:
    known = place.attempt.transfers.get(command.tx_id)
    stands = None if known is None or known.dropped else known
    if stands is not None and stands.amount != command.amount:
        return Failure(DuplicateEntry(command.tx_id))
    if stands is not None and ORDER.index(command.finality) <= ORDER.index(stands.finality):
        return Success(())
    ends = place.attempt.expires_at
    first_late = ends is not None and command.at >= ends
    late = first_late if known is None else known.late
    seen = TransferSeen(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        tx_id=command.tx_id,
        amount=command.amount,
        currency=place.attempt.due_currency,
        finality=command.finality,
        late=late,
        at=command.at,
    )
    now = Transfer(
        amount=command.amount,
        finality=command.finality,
        late=late,
        credited=known is not None and known.credited,
    )
    firm = command.rules.crypto
    newly = is_final(now, place.quote.usd, firm) and not (
        stands is not None and is_final(stands, place.quote.usd, firm)
    )
    if now.credited or not newly:
        return Success((seen,))
    return _counted(command, place, now).map(lambda more: (seen, *more))


def _counted(command: RecordTransfer, place: Place, now: Transfer) -> Decided:
    """What a transfer that has just become final brings about."""
    reorged = place.attempt.state is State.DISPUTED and _is_reorg(place)
    if now.late or not (place.attempt.state in OPEN or reorged):
        return Success((_credited(place, command.at, now.amount, command.tx_id),))
    others = {**place.attempt.transfers, command.tx_id: now}
    came = standing_total(place, others.values(), command.rules)
    if is_failure(came) or came.unwrap().verdict is Verdict.SHORT:
        return came.map(lambda _: ())
    if reorged:
        return _regained(command, place, came.unwrap())
    return _paid(command, place, came.unwrap())


@exact
def _paid(command: RecordTransfer, place: Place, came: Arrived) -> Decided:
    # What is too much is credit, and no part of what came for the price.
    kept = came.total - came.excess
    done = succeeded(place, command.at, command.rules).map(
        lambda event: changed(event, received=kept)
    )
    if came.verdict is Verdict.PAID:
        return done.map(lambda event: (event,))
    return done.map(lambda event: (event, _credited(place, command.at, came.excess, None)))


def _regained(command: RecordTransfer, place: Place, came: Arrived) -> Decided:
    won = DisputeWon(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        user_id=place.quote.user_id,
        dispute_id=place.attempt.dispute_id or REORG,
        amount=place.quote.total - place.attempt.refunded,
        currency=place.quote.currency,
        method=place.attempt.method,
        at=command.at,
    )
    if came.verdict is Verdict.PAID:
        return Success((won,))
    return Success((won, _credited(place, command.at, came.excess, None)))


def _is_reorg(place: Place) -> bool:
    return (place.attempt.dispute_id or "").startswith(REORG)


def _credited(place: Place, at: Instant, amount: Decimal, tx_id: str | None) -> OverpaymentCredited:
    return OverpaymentCredited(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        user_id=place.quote.user_id,
        amount=amount,
        currency=place.attempt.due_currency,
        tx_id=tx_id,
        at=at,
    )


@exact
def standing_total(
    place: Place, transfers: Iterable[Transfer], rules: PaymentRules
) -> Result[Arrived, PaymentFault]:
    """What came in time, is final and was not given as credit, beside what is due.

    Errors: NumericLimit.
    """
    counting = tuple(one for one in transfers if not (one.late or one.credited or one.dropped))
    due = place.attempt.due + place.attempt.credited
    return Result.do(came for came in arrived(due, counting, place.quote.usd, rules.crypto))


@exact
def drop_transfer(command: DropTransfer, intent: Intent) -> Decided:
    """A transfer vanished. One that is not known is no fault.

    Errors: BadText, PaymentState (no crypto payment), NumericLimit.
    """
    return Result.do(
        events
        for place in _crypto(intent, command.intent_id, command.payment_id, command.tx_id)
        for events in _dropped(command, place)
    )


def _dropped(command: DropTransfer, place: Place) -> Decided:
    gone = place.attempt.transfers.get(command.tx_id)
    if gone is None or gone.dropped:
        return Success(())
    dropped = TransferDropped(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        tx_id=command.tx_id,
        at=command.at,
    )
    left = [one for name, one in place.attempt.transfers.items() if name != command.tx_id]
    came = standing_total(place, left, command.rules)
    if is_failure(came):
        return came
    paid = State.DISPUTED in TRANSITIONS[place.attempt.state]
    if not paid or came.unwrap().verdict is not Verdict.SHORT:
        return Success((dropped,))
    opened = DisputeOpened(
        payment_id=place.payment_id,
        intent_id=place.intent_id,
        user_id=place.quote.user_id,
        dispute_id=f"{REORG}:{command.tx_id}",
        amount=place.quote.total - place.attempt.refunded,
        currency=place.quote.currency,
        method=place.attempt.method,
        reason=REORG,
        at=command.at,
    )
    return Success((dropped, opened))


@exact
def end_quote(command: EndCryptoQuote, intent: Intent) -> Decided:
    """The time is over: what is final goes back. While a transfer may still firm up, wait.

    Errors: PaymentState (no crypto payment), TooEarly, NegativeAmount (gas), NumericLimit.
    """
    if not command.gas.is_finite() or command.gas < 0:
        return Failure(NegativeAmount(str(command.gas)[:64]))
    return Result.do(
        events
        for place in _crypto(intent, command.intent_id, command.payment_id, "")
        for events in _ended(command, place)
    )


def _ended(command: EndCryptoQuote, place: Place) -> Decided:
    attempt = place.attempt
    if attempt.state not in OPEN:
        return Success(())
    if attempt.expires_at is not None and command.at < attempt.expires_at:
        return Failure(TooEarly(attempt.expires_at.micros))
    timely = [one for one in attempt.transfers.values() if not (one.late or one.dropped)]
    if not all(is_final(one, place.quote.usd, command.rules.crypto) for one in timely):
        return Success(())
    return Result.do(
        (failed(place, "short" if timely else "unpaid", command.at, returned=back),)
        for came in standing_total(place, timely, command.rules)
        for back in sent_back(came.total, command.gas)
    )
