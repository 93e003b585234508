"""From a raw size to lots: caps first, then DOWN, and nothing is rounded up to reach a minimum."""

import decimal
from decimal import Decimal
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.sizing import SizeBelowLot, SizingFault
from astracore.errors.values import (
    InvalidFraction,
    InvalidLeverage,
    InvalidPrice,
    InvalidQuantity,
    InvalidStep,
)
from astracore.numeric import EXACT, Rounding, rounded_quotient

ZERO = Decimal(0)
ONE = Decimal(1)
Ratio: TypeAlias = tuple[Decimal, Decimal]  # an unrounded size: over, under > 0
TOWARD_ZERO = decimal.Context(
    prec=50, rounding=decimal.ROUND_DOWN, traps=[decimal.InvalidOperation, decimal.DivisionByZero]
)


@frozen(kw_only=True)
class Grid:
    """Sizes are multiples of `lot`; None leaves 50 digits. `allow_zero` answers 0 below a lot."""

    lot: Decimal | None
    allow_zero: bool = False


@frozen(kw_only=True)
class Caps:
    """Upper bounds of a size; None is no bound.

    `quantity` [units], `notional` [quote], `leverage` [1] of equity, and `participation`
    [fraction] of `volume` [units].
    """

    quantity: Decimal | None = None
    notional: Decimal | None = None
    leverage: Decimal | None = None
    volume: Decimal | None = None
    participation: Decimal = ONE


NO_CAPS = Caps()


def caps_fault(caps: Caps, grid: Grid) -> Result[None, SizingFault]:
    """What is wrong with the bounds themselves. Kernel.

    Errors: InvalidStep, InvalidQuantity, InvalidLeverage, InvalidFraction.
    """
    if grid.lot is not None and grid.lot <= 0:
        return Failure(InvalidStep(EXACT.to_sci_string(grid.lot)[:64]))
    for bound in (caps.quantity, caps.notional, caps.volume):
        if bound is not None and bound < 0:
            return Failure(InvalidQuantity(EXACT.to_sci_string(bound)[:64]))
    if caps.leverage is not None and caps.leverage < 0:
        return Failure(InvalidLeverage(EXACT.to_sci_string(caps.leverage)[:64]))
    if not 0 <= caps.participation <= 1:
        return Failure(
            InvalidFraction("participation", EXACT.to_sci_string(caps.participation)[:64])
        )
    return Success(None)


def capped(raw: Ratio, caps: Caps, *, equity: Decimal, value: Ratio) -> tuple[Ratio, ...]:
    """`raw` and every bound of `caps` as sizes; `value` is the notional of one unit [quote].

    Kernel. The size is the least of them; each stays an exact fraction.
    """
    over, under = value
    bounds: list[Ratio] = [raw]
    if caps.quantity is not None:
        bounds.append((caps.quantity, ONE))
    if caps.notional is not None:
        bounds.append((caps.notional * under, over))
    if caps.leverage is not None:
        bounds.append((caps.leverage * max(equity, ZERO) * under, over))
    if caps.volume is not None:
        bounds.append((caps.volume * caps.participation, ONE))
    return tuple(bounds)


def in_lots(
    bounds: tuple[Ratio, ...], grid: Grid, *, units: Decimal = ONE
) -> Result[Decimal, SizingFault]:
    """The least of `bounds`, divided by `units`, DOWN to the lot. Kernel.

    Rounding down is monotone, so the least of the rounded is the rounded least.
    Errors: SizeBelowLot.
    """
    size = min(_down(over, under * units, grid.lot) for over, under in bounds)
    if size == 0 and not grid.allow_zero and all(over > 0 for over, _ in bounds):
        over, under = min(bounds, key=lambda bound: TOWARD_ZERO.divide(*bound))
        raw = TOWARD_ZERO.divide(over, under * units)
        return Failure(SizeBelowLot(raw, ZERO if grid.lot is None else grid.lot))
    return Success(size)


def price_fault(*prices: Decimal) -> Result[None, SizingFault]:
    """The first price that is not above zero. Kernel.  Errors: InvalidPrice."""
    for price in prices:
        if price <= 0:
            return Failure(InvalidPrice(EXACT.to_sci_string(price)[:64]))
    return Success(None)


def _down(over: Decimal, under: Decimal, lot: Decimal | None) -> Decimal:
    if lot is None:
        return TOWARD_ZERO.divide(over, under)
    return rounded_quotient(over, under, lot, Rounding.DOWN)
