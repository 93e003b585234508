"""Bare estimators over checked series: called inside the statistical frame, never from outside."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from astracore.metrics.frames import Vector

ZERO = Decimal(0)


@frozen
class Moments:
    """Biased moments of a series: mean, central second, third and fourth."""

    mean: Decimal
    second: Decimal
    third: Decimal
    fourth: Decimal


def mean_of(values: Sequence[Decimal]) -> Decimal:
    """sum / n, n >= 1."""
    return sum(values, ZERO) / len(values)


def variance_of(values: Sequence[Decimal], ddof: int) -> Decimal:
    """sum of squared deviations / (n - ddof), n > ddof.

    A constant series gives exactly 0: its mean may be inexact in 50 digits, its variance is not.
    """
    if all(value == values[0] for value in values):
        return ZERO
    mean = mean_of(values)
    return sum(((value - mean) ** 2 for value in values), ZERO) / (len(values) - ddof)


def covariance_of(left: Sequence[Decimal], right: Sequence[Decimal], ddof: int) -> Decimal:
    """sum of products of deviations / (n - ddof), n > ddof, equal lengths."""
    mean_left, mean_right = mean_of(left), mean_of(right)
    products = ((x - mean_left) * (y - mean_right) for x, y in zip(left, right, strict=True))
    return sum(products, ZERO) / (len(left) - ddof)


def moments_of(values: Sequence[Decimal]) -> Moments:
    """Mean and central moments with divisor n, n >= 1; all central ones are 0 if constant."""
    mean = mean_of(values)
    if all(value == values[0] for value in values):
        return Moments(values[0], ZERO, ZERO, ZERO)
    gaps = tuple(value - mean for value in values)
    count = len(values)
    second, third, fourth = (sum((gap**k for gap in gaps), ZERO) / count for k in (2, 3, 4))
    return Moments(mean, second, third, fourth)


def quantile_of(ordered: Sequence[Decimal], q: Decimal) -> Decimal:
    """Type-7 quantile of an ascending series: position (n - 1) q, linear between neighbours."""
    position = (len(ordered) - 1) * q
    low = int(position)
    if low + 1 >= len(ordered):
        return ordered[-1]
    return ordered[low] + (position - low) * (ordered[low + 1] - ordered[low])


def times(matrix: Sequence[Sequence[Decimal]], vector: Sequence[Decimal]) -> Vector:
    """Matrix times vector, sizes already checked."""
    return tuple(dot(row, vector) for row in matrix)


def dot(left: Sequence[Decimal], right: Sequence[Decimal]) -> Decimal:
    """Sum of products, lengths already checked."""
    return sum((x * y for x, y in zip(left, right, strict=True)), ZERO)
