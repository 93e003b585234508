"""A whole portfolio in one page: exposure, concentration, leverage, beta, and what it may lose.

The P&L that the present holdings would have had in each past period stands for what they may have
in the next one. Losses are amounts above zero, in the currency of the exposures.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import EmptySeries, ZeroDenominator
from astracore.errors.values import LengthMismatch
from astracore.metrics.frames import Vector, kept, statistical
from astracore.metrics.kernels import ZERO
from astracore.metrics.statistics import beta
from astracore.risk.exposure import (
    Concentration,
    Exposure,
    concentration,
    exposure,
    leverage,
)
from astracore.risk.value_at_risk import (
    es_historical,
    es_parametric,
    is_tail_thin,
    var_historical,
    var_parametric,
)


@frozen(kw_only=True)
class HeldAsset:
    """A signed exposure [report currency] and the asset's returns a period, oldest first."""

    exposure: Decimal
    returns: Vector


@frozen(kw_only=True)
class Losses:
    """One period's losses at one confidence [report currency]; ES is at least VaR."""

    var_historical: Decimal
    es_historical: Decimal
    var_parametric: Decimal
    es_parametric: Decimal
    is_thin: bool  # fewer than one of the periods is expected beyond the historical VaR


@frozen(kw_only=True)
class PortfolioRisk:
    """`beta` is of equity on the benchmark; `leverage` is gross exposure over equity."""

    exposure: Exposure
    concentration: Concentration
    leverage: Decimal
    beta: Decimal
    losses: Losses


@statistical
def profits(held: tuple[HeldAsset, ...]) -> Result[Vector, RiskFault]:
    """Σ exposure × return of each period, had the holdings always been these [report currency].

    Errors: EmptySeries (no asset, or no period), LengthMismatch.
    Rounds: 28 significant digits each.
    Source: docs/formulas-portfolio.md#portfolio-risk.
    >>> coin = HeldAsset(exposure=Decimal(100), returns=(Decimal("0.1"), Decimal("-0.2")))
    >>> profits((coin,)).unwrap()
    (Decimal('10.0'), Decimal('-20.0'))
    """
    if not held or not held[0].returns:
        return Failure(EmptySeries())
    periods = len(held[0].returns)
    for one in held:
        if len(one.returns) != periods:
            return Failure(LengthMismatch(len(one.returns), periods))
    return Success(
        tuple(
            kept(sum((one.exposure * one.returns[place] for one in held), ZERO))
            for place in range(periods)
        )
    )


@statistical
def losses(held: tuple[HeldAsset, ...], confidence: Decimal) -> Result[Losses, RiskFault]:
    """VaR and ES of one period of Σ exposure × return, historical and normal [report currency].

    Errors: EmptySeries, LengthMismatch, InvalidConfidence, TooFewObservations.
    Rounds: 28 significant digits, the normal ones 12.
    Source: docs/formulas-portfolio.md#portfolio-risk.
    Invariant: k times the exposures lose k times as much; what is fully hedged loses nothing.
    """
    return Result.do(
        Losses(
            var_historical=known,
            es_historical=beyond,
            var_parametric=normal,
            es_parametric=normal_beyond,
            is_thin=is_tail_thin(len(gained), confidence),
        )
        for gained in profits(held)
        for known in var_historical(gained, confidence)
        for beyond in es_historical(gained, confidence)
        for normal in var_parametric(gained, confidence)
        for normal_beyond in es_parametric(gained, confidence)
    )


@statistical
def portfolio_risk(
    held: tuple[HeldAsset, ...], benchmark: Vector, *, equity: Decimal, confidence: Decimal
) -> Result[PortfolioRisk, RiskFault]:
    """Everything above at once; beta = cov(P&L / equity, benchmark) / var(benchmark).

    Errors: ZeroDenominator (equity <= 0), those of `losses`, ZeroVariance (of the benchmark).
    Rounds: as each figure says.   Source: docs/formulas-portfolio.md#portfolio-risk.
    Invariant: beta is Σ exposure × beta of the asset, over equity.
    >>> coin = HeldAsset(exposure=Decimal(200), returns=(Decimal("0.1"), Decimal("-0.2")))
    >>> found = portfolio_risk((coin,), coin.returns, equity=Decimal(100),
    ...                        confidence=Decimal("0.95")).unwrap()
    >>> found.leverage, found.beta, found.losses.var_historical
    (Decimal('2'), Decimal('2'), Decimal('37.000'))
    """
    if equity <= 0:
        return Failure(ZeroDenominator("equity"))
    signed = tuple(one.exposure for one in held)
    return Result.do(
        PortfolioRisk(exposure=whole, concentration=shares, leverage=times, beta=slope, losses=lost)
        for lost in losses(held, confidence)
        for gained in profits(held)
        for slope in beta(tuple(each / equity for each in gained), benchmark)
        for whole in exposure(signed)
        for shares in concentration(signed)
        for times in leverage(whole.gross, equity)
    )
