"""The matching book against a book that is a list of units: invariants 96 to 98 and 101."""

import decimal
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.trading.orders.self_trades import Prevention, StpMode, prevention
from astracore.trading.types import FEE_SCHEDULE, ZERO, FeeLevel, Side, TimeInForce
from astracore.trading.venue.amends import Terms, amend, amended, keeps_priority
from astracore.trading.venue.matching import (
    BookOrder,
    Matched,
    MatchingBook,
    Reason,
    best,
    cancel,
    depth,
    expire,
    find_rest,
    shown_of,
    submit,
)
from astracore.verification.strategies import hostile_contexts

D = Decimal
FREE = FeeLevel(from_volume=ZERO, maker=D("-0.0001"), taker=D("0.0005"))
sizes = st.integers(1, 9).map(D)
levels = st.integers(95, 105).map(D)
RESTING = (TimeInForce.GTC, TimeInForce.GTD, TimeInForce.DAY)


@st.composite
def orders(draw: st.DrawFn, number: int) -> BookOrder:
    """Limits, icebergs, post-only, immediate and market orders of two owners."""
    tif = draw(st.sampled_from(TimeInForce))
    qty = draw(sizes)
    rests = tif in RESTING
    return BookOrder(
        order_id=f"o{number}",
        owner=draw(st.sampled_from(["ann", "bob"])),
        side=draw(st.sampled_from(Side)),
        qty=qty,
        price=draw(levels) if rests else draw(st.none() | levels),
        tif=tif,
        post_only=rests and draw(st.booleans()),
        display=draw(st.none() | st.just(min(qty, D(2)))) if rests else None,
        stp=draw(st.sampled_from(StpMode)),
        expire_at=Instant(number + 3) if tif is TimeInForce.GTD else None,
    )


@st.composite
def flows(draw: st.DrawFn) -> list[BookOrder]:
    """Up to twelve orders in turn."""
    return [draw(orders(number)) for number in range(draw(st.integers(1, 12)))]


def taken(books: Sequence[Matched], name: str) -> tuple[Decimal, Decimal]:
    """What an order executed, and what left of it without a trade."""
    traded = sum((t.qty for m in books for t in m.trades if name in {t.maker_id, t.taker_id}), ZERO)
    gone = sum((r.qty for m in books for r in m.removals if r.order_id == name), ZERO)
    return traded, gone


def play(flow: Sequence[BookOrder]) -> tuple[MatchingBook, list[Matched], list[BookOrder]]:
    """Everything that happens, and the orders that were taken in."""
    book, told, accepted = MatchingBook(), [], []
    for order in flow:
        answer = submit(book, order, FREE)
        if is_failure(answer):
            assert answer.failure().code == "post_only_would_cross"
            continue
        told.append(answer.unwrap())
        accepted.append(order)
        book = answer.unwrap().book
    return book, told, accepted


@given(flows())
def test_96_no_quantity_is_made_or_lost(flow: list[BookOrder]) -> None:
    """qty = executed + resting + removed for each order, after each step."""
    book, told, accepted = play(flow)
    for order in accepted:
        executed, gone = taken(told, order.order_id)
        rest = find_rest(book, order.order_id)
        left = ZERO if rest is None else rest.left
        assert executed + gone + left == order.qty
        if rest is not None:
            assert ZERO < rest.shown <= min(rest.left, shown_of(order))
    for rests, sign in ((book.bids, -1), (book.asks, 1)):
        turns = [(sign * one.price, one.seq) for one in rests]
        assert turns == sorted(set(turns))


@given(flows())
def test_97_no_trade_is_worse_than_a_limit(flow: list[BookOrder]) -> None:
    """Each trade is at its maker's price, within both limits; the book never stands crossed."""
    _, told, accepted = play(flow)
    by_id = {order.order_id: order for order in accepted}
    for matched in told:
        for trade in matched.trades:
            maker, taker = by_id[trade.maker_id], by_id[trade.taker_id]
            assert trade.price == maker.price
            assert maker.side is not taker.side is trade.taker_side
            if taker.price is not None:
                sign = 1 if taker.side is Side.BUY else -1
                assert sign * (taker.price - trade.price) >= 0
        bid, ask = best(matched.book, Side.BUY), best(matched.book, Side.SELL)
        assert bid is None or ask is None or bid < ask


