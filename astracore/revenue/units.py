"""Rounding to a currency's unit, which must be above zero: a unit that is none is no answer."""

import decimal
from decimal import Decimal

from astracore.numeric import Rounding, rounded_quotient

ONE = Decimal(1)


def part_to(numerator: Decimal, denominator: Decimal, unit: Decimal, rule: Rounding) -> Decimal:
    """numerator/denominator to a multiple of `unit`: the exact quotient decides, once. Kernel.

    Raises: decimal signals, which @exact turns into NumericLimit (also for a unit not above 0).
    >>> part_to(Decimal(10), Decimal(3), Decimal("0.01"), Rounding.HALF_UP)
    Decimal('3.33')
    """
    if not unit > 0:
        raise decimal.InvalidOperation
    answer = rounded_quotient(numerator, denominator, unit, rule)
    return answer or answer.copy_abs()


def to_unit(value: Decimal, unit: Decimal, rule: Rounding) -> Decimal:
    """`value` to a multiple of `unit`. Kernel."""
    return part_to(value, ONE, unit, rule)
