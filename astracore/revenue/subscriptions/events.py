"""What may have happened to a subscription. Days are counted since 1970-01-01.

`rate_before` and `rate` are the yearly run rates [currency/year] around an event that moves MRR.
"""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.revenue.coupons import Coupon
from astracore.revenue.movement import Movement
from astracore.revenue.periods import Cycle
from astracore.revenue.subscriptions.commands import EndReason


@frozen(kw_only=True)
class TrialStarted:
    """A plan may be used without paying in [start, end)."""

    TYPE: ClassVar[str] = "astra.financial.trial_started.v1"
    subscription_id: str
    user_id: UserId
    plan: str
    start: int
    end: int


@frozen(kw_only=True)
class SubscriptionStarted:
    """The first period of a paid plan: `charge` was paid, `credit` taken from what was in hand."""

    TYPE: ClassVar[str] = "astra.financial.subscription_started.v1"
    subscription_id: str
    user_id: UserId
    contract_id: str
    plan: str
    cycle: Cycle
    start: int
    end: int
    price: Decimal
    charge: Decimal
    credit: Decimal
    currency: str
    coupon: Coupon | None
    rate_before: Decimal
    rate: Decimal
    movement: Movement


@frozen(kw_only=True)
class PlanChanged:
    """Another plan from `day` on. A new cycle has a new period and a new contract of revenue.

    `credit` is the old plan's unused part, `charge` what was paid, `kept` what went to the
    customer's credit.
    """

    TYPE: ClassVar[str] = "astra.financial.plan_changed.v1"
    subscription_id: str
    user_id: UserId
    contract_id: str
    old_contract_id: str
    plan: str
    cycle: Cycle
    day: int
    start: int
    end: int
    price: Decimal
    credit: Decimal
    charge: Decimal
    kept: Decimal
    currency: str
    rate_before: Decimal
    rate: Decimal
    movement: Movement


@frozen(kw_only=True)
class ChangeScheduled:
    """From `effective` on it will be `plan`; the free plan means that it ends."""

    TYPE: ClassVar[str] = "astra.financial.change_scheduled.v1"
    subscription_id: str
    user_id: UserId
    plan: str
    cycle: Cycle
    day: int
    effective: int


@frozen(kw_only=True)
class ScheduleWithdrawn:
    """Nothing changes at the period's end."""

    TYPE: ClassVar[str] = "astra.financial.schedule_withdrawn.v1"
    subscription_id: str
    user_id: UserId
    plan: str
    day: int


@frozen(kw_only=True)
class SubscriptionPaused:
    """No access and no charge in [day, until)."""

    TYPE: ClassVar[str] = "astra.financial.subscription_paused.v1"
    subscription_id: str
    user_id: UserId
    contract_id: str
    day: int
    until: int
    currency: str
    rate_before: Decimal


@frozen(kw_only=True)
class SubscriptionResumed:
    """Back on `day`; the period is now [start, end), as long as it was."""

    TYPE: ClassVar[str] = "astra.financial.subscription_resumed.v1"
    subscription_id: str
    user_id: UserId
    contract_id: str
    day: int
    start: int
    end: int
    currency: str
    rate: Decimal


@frozen(kw_only=True)
class SubscriptionRenewed:
    """The next period is paid; it begins where the last one ended, however late the charge was."""

    TYPE: ClassVar[str] = "astra.financial.subscription_renewed.v1"
    subscription_id: str
    user_id: UserId
    contract_id: str
    plan: str
    cycle: Cycle
    start: int
    end: int
    price: Decimal
    charge: Decimal
    credit: Decimal
    currency: str
    coupon: Coupon | None
    rate_before: Decimal
    rate: Decimal
    movement: Movement


@frozen(kw_only=True)
class SubscriptionPastDue:
    """A charge failed; the next attempt is on `retry`."""

    TYPE: ClassVar[str] = "astra.financial.subscription_past_due.v1"
    subscription_id: str
    user_id: UserId
    due: int
    failures: int
    retry: int


@frozen(kw_only=True)
class SubscriptionExpired:
    """It is over on `day`; `refund` is to be paid back [currency]."""

    TYPE: ClassVar[str] = "astra.financial.subscription_expired.v1"
    subscription_id: str
    user_id: UserId
    contract_id: str
    plan: str
    day: int
    reason: EndReason
    refund: Decimal
    currency: str
    rate_before: Decimal


SubscriptionEvent: TypeAlias = (
    TrialStarted
    | SubscriptionStarted
    | PlanChanged
    | ChangeScheduled
    | ScheduleWithdrawn
    | SubscriptionPaused
    | SubscriptionResumed
    | SubscriptionRenewed
    | SubscriptionPastDue
    | SubscriptionExpired
)
