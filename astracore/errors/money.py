"""Causes that concern money: currencies, arithmetic, division among many."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.values import BadAmount, NumericFault


@frozen
class UnknownCurrency:
    """No currency has this code."""

    code: ClassVar[str] = "unknown_currency"
    currency: str


@frozen
class RetiredCurrency:
    """The currency is readable in history and takes no new entries."""

    code: ClassVar[str] = "retired_currency"
    currency: str


@frozen
class NoMinorUnit:
    """The currency has no smallest unit of its own; a scale must be stated."""

    code: ClassVar[str] = "no_minor_unit"
    currency: str


@frozen
class InvalidExponent:
    """A currency has 0 to 18 decimals."""

    code: ClassVar[str] = "invalid_exponent"
    exponent: int


@frozen
class AssetMismatch:
    """Two values that must be in one asset are not."""

    code: ClassVar[str] = "asset_mismatch"
    left: str
    right: str


@frozen
class DivisionByZero:
    """An amount was divided by zero."""

    code: ClassVar[str] = "division_by_zero"
    amount: str


@frozen
class NegativeAmount:
    """This amount must not be below zero."""

    code: ClassVar[str] = "negative_amount"
    amount: str


@frozen
class EmptyRatios:
    """Nothing can be divided among nobody."""

    code: ClassVar[str] = "empty_ratios"


@frozen
class NegativeRatio:
    """The share at `index` is below zero."""

    code: ClassVar[str] = "negative_ratio"
    index: int


@frozen
class ZeroTotal:
    """All shares are zero, so none of them says who gets what."""

    code: ClassVar[str] = "zero_total"


@frozen
class SplitSum:
    """Shares of a split must sum to exactly 1."""

    code: ClassVar[str] = "split_sum"
    total: str


CurrencyFault: TypeAlias = UnknownCurrency | RetiredCurrency | NoMinorUnit | InvalidExponent
AllocationFault: TypeAlias = EmptyRatios | NegativeRatio | ZeroTotal | SplitSum
MoneyFault: TypeAlias = (
    BadAmount
    | NumericFault
    | CurrencyFault
    | AssetMismatch
    | DivisionByZero
    | NegativeAmount
    | AllocationFault
)
