"""Causes that gates share: what an identity or a spending limit does not allow yet."""

from decimal import Decimal
from typing import ClassVar

from attrs import frozen


@frozen
class TierRequired:
    """The user's verification is below the tier that this needs."""

    code: ClassVar[str] = "tier_required"
    needed: str


@frozen
class SpendingLimit:
    """More than the user's own spending limits leave [currency of the price]."""

    code: ClassVar[str] = "spending_limit"
    left: Decimal
    asked: Decimal
