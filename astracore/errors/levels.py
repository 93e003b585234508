"""Causes of price levels: where triggers and bracket exits may not stand."""

from decimal import Decimal
from typing import ClassVar

from attrs import frozen


@frozen
class TriggerWouldFire:
    """The level stands where the market already is: the order would fire as it is accepted."""

    code: ClassVar[str] = "trigger_would_fire"
    level: Decimal
    price: Decimal


@frozen
class BracketPrices:
    """A bracket's stop and target do not stand on opposite sides of its entry."""

    code: ClassVar[str] = "bracket_prices"
    stop: Decimal
    entry: Decimal
    target: Decimal
