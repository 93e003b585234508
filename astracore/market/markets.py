"""A market as witness: what it mints is on its grid and carries its assets."""

from decimal import Decimal
from typing import Generic, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.market import MarketFault
from astracore.errors.money import AssetMismatch
from astracore.errors.values import BadAmount
from astracore.market.filters import Filters, consistent, price_breaches, quantity_breaches
from astracore.money import Base, Money, Quote
from astracore.numeric import bounded, exact, parse_amount

B = TypeVar("B")
Q = TypeVar("Q")


@frozen(order=False)
class Quantity(Generic[B]):
    """`value` >= 0 of `asset`, on a market's grid. It is made by a market."""

    value: Decimal
    asset: str

    def money(self) -> Money[B]:
        """The same amount as money of the base asset."""
        return Money(self.value, self.asset)


@frozen(order=False)
class Price(Generic[B, Q]):
    """`value` [quote a base], on a market's grid. It is made by a market."""

    value: Decimal
    base: str
    quote: str

    def times(self, quantity: Quantity[B]) -> Result[Money[Q], MarketFault]:
        """value * quantity, exactly: what `quantity` costs.

        Errors: AssetMismatch, NumericLimit.
        """
        return _cost(self, quantity)


@exact
def _cost(price: Price[B, Q], quantity: Quantity[B]) -> Result[Money[Q], MarketFault]:
    """price * quantity when both are of one market."""
    if price.base != quantity.asset:
        return Failure(AssetMismatch(price.base, quantity.asset))
    return Success(Money(price.value * quantity.value, price.quote))


@frozen
class Market:
    """A symbol, the two assets that it trades, and its rules. It is made by `market`."""

    symbol: str
    base: str
    quote: str
    filters: Filters

    def price(self, text: str) -> Result[Price[Base, Quote], MarketFault]:
        """Parse a price of this market.

        Errors: BadAmount, InvalidPrice, PriceOffTick, PriceOutOfRange, NumericLimit.
        """
        return Result.do(price for value in parse_amount(text) for price in self.priced(value))

    def quantity(self, text: str) -> Result[Quantity[Base], MarketFault]:
        """Parse a quantity of this market.

        Errors: BadAmount, InvalidQuantity, QuantityOffStep, QuantityOutOfRange, NumericLimit.
        """
        return Result.do(quantity for value in parse_amount(text) for quantity in self.sized(value))

    def priced(self, value: Decimal) -> Result[Price[Base, Quote], MarketFault]:
        """Accept a decimal as a price of this market.  Errors: as price."""
        return _priced(self, value)

    def sized(self, value: Decimal) -> Result[Quantity[Base], MarketFault]:
        """Accept a decimal as a quantity of this market.  Errors: as quantity."""
        return _sized(self, value)


@exact
def _priced(market: Market, value: Decimal) -> Result[Price[Base, Quote], MarketFault]:
    """Mint a price, or name the first rule it breaks."""
    if not bounded(value):
        return Failure(BadAmount(str(value)[:64]))
    breaches = price_breaches(market.filters, value)
    return Failure(breaches[0]) if breaches else Success(Price(value, market.base, market.quote))


@exact
def _sized(market: Market, value: Decimal) -> Result[Quantity[Base], MarketFault]:
    """Mint a quantity, or name the first rule it breaks."""
    if not bounded(value):
        return Failure(BadAmount(str(value)[:64]))
    breaches = quantity_breaches(market.filters.lot, value)
    return Failure(breaches[0]) if breaches else Success(Quantity(value, market.base))


def market(symbol: str, base: str, quote: str, filters: Filters) -> Result[Market, MarketFault]:
    """A market whose rules can be kept.

    Errors: InvalidMarket, NumericLimit.  Source: docs/formulas.md#filters.
    """
    return Result.do(Market(symbol, base, quote, rules) for rules in consistent(symbol, filters))
