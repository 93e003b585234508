"""What may be asked of the economy."""

from decimal import Decimal

from attrs import frozen

from astracore.instants import Instant
from astracore.revenue.economy.rules import FAUCET_RULES, FaucetRules


@frozen(kw_only=True)
class AdjustFaucet:
    """The week is over: `issued` and `burned` CREDIT in it, and the supply at its start."""

    week: int  # weeks since 1970-01-05, a Monday
    issued: Decimal
    burned: Decimal
    supply: Decimal
    at: Instant
    rules: FaucetRules = FAUCET_RULES
