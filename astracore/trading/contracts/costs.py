"""What a trade costs: the level of a volume and the fee of a fill."""

from decimal import Decimal

from astracore.numeric import EXACT, up
from astracore.trading.types import FEE_SCHEDULE, FeeLevel

SETTLED = 6  # decimals of the settlement currencies of accounts


def fee_level(volume: Decimal, schedule: tuple[FeeLevel, ...] = FEE_SCHEDULE) -> FeeLevel:
    """The last level of `schedule` (ascending) that `volume` [quote, 30 days] reaches.

    >>> fee_level(Decimal("99999.99")).taker, fee_level(Decimal(100000)).taker
    (Decimal('0.0005'), Decimal('0.00045'))
    """
    reached = schedule[0]
    for level in schedule:
        if volume >= level.from_volume:
            reached = level
    return reached


def fee_of(notional: Decimal, rate: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """notional × rate × (1 − discount), charged away from zero to 6 decimals. Kernel.

    >>> notional = Decimal("0.25") * Decimal("43210.5")
    >>> fee_of(notional, Decimal("0.0005")), fee_of(notional, Decimal("0.0005"), Decimal("0.1"))
    (Decimal('5.401313'), Decimal('4.861182'))
    """
    kept = EXACT.subtract(Decimal(1), discount)
    return up(EXACT.multiply(EXACT.multiply(notional, rate), kept), SETTLED)
