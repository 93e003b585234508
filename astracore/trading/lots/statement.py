"""Exact realised and unrealised profit of one's own fills, by any method of cost basis."""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import define, field, frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.numeric import exact
from astracore.trading.lots.basis import LotMethod
from astracore.trading.lots.ownfills import OwnFill
from astracore.trading.positions import part_of, sign_of
from astracore.trading.types import ZERO, Side

FINEST = Decimal("0.000000000000000001")  # [quote] the unit of costs, 10^-18
METHODS = (LotMethod.FIFO, LotMethod.LIFO, LotMethod.HIFO, LotMethod.AVERAGE)


@frozen(kw_only=True)
class SymbolPnl:
    """What the fills of one symbol came to. net = realised + unrealised − fees [quote]."""

    symbol: str
    quote: str
    fills: int
    bought: Decimal  # [base]
    sold: Decimal  # [base]
    position: Decimal  # [base], negative when short
    cost: Decimal  # [quote], signed like the position
    mark: Decimal  # [quote per base]
    realised: Decimal
    unrealised: Decimal
    fees: Decimal
    net: Decimal


@frozen(kw_only=True)
class QuoteTotal:
    """The sums over all symbols paid in one currency."""

    quote: str
    realised: Decimal
    unrealised: Decimal
    fees: Decimal
    net: Decimal


@frozen(kw_only=True)
class PnlReport:
    """All symbols, by name, and the totals of each quote currency."""

    method: LotMethod
    symbols: tuple[SymbolPnl, ...]
    totals: tuple[QuoteTotal, ...]


@frozen(kw_only=True)
class Leg:
    """A fill with its base fee turned into quantity and value: what really changed hands."""

    qty: Decimal  # [base]
    fee: Decimal  # [quote]


def leg_of(fill: OwnFill) -> Leg:
    """A fee in the base lowers the signed quantity by it and costs it at the fill's price. Kernel.

    Invariant: sign × qty is what the holding changed by.
    """
    if fill.fee_currency != fill.base or fill.base == fill.quote:
        return Leg(qty=fill.qty, fee=fill.fee)
    return Leg(qty=fill.qty - sign_of(fill.side) * fill.fee, fee=fill.fee * fill.price)


@define
class _Book:
    """The lots of one side of one symbol, kept so that the next to go is on top."""

    method: LotMethod
    lots: list[tuple[Decimal, int, Decimal, Decimal]] = field(factory=list)  # order, qty, cost
    qty: Decimal = ZERO
    cost: Decimal = ZERO

    def add(self, seq: int, qty: Decimal, price: Decimal) -> None:
        """One more lot, or a larger pool."""
        self.qty += qty
        self.cost += qty * price
        if self.method is LotMethod.AVERAGE:
            self.lots = [(ZERO, 0, self.qty, self.cost)]
        else:
            heapq.heappush(self.lots, (*order_of(self.method, price, seq), qty, qty * price))

    def take(self, qty: Decimal) -> Decimal:
        """Take `qty`, at most what is held, and say what it had cost."""
        matched, wanted = ZERO, qty
        while wanted > ZERO:
            price, seq, held, total = self.lots[0]
            taken = min(wanted, held)
            cost = part_of(total, taken, held, FINEST)
            matched, wanted = matched + cost, wanted - taken
            if taken == held:
                heapq.heappop(self.lots)
            else:
                heapq.heapreplace(self.lots, (price, seq, held - taken, total - cost))
        self.qty -= qty
        self.cost -= matched
        return matched


def order_of(method: LotMethod, price: Decimal, seq: int) -> tuple[Decimal, int]:
    """What puts a lot before another: the smallest goes first.

    >>> order_of(LotMethod.LIFO, Decimal(5), 3), order_of(LotMethod.HIFO, Decimal(5), 3)
    ((Decimal('0'), -3), (Decimal('-5'), 3))
    """
    if method is LotMethod.HIFO:
        return price.copy_negate(), seq
    if method is LotMethod.LOFO:
        return price, seq
    return ZERO, -seq if method is LotMethod.LIFO else seq


def symbol_pnl(fills: Sequence[OwnFill], method: LotMethod, mark: Decimal | None) -> SymbolPnl:
    """One symbol's fills in order of time; without a mark the last price is it. Kernel."""
    books = {side: _Book(method) for side in Side}
    bought = sold = realised = fees = ZERO
    for seq, fill in enumerate(fills):
        leg, sign = leg_of(fill), sign_of(fill.side)
        against = books[Side.SELL if fill.side is Side.BUY else Side.BUY]
        closed = min(leg.qty, against.qty)
        realised -= sign * (closed * fill.price - against.take(closed))
        if leg.qty > closed:
            books[fill.side].add(seq, leg.qty - closed, fill.price)
        fees += leg.fee
        bought += leg.qty if sign > 0 else ZERO
        sold += leg.qty if sign < 0 else ZERO
    price = fills[-1].price if mark is None else mark
    position = books[Side.BUY].qty - books[Side.SELL].qty
    cost = books[Side.BUY].cost - books[Side.SELL].cost
    unrealised = position * price - cost
    return SymbolPnl(
        symbol=fills[0].symbol,
        quote=fills[0].quote,
        fills=len(fills),
        bought=bought,
        sold=sold,
        position=position,
        cost=cost,
        mark=price,
        realised=realised,
        unrealised=unrealised,
        fees=fees,
        net=realised + unrealised - fees,
    )


@exact
def pnl_report(
    fills: Iterable[OwnFill], method: LotMethod, marks: Mapping[str, Decimal]
) -> Result[PnlReport, NumericLimit]:
    """Realised and unrealised profit of `fills` (in order of time) by `method`.

    Closing c of a holding: sign × (c × price − matched cost), the cost of the lots that `method`
    takes; shorts are lots of their own book. `marks` [quote per base] by symbol, the last price
    where one is missing. Fees stand apart: net = realised + unrealised − fees.
    Errors: NumericLimit.  Rounds: parts of lots half to even at 10^-18, the last takes the rest.
    Source: docs/formulas.md#lots.
    Invariant: realised + unrealised is the same for every method.
    """
    by_symbol: dict[str, list[OwnFill]] = {}
    for fill in fills:
        by_symbol.setdefault(fill.symbol, []).append(fill)
    symbols = tuple(
        symbol_pnl(by_symbol[symbol], method, marks.get(symbol)) for symbol in sorted(by_symbol)
    )
    quotes = sorted({one.quote for one in symbols})
    totals = tuple(_total(quote, symbols) for quote in quotes)
    return Success(PnlReport(method=method, symbols=symbols, totals=totals))


def _total(quote: str, symbols: Sequence[SymbolPnl]) -> QuoteTotal:
    """The sums of one currency. Kernel."""
    mine = [one for one in symbols if one.quote == quote]
    return QuoteTotal(
        quote=quote,
        realised=sum((one.realised for one in mine), ZERO),
        unrealised=sum((one.unrealised for one in mine), ZERO),
        fees=sum((one.fees for one in mine), ZERO),
        net=sum((one.net for one in mine), ZERO),
    )
