"""Value at risk and expected shortfall: historical, normal, Cornish-Fisher, in amounts.

Figures are losses (positive) unless `report` asks for returns, where a loss is negative.
returns: n >= 2 simple returns per period, in any order. confidence: in (0.5, 1).
"""

from decimal import Decimal
from enum import StrEnum

from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import EmptySeries, TooFewObservations
from astracore.errors.values import InvalidConfidence, InvalidThreshold
from astracore.metrics.frames import WORKING, Vector, kept, kept_normal, statistical
from astracore.metrics.kernels import ZERO, mean_of, quantile_of, variance_of
from astracore.metrics.normal import density_of, quantile_normal_of
from astracore.metrics.statistics import spread_fault
from astracore.numeric import EXACT

HALF = Decimal("0.5")


class Report(StrEnum):
    """The sign of a figure: losses positive, or the return itself."""

    LOSS = "loss"
    RETURN = "return"


@statistical
def var_historical(
    returns: Vector,
    confidence: Decimal,
    *,
    report: Report = Report.LOSS,
    floor_zero: bool = False,
) -> Result[Decimal, RiskFault]:
    """-q with q the type-7 quantile of `returns` at 1 - confidence [fraction].

    Errors: InvalidConfidence, EmptySeries, TooFewObservations.   Rounds: 28 significant digits.
    `floor_zero` reports a loss of at least zero. See `is_tail_thin` for how far to trust it.
    Source: docs/formulas-margin-sizing-risk.md#historical-var.
    Invariant: homogeneous, translation equivariant, invariant to order, monotone in confidence.
    >>> days = tuple(Decimal(i - 50) / 1000 for i in range(100))
    >>> var_historical(days, Decimal("0.95")).unwrap()
    Decimal('0.04505')
    """
    return sample_fault(returns, confidence).map(
        lambda _: _reported(quantile_of(sorted(returns), 1 - confidence), report, floor=floor_zero)
    )


@statistical
def es_historical(
    returns: Vector, confidence: Decimal, *, report: Report = Report.LOSS
) -> Result[Decimal, RiskFault]:
    """-mean of the returns strictly below q, or at most q if none is below [fraction].

    Errors: InvalidConfidence, EmptySeries, TooFewObservations.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#historical-es.
    Invariant: at least the historical VaR.
    >>> days = tuple(Decimal(i - 50) / 1000 for i in range(100))
    >>> es_historical(days, Decimal("0.95")).unwrap()
    Decimal('0.048')
    """
    return sample_fault(returns, confidence).map(
        lambda _: _reported(_tail_mean(returns, 1 - confidence), report, floor=False)
    )


@statistical
def tail_mean_lowest(values: Vector, q: Decimal) -> Result[Decimal, RiskFault]:
    """Mean of the floor((n - 1) q) + 1 lowest values, in the unit of `values` (empyrical).

    Errors: EmptySeries, InvalidConfidence (q outside [0, 1]).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#historical-es.
    >>> tail_mean_lowest((Decimal(3), Decimal(1), Decimal(2)), Decimal("0.5")).unwrap()
    Decimal('1.5')
    """
    if not values:
        return Failure(EmptySeries())
    if not 0 <= q <= 1:
        return Failure(InvalidConfidence(str(q)[:64]))
    count = int((len(values) - 1) * q) + 1
    return Success(kept(mean_of(sorted(values)[:count])))


@statistical
def var_parametric(
    returns: Vector, confidence: Decimal, *, report: Report = Report.LOSS, ddof: int = 0
) -> Result[Decimal, RiskFault]:
    """-(mu + z sigma), z = Phi^-1(1 - confidence), mu and sigma of the sample [fraction].

    Errors: InvalidConfidence, EmptySeries, InvalidWindow, TooFewObservations.
    Rounds: 12 significant digits.   Source: docs/formulas-margin-sizing-risk.md#normal-var.
    >>> var_parametric((Decimal("0.021"), Decimal("-0.019")), Decimal("0.95")).unwrap()
    Decimal('0.0318970725390')
    """
    return Result.do(
        _reported_normal(mean + z * sigma, report)
        for _ in sample_fault(returns, confidence)
        for mean, sigma in _mean_and_sigma(returns, ddof)
        for z in quantile_normal_of(1 - confidence)
    )


