"""Causes that concern a market's grid and limits."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.money import AssetMismatch
from astracore.errors.values import BadAmount, InvalidPrice, InvalidQuantity, NumericFault


@frozen
class PriceOffTick:
    """A price is not on the grid of the market."""

    code: ClassVar[str] = "price_off_tick"
    price: str
    tick: str


@frozen
class PriceOutOfRange:
    """A price lies outside the limits, or too far from the reference price."""

    code: ClassVar[str] = "price_out_of_range"
    price: str
    least: str
    greatest: str


@frozen
class QuantityOffStep:
    """A quantity is not on the grid of the market."""

    code: ClassVar[str] = "quantity_off_step"
    quantity: str
    step: str


@frozen
class QuantityOutOfRange:
    """A quantity lies outside the limits."""

    code: ClassVar[str] = "quantity_out_of_range"
    quantity: str
    least: str
    greatest: str


@frozen
class BelowMinNotional:
    """Price times quantity is too small."""

    code: ClassVar[str] = "below_min_notional"
    notional: str
    least: str


@frozen
class AboveMaxNotional:
    """Price times quantity is too large."""

    code: ClassVar[str] = "above_max_notional"
    notional: str
    greatest: str


@frozen
class InvalidMarket:
    """The rules of a market contradict themselves at `field`."""

    code: ClassVar[str] = "invalid_market"
    symbol: str
    field: str


FilterBreach: TypeAlias = (
    InvalidPrice
    | InvalidQuantity
    | PriceOffTick
    | PriceOutOfRange
    | QuantityOffStep
    | QuantityOutOfRange
    | BelowMinNotional
    | AboveMaxNotional
)
MarketFault: TypeAlias = FilterBreach | InvalidMarket | AssetMismatch | BadAmount | NumericFault
