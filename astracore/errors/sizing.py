"""Causes of the sizing area: what makes a position size impossible."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.errors.series import (
    EmptySeries,
    NoLosses,
    NoWins,
    TooFewObservations,
    ZeroVariance,
)
from astracore.errors.values import (
    BadAmount,
    InvalidFraction,
    InvalidLeverage,
    InvalidPrice,
    InvalidQuantity,
    InvalidStep,
    InvalidThreshold,
    InvalidWindow,
    LengthMismatch,
    NumericLimit,
)


@frozen
class ZeroStopDistance:
    """Entry and stop are the same price and there are no costs: the loss per unit is zero."""

    code: ClassVar[str] = "zero_stop_distance"
    entry: Decimal


@frozen
class StopOnWrongSide:
    """A long's stop must be below its entry, a short's above."""

    code: ClassVar[str] = "stop_on_wrong_side"
    entry: Decimal
    stop: Decimal


@frozen
class SizeBelowLot:
    """The size is above zero and below one lot, so nothing can be traded."""

    code: ClassVar[str] = "size_below_lot"
    size: Decimal
    lot: Decimal


@frozen
class NotPositiveDefinite:
    """The covariance matrix is not symmetric and positive definite; `row` is the first bad one."""

    code: ClassVar[str] = "not_positive_definite"
    row: int


@frozen
class NotConverged:
    """The iteration did not reach its tolerance within `sweeps`."""

    code: ClassVar[str] = "not_converged"
    sweeps: int


SizingFault: TypeAlias = (
    ZeroStopDistance
    | StopOnWrongSide
    | SizeBelowLot
    | NotPositiveDefinite
    | NotConverged
    | EmptySeries
    | TooFewObservations
    | ZeroVariance
    | NoLosses
    | NoWins
    | LengthMismatch
    | InvalidFraction
    | InvalidLeverage
    | InvalidPrice
    | InvalidQuantity
    | InvalidStep
    | InvalidThreshold
    | InvalidWindow
    | BadAmount
    | NumericLimit
)
