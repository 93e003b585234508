"""The simple moving average, as an exact running sum: ties are ties, never a rounding."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from astracore.numeric import EXACT

ZERO = Decimal(0)


@frozen(kw_only=True)
class Sma:
    """The last `length` values, oldest first, and their sum.

    The average is total / length; compare totals, and no division is needed.
    """

    length: int  # >= 1
    values: tuple[Decimal, ...] = ()
    total: Decimal = ZERO

    @property
    def warm(self) -> bool:
        """Whether `length` values were seen: before that there is no average."""
        return len(self.values) == self.length


def observed(average: Sma, value: Decimal) -> Sma:
    """The average after one more value.

    Invariant: equals `sma` of the whole series, to the last digit.
    """
    gone = average.values[0] if average.warm else ZERO
    total = EXACT.subtract(EXACT.add(average.total, value), gone)
    kept = average.values[1:] if average.warm else average.values
    return Sma(length=average.length, values=(*kept, value), total=total)


def sma(values: Sequence[Decimal], length: int) -> tuple[Decimal | None, ...]:
    """Sums of the last `length` values at each place; None while there are fewer.

    `values`: oldest first.  Rounds: never (a sum; divide it by `length` to show it).
    >>> [str(total) for total in sma([Decimal(1), Decimal(2), Decimal(4)], 2)]
    ['None', '3', '6']
    """
    sums: list[Decimal | None] = []
    for place in range(1, len(values) + 1):
        window = values[max(0, place - length) : place]
        total = ZERO
        for value in window:
            total = EXACT.add(total, value)
        sums.append(total if len(window) == length else None)
    return tuple(sums)
