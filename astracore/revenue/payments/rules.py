"""The rules of payments as data."""

from decimal import Decimal

from attrs import frozen

from astracore.instants import MINUTE


@frozen(kw_only=True)
class CryptoRules:
    """A crypto payment: how long its price holds, how near it must come, when it is final."""

    quote_lives: int = 15 * MINUTE
    tolerance: Decimal = Decimal("0.005")  # of what was quoted, either way
    l2_below: Decimal = Decimal(1000)  # [USD] from here on the base chain must confirm


@frozen(kw_only=True)
class PaymentRules:
    """What the processor takes, how often one may try, and the rules of crypto."""

    fee_rate: Decimal = Decimal("0.029")
    fee_fixed: Decimal = Decimal("0.3")
    attempts: int = 5
    crypto: CryptoRules = CryptoRules()


PAYMENT_RULES = PaymentRules()
