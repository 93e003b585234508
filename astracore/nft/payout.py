"""What a price is cut into: the platform's fee, the first owner's royalty, the seller's rest."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import MoneyFault, UnknownCurrency
from astracore.errors.nft import PayoutFault, PriceTooLow, RoyaltyAbovePrice
from astracore.errors.values import InvalidFraction, RoundingRequired
from astracore.money.currencies import posting_currency, unit_of
from astracore.nft.rules import RULES, ZERO, MarketFees, NftRules
from astracore.numeric import EXACT, Rounding, bounded, exact, rounded, to_text
from astracore.outcome import is_failure


@frozen(kw_only=True)
class Payout:
    """platform + royalty + proceeds is the price, each a multiple of the unit [currency]."""

    platform: Decimal
    royalty: Decimal
    proceeds: Decimal


def shares_fault(fees: MarketFees) -> PayoutFault | None:
    """Why `fees` are no shares of a price, or None. Kernel."""
    for name, share in (("platform", fees.platform), ("royalty", fees.royalty)):
        if not share.is_finite() or share < 0:
            return InvalidFraction(name, str(share)[:64])
    total = EXACT.add(fees.platform, fees.royalty)
    return RoyaltyAbovePrice(total) if total > 1 else None


@exact
def payout(
    price: Decimal, currency: str, *, by_first_owner: bool, fees: MarketFees = RULES.fees
) -> Result[Payout, PayoutFault]:
    """platform = DOWN(price × fee), royalty = DOWN(price × royalty), the seller gets the rest.

    No royalty where the first owner sells. All to the currency's unit.
    Errors: InvalidFraction, RoyaltyAbovePrice, UnknownCurrency, RetiredCurrency, NoMinorUnit,
    RoundingRequired, NumericLimit.  Source: docs/formulas-collectibles.md#payout.
    Invariant: the three parts are never negative and sum to the price.
    >>> payout(Decimal(101), "CREDIT", by_first_owner=False).unwrap().proceeds
    Decimal('94')
    """
    fault = shares_fault(fees)
    if fault is not None:
        return Failure(fault)
    unit = whole_price(price, currency)
    if is_failure(unit):
        return unit
    step = unit.unwrap()
    platform = rounded(EXACT.multiply(price, fees.platform), step, Rounding.DOWN)
    royalty = ZERO if by_first_owner else _cut(price, fees.royalty, step)
    proceeds = EXACT.subtract(price, EXACT.add(platform, royalty))
    return Success(Payout(platform=platform, royalty=royalty, proceeds=proceeds))


@exact
def royalty_of(price: Decimal, share: Decimal, unit: Decimal) -> Result[Decimal, PayoutFault]:
    """DOWN(price × share) to `unit`: what the first owner gets of a resale.

    Errors: InvalidFraction, RoyaltyAbovePrice, NumericLimit.
    Source: docs/formulas-collectibles.md#payout.
    >>> royalty_of(Decimal(1000), Decimal("0.05"), Decimal(1)).unwrap()
    Decimal('50')
    """
    fault = shares_fault(MarketFees(platform=ZERO, royalty=share))
    if fault is not None:
        return Failure(fault)
    if not (unit.is_finite() and unit > 0):
        return Failure(InvalidFraction("unit", str(unit)[:64]))
    return Success(_cut(price, share, unit))


def _cut(price: Decimal, share: Decimal, unit: Decimal) -> Decimal:
    return rounded(EXACT.multiply(price, share), unit, Rounding.DOWN)


@exact
def whole_price(price: Decimal, currency: str) -> Result[Decimal, MoneyFault]:
    """The unit of `currency`, of which `price` >= 0 is a multiple.

    Errors: UnknownCurrency, RetiredCurrency, NoMinorUnit, NumericLimit, RoundingRequired.
    """
    found = posting_currency(currency).bind(unit_of)
    if is_failure(found):
        return found
    unit = found.unwrap()
    if not bounded(price) or price < 0 or EXACT.remainder(price, unit):
        return Failure(RoundingRequired(_shown(price), to_text(unit)))
    return Success(unit)


def _shown(price: Decimal) -> str:
    return str(price)[:64]


@exact
def acceptable(
    price: Decimal, currency: str, rules: NftRules
) -> Result[Decimal, PriceTooLow | MoneyFault]:
    """The price itself, when the market takes such prices.

    Errors: UnknownCurrency (also where the market does not trade in it), RetiredCurrency,
    NoMinorUnit, RoundingRequired, PriceTooLow, NumericLimit.
    """
    unit = whole_price(price, currency)
    if is_failure(unit):
        return unit
    least = rules.minimums.get(currency)
    if least is None:
        return Failure(UnknownCurrency(currency[:64]))
    return Failure(PriceTooLow(currency, least)) if price < least else Success(price)