@given(flows())
def test_98_what_may_not_rest_does_not(flow: list[BookOrder]) -> None:
    """IOC leaves nothing, FOK is all or nothing, post-only only ever makes; fees by role."""
    book, told, accepted = play(flow)
    for order in accepted:
        executed, _ = taken(told, order.order_id)
        if order.tif in {TimeInForce.IOC, TimeInForce.FOK}:
            assert find_rest(book, order.order_id) is None
        if order.tif is TimeInForce.FOK:
            assert executed in {ZERO, order.qty}
    post_only = {order.order_id for order in accepted if order.post_only}
    trades = [trade for matched in told for trade in matched.trades]
    assert not any(trade.taker_id in post_only for trade in trades)
    for trade in trades:
        value = Fraction(trade.price) * Fraction(trade.qty)
        due = (Fraction(0), Fraction(0)) if trade.transfer else (-value / 10000, value / 2000)
        assert (Fraction(trade.maker_fee), Fraction(trade.taker_fee)) == due


@given(flows())
def test_price_comes_before_time(flow: list[BookOrder]) -> None:
    """Against a naive book without owners: units in a list, taken one by one."""
    plain = [evolve(order, owner=order.order_id, display=None, post_only=False) for order in flow]
    _, told, _ = play(plain)
    rests: list[tuple[Decimal, int, str, Side]] = []
    for turn, (order, matched) in enumerate(zip(plain, told, strict=True)):
        sign = 1 if order.side is Side.BUY else -1
        facing = [one for one in rests if one[3] is not order.side]
        facing = [
            one for one in facing if order.price is None or sign * one[0] <= sign * order.price
        ]
        facing.sort(key=lambda one: (sign * one[0], one[1]))
        units = facing[: int(order.qty)]
        short = len(units) < order.qty
        if short and order.tif is TimeInForce.FOK:
            units = []
        found = [trade.maker_id for trade in matched.trades for _ in range(int(trade.qty))]
        assert found == [one[2] for one in units]
        for one in units:
            rests.remove(one)
        if order.price is not None and order.tif in RESTING:
            left = int(order.qty) - len(units)
            rests += [(order.price, turn, order.order_id, order.side)] * left


@given(flows(), st.integers(0, 11), st.integers(1, 12), st.none() | levels)
def test_an_amended_order_keeps_its_sums(
    flow: list[BookOrder], place: int, qty: int, price: Decimal | None
) -> None:
    """Lower quantity: same place in line; else it goes in anew. Nothing is lost either way."""
    book, _, _ = play(flow)
    rests = (*book.bids, *book.asks)
    if not rests:
        return
    rest = rests[place % len(rests)]
    name, after = rest.order.order_id, Terms(qty=D(qty), limit_price=price)
    answer = amend(book, name, after)
    if is_failure(answer):
        assert answer.failure().code in {"invalid_order", "post_only_would_cross"}
        return
    now = answer.unwrap()
    kept = find_rest(now.book, name)
    executed, gone = taken([now], name)
    left = D(qty) - (rest.order.qty - rest.left)
    if keeps_priority(Terms(qty=rest.order.qty, limit_price=rest.price), after):
        assert kept is not None
        assert (kept.seq, kept.left, kept.shown) == (rest.seq, left, min(rest.shown, left))
        assert gone == rest.left - left
        order = [one.order.order_id for one in (*now.book.bids, *now.book.asks)]
        assert order == [one.order.order_id for one in rests]
        return
    assert executed + gone + (ZERO if kept is None else kept.left) == left
    assert kept is None or kept.seq >= book.turns


