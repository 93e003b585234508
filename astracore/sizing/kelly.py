"""Kelly: the stake that grows wealth fastest, its growth, and fractions of it."""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.series import EmptySeries, NoLosses, TooFewObservations, ZeroVariance
from astracore.errors.sizing import SizingFault
from astracore.errors.values import InvalidFraction, InvalidThreshold, LengthMismatch
from astracore.metrics.frames import Matrix, Vector, kept, statistical
from astracore.metrics.kernels import mean_of, variance_of
from astracore.sizing.matrices import cholesky_of, solved_by

ZERO = Decimal(0)
ONE = Decimal(1)


@statistical
def kelly_discrete(
    probability: Decimal, *, win: Decimal, loss: Decimal, cap: Decimal | None = None
) -> Result[Decimal, SizingFault]:
    """f* = p/l - (1 - p)/w [fraction of wealth], win w and loss l per unit staked; at least 0.

    Errors: InvalidFraction (p outside [0, 1]), InvalidThreshold (w, l <= 0 or cap < 0).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#kelly-discrete.
    Invariant: 0 exactly when p w <= (1 - p) l, and no other stake grows faster.
    >>> kelly_discrete(Decimal("0.6"), win=Decimal(1), loss=Decimal(1)).unwrap()
    Decimal('0.2')
    """
    fault = _bet_fault(probability, win, loss)
    if fault is not None:
        return Failure(fault)
    if cap is not None and cap < 0:
        return Failure(InvalidThreshold(str(cap)[:64]))
    stake = (probability * win - (1 - probability) * loss) / (win * loss)
    return Success(kept(max(ZERO, stake if cap is None else min(stake, cap))))


@statistical
def kelly_growth(
    fraction: Decimal, *, probability: Decimal, win: Decimal, loss: Decimal
) -> Result[Decimal, SizingFault]:
    """g(f) = p ln(1 + f w) + (1 - p) ln(1 - f l) [log wealth per bet].

    Errors: InvalidFraction (p outside [0, 1], f < 0 or f l >= 1), InvalidThreshold.
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#kelly-growth.
    >>> kelly_growth(Decimal(0), probability=Decimal("0.6"), win=Decimal(1), loss=Decimal(1))
    <Success: 0>
    """
    fault = _bet_fault(probability, win, loss)
    if fault is not None:
        return Failure(fault)
    if fraction < 0 or fraction * loss >= 1:
        return Failure(InvalidFraction("fraction", str(fraction)[:64]))
    gain = probability * (1 + fraction * win).ln()
    return Success(kept(gain + (1 - probability) * (1 - fraction * loss).ln()))


@statistical
def kelly_gaussian(
    mean: Decimal, *, volatility: Decimal, risk_free: Decimal = ZERO
) -> Result[Decimal, SizingFault]:
    """f* = (mu - r) / sigma^2 [1], negative where selling is the growing side.

    Errors: ZeroVariance, InvalidThreshold (sigma < 0).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#kelly-gaussian (Thorp).
    >>> kelly_gaussian(Decimal("0.11"), volatility=Decimal("0.15"), risk_free=Decimal("0.06"))
    <Success: 2.222222222222222222222222222>
    """
    return _spread_fault(volatility).map(lambda _: kept((mean - risk_free) / volatility**2))


@statistical
def kelly_gaussian_growth(
    fraction: Decimal, *, mean: Decimal, volatility: Decimal, risk_free: Decimal = ZERO
) -> Result[Decimal, SizingFault]:
    """g(f) = r + f (mu - r) - f^2 sigma^2 / 2 [log wealth per period].

    Errors: InvalidThreshold (sigma < 0).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#kelly-gaussian (Thorp).
    Invariant: half the Kelly fraction keeps three quarters of the growth above r.
    >>> kelly_gaussian_growth(Decimal(2), mean=Decimal("0.1"), volatility=Decimal("0.2")).unwrap()
    Decimal('0.12')
    """
    if volatility < 0:
        return Failure(InvalidThreshold(str(volatility)[:64]))
    return Success(
        kept(risk_free + fraction * (mean - risk_free) - (fraction * volatility) ** 2 / 2)
    )


@statistical
def kelly_gaussian_best(
    *, mean: Decimal, volatility: Decimal, risk_free: Decimal = ZERO
) -> Result[Decimal, SizingFault]:
    """g* = r + S^2 / 2 with S = (mu - r) / sigma [log wealth per period]: growth at f*.

    Errors: ZeroVariance, InvalidThreshold (sigma < 0).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#kelly-gaussian (Thorp).
    >>> kelly_gaussian_best(mean=Decimal("0.1"), volatility=Decimal("0.2")).unwrap()
    Decimal('0.125')
    """
    return _spread_fault(volatility).map(
        lambda _: kept(risk_free + ((mean - risk_free) / volatility) ** 2 / 2)
    )


