"""The paper venue as a pure state machine: a book taken level by level, rests filled by prints.

Practice players trade against synthetic liquidity and public prints, never against each other.
"""

import decimal
from collections.abc import Mapping
from decimal import Decimal

from attrs import evolve

from astracore.ids import AccountId, OrderId
from astracore.instants import Instant
from astracore.marketdata.book import Book, Level
from astracore.marketdata.prints import Print
from astracore.numeric import EXACT, floor_to
from astracore.outcome import is_failure
from astracore.trading.orders.terms import RULES, Family
from astracore.trading.types import (
    ZERO,
    Instrument,
    Liquidity,
    OrderType,
    Side,
    TimeInForce,
)
from astracore.trading.venue.paper_orders import (
    RESTING,
    Acked,
    Declined,
    Filled,
    Gone,
    Quotes,
    Report,
    Stepped,
    Venue,
    VenueOrder,
    fill_id,
)
from astracore.trading.venue.paper_prices import without_book
from astracore.trading.venue.quoting import Peg, pegged_price
from astracore.trading.venue.scheduling import due_by

__all__ = [
    "Acked",
    "Declined",
    "Filled",
    "Gone",
    "Quotes",
    "Report",
    "Venue",
    "VenueOrder",
    "amend",
    "cancel",
    "fill_id",
    "on_print",
    "submit",
]


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
    ack = Acked(
        account_id=order.account_id,
        order_id=order.order_id,
        venue_order_id=f"paper-{order.order_id}",
        at=at,
    )
    with decimal.localcontext(EXACT):
        if RULES[order.type].family is Family.SLICED:
            return rested(venue, order), (ack,)
        if order.type is OrderType.PEGGED:
            return rested(venue, repegged(order, market)), (ack,)
        return taken(venue, market, order, ack)


def rested(venue: Venue, order: VenueOrder) -> Venue:
    """The venue with one more order at work."""
    return evolve(venue, resting={**venue.resting, order.order_id: order})


def taken(venue: Venue, market: Quotes, order: VenueOrder, ack: Acked) -> Stepped:
    """An arriving order against the book. Kernel."""
    at = ack.at
    takes, left_over = matched(market, order)
    wanted = order.qty - order.executed
    if order.post_only and takes:
        return venue, (declined(order, "post_only_would_cross", at),)
    whole = sum((level.qty for level in takes), ZERO)
    if order.tif is TimeInForce.FOK and whole < wanted:
        return venue, (ack, gone(order, "fok_unfilled", at))
    fills, after = filled_at(order, takes, Liquidity.TAKER, at)
    markets = {**venue.markets, order.symbol: evolve(market, book=left_over)}
    stepped = evolve(venue, markets=markets)
    stepped = evolve(stepped, resting=lowered(stepped.resting, order, whole))
    if whole == wanted:
        return stepped, (ack, *fills)
    if order.type is OrderType.MARKET_TO_LIMIT:
        after = evolve(after, limit_price=after.last_price)
    if order.tif in RESTING and after.limit_price is not None:
        return rested(stepped, after), (ack, *fills)
    return stepped, (ack, *fills, gone(order, "ioc_rest", at))


def lowered(
    resting: Mapping[OrderId, VenueOrder], order: VenueOrder, qty: Decimal
) -> Mapping[OrderId, VenueOrder]:
    """The other legs of the order's list may fill `qty` less; one with nothing left goes. Kernel.

    The account will say the same; until then nothing is filled twice.
    """
    if order.list_id is None or qty == ZERO:
        return resting
    left: dict[OrderId, VenueOrder] = {}
    for name, other in resting.items():
        tied = other.list_id == order.list_id and name != order.order_id
        now = evolve(other, qty=other.qty - qty) if tied else other
        if now.qty > now.executed:
            left[name] = now
    return left


def repegged(order: VenueOrder, market: Quotes) -> VenueOrder:
    """A pegged order where the book now wants it, never beyond what it has locked. Kernel."""
    bids = market.book.bids if market.book is not None else ()
    asks = market.book.asks if market.book is not None else ()
    bounds = [one for one in (order.limit_price, order.protective_price) if one is not None]
    worst = min if order.side is Side.BUY else max
    peg = Peg(
        side=order.side,
        offset=order.terms.offset or ZERO,
        tick=market.instrument.tick,
        limit_price=worst(bounds) if bounds else None,
    )
    found = pegged_price(
        peg, bids[0].price if bids else market.last, asks[0].price if asks else market.last
    )
    return evolve(order, pegged_at=None if is_failure(found) else found.unwrap())


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
        done = current.executed + level.qty
        current = evolve(current, executed=done, last_price=level.price)
    return tuple(fills), current


def cancel(venue: Venue, account_id: AccountId, order_id: OrderId, at: Instant) -> Stepped:
    """Take an order out of the book. One that does not rest is gone already; saying so is true."""
    order = venue.resting.get(order_id)
    if order is None:
        gone_already = Gone(account_id=account_id, order_id=order_id, reason="not_working", at=at)
        return venue, (gone_already,)
    left = {key: kept for key, kept in venue.resting.items() if key != order_id}
    return evolve(venue, resting=left), (gone(order, "cancelled", at),)


