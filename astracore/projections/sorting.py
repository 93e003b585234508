"""Texts whose order is the order of the numbers they stand for, for stores that sort text."""

from decimal import Decimal

from astracore.instants import Instant
from astracore.numeric import to_text

WIDTH = 20  # decimal digits: every instant, every count and every XP total fits
LIMIT = 10**WIDTH


def ascending(number: int) -> str:
    """Text that sorts like `number`, for |number| < 10^20: a sign digit, then 20 digits.

    >>> ascending(-2) < ascending(-1) < ascending(0) < ascending(7) < ascending(10)
    True
    """
    return f"1{number:0{WIDTH}}" if number >= 0 else f"0{LIMIT + number:0{WIDTH}}"


def descending(number: int) -> str:
    """Text that sorts against `number`: the largest first.

    >>> descending(10) < descending(7) < descending(-1)
    True
    """
    return ascending(-number)


def newest_first(at: Instant) -> str:
    """The later the instant, the earlier the text."""
    return descending(at.micros)


def cheapest_first(amount: Decimal) -> str:
    """Text that sorts like `amount`, for amounts from 0 on with at most 18 decimals.

    >>> cheapest_first(Decimal("9.5")) < cheapest_first(Decimal(10)) < cheapest_first(Decimal(11))
    True
    """
    whole, _, rest = to_text(amount).partition(".")
    return f"{whole:0>30}.{rest:0<18}"
