"""What may have happened to a user's spending guard."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.spending.types import Factor


@frozen(kw_only=True)
class SpendLimitsSet:
    """These limits [USD] hold from `effective_at` on."""

    TYPE: ClassVar[str] = "astra.financial.spend_limits_set.v1"
    user_id: UserId
    day: Decimal
    week: Decimal
    month: Decimal
    effective_at: Instant
    at: Instant


@frozen(kw_only=True)
class SpendCounted:
    """A purchase counts towards the limits [USD]."""

    TYPE: ClassVar[str] = "astra.financial.spend_counted.v1"
    user_id: UserId
    payment_id: str
    amount: Decimal
    at: Instant


@frozen(kw_only=True)
class SpendReleased:
    """A purchase that was never paid counts no more."""

    TYPE: ClassVar[str] = "astra.financial.spend_released.v1"
    user_id: UserId
    payment_id: str
    at: Instant


@frozen(kw_only=True)
class SpendPaused:
    """Purchases are refused until `until`, and the user is told why."""

    TYPE: ClassVar[str] = "astra.financial.spend_paused.v1"
    user_id: UserId
    factors: tuple[Factor, ...]
    until: Instant
    at: Instant


SpendEvent: TypeAlias = SpendLimitsSet | SpendCounted | SpendReleased | SpendPaused
