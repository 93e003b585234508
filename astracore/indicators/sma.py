"""Simple moving average: the mean of the last `window` values, exact until it is read."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.values import InvalidWindow, NumericLimit
from astracore.numeric import exact, quotient

ZERO = Decimal(0)


@frozen(kw_only=True)
class Sma:
    """The last values, oldest first, at most `window` of them, and their exact sum."""

    window: int
    values: tuple[Decimal, ...] = ()
    total: Decimal = ZERO

    @property
    def ready(self) -> bool:
        """Whether `window` values were seen."""
        return len(self.values) == self.window


def sma(window: int) -> Result[Sma, InvalidWindow]:
    """An average of nothing yet.  Errors: InvalidWindow (below 1).

    >>> sma(0)
    <Failure: InvalidWindow(window=0)>
    """
    return Success(Sma(window=window)) if window >= 1 else Failure(InvalidWindow(window))


def pushed(average: Sma, value: Decimal) -> Sma:
    """One more value; the oldest leaves when there are more than `window`. Kernel.

    Invariant: total is the exact sum of values, however many went through.
    """
    if not average.ready:
        values, total = (*average.values, value), average.total + value
    else:
        values = (*average.values[1:], value)
        total = average.total + value - average.values[0]
    return Sma(window=average.window, values=values, total=total)


def mean(average: Sma) -> Decimal | None:
    """total/window carried to 50 digits, half to even; None before `window` values. Kernel."""
    return quotient(average.total, Decimal(average.window)) if average.ready else None


@exact
def sma_series(
    values: Sequence[Decimal], window: int
) -> Result[tuple[Decimal | None, ...], InvalidWindow | NumericLimit]:
    """The average at each value, None for the first window − 1.

    sum of the last `window` values / window.  Errors: InvalidWindow, NumericLimit.
    Rounds: once, to 50 digits, half to even.  Source: docs/formulas.md#sma.
    Invariant: equal to pushing the values one by one.
    >>> sma_series([Decimal(1), Decimal(2), Decimal(4)], 2).unwrap()
    (None, Decimal('1.5'), Decimal('3'))
    """
    if window < 1:
        return Failure(InvalidWindow(window))
    sums = [
        sum(values[place + 1 - window : place + 1], ZERO) if place + 1 >= window else None
        for place in range(len(values))
    ]
    span = Decimal(window)
    return Success(tuple(None if one is None else quotient(one, span) for one in sums))


def streamed(average: Sma, values: Iterable[Decimal]) -> Sma:
    """The average after all of `values`. Kernel."""
    for value in values:
        average = pushed(average, value)
    return average
