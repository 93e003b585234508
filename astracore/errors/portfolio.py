"""Causes of the portfolio area: what makes a valuation, a plan or a contribution impossible."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.money import NegativeAmount
from astracore.errors.series import EmptySeries, ZeroDenominator
from astracore.errors.values import (
    InvalidFraction,
    InvalidPrice,
    InvalidQuantity,
    InvalidStep,
    NumericLimit,
)


@frozen
class DuplicateAsset:
    """One asset stands twice in what must name each once."""

    code: ClassVar[str] = "duplicate_asset"
    asset: str


ContributionFault: TypeAlias = EmptySeries | InvalidStep | ZeroDenominator | NumericLimit
RebalanceFault: TypeAlias = (
    DuplicateAsset
    | NegativeAmount
    | InvalidFraction
    | InvalidPrice
    | InvalidQuantity
    | InvalidStep
    | NumericLimit
)