def amend(venue: Venue, order: VenueOrder, at: Instant, *, keeps_priority: bool) -> Stepped:
    """Give a working order other figures; only a lower quantity keeps its place in the queue.

    One that does not work here is taken as it is: it may have come to need a venue again.
    """
    known = venue.resting.get(order.order_id)
    if known is None:
        return venue, ()
    if keeps_priority:
        now = evolve(known, qty=order.qty)
        return evolve(venue, resting={**venue.resting, order.order_id: now}), ()
    left = {key: kept for key, kept in venue.resting.items() if key != order.order_id}
    fresh = evolve(order, executed=known.executed, volume=known.volume)
    stepped, reports = submit(evolve(venue, resting=left), fresh, at)
    return stepped, tuple(one for one in reports if not isinstance(one, Acked))


def on_print(venue: Venue, traded: Print, book: Book | None) -> Stepped:
    """A public trade: rests that it passed fill as makers, then the market moves to it.

    A rest fills at its own limit, when the trade prints beyond it (or at it, by `touch`), best
    limit first, then oldest, up to the trade's quantity in whole lots; an iceberg up to what it
    shows. Then pegged orders follow the new book and sliced ones take what is due.
    """
    market = venue.markets.get(traded.symbol)
    if market is None:
        return venue, ()
    with decimal.localcontext(EXACT):
        moved = evolve(market, last=traded.price, seen=traded.at, book=book)
        resting, reports = made(venue, traded, market.instrument)
        stepped = evolve(venue, markets={**venue.markets, traded.symbol: moved}, resting=resting)
        return followed(stepped, traded, reports)


def made(
    venue: Venue, traded: Print, listed: Instrument
) -> tuple[Mapping[OrderId, VenueOrder], tuple[Report, ...]]:
    """The rests after a print, and their fills. Kernel."""
    left = floor_to(traded.qty, listed.lot)
    resting: Mapping[OrderId, VenueOrder] = venue.resting
    reports: tuple[Report, ...] = ()
    for found, limit in passed(venue, traded):
        order = resting.get(found.order_id)
        if order is None:
            continue
        qty = min(left, order.qty - order.executed, order.terms.display_qty or order.qty)
        if qty <= ZERO:
            break
        left -= qty
        fills, after = filled_at(order, (Level(price=limit, qty=qty),), Liquidity.MAKER, traded.at)
        reports = (*reports, *fills)
        resting = lowered(after_fill(resting, after), after, qty)
    return resting, reports


def after_fill(
    resting: Mapping[OrderId, VenueOrder], order: VenueOrder
) -> Mapping[OrderId, VenueOrder]:
    """The rests with one filled further; an iceberg shows its next part behind all others."""
    if order.executed == order.qty or order.terms.display_qty is not None:
        others = {key: kept for key, kept in resting.items() if key != order.order_id}
        return others if order.executed == order.qty else {**others, order.order_id: order}
    return {**resting, order.order_id: order}


def followed(venue: Venue, traded: Print, reports: tuple[Report, ...]) -> Stepped:
    """What pegged and sliced orders make of a market that moved. Kernel."""
    for order in tuple(venue.resting.values()):
        if order.symbol != traded.symbol:
            continue
        market = venue.markets[traded.symbol]
        if order.type is OrderType.PEGGED:
            venue = rested(venue, repegged(order, market))
        elif RULES[order.type].family is Family.SLICED:
            venue, more = sliced(venue, market, order, traded)
            reports = (*reports, *more)
    return venue, reports


def sliced(venue: Venue, market: Quotes, order: VenueOrder, traded: Print) -> Stepped:
    """A sliced order takes what is due by now; when its time is over the rest goes. Kernel."""
    seen = evolve(order, volume=order.volume + traded.qty)
    due = due_by(seen, traded.at, market.instrument)
    part = evolve(seen, qty=seen.executed + due)
    takes, left_over = matched(market, part) if due > ZERO else ((), market.book)
    fills, after = filled_at(part, takes, Liquidity.TAKER, traded.at)
    now = evolve(after, qty=order.qty)
    markets = {**venue.markets, order.symbol: evolve(market, book=left_over)}
    left = {key: kept for key, kept in venue.resting.items() if key != order.order_id}
    plan = order.terms.schedule
    over = plan is not None and plan.end is not None and traded.at >= plan.end
    if now.executed < now.qty and not over:
        left = {**venue.resting, order.order_id: now}
    stepped = evolve(venue, markets=markets, resting=left)
    if over and now.executed < now.qty:
        return stepped, (*fills, gone(now, "schedule_over", traded.at))
    return stepped, fills


def passed(venue: Venue, traded: Print) -> tuple[tuple[VenueOrder, Decimal], ...]:
    """The rests that a print reaches, with their limits: best limit first, then oldest. Kernel."""
    reached: list[tuple[VenueOrder, Decimal]] = []
    for order in venue.resting.values():
        limit = order.price
        if order.symbol != traded.symbol or limit is None:
            continue
        beyond = limit - traded.price if order.side is Side.BUY else traded.price - limit
        if beyond > ZERO or (venue.touch and beyond == ZERO):
            reached.append((order, limit))
    sign = {Side.BUY: -1, Side.SELL: 1}
    return tuple(sorted(reached, key=lambda pair: sign[pair[0].side] * pair[1]))
