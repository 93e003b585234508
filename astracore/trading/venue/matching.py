"""A book in which price comes before time: orders meet, rest, show a part, and never vanish.

For every order: quantity = executed + resting + removed + prevented, after every step.
"""

from decimal import Decimal
from enum import StrEnum

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.orders import OrderFault
from astracore.errors.trading import InvalidOrder, PostOnlyWouldCross, UnknownOrder
from astracore.errors.values import InvalidPrice, InvalidQuantity
from astracore.instants import Instant
from astracore.numeric import exact, to_text
from astracore.trading.contracts.fees import charged
from astracore.trading.contracts.kinds import ONE, above_zero
from astracore.trading.orders.expiry import is_expired
from astracore.trading.orders.self_trades import Prevention, StpMode, prevention
from astracore.trading.orders.slices import MOST_PARTS
from astracore.trading.types import FEE_SCHEDULE, MICRO, ZERO, FeeLevel, Side, TimeInForce

AT_ONCE = frozenset({TimeInForce.IOC, TimeInForce.FOK})


@frozen(kw_only=True)
class BookOrder:
    """An order for the book. Without a price it is a market order, which never rests.

    `qty` is all of it that is to be matched now; `display` what an iceberg shows of it.
    """

    order_id: str
    owner: str
    side: Side
    qty: Decimal  # [base]
    price: Decimal | None = None  # [quote per base]
    tif: TimeInForce = TimeInForce.GTC
    post_only: bool = False
    display: Decimal | None = None
    stp: StpMode = StpMode.EXPIRE_TAKER
    expire_at: Instant | None = None


@frozen(kw_only=True)
class Rest:
    """An order in the book. Invariant: 0 < shown <= left <= order.qty."""

    order: BookOrder
    price: Decimal
    left: Decimal
    shown: Decimal
    seq: int  # its turn at its price


@frozen(kw_only=True)
class MatchingBook:
    """Both sides, best price first, at one price in turn.

    Invariant: the best bid is below the best ask.
    """

    bids: tuple[Rest, ...] = ()
    asks: tuple[Rest, ...] = ()
    turns: int = 0  # how many have been given out


@frozen(kw_only=True)
class Trade:
    """A meeting of two orders at the maker's price; a transfer costs no fee."""

    maker_id: str
    taker_id: str
    taker_side: Side
    price: Decimal
    qty: Decimal
    maker_fee: Decimal  # [quote]
    taker_fee: Decimal
    transfer: bool = False


class Reason(StrEnum):
    """Why a quantity left without a trade."""

    CANCELLED = "cancelled"
    AMENDED = "amended"
    EXPIRED = "expired"
    UNFILLED = "unfilled"  # of an order that may not rest
    FOK_UNFILLED = "fok_unfilled"
    SELF_TRADE = "self_trade"
    PREVENTED = "prevented"  # decremented together with the other side


@frozen(kw_only=True)
class Removal:
    """A quantity of an order that is gone without a trade."""

    order_id: str
    qty: Decimal
    reason: Reason


@frozen(kw_only=True)
class Matched:
    """The book after a step and everything that happened in it, in order."""

    book: MatchingBook
    trades: tuple[Trade, ...] = ()
    removals: tuple[Removal, ...] = ()


def best(book: MatchingBook, side: Side) -> Decimal | None:
    """The best price that rests on a side, or None.

    >>> best(MatchingBook(), Side.BUY) is None
    True
    """
    rests = book.bids if side is Side.BUY else book.asks
    return rests[0].price if rests else None


def depth(book: MatchingBook, side: Side) -> tuple[tuple[Decimal, Decimal], ...]:
    """(price, shown quantity) of each level of a side, best first. Kernel."""
    levels: dict[Decimal, Decimal] = {}
    for rest in book.bids if side is Side.BUY else book.asks:
        levels[rest.price] = levels.get(rest.price, ZERO) + rest.shown
    return tuple(levels.items())


def find_rest(book: MatchingBook, order_id: str) -> Rest | None:
    """The resting order of this id, or None."""
    rests = (*book.bids, *book.asks)
    return next((rest for rest in rests if rest.order.order_id == order_id), None)


