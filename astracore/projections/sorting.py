"""Texts whose order is the order of the numbers they stand for, for stores that sort text."""

from astracore.instants import Instant

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
