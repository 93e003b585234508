"""What each part of a portfolio contributed to its return: parts that sum to the whole, exactly.

Contributions are fractions of the capital at the beginning. They are computed as exact fractions;
what leaves is a multiple of `step`, and the units that rounding leaves over go, one each, to the
largest remainders, ties to the alphabetically first name. So the parts always sum to the total.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.portfolio import ContributionFault
from astracore.errors.series import EmptySeries, ZeroDenominator
from astracore.errors.values import InvalidStep, NumericLimit
from astracore.numeric import Rounding, exact, rounded_ratio, to_fraction

ZERO = Decimal(0)
STEP = Decimal("1E-12")
BITS = 330  # what fits 100 digits


@frozen(kw_only=True)
class Earned:
    """A period: the capital at its beginning and what each part gained [same currency]."""

    capital: Decimal
    gains: Mapping[str, Decimal]


@frozen(kw_only=True)
class Contributions:
    """Invariant: `total` is exactly the sum of `parts`, each within one step of its own value."""

    total: Decimal
    parts: Mapping[str, Decimal]


@frozen(kw_only=True)
class Segment:
    """Weight and return of one segment, in the portfolio and in the benchmark [fractions]."""

    name: str
    weight: Decimal
    gain: Decimal
    benchmark_weight: Decimal
    benchmark_gain: Decimal


@frozen(kw_only=True)
class ActiveReturn:
    """Where a segment's part of the active return came from."""

    name: str
    allocation: Decimal
    selection: Decimal
    interaction: Decimal


@exact
def contributions(
    periods: tuple[Earned, ...], *, step: Decimal = STEP
) -> Result[Contributions, ContributionFault]:
    """Each part's share of the compounded return of all periods [fraction].

    A part's gain of period t over its capital, times the growth Π (1 + R) of the periods before
    it (Frongello): these sum to Π (1 + R) − 1 with no residual but that of rounding.
    Errors: EmptySeries, InvalidStep, ZeroDenominator (a capital of 0), NumericLimit.
    Rounds: the total half to even to `step`; the parts by largest remainder.
    Source: docs/formulas-portfolio.md#contributions.
    Invariant: Σ parts = total, exactly; one period: total = Σ gains / capital.
    >>> one = Earned(capital=Decimal(100), gains={"BTC": Decimal(6), "ETH": Decimal(4)})
    >>> contributions((one,), step=Decimal("0.01")).unwrap().parts["BTC"]
    Decimal('0.06')
    """
    if not (step.is_finite() and step > 0):
        return Failure(InvalidStep(str(step)[:64]))
    if not periods:
        return Failure(EmptySeries())
    growth = Fraction(1)
    shares: dict[str, Fraction] = {}
    for period in periods:
        capital = to_fraction(period.capital)
        if capital == 0:
            return Failure(ZeroDenominator("capital"))
        gained = {name: to_fraction(gain) / capital for name, gain in period.gains.items()}
        for name, share in gained.items():
            shares[name] = shares.get(name, Fraction(0)) + share * growth
        growth *= 1 + sum(gained.values(), Fraction(0))
    return _allocated(shares, to_fraction(step), step)


@exact
def active_return(
    segments: tuple[Segment, ...],
) -> Result[tuple[ActiveReturn, ...], ContributionFault]:
    """allocation (w − v)(b − B), selection v (r − b), interaction (w − v)(r − b) [fractions].

    w, r are a segment's weight and return, v, b those of the benchmark, B = Σ v b (Brinson,
    Hood, Beebower; allocation by Brinson and Fachler). Where both weights sum to the same, the
    effects of all segments sum to Σ w r − Σ v b.
    Errors: EmptySeries, NumericLimit.   Rounds: never.
    Source: docs/formulas-portfolio.md#active-return.
    Invariant: Σ of all effects = Σ w r − Σ v b − B (Σ w − Σ v), exactly.
    >>> coins = Segment(name="coins", weight=Decimal("0.6"), gain=Decimal("0.1"),
    ...                 benchmark_weight=Decimal("0.5"), benchmark_gain=Decimal("0.08"))
    >>> active_return((coins,)).unwrap()[0].selection
    Decimal('0.010')
    """
    if not segments:
        return Failure(EmptySeries())
    whole = sum((one.benchmark_weight * one.benchmark_gain for one in segments), ZERO)
    return Success(tuple(_effects(one, whole) for one in segments))


def _effects(one: Segment, whole: Decimal) -> ActiveReturn:
    more = one.weight - one.benchmark_weight
    better = one.gain - one.benchmark_gain
    effects = (
        more * (one.benchmark_gain - whole),
        one.benchmark_weight * better,
        more * better,
    )
    allocation, selection, interaction = (each or ZERO for each in effects)
    return ActiveReturn(
        name=one.name, allocation=allocation, selection=selection, interaction=interaction
    )


def _allocated(
    shares: Mapping[str, Fraction], unit: Fraction, step: Decimal
) -> Result[Contributions, NumericLimit]:
    """Every share in whole steps, the left-over ones by largest remainder."""
    steps = {name: share / unit for name, share in shares.items()}
    exactly = sum(steps.values(), Fraction(0))
    whole = rounded_ratio(exactly.numerator, exactly.denominator, Rounding.HALF_EVEN)
    floors = {name: each.numerator // each.denominator for name, each in steps.items()}
    if any(each.bit_length() > BITS for each in (whole, *floors.values())):
        return Failure(NumericLimit("Inexact"))
    left = whole - sum(floors.values())
    order = sorted(steps, key=lambda name: (floors[name] - steps[name], name))
    first = frozenset(order[:left])
    parts = {name: (floors[name] + (name in first)) * step or ZERO for name in sorted(shares)}
    return Success(Contributions(total=whole * step or ZERO, parts=parts))
