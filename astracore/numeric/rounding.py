"""Rounding by name: what is removed is always known, and nothing is rounded by default.

Two speeds. The checked functions (`round_to`, `round_dp`, `round_significant`, `to_scaled`) return
Result. The kernels (`rounded`, `rounded_quotient`, `up`, `down`, `even`, `half_up`, `floor_to`,
`ceiling_to`, and those of `carried`) return bare decimals for use inside an @exact function: what
cannot be computed is a decimal signal there, which @exact turns into NumericLimit. Neither looks at
the caller's decimal context.
"""

import decimal
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.values import InvalidStep, NumericFault, NumericLimit, RoundingRequired
from astracore.numeric.carried import from_fraction, to_fraction, unsigned_zero
from astracore.numeric.context import EXACT, exact

_TRAPS = [decimal.InvalidOperation, decimal.DivisionByZero, decimal.FloatOperation]
_QUANTIZING = decimal.Context(prec=100, traps=_TRAPS)
_WIDEST = 100_000  # [digits] beyond this no place value is built
_BITS = 332  # 100 decimal digits


class Rounding(Enum):
    """The direction of a rounding. There is no default: the caller says who gains."""

    HALF_EVEN = "HALF_EVEN"
    HALF_ODD = "HALF_ODD"
    HALF_UP = "HALF_UP"  # ties away from zero
    HALF_DOWN = "HALF_DOWN"  # ties toward zero
    HALF_CEILING = "HALF_CEILING"  # ties toward +infinity
    HALF_FLOOR = "HALF_FLOOR"  # ties toward -infinity
    UP = "UP"  # away from zero
    DOWN = "DOWN"  # toward zero
    ZERO_FIVE_UP = "05UP"  # away from zero where toward zero would end in 0 or 5
    CEILING = "CEILING"
    FLOOR = "FLOOR"
    UNNECESSARY = "UNNECESSARY"  # exact or refused


@frozen
class Rounded:
    """`value` is a multiple of the step and `value + residue` is exactly what came in."""

    value: Decimal
    residue: Decimal


def power_of_ten(places: int) -> Decimal:
    """10^-places, the unit of a number with `places` decimals.

    Raises: decimal.Overflow where |places| > 100000, which @exact turns into NumericLimit.
    >>> power_of_ten(2), power_of_ten(-2)
    (Decimal('0.01'), Decimal('1E+2'))
    """
    if abs(places) > _WIDEST:
        raise decimal.Overflow
    return Decimal((0, (1,), -places))


_UNITS = tuple(power_of_ten(places) for places in range(51))


def _steps_away(rule: Rounding, truncated: int, half: int, *, negative: bool) -> bool:
    """Whether a truncated magnitude goes one step further from zero.

    `half` is the sign of (what was cut off - half a step); the cut is never nothing.
    """
    match rule:
        case Rounding.UP:
            return True
        case Rounding.CEILING:
            return not negative
        case Rounding.FLOOR:
            return negative
        case Rounding.ZERO_FIVE_UP:
            return truncated % 5 == 0
        case Rounding.DOWN:
            return False
        case Rounding.UNNECESSARY:
            raise decimal.Inexact
        case _:
            return half > 0 or (half == 0 and _tie_away(rule, truncated, negative=negative))


def _tie_away(rule: Rounding, truncated: int, *, negative: bool) -> bool:
    """Whether an exact half goes away from zero."""
    match rule:
        case Rounding.HALF_EVEN:
            return truncated % 2 == 1
        case Rounding.HALF_ODD:
            return truncated % 2 == 0
        case Rounding.HALF_CEILING:
            return not negative
        case Rounding.HALF_FLOOR:
            return negative
        case _:
            return rule is Rounding.HALF_UP


def rounded_ratio(numerator: int, denominator: int, rule: Rounding) -> int:
    """numerator / denominator as an integer, rounded once, whatever their size.

    Kernel. Requires denominator > 0.  Raises: decimal.Inexact under UNNECESSARY with a remainder.
    >>> rounded_ratio(-7, 2, Rounding.HALF_EVEN), rounded_ratio(5, 2, Rounding.HALF_EVEN)
    (-4, 2)
    """
    whole, rest = divmod(abs(numerator), denominator)
    negative = numerator < 0
    twice = 2 * rest
    half = (twice > denominator) - (twice < denominator)
    if rest and _steps_away(rule, whole, half, negative=negative):
        whole += 1
    return -whole if negative else whole


