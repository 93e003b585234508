"""The paper venue as a pure state machine: a book taken level by level, rests filled by prints.

Practice players trade against synthetic liquidity and public prints, never against each other.
"""

import decimal
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from attrs import evolve, field, frozen

from astracore.ids import AccountId, FillId, OrderId, derived_id
from astracore.instants import Instant
from astracore.marketdata.book import Book, Level
from astracore.marketdata.prints import Print
from astracore.numeric import EXACT, floor_to
from astracore.trading.paper_prices import without_book
from astracore.trading.types import (
    ZERO,
    Instrument,
    Liquidity,
    OrderType,
    Side,
    TimeInForce,
)


@frozen(kw_only=True)
class VenueOrder:
    """An order as the venue sees it. `executed` is what was filled before it came (again)."""

    order_id: OrderId
    account_id: AccountId
    symbol: str
    side: Side
    type: OrderType
    tif: TimeInForce
    qty: Decimal  # [base]
    executed: Decimal = ZERO  # [base]
    limit_price: Decimal | None = None
    protective_price: Decimal | None = None
    post_only: bool = False


@frozen(kw_only=True)
class Acked:
    """The venue works the order."""

    account_id: AccountId
    order_id: OrderId
    venue_order_id: str
    at: Instant


@frozen(kw_only=True)
class Filled:
    """Part of an order was filled."""

    account_id: AccountId
    order_id: OrderId
    fill_id: FillId
    symbol: str
    side: Side
    qty: Decimal  # [base]
    price: Decimal  # [quote per base]
    liquidity: Liquidity
    at: Instant


@frozen(kw_only=True)
class Declined:
    """The venue would not take the order."""

    account_id: AccountId
    order_id: OrderId
    reason: str
    at: Instant


@frozen(kw_only=True)
class Gone:
    """What was left of the order works no more."""

    account_id: AccountId
    order_id: OrderId
    reason: str
    at: Instant


Report: TypeAlias = Acked | Filled | Declined | Gone


@frozen(kw_only=True)
class Quotes:
    """What the venue knows of one market."""

    instrument: Instrument
    last: Decimal | None = None  # [quote per base] also the mark
    seen: Instant | None = None
    book: Book | None = None


@frozen(kw_only=True)
class Venue:
    """Every market and every resting order, oldest first."""

    markets: Mapping[str, Quotes]
    resting: Mapping[OrderId, VenueOrder] = field(factory=dict)
    touch: bool = False  # whether a print at the limit fills it; otherwise it must print beyond

    @classmethod
    def over(cls, instruments: Mapping[str, Instrument], *, touch: bool = False) -> "Venue":
        """A venue for these instruments, before any price."""
        markets = {name: Quotes(instrument=listed) for name, listed in instruments.items()}
        return cls(markets=markets, touch=touch)


Stepped: TypeAlias = tuple[Venue, tuple[Report, ...]]


def fill_id(order: VenueOrder) -> FillId:
    """The id of an order's next fill: told by what was executed before it.

    A submission that is repeated from the same state repeats the same ids, so no fill is
    booked twice.
    """
    facts = ("fill", order.account_id, order.order_id, str(order.executed.normalize(EXACT)))
    return FillId(derived_id(0, *facts))


def submit(venue: Venue, order: VenueOrder, at: Instant) -> Stepped:
    """Take an order: what crosses fills level by level, the rest rests, or goes as its time says.

    A market order reaches to its protective price, a limit order to its limit and never worse.
    An order that rests already is not taken twice; one that cannot be taken is declined.
    """
    if order.order_id in venue.resting:
        return venue, ()
    market = venue.markets.get(order.symbol)
    if market is None or (market.book is None and market.last is None):
        return venue, (declined(order, "no_market", at),)
    with decimal.localcontext(EXACT):
        takes, left_over = matched(market, order)
        wanted = order.qty - order.executed
        if order.post_only and takes:
            return venue, (declined(order, "post_only_would_cross", at),)
        taken = sum((level.qty for level in takes), ZERO)
        ack = Acked(
            account_id=order.account_id,
            order_id=order.order_id,
            venue_order_id=f"paper-{order.order_id}",
            at=at,
        )
        if order.tif is TimeInForce.FOK and taken < wanted:
            return venue, (ack, gone(order, "fok_unfilled", at))
        fills, after = filled_at(order, takes, Liquidity.TAKER, at)
        markets = {**venue.markets, order.symbol: evolve(market, book=left_over)}
        stepped = evolve(venue, markets=markets)
        if taken == wanted:
            return stepped, (ack, *fills)
        if order.tif is TimeInForce.GTC and order.limit_price is not None:
            rested = {**stepped.resting, order.order_id: after}
            return evolve(stepped, resting=rested), (ack, *fills)
        return stepped, (ack, *fills, gone(order, "ioc_rest", at))


