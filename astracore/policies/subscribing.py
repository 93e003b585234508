"""What a payment means for a subscription or an invoice; what leaving means for a subscription.

Everybody has one subscription, and its id is the user's. What is bought names it: `pro/monthly` for
a first period, the subscription for its renewal, the invoice for an invoice.
"""

from typing import Any, TypeAlias

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.instants import utc_day
from astracore.revenue.invoices.commands import PayInvoice
from astracore.revenue.payments.events import PaymentFailed, PaymentSucceeded
from astracore.revenue.payments.types import ProductKind
from astracore.revenue.periods import Cycle
from astracore.revenue.subscriptions.commands import CancelPlan, RenewPlan, Subscribe
from astracore.users.events import UserDeleted

Asked: TypeAlias = Subscribe | RenewPlan | PayInvoice | CancelPlan
CYCLES = {cycle.value: cycle for cycle in Cycle}


def paid_for(envelope: Envelope[PaymentSucceeded]) -> tuple[Asked, ...]:
    """payment_succeeded → Subscribe, RenewPlan or PayInvoice, where that is what was paid for."""
    event = envelope.event
    day = utc_day(event.at)
    if event.kind is ProductKind.SUBSCRIPTION:
        plan, _, cycle = event.reference.partition("/")
        if cycle not in CYCLES:
            return ()
        return (
            Subscribe(
                subscription_id=event.user_id,
                user_id=event.user_id,
                plan=plan,
                cycle=CYCLES[cycle],
                paid=event.net,
                day=day,
            ),
        )
    if event.kind is ProductKind.RENEWAL:
        return (
            RenewPlan(subscription_id=event.reference, succeeded=True, day=day, paid=event.net),
        )
    if event.kind is ProductKind.INVOICE:
        return (
            PayInvoice(
                invoice_id=event.reference,
                payment_id=event.payment_id,
                amount=event.amount,
                day=day,
            ),
        )
    return ()


def dun(envelope: Envelope[PaymentFailed]) -> tuple[RenewPlan, ...]:
    """payment_failed (a renewal) → one more failure of the schedule."""
    event = envelope.event
    if event.kind is not ProductKind.RENEWAL:
        return ()
    day = utc_day(envelope.occurred_at)
    return (RenewPlan(subscription_id=event.reference, succeeded=False, day=day),)


def leave(envelope: Envelope[UserDeleted]) -> tuple[CancelPlan, ...]:
    """user_deleted → nothing is charged after the period that is paid."""
    event = envelope.event
    return (CancelPlan(subscription_id=event.user_id, day=utc_day(event.at)),)


PAID_FOR: Policy[PaymentSucceeded, Asked] = Policy(
    name="paid_for", events=(PaymentSucceeded,), react=paid_for
)
DUN: Policy[PaymentFailed, RenewPlan] = Policy(name="dun", events=(PaymentFailed,), react=dun)
LEAVE: Policy[UserDeleted, CancelPlan] = Policy(
    name="leave_subscription", events=(UserDeleted,), react=leave
)
SUBSCRIPTION_POLICIES: tuple[Policy[Any, Asked], ...] = (PAID_FOR, DUN, LEAVE)