def rounded_quotient(
    numerator: Decimal, denominator: Decimal, step: Decimal, rule: Rounding
) -> Decimal:
    """numerator / denominator to a multiple of `step` > 0: the exact quotient decides, once.

    Kernel. Raises: decimal signals (division by zero, more than 100 digits, UNNECESSARY with a
    remainder), which @exact turns into NumericLimit.
    >>> rounded_quotient(Decimal(10), Decimal(3), Decimal("0.01"), Rounding.UP)
    Decimal('3.34')
    """
    negative = (numerator < 0) is not (denominator < 0)
    unit = EXACT.multiply(denominator.copy_abs(), step)
    whole, rest = EXACT.divmod(numerator.copy_abs(), unit)
    if rest:
        half = int(EXACT.compare_signal(EXACT.add(rest, rest), unit))  # no number is a signal
        if _steps_away(rule, int(whole), half, negative=negative):
            whole = EXACT.add(whole, _UNITS[0])
    answer = EXACT.multiply(whole, step)
    if not answer:
        return answer.copy_abs()
    return answer.copy_negate() if negative else answer


def rounded(value: Decimal, step: Decimal, rule: Rounding) -> Decimal:
    """`value` rounded to a multiple of `step` > 0, which need not be a power of ten.

    Kernel. Raises: as rounded_quotient.  Invariant: |value - rounded| < step, and no -0.
    >>> rounded(Decimal("0.000123456789"), Decimal("0.00000012"), Rounding.HALF_UP)
    Decimal('0.00012348')
    """
    return rounded_quotient(value, _UNITS[0], step, rule)


def floor_to(value: Decimal, step: Decimal) -> Decimal:
    """The greatest multiple of `step` not above `value`. Kernel."""
    return rounded(value, step, Rounding.FLOOR)


def ceiling_to(value: Decimal, step: Decimal) -> Decimal:
    """The least multiple of `step` not below `value`. Kernel."""
    return rounded(value, step, Rounding.CEILING)


def up(value: Decimal, places: int) -> Decimal:
    """`value` away from zero to `places` (0 to 50) decimals: what is charged. Kernel.

    >>> up(Decimal("0.0000001"), 6), up(Decimal("-2.5"), 0)
    (Decimal('0.000001'), Decimal('-3'))
    """
    return _quantized(value, places, decimal.ROUND_UP)


def down(value: Decimal, places: int) -> Decimal:
    """`value` toward zero to `places` (0 to 50) decimals: what is paid out. Kernel."""
    return _quantized(value, places, decimal.ROUND_DOWN)


def even(value: Decimal, places: int) -> Decimal:
    """`value` half to even to `places` (0 to 50) decimals: P&L and statistics. Kernel."""
    return _quantized(value, places, decimal.ROUND_HALF_EVEN)


def half_up(value: Decimal, places: int) -> Decimal:
    """`value` half away from zero to `places` (0 to 50) decimals: invoice lines. Kernel."""
    return _quantized(value, places, decimal.ROUND_HALF_UP)


def _quantized(value: Decimal, places: int, mode: str) -> Decimal:
    """The fast path for powers of ten; -0 becomes 0."""
    answer = value.quantize(_UNITS[places], mode, _QUANTIZING)
    return answer or answer.copy_abs()


@exact
def round_to(value: Decimal, step: Decimal, rule: Rounding) -> Result[Rounded, NumericFault]:
    """`value` to a multiple of `step` > 0 by `rule`, with what that removed.

    Errors: InvalidStep, NumericLimit (not finite, or over 100 digits), RoundingRequired.
    Source: docs/formulas.md#rounding.  Invariant: value + residue == input; |residue| < step.
    >>> round_to(Decimal("135.5"), Decimal("1.00"), Rounding.DOWN).unwrap()
    Rounded(value=Decimal('135.00'), residue=Decimal('0.50'))
    """
    if not (step.is_finite() and step > 0):
        return Failure(InvalidStep(str(step)[:64]))
    if not value.is_finite():
        return Failure(NumericLimit("InvalidOperation"))
    if rule is Rounding.UNNECESSARY and EXACT.remainder(value, step):
        return Failure(RoundingRequired(str(value)[:64], str(step)[:64]))
    nearest = rounded(value, step, rule)
    return Success(Rounded(nearest, EXACT.subtract(value, nearest)))


