"""What may be asked of a subscription. `day` is today's date where the subscription is billed.

The catalogue travels along, so that a decision can be repeated under the prices of its day.
"""

from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.revenue.coupons import Coupon
from astracore.revenue.periods import Cycle
from astracore.revenue.plans import PLANS, PlanCatalogue

ZERO = Decimal(0)


class EndReason(StrEnum):
    """Why a subscription is over."""

    CANCELLED = "cancelled"
    REFUNDED = "refunded"
    TRIAL_OVER = "trial_over"
    UNPAID = "unpaid"
    USER_DELETED = "user_deleted"


@frozen(kw_only=True)
class StartTrial:
    """Try a plan. `method_used`: this person or this payment method had a trial before."""

    subscription_id: str
    user_id: UserId
    plan: str
    method_used: bool
    day: int
    catalogue: PlanCatalogue = PLANS


@frozen(kw_only=True)
class Subscribe:
    """The first charge succeeded: `paid` by the processor, `credit` from the customer's credit."""

    subscription_id: str
    user_id: UserId
    plan: str
    cycle: Cycle
    paid: Decimal
    day: int
    credit: Decimal = ZERO
    coupon: Coupon | None = None
    catalogue: PlanCatalogue = PLANS


@frozen(kw_only=True)
class ChangePlan:
    """Another plan or cycle. `paid` is what `quote_change` asked for and the processor took."""

    subscription_id: str
    plan: str
    cycle: Cycle
    day: int
    paid: Decimal = ZERO
    catalogue: PlanCatalogue = PLANS


@frozen(kw_only=True)
class CancelPlan:
    """Let it end with the period."""

    subscription_id: str
    day: int
    catalogue: PlanCatalogue = PLANS


@frozen(kw_only=True)
class ResumePlan:
    """Withdraw what is scheduled, or come back from a pause."""

    subscription_id: str
    day: int
    catalogue: PlanCatalogue = PLANS


@frozen(kw_only=True)
class PausePlan:
    """Stop for 1 to 3 months; the days that are left come after it."""

    subscription_id: str
    months: int
    day: int
    catalogue: PlanCatalogue = PLANS


@frozen(kw_only=True)
class RenewPlan:
    """The charge for the next period was tried, the first time or again."""

    subscription_id: str
    succeeded: bool
    day: int
    paid: Decimal = ZERO
    credit: Decimal = ZERO
    catalogue: PlanCatalogue = PLANS


@frozen(kw_only=True)
class EndPlan:
    """End it now."""

    subscription_id: str
    reason: EndReason
    day: int
    catalogue: PlanCatalogue = PLANS


SubscriptionCommand: TypeAlias = (
    StartTrial | Subscribe | ChangePlan | CancelPlan | ResumePlan | PausePlan | RenewPlan | EndPlan
)
