"""Covariance matrices: the Cholesky factor decides whether they are ones, and solves with them."""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.series import EmptySeries
from astracore.errors.sizing import NotPositiveDefinite, SizingFault
from astracore.errors.values import LengthMismatch
from astracore.metrics.frames import Matrix, Vector, kept, statistical
from astracore.metrics.kernels import dot

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
    lower: list[list[Decimal]] = []
    for i, row in enumerate(matrix):
        lower.append([Decimal(0)] * len(matrix))
        for j in range(i):
            if row[j] != matrix[j][i]:
                return Failure(NotPositiveDefinite(i))
            lower[i][j] = (row[j] - dot(lower[i][:j], lower[j][:j])) / lower[j][j]
        pivot = row[i] - dot(lower[i][:i], lower[i][:i])
        if row[i] <= 0 or pivot <= SINGULAR * row[i]:
            return Failure(NotPositiveDefinite(i))
        lower[i][i] = pivot.sqrt()
    return Success(tuple(tuple(row) for row in lower))


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
