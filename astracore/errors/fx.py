"""Causes that concern exchange rates."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.money import MoneyFault


@frozen
class NonPositiveRate:
    """A rate must be above zero."""

    code: ClassVar[str] = "non_positive_rate"
    pair: str
    rate: str


@frozen
class IdentityRateMustBeOne:
    """One unit of a currency is worth exactly one unit of itself."""

    code: ClassVar[str] = "identity_rate_must_be_one"
    currency: str


@frozen
class CrossedQuote:
    """The bid stands above the ask."""

    code: ClassVar[str] = "crossed_quote"
    pair: str
    bid: str
    ask: str


@frozen
class NoRatePath:
    """No chain of rates leads from one currency to the other."""

    code: ClassVar[str] = "no_rate_path"
    source: str
    target: str


@frozen
class StaleRate:
    """A rate on the way is older than allowed [µs]."""

    code: ClassVar[str] = "stale_rate"
    pair: str
    age: int
    max_age: int


FxFault: TypeAlias = (
    NonPositiveRate | IdentityRateMustBeOne | CrossedQuote | NoRatePath | StaleRate | MoneyFault
)