@given(flows(), st.integers(0, 20))
def test_cancelled_and_expired_orders_are_gone(flow: list[BookOrder], now: int) -> None:
    """With what was left of them, and nothing else changes."""
    book, _, _ = play(flow)
    swept = expire(book, Instant(now))
    for rest in (*book.bids, *book.asks):
        dead = rest.order.expire_at is not None and rest.order.expire_at.micros <= now
        assert (find_rest(swept.book, rest.order.order_id) is None) is dead
        name = rest.order.order_id
        out = cancel(book, name).unwrap()
        assert [(r.qty, r.reason) for r in out.removals] == [(rest.left, Reason.CANCELLED)]
        assert find_rest(out.book, name) is None
        assert len(out.book.bids + out.book.asks) == len(book.bids + book.asks) - 1
    assert cancel(book, "nobody").failure().code == "unknown_order"
    assert amend(book, "nobody", Terms(qty=D(1))).failure().code == "unknown_order"


@given(flows())
def test_the_shown_depth_is_what_rests_in_sight(flow: list[BookOrder]) -> None:
    """Levels best first; hidden parts are not shown."""
    book, _, _ = play(flow)
    for side, rests, sign in ((Side.BUY, book.bids, -1), (Side.SELL, book.asks, 1)):
        shown = depth(book, side)
        assert [sign * price for price, _ in shown] == sorted({sign * one.price for one in rests})
        assert sum((qty for _, qty in shown), ZERO) == sum((one.shown for one in rests), ZERO)


@given(st.sampled_from(StpMode), st.sampled_from(StpMode), sizes, sizes)
def test_prevention_conserves(taker: StpMode, maker: StpMode, left: Decimal, rest: Decimal) -> None:
    """Neither side loses more than it has; something happens, so matching ends."""
    met = prevention(taker, maker, left, rest)
    for cancelled, had in ((met.taker_cancelled, left), (met.maker_cancelled, rest)):
        assert cancelled + met.prevented + met.transferred <= had
    assert met != Prevention()
    assert met.trades is (taker is StpMode.NONE)
    if met.transferred:
        assert taker is maker is StpMode.TRANSFER


def limit(name: str, side: Side, qty: str, price: str | None, **more: object) -> BookOrder:
    """An order of its own owner."""
    given_price = None if price is None else D(price)
    chosen = {"owner": name, "order_id": name, "side": side, "qty": D(qty), "price": given_price}
    return BookOrder(**{**chosen, **more})  # type: ignore[arg-type]


def booked(*rows: BookOrder) -> MatchingBook:
    """A book of these orders."""
    book = MatchingBook()
    for row in rows:
        book = submit(book, row).unwrap().book
    return book


@pytest.mark.parametrize(
    ("mode", "other", "left", "rest", "reasons"),
    [
        (StpMode.NONE, StpMode.NONE, None, "2", []),
        (StpMode.EXPIRE_TAKER, StpMode.NONE, None, "5", ["self_trade"]),
        (StpMode.EXPIRE_MAKER, StpMode.NONE, "3", None, ["self_trade"]),
        (StpMode.EXPIRE_BOTH, StpMode.NONE, None, None, ["self_trade", "self_trade"]),
        (StpMode.DECREMENT, StpMode.NONE, None, "2", ["prevented", "prevented"]),
        (StpMode.TRANSFER, StpMode.TRANSFER, None, "2", []),
        (StpMode.TRANSFER, StpMode.NONE, None, "5", ["self_trade"]),
    ],
)
def test_each_mode_by_hand(
    mode: StpMode, other: StpMode, left: str | None, rest: str | None, reasons: list[str]
) -> None:
    """A buy of 3 meets its own sell of 5."""
    book = booked(limit("m", Side.SELL, "5", "100", owner="me", stp=other))
    done = submit(book, limit("t", Side.BUY, "3", "100", owner="me", stp=mode)).unwrap()
    for name, wanted in (("t", left), ("m", rest)):
        found = find_rest(done.book, name)
        assert (None if found is None else str(found.left)) == wanted
    assert [removal.reason.value for removal in done.removals] == reasons
    if mode is StpMode.TRANSFER and other is StpMode.TRANSFER:
        assert [(t.transfer, t.taker_fee) for t in done.trades] == [(True, ZERO)]


