"""One price for several things: each gets its part by what it would cost alone."""

from collections.abc import Sequence
from decimal import Decimal

from returns.result import Failure, Result

from astracore.errors.money import MoneyFault, NegativeAmount
from astracore.money.allocation import allocate_largest_remainder
from astracore.money.amounts import Money, Quote
from astracore.numeric import exact, to_fraction, to_text


@exact
def allocated(
    price: Decimal, alone: Sequence[Decimal], unit: Decimal
) -> Result[tuple[Decimal, ...], MoneyFault]:
    """The price of a bundle over its obligations, in proportion to stand-alone prices [currency].

    Errors: NegativeAmount (the price), EmptyRatios, NegativeRatio, ZeroTotal, InvalidStep,
    RoundingRequired, NumericLimit.
    Source: docs/formulas-revenue.md#obligations.  Invariant: the parts sum to the price.
    >>> parts = allocated(Decimal(100), [Decimal(80), Decimal(40)], Decimal("0.01")).unwrap()
    >>> [str(part) for part in parts]
    ['66.67', '33.33']
    """
    if price < 0:
        return Failure(NegativeAmount(to_text(price)[:64]))
    whole: Money[Quote] = Money(price, "")
    ratios = tuple(to_fraction(each) for each in alone)
    return allocate_largest_remainder(whole, unit, ratios).map(
        lambda parts: tuple(part.amount for part in parts)
    )
