"""Trailing stops: a level that follows the best price and never goes back.

A sell's level stands under the highest price since activation, a buy's over the lowest. Each
price first moves the extreme, then tests the level.
"""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.orders import OrderFault
from astracore.errors.trading import InvalidOrder
from astracore.errors.values import InvalidPrice
from astracore.numeric import ceiling_to, exact, floor_to, to_text
from astracore.outcome import is_failure
from astracore.trading.contracts.kinds import ONE, above_zero, from_zero
from astracore.trading.orders.triggers import stop_fires, touch_fires
from astracore.trading.types import ZERO, Side


class TrailBy(StrEnum):
    """How far behind the best price the level stands: an amount, or a fraction of it."""

    AMOUNT = "amount"
    PERCENT = "percent"


@frozen(kw_only=True)
class Trail:
    """The terms of a trailing stop. Outside data enters through `trail`."""

    side: Side
    by: TrailBy
    distance: Decimal  # [quote per base], or a fraction of 1
    activation: Decimal | None = None  # sell: at or above, buy: at or below; None: at once
    initial: Decimal | None = None  # a level that stands from the beginning


@frozen(kw_only=True)
class Trailing:
    """A trailing stop at work. Invariant: a sell's level never falls, a buy's never rises."""

    terms: Trail
    active: bool
    level: Decimal | None = None
    fired: bool = False


@frozen(kw_only=True)
class TrailPath:
    """The level after each price up to the one that fired it; None where there was none yet."""

    levels: tuple[Decimal | None, ...]
    fire_index: int | None  # counted from 0
    fire_price: Decimal | None


@exact
def trail(terms: Trail) -> Result[Trailing, OrderFault]:
    """Set a trailing stop to work.

    Errors: InvalidOrder (distance not above 0, a fraction not below 1), InvalidPrice, NumericLimit.
    Source: docs/formulas-contracts-orders.md#trailing-stops.
    """
    if not above_zero(terms.distance):
        return Failure(InvalidOrder("trail", "must be above zero"))
    if terms.by is TrailBy.PERCENT and not terms.distance < ONE:
        return Failure(InvalidOrder("trail", "must be below one"))
    for price in (terms.activation, terms.initial):
        if price is not None and not above_zero(price):
            return Failure(InvalidPrice(to_text(price)))
    return Success(Trailing(terms=terms, active=terms.activation is None, level=terms.initial))


def level_behind(terms: Trail, price: Decimal) -> Decimal:
    """The level that one price alone would set: exact, not on the tick. Kernel.

    >>> fall = Trail(side=Side.SELL, by=TrailBy.PERCENT, distance=Decimal("0.05"))
    >>> level_behind(fall, Decimal(110))
    Decimal('104.50')
    """
    sign = -1 if terms.side is Side.SELL else 1
    if terms.by is TrailBy.AMOUNT:
        return price + sign * terms.distance
    return price * (ONE + sign * terms.distance)


@exact
def follow(stop: Trailing, price: Decimal) -> Result[Trailing, OrderFault]:
    """The stop after one more price.

    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#trailing-stops.
    Invariant: the level moves only in the order's favour; once fired nothing moves.
    """
    if not above_zero(price):
        return Failure(InvalidPrice(to_text(price)))
    terms = stop.terms
    if stop.fired:
        return Success(stop)
    reached = terms.activation is None or touch_fires(terms.side, terms.activation, price)
    if not (stop.active or reached):
        return Success(stop)
    behind = level_behind(terms, price)
    level = behind if stop.level is None else _ratchet(terms.side, stop.level, behind)
    fired = stop_fires(terms.side, level, price)
    return Success(evolve(stop, active=True, level=level, fired=fired))


def _ratchet(side: Side, level: Decimal, behind: Decimal) -> Decimal:
    """The better of two levels for the holder. Kernel."""
    return max(level, behind) if side is Side.SELL else min(level, behind)


@exact
def trailing_stop_path(terms: Trail, prices: Sequence[Decimal]) -> Result[TrailPath, OrderFault]:
    """Follow `prices` until the stop fires.

    Errors: InvalidOrder, InvalidPrice, NumericLimit.
    Source: docs/formulas-contracts-orders.md#trailing-stops.
    Invariant: levels are monotone in the order's favour.
    >>> by_amount = Trail(side=Side.SELL, by=TrailBy.AMOUNT, distance=Decimal(3))
    >>> path = trailing_stop_path(by_amount, [Decimal(p) for p in ("100", "104", "101.5", "101")])
    >>> path.unwrap().fire_index, str(path.unwrap().fire_price)
    (3, '101')
    >>> by_share = Trail(side=Side.SELL, by=TrailBy.PERCENT, distance=Decimal("0.05"))
    >>> path = trailing_stop_path(by_share, [Decimal(p) for p in ("100", "110", "104.6", "104.5")])
    >>> path.unwrap().fire_index, to_text(path.unwrap().levels[-1])
    (3, '104.5')
    """
    begun = trail(terms)
    if is_failure(begun):
        return begun
    stop, levels = begun.unwrap(), list[Decimal | None]()
    for place, price in enumerate(prices):
        moved = follow(stop, price)
        if is_failure(moved):
            return moved
        stop = moved.unwrap()
        levels.append(stop.level)
        if stop.fired:
            return Success(TrailPath(levels=tuple(levels), fire_index=place, fire_price=price))
    return Success(TrailPath(levels=tuple(levels), fire_index=None, fire_price=None))


@exact
def venue_level(side: Side, level: Decimal, tick: Decimal) -> Result[Decimal, OrderFault]:
    """An exact level as it is sent to a venue: sell CEIL, buy FLOOR to the tick.

    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#trailing-stops.
    """
    return Success(ceiling_to(level, tick) if side is Side.SELL else floor_to(level, tick))


@exact
def trailing_limit(
    side: Side, level: Decimal, offset: Decimal, tick: Decimal
) -> Result[Decimal, OrderFault]:
    """The limit that a fired trailing stop-limit becomes.

    Sell floor(level − offset, tick), buy ceil(level + offset, tick).
    Errors: InvalidOrder (offset below zero), InvalidPrice (nothing is left of it), NumericLimit.
    Source: docs/formulas-contracts-orders.md#trailing-stops.
    >>> trailing_limit(Side.SELL, Decimal("104.53"), Decimal(1), Decimal("0.1")).unwrap()
    Decimal('103.5')
    """
    if not from_zero(offset):
        return Failure(InvalidOrder("limit_offset", "must not be below zero"))
    sells = side is Side.SELL
    price = floor_to(level - offset, tick) if sells else ceiling_to(level + offset, tick)
    return Success(price) if price > ZERO else Failure(InvalidPrice(to_text(price)))
