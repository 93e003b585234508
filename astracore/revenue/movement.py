"""How a customer's run rate moves: each change is of exactly one kind.

The run rate is kept for a year [currency/year], where every cycle's price is exact; a month is a
twelfth of it and is rounded only where it is shown.
"""

from decimal import Decimal
from enum import StrEnum

from astracore.numeric import EXACT
from astracore.revenue.periods import Cycle
from astracore.revenue.plans import PER_YEAR


class Movement(StrEnum):
    """The classes of MRR movement."""

    NONE = "none"
    NEW = "new"
    EXPANSION = "expansion"
    REACTIVATION = "reactivation"
    CONTRACTION = "contraction"
    CHURN = "churn"


def yearly_rate(price: Decimal, cycle: Cycle) -> Decimal:
    """price × periods a year: 12, 4, 1, 52 a week, none for life [currency/year]. Kernel.

    >>> yearly_rate(Decimal("28.47"), Cycle.QUARTERLY)
    Decimal('113.88')
    """
    return EXACT.multiply(price, PER_YEAR[cycle])


def movement_of(before: Decimal, after: Decimal, *, returning: bool) -> Movement:
    """Which class a change of run rate is; `returning` is who was a customer once. Kernel.

    >>> movement_of(Decimal(0), Decimal(120), returning=True).value
    'reactivation'
    """
    if before == after:
        return Movement.NONE
    if not before:
        return Movement.REACTIVATION if returning else Movement.NEW
    if not after:
        return Movement.CHURN
    return Movement.EXPANSION if after > before else Movement.CONTRACTION
