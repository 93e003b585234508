"""Fixed-ratio sizing (Ryan Jones): the next contract is earned by a profit that grows with each."""

from decimal import Decimal
from math import isqrt

from returns.result import Failure, Result, Success

from astracore.errors.sizing import SizingFault
from astracore.errors.values import InvalidQuantity, InvalidThreshold
from astracore.metrics.frames import exactly


@exactly
def fixed_ratio_threshold(delta: Decimal, contracts: int) -> Result[Decimal, SizingFault]:
    """delta x n (n - 1) / 2 [quote]: the profit from which n contracts are traded.

    Errors: InvalidThreshold (delta <= 0), InvalidQuantity (n < 1).   Rounds: never.
    Source: docs/formulas-margin-sizing-risk.md#fixed-ratio (Jones, The Trading Game).
    >>> fixed_ratio_threshold(Decimal(5000), 3).unwrap()
    Decimal('15000')
    """
    if delta <= 0:
        return Failure(InvalidThreshold(str(delta)[:64]))
    if contracts < 1:
        return Failure(InvalidQuantity(str(contracts)))
    return Success(delta * (contracts * (contracts - 1) // 2))


@exactly
def fixed_ratio(profit: Decimal, delta: Decimal) -> Result[int, SizingFault]:
    """The largest n with delta x n (n - 1) / 2 <= profit, at least 1 [contracts].

    n(n - 1)/2 <= profit/delta is n(n - 1) <= floor(2 profit/delta), so one integer root answers.
    Errors: InvalidThreshold (delta <= 0).   Rounds: the count DOWN.
    Source: docs/formulas-margin-sizing-risk.md#fixed-ratio (Jones, The Trading Game).
    Invariant: threshold(n) <= profit < threshold(n + 1) for a profit of at least zero.
    >>> [fixed_ratio(Decimal(profit), Decimal(5000)).unwrap() for profit in (-1, 4999, 5000, 15000)]
    [1, 1, 2, 3]
    """
    if delta <= 0:
        return Failure(InvalidThreshold(str(delta)[:64]))
    if profit <= 0:
        return Success(1)
    doubled = int(2 * profit // delta)
    return Success(max(1, (1 + isqrt(1 + 4 * doubled)) // 2))
