"""Causes that concern series and estimators: a statistic that has no value says why."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.values import BadAmount, NumericLimit


@frozen
class EmptySeries:
    """The series has no observation."""

    code: ClassVar[str] = "empty_series"


@frozen
class TooFewObservations:
    """The statistic needs `needed` observations and got `given`."""

    code: ClassVar[str] = "too_few_observations"
    needed: int
    given: int


@frozen
class LengthMismatch:
    """Two series that are read side by side have different lengths."""

    code: ClassVar[str] = "length_mismatch"
    left: int
    right: int


@frozen
class ZeroVariance:
    """The series does not vary, so nothing can be divided by its variation."""

    code: ClassVar[str] = "zero_variance"


@frozen
class ZeroDenominator:
    """The quantity to divide by is exactly zero."""

    code: ClassVar[str] = "zero_denominator"
    name: str


@frozen
class WealthExhausted:
    """A period lost everything (or the value is not positive), so no relative figure follows it."""

    code: ClassVar[str] = "wealth_exhausted"
    index: int


@frozen
class NoLosses:
    """No trade lost, so an average loss does not exist."""

    code: ClassVar[str] = "no_losses"


@frozen
class NoWins:
    """No trade won, so an average win does not exist."""

    code: ClassVar[str] = "no_wins"


@frozen
class InvalidConfidence:
    """A confidence or probability outside the open interval the estimator is defined on."""

    code: ClassVar[str] = "invalid_confidence"
    given: Decimal


@frozen
class InvalidWindow:
    """A window, a lag, a degree of freedom or a count outside what the series allows."""

    code: ClassVar[str] = "invalid_window"
    given: int


@frozen
class InvalidThreshold:
    """A threshold or parameter outside the domain of its formula; `allowed` says which."""

    code: ClassVar[str] = "invalid_threshold"
    given: Decimal
    allowed: str


@frozen
class InvalidPeriod:
    """A number of periods that is not positive."""

    code: ClassVar[str] = "invalid_period"
    given: Decimal


SeriesFault: TypeAlias = (
    BadAmount
    | NumericLimit
    | EmptySeries
    | TooFewObservations
    | LengthMismatch
    | ZeroVariance
    | ZeroDenominator
    | WealthExhausted
    | NoLosses
    | NoWins
    | InvalidConfidence
    | InvalidWindow
    | InvalidThreshold
    | InvalidPeriod
)
