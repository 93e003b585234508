"""From XP to levels and back: strictly rising integer curves with exact inverses.

Law (Galois): threshold(n) <= x iff n <= level(x), for n >= 1 and x >= threshold(1).
"""

from bisect import bisect_right
from decimal import Decimal
from math import isqrt
from typing import TypeAlias, assert_never

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.gamification import BadThresholds, ProgressFault
from astracore.numeric import EXACT

STEEPEST = 64  # power of a polynomial
PROGRESS_UNIT = 1_000_000  # progress is shown in millionths, rounded down


@frozen
class Triangular:
    """step × n(n−1)/2: each level costs `step` more than the one before [XP]."""

    step: int


@frozen(kw_only=True)
class Polynomial:
    """factor × (n − shift)^power // divisor [XP]."""

    factor: int
    shift: int
    power: int
    divisor: int = 1


@frozen
class Thresholds:
    """The XP at which each level begins; the last one is the highest level."""

    xp: tuple[int, ...]


Curve: TypeAlias = Triangular | Polynomial | Thresholds

PRODUCT_CURVE = Polynomial(factor=100, shift=1, power=2)


def curve(shape: Curve) -> Result[Curve, ProgressFault]:
    """Let a curve from outside in when it starts at 0 and rises strictly.

    Errors: BadThresholds (its index is the first wrong level, counted from 0).
    >>> curve(Thresholds((0, 10, 10))).failure()
    BadThresholds(index=2)
    """
    match shape:
        case Triangular(step):
            sound = step >= 1
        case Polynomial(factor=factor, shift=shift, power=power, divisor=divisor):
            sound = shift in {0, 1} and 1 <= power <= STEEPEST
            sound = sound and 1 <= divisor <= factor * (1 if shift else 2**power - 1)
        case Thresholds(xp):
            wrong = first_wrong(xp)
            return Success(shape) if wrong is None else Failure(BadThresholds(wrong))
        case _:
            assert_never(shape)
    return Success(shape) if sound else Failure(BadThresholds(0))


def first_wrong(xp: tuple[int, ...]) -> int | None:
    """The first index that breaks `starts at 0, rises strictly`."""
    if not xp or xp[0] != 0:
        return 0
    return next((i for i in range(1, len(xp)) if xp[i] <= xp[i - 1]), None)


def threshold(shape: Curve, level: int) -> int:
    """XP at which `level` >= 1 begins; a table stays at its last row.

    >>> [threshold(PRODUCT_CURVE, level) for level in (1, 2, 3, 11)]
    [0, 100, 400, 10000]
    """
    match shape:
        case Triangular(step):
            return step * level * (level - 1) // 2
        case Polynomial(factor=factor, shift=shift, power=power, divisor=divisor):
            return int(factor * (level - shift) ** power) // divisor
        case Thresholds(xp):
            return xp[min(level, len(xp)) - 1]
        case _:
            assert_never(shape)


def level_at(shape: Curve, xp: int) -> int:
    """The highest level whose threshold is at most `xp` >= 0, and at least 1.

    >>> [level_at(PRODUCT_CURVE, xp) for xp in (99, 100, 399, 400, 1250, 10000)]
    [1, 2, 2, 3, 4, 11]
    """
    match shape:
        case Triangular(step):
            return (1 + isqrt(1 + 8 * (xp // step))) // 2
        case Polynomial(factor=factor, shift=shift, power=power, divisor=divisor):
            return max(1, root((divisor * (xp + 1) - 1) // factor, power) + shift)
        case Thresholds(steps):
            return max(1, bisect_right(steps, xp))
        case _:
            assert_never(shape)


def root(value: int, power: int) -> int:
    """The largest n with n^power <= value: bisection on integers, exact at any size.

    >>> root(26, 3), root(27, 3)
    (2, 3)
    """
    if power == 2:
        return isqrt(value)
    low, high = 0, 1 << (value.bit_length() // power + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**power <= value else (low, middle)
    return low


def progress(shape: Curve, xp: int) -> Decimal:
    """(xp − threshold(level)) / (threshold(level + 1) − threshold(level)) [1].

    Rounds: down to a millionth, so that it is 1 only where no further level exists.
    >>> progress(PRODUCT_CURVE, 1250)
    Decimal('0.500000')
    """
    level = level_at(shape, xp)
    low, high = threshold(shape, level), threshold(shape, level + 1)
    if high == low:
        return Decimal(1)
    return EXACT.scaleb((xp - low) * PROGRESS_UNIT // (high - low), -6)


def level_credits(level: int) -> int:
    """10 × level, and the same again at each tenth level [CREDIT].

    >>> [level_credits(level) for level in (3, 10, 11)]
    [30, 200, 110]
    """
    return 10 * level * (2 if level % 10 == 0 else 1)