@statistical
def growth_kept(multiple: Decimal) -> Result[Decimal, SizingFault]:
    """lambda (2 - lambda) [share of g* above r] of the fractional stake lambda f*.

    Errors: InvalidFraction (lambda outside (0, 1]).   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#fractional-kelly.
    >>> growth_kept(Decimal("0.5")).unwrap()
    Decimal('0.75')
    """
    if not 0 < multiple <= 1:
        return Failure(InvalidFraction("multiple", str(multiple)[:64]))
    return Success(kept(multiple * (2 - multiple)))


@statistical
def kelly_continuous(
    returns: Vector, *, risk_free: Decimal = ZERO, fraction: Decimal = ONE
) -> Result[Decimal, SizingFault]:
    """fraction x mean(r - rf) / var(r, ddof 1) [1].

    returns: n >= 2 simple returns, oldest first, per period, as `risk_free`.
    Errors: EmptySeries, TooFewObservations, ZeroVariance.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#kelly-gaussian (Thorp).
    >>> kelly_continuous((Decimal("0.1"), Decimal("-0.1"), Decimal("0.3"))).unwrap()
    Decimal('2.5')
    """
    if not returns:
        return Failure(EmptySeries())
    if len(returns) < 2:
        return Failure(TooFewObservations(2, len(returns)))
    spread = variance_of(returns, 1)
    if spread == 0:
        return Failure(ZeroVariance())
    return Success(kept(fraction * (mean_of(returns) - risk_free) / spread))


@statistical
def kelly_from_trades(pnls: Vector) -> Result[Decimal, SizingFault]:
    """W - (1 - W) / (average win / average loss) [1]; W is wins / trades, 0 P&L is no win.

    No win gives 0. A losing record gives a negative figure, which says: do not stake.
    Errors: EmptySeries, NoLosses.   Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#kelly-from-trades.
    >>> kelly_from_trades((Decimal(20), Decimal(20), Decimal(-10), Decimal(-10))).unwrap()
    Decimal('0.25')
    """
    if not pnls:
        return Failure(EmptySeries())
    wins = tuple(pnl for pnl in pnls if pnl > 0)
    losses = tuple(-pnl for pnl in pnls if pnl < 0)
    if not losses:
        return Failure(NoLosses())
    if not wins:
        return Success(ZERO)
    share = Decimal(len(wins)) / len(pnls)
    return Success(kept(share - (1 - share) * mean_of(losses) / mean_of(wins)))


@statistical
def kelly_portfolio(
    excess: Vector, covariance: Matrix, *, cap: Decimal | None = None
) -> Result[Vector, SizingFault]:
    """f = Sigma^-1 (mu - r 1), scaled down until sum |f| <= cap [fractions of wealth].

    Errors: LengthMismatch, EmptySeries, InvalidThreshold (cap < 0), NotPositiveDefinite.
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#kelly-portfolio.
    Invariant: with one asset it is kelly_gaussian.
    >>> kelly_portfolio((Decimal("0.1"), Decimal("0.2")),
    ...     ((Decimal("0.04"), Decimal(0)), (Decimal(0), Decimal("0.1")))).unwrap()
    (Decimal('2.500000000000000000000000000'), Decimal('2.000000000000000000000000000'))
    """
    if len(excess) != len(covariance):
        return Failure(LengthMismatch(len(excess), len(covariance)))
    if cap is not None and cap < 0:
        return Failure(InvalidThreshold(str(cap)[:64]))
    return cholesky_of(covariance).map(lambda lower: _scaled(solved_by(lower, excess), cap))


def _scaled(stakes: Vector, cap: Decimal | None) -> Vector:
    gross = sum((abs(stake) for stake in stakes), ZERO)
    if cap is None or gross <= cap:
        return tuple(kept(stake) for stake in stakes)
    return tuple(kept(stake * cap / gross) for stake in stakes)


def _bet_fault(
    probability: Decimal, win: Decimal, loss: Decimal
) -> InvalidFraction | InvalidThreshold | None:
    if not 0 <= probability <= 1:
        return InvalidFraction("probability", str(probability)[:64])
    if min(win, loss) <= 0:
        return InvalidThreshold(str(min(win, loss))[:64])
    return None


def _spread_fault(volatility: Decimal) -> Result[None, SizingFault]:
    if volatility < 0:
        return Failure(InvalidThreshold(str(volatility)[:64]))
    return Failure(ZeroVariance()) if volatility == 0 else Success(None)
