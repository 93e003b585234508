"""What may be asked of a user's spending guard."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.spending.rules import SPEND_RULES, SpendRules


@frozen(kw_only=True)
class SetSpendLimits:
    """Choose limits [USD]; None leaves one as it is. `identified`: the user has shown who it is."""

    user_id: UserId
    at: Instant
    day: Decimal | None = None
    week: Decimal | None = None
    month: Decimal | None = None
    identified: bool = False
    rules: SpendRules = SPEND_RULES


@frozen(kw_only=True)
class CountSpend:
    """Count a purchase that was confirmed [USD]."""

    user_id: UserId
    payment_id: str
    amount: Decimal
    at: Instant
    rules: SpendRules = SPEND_RULES


@frozen(kw_only=True)
class ReleaseSpend:
    """Count a purchase no more: it was never paid."""

    user_id: UserId
    payment_id: str
    at: Instant


SpendCommand: TypeAlias = SetSpendLimits | CountSpend | ReleaseSpend
