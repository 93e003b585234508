"""Sizes from volatility: a target, an average true range, inverse volatility."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.series import EmptySeries, TooFewObservations, ZeroVariance
from astracore.errors.sizing import SizingFault
from astracore.errors.values import InvalidFraction, InvalidThreshold, InvalidWindow
from astracore.metrics.frames import Vector, exactly, kept, statistical
from astracore.metrics.kernels import mean_of
from astracore.sizing.lots import NO_CAPS, Grid, caps_fault, in_lots

ZERO = Decimal(0)


@frozen(kw_only=True)
class Range:
    """High, low and close [quote per base] of one bar."""

    high: Decimal
    low: Decimal
    close: Decimal


@statistical
def vol_target(
    target: Decimal, volatility: Decimal, *, cap: Decimal
) -> Result[Decimal, SizingFault]:
    """w = min(cap, target / volatility) [fraction of equity], both per the same period.

    Errors: InvalidThreshold (target, volatility or cap < 0), ZeroVariance.
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#vol-target.
    Invariant: returns k times as wide give 1/k of the weight, up to the cap.
    >>> vol_target(Decimal("0.1"), Decimal("0.4"), cap=Decimal(1)).unwrap()
    Decimal('0.25')
    """
    for figure in (target, volatility, cap):
        if figure < 0:
            return Failure(InvalidThreshold(str(figure)[:64]))
    if volatility == 0:
        return Failure(ZeroVariance())
    return Success(kept(min(cap, target / volatility)))


@exactly
def true_range(bar: Range, previous_close: Decimal | None) -> Result[Decimal, SizingFault]:
    """max(h - l, |h - c'|, |l - c'|) [quote per base]; without a close before it, h - l.

    Errors: InvalidThreshold (high below low).   Rounds: never.
    Source: docs/formulas-margin-sizing-risk.md#average-true-range (Wilder).
    >>> bar = Range(high=Decimal(12), low=Decimal(11), close=Decimal(11))
    >>> true_range(bar, Decimal(9)).unwrap()
    Decimal('3')
    """
    if bar.high < bar.low:
        return Failure(InvalidThreshold(str(bar.high)[:64]))
    return Success(_true_range(bar, previous_close))


@statistical
def average_true_range(bars: tuple[Range, ...], window: int) -> Result[Decimal, SizingFault]:
    """N = ((n - 1) N' + TR) / n, the first N the mean of n true ranges [quote per base].

    bars: at least `window`, oldest first.
    Errors: InvalidWindow (n < 1), TooFewObservations, InvalidThreshold (high below low).
    Rounds: 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#average-true-range (Wilder).
    >>> bar = Range(high=Decimal(12), low=Decimal(10), close=Decimal(11))
    >>> average_true_range((bar, bar, bar), 2).unwrap()
    Decimal('2')
    """
    if window < 1:
        return Failure(InvalidWindow(window))
    if len(bars) < window:
        return Failure(TooFewObservations(window, len(bars)))
    for bar in bars:
        if bar.high < bar.low:
            return Failure(InvalidThreshold(str(bar.high)[:64]))
    closes = (None, *(bar.close for bar in bars[:-1]))
    spans = [_true_range(bar, close) for bar, close in zip(bars, closes, strict=True)]
    average = mean_of(spans[:window])
    for span in spans[window:]:
        average = ((window - 1) * average + span) / window
    return Success(kept(average))


@exactly
def atr_unit(
    equity: Decimal, risk: Decimal, *, atr: Decimal, point_value: Decimal, grid: Grid
) -> Result[Decimal, SizingFault]:
    """unit = equity x r / (N x point value) [contracts], `atr` N [quote per base].

    Errors: InvalidFraction (r outside (0, 1]), ZeroVariance (N = 0), InvalidThreshold (N or point
    value < 0), InvalidStep, SizeBelowLot.   Rounds: DOWN to the lot.
    Source: docs/formulas-margin-sizing-risk.md#atr-unit (Turtle rules).
    >>> atr_unit(Decimal(1000000), Decimal("0.01"), atr=Decimal("0.0141"),
    ...          point_value=Decimal(42000), grid=Grid(lot=Decimal(1))).unwrap()
    Decimal('16')
    """
    if not 0 < risk <= 1:
        return Failure(InvalidFraction("risk", str(risk)[:64]))
    if atr < 0 or point_value <= 0:
        return Failure(InvalidThreshold(str(min(atr, point_value))[:64]))
    if atr == 0:
        return Failure(ZeroVariance())
    raw = (max(equity, ZERO) * risk, atr * point_value)
    return caps_fault(NO_CAPS, grid).bind(lambda _: in_lots((raw,), grid))


@statistical
def inverse_vol(volatilities: Vector) -> Result[Vector, SizingFault]:
    """w_i = (1 / sigma_i) / sum of them [fractions that sum to 1].

    Errors: EmptySeries, ZeroVariance (sigma = 0), InvalidThreshold (sigma < 0).
    Rounds: 28 significant digits each.   Source: docs/formulas-margin-sizing-risk.md#inverse-vol.
    >>> inverse_vol((Decimal("0.1"), Decimal("0.4"))).unwrap()
    (Decimal('0.8'), Decimal('0.2'))
    """
    if not volatilities:
        return Failure(EmptySeries())
    if min(volatilities) < 0:
        return Failure(InvalidThreshold(str(min(volatilities))[:64]))
    if min(volatilities) == 0:
        return Failure(ZeroVariance())
    inverses = tuple(1 / volatility for volatility in volatilities)
    total = sum(inverses, ZERO)
    return Success(tuple(kept(inverse / total) for inverse in inverses))


def _true_range(bar: Range, previous_close: Decimal | None) -> Decimal:
    if previous_close is None:
        return bar.high - bar.low
    return max(bar.high - bar.low, abs(bar.high - previous_close), abs(bar.low - previous_close))
