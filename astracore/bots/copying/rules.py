"""The numbers of copy trading."""

from decimal import Decimal
from fractions import Fraction

from attrs import frozen


@frozen(kw_only=True)
class CopyRules:
    """Every number of copy trading; a changed one is a new value, not new code."""

    allocation_least: Decimal = Decimal(100)  # [account currency]
    allocation_share: Decimal = Decimal("0.5")  # of the follower's equity, over all leaders
    leaders_most: int = 10
    followers_most: int = 500
    multiplier: tuple[Decimal, Decimal] = (Decimal("0.1"), Decimal(3))
    slippage_most: Decimal = Decimal("0.005")
    stop: Decimal = Decimal("0.3")  # loss of the allocation that ends a copy
    fee_rate: Decimal = Decimal("0.1")
    leader_share: Fraction = Fraction(4, 5)
    leader_days: int = 30
    leader_closes: int = 50
    leader_drawdown: Decimal = Decimal("0.4")


COPY = CopyRules()
