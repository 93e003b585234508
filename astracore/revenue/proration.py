"""The part of a price that belongs to the part of a period that is left, by day or by second."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import PricingFault
from astracore.errors.values import InvalidPeriod
from astracore.instants import SECOND, Instant
from astracore.numeric import Rounding, exact, to_text
from astracore.revenue.units import part_to

ZERO = Decimal(0)


@frozen(kw_only=True)
class Change:
    """What a change of plan moves [currency]: credit for the old, charge for the new.

    `kept` is credit that the new plan did not use up; it goes to the customer's credit.
    """

    credit: Decimal
    charge: Decimal
    kept: Decimal = ZERO


def share(price: Decimal, left: int, whole: int, unit: Decimal) -> Decimal:
    """price × left/whole, multiplied before it is divided, half up to the unit. Kernel."""
    return part_to(price * left, Decimal(whole), unit, Rounding.HALF_UP)


@exact
def prorated(price: Decimal, left: int, whole: int, unit: Decimal) -> Result[Decimal, PricingFault]:
    """h(price × left/whole) for `left` of `whole` days or seconds [currency].

    Errors: InvalidPeriod (not 0 <= left <= whole, or nothing whole), NumericLimit.
    Rounds: HALF_UP to the unit.  Source: docs/formulas-revenue.md#proration.
    >>> prorated(Decimal("19.99"), 21, 31, Decimal("0.01")).unwrap()
    Decimal('13.54')
    """
    if whole < 1 or not 0 <= left <= whole:
        return Failure(InvalidPeriod(f"{str(left)[:20]} of {str(whole)[:20]}"))
    return Success(share(price, left, whole, unit))


def seconds_left(start: Instant, end: Instant, at: Instant) -> tuple[int, int]:
    """The seconds left and the seconds in all of [start, end): whole ones, for the customer.

    A second that has begun is still left; before the start all are, after the end none.
    >>> from astracore.instants import Instant
    >>> seconds_left(Instant(0), Instant(10 * SECOND), Instant(4 * SECOND + 1))
    (6, 10)
    """
    whole = max(0, (end.micros - start.micros) // SECOND)
    left = -((at.micros - end.micros) // SECOND)
    return min(whole, max(0, left)), whole


@exact
def upgrade(
    old: Decimal, new: Decimal, *, left: int, whole: int, unit: Decimal
) -> Result[Change, PricingFault]:
    """A better plan for the rest of the same period: h(new × d/n) against h(old × d/n).

    Errors: NegativeAmount, InvalidPeriod, NumericLimit.  Rounds: each HALF_UP to the unit.
    Source: docs/formulas-revenue.md#proration.
    Invariant: there and back on one day is nothing: the two nets are each other's negative.
    >>> cent = Decimal("0.01")
    >>> upgrade(Decimal("9.99"), Decimal("19.99"), left=21, whole=31, unit=cent).unwrap()
    Change(credit=Decimal('6.77'), charge=Decimal('13.54'), kept=Decimal('0'))
    """
    fault = _negative(old) or _negative(new)
    if fault is not None:
        return Failure(fault)
    return Result.do(
        Change(credit=credit, charge=charge)
        for credit in prorated(old, left, whole, unit)
        for charge in prorated(new, left, whole, unit)
    )


@exact
def renewed(
    old: Decimal, new: Decimal, *, left: int, whole: int, unit: Decimal
) -> Result[Change, PricingFault]:
    """A plan of another cycle from today: what is left of the old pays for the new, the rest stays.

    credit h(old × d/n), charge max(0, new − credit), kept max(0, credit − new).
    Errors: NegativeAmount, InvalidPeriod, NumericLimit.  Rounds: HALF_UP to the unit.
    Source: docs/formulas-revenue.md#proration.
    Invariant: charge + credit == new + kept.
    >>> cent = Decimal("0.01")
    >>> renewed(Decimal("19.99"), Decimal("199.90"), left=21, whole=31, unit=cent).unwrap()
    Change(credit=Decimal('13.54'), charge=Decimal('186.36'), kept=Decimal('0'))
    """
    fault = _negative(old) or _negative(new)
    if fault is not None:
        return Failure(fault)
    return Result.do(
        Change(credit=credit, charge=max(ZERO, new - credit), kept=max(ZERO, credit - new))
        for credit in prorated(old, left, whole, unit)
    )


def _negative(price: Decimal) -> NegativeAmount | None:
    return NegativeAmount(to_text(price)[:64]) if price < 0 else None
