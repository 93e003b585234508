"""Causes of order mathematics: triggers, schedules, groups, the matching book."""

from typing import TypeAlias

from astracore.errors.levels import BracketPrices, TriggerWouldFire
from astracore.errors.market import PriceOffTick, QuantityOffStep
from astracore.errors.trading import (
    InvalidOrder,
    InvalidTransition,
    Overfill,
    PostOnlyWouldCross,
    UnknownOrder,
)
from astracore.errors.values import InvalidPrice, InvalidQuantity, NumericLimit

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
