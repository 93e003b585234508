"""What is inexact by nature: division, roots, logarithms, carried to 50 digits, half to even.

All are kernels: use them inside an @exact function, which turns their decimal signals into
NumericLimit. What leaves the library is rounded once more, by the rule named at the formula.
"""

import decimal
from decimal import Decimal
from fractions import Fraction

_TRAPS = [
    decimal.InvalidOperation,
    decimal.DivisionByZero,
    decimal.FloatOperation,
    decimal.Overflow,
    decimal.Underflow,
]
CARRIED = decimal.Context(prec=50, rounding=decimal.ROUND_HALF_EVEN, traps=_TRAPS)
STATISTIC = decimal.Context(prec=28, rounding=decimal.ROUND_HALF_EVEN, traps=_TRAPS)
_FRACTION = 200  # [digits] on either side of the point of what becomes a fraction


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """numerator / denominator.

    Raises: decimal signals, by zero among them.
    >>> quotient(Decimal(1), Decimal(8))
    Decimal('0.125')
    """
    return unsigned_zero(CARRIED.divide(numerator, denominator))


def square_root(value: Decimal) -> Decimal:
    """The root of `value` >= 0.

    Raises: decimal.InvalidOperation below zero.
    >>> square_root(Decimal("6.25"))
    Decimal('2.5')
    """
    return unsigned_zero(CARRIED.sqrt(value))


def exponential(value: Decimal) -> Decimal:
    """e^value.

    Raises: decimal.Overflow and decimal.Underflow far from zero.
    >>> exponential(Decimal(0))
    Decimal('1')
    """
    return CARRIED.exp(value)


def logarithm(value: Decimal) -> Decimal:
    """The natural logarithm of `value` > 0.

    Raises: decimal.InvalidOperation at zero and below.
    >>> logarithm(Decimal(1))
    Decimal('0')
    """
    if value.is_zero():
        raise decimal.InvalidOperation
    return CARRIED.ln(value)


def statistic(value: Decimal) -> Decimal:
    """`value` at the 28 significant digits that statistics are kept to.

    >>> statistic(quotient(Decimal(2), Decimal(3)))
    Decimal('0.6666666666666666666666666667')
    """
    return unsigned_zero(STATISTIC.plus(value))


def to_fraction(value: Decimal) -> Fraction:
    """`value` as an exact fraction. Kernel.

    Raises: decimal.Overflow unless finite with at most 200 digits on either side of the point.
    >>> to_fraction(Decimal("0.5"))
    Fraction(1, 2)
    """
    exponent = value.as_tuple().exponent
    if not (isinstance(exponent, int) and exponent >= -_FRACTION and value.adjusted() < _FRACTION):
        raise decimal.Overflow
    return Fraction(value)


def from_fraction(value: Fraction) -> Decimal:
    """`value` as a decimal of 50 significant digits.

    >>> from_fraction(Fraction(1, 8))
    Decimal('0.125')
    """
    return quotient(Decimal(value.numerator), Decimal(value.denominator))


def unsigned_zero(value: Decimal) -> Decimal:
    """`value` with the sign of zero dropped."""
    return value or value.copy_abs()
