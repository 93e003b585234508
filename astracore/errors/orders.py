"""Causes of order mathematics: triggers, schedules, groups, the matching book."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.market import PriceOffTick, QuantityOffStep
from astracore.errors.trading import (
    InvalidOrder,
    InvalidTransition,
    Overfill,
    PostOnlyWouldCross,
    UnknownOrder,
)
from astracore.errors.values import InvalidPrice, InvalidQuantity, NumericLimit


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


OrderFault: TypeAlias = (
    InvalidOrder
    | InvalidTransition
    | InvalidPrice
    | InvalidQuantity
    | PriceOffTick
    | QuantityOffStep
    | TriggerWouldFire
    | BracketPrices
    | PostOnlyWouldCross
    | UnknownOrder
    | Overfill
    | NumericLimit
)
