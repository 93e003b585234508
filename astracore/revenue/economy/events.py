"""What may have happened to the economy."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.instants import Instant


@frozen(kw_only=True)
class FaucetAdjusted:
    """Rewards are multiplied by `faucet` from now on; `growth` is what it was set by."""

    TYPE: ClassVar[str] = "astra.financial.faucet_adjusted.v1"
    week: int
    issued: Decimal
    burned: Decimal
    supply: Decimal
    growth: Decimal | None
    faucet: Decimal
    at: Instant


EconomyEvent: TypeAlias = FaucetAdjusted
