"""Risk of a portfolio: its deviation, what each part adds, what diversification saves."""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import EmptySeries, SeriesFault, ZeroVariance
from astracore.errors.values import InvalidThreshold, LengthMismatch
from astracore.metrics.frames import Matrix, Vector, kept, kept_normal, statistical
from astracore.metrics.kernels import dot, times
from astracore.metrics.normal import quantile_normal_of
from astracore.metrics.statistics import correlation
from astracore.outcome import collect
from astracore.risk.value_at_risk import confidence_fault
from astracore.sizing.matrices import cholesky_of

ONE = Decimal(1)
ZERO = Decimal(0)
SLACK = Decimal("1e-12")  # An eigenvalue may be this far below zero by rounding.


@statistical
def portfolio_deviation(amounts: Vector, covariance: Matrix) -> Result[Decimal, RiskFault]:
    """sqrt(w' S w), in the unit of `amounts` when S is of returns.

    Errors: EmptySeries, LengthMismatch, InvalidThreshold (w' S w < 0).
    Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#portfolio-deviation.
    >>> portfolio_deviation((Decimal(3), Decimal(4)), ((ONE, ZERO), (ZERO, ONE))).unwrap()
    Decimal('5')
    """
    return _variance(amounts, covariance).map(lambda total: kept(total.sqrt()))


@statistical
def portfolio_deviation_two(
    first: Decimal, second: Decimal, *, correlation: Decimal
) -> Result[Decimal, RiskFault]:
    """sqrt(a^2 + b^2 + 2 rho a b), in the unit of both deviations.

    Errors: InvalidThreshold (a deviation < 0, or rho outside [-1, 1]).
    Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#portfolio-deviation.
    >>> portfolio_deviation_two(Decimal(3), Decimal(4), correlation=Decimal(0)).unwrap()
    Decimal('5')
    """
    if min(first, second) < 0:
        return Failure(InvalidThreshold(str(min(first, second))[:64]))
    if not -1 <= correlation <= 1:
        return Failure(InvalidThreshold(str(correlation)[:64]))
    # (a - b)^2 + 2 (1 + rho) a b has no cancellation, so rho = -1 with a = b is exactly 0.
    total = (first - second) ** 2 + 2 * (1 + correlation) * first * second
    return Success(kept(total.sqrt()))


@statistical
def diversification_benefit(parts: Vector, whole: Decimal) -> Result[Decimal, RiskFault]:
    """sum of the parts' VaR - the portfolio's VaR, in their unit.

    Errors: EmptySeries.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#portfolio-deviation (Hull).
    >>> diversification_benefit((Decimal(3), Decimal(4)), Decimal(5)).unwrap()
    Decimal('2')
    """
    return Success(kept(sum(parts, ZERO) - whole)) if parts else Failure(EmptySeries())


@statistical
def component_var(
    amounts: Vector, covariance: Matrix, confidence: Decimal
) -> Result[Vector, RiskFault]:
    """w_i dVaR/dw_i = -z w_i (S w)_i / sqrt(w' S w), mean zero: parts that sum to the VaR.

    Errors: InvalidConfidence, EmptySeries, LengthMismatch, InvalidThreshold, ZeroVariance.
    Rounds: 12 significant digits each.   Source: docs/formulas-margin-sizing-risk.md#component-var.
    >>> component_var((Decimal(3), Decimal(4)), ((ONE, ZERO), (ZERO, ONE)), Decimal("0.95"))
    <Success: (Decimal('2.96073652851'), Decimal('5.26353160624'))>
    """
    return Result.do(
        tuple(
            kept_normal(-z * amount * slope / total.sqrt())
            for amount, slope in zip(amounts, times(covariance, amounts), strict=True)
        )
        for _ in confidence_fault(confidence)
        for total in _variance(amounts, covariance)
        for _ in (Failure(ZeroVariance()) if total == 0 else Success(None))
        for z in quantile_normal_of(1 - confidence)
    )


@statistical
def correlation_matrix(series: Matrix) -> Result[Matrix, RiskFault]:
    """Pearson correlations of aligned series: symmetric, unit diagonal, entries in [-1, 1].

    Errors: EmptySeries, LengthMismatch, TooFewObservations, ZeroVariance.
    Rounds: 28 significant digits each.   Source: docs/formulas-margin-sizing-risk.md#correlation.
    >>> correlation_matrix(((ONE, ZERO), (ZERO, ONE))).unwrap()[0]
    (Decimal('1'), Decimal('-1'))
    """
    if not series:
        return Failure(EmptySeries())
    rows = (collect(_entry(series, i, j) for j in range(len(series))) for i in range(len(series)))
    return collect(rows)


@statistical
def correlation_fault(matrix: Matrix) -> Result[Matrix, RiskFault]:
    """`matrix` if it is symmetric with a unit diagonal and eigenvalues >= -1e-12.

    Errors: EmptySeries, LengthMismatch, InvalidThreshold.
    Source: docs/formulas-margin-sizing-risk.md#correlation.
    >>> correlation_fault(((ONE, Decimal(2)), (Decimal(2), ONE))).failure()
    InvalidThreshold(value='not positive semidefinite')
    """
    if any(len(row) == len(matrix) and row[i] != 1 for i, row in enumerate(matrix)):
        return Failure(InvalidThreshold("diagonal is not 1"))
    shifted = tuple(
        tuple(value + SLACK if i == j else value for j, value in enumerate(row))
        for i, row in enumerate(matrix)
    )
    return cholesky_of(shifted).map(lambda _: matrix).alt(_named)


def _named(fault: object) -> SeriesFault:
    if isinstance(fault, EmptySeries | LengthMismatch):
        return fault
    return InvalidThreshold("not positive semidefinite")


def _entry(series: Matrix, i: int, j: int) -> Result[Decimal, SeriesFault]:
    if i != j:
        return correlation(series[i], series[j])
    known = correlation(series[i], series[i])
    return known.map(lambda _: ONE)


def _variance(amounts: Vector, covariance: Matrix) -> Result[Decimal, RiskFault]:
    if not amounts:
        return Failure(EmptySeries())
    for row in (covariance, *covariance):
        if len(row) != len(amounts):
            return Failure(LengthMismatch(len(row), len(amounts)))
    total = dot(amounts, times(covariance, amounts))
    return Failure(InvalidThreshold(str(total)[:64])) if total < 0 else Success(total)
