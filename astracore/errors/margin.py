"""Causes of the margin area: brackets, requirements, liquidation."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.series import ZeroDenominator
from astracore.errors.trading import LeverageAboveBracket
from astracore.errors.values import (
    BadAmount,
    InvalidFraction,
    InvalidLeverage,
    InvalidPrice,
    InvalidQuantity,
    InvalidStep,
    NumericLimit,
)


@frozen
class BadBrackets:
    """The table is no margin table: `reason` says which rule it breaks, `index` where (from 0)."""

    code: ClassVar[str] = "bad_brackets"
    index: int
    reason: str


@frozen
class NotionalAboveBrackets:
    """The notional [quote] is above the last bracket, so no requirement is defined for it."""

    code: ClassVar[str] = "notional_above_brackets"
    notional: Decimal
    highest: Decimal


@frozen
class InvalidMargin:
    """A margin, balance or borrowed amount below zero where the formula needs at least zero."""

    code: ClassVar[str] = "invalid_margin"
    name: str
    given: Decimal


MarginFault: TypeAlias = (
    BadBrackets
    | NotionalAboveBrackets
    | LeverageAboveBracket
    | InvalidMargin
    | InvalidLeverage
    | InvalidPrice
    | InvalidQuantity
    | InvalidFraction
    | InvalidStep
    | ZeroDenominator
    | BadAmount
    | NumericLimit
)
