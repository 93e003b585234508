"""What is remembered of the economy."""

from decimal import Decimal

from attrs import frozen

NO_WEEK = -(2**31)


@frozen(kw_only=True)
class Economy:
    """The faucet, and the last week it was adjusted for."""

    faucet: Decimal = Decimal(1)
    week: int = NO_WEEK
