"""A fee on what was gained above the highest value ever charged for, and fairness between entrants.

Values are per share. The mark is the value after the last fee; below it nothing is charged, so that
no gain is paid for twice. A hurdle raises the mark by a yearly rate: a hard one leaves the return
up to it free, a soft one only has to be passed.

Everybody in a fund is charged by one mark, though they entered at other values. Who entered above
it paid a credit on entering, which comes back as far as the fee was not theirs to pay. Who entered
below it owes the fee on the way up to the mark. So each pays as if they had a mark of their own.
"""

from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import RecognitionFault
from astracore.errors.values import InvalidFraction
from astracore.numeric import Rounding, exact, quotient, to_text
from astracore.revenue.daycount import DayCount, year_fraction
from astracore.revenue.units import to_unit

ZERO, ONE = Decimal(0), Decimal(1)


class Hurdle(StrEnum):
    """What passing the hurdle opens to the fee: what is above it, or all above the mark."""

    HARD = "hard"
    SOFT = "soft"


@frozen(kw_only=True)
class FeeTerms:
    """`rate` of the gain [1], `hurdle` a year [1/year] on the mark, to multiples of `unit`."""

    rate: Decimal = Decimal("0.2")
    hurdle: Decimal = ZERO
    kind: Hurdle = Hurdle.HARD
    count: DayCount = DayCount.ACT_365F
    unit: Decimal = Decimal("0.01")


@frozen(kw_only=True)
class Mark:
    """The value per share that was last charged for [currency], and the day it was."""

    value: Decimal
    day: int


@frozen(kw_only=True)
class Crystallised:
    """What is due per share, what was gained, and the mark from now on."""

    fee: Decimal
    gain: Decimal
    mark: Mark


@frozen(kw_only=True)
class Entry:
    """Shares bought at `value` each while the fund's mark was `mark` [currency]."""

    shares: Decimal
    value: Decimal
    mark: Decimal


@frozen(kw_only=True)
class Equalisation:
    """For all shares of one entry: the common fee, what comes back, what is still owed."""

    common: Decimal
    returned: Decimal
    owed: Decimal


def faulty(terms: FeeTerms) -> RecognitionFault | None:
    """Terms that are none: a rate not in [0, 1], a hurdle or unit below 0. Kernel."""
    if not 0 <= terms.rate <= 1:
        return InvalidFraction("rate", to_text(terms.rate)[:64])
    if terms.hurdle < 0 or terms.unit <= 0:
        return NegativeAmount(to_text(min(terms.hurdle, terms.unit))[:64])
    return None


@exact
def crystallised(
    terms: FeeTerms, mark: Mark, value: Decimal, day: int
) -> Result[Crystallised, RecognitionFault]:
    """The fee on one share worth `value` on `day`, and the mark after it.

    gain = value − mark × (1 + hurdle × years), and of a soft hurdle that is passed value − mark;
    fee = d(rate × max(0, gain)). The mark becomes value − fee where there is a gain; else it stays,
    and so does the day that the hurdle runs from.
    Errors: InvalidFraction, NegativeAmount (terms, value, mark), NumericLimit.
    Rounds: the fee DOWN to the unit.  Source: docs/formulas-revenue.md#performance-fee.
    Invariant: the mark never falls; what was paid for once is never paid for again.
    >>> found = crystallised(FeeTerms(), Mark(value=Decimal(100), day=0), Decimal(120), 365)
    >>> str(found.unwrap().fee), str(found.unwrap().mark.value)
    ('4.00', '116.00')
    """
    fault = faulty(terms)
    if fault is not None:
        return Failure(fault)
    if value < 0 or mark.value < 0:
        return Failure(NegativeAmount(to_text(min(value, mark.value))[:64]))
    years = year_fraction(mark.day, max(day, mark.day), terms.count)
    grown = quotient(mark.value * terms.hurdle * years.numerator, Decimal(years.denominator))
    gain = to_unit(value - mark.value - grown, Decimal("1E-18"), Rounding.HALF_EVEN)
    if gain <= 0:
        return Success(Crystallised(fee=ZERO, gain=ZERO, mark=mark))
    base = value - mark.value if terms.kind is Hurdle.SOFT else gain
    fee = to_unit(base * terms.rate, terms.unit, Rounding.DOWN)
    after = evolve(mark, value=max(mark.value, value - fee), day=day)
    return Success(Crystallised(fee=fee, gain=base, mark=after))


@exact
def entry_credit(terms: FeeTerms, entry: Entry) -> Result[Decimal, RecognitionFault]:
    """What an entrant above the mark lays by: rate × (value − mark) × shares [currency].

    Errors: InvalidFraction, NegativeAmount, NumericLimit.  Rounds: never.
    Source: docs/formulas-revenue.md#equalisation.
    """
    fault = faulty(terms) or _negative(entry)
    if fault is not None:
        return Failure(fault)
    return Success(terms.rate * max(ZERO, entry.value - entry.mark) * entry.shares)


@exact
def equalised(
    terms: FeeTerms, entry: Entry, value: Decimal
) -> Result[Equalisation, RecognitionFault]:
    """What an entry pays when one share is worth `value` before fees, without a hurdle.

    common = rate × (value − mark)⁺, returned = rate × (min(value, entry) − mark)⁺,
    owed = rate × (min(value, mark) − entry)⁺, each × shares.
    Errors: InvalidFraction, NegativeAmount, NumericLimit.  Rounds: never.
    Source: docs/formulas-revenue.md#equalisation.
    Invariant: common − returned + owed == rate × (value − entry)⁺ × shares.
    """
    fault = faulty(terms) or _negative(entry)
    if fault is not None:
        return Failure(fault)
    if value < 0:
        return Failure(NegativeAmount(to_text(value)[:64]))
    share = terms.rate * entry.shares
    return Success(
        Equalisation(
            common=share * max(ZERO, value - entry.mark),
            returned=share * max(ZERO, min(value, entry.value) - entry.mark),
            owed=share * max(ZERO, min(value, entry.mark) - entry.value),
        )
    )


def _negative(entry: Entry) -> NegativeAmount | None:
    least = min(entry.shares, entry.value, entry.mark)
    return NegativeAmount(to_text(least)[:64]) if least < 0 else None
