"""Cornish-Fisher: a normal quantile bent by skewness and excess kurtosis, where that is valid.

The bent quantile zc(z) is a cubic. Where it falls with z it orders losses wrongly, so it is refused
there: at the quantile asked for (POINT), or when it falls anywhere (WHOLE, Maillard's domain).
"""

from decimal import Decimal
from enum import StrEnum

from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import ZeroVariance
from astracore.errors.values import InvalidThreshold
from astracore.metrics.frames import Vector, kept_normal, statistical
from astracore.metrics.kernels import Moments, moments_of
from astracore.metrics.normal import quantile_normal_of
from astracore.risk.value_at_risk import Report, sample_fault


class Domain(StrEnum):
    """Where the bent quantile must rise: at the point used, or on the whole line."""

    POINT = "point"
    WHOLE = "whole"


@statistical
def cornish_fisher_z(
    z: Decimal, *, skew: Decimal, excess_kurtosis: Decimal, domain: Domain = Domain.POINT
) -> Result[Decimal, RiskFault]:
    """zc = z + (z^2 - 1) S/6 + (z^3 - 3z) K/24 - (2z^3 - 5z) S^2/36 [deviations].

    Errors: InvalidThreshold (zc does not rise in z, by `domain`).   Rounds: 12 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#cornish-fisher (Maillard).
    Invariant: S = K = 0 gives z.
    >>> cornish_fisher_z(Decimal(-2), skew=Decimal("-0.6"), excess_kurtosis=Decimal(0)).unwrap()
    Decimal('-2.24')
    """
    return _bent(z, skew, excess_kurtosis, domain).map(kept_normal)


@statistical
def cornish_fisher_quantile(
    probability: Decimal,
    *,
    skew: Decimal,
    excess_kurtosis: Decimal,
    domain: Domain = Domain.POINT,
) -> Result[Decimal, RiskFault]:
    """zc of z = Phi^-1(probability) [deviations].

    Errors: InvalidConfidence, InvalidThreshold.   Rounds: 12 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#cornish-fisher (Maillard).
    >>> cornish_fisher_quantile(Decimal("0.99"), skew=Decimal("0.1"),
    ...                         excess_kurtosis=Decimal(-1)).unwrap()
    Decimal('2.16232834202')
    """
    return Result.do(
        kept_normal(bent)
        for z in quantile_normal_of(probability)
        for bent in _bent(z, skew, excess_kurtosis, domain)
    )


@statistical
def var_cornish_fisher(
    returns: Vector,
    confidence: Decimal,
    *,
    report: Report = Report.LOSS,
    domain: Domain = Domain.POINT,
) -> Result[Decimal, RiskFault]:
    """-(mu + zc sigma) with biased moments of the sample [fraction].

    Errors: InvalidConfidence, EmptySeries, TooFewObservations, ZeroVariance, InvalidThreshold.
    Rounds: 12 significant digits.   Source: docs/formulas-margin-sizing-risk.md#cornish-fisher.
    Invariant: a symmetric mesokurtic sample gives the parametric VaR.
    >>> var_cornish_fisher((Decimal("0.02"), Decimal("-0.02"), Decimal("0.01"), Decimal("-0.01")),
    ...                    Decimal("0.95")).unwrap()
    Decimal('0.0265307198108')
    """
    return Result.do(
        kept_normal(value if report is Report.RETURN else -value)
        for _ in sample_fault(returns, confidence)
        for shape in _shape(returns)
        for z in quantile_normal_of(1 - confidence)
        for value in _value(shape, z, domain)
    )


def _shape(returns: Vector) -> Result[Moments, RiskFault]:
    shape = moments_of(returns)
    return Failure(ZeroVariance()) if shape.second == 0 else Success(shape)


def _value(shape: Moments, z: Decimal, domain: Domain) -> Result[Decimal, RiskFault]:
    sigma = shape.second.sqrt()
    skew = shape.third / (shape.second * sigma)
    excess = shape.fourth / shape.second**2 - 3
    return _bent(z, skew, excess, domain).map(lambda bent: shape.mean + bent * sigma)


def _bent(z: Decimal, skew: Decimal, excess: Decimal, domain: Domain) -> Result[Decimal, RiskFault]:
    # The slope of zc is the parabola a z^2 + b z + c.
    a = excess / 8 - skew * skew / 6
    b = skew / 3
    c = 1 - excess / 8 + 5 * skew * skew / 36
    if domain is Domain.POINT:
        rises = a * z * z + b * z + c > 0
    else:
        rises = (a > 0 and b * b < 4 * a * c) or (a == 0 and b == 0)  # then c is 1
    if not rises:
        return Failure(InvalidThreshold(f"skew {skew}, excess kurtosis {excess}"[:64]))
    return Success(
        z
        + (z * z - 1) * skew / 6
        + (z**3 - 3 * z) * excess / 24
        - (2 * z**3 - 5 * z) * skew * skew / 36
    )
