"""Weights of a portfolio: equal, given, inverse volatility, risk parity, mean and variance.

A weight is a fraction of what is invested; all models here hold nothing short. Names are not part
of the arithmetic: weights come in the order of what was given.
"""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.series import EmptySeries
from astracore.errors.sizing import NotConverged, SizingFault
from astracore.errors.values import InvalidFraction, InvalidThreshold, LengthMismatch, NumericLimit
from astracore.metrics.frames import Matrix, Vector, kept, statistical
from astracore.metrics.kernels import dot, times
from astracore.sizing.matrices import cholesky_of, solved_by
from astracore.sizing.parity import equal_risk_contribution, risk_budgeting
from astracore.sizing.volatility import inverse_vol

ZERO = Decimal(0)
ONE = Decimal(1)
TOLERANCE = Decimal("1E-12")
SLIP = Decimal("1E-26")  # of the sum of weights
STEPS = 1_000


@frozen(kw_only=True)
class Equal:
    """The same weight for every asset."""


@frozen(kw_only=True)
class Fixed:
    """These weights; what is missing to 1 stays cash."""

    weights: Vector


@frozen(kw_only=True)
class InverseVolatility:
    """Weights in proportion to 1 / volatility, the root of the covariance's diagonal."""


@frozen(kw_only=True)
class RiskParity:
    """Weights whose contributions to volatility are equal, or in proportion to `budgets`."""

    budgets: Vector | None = None


@frozen(kw_only=True)
class MeanVariance:
    """The weights that maximise w' m − (aversion / 2) w' S w; without means the least variance."""

    means: Vector | None = None
    aversion: Decimal = ONE


Model: TypeAlias = Equal | Fixed | InverseVolatility | RiskParity | MeanVariance


@statistical
def weights_of(
    model: Model, covariance: Matrix, *, steps: int = STEPS
) -> Result[Vector, SizingFault]:
    """The weights of `model` for assets with this covariance of returns a period.

    Errors: EmptySeries, LengthMismatch, NotPositiveDefinite, ZeroVariance, InvalidFraction (a
    weight, a sum above 1, a budget), InvalidThreshold (aversion <= 0), NotConverged.
    Rounds: 28 significant digits each.   Source: docs/formulas-portfolio.md#construction.
    Invariant: weights >= 0; but for Fixed they sum to 1 within 1e-26; permuted with the assets.
    >>> weights_of(Equal(), ((ONE, ZERO), (ZERO, ONE))).unwrap()
    (Decimal('0.5'), Decimal('0.5'))
    """
    match model:
        case Equal():
            return _equal(len(covariance))
        case Fixed(weights=weights):
            return _fixed(weights, len(covariance))
        case InverseVolatility():
            return cholesky_of(covariance).bind(lambda _: inverse_vol(_deviations(covariance)))
        case RiskParity(budgets=budgets):
            if budgets is None:
                return equal_risk_contribution(covariance, sweeps=steps)
            return risk_budgeting(covariance, budgets, sweeps=steps)
        case MeanVariance():
            return mean_variance(model, covariance, steps=steps)
        case _:
            assert_never(model)


@statistical
def mean_variance(
    model: MeanVariance, covariance: Matrix, *, steps: int = STEPS
) -> Result[Vector, SizingFault]:
    """argmax w' m − (a / 2) w' S w over w >= 0, Σ w = 1 (Markowitz), by active sets.

    The assets that are held are solved for exactly, one that would go short is dropped where it
    reaches 0, and one whose marginal utility exceeds that of the held ones is taken in. At the
    end no asset's marginal utility exceeds theirs by more than 1e-12 of the largest |mean| or
    aversion × variance.
    Errors: EmptySeries, LengthMismatch, InvalidThreshold (aversion <= 0), NotPositiveDefinite,
    NotConverged (after `steps` changes of the set), NumericLimit (means beyond 1e24 times risk).
    Rounds: 28 significant digits each.
    Source: docs/formulas-portfolio.md#mean-variance.
    Invariant: no other portfolio without shorts has a higher utility, within the tolerance.
    >>> two = ((Decimal(1), ZERO), (ZERO, Decimal(3)))
    >>> [str(each)[:6] for each in mean_variance(MeanVariance(), two).unwrap()]
    ['0.7500', '0.2500']
    """
    size = len(covariance)
    means = (ZERO,) * size if model.means is None else model.means
    if model.aversion <= 0:
        return Failure(InvalidThreshold(str(model.aversion)[:64]))
    if len(means) != size:
        return Failure(LengthMismatch(len(means), size))
    scaled = tuple(tuple(model.aversion * each for each in row) for row in covariance)
    return cholesky_of(scaled).bind(lambda _: _searched(means, scaled, steps))


