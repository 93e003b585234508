"""Rates of return of dated flows: XNPV, XIRR, IRR, MIRR, and when such a rate is the only one.

The worth of flows at a rate k is Σ a (1 + k)^(−t), t in years after the first flow. A root is
looked for in x = ln(1 + k) on a fixed grid from k = 1e-8 − 1 to 1e4 − 1, so that an answer never
depends on a guess; between two grid points of different sign it is bisected. Flows are received
above zero and paid below. Their order does not matter, and those of one day are one flow.
"""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate, pairwise

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.roots import MultipleRoots, NoRoot, NoSignChange, RootFault
from astracore.errors.series import EmptySeries, SeriesFault, TooFewObservations
from astracore.errors.values import InvalidThreshold
from astracore.metrics.frames import Vector, kept, statistical
from astracore.metrics.kernels import dot

ZERO = Decimal(0)
ONE = Decimal(1)
LOWEST, HIGHEST = Decimal("1E-8"), Decimal("1E+4")  # of 1 + k
STEPS = 6000  # between neighbouring points of the grid
WIDTH = Decimal("1E-24")  # of x, where bisection ends
PLACES = Decimal("1E-20")  # a rate is rounded here


class DayCount(StrEnum):
    """How many days a year of discounting has."""

    ACT_365F = "act/365f"
    ACT_360 = "act/360"
    ACT_365_25 = "act/365.25"


YEARS = {
    DayCount.ACT_365F: Decimal(365),
    DayCount.ACT_360: Decimal(360),
    DayCount.ACT_365_25: Decimal("365.25"),
}


@frozen(kw_only=True)
class DatedFlow:
    """Money received (above zero) or paid on `day` [days since any fixed day]."""

    day: int
    amount: Decimal


@frozen
class Bracket:
    """The rates between which a root is to lie [fractions a year], low < high, above −1."""

    low: Decimal
    high: Decimal


@frozen
class _Worth:
    """Amounts at years after the first flow, those of one time added up."""

    amounts: Vector
    times: Vector

    def at(self, x: Decimal) -> Decimal:
        """Σ a e^(−t x)."""
        return dot(self.amounts, tuple((-time * x).exp() for time in self.times))


@statistical
def xnpv(
    flows: tuple[DatedFlow, ...], rate: Decimal, *, count: DayCount = DayCount.ACT_365F
) -> Result[Decimal, SeriesFault]:
    """Σ a (1 + rate)^(−days / 365), days after the first flow [currency of the flows].

    Errors: EmptySeries, InvalidThreshold (rate <= −1).   Rounds: 28 significant digits.
    Source: docs/formulas-portfolio.md#dated-flows.
    Invariant: 0 at the rate that `xirr` answers.
    >>> lent = (DatedFlow(day=0, amount=Decimal(-100)), DatedFlow(day=365, amount=Decimal(110)))
    >>> round(xnpv(lent, Decimal("0.1")).unwrap(), 20)
    Decimal('0E-20')
    """
    if not flows:
        return Failure(EmptySeries())
    if rate <= -1:
        return Failure(InvalidThreshold(str(rate)[:64]))
    return Success(kept(_dated(flows, count).at((1 + rate).ln())))


@statistical
def xirr(
    flows: tuple[DatedFlow, ...],
    *,
    count: DayCount = DayCount.ACT_365F,
    bracket: Bracket | None = None,
) -> Result[Decimal, RootFault]:
    """The rate at which `xnpv` is 0: the money-weighted return [fraction a year].

    Errors: EmptySeries, NoSignChange, NoRoot, MultipleRoots (name a bracket then),
    InvalidThreshold (of a bracket).   Rounds: 20 decimals, HALF_EVEN.
    Source: docs/formulas-portfolio.md#dated-flows.
    Invariant: unchanged by scaling the flows, by shifting all days, and by their order.
    >>> lent = (DatedFlow(day=0, amount=Decimal(-100)), DatedFlow(day=365, amount=Decimal(110)))
    >>> xirr(lent).unwrap().normalize()
    Decimal('0.1')
    """
    if not flows:
        return Failure(EmptySeries())
    return _root(_dated(flows, count), bracket)


@statistical
def irr(amounts: Vector, *, bracket: Bracket | None = None) -> Result[Decimal, RootFault]:
    """The rate a period at which flows at the ends of periods 0, 1, 2 … are worth 0 [fraction].

    Errors: EmptySeries, NoSignChange, NoRoot, MultipleRoots, InvalidThreshold (of a bracket).
    Rounds: 20 decimals, HALF_EVEN.   Source: docs/formulas-portfolio.md#dated-flows.
    >>> irr((Decimal(-100), Decimal(60), Decimal(60))).unwrap().quantize(Decimal("1E-6"))
    Decimal('0.130662')
    """
    if not amounts:
        return Failure(EmptySeries())
    times = tuple(Decimal(place) for place in range(len(amounts)))
    return _root(_Worth(amounts, times), bracket)


