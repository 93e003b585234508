"""Markets: the grid and the limits of prices and quantities, and orders brought onto them."""

from astracore.market.filters import (
    BandFilter,
    Filters,
    LotFilter,
    NotionalFilter,
    PriceFilter,
    band_breaches,
    consistent,
    notional_breaches,
    price_breaches,
    quantity_breaches,
)
from astracore.market.markets import Market, Price, Quantity, market
from astracore.market.normalise import PRICE_RULES, Draft, PriceRole, normalise_order

__all__ = [
    "PRICE_RULES",
    "BandFilter",
    "Draft",
    "Filters",
    "LotFilter",
    "Market",
    "NotionalFilter",
    "Price",
    "PriceFilter",
    "PriceRole",
    "Quantity",
    "band_breaches",
    "consistent",
    "market",
    "normalise_order",
    "notional_breaches",
    "price_breaches",
    "quantity_breaches",
]
