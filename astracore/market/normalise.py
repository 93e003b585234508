"""An order brought onto a market's grid, never to the advantage of a limit."""

from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.market import BelowMinNotional, FilterBreach, MarketFault
from astracore.errors.values import BadAmount, NumericLimit
from astracore.market.filters import (
    Filters,
    LotFilter,
    band_breaches,
    notional_breaches,
    price_breaches,
    quantity_breaches,
)
from astracore.market.markets import Market
from astracore.money import RULES, Occasion
from astracore.numeric import bounded, exact, rounded
from astracore.outcome import is_failure


class PriceRole(Enum):
    """What a price does in its order, which decides where it is rounded to."""

    LIMIT_BUY = Occasion.LIMIT_BUY
    LIMIT_SELL = Occasion.LIMIT_SELL
    STOP_OF_LONG = Occasion.STOP_OF_LONG
    STOP_OF_SHORT = Occasion.STOP_OF_SHORT
    ENTRY_STOP_BUY = Occasion.ENTRY_STOP_BUY
    ENTRY_STOP_SELL = Occasion.ENTRY_STOP_SELL
    TARGET_OF_LONG = Occasion.TARGET_OF_LONG
    TARGET_OF_SHORT = Occasion.TARGET_OF_SHORT


PRICE_RULES = MappingProxyType({role: RULES[role.value] for role in PriceRole})


@frozen(kw_only=True)
class Draft:
    """An order before it meets the market's rules: no `price` means at the market.

    `reducing` orders may be smaller than the least notional.
    """

    quantity: Decimal
    price: Decimal | None
    role: PriceRole
    reducing: bool = False


def normalise_order(
    market: Market, draft: Draft, *, reference: Decimal
) -> Result[Draft, tuple[MarketFault, ...]]:
    """`draft` rounded onto the grid of `market`, or every rule that the rounded one breaks.

    The quantity goes down to minimum + k * step and never up; the price to the tick by its role.
    A market order is valued at `reference` (an average or the last price), and a limit may not
    stand further from it than the band allows; a reference of 0 turns the band off.
    Errors, all at once: BadAmount or NumericLimit alone, else InvalidPrice, PriceOffTick,
    PriceOutOfRange, InvalidQuantity, QuantityOffStep, QuantityOutOfRange, BelowMinNotional,
    AboveMaxNotional.  Source: docs/formulas.md#filters.
    Invariant: idempotent; the answer passes every filter; the quantity never grows.
    """
    rounded_draft = _on_grid(market.filters, draft, reference)
    if is_failure(rounded_draft):
        return Failure((rounded_draft.failure(),))
    found = _breaches(market.filters, rounded_draft.unwrap(), reference)
    if is_failure(found):
        return Failure((found.failure(),))
    breaches: tuple[MarketFault, ...] = found.unwrap()
    return Failure(breaches) if breaches else Success(rounded_draft.unwrap())


@exact
def _on_grid(filters: Filters, draft: Draft, reference: Decimal) -> Result[Draft, MarketFault]:
    """Round quantity and price; what cannot be a number of an order is refused."""
    for value in (draft.quantity, draft.price, reference):
        if value is not None and not bounded(value):
            return Failure(BadAmount(str(value)[:64]))
    grid = _lot(filters, draft)
    quantity = draft.quantity
    if quantity >= grid.minimum:
        over = rounded(quantity - grid.minimum, grid.step, RULES[Occasion.ORDER_SIZE])
        quantity = grid.minimum + over
    price = draft.price
    if price is not None:
        ticks = rounded(price - filters.price.minimum, filters.price.tick, PRICE_RULES[draft.role])
        price = filters.price.minimum + ticks
        if not bounded(price):
            return Failure(NumericLimit("Overflow"))
    return Success(Draft(quantity=quantity, price=price, role=draft.role, reducing=draft.reducing))


@exact
def _breaches(
    filters: Filters, draft: Draft, reference: Decimal
) -> Result[tuple[FilterBreach, ...], MarketFault]:
    """Every rule that the rounded order breaks, prices first."""
    found: tuple[FilterBreach, ...] = ()
    price = reference if draft.price is None else draft.price
    if draft.price is not None:
        found += price_breaches(filters, price)
        found += band_breaches(filters, price, reference)
    found += quantity_breaches(_lot(filters, draft), draft.quantity)
    sizes = notional_breaches(filters, price, draft.quantity)
    if draft.reducing:
        sizes = tuple(each for each in sizes if each.code != BelowMinNotional.code)
    return Success(found + sizes)


def _lot(filters: Filters, draft: Draft) -> LotFilter:
    """The rule for the quantity of this kind of order."""
    if draft.price is None and filters.market_lot is not None:
        return filters.market_lot
    return filters.lot