def _equal(count: int) -> Result[Vector, SizingFault]:
    if not count:
        return Failure(EmptySeries())
    return Success((kept(ONE / count),) * count)


def _fixed(weights: Vector, count: int) -> Result[Vector, SizingFault]:
    if len(weights) != count:
        return Failure(LengthMismatch(len(weights), count))
    if not weights:
        return Failure(EmptySeries())
    wrong = next((each for each in weights if not 0 <= each <= 1), None)
    if wrong is not None:
        return Failure(InvalidFraction("weight", str(wrong)[:64]))
    whole = sum(weights, ZERO)
    return Failure(InvalidFraction("weights", str(whole)[:64])) if whole > 1 else Success(weights)


def _deviations(covariance: Matrix) -> Vector:
    return tuple(row[place].sqrt() for place, row in enumerate(covariance))


def _searched(means: Vector, scaled: Matrix, steps: int) -> Result[Vector, SizingFault]:
    """Active sets, begun with all assets held alike."""
    size = len(means)
    slack = TOLERANCE * max(
        *(abs(each) for each in means), *(row[i] for i, row in enumerate(scaled))
    )
    held = tuple(range(size))
    weights: Vector = (ONE / size,) * size
    for _ in range(steps):
        target = _best_of(held, means, scaled)
        if min(target) < 0:
            weights, gone = _toward(weights, target)
            held = tuple(place for place in held if place not in gone)
            continue
        weights = target
        entering = _entering(weights, held, means, scaled, slack)
        if entering is None:
            return _checked(weights)
        held = tuple(sorted((*held, entering)))
    return Failure(NotConverged(steps))


def _checked(weights: Vector) -> Result[Vector, SizingFault]:
    """The weights, unless 50 digits were too few: means so far above risk that w is lost in S w."""
    if abs(sum(weights, ZERO) - ONE) > SLIP:
        return Failure(NumericLimit("Inexact"))
    return Success(tuple(kept(each) for each in weights))


def _best_of(held: tuple[int, ...], means: Vector, scaled: Matrix) -> Vector:
    """The weights that are best when the `held` assets may be short and no other is held.

    a S w = m + n 1 on the held ones, with the n that makes the weights sum to 1.
    """
    lower = _factor(tuple(tuple(scaled[i][j] for j in held) for i in held))
    wanted = solved_by(lower, tuple(means[place] for place in held))
    even = solved_by(lower, (ONE,) * len(held))
    level = (ONE - sum(wanted, ZERO)) / sum(even, ZERO)
    found = dict(zip(held, (w + level * e for w, e in zip(wanted, even, strict=True)), strict=True))
    return tuple(found.get(place, ZERO) for place in range(len(means)))


def _factor(part: Matrix) -> Matrix:
    """The lower triangle of a part of a matrix that is known to be positive definite."""
    rows: list[Vector] = []
    for row in part:
        begun: list[Decimal] = []
        for done, above in enumerate(rows):
            begun.append((row[done] - dot(above[:done], begun)) / above[done])
        pivot = row[len(rows)] - dot(begun, begun)
        rows.append((*begun, pivot.sqrt()))
    return tuple(rows)


def _toward(weights: Vector, target: Vector) -> tuple[Vector, frozenset[int]]:
    """As far from `weights` to `target` as nothing goes short, and what reaches 0 there."""
    reach = {
        place: one / (one - two)
        for place, (one, two) in enumerate(zip(weights, target, strict=True))
        if two < 0
    }
    share = min(reach.values())
    gone = frozenset(place for place, each in reach.items() if each == share)
    moved = tuple(
        ZERO if place in gone else one + share * (two - one)
        for place, (one, two) in enumerate(zip(weights, target, strict=True))
    )
    return moved, gone


def _entering(
    weights: Vector, held: tuple[int, ...], means: Vector, scaled: Matrix, slack: Decimal
) -> int | None:
    """The asset outside with the highest marginal utility, if that beats the held ones."""
    slopes = tuple(mean - risk for mean, risk in zip(means, times(scaled, weights), strict=True))
    level = dot(tuple(slopes[place] for place in held), (ONE,) * len(held)) / len(held)
    outside = [place for place in range(len(means)) if place not in held]
    best = max(outside, key=lambda place: slopes[place], default=None)
    return best if best is not None and slopes[best] - level > slack else None