def faulty_order(book: MatchingBook, order: BookOrder) -> OrderFault | None:
    """The first thing that keeps an order out of any book, or None. Kernel."""
    if not above_zero(order.qty):
        return InvalidQuantity(to_text(order.qty))
    if order.price is not None and not above_zero(order.price):
        return InvalidPrice(to_text(order.price))
    if order.price is None and order.tif not in AT_ONCE:
        return InvalidOrder("tif", "a market order never rests")
    rests = order.price is not None and order.tif not in AT_ONCE
    if (order.post_only or order.display is not None) and not rests:
        return InvalidOrder("tif", "post_only and display_qty need an order that can rest")
    if order.display is not None and not ZERO < order.display <= order.qty:
        return InvalidOrder("display_qty", "must be above zero and at most the quantity")
    if order.display is not None and order.qty > order.display * MOST_PARTS:
        return InvalidOrder("display_qty", f"shows the order in more than {MOST_PARTS} parts")
    if find_rest(book, order.order_id) is not None:
        return InvalidOrder("order_id", "rests in the book")
    return None


def _crosses(order: BookOrder, price: Decimal) -> bool:
    """Whether `order` accepts a maker's price."""
    if order.price is None:
        return True
    return price <= order.price if order.side is Side.BUY else price >= order.price


@exact
def submit(
    book: MatchingBook, order: BookOrder, fees: FeeLevel = FEE_SCHEDULE[0]
) -> Result[Matched, OrderFault]:
    """Match an arriving order with the other side, then let the rest of it stand or go.

    Makers are met best price first, then oldest; each gives its own price. Fees are notional ×
    rate, 6 decimals, charges up and rebates down. A hidden part follows with a new turn.
    Errors: InvalidQuantity, InvalidPrice, InvalidOrder, PostOnlyWouldCross, NumericLimit.
    Source: docs/formulas-contracts-orders.md#matching.
    Invariant: quantity = executed + resting + removed; no trade is worse than the taker's limit.
    >>> rest = BookOrder(order_id="a", owner="x", side=Side.SELL, qty=Decimal(2), price=Decimal(9))
    >>> book = submit(MatchingBook(), rest).unwrap().book
    >>> take = BookOrder(order_id="b", owner="y", side=Side.BUY, qty=Decimal(1), price=Decimal(10))
    >>> [(str(t.price), str(t.qty)) for t in submit(book, take).unwrap().trades]
    [('9', '1')]
    """
    fault = faulty_order(book, order)
    if fault is not None:
        return Failure(fault)
    makers = book.asks if order.side is Side.BUY else book.bids
    if order.post_only and order.price is not None and makers and _crosses(order, makers[0].price):
        return Failure(PostOnlyWouldCross(order.price, makers[0].price))
    sweep = _swept(_Sweep(order=order, makers=makers, left=order.qty, turns=book.turns), fees)
    if order.tif is TimeInForce.FOK and _executed(sweep) < order.qty:
        gone = Removal(order_id=order.order_id, qty=order.qty, reason=Reason.FOK_UNFILLED)
        return Success(Matched(book=book, removals=(gone,)))
    return Success(_settled(book, sweep))


@frozen(kw_only=True)
class _Sweep:
    """An arriving order on its way through the makers of the other side."""

    order: BookOrder
    makers: tuple[Rest, ...]
    left: Decimal
    turns: int
    trades: tuple[Trade, ...] = ()
    removals: tuple[Removal, ...] = ()


def _executed(sweep: _Sweep) -> Decimal:
    """What the arriving order has executed."""
    return sum((trade.qty for trade in sweep.trades), ZERO)


def _swept(sweep: _Sweep, fees: FeeLevel) -> _Sweep:
    """Meet makers until nothing is left or nobody's price is accepted. Kernel."""
    while sweep.left and sweep.makers and _crosses(sweep.order, sweep.makers[0].price):
        maker = sweep.makers[0]
        met = Prevention(trades=True)
        if maker.order.owner == sweep.order.owner:
            met = prevention(sweep.order.stp, maker.order.stp, sweep.left, maker.left)
        if met.trades:
            sweep = _traded(sweep, min(sweep.left, maker.shown), fees)
        else:
            sweep = _prevented(sweep, met)
    return sweep


def _traded(sweep: _Sweep, qty: Decimal, fees: FeeLevel | None) -> _Sweep:
    """A trade with the first maker; without fees it is a transfer. Kernel."""
    maker = sweep.makers[0]
    notional = maker.price * qty
    trade = Trade(
        maker_id=maker.order.order_id,
        taker_id=sweep.order.order_id,
        taker_side=sweep.order.side,
        price=maker.price,
        qty=qty,
        maker_fee=ZERO if fees is None else charged(notional * fees.maker, ONE, MICRO),
        taker_fee=ZERO if fees is None else charged(notional * fees.taker, ONE, MICRO),
        transfer=fees is None,
    )
    lessened = _lessened(sweep, qty)
    return evolve(lessened, left=sweep.left - qty, trades=(*sweep.trades, trade))