@exact
def round_dp(value: Decimal, places: int, rule: Rounding) -> Result[Rounded, NumericFault]:
    """`value` to `places` decimals by `rule`; negative places are tens, hundreds, and so on.

    Errors: NumericLimit, RoundingRequired.  Source: docs/formulas.md#rounding.
    >>> round_dp(Decimal("1250"), -2, Rounding.HALF_EVEN).unwrap().value
    Decimal('1.2E+3')
    """
    if value.is_finite() and _decimals(value) <= places:
        return Success(Rounded(unsigned_zero(value), Decimal(0)))
    return round_to(value, power_of_ten(places), rule)


@exact
def round_significant(value: Decimal, digits: int, rule: Rounding) -> Result[Rounded, NumericFault]:
    """`value` to `digits` significant digits; zero stays zero.

    Zero or fewer digits round at the left of the leading digit: to 0 or to one unit there.
    Errors: NumericLimit, RoundingRequired.  Source: docs/formulas.md#rounding.
    >>> round_significant(Decimal("123.0000987654"), 7, Rounding.HALF_UP).unwrap().value
    Decimal('123.0001')
    """
    if value.is_zero():
        return Success(Rounded(Decimal(0), Decimal(0)))
    return round_dp(value, digits - 1 - value.adjusted(), rule)


@exact
def round_fraction(value: Fraction, step: Decimal, rule: Rounding) -> Result[Decimal, NumericFault]:
    """An exact fraction to a multiple of `step` > 0 by `rule`: for what was divided on the way.

    Errors: InvalidStep, RoundingRequired, NumericLimit.  Source: docs/formulas.md#rounding.
    >>> round_fraction(Fraction(10, 3), Decimal("0.01"), Rounding.HALF_EVEN).unwrap()
    Decimal('3.33')
    """
    if not (step.is_finite() and step > 0):
        return Failure(InvalidStep(str(step)[:64]))
    steps = value / to_fraction(step)
    if rule is Rounding.UNNECESSARY and steps.denominator != 1:
        return Failure(RoundingRequired(str(from_fraction(value)), str(step)[:64]))
    whole = rounded_ratio(steps.numerator, steps.denominator, rule)
    if whole.bit_length() > _BITS:
        return Failure(NumericLimit("Inexact"))
    return Success(EXACT.multiply(Decimal(whole), step))


def _decimals(value: Decimal) -> int:
    """Digits written after the point; negative where the last digit stands before it."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


@exact
def to_scaled(value: Decimal, places: int) -> Result[int, NumericFault]:
    """value * 10^places as an integer, exact or refused.

    Errors: NumericLimit, RoundingRequired.  Invariant: from_scaled(to_scaled(x)) == x.
    >>> to_scaled(Decimal("1.23"), 2), to_scaled(Decimal("1.234"), 2)
    (<Success: 123>, <Failure: RoundingRequired(value='1.234', step='0.01')>)
    """
    unit = power_of_ten(places)
    if not value.is_finite():
        return Failure(NumericLimit("InvalidOperation"))
    whole, rest = EXACT.divmod(value, unit)
    if rest:
        return Failure(RoundingRequired(str(value)[:64], str(unit)[:64]))
    return Success(int(whole))


@exact
def from_scaled(units: int, places: int) -> Result[Decimal, NumericFault]:
    """units * 10^-places.

    Errors: NumericLimit (more than 100 digits).
    >>> from_scaled(123, 2).unwrap()
    Decimal('1.23')
    """
    if units.bit_length() > _BITS:
        return Failure(NumericLimit("Inexact"))
    return Success(EXACT.multiply(Decimal(units), power_of_ten(places)))
