"""Integers as a chain holds them: total conversions that refuse what does not fit."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.chain import (
    BadFelts,
    ChainFault,
    OverflowFelt,
    OverflowI64,
    OverflowU128,
    OverflowU256,
)
from astracore.errors.values import NumericFault
from astracore.numeric.rounding import from_scaled, to_scaled

FIELD = 2**251 + 17 * 2**192 + 1  # the prime of the STARK field
HALF_WORD = 2**128
Conversion: TypeAlias = ChainFault | NumericFault


class Width(Enum):
    """The integer types that values cross in."""

    U128 = "u128"
    U256 = "u256"
    I64 = "i64"
    FELT = "felt"


@frozen
class Bounds:
    """The least and the greatest value of a width, both included."""

    least: int
    greatest: int


WIDTHS = {
    Width.U128: Bounds(0, 2**128 - 1),
    Width.U256: Bounds(0, 2**256 - 1),
    Width.I64: Bounds(-(2**63), 2**63 - 1),
    Width.FELT: Bounds(0, FIELD - 1),
}
OVERFLOWS: Mapping[Width, Callable[[str], ChainFault]] = {
    Width.U128: OverflowU128,
    Width.U256: OverflowU256,
    Width.I64: OverflowI64,
    Width.FELT: OverflowFelt,
}


def to_felts(value: int, width: Width) -> Result[tuple[int, ...], ChainFault]:
    """`value` as field elements: u256 is (low, high), a negative i64 is its residue.

    Errors: the overflow of the width.  Invariant: from_felts(to_felts(x)) == x.
    >>> to_felts(2**128 + 5, Width.U256).unwrap()
    (5, 1)
    """
    bounds = WIDTHS[width]
    if not bounds.least <= value <= bounds.greatest:
        return Failure(OVERFLOWS[width](hex(value)[:80]))
    if width is Width.U256:
        return Success((value % HALF_WORD, value // HALF_WORD))
    return Success((value % FIELD,))


def from_felts(felts: tuple[int, ...], width: Width) -> Result[int, ChainFault]:
    """The value that field elements encode.

    Errors: BadFelts (wrong count, or an element outside its range).
    >>> from_felts((5, 1), Width.U256).unwrap() == 2**128 + 5
    True
    """
    parts = 2 if width is Width.U256 else 1
    limit = HALF_WORD if width is Width.U256 else FIELD
    if len(felts) != parts or not all(0 <= felt < limit for felt in felts):
        return Failure(BadFelts(width.value, len(felts)))
    value = sum(felt * HALF_WORD**place for place, felt in enumerate(felts))
    bounds = WIDTHS[width]
    if value > bounds.greatest and bounds.least < 0:
        value -= FIELD
    if not bounds.least <= value <= bounds.greatest:
        return Failure(BadFelts(width.value, len(felts)))
    return Success(value)


def to_chain(amount: Decimal, places: int, width: Width) -> Result[tuple[int, ...], Conversion]:
    """amount * 10^places as field elements, exact or refused.

    Errors: NumericLimit, RoundingRequired, the overflow of the width.
    Invariant: from_chain(to_chain(x)) == x.
    >>> to_chain(Decimal("1.5"), 18, Width.U256).unwrap()
    (1500000000000000000, 0)
    """
    return Result.do(
        felts for units in to_scaled(amount, places) for felts in to_felts(units, width)
    )


def from_chain(felts: tuple[int, ...], places: int, width: Width) -> Result[Decimal, Conversion]:
    """The amount that field elements encode at `places` decimals.

    Errors: BadFelts, NumericLimit.
    >>> from_chain((1500000000000000000, 0), 18, Width.U256).unwrap()
    Decimal('1.500000000000000000')
    """
    return Result.do(
        amount for units in from_felts(felts, width) for amount in from_scaled(units, places)
    )
