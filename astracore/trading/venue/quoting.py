"""Prices that follow the market: the bound of a market order, a peg to the best quote."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.orders import OrderFault
from astracore.errors.trading import InvalidOrder
from astracore.errors.values import InvalidPrice
from astracore.numeric import ceiling_to, exact, floor_to, to_text
from astracore.trading.contracts.kinds import ONE, above_zero
from astracore.trading.types import ZERO, Side


@exact
def protective_bound(
    side: Side, mark: Decimal, band: Decimal, tick: Decimal
) -> Result[Decimal, OrderFault]:
    """The worst price a market order takes: buy floor(mark × (1 + band), tick), sell ceil(mark ×
    (1 − band), tick).

    Errors: InvalidPrice, InvalidOrder (band outside [0, 1), tick not above 0), NumericLimit.
    Source: docs/formulas-contracts-orders.md#market-orders.
    >>> terms = (Decimal("45123.4"), Decimal("0.05"), Decimal("0.1"))
    >>> [str(protective_bound(side, *terms).unwrap()) for side in Side]
    ['47379.5', '42867.3']
    """
    if not above_zero(mark):
        return Failure(InvalidPrice(to_text(mark)))
    if not (ZERO <= band < ONE and tick > ZERO):
        return Failure(InvalidOrder("band", "band must be in [0, 1) and tick above 0"))
    if side is Side.BUY:
        return Success(floor_to(mark * (ONE + band), tick))
    return Success(ceiling_to(mark * (ONE - band), tick))


@frozen(kw_only=True)
class Peg:
    """Terms of a pegged order: `offset` [quote per base] behind the best price of its side."""

    side: Side
    offset: Decimal
    tick: Decimal
    limit_price: Decimal | None = None  # never worse than this


@exact
def pegged_price(
    peg: Peg, bid: Decimal | None, ask: Decimal | None
) -> Result[Decimal | None, OrderFault]:
    """Where a pegged order stands: buy best bid − offset, sell best ask + offset, on the tick.

    Away from the market to the tick; never at or through the other side's best; never worse than
    its limit. None while its side has no quote, or nothing above zero is left.
    Errors: InvalidOrder (offset below zero, tick not above), NumericLimit.
    Source: docs/formulas-contracts-orders.md#pegged.
    Invariant: a buy stands below the ask, a sell above the bid.
    >>> peg = Peg(side=Side.BUY, offset=Decimal("0.5"), tick=Decimal("0.1"))
    >>> pegged_price(peg, Decimal("100.0"), Decimal("100.2")).unwrap()
    Decimal('99.5')
    """
    if not (peg.offset >= ZERO and peg.tick > ZERO):
        return Failure(InvalidOrder("offset", "offset must be 0 or more and tick above 0"))
    buys = peg.side is Side.BUY
    own, other = (bid, ask) if buys else (ask, bid)
    if own is None:
        return Success(None)
    wanted = [own - peg.offset] if buys else [own + peg.offset]
    if other is not None:
        wanted.append(other - peg.tick if buys else other + peg.tick)
    if peg.limit_price is not None:
        wanted.append(peg.limit_price)
    price = floor_to(min(wanted), peg.tick) if buys else ceiling_to(max(wanted), peg.tick)
    return Success(price if price > ZERO else None)