def declined(order: VenueOrder, reason: str, at: Instant) -> Declined:
    """A refusal of `order`."""
    return Declined(account_id=order.account_id, order_id=order.order_id, reason=reason, at=at)


def gone(order: VenueOrder, reason: str, at: Instant) -> Gone:
    """The end of what is left of `order`."""
    return Gone(account_id=order.account_id, order_id=order.order_id, reason=reason, at=at)


def bound_of(order: VenueOrder) -> Decimal | None:
    """The worst price that an order accepts; None: any."""
    return order.protective_price if order.limit_price is None else order.limit_price


def accepts(order: VenueOrder, price: Decimal) -> bool:
    """Whether `price` is no worse than the order's bound."""
    bound = bound_of(order)
    if bound is None:
        return True
    return price <= bound if order.side is Side.BUY else price >= bound


def matched(market: Quotes, order: VenueOrder) -> tuple[tuple[Level, ...], Book | None]:
    """What an arriving order takes, best price first, and the book without it. Kernel."""
    wanted = order.qty - order.executed
    if market.book is None:
        if market.last is None:
            return (), None
        price = without_book(market.last, market.instrument, order.side)
        return ((Level(price=price, qty=wanted),) if accepts(order, price) else ()), None
    buys = order.side is Side.BUY
    takes: list[Level] = []
    left: list[Level] = []
    for level in market.book.asks if buys else market.book.bids:
        qty = min(wanted, level.qty) if accepts(order, level.price) else ZERO
        wanted -= qty
        if qty > ZERO:
            takes.append(Level(price=level.price, qty=qty))
        if level.qty > qty:
            left.append(Level(price=level.price, qty=level.qty - qty))
    rest = tuple(left)
    book = evolve(market.book, asks=rest) if buys else evolve(market.book, bids=rest)
    return tuple(takes), book


def filled_at(
    order: VenueOrder, takes: tuple[Level, ...], liquidity: Liquidity, at: Instant
) -> tuple[tuple[Filled, ...], VenueOrder]:
    """One fill a level at its price, and the order after them. Kernel."""
    fills: list[Filled] = []
    current = order
    for level in takes:
        fills.append(
            Filled(
                account_id=order.account_id,
                order_id=order.order_id,
                fill_id=fill_id(current),
                symbol=order.symbol,
                side=order.side,
                qty=level.qty,
                price=level.price,
                liquidity=liquidity,
                at=at,
            )
        )
        current = evolve(current, executed=current.executed + level.qty)
    return tuple(fills), current


def cancel(venue: Venue, account_id: AccountId, order_id: OrderId, at: Instant) -> Stepped:
    """Take an order out of the book. One that does not rest is gone already; saying so is true."""
    order = venue.resting.get(order_id)
    if order is None:
        gone_already = Gone(account_id=account_id, order_id=order_id, reason="not_working", at=at)
        return venue, (gone_already,)
    left = {key: kept for key, kept in venue.resting.items() if key != order_id}
    return evolve(venue, resting=left), (gone(order, "cancelled", at),)


def on_print(venue: Venue, traded: Print, book: Book | None) -> Stepped:
    """A public trade: the market moves to it, and rests that it passed fill as makers.

    A rest fills at its own limit, when the trade prints beyond it (or at it, by `touch`), best
    limit first, then oldest, up to the trade's quantity in whole lots.
    """
    market = venue.markets.get(traded.symbol)
    if market is None:
        return venue, ()
    with decimal.localcontext(EXACT):
        moved = evolve(market, last=traded.price, seen=traded.at, book=book)
        left = floor_to(traded.qty, market.instrument.lot)
        resting = dict(venue.resting)
        reports: list[Report] = []
        for order, limit in passed(venue, traded):
            qty = min(left, order.qty - order.executed)
            if qty <= ZERO:
                break
            left -= qty
            level = (Level(price=limit, qty=qty),)
            fills, after = filled_at(order, level, Liquidity.MAKER, traded.at)
            reports += fills
            resting[order.order_id] = after
            if after.executed == after.qty:
                del resting[order.order_id]
    markets = {**venue.markets, traded.symbol: moved}
    return evolve(venue, markets=markets, resting=resting), tuple(reports)


def passed(venue: Venue, traded: Print) -> tuple[tuple[VenueOrder, Decimal], ...]:
    """The rests that a print reaches, with their limits: best limit first, then oldest. Kernel."""
    reached: list[tuple[VenueOrder, Decimal]] = []
    for order in venue.resting.values():
        limit = order.limit_price
        if order.symbol != traded.symbol or limit is None:
            continue
        beyond = limit - traded.price if order.side is Side.BUY else traded.price - limit
        if beyond > ZERO or (venue.touch and beyond == ZERO):
            reached.append((order, limit))
    sign = {Side.BUY: -1, Side.SELL: 1}
    return tuple(sorted(reached, key=lambda pair: sign[pair[0].side] * pair[1]))
