"""Mean, variance, quantile, covariance, correlation, beta: the estimators everything else uses.

A series parameter is a tuple of decimals, oldest first. Results keep 28 significant digits.
"""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.series import EmptySeries, SeriesFault, TooFewObservations, ZeroVariance
from astracore.errors.values import InvalidConfidence, InvalidWindow, LengthMismatch
from astracore.metrics.frames import Vector, kept, statistical
from astracore.metrics.kernels import (
    covariance_of,
    mean_of,
    moments_of,
    quantile_of,
    variance_of,
)

ONE = Decimal(1)


@statistical
def mean(values: Vector) -> Result[Decimal, SeriesFault]:
    """sum / n, in the unit of `values`.

    Errors: EmptySeries.   Rounds: 28 significant digits, HALF_EVEN.
    >>> mean((Decimal(1), Decimal(2), Decimal(6))).unwrap()
    Decimal('3')
    """
    return Success(kept(mean_of(values))) if values else Failure(EmptySeries())


@statistical
def variance(values: Vector, *, ddof: int = 1) -> Result[Decimal, SeriesFault]:
    """sum (x - mean)^2 / (n - ddof), in squared units of `values`.

    Errors: EmptySeries, InvalidWindow (ddof < 0), TooFewObservations.
    Rounds: 28 significant digits, HALF_EVEN.
    >>> variance((Decimal(1), Decimal(2), Decimal(6))).unwrap()
    Decimal('7')
    """
    return spread_fault(values, ddof).map(lambda _: kept(variance_of(values, ddof)))


@statistical
def deviation(values: Vector, *, ddof: int = 1) -> Result[Decimal, SeriesFault]:
    """sqrt(variance), in the unit of `values`.

    Errors: as `variance`.   Rounds: 28 significant digits, HALF_EVEN.
    >>> deviation((Decimal(1), Decimal(3)), ddof=0).unwrap()
    Decimal('1')
    """
    return spread_fault(values, ddof).map(lambda _: kept(variance_of(values, ddof).sqrt()))


@statistical
def quantile(values: Vector, q: Decimal) -> Result[Decimal, SeriesFault]:
    """Type-7 quantile: position (n - 1) q of the ascending values, linear between neighbours.

    Errors: EmptySeries, InvalidConfidence (q outside [0, 1]).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#quantile.
    Invariant: invariant to the order of `values`, monotone in q.
    >>> quantile((Decimal(1), Decimal(2), Decimal(4)), Decimal("0.75")).unwrap()
    Decimal('3.00')
    """
    if not values:
        return Failure(EmptySeries())
    if not 0 <= q <= 1:
        return Failure(InvalidConfidence(str(q)[:64]))
    return Success(kept(quantile_of(sorted(values), q)))


@statistical
def covariance(left: Vector, right: Vector, *, ddof: int = 1) -> Result[Decimal, SeriesFault]:
    """sum (x - mean x)(y - mean y) / (n - ddof) on aligned pairs.

    Errors: LengthMismatch, EmptySeries, InvalidWindow, TooFewObservations.
    Rounds: 28 significant digits, HALF_EVEN.
    >>> covariance((Decimal(1), Decimal(2)), (Decimal(2), Decimal(6))).unwrap()
    Decimal('2.0')
    """
    return pair_fault(left, right, ddof).map(lambda _: kept(covariance_of(left, right, ddof)))


@statistical
def correlation(left: Vector, right: Vector) -> Result[Decimal, SeriesFault]:
    """cov(x, y) / (sd x sd y), clipped to [-1, 1].

    Errors: LengthMismatch, EmptySeries, TooFewObservations, ZeroVariance.
    Rounds: 28 significant digits, HALF_EVEN.
    Invariant: in [-1, 1], symmetric, 1 of a series with itself.
    >>> correlation((Decimal(1), Decimal(2), Decimal(3)), (Decimal(3), Decimal(2), Decimal(1)))
    <Success: -1>
    """
    return pair_fault(left, right, 1).bind(lambda _: _correlation(left, right))


@statistical
def beta(returns: Vector, benchmark: Vector) -> Result[Decimal, SeriesFault]:
    """cov(r, b) / var(b), the slope of `returns` on `benchmark` [1].

    Errors: LengthMismatch, EmptySeries, TooFewObservations, ZeroVariance.
    Rounds: 28 significant digits, HALF_EVEN.
    Invariant: beta(b, b) = 1 and beta(k r, b) = k beta(r, b).
    >>> beta((Decimal(2), Decimal(4), Decimal(6)), (Decimal(1), Decimal(2), Decimal(3))).unwrap()
    Decimal('2')
    """
    return pair_fault(returns, benchmark, 1).bind(lambda _: _beta(returns, benchmark))


@statistical
def skewness(values: Vector) -> Result[Decimal, SeriesFault]:
    """m3 / m2^1.5 with biased moments [1].

    Errors: EmptySeries, ZeroVariance.   Rounds: 28 significant digits, HALF_EVEN.
    >>> skewness((Decimal(-1), Decimal(0), Decimal(1))).unwrap()
    Decimal('0')
    """
    if not values:
        return Failure(EmptySeries())
    shape = moments_of(values)
    if shape.second == 0:
        return Failure(ZeroVariance())
    return Success(kept(shape.third / (shape.second * shape.second.sqrt())))


@statistical
def kurtosis(values: Vector) -> Result[Decimal, SeriesFault]:
    """m4 / m2^2 with biased moments; 3 for the normal distribution [1].

    Errors: EmptySeries, ZeroVariance.   Rounds: 28 significant digits, HALF_EVEN.
    >>> kurtosis((Decimal(-1), Decimal(1))).unwrap()
    Decimal('1')
    """
    if not values:
        return Failure(EmptySeries())
    shape = moments_of(values)
    if shape.second == 0:
        return Failure(ZeroVariance())
    return Success(kept(shape.fourth / shape.second**2))


def spread_fault(values: Vector, ddof: int) -> Result[None, SeriesFault]:
    """What forbids a variance, in order: no value, an impossible ddof, too few values."""
    if not values:
        return Failure(EmptySeries())
    if ddof < 0:
        return Failure(InvalidWindow(ddof))
    if len(values) <= ddof:
        return Failure(TooFewObservations(ddof + 1, len(values)))
    return Success(None)


def pair_fault(left: Vector, right: Vector, ddof: int) -> Result[None, SeriesFault]:
    """What forbids a covariance: unequal lengths, then as for a variance."""
    if len(left) != len(right):
        return Failure(LengthMismatch(len(left), len(right)))
    return spread_fault(left, ddof)


def _beta(returns: Vector, benchmark: Vector) -> Result[Decimal, SeriesFault]:
    spread = variance_of(benchmark, 1)
    if spread == 0:
        return Failure(ZeroVariance())
    return Success(kept(covariance_of(returns, benchmark, 1) / spread))


def _correlation(left: Vector, right: Vector) -> Result[Decimal, SeriesFault]:
    product = variance_of(left, 1) * variance_of(right, 1)
    if product == 0:
        return Failure(ZeroVariance())
    # Only rounding of the 50th digit can lead out of [-1, 1].
    found = covariance_of(left, right, 1) / product.sqrt()
    return Success(kept(max(-ONE, min(ONE, found))))
