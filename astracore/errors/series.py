"""Causes that concern series and estimators: a statistic that has no value says why."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.values import (
    BadAmount,
    InvalidConfidence,
    InvalidFraction,
    InvalidPeriod,
    InvalidThreshold,
    InvalidWindow,
    LengthMismatch,
    NumericLimit,
)


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
    | InvalidFraction
    | InvalidPeriod
)
