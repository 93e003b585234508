"""A payment, a failure and a farewell, as a subscription hears of them."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.catalog.examples import example
from astracore.ids import UserId
from astracore.instants import DAY, Instant
from astracore.policies.subscribing import SUBSCRIPTION_POLICIES, dun, leave, paid_for
from astracore.revenue.invoices.commands import PayInvoice
from astracore.revenue.payments.events import PaymentFailed, PaymentSucceeded
from astracore.revenue.payments.types import ProductKind
from astracore.revenue.periods import Cycle
from astracore.revenue.subscriptions.commands import CancelPlan, RenewPlan, Subscribe
from astracore.users.events import UserDeleted
from tests.projections.test_billing_models import told

PAID = evolve(
    example(PaymentSucceeded),
    user_id=UserId("u"),
    payment_id="p",
    net=Decimal("9.99"),
    amount=Decimal("12.09"),
    at=Instant(20_000 * DAY),
)


@pytest.mark.parametrize(
    ("kind", "reference", "asked"),
    [
        (
            ProductKind.SUBSCRIPTION,
            "basic/monthly",
            Subscribe(
                subscription_id="u",
                user_id=UserId("u"),
                plan="basic",
                cycle=Cycle.MONTHLY,
                paid=Decimal("9.99"),
                day=20_000,
            ),
        ),
        (
            ProductKind.RENEWAL,
            "u",
            RenewPlan(subscription_id="u", succeeded=True, day=20_000, paid=Decimal("9.99")),
        ),
        (
            ProductKind.INVOICE,
            "i",
            PayInvoice(invoice_id="i", payment_id="p", amount=Decimal("12.09"), day=20_000),
        ),
        (ProductKind.SUBSCRIPTION, "basic", None),
        (ProductKind.TOKENS, "pack", None),
    ],
)
def test_what_a_payment_sets_going(kind: ProductKind, reference: str, asked: object) -> None:
    found = paid_for(told(evolve(PAID, kind=kind, reference=reference)))
    assert found == (() if asked is None else (asked,))


def test_a_renewal_that_fails_and_somebody_who_leaves() -> None:
    failed = evolve(example(PaymentFailed), kind=ProductKind.RENEWAL, reference="u")
    assert dun(told(failed)) == (RenewPlan(subscription_id="u", succeeded=False, day=20_000),)
    assert dun(told(evolve(failed, kind=ProductKind.TOKENS))) == ()
    gone = evolve(example(UserDeleted), user_id=UserId("u"), at=Instant(20_000 * DAY))
    assert leave(told(gone)) == (CancelPlan(subscription_id="u", day=20_000),)
    assert len({policy.name for policy in SUBSCRIPTION_POLICIES}) == 3
