"""The rules of the faucet as data."""

from decimal import Decimal

from attrs import frozen


@frozen(kw_only=True)
class FaucetRules:
    """Above `high` growth the faucet closes a little, below nothing it opens a little."""

    high: Decimal = Decimal("0.02")
    closing: Decimal = Decimal("0.9")
    opening: Decimal = Decimal("1.1")
    least: Decimal = Decimal("0.5")
    most: Decimal = Decimal(2)


FAUCET_RULES = FaucetRules()
