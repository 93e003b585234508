"""Volatility as it moves: EWMA, GARCH(1,1) with given parameters, forecasts, annualising."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import EmptySeries
from astracore.errors.values import InvalidFraction, InvalidPeriod, InvalidThreshold, InvalidWindow
from astracore.metrics.frames import Vector, kept, statistical

ZERO = Decimal(0)
DAILY = Decimal("0.94")
MONTHLY = Decimal("0.97")
START = 20  # [returns] the start is the mean of squares of this many


@frozen(kw_only=True)
class Garch:
    """sigma^2 = omega + alpha r^2 + beta sigma^2 of the period before."""

    omega: Decimal
    alpha: Decimal
    beta: Decimal


@statistical
def ewma_step(
    variance: Decimal, change: Decimal, *, decay: Decimal = DAILY
) -> Result[Decimal, RiskFault]:
    """s2 = lambda s2' + (1 - lambda) r'^2 [fraction^2 per period].

    Errors: InvalidFraction (lambda outside (0, 1)), InvalidThreshold (variance < 0).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#ewma (Hull).
    Invariant: between the old variance and the squared return.
    >>> ewma_step(Decimal("0.0001"), Decimal("0.02"), decay=Decimal("0.9")).unwrap()
    Decimal('0.00013')
    """
    return _decay_fault(variance, decay).map(
        lambda _: kept(decay * variance + (1 - decay) * change * change)
    )


@statistical
def ewma(returns: Vector, *, decay: Decimal = DAILY) -> Result[Vector, RiskFault]:
    """The variance before each return and after the last: n + 1 values, oldest first.

    The first is the mean square of the first min(n, 20) returns.
    Errors: EmptySeries, InvalidFraction.   Rounds: 28 significant digits each.
    Source: docs/formulas-margin-sizing-risk.md#ewma (Hull).
    >>> ewma((Decimal("0.01"), Decimal("0.01"))).unwrap()[-1]
    Decimal('0.00010000')
    """
    if not returns:
        return Failure(EmptySeries())
    head = returns[:START]
    start = sum((each * each for each in head), ZERO) / len(head)
    return _decay_fault(start, decay).map(
        lambda _: _filtered(returns, start, Garch(omega=ZERO, alpha=1 - decay, beta=decay))
    )


@statistical
def half_life(decay: Decimal) -> Result[Decimal, RiskFault]:
    """ln 0.5 / ln lambda [periods]: after this many a return counts half.

    Errors: InvalidFraction (lambda outside (0, 1)).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#ewma.
    >>> half_life(Decimal("0.5")).unwrap()
    Decimal('1')
    """
    return _decay_fault(ZERO, decay).map(lambda _: kept(Decimal("0.5").ln() / decay.ln()))


@statistical
def garch_step(model: Garch, variance: Decimal, change: Decimal) -> Result[Decimal, RiskFault]:
    """s2 = omega + alpha r'^2 + beta s2' [fraction^2 per period].

    Here omega may be 0 and alpha + beta 1, which is EWMA.
    Errors: InvalidFraction, InvalidThreshold (variance < 0).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#garch (Hull).
    Invariant: omega = 0 and alpha + beta = 1 is the EWMA step.
    >>> model = Garch(omega=Decimal("0.000002"), alpha=Decimal("0.13"), beta=Decimal("0.86"))
    >>> garch_step(model, Decimal("0.000256"), Decimal("0.01")).unwrap()
    Decimal('0.00023516')
    """
    if variance < 0:
        return Failure(InvalidThreshold(str(variance)[:64]))
    return _filter_fault(model).map(lambda _: kept(_stepped(model, variance, change)))


@statistical
def garch(model: Garch, returns: Vector, *, start: Decimal) -> Result[Vector, RiskFault]:
    """The variance before each return and after the last: n + 1 values, the first is `start`.

    Errors: InvalidFraction, InvalidThreshold (start < 0).   Rounds: 28 significant digits each.
    Source: docs/formulas-margin-sizing-risk.md#garch (Hull).
    >>> model = Garch(omega=Decimal("0.1"), alpha=Decimal("0.5"), beta=Decimal(0))
    >>> garch(model, (Decimal(1), Decimal(0)), start=Decimal(1)).unwrap()
    (Decimal('1'), Decimal('0.6'), Decimal('0.1'))
    """
    if start < 0:
        return Failure(InvalidThreshold(str(start)[:64]))
    return _filter_fault(model).map(lambda _: _filtered(returns, start, model))


@statistical
def garch_long_run(model: Garch) -> Result[Decimal, RiskFault]:
    """V = omega / (1 - alpha - beta) [fraction^2 per period].

    Errors: InvalidFraction (omega <= 0, alpha or beta < 0, or alpha + beta >= 1).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#garch (Hull).
    >>> garch_long_run(Garch(omega=Decimal("0.000002"), alpha=Decimal("0.13"),
    ...                      beta=Decimal("0.86"))).unwrap()
    Decimal('0.0002')
    """
    return _model_fault(model).map(lambda _: kept(_long_run(model)))


@statistical
def garch_forecast(model: Garch, variance: Decimal, *, steps: int) -> Result[Decimal, RiskFault]:
    """E[s2 in k periods] = V + (alpha + beta)^k (s2 - V) [fraction^2 per period].

    Errors: InvalidFraction, InvalidThreshold (variance < 0), InvalidWindow (k < 0).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#garch (Hull).
    Invariant: k = 0 gives s2, and it tends to the long-run variance.
    >>> model = Garch(omega=Decimal("0.1"), alpha=Decimal("0.2"), beta=Decimal("0.3"))
    >>> garch_forecast(model, Decimal("0.6"), steps=1).unwrap()
    Decimal('0.40')
    """
    if variance < 0:
        return Failure(InvalidThreshold(str(variance)[:64]))
    if steps < 0:
        return Failure(InvalidWindow(steps))
    if steps == 0:  # 0^0 has no decimal value, and today needs no model's memory.
        return _model_fault(model).map(lambda _: kept(variance))
    return _model_fault(model).map(
        lambda _: kept(
            _long_run(model) + (model.alpha + model.beta) ** steps * (variance - _long_run(model))
        )
    )


@statistical
def annualised(deviation: Decimal, periods: Decimal) -> Result[Decimal, RiskFault]:
    """deviation x sqrt(P) [fraction per year], P periods a year: an argument, never a default.

    Errors: InvalidThreshold (deviation < 0), InvalidPeriod (P <= 0).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#annualising.
    >>> annualised(Decimal("0.02"), Decimal(256)).unwrap()
    Decimal('0.32')
    """
    if deviation < 0:
        return Failure(InvalidThreshold(str(deviation)[:64]))
    if periods <= 0:
        return Failure(InvalidPeriod(str(periods)[:64]))
    return Success(kept(deviation * periods.sqrt()))


def _stepped(model: Garch, variance: Decimal, change: Decimal) -> Decimal:
    return model.omega + model.alpha * change * change + model.beta * variance


def _filtered(returns: Vector, start: Decimal, model: Garch) -> Vector:
    path = [start]
    for change in returns:
        path.append(_stepped(model, path[-1], change))
    return tuple(kept(each) for each in path)


def _long_run(model: Garch) -> Decimal:
    return model.omega / (1 - model.alpha - model.beta)


def _decay_fault(variance: Decimal, decay: Decimal) -> Result[None, RiskFault]:
    if not 0 < decay < 1:
        return Failure(InvalidFraction("decay", str(decay)[:64]))
    return Failure(InvalidThreshold(str(variance)[:64])) if variance < 0 else Success(None)


def _filter_fault(model: Garch) -> Result[None, RiskFault]:
    for name in ("omega", "alpha", "beta"):
        figure: Decimal = getattr(model, name)
        if figure < 0:
            return Failure(InvalidFraction(name, str(figure)[:64]))
    total = model.alpha + model.beta
    return Failure(InvalidFraction("alpha + beta", str(total)[:64])) if total > 1 else Success(None)


def _model_fault(model: Garch) -> Result[None, RiskFault]:
    if model.omega <= 0:
        return Failure(InvalidFraction("omega", str(model.omega)[:64]))
    if model.alpha + model.beta >= 1:
        return Failure(InvalidFraction("alpha + beta", str(model.alpha + model.beta)[:64]))
    return _filter_fault(model)
