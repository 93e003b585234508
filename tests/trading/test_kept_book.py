"""The matching book by example: who meets whom, what is shown, what goes, what it costs."""

from typing import Any

import pytest
from attrs import evolve

from astracore.instants import Instant
from astracore.trading.orders.self_trades import StpMode
from astracore.trading.types import FeeLevel, Side, TimeInForce
from astracore.trading.venue.amends import Terms, amend, amended, keeps_priority
from astracore.trading.venue.matching import (
    BookOrder,
    Matched,
    MatchingBook,
    best,
    cancel,
    depth,
    expire,
    submit,
)
from property_tests.trading_makers import D
from tests.trading.stories import BUY, SELL, said

FEES = FeeLevel(from_volume=D(0), maker=D("-0.0001"), taker=D("0.0003"))
Tif = TimeInForce


def ask(name: str, qty: str, price: str | None, side: Side = SELL, **more: Any) -> BookOrder:  # noqa: ANN401
    """An order of an owner of its own."""
    chosen = {"owner": name, "side": side, "qty": D(qty), **more}
    limit = None if price is None else D(price)
    if price is None:
        chosen = {"tif": Tif.IOC, **chosen}
    return BookOrder(order_id=name, price=limit, **chosen)


def bid(name: str, qty: str, price: str | None, **more: Any) -> BookOrder:  # noqa: ANN401
    """A buy."""
    return ask(name, qty, price, BUY, **more)


def book_of(*orders: BookOrder) -> MatchingBook:
    """The book after orders that must be taken."""
    book = MatchingBook()
    for order in orders:
        book = submit(book, order).unwrap().book
    return book


def short(value: Any) -> str:  # noqa: ANN401
    """A decimal without zeros."""
    return f"{value.normalize():f}"


def told(step: Matched) -> str:
    """Trades, removals, then both sides as they rest."""
    trades = [
        f"{one.maker_id}<{one.taker_id} {short(one.qty)}@{short(one.price)}"
        f" {short(one.maker_fee)}/{short(one.taker_fee)}{' transfer' if one.transfer else ''}"
        for one in step.trades
    ]
    gone = [f"-{one.order_id} {short(one.qty)} {one.reason.value}" for one in step.removals]
    sides = [
        " ".join(
            f"{one.order.order_id}:{short(one.shown)}/{short(one.left)}"
            f"@{short(one.price)}#{one.seq}"
            for one in side
        )
        for side in (step.book.bids, step.book.asks)
    ]
    return "; ".join([*trades, *gone, *sides, str(step.book.turns)])


ASKS = (ask("a", "2", "10"), ask("b", "3", "9"), ask("c", "1", "10"))
ALL = "b<t 3@9 -0.0027/0.0081; a<t 2@10 -0.002/0.006; c<t 1@10 -0.001/0.003"
THRICE = "; ".join(["i<t 3@9 -0.0027/0.0081"] * 3)
BERG = ask("i", "10", "9", display=D(3))


@pytest.mark.parametrize(
    ("resting", "order", "expected"),
    [
        (ASKS, bid("t", "1", "8"), "t:1/1@8#3; b:3/3@9#1 a:2/2@10#0 c:1/1@10#2; 4"),
        (
            ASKS,
            bid("t", "1", "9"),
            "b<t 1@9 -0.0009/0.0027; ; b:2/2@9#1 a:2/2@10#0 c:1/1@10#2; 3",
        ),
        (
            ASKS,
            bid("t", "6", "10"),
            f"{ALL}; ; ; 3",
        ),
        (
            ASKS,
            bid("t", "9", "9.5"),
            "b<t 3@9 -0.0027/0.0081; t:6/6@9.5#3; a:2/2@10#0 c:1/1@10#2; 4",
        ),
        (
            ASKS,
            bid("t", "9", "9.5", tif=Tif.IOC),
            "b<t 3@9 -0.0027/0.0081; -t 6 unfilled; ; a:2/2@10#0 c:1/1@10#2; 3",
        ),
        (
            ASKS,
            bid("t", "9", None),
            f"{ALL}; -t 3 unfilled; ; ; 3",
        ),
        (
            ASKS,
            bid("t", "7", None, tif=Tif.FOK),
            "-t 7 fok_unfilled; ; b:3/3@9#1 a:2/2@10#0 c:1/1@10#2; 3",
        ),
        (
            ASKS,
            bid("t", "3", "9", tif=Tif.FOK),
            "b<t 3@9 -0.0027/0.0081; ; a:2/2@10#0 c:1/1@10#2; 3",
        ),
        (
            (BERG, ask("p", "2", "9")),
            bid("t", "4", "9"),
            "i<t 3@9 -0.0027/0.0081; p<t 1@9 -0.0009/0.0027; ; p:1/1@9#1 i:3/7@9#2; 3",
        ),
        (
            (BERG, ask("p", "2", "9"), ask("q", "1", "9.5")),
            bid("t", "1", "9"),
            "i<t 1@9 -0.0009/0.0027; ; i:2/9@9#0 p:2/2@9#1 q:1/1@9.5#2; 3",
        ),
        (
            (BERG, ask("q", "1", "9.5")),
            bid("t", "9.5", "9"),
            f"{THRICE}; i<t 0.5@9 -0.00045/0.00135; ; i:0.5/0.5@9#4 q:1/1@9.5#1; 5",
        ),
        (
            (bid("x", "1", "8"), bid("y", "1", "9"), bid("z", "1", "8")),
            ask("t", "1.5", "8"),
            "y<t 1@9 -0.0009/0.0027; x<t 0.5@8 -0.0004/0.0012; x:0.5/0.5@8#0 z:1/1@8#2; ; 3",
        ),
        (
            (bid("x", "1", "8"), bid("y", "1", "9")),
            bid("t", "4", "8.5", display=D(1)),
            "y:1/1@9#1 t:1/4@8.5#2 x:1/1@8#0; ; 3",
        ),
    ],
)
def test_who_meets_whom(resting: tuple[BookOrder, ...], order: BookOrder, expected: str) -> None:
    assert told(submit(book_of(*resting), order, FEES).unwrap()) == expected


