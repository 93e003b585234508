"""What a subscription means for revenue, and what revenue means in the books."""

from decimal import Decimal
from typing import Any, TypeAlias

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Line
from astracore.numeric import EXACT
from astracore.policies.journal import posted
from astracore.revenue.invoices.events import InvoicePaid
from astracore.revenue.postings import credit_kept, recognised, split_out
from astracore.revenue.recognition.commands import (
    BillContract,
    ChangeContract,
    RefundContract,
    Stream,
    SuspendContract,
)
from astracore.revenue.recognition.events import RevenueRecognised
from astracore.revenue.splits.events import SplitsSettled
from astracore.revenue.subscriptions.events import (
    PlanChanged,
    SubscriptionExpired,
    SubscriptionPaused,
    SubscriptionRenewed,
    SubscriptionResumed,
    SubscriptionStarted,
)

Begun: TypeAlias = SubscriptionStarted | SubscriptionRenewed
Away: TypeAlias = SubscriptionPaused | SubscriptionResumed
Contracted: TypeAlias = BillContract | ChangeContract | SuspendContract | RefundContract
ZERO = Decimal(0)


def bill_period(envelope: Envelope[Begun]) -> tuple[BillContract, ...]:
    """subscription_started, subscription_renewed → the price is deferred over the period."""
    event = envelope.event
    return (
        BillContract(
            contract_id=event.contract_id,
            user_id=event.user_id,
            stream=Stream.SUBSCRIPTIONS,
            currency=event.currency,
            amount=event.price,
            start=event.start,
            end=event.end,
        ),
    )


def change_contract(envelope: Envelope[PlanChanged]) -> tuple[Contracted, ...]:
    """plan_changed → more over the same days, or the old contract ends and a new one begins."""
    event = envelope.event
    if event.contract_id == event.old_contract_id:
        more = EXACT.subtract(event.charge, event.credit)
        return (
            ChangeContract(contract_id=event.contract_id, day=event.day, more=more, end=event.end),
        )
    return (
        ChangeContract(
            contract_id=event.old_contract_id,
            day=event.day,
            more=EXACT.subtract(ZERO, event.credit),
            end=event.day,
        ),
        BillContract(
            contract_id=event.contract_id,
            user_id=event.user_id,
            stream=Stream.SUBSCRIPTIONS,
            currency=event.currency,
            amount=event.price,
            start=event.start,
            end=event.end,
        ),
    )


def rest_contract(envelope: Envelope[Away]) -> tuple[Contracted, ...]:
    """subscription_paused → nothing is earned; subscription_resumed → the rest, over later days."""
    event = envelope.event
    if isinstance(event, SubscriptionPaused):
        return (SuspendContract(contract_id=event.contract_id, day=event.day),)
    return (ChangeContract(contract_id=event.contract_id, day=event.day, more=ZERO, end=event.end),)


def end_contract(envelope: Envelope[SubscriptionExpired]) -> tuple[Contracted, ...]:
    """subscription_expired → the refund is taken back; what nobody takes back is earned."""
    event = envelope.event
    if not event.contract_id:
        return ()
    if event.refund:
        return (
            RefundContract(
                contract_id=event.contract_id, day=event.day, amount=event.refund, ends=True
            ),
        )
    return (ChangeContract(contract_id=event.contract_id, day=event.day, more=ZERO, end=event.day),)


def _posted(
    envelope: Envelope[object], reason: str, reference: str, lines: tuple[Line, ...]
) -> tuple[PostEntry, ...]:
    return posted(
        Book.HOUSE,
        envelope.event_id,
        at=envelope.occurred_at,
        reason=reason,
        reference=reference,
        lines=lines,
    )


def post_recognition(envelope: Envelope[RevenueRecognised]) -> tuple[PostEntry, ...]:
    """revenue_recognised → debit deferred, credit the stream."""
    event = envelope.event
    lines = recognised(event.currency, event.stream, event.amount)
    return _posted(envelope, "recognition", event.contract_id, lines)


def post_splits(envelope: Envelope[SplitsSettled]) -> tuple[PostEntry, ...]:
    """splits_settled → debit appropriated, credit what is payable."""
    event = envelope.event
    reference = f"{event.stream.value}.{event.month}"
    return _posted(envelope, "split", reference, split_out(event.currency, event.parts))


def post_kept(envelope: Envelope[PlanChanged]) -> tuple[PostEntry, ...]:
    """plan_changed → credit that the new plan did not use up is the customer's."""
    event = envelope.event
    lines = credit_kept(event.currency, event.user_id, Stream.SUBSCRIPTIONS, event.kept)
    return _posted(envelope, "credit_kept", event.contract_id, lines)


def post_credit_used(envelope: Envelope[Begun]) -> tuple[PostEntry, ...]:
    """subscription_started, subscription_renewed → the customer's credit paid a part."""
    event = envelope.event
    used = EXACT.subtract(ZERO, event.credit)
    lines = credit_kept(event.currency, event.user_id, Stream.SUBSCRIPTIONS, used)
    return _posted(envelope, "credit_used", event.contract_id, lines)


def post_overpaid(envelope: Envelope[InvoicePaid]) -> tuple[PostEntry, ...]:
    """invoice_paid → what was paid beyond the invoice is the customer's.

    The payment's entry deferred all of it.
    """
    event = envelope.event
    lines = credit_kept(event.currency, event.user_id, Stream.SUBSCRIPTIONS, event.over)
    return _posted(envelope, "overpaid", event.payment_id, lines)


BILL_PERIOD: Policy[Begun, BillContract] = Policy(
    name="bill_period", events=(SubscriptionStarted, SubscriptionRenewed), react=bill_period
)
CHANGE_CONTRACT: Policy[PlanChanged, Contracted] = Policy(
    name="change_contract", events=(PlanChanged,), react=change_contract
)
REST_CONTRACT: Policy[Away, Contracted] = Policy(
    name="rest_contract", events=(SubscriptionPaused, SubscriptionResumed), react=rest_contract
)
END_CONTRACT: Policy[SubscriptionExpired, Contracted] = Policy(
    name="end_contract", events=(SubscriptionExpired,), react=end_contract
)
POST_RECOGNITION: Policy[RevenueRecognised, PostEntry] = Policy(
    name="post_recognition", events=(RevenueRecognised,), react=post_recognition
)
POST_SPLITS: Policy[SplitsSettled, PostEntry] = Policy(
    name="post_splits", events=(SplitsSettled,), react=post_splits
)
POST_KEPT: Policy[PlanChanged, PostEntry] = Policy(
    name="post_kept", events=(PlanChanged,), react=post_kept
)
POST_CREDIT_USED: Policy[Begun, PostEntry] = Policy(
    name="post_credit_used",
    events=(SubscriptionStarted, SubscriptionRenewed),
    react=post_credit_used,
)
POST_OVERPAID: Policy[InvoicePaid, PostEntry] = Policy(
    name="post_overpaid", events=(InvoicePaid,), react=post_overpaid
)
BILLING_POSTINGS: tuple[Policy[Any, PostEntry], ...] = (
    POST_RECOGNITION,
    POST_SPLITS,
    POST_KEPT,
    POST_CREDIT_USED,
    POST_OVERPAID,
)
BILLING_CONTRACTS: tuple[Policy[Any, Contracted], ...] = (
    BILL_PERIOD,
    CHANGE_CONTRACT,
    REST_CONTRACT,
    END_CONTRACT,
)
