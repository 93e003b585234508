"""What holdings in any currency are worth in one, through the graph of rates."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from attrs import frozen
from returns.result import Failure, Result

from astracore.errors.fx import FxFault
from astracore.errors.values import NumericLimit
from astracore.money.conversion import LARGEST
from astracore.money.currencies import Currency, unit_of
from astracore.money.directions import RULES, Occasion
from astracore.money.rates import CrossRate, Freshness, QuoteSide, Snapshot, cross_rate
from astracore.numeric import exact, round_fraction, to_fraction
from astracore.outcome import collect

OTHER = {
    QuoteSide.BID: QuoteSide.ASK,
    QuoteSide.ASK: QuoteSide.BID,
    QuoteSide.MID: QuoteSide.MID,
}


@frozen(kw_only=True)
class ValuedHolding:
    """One holding: `worth` is exactly amount × rate, unrounded, and `rate` names the path."""

    asset: str
    amount: Decimal
    rate: CrossRate
    worth: Fraction


@frozen(kw_only=True)
class Valuation:
    """All holdings in one currency, in the order of their codes.

    Invariant: total + residue is exactly the sum of the worths, |residue| at most half a unit.
    """

    total: Decimal
    residue: Fraction
    parts: tuple[ValuedHolding, ...]


@exact
def value_in(
    holdings: Mapping[str, Decimal],
    target: Currency,
    *,
    snapshot: Snapshot,
    fresh: Freshness,
    side: QuoteSide = QuoteSide.MID,
) -> Result[Valuation, FxFault]:
    """Σ amount × rate of every asset to `target`, rounded once at the end [target].

    holdings: signed amounts by code. BID is what closing them all would bring: what is owed is
    bought back at the ask; the middle is for reports. A holding without a fresh rate has no
    value, not even one of amount 0: nothing is ever taken to be 0 or 1.
    Errors: NoRatePath, StaleRate, NonPositiveRate (the first asset by code), NoMinorUnit,
    NumericLimit.   Rounds: half to even, to the unit of `target`, once.
    Source: docs/formulas-portfolio.md#valuation.
    Invariant: the value of two portfolios together is the sum of their worths; the order of
    holdings and rates does not matter, and neither does the caller's decimal context.
    """
    parts = collect(
        _valued(asset, holdings[asset], target.code, snapshot, side, fresh)
        for asset in sorted(holdings)
    )
    return Result.do(whole for known in parts for whole in _summed(known, target))


def _valued(
    asset: str,
    amount: Decimal,
    target: str,
    snapshot: Snapshot,
    side: QuoteSide,
    fresh: Freshness,
) -> Result[ValuedHolding, FxFault]:
    """What one holding is worth, exactly."""
    return Result.do(
        ValuedHolding(
            asset=asset, amount=amount, rate=found, worth=to_fraction(amount) * found.factor
        )
        for found in cross_rate(snapshot, asset, target, side=_side_of(amount, side), fresh=fresh)
    )


def _side_of(amount: Decimal, side: QuoteSide) -> QuoteSide:
    """The side of the quote that an amount meets: the other one when it is owed."""
    return OTHER[side] if amount < 0 else side


def _summed(parts: tuple[ValuedHolding, ...], target: Currency) -> Result[Valuation, FxFault]:
    """The sum, rounded once."""
    whole = sum((part.worth for part in parts), Fraction(0))
    if abs(whole) >= LARGEST:
        return Failure(NumericLimit("Overflow"))
    return Result.do(
        Valuation(total=total, residue=whole - to_fraction(total), parts=parts)
        for unit in unit_of(target)
        for total in round_fraction(whole, unit, RULES[Occasion.FX_REPORT])
    )
