"""Drawdown, in both definitions: relative to the running peak, and absolute in money."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.series import EmptySeries, WealthExhausted, ZeroDenominator
from astracore.metrics.frames import Vector, kept, statistical

ZERO = Decimal(0)
ONE = Decimal(1)


@frozen(kw_only=True)
class Episode:
    """One stay below a peak, counted in periods; indices point into the equity series.

    `start` is the first value below the peak, `length` runs through the recovering value, and
    `recovery` (periods from trough to recovery) is None while the episode is open.
    """

    start: int
    trough: int
    end: int | None
    depth: Decimal  # relative, <= 0
    depth_absolute: Decimal  # [equity], >= 0
    length: int
    to_trough: int
    recovery: int | None


@frozen(kw_only=True)
class Drawdown:
    """Relative figures are <= 0 (0 when there is none), absolute ones >= 0 [equity]."""

    current: Decimal
    maximum: Decimal
    current_absolute: Decimal
    maximum_absolute: Decimal
    path: Vector  # relative, one for each value of the series


@statistical
def drawdown(equity: Vector) -> Result[Drawdown, RiskFault]:
    """d_t = V_t / M_t - 1 with M_t the largest value so far; absolute M_t - V_t.

    equity: n >= 1 values, oldest first; the first one counts as a peak. A value at or below zero
    is a relative drawdown of -1.
    Errors: EmptySeries, WealthExhausted (the first value is not above zero).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#drawdown.
    Invariant: in [-1, 0], unchanged by scaling, and no smaller after a new high.
    >>> found = drawdown((Decimal(100), Decimal(120), Decimal(90), Decimal(108))).unwrap()
    >>> found.maximum, found.maximum_absolute, found.current
    (Decimal('-0.25'), Decimal('30'), Decimal('-0.1'))
    """
    fault = _fault(equity)
    if fault is not None:
        return Failure(fault)
    peaks = _peaks(equity)
    path = tuple(_below(value, peak) for value, peak in zip(equity, peaks, strict=True))
    gaps = tuple(peak - value for value, peak in zip(equity, peaks, strict=True))
    return Success(
        Drawdown(
            current=path[-1],
            maximum=min(path),
            current_absolute=gaps[-1],
            maximum_absolute=max(gaps),
            path=path,
        )
    )


@statistical
def drawdown_episodes(equity: Vector) -> Result[tuple[Episode, ...], RiskFault]:
    """Every stay below a peak, oldest first; the last one may be open.

    Errors: EmptySeries, WealthExhausted (the first value is not above zero).
    Rounds: depths keep 28 significant digits.
    Source: docs/formulas-margin-sizing-risk.md#drawdown.
    >>> values = (Decimal(100), Decimal(80), Decimal(90), Decimal(100), Decimal(95))
    >>> [(e.start, e.trough, e.end, e.length) for e in drawdown_episodes(values).unwrap()]
    [(1, 1, 3, 3), (4, 4, None, 1)]
    """
    fault = _fault(equity)
    if fault is not None:
        return Failure(fault)
    peaks = _peaks(equity)
    found: list[Episode] = []
    start: int | None = None
    for index, (value, peak) in enumerate(zip(equity, peaks, strict=True)):
        if value < peak and start is None:
            start = index
        elif value >= peak and start is not None:
            found.append(_episode(equity, peaks, start, index))
            start = None
    if start is not None:
        found.append(_episode(equity, peaks, start, None))
    return Success(tuple(found))


@statistical
def moved_peak(peak: Decimal, *, equity: Decimal, flow: Decimal) -> Result[Decimal, RiskFault]:
    """peak x (equity + flow) / equity [equity]: a deposit or withdrawal leaves the drawdown alone.

    Errors: ZeroDenominator (equity <= 0: begin a new peak at the new equity instead).
    Rounds: 28 significant digits.   Source: docs/formulas-margin-sizing-risk.md#drawdown.
    Invariant: the relative drawdown before and after the flow is the same.
    >>> moved_peak(Decimal(10000), equity=Decimal(9000), flow=Decimal(900)).unwrap()
    Decimal('11000')
    """
    if equity <= 0:
        return Failure(ZeroDenominator("equity"))
    return Success(kept(peak * (equity + flow) / equity))


def _fault(equity: Vector) -> EmptySeries | WealthExhausted | None:
    if not equity:
        return EmptySeries()
    return WealthExhausted(0) if equity[0] <= 0 else None


def _peaks(equity: Vector) -> Vector:
    peaks = [equity[0]]
    for value in equity[1:]:
        peaks.append(max(peaks[-1], value))
    return tuple(peaks)


def _below(value: Decimal, peak: Decimal) -> Decimal:
    return kept(value / peak - 1) if value > 0 else -ONE


def _episode(equity: Vector, peaks: Vector, start: int, end: int | None) -> Episode:
    last = len(equity) if end is None else end
    trough = min(range(start, last), key=lambda index: equity[index])
    return Episode(
        start=start,
        trough=trough,
        end=end,
        depth=_below(equity[trough], peaks[trough]),
        depth_absolute=peaks[trough] - equity[trough],
        length=len(equity) - start if end is None else end - start + 1,
        to_trough=trough - start + 1,
        recovery=None if end is None else end - trough,
    )
