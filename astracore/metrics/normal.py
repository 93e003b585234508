"""The normal distribution: the one file of the core where doubles are allowed.

A double enters and leaves inside one function and comes back through its shortest exact text, so
what the rest of the core sees is a `Decimal` with 12 digits it can trust.
"""

import math
from decimal import Decimal
from statistics import NormalDist

from returns.result import Failure, Result, Success

from astracore.errors.series import SeriesFault
from astracore.errors.values import InvalidConfidence
from astracore.metrics.frames import WORKING, kept_normal, statistical

STANDARD = NormalDist()
ROOT_TWO_PI = Decimal("2.5066282746310005024157652848110452530069867406099")


@statistical
def normal_cumulative(x: Decimal) -> Result[Decimal, SeriesFault]:
    """Phi(x) = erfc(-x / sqrt 2) / 2, which keeps its digits in the left tail.

    Errors: BadAmount, NumericLimit.   Rounds: 12 significant digits, HALF_EVEN.
    >>> normal_cumulative(Decimal("-1.959963984540054")).unwrap()
    Decimal('0.0250000000000')
    """
    return Success(kept_normal(cumulative_of(x)))


@statistical
def normal_quantile(probability: Decimal) -> Result[Decimal, SeriesFault]:
    """Phi^-1(probability), 0 < probability < 1.

    Errors: InvalidConfidence.   Rounds: 12 significant digits, HALF_EVEN.
    >>> normal_quantile(Decimal("0.95")).unwrap()
    Decimal('1.64485362695')
    """
    return quantile_normal_of(probability).map(kept_normal)


@statistical
def normal_density(x: Decimal) -> Result[Decimal, SeriesFault]:
    """phi(x) = exp(-x^2 / 2) / sqrt(2 pi).

    Errors: BadAmount, NumericLimit.   Rounds: 12 significant digits, HALF_EVEN.
    >>> normal_density(Decimal(0)).unwrap()
    Decimal('0.398942280401')
    """
    return Success(kept_normal(density_of(x)))


def cumulative_of(x: Decimal) -> Decimal:
    """Kernel of `normal_cumulative`: not rounded further than the double is."""
    return Decimal(repr(math.erfc(-float(x) / math.sqrt(2.0)) / 2.0))


def quantile_normal_of(probability: Decimal) -> Result[Decimal, SeriesFault]:
    """Kernel of `normal_quantile`. The upper half is mirrored, so both tails are equally exact."""
    if not 0 < probability < 1:
        return Failure(InvalidConfidence(str(probability)[:64]))
    upper = probability > Decimal("0.5")
    tail = float(WORKING.subtract(Decimal(1), probability) if upper else probability)
    if tail == 0:  # Smaller than the smallest double.
        return Failure(InvalidConfidence(str(probability)[:64]))
    z = Decimal(repr(STANDARD.inv_cdf(tail)))
    return Success(-z if upper else z)


def density_of(x: Decimal) -> Decimal:
    """Kernel of `normal_density`, in decimals throughout."""
    return (-x * x / 2).exp() / ROOT_TWO_PI
