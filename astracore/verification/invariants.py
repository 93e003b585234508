"""Invariants by name: predicates that our tests use and that users apply to their own functions.

Each takes what an implementation was given and what it answered, and says whether the promise
holds. They compute in exact fractions, so no decimal context can hide a difference.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

A = TypeVar("A")


def idempotent(function: Callable[[A], A], value: A) -> bool:
    """Doing it twice is doing it once."""
    once = function(value)
    return function(once) == once


def monotone(function: Callable[[Decimal], Decimal], left: Decimal, right: Decimal) -> bool:
    """Order is kept."""
    low, high = (left, right) if left <= right else (right, left)
    return function(low) <= function(high)


def odd(function: Callable[[Decimal], Decimal], value: Decimal) -> bool:
    """The mirror image of the input gives the mirror image of the answer."""
    return function(value.copy_negate()) == function(value).copy_negate()


def residue_kept(value: Decimal, answer: Decimal, residue: Decimal) -> bool:
    """What was removed is known: answer + residue is exactly the input."""
    return Fraction(answer) + Fraction(residue) == Fraction(value)


def on_grid(value: Decimal, step: Decimal, start: Decimal = Decimal(0)) -> bool:
    """`value` is `start` plus a whole number of steps."""
    return ((Fraction(value) - Fraction(start)) / Fraction(step)).denominator == 1


def closer_than(value: Decimal, answer: Decimal, step: Decimal, share: Fraction) -> bool:
    """The answer lies within `share` of a step of the input."""
    return abs(Fraction(value) - Fraction(answer)) <= share * Fraction(step)


def no_negative_zero(*values: Decimal) -> bool:
    """Zero has no sign."""
    return not any(value.is_zero() and value.is_signed() for value in values)


def parts_sum(whole: Decimal, parts: Sequence[Decimal]) -> bool:
    """Nothing is made and nothing lost when an amount is divided."""
    return sum(map(Fraction, parts), Fraction(0)) == Fraction(whole)


def parts_near_shares(
    whole: Decimal, step: Decimal, ratios: Sequence[Fraction], parts: Sequence[Decimal]
) -> bool:
    """Each part lies within one step of its exact share; who has no share gets nothing."""
    shares = [Fraction(whole) * ratio / sum(ratios) for ratio in ratios]
    return all(
        abs(Fraction(part) - share) < Fraction(step) and (ratio != 0 or part == 0)
        for part, share, ratio in zip(parts, shares, ratios, strict=True)
    )


def never_gains(start: Decimal, end: Decimal) -> bool:
    """There and back leaves no more than there was."""
    return Fraction(end) <= Fraction(start)


def payer_never_gains(exact: Fraction, paid: Decimal, unit: Decimal) -> bool:
    """What a user pays is at least the exact amount, by less than one unit."""
    return exact <= Fraction(paid) < exact + Fraction(unit)


def receiver_never_gains(exact: Fraction, received: Decimal, unit: Decimal) -> bool:
    """What a user gets is at most the exact amount, by less than one unit."""
    return exact - Fraction(unit) < Fraction(received) <= exact


def never_overspends(cash: Decimal, paid: Sequence[Decimal]) -> bool:
    """Cash less everything that is paid (above zero) and received (below) is at least zero."""
    return sum(map(Fraction, paid), Fraction(0)) <= Fraction(cash)


def chain_links(parts: Sequence[Decimal], whole: Decimal, within: Fraction) -> bool:
    """The returns of the parts compound to that of the whole, `within` of what moved on the way."""
    growth, moved = Fraction(1), Fraction(1)
    for part in parts:
        growth *= 1 + Fraction(part)
        moved *= 1 + abs(Fraction(part))
    return abs(growth - 1 - Fraction(whole)) <= within * moved