def _lessened(sweep: _Sweep, qty: Decimal) -> _Sweep:
    """The first maker with `qty` less; what it hid comes forward at the end of its level."""
    maker, *others = sweep.makers
    left, shown = maker.left - qty, maker.shown - min(qty, maker.shown)
    if not left:
        return evolve(sweep, makers=tuple(others))
    if shown:
        kept = evolve(maker, left=left, shown=min(shown, left))
        return evolve(sweep, makers=(kept, *others))
    again = evolve(maker, left=left, shown=min(left, shown_of(maker.order)), seq=sweep.turns)
    side = maker.order.side
    return evolve(sweep, makers=_placed(tuple(others), again, side), turns=sweep.turns + 1)


def shown_of(order: BookOrder) -> Decimal:
    """How much of an order is shown at most."""
    return order.qty if order.display is None else order.display


def _placed(rests: tuple[Rest, ...], rest: Rest, side: Side) -> tuple[Rest, ...]:
    """The side with one more at the end of its price level."""
    sign = -1 if side is Side.BUY else 1
    before = [one for one in rests if sign * one.price <= sign * rest.price]
    return (*before, rest, *rests[len(before) :])


def _prevented(sweep: _Sweep, met: Prevention) -> _Sweep:
    """The first maker is of the same owner: cancel, decrement or transfer, as decided. Kernel."""
    if met.transferred:
        return _traded(sweep, met.transferred, None)
    maker, taker = sweep.makers[0].order.order_id, sweep.order.order_id
    if met.prevented:
        gone = tuple(
            Removal(order_id=name, qty=met.prevented, reason=Reason.PREVENTED)
            for name in (taker, maker)
        )
        less = _lessened(sweep, met.prevented)
        left = sweep.left - met.prevented
        return evolve(less, left=left, removals=(*sweep.removals, *gone))
    pairs = ((taker, met.taker_cancelled), (maker, met.maker_cancelled))
    gone = tuple(
        Removal(order_id=name, qty=qty, reason=Reason.SELF_TRADE) for name, qty in pairs if qty
    )
    return evolve(
        sweep,
        left=sweep.left - met.taker_cancelled,
        makers=sweep.makers[1:] if met.maker_cancelled else sweep.makers,
        removals=(*sweep.removals, *gone),
    )


def _settled(book: MatchingBook, sweep: _Sweep) -> Matched:
    """The book after the sweep, with what is left of the order in it or removed. Kernel."""
    order, removals, turns = sweep.order, sweep.removals, sweep.turns
    buys = order.side is Side.BUY
    own = book.bids if buys else book.asks
    if sweep.left and order.price is not None and order.tif not in AT_ONCE:
        rest = Rest(
            order=order,
            price=order.price,
            left=sweep.left,
            shown=min(sweep.left, shown_of(order)),
            seq=turns,
        )
        own, turns = _placed(own, rest, order.side), turns + 1
    elif sweep.left:
        gone = Removal(order_id=order.order_id, qty=sweep.left, reason=Reason.UNFILLED)
        removals = (*removals, gone)
    bids, asks = (own, sweep.makers) if buys else (sweep.makers, own)
    after = MatchingBook(bids=bids, asks=asks, turns=turns)
    return Matched(book=after, trades=sweep.trades, removals=removals)


def without(book: MatchingBook, order_id: str) -> MatchingBook:
    """The book without one order."""
    return evolve(
        book,
        bids=tuple(rest for rest in book.bids if rest.order.order_id != order_id),
        asks=tuple(rest for rest in book.asks if rest.order.order_id != order_id),
    )


def cancel(book: MatchingBook, order_id: str) -> Result[Matched, OrderFault]:
    """Take an order out.  Errors: UnknownOrder.

    Source: docs/formulas-contracts-orders.md#matching.
    """
    rest = find_rest(book, order_id)
    if rest is None:
        return Failure(UnknownOrder(order_id))
    gone = Removal(order_id=order_id, qty=rest.left, reason=Reason.CANCELLED)
    return Success(Matched(book=without(book, order_id), removals=(gone,)))


def expire(book: MatchingBook, now: Instant) -> Matched:
    """Take out every order that is dead at `now`, bids first.

    >>> expire(MatchingBook(), Instant(0)).removals
    ()
    """
    removals = list[Removal]()
    for rest in (*book.bids, *book.asks):
        if is_expired(rest.order.expire_at, now):
            name = rest.order.order_id
            book = without(book, name)
            removals.append(Removal(order_id=name, qty=rest.left, reason=Reason.EXPIRED))
    return Matched(book=book, removals=tuple(removals))