@pytest.mark.parametrize(
    ("taker", "maker", "expected"),
    [
        (StpMode.NONE, StpMode.NONE, "m<t 2@9 -0.0018/0.0054; t:1/1@9#2; n:1/1@9.5#1; 3"),
        (StpMode.EXPIRE_TAKER, StpMode.NONE, "-t 3 self_trade; ; m:2/2@9#0 n:1/1@9.5#1; 2"),
        (StpMode.EXPIRE_MAKER, StpMode.NONE, "-m 2 self_trade; t:3/3@9#2; n:1/1@9.5#1; 3"),
        (
            StpMode.EXPIRE_BOTH,
            StpMode.NONE,
            "-t 3 self_trade; -m 2 self_trade; ; n:1/1@9.5#1; 2",
        ),
        (
            StpMode.DECREMENT,
            StpMode.NONE,
            "-t 2 prevented; -m 2 prevented; t:1/1@9#2; n:1/1@9.5#1; 3",
        ),
        (StpMode.TRANSFER, StpMode.TRANSFER, "m<t 2@9 0/0 transfer; t:1/1@9#2; n:1/1@9.5#1; 3"),
        (StpMode.TRANSFER, StpMode.NONE, "-t 3 self_trade; ; m:2/2@9#0 n:1/1@9.5#1; 2"),
    ],
)
def test_self_trades(taker: StpMode, maker: StpMode, expected: str) -> None:
    book = book_of(ask("m", "2", "9", owner="me", stp=maker), ask("n", "1", "9.5"))
    step = submit(book, bid("t", "3", "9", owner="me", stp=taker), FEES).unwrap()
    assert told(step) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (bid("t", "0", "9"), "InvalidQuantity(quantity=0)"),
        (bid("t", "1", "0"), "InvalidPrice(price=0)"),
        (bid("t", "1", None, tif=Tif.GTC), "InvalidOrder(field=tif, reason=a market order never"),
        (bid("t", "1", None, post_only=True), "InvalidOrder(field=tif, reason=post_only and disp"),
        (bid("t", "1", "9", tif=Tif.IOC, post_only=True), "InvalidOrder(field=tif, reason=post_o"),
        (bid("t", "1", "9", tif=Tif.FOK, display=D(1)), "InvalidOrder(field=tif, reason=post_onl"),
        (bid("t", "1", "9", display=D(0)), "InvalidOrder(field=display_qty, reason=must be above"),
        (bid("t", "1", "9", display=D("1.1")), "InvalidOrder(field=display_qty, reason=must be a"),
        (bid("a", "1", "8"), "InvalidOrder(field=order_id, reason=rests in the book)"),
        (bid("t", "1", "9", post_only=True), "PostOnlyWouldCross(price=9, best=9)"),
    ],
)
def test_orders_for_no_book(order: BookOrder, expected: str) -> None:
    assert said(submit(book_of(*ASKS), order).failure()).startswith(expected)


