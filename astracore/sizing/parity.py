"""Risk parity: weights whose contributions to volatility follow given budgets.

The weights are y / sum y for the y that minimises y' S y / 2 - sum b_i ln y_i. The function is
convex, and cyclic coordinate descent has a closed step: with c = sum over j != i of S_ij y_j,
y_i = (-c + sqrt(c^2 + 4 b_i S_ii)) / (2 S_ii).
"""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.sizing import NotConverged, SizingFault
from astracore.errors.values import InvalidFraction, LengthMismatch
from astracore.metrics.frames import Matrix, Vector, kept, statistical
from astracore.metrics.kernels import dot, times
from astracore.sizing.matrices import cholesky_of

ZERO = Decimal(0)
TOLERANCE = Decimal("1e-12")
SWEEPS = 10_000


@statistical
def equal_risk_contribution(
    covariance: Matrix, *, sweeps: int = SWEEPS
) -> Result[Vector, SizingFault]:
    """Weights [fractions that sum to 1] with equal contributions to volatility.

    Errors: EmptySeries, LengthMismatch, NotPositiveDefinite, NotConverged.
    Rounds: 28 significant digits each, contributions equal within 1e-12.
    Source: docs/formulas-margin-sizing-risk.md#risk-parity (Maillard, Roncalli, Teiletche).
    Invariant: unchanged by scaling the matrix, permuted with the assets.
    >>> weights = equal_risk_contribution(((Decimal(1), Decimal(0)), (Decimal(0), Decimal(16))))
    >>> [str(weight)[:6] for weight in weights.unwrap()]
    ['0.8000', '0.2000']
    """
    budgets = (Decimal(1),) * len(covariance)
    return cholesky_of(covariance).bind(lambda _: _weights(covariance, budgets, sweeps))


@statistical
def risk_budgeting(
    covariance: Matrix, budgets: Vector, *, sweeps: int = SWEEPS
) -> Result[Vector, SizingFault]:
    """Weights [fractions that sum to 1] whose risk contributions are proportional to `budgets`.

    Errors: EmptySeries, LengthMismatch, NotPositiveDefinite, InvalidFraction (budget <= 0),
    NotConverged.   Rounds: 28 significant digits each, shares equal to budgets within 1e-12.
    Source: docs/formulas-margin-sizing-risk.md#risk-parity (Maillard, Roncalli, Teiletche).
    >>> weights = risk_budgeting(((Decimal(1), Decimal(0)), (Decimal(0), Decimal(1))),
    ...                          (Decimal("0.8"), Decimal("0.2")))
    >>> [str(weight)[:6] for weight in weights.unwrap()]
    ['0.6666', '0.3333']
    """
    if len(budgets) != len(covariance):
        return Failure(LengthMismatch(len(budgets), len(covariance)))
    for budget in budgets:
        if budget <= 0:
            return Failure(InvalidFraction("budget", str(budget)[:64]))
    return cholesky_of(covariance).bind(lambda _: _weights(covariance, budgets, sweeps))


@statistical
def risk_contributions(weights: Vector, covariance: Matrix) -> Result[Vector, SizingFault]:
    """RC_i = w_i (S w)_i / sqrt(w' S w): parts of the portfolio's volatility, which they sum to.

    Errors: LengthMismatch, EmptySeries, NotPositiveDefinite.   Rounds: 28 significant digits each.
    Source: docs/formulas-margin-sizing-risk.md#risk-contributions.
    >>> risk_contributions((Decimal(3), Decimal(4)), ((Decimal(1), Decimal(0)),
    ...                    (Decimal(0), Decimal(1)))).unwrap()
    (Decimal('1.8'), Decimal('3.2'))
    """
    return _parts(weights, covariance, squared=False)


@statistical
def risk_shares(weights: Vector, covariance: Matrix) -> Result[Vector, SizingFault]:
    """w_i (S w)_i / (w' S w): the same as shares of 1.

    Errors: LengthMismatch, EmptySeries, NotPositiveDefinite.   Rounds: 28 significant digits each.
    Source: docs/formulas-margin-sizing-risk.md#risk-contributions.
    >>> risk_shares((Decimal(3), Decimal(4)), ((Decimal(1), Decimal(0)),
    ...             (Decimal(0), Decimal(1)))).unwrap()
    (Decimal('0.36'), Decimal('0.64'))
    """
    return _parts(weights, covariance, squared=True)


def _parts(weights: Vector, covariance: Matrix, *, squared: bool) -> Result[Vector, SizingFault]:
    if len(weights) != len(covariance):
        return Failure(LengthMismatch(len(weights), len(covariance)))
    return cholesky_of(covariance).map(lambda _: _shared(weights, covariance, squared=squared))


# All-zero weights carry no risk, so every part is zero.
def _shared(weights: Vector, covariance: Matrix, *, squared: bool) -> Vector:
    slopes = times(covariance, weights)
    total = dot(weights, slopes)
    if total == 0:
        return weights
    divisor = total if squared else total.sqrt()
    return tuple(kept(w * slope / divisor) for w, slope in zip(weights, slopes, strict=True))


def _weights(covariance: Matrix, budgets: Vector, sweeps: int) -> Result[Vector, SizingFault]:
    whole = sum(budgets, ZERO)
    shares = tuple(budget / whole for budget in budgets)
    points = [
        share.sqrt() / row[i].sqrt()
        for i, (share, row) in enumerate(zip(shares, covariance, strict=True))
    ]
    for _ in range(sweeps):
        if _is_settled(covariance, points, shares):
            total = sum(points, ZERO)
            return Success(tuple(kept(point / total) for point in points))
        for i, row in enumerate(covariance):
            beside = dot(row, points) - row[i] * points[i]
            root = (beside * beside + 4 * shares[i] * row[i]).sqrt()
            points[i] = (root - beside) / (2 * row[i])
    return Failure(NotConverged(sweeps))


def _is_settled(covariance: Matrix, points: list[Decimal], shares: Vector) -> bool:
    slopes = times(covariance, points)
    total = dot(points, slopes)
    return all(
        abs(point * slope / total - share) < TOLERANCE
        for point, slope, share in zip(points, slopes, shares, strict=True)
    )
