"""Return of money that comes and goes: time-weighted, and modified Dietz.

Statistics are carried to 50 digits and keep 28. Values and flows are in one currency; a flow above
zero was paid in by the holder, below zero it was taken out.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.series import EmptySeries, SeriesFault, WealthExhausted, ZeroDenominator
from astracore.errors.values import InvalidPeriod
from astracore.metrics.frames import Vector, kept, statistical
from astracore.numeric.carried import unsigned_zero
from astracore.outcome import collect

ZERO = Decimal(0)
ONE = Decimal(1)


@frozen(kw_only=True)
class SubPeriod:
    """A stretch without external flows: its value after the flow that began it, its value before
    the flow that ends it, and the income that was paid out of it meanwhile."""

    begin: Decimal
    end: Decimal
    income: Decimal = ZERO


@frozen(kw_only=True)
class Valued:
    """What the portfolio was worth before an external flow, and that flow."""

    value: Decimal
    flow: Decimal = ZERO


@frozen(kw_only=True)
class WeighedFlow:
    """An external flow `after` the start of a period, in the unit of its length."""

    amount: Decimal
    after: Decimal


@statistical
def time_weighted(periods: tuple[SubPeriod, ...]) -> Result[Decimal, SeriesFault]:
    """Π (end + income) / begin − 1: growth of one unit, whatever came and went [fraction].

    Errors: EmptySeries, ZeroDenominator (a begin of 0).   Rounds: 28 significant digits.
    Source: docs/formulas-portfolio.md#time-weighted-return.
    Invariant: (1 + r of a part) × (1 + r of the rest) = 1 + r of the whole.
    >>> first = SubPeriod(begin=Decimal(100), end=Decimal(110))
    >>> time_weighted((first, SubPeriod(begin=Decimal(210), end=Decimal(189)))).unwrap()
    Decimal('-0.01')
    """
    return _growth(periods).map(lambda grown: kept(grown - 1))


@statistical
def time_weighted_annual(
    periods: tuple[SubPeriod, ...], years: Decimal
) -> Result[Decimal, SeriesFault]:
    """(1 + time-weighted return)^(1 / years) − 1 [fraction a year].

    Errors: as `time_weighted`, InvalidPeriod (years <= 0), WealthExhausted (the first sub-period
    that left nothing or less).   Rounds: 28 significant digits.
    Source: docs/formulas-portfolio.md#time-weighted-return.
    >>> two = (SubPeriod(begin=Decimal(100), end=Decimal(121)),)
    >>> round(time_weighted_annual(two, Decimal(2)).unwrap(), 20).normalize()
    Decimal('0.1')
    """
    if years <= 0:
        return Failure(InvalidPeriod(str(years)[:64]))
    gone = (place for place, one in enumerate(periods) if one.begin and _factor(one) <= 0)
    lost = next(gone, None)
    if lost is not None:
        return Failure(WealthExhausted(lost))
    return _growth(periods).map(lambda grown: kept((grown.ln() / years).exp() - 1))


@statistical
def sub_period_returns(periods: tuple[SubPeriod, ...]) -> Result[Vector, SeriesFault]:
    """(end + income) / begin − 1 of each stretch: the series that ratios are made of.

    Errors: EmptySeries, ZeroDenominator.   Rounds: 28 significant digits each.
    Source: docs/formulas-portfolio.md#time-weighted-return.
    >>> sub_period_returns((SubPeriod(begin=Decimal(200), end=Decimal(225)),)).unwrap()
    (Decimal('0.125'),)
    """
    return _factors(periods).map(lambda known: tuple(kept(one - 1) for one in known))


@statistical
def split_at_flows(
    start: Decimal, readings: tuple[Valued, ...]
) -> Result[tuple[SubPeriod, ...], SeriesFault]:
    """The stretches between external flows, from values read just before each of them.

    start: the value at the beginning. The flow of the last reading begins nothing any more.
    Errors: EmptySeries.   Rounds: 50 digits.
    Source: docs/formulas-portfolio.md#time-weighted-return.
    Invariant: a reading without a flow changes no time-weighted return.
    >>> readings = (Valued(value=Decimal(110), flow=Decimal(100)), Valued(value=Decimal(189)))
    >>> [str(one.begin) for one in split_at_flows(Decimal(100), readings).unwrap()]
    ['100', '210']
    """
    if not readings:
        return Failure(EmptySeries())
    begins = (start, *(one.value + one.flow for one in readings[:-1]))
    return Success(
        tuple(
            SubPeriod(begin=unsigned_zero(begin), end=unsigned_zero(one.value))
            for begin, one in zip(begins, readings, strict=True)
        )
    )


@statistical
def modified_dietz(
    start: Decimal, end: Decimal, flows: tuple[WeighedFlow, ...], *, length: Decimal
) -> Result[Decimal, SeriesFault]:
    """(V1 − V0 − F) / (V0 + Σ w F), w = (length − after) / length [fraction].

    length: of the whole period, in the unit that flows are dated in.
    Errors: InvalidPeriod (length <= 0, or a flow outside the period), ZeroDenominator.
    Rounds: 28 significant digits.   Source: docs/formulas-portfolio.md#modified-dietz.
    Invariant: without flows it is the time-weighted return.
    >>> paid_in = WeighedFlow(amount=Decimal(50), after=Decimal(15))
    >>> modified_dietz(Decimal(100), Decimal(165), (paid_in,), length=Decimal(30)).unwrap()
    Decimal('0.12')
    """
    if length <= 0:
        return Failure(InvalidPeriod(str(length)[:64]))
    for flow in flows:
        if not 0 <= flow.after <= length:
            return Failure(InvalidPeriod(str(flow.after)[:64]))
    gained = end - start - sum((flow.amount for flow in flows), ZERO)
    weighed = sum((flow.amount * (length - flow.after) for flow in flows), ZERO)
    capital = start + weighed / length
    if capital == 0:
        return Failure(ZeroDenominator("capital"))
    return Success(kept(gained / capital))


def _factor(period: SubPeriod) -> Decimal:
    return (period.end + period.income) / period.begin


def _factors(periods: tuple[SubPeriod, ...]) -> Result[Vector, SeriesFault]:
    if not periods:
        return Failure(EmptySeries())
    return collect(
        Success(_factor(one)) if one.begin else Failure(ZeroDenominator("begin")) for one in periods
    )


def _growth(periods: tuple[SubPeriod, ...]) -> Result[Decimal, SeriesFault]:
    return _factors(periods).map(_product)


def _product(factors: Vector) -> Decimal:
    whole = ONE
    for factor in factors:
        whole *= factor
    return whole