def test_every_prevention_on_the_way_is_told() -> None:
    """A buy of 3 meets two own sells of 1 each: four removals, and one unit rests."""
    mine = (
        limit("a", Side.SELL, "1", "10", owner="me"),
        limit("b", Side.SELL, "1", "10", owner="me"),
    )
    taker = limit("t", Side.BUY, "3", "10", owner="me", stp=StpMode.DECREMENT)
    done = submit(booked(*mine), taker).unwrap()
    assert [removal.order_id for removal in done.removals] == ["t", "a", "t", "b"]
    rest = find_rest(done.book, "t")
    assert rest is not None
    assert rest.left == D(1)


def test_an_iceberg_goes_to_the_end_of_its_level() -> None:
    """0.3 shown of 1: after each part the order behind it comes first."""
    book = booked(
        limit("ice", Side.SELL, "1", "10", display=D("0.3")), limit("b", Side.SELL, "0.2", "10")
    )
    done = submit(book, limit("t", Side.BUY, "0.9", "10")).unwrap()
    assert [(t.maker_id, str(t.qty)) for t in done.trades] == [
        ("ice", "0.3"),
        ("b", "0.2"),
        ("ice", "0.3"),
        ("ice", "0.1"),
    ]
    assert depth(done.book, Side.SELL) == ((D(10), D("0.2")),)


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (limit("x", Side.BUY, "0", "1"), "invalid_quantity"),
        (limit("x", Side.BUY, "1", "0"), "invalid_price"),
        (limit("x", Side.BUY, "1", None), "invalid_order"),
        (limit("x", Side.BUY, "1", None, tif=TimeInForce.IOC, post_only=True), "invalid_order"),
        (limit("x", Side.BUY, "1", "1", tif=TimeInForce.FOK, display=D(1)), "invalid_order"),
        (limit("x", Side.BUY, "1", "1", display=D(2)), "invalid_order"),
        (limit("m", Side.BUY, "1", "1"), "invalid_order"),
        (limit("x", Side.BUY, "1", "100", post_only=True), "post_only_would_cross"),
        (limit("x", Side.BUY, "NaN", "100"), "numeric_limit"),
    ],
)
def test_what_the_book_refuses(order: BookOrder, code: str) -> None:
    """Each cause by its smallest example."""
    book = booked(limit("m", Side.SELL, "1", "100"))
    assert submit(book, order).failure().code == code


def test_terms_that_cannot_be_changed() -> None:
    """Nothing changed, too little, a price that the order never had."""
    was = Terms(qty=D(5), limit_price=D(10))
    for after in (Terms(), Terms(qty=D(2)), Terms(stop_price=D(1)), Terms(qty=D(5))):
        assert amended(was, after, D(2)).failure().code == "invalid_order"
    assert amended(was, Terms(limit_price=D(9)), D(2)).unwrap() == Terms(qty=D(5), limit_price=D(9))
    stop = Terms(qty=D(5), stop_price=D(10))
    assert amended(stop, Terms(stop_price=D(9)), ZERO).unwrap().stop_price == D(9)
    assert not keeps_priority(stop, Terms(stop_price=D(9)))
    assert not keeps_priority(Terms(), Terms(qty=D(1)))
    assert keeps_priority(was, Terms(qty=D(5), limit_price=D(10)))
    book = booked(limit("m", Side.SELL, "5", "100", display=D(4)))
    now = amend(book, "m", Terms(qty=D(6), limit_price=D(99)), FEE_SCHEDULE[0]).unwrap()
    rest = find_rest(now.book, "m")
    assert rest is not None
    assert (rest.left, rest.shown, rest.price) == (D(6), D(4), D(99))


@given(flows(), hostile_contexts())
def test_the_callers_context_changes_nothing(
    flow: list[BookOrder], context: decimal.Context
) -> None:
    """Invariant 20 for the book."""
    before = play(flow)[0]
    with decimal.localcontext(context):
        assert play(flow)[0] == before
