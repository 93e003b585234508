"""The rules of deposits and withdrawals as data [USD]."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from attrs import frozen

from astracore.instants import DAY, HOUR
from astracore.users.types import Tier

WITHDRAWALS: Mapping[Tier, Decimal] = MappingProxyType(
    {
        Tier.UNVERIFIED: Decimal(0),
        Tier.EMAIL: Decimal(0),
        Tier.PHONE: Decimal(1000),
        Tier.IDENTITY: Decimal(50_000),
        Tier.PREMIUM: Decimal(1_000_000),
    }
)


@frozen(kw_only=True)
class ReviewRules:
    """What somebody has to look at before it moves on."""

    large: Decimal = Decimal(10_000)  # one movement, or all of the trailing 24 hours
    window: int = 24 * HOUR
    near: Decimal = Decimal(9_000)  # just below: this many within `near_window` are held
    near_count: int = 3
    near_window: int = 7 * DAY


@frozen(kw_only=True)
class MovementRules:
    """Reviews, the tiers' limits for 30 days, and how long a change of access delays."""

    review: ReviewRules = ReviewRules()
    limit_window: int = 30 * DAY
    delayed_from: Decimal = Decimal(1000)
    delayed_by: int = 24 * HOUR
    lasts: int = 7 * DAY  # a withdrawal that is not paid out by then is none
    limits: tuple[tuple[Tier, Decimal], ...] = tuple(WITHDRAWALS.items())


MOVEMENT_RULES = MovementRules()
