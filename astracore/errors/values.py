"""Causes that concern single values: numbers, instants, identifiers."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class BadAmount:
    """Text is not a decimal of at most 30 digits before the point and 18 after."""

    code: ClassVar[str] = "bad_amount"
    text: str


@frozen
class NumericLimit:
    """The exact answer does not fit; nothing was rounded behind your back."""

    code: ClassVar[str] = "numeric_limit"
    signal: str


@frozen
class RoundingRequired:
    """`value` is not a multiple of `step` and the rule allows no rounding."""

    code: ClassVar[str] = "rounding_required"
    value: str
    step: str


@frozen
class InvalidStep:
    """A rounding step must be a finite number above zero."""

    code: ClassVar[str] = "invalid_step"
    step: str


@frozen
class InvalidSeed:
    """A seed must fit 64 bits, and there must be something to choose from."""

    code: ClassVar[str] = "invalid_seed"
    seed: str
    choices: int


@frozen
class BadInstant:
    """Text is not a UTC instant such as `2026-03-04T10:00:00.000000Z`."""

    code: ClassVar[str] = "bad_instant"
    text: str


@frozen
class BadId:
    """Text is not an identifier of the expected form."""

    code: ClassVar[str] = "bad_id"
    text: str


@frozen
class InvalidPrice:
    """A price of an order must be above zero."""

    code: ClassVar[str] = "invalid_price"
    price: str


@frozen
class InvalidQuantity:
    """A quantity must not be below zero."""

    code: ClassVar[str] = "invalid_quantity"
    quantity: str


@frozen
class InvalidFraction:
    """A rate or share lies outside the range that the formula allows."""

    code: ClassVar[str] = "invalid_fraction"
    name: str
    value: str


@frozen
class InvalidConfidence:
    """A confidence level must lie strictly between 0 and 1."""

    code: ClassVar[str] = "invalid_confidence"
    value: str


@frozen
class InvalidWindow:
    """A window must hold at least one observation and no more than there are."""

    code: ClassVar[str] = "invalid_window"
    window: int


@frozen
class InvalidLeverage:
    """Leverage lies outside what the instrument allows."""

    code: ClassVar[str] = "invalid_leverage"
    leverage: str


@frozen
class InvalidThreshold:
    """A threshold lies outside the range that the formula allows."""

    code: ClassVar[str] = "invalid_threshold"
    value: str


@frozen
class InvalidPeriod:
    """A span of time must end after it starts and hold a positive number of periods."""

    code: ClassVar[str] = "invalid_period"
    value: str


@frozen
class UnsortedDates:
    """Dates must rise; the one at `index` does not."""

    code: ClassVar[str] = "unsorted_dates"
    index: int


@frozen
class LengthMismatch:
    """Two series that are read together have different lengths."""

    code: ClassVar[str] = "length_mismatch"
    left: int
    right: int


NumericFault: TypeAlias = NumericLimit | RoundingRequired | InvalidStep
ValueFault: TypeAlias = (
    BadAmount
    | NumericFault
    | InvalidSeed
    | BadInstant
    | BadId
    | InvalidPrice
    | InvalidQuantity
    | InvalidFraction
    | InvalidConfidence
    | InvalidWindow
    | InvalidLeverage
    | InvalidThreshold
    | InvalidPeriod
    | UnsortedDates
    | LengthMismatch
)
