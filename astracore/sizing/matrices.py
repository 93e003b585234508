"""Covariance matrices: the Cholesky factor decides whether they are ones, and solves with them."""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.series import EmptySeries
from astracore.errors.sizing import NotPositiveDefinite, SizingFault
from astracore.errors.values import LengthMismatch
from astracore.metrics.frames import Matrix, Vector, kept, statistical
from astracore.metrics.kernels import dot

ZERO = Decimal(0)
# A pivot this small beside its diagonal is rounding of 50 digits: the matrix is singular.
SINGULAR = Decimal("1e-40")


@statistical
def cholesky(matrix: Matrix) -> Result[Matrix, SizingFault]:
    """The lower triangle L with L L' = `matrix`, zeros above the diagonal.

    Errors: EmptySeries, LengthMismatch (not square), NotPositiveDefinite (also not symmetric).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#cholesky.
    >>> cholesky(((Decimal(4), Decimal(2)), (Decimal(2), Decimal(5)))).unwrap()
    ((Decimal('2'), Decimal('0')), (Decimal('1'), Decimal('2')))
    """
    return cholesky_of(matrix).map(lambda rows: tuple(tuple(map(kept, row)) for row in rows))


def cholesky_of(matrix: Matrix) -> Result[Matrix, SizingFault]:
    """Kernel of `cholesky`, with the same errors."""
    if not matrix:
        return Failure(EmptySeries())
    for row in matrix:
        if len(row) != len(matrix):
            return Failure(LengthMismatch(len(row), len(matrix)))
    lower: list[Vector] = []
    for i, row in enumerate(matrix):
        if any(row[j] != matrix[j][i] for j in range(i)):
            return Failure(NotPositiveDefinite(i))
        begun = _eliminated(lower, row[:i])
        pivot = row[i] - dot(begun, begun)
        if row[i] <= 0 or pivot <= SINGULAR * row[i]:
            return Failure(NotPositiveDefinite(i))
        lower.append((*begun, pivot.sqrt()))
    return Success(tuple(row + (ZERO,) * (len(matrix) - len(row)) for row in lower))


# The entries left of the diagonal, from the rows above.
def _eliminated(lower: list[Vector], row: Vector) -> Vector:
    begun: Vector = ()
    for above, value in zip(lower, row, strict=True):
        done = len(begun)
        begun = (*begun, (value - dot(above[:done], begun)) / above[done])
    return begun


def solved_by(lower: Matrix, right: Vector) -> Vector:
    """x with L L' x = `right`: forward, then backward. Kernel, sizes already checked."""
    size = len(lower)
    forward: list[Decimal] = []
    for i in range(size):
        forward.append((right[i] - dot(lower[i][:i], forward)) / lower[i][i])
    answer = [Decimal(0)] * size
    for i in reversed(range(size)):
        rest = dot(tuple(lower[j][i] for j in range(i + 1, size)), answer[i + 1 :])
        answer[i] = (forward[i] - rest) / lower[i][i]
    return tuple(answer)