def test_orders_at_the_edge() -> None:
    book = book_of(*ASKS)
    assert len(submit(book, bid("t", "1", "8.99", post_only=True)).unwrap().book.bids) == 1
    assert len(submit(MatchingBook(), bid("t", "1", "9", post_only=True)).unwrap().book.bids) == 1
    assert submit(book, bid("t", "1", "8", display=D(1))).unwrap().book.bids[0].shown == 1
    assert (best(book, SELL), best(book, BUY)) == (D(9), None)
    two = book_of(*ASKS, bid("x", "4", "8", display=D(1)), bid("y", "2", "8"))
    assert depth(two, SELL) == ((D(9), D(3)), (D(10), D(3)))
    assert depth(two, BUY) == ((D(8), D(3)),)
    gone = cancel(two, "x").unwrap()
    assert told(gone) == "-x 4 cancelled; y:2/2@8#4; b:3/3@9#1 a:2/2@10#0 c:1/1@10#2; 5"
    assert said(cancel(two, "z").failure()) == "UnknownOrder(order_id=z)"
    timed = book_of(
        ask("a", "1", "9", expire_at=Instant(5)),
        bid("b", "2", "8", expire_at=Instant(4)),
        bid("c", "2", "8"),
    )
    assert told(expire(timed, Instant(3))) == "b:2/2@8#1 c:2/2@8#2; a:1/1@9#0; 3"
    assert told(expire(timed, Instant(5))) == "-b 2 expired; -a 1 expired; c:2/2@8#2; ; 3"


PART = book_of(BERG, ask("p", "2", "9"), bid("t", "1", "9"))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (Terms(qty=D(5)), "-i 5 amended; ; i:2/4@9#0 p:2/2@9#1; 2"),
        (Terms(qty=D("1.5")), "-i 8.5 amended; ; i:0.5/0.5@9#0 p:2/2@9#1; 2"),
        (Terms(qty=D(11)), "; p:2/2@9#1 i:3/10@9#2; 3"),
        (Terms(limit_price=D("9.5")), "; p:2/2@9#1 i:3/9@9.5#2; 3"),
        (Terms(qty=D(3), limit_price=D(8)), "; i:2/2@8#2 p:2/2@9#1; 3"),
    ],
)
def test_amendments(after: Terms, expected: str) -> None:
    """1 of 10 is executed: what is stated counts it too."""
    step = amend(PART, "i", after).unwrap()
    assert told(step) == expected
    (rest,) = [one for one in step.book.asks if one.order.order_id == "i"]
    whole = D(10) if after.qty is None else after.qty
    anew = rest.seq == 3 - 1
    assert rest.order.qty == (rest.left if anew else whole)


def test_a_bid_is_shortened_too() -> None:
    book = book_of(bid("x", "4", "8"), bid("y", "2", "8"), ask("a", "1", "9"))
    step = amend(book, "x", Terms(qty=D(3))).unwrap()
    assert told(step) == "-x 1 amended; x:3/3@8#0 y:2/2@8#1; a:1/1@9#2; 3"
    assert step.book.bids[0].order.qty == 3


@pytest.mark.parametrize(
    ("name", "after", "expected"),
    [
        ("z", Terms(qty=D(5)), "UnknownOrder(order_id=z)"),
        ("i", Terms(qty=D(1)), "InvalidOrder(field=qty, reason=must be above what is executed)"),
        ("i", Terms(stop_price=D(1)), "InvalidOrder(field=stop_price, reason=the order has none)"),
        ("i", Terms(), "InvalidOrder(field=amend, reason=nothing is changed)"),
        ("i", Terms(qty=D(10), limit_price=D(9)), "InvalidOrder(field=amend, reason=nothing is"),
        ("i", Terms(limit_price=D(0)), "InvalidPrice(price=0)"),
    ],
)
def test_amendments_refused(name: str, after: Terms, expected: str) -> None:
    assert said(amend(PART, name, after).failure()).startswith(expected)


def test_terms() -> None:
    was = Terms(qty=D(3), limit_price=D(9), stop_price=D(8))
    assert amended(was, Terms(qty=D(2)), D(1)).unwrap() == evolve(was, qty=D(2))
    assert amended(was, Terms(limit_price=D(2)), D(1)).unwrap() == evolve(was, limit_price=D(2))
    assert amended(was, Terms(stop_price=D(2)), D(1)).unwrap() == evolve(was, stop_price=D(2))
    assert said(amended(Terms(qty=D(3)), Terms(limit_price=D(1)), D(0)).failure()) == (
        "InvalidOrder(field=limit_price, reason=the order has none)"
    )
    kept = [
        (Terms(), True),
        (Terms(qty=D(3)), True),
        (Terms(qty=D("3.1")), False),
        (Terms(limit_price=D(9)), True),
        (Terms(limit_price=D(8)), False),
        (Terms(stop_price=D(8)), True),
        (Terms(stop_price=D(9)), False),
    ]
    assert [keeps_priority(was, after) for after, _ in kept] == [keeps for _, keeps in kept]
    assert not keeps_priority(Terms(), Terms(qty=D(1)))