@statistical
def es_parametric(
    returns: Vector, confidence: Decimal, *, report: Report = Report.LOSS, ddof: int = 0
) -> Result[Decimal, RiskFault]:
    """-(mu - sigma phi(z) / (1 - confidence)) of the sample [fraction].

    Errors: InvalidConfidence, EmptySeries, InvalidWindow, TooFewObservations.
    Rounds: 12 significant digits.   Source: docs/formulas-margin-sizing-risk.md#normal-es.
    Invariant: at least the parametric VaR.
    >>> es_parametric((Decimal("0.021"), Decimal("-0.019")), Decimal("0.95")).unwrap()
    Decimal('0.0402542561501')
    """
    return Result.do(
        _reported_normal(mean - sigma * density_of(z) / (1 - confidence), report)
        for _ in sample_fault(returns, confidence)
        for mean, sigma in _mean_and_sigma(returns, ddof)
        for z in quantile_normal_of(1 - confidence)
    )


@statistical
def var_normal(
    *, mean: Decimal, deviation: Decimal, confidence: Decimal
) -> Result[Decimal, RiskFault]:
    """-(mu + z sigma) for given mu and sigma, as a loss in their unit.

    Errors: InvalidConfidence, InvalidThreshold (sigma < 0).   Rounds: 12 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#normal-var.
    >>> var_normal(mean=Decimal("0.001"), deviation=Decimal("0.02"),
    ...            confidence=Decimal("0.95")).unwrap()
    Decimal('0.0318970725390')
    """
    if deviation < 0:
        return Failure(InvalidThreshold(str(deviation)[:64]))
    return Result.do(
        kept_normal(-(mean + z * deviation))
        for _ in confidence_fault(confidence)
        for z in quantile_normal_of(1 - confidence)
    )


@statistical
def es_normal_multiplier(confidence: Decimal) -> Result[Decimal, RiskFault]:
    """phi(z) / (1 - confidence): the expected shortfall of a standard normal [deviations].

    Errors: InvalidConfidence.   Rounds: 12 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#normal-es.
    >>> es_normal_multiplier(Decimal("0.975")).unwrap()
    Decimal('2.33780279220')
    """
    return Result.do(
        kept_normal(density_of(z) / (1 - confidence))
        for _ in confidence_fault(confidence)
        for z in quantile_normal_of(1 - confidence)
    )


@statistical
def var_normal_amount(
    deviation: Decimal, *, z: Decimal, periods: Decimal
) -> Result[Decimal, RiskFault]:
    """z x deviation x sqrt(periods), in the unit of `deviation`; the mean is taken as zero.

    Errors: InvalidThreshold (deviation or periods < 0).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#normal-var (Hull).
    >>> var_normal_amount(Decimal(200000), z=Decimal("2.33"), periods=Decimal(4)).unwrap()
    Decimal('932000.00')
    """
    if min(deviation, periods) < 0:
        return Failure(InvalidThreshold(str(min(deviation, periods))[:64]))
    return Success(kept(z * deviation * periods.sqrt()))


def is_tail_thin(count: int, confidence: Decimal) -> bool:
    """Whether fewer than one of `count` returns is expected beyond the VaR: do not trust it.

    >>> is_tail_thin(10, Decimal("0.95")), is_tail_thin(30, Decimal("0.95"))
    (True, False)
    """
    if not confidence.is_finite():
        return True
    return WORKING.multiply(count, WORKING.subtract(1, confidence)) < 1


def confidence_fault(confidence: Decimal) -> Result[None, RiskFault]:
    """Confidence in (0.5, 1). Kernel.  Errors: InvalidConfidence."""
    if not HALF < confidence < 1:
        return Failure(InvalidConfidence(EXACT.to_sci_string(confidence)[:64]))
    return Success(None)


def sample_fault(returns: Vector, confidence: Decimal) -> Result[None, RiskFault]:
    """What forbids an estimate. Kernel.

    Errors: InvalidConfidence, EmptySeries, TooFewObservations.
    """
    if not returns:
        return confidence_fault(confidence).bind(lambda _: Failure(EmptySeries()))
    if len(returns) < 2:
        return confidence_fault(confidence).bind(lambda _: Failure(TooFewObservations(2, 1)))
    return confidence_fault(confidence)


def _mean_and_sigma(returns: Vector, ddof: int) -> Result[tuple[Decimal, Decimal], RiskFault]:
    return spread_fault(returns, ddof).map(
        lambda _: (mean_of(returns), variance_of(returns, ddof).sqrt())
    )


def _tail_mean(returns: Vector, q: Decimal) -> Decimal:
    edge = quantile_of(sorted(returns), q)
    beyond = [each for each in returns if each < edge]
    return mean_of(beyond or [each for each in returns if each <= edge])


def _reported(value: Decimal, report: Report, *, floor: bool) -> Decimal:
    if report is Report.RETURN:
        return kept(min(value, ZERO) if floor else value)
    return kept(max(-value, ZERO) if floor else -value)


def _reported_normal(value: Decimal, report: Report) -> Decimal:
    return kept_normal(value if report is Report.RETURN else -value)
