"""Scores of the trading boards: what was made per day, whatever was paid in or out."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.series import SeriesFault, TooFewObservations, WealthExhausted, ZeroVariance
from astracore.metrics.frames import statistical
from astracore.metrics.kernels import mean_of, variance_of
from astracore.numeric import even

PLACES = 6
YEAR = Decimal(365)  # days that crypto trades
ONE = Decimal(1)


@frozen(kw_only=True)
class DayReturn:
    """One UTC day of an account: its return [fraction], and whether money came or went."""

    value: Decimal
    has_flow: bool = False


@statistical
def return_score(days: tuple[DayReturn, ...]) -> Result[Decimal, SeriesFault]:
    """Π (1 + r) − 1 over the days without flows [fraction].

    Errors: WealthExhausted (a day lost everything, or more).   Rounds: e6.
    Source: docs/formulas-ranking.md#boards.
    Invariant: a day with a deposit changes nothing, so deposits cannot buy rank.
    >>> return_score((DayReturn(value=Decimal("0.1")), DayReturn(value=Decimal("-0.1")))).unwrap()
    Decimal('-0.010000')
    """
    wealth = ONE
    for place, day in enumerate(_still(days)):
        if day <= -ONE:
            return Failure(WealthExhausted(place))
        wealth *= ONE + day
    return Success(even(wealth - ONE, PLACES))


@statistical
def sharpe_score(days: tuple[DayReturn, ...]) -> Result[Decimal, SeriesFault]:
    """√365 × mean / sample deviation of the daily returns without flows.

    Errors: TooFewObservations (fewer than two days), ZeroVariance.   Rounds: e6.
    Source: docs/formulas-ranking.md#boards.
    """
    returns = _still(days)
    if len(returns) < 2:
        return Failure(TooFewObservations(2, len(returns)))
    variance = variance_of(returns, 1)
    if variance <= 0:
        return Failure(ZeroVariance())
    return Success(even(mean_of(returns) / variance.sqrt() * YEAR.sqrt(), PLACES))


def _still(days: tuple[DayReturn, ...]) -> tuple[Decimal, ...]:
    """The returns of the days on which no money came or went."""
    return tuple(day.value for day in days if not day.has_flow)
