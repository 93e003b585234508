"""Money of one currency as money of another: exact on the way, rounded once at the end."""

from enum import Enum
from fractions import Fraction
from typing import Generic, TypeVar

from attrs import frozen
from returns.result import Failure, Result

from astracore.errors.fx import FxFault
from astracore.errors.money import NegativeAmount
from astracore.errors.values import NumericLimit
from astracore.money.amounts import Money, Posted
from astracore.money.currencies import Currency, unit_of
from astracore.money.directions import RULES, Occasion
from astracore.money.rates import CrossRate, Freshness, QuoteSide, Snapshot, cross_rate
from astracore.numeric import Rounding, exact, round_fraction, to_fraction, to_text

R = TypeVar("R")
S = TypeVar("S")
MOVING_MAX_AGE = 60 * 1_000_000  # [µs] when money moves
REPORT_MAX_AGE = 24 * 3600 * 1_000_000  # [µs] in reports
LARGEST = 10**30


class Purpose(Enum):
    """Why an amount is converted, which decides the side of the quote and the rounding."""

    CREDIT = "credit"  # the holder receives the target: bid, down
    DEBIT = "debit"  # the holder pays the target: ask, up
    REPORT = "report"  # nobody pays: middle, half to even


_TERMS = {
    Purpose.CREDIT: (QuoteSide.BID, RULES[Occasion.FX_CREDIT]),
    Purpose.DEBIT: (QuoteSide.ASK, RULES[Occasion.FX_DEBIT]),
    Purpose.REPORT: (QuoteSide.MID, RULES[Occasion.FX_REPORT]),
}


@frozen
class Conversion(Generic[S]):
    """posted + residue is exactly amount * rate; `rate` names the path that was taken."""

    posted: Posted[S]
    residue: Fraction
    rate: CrossRate


@exact
def convert(
    value: Money[R],
    role: type[S],
    target: Currency,
    *,
    snapshot: Snapshot,
    purpose: Purpose,
    fresh: Freshness,
) -> Result[Conversion[S], FxFault]:
    """amount * rate in the unit of `target`: down when credited, up when debited.

    Errors: NegativeAmount (of what is credited or debited), NoRatePath, StaleRate, NoMinorUnit,
    NumericLimit.  Source: docs/formulas.md#fx.
    Invariant: credited <= exact <= debited, by less than one unit; there and back never gains.
    """
    side, rule = _TERMS[purpose]
    if purpose is not Purpose.REPORT and value.amount < 0:
        return Failure(NegativeAmount(to_text(value.amount)[:64]))
    return Result.do(
        conversion
        for found in cross_rate(snapshot, value.asset, target.code, side=side, fresh=fresh)
        for conversion in _rounded(value, role, target, found, rule)
    )


def _rounded(
    value: Money[R], _role: type[S], target: Currency, found: CrossRate, rule: Rounding
) -> Result[Conversion[S], FxFault]:
    """Multiply by the whole factor, then round once."""
    worth = to_fraction(value.amount) * found.factor
    if abs(worth) >= LARGEST:
        return Failure(NumericLimit("Overflow"))
    return Result.do(
        Conversion(Posted(amount, target), worth - to_fraction(amount), found)
        for unit in unit_of(target)
        for amount in round_fraction(worth, unit, rule)
    )


@exact
def compare_valued(
    left: Money[R], right: Money[R], *, snapshot: Snapshot, fresh: Freshness
) -> Result[int, FxFault]:
    """-1, 0 or 1: the order of two amounts valued at the middle of one snapshot.

    Errors: NoRatePath, StaleRate, NumericLimit.  Source: docs/formulas.md#fx.
    """
    return Result.do(
        _ordered(left, right, found)
        for found in cross_rate(snapshot, right.asset, left.asset, side=QuoteSide.MID, fresh=fresh)
    )


def _ordered(left: Money[R], right: Money[R], found: CrossRate) -> int:
    """Compare without rounding."""
    here, there = to_fraction(left.amount), to_fraction(right.amount) * found.factor
    return (here > there) - (here < there)
