"""Which status a cause of numbers has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import money, series, values

NumberCause: TypeAlias = (
    money.UnknownCurrency
    | money.RetiredCurrency
    | money.NoMinorUnit
    | money.InvalidExponent
    | money.AssetMismatch
    | money.DivisionByZero
    | money.NegativeAmount
    | money.EmptyRatios
    | money.NegativeRatio
    | money.ZeroTotal
    | money.SplitSum
    | series.EmptySeries
    | series.TooFewObservations
    | series.ZeroVariance
    | series.ZeroDenominator
    | series.WealthExhausted
    | series.NoLosses
    | series.NoWins
    | values.RoundingRequired
    | values.InvalidStep
    | values.InvalidSeed
    | values.InvalidFraction
    | values.InvalidConfidence
    | values.InvalidWindow
    | values.InvalidThreshold
    | values.LengthMismatch
)


def status_of_number(cause: NumberCause) -> int:
    """The HTTP status of one of these causes."""
    match cause:
        case (
            money.UnknownCurrency()
            | money.RetiredCurrency()
            | money.NoMinorUnit()
            | money.InvalidExponent()
            | money.AssetMismatch()
            | money.DivisionByZero()
            | money.NegativeAmount()
            | money.EmptyRatios()
            | money.NegativeRatio()
            | money.ZeroTotal()
            | money.SplitSum()
            | series.EmptySeries()
            | series.TooFewObservations()
            | series.ZeroVariance()
            | series.ZeroDenominator()
            | series.WealthExhausted()
            | series.NoLosses()
            | series.NoWins()
            | values.RoundingRequired()
            | values.InvalidStep()
            | values.InvalidSeed()
            | values.InvalidFraction()
            | values.InvalidConfidence()
            | values.InvalidWindow()
            | values.InvalidThreshold()
            | values.LengthMismatch()
        ):
            return 422
        case _:
            return assert_never(cause)