@statistical
def mirr(
    amounts: Vector, *, finance_rate: Decimal, reinvest_rate: Decimal
) -> Result[Decimal, RootFault]:
    """(worth of what came, reinvested to the end / −worth of what went, now)^(1 / n) − 1.

    n is the number of periods, one less than there are flows. Both rates are a period's.
    Errors: TooFewObservations (one flow or none), InvalidThreshold (a rate <= −1), NoSignChange.
    Rounds: 28 significant digits.   Source: docs/formulas-portfolio.md#dated-flows.
    >>> flows = (Decimal(-100), Decimal(0), Decimal(121))
    >>> round(mirr(flows, finance_rate=ZERO, reinvest_rate=ZERO).unwrap(), 20).normalize()
    Decimal('0.1')
    """
    if len(amounts) < 2:
        return Failure(TooFewObservations(2, len(amounts)))
    for rate in (finance_rate, reinvest_rate):
        if rate <= -1:
            return Failure(InvalidThreshold(str(rate)[:64]))
    last = len(amounts) - 1
    grown = tuple((1 + reinvest_rate) ** (last - place) for place in range(last + 1))
    came = dot(tuple(max(ZERO, each) for each in amounts), grown)
    discounts = tuple((1 + finance_rate) ** -place for place in range(last + 1))
    went = -dot(tuple(min(ZERO, each) for each in amounts), discounts)
    if came == 0 or went == 0:
        return Failure(NoSignChange())
    return Success(kept(((came / went).ln() / last).exp() - 1))


@statistical
def has_single_rate(flows: tuple[DatedFlow, ...]) -> Result[bool, SeriesFault]:
    """Whether there is exactly one positive rate: the running sum of the flows changes its sign
    once, from below, and ends above zero (Norstrom).

    Where it holds, `xirr` and `irr` may be shown without naming a bracket.
    Errors: EmptySeries.   Source: docs/formulas-portfolio.md#dated-flows.
    >>> lent = (DatedFlow(day=0, amount=Decimal(-100)), DatedFlow(day=1, amount=Decimal(110)))
    >>> has_single_rate(lent).unwrap()
    True
    """
    if not flows:
        return Failure(EmptySeries())
    sums = [each for each in accumulate(_dated(flows, DayCount.ACT_365F).amounts) if each]
    turns = sum((one < 0) is not (two < 0) for one, two in pairwise(sums))
    return Success(turns == 1 and sums[-1] > 0)


def _dated(flows: tuple[DatedFlow, ...], count: DayCount) -> _Worth:
    """Flows by years after the first of them, oldest first."""
    days: dict[int, Decimal] = {}
    for flow in flows:
        days[flow.day] = days.get(flow.day, ZERO) + flow.amount
    first = min(days)
    year = YEARS[count]
    known = sorted(days)
    times = tuple(Decimal(day - first) / year for day in known)
    return _Worth(tuple(days[day] for day in known), times)


def _root(worth: _Worth, bracket: Bracket | None) -> Result[Decimal, RootFault]:
    if not (min(worth.amounts) < 0 < max(worth.amounts)):
        return Failure(NoSignChange())
    if bracket is not None:
        return _within(worth, bracket)
    found = tuple(_sign_changes(worth))
    if len(found) != 1:
        return Failure(MultipleRoots(len(found)) if found else NoRoot())
    low, high, falls = found[0]
    return Success(_rate(worth, low, high, falls=falls))


def _within(worth: _Worth, bracket: Bracket) -> Result[Decimal, RootFault]:
    """The root between two rates at which the worth has different signs."""
    if not -1 < bracket.low < bracket.high:
        return Failure(InvalidThreshold(f"{bracket.low}..{bracket.high}"[:64]))
    low, high = (1 + bracket.low).ln(), (1 + bracket.high).ln()
    falls = worth.at(high) < 0
    if (worth.at(low) < 0) is falls:
        return Failure(NoRoot())
    return Success(_rate(worth, low, high, falls=falls))


def _sign_changes(worth: _Worth) -> Iterator[tuple[Decimal, Decimal, bool]]:
    """Neighbouring grid points of x with worth of different sign, and whether it falls there.

    From point to point every term is multiplied by e^(−t step): one multiplication, no power.
    """
    start = LOWEST.ln()
    step = (HIGHEST.ln() - start) / STEPS
    terms = [
        amount * (-time * start).exp()
        for amount, time in zip(worth.amounts, worth.times, strict=True)
    ]
    shrink = tuple((-time * step).exp() for time in worth.times)
    owes: bool | None = None
    for place in range(STEPS + 1):
        before, owes = owes, sum(terms, ZERO) < 0
        if before is not None and before is not owes:
            yield start + (place - 1) * step, start + place * step, owes
        terms = [term * by for term, by in zip(terms, shrink, strict=True)]


def _rate(worth: _Worth, low: Decimal, high: Decimal, *, falls: bool) -> Decimal:
    """e^x − 1 at the change of sign between `low` and `high`.

    Which way it changes is told: at a root that is a point of the grid the last digit of the
    worth, and so its sign, depends on how it was computed.
    """
    while high - low > WIDTH:
        middle = (low + high) / 2
        if (worth.at(middle) > 0) is falls:
            low = middle
        else:
            high = middle
    return ((low + high) / 2).exp().quantize(PLACES) - 1
