"""From the holding that is to the holding that is wanted: one market order."""

import decimal
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.market import FilterBreach
from astracore.errors.values import InvalidQuantity
from astracore.market.filters import LotFilter, quantity_breaches
from astracore.numeric import EXACT, bounded
from astracore.strategies.sma_cross import Stance
from astracore.trading.types import Instrument, Side

UNITS: Mapping[Stance, int] = MappingProxyType({Stance.SHORT: -1, Stance.FLAT: 0, Stance.LONG: 1})


@frozen(kw_only=True)
class Turn:
    """What to trade at the market."""

    side: Side
    qty: Decimal  # [base]


def stake(qty: Decimal, listed: Instrument) -> Result[Decimal, FilterBreach]:
    """The quantity of a stance, checked against the market's lots before anything is traded.

    Turning over trades twice as much, so half the largest order is the most.
    Errors: InvalidQuantity, QuantityOffStep, QuantityOutOfRange (the first that applies).
    """
    if not bounded(qty):
        return Failure(InvalidQuantity(EXACT.to_sci_string(qty)[:64]))
    most = EXACT.divide(listed.max_qty, Decimal(2))
    lots = LotFilter(minimum=listed.min_qty, maximum=most, step=listed.lot)
    with decimal.localcontext(EXACT):
        breaches = quantity_breaches(lots, qty)
    return Failure(breaches[0]) if breaches else Success(qty)


def turn(held: Stance, wanted: Stance, qty: Decimal) -> Turn | None:
    """The order that turns `held` into `wanted`, where a stance holds `qty` [base]; None: none.

    >>> turn(Stance.SHORT, Stance.LONG, Decimal("0.5"))
    Turn(side=<Side.BUY: 'buy'>, qty=Decimal('1.0'))
    """
    units = UNITS[wanted] - UNITS[held]
    if units == 0:
        return None
    side = Side.BUY if units > 0 else Side.SELL
    return Turn(side=side, qty=EXACT.multiply(qty, Decimal(abs(units))))
