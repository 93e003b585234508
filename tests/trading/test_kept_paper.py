"""The paper venue by example: what it takes, fills, keeps and says, step after step."""

from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from astracore.ids import AccountId, OrderId
from astracore.instants import Instant
from astracore.marketdata.book import Book, Level
from astracore.marketdata.prints import Print
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.types import OrderType, Side, TimeInForce
from astracore.trading.venue.paper import (
    Acked,
    Filled,
    Venue,
    VenueOrder,
    amend,
    cancel,
    on_print,
    submit,
)
from astracore.trading.venue.paper_orders import Stepped
from property_tests.trading_makers import ETH, ME, NOW, D
from tests.trading.stories import BUY, SELL

SOL = "SOL-USD"
Step = Callable[[Venue], Stepped]
T = OrderType


def level(text: str) -> Level:
    """`2@10`."""
    qty, price = text.split("@")
    return Level(price=D(price), qty=D(qty))


def book(bids: str = "2@10 3@9", asks: str = "1@11 4@12") -> Book:
    """A book."""
    return Book(bids=tuple(map(level, bids.split())), asks=tuple(map(level, asks.split())))


def order(name: str, side: Side, qty: str, price: str | None = None, **more: Any) -> VenueOrder:  # noqa: ANN401
    """A market order, or a limit order when it has a price."""
    chosen: dict[str, Any] = {
        "type": T.MARKET if price is None else T.LIMIT,
        "tif": TimeInForce.IOC if price is None else TimeInForce.GTC,
        "limit_price": None if price is None else D(price),
        "symbol": "ETH-USD",
        **more,
    }
    return VenueOrder(order_id=OrderId(name), account_id=ME, side=side, qty=D(qty), **chosen)


def sent(one: VenueOrder) -> Step:
    """It is submitted."""
    return lambda venue: submit(venue, one, NOW)


def changed(one: VenueOrder, *, keeps: bool = False) -> Step:
    """It is amended."""
    return lambda venue: amend(venue, one, NOW, keeps_priority=keeps)


def gone(name: str) -> Step:
    """It is cancelled."""
    return lambda venue: cancel(venue, AccountId("other"), OrderId(name), NOW)


def traded(
    price: str, qty: str = "1", books: Book | None = None, at: int = 0, symbol: str = "ETH-USD"
) -> Step:
    """A public trade, and the book after it."""
    seen = Print(symbol=symbol, price=D(price), qty=D(qty), at=Instant(NOW.micros + at))
    return lambda venue: on_print(venue, seen, books)


def short(value: Any) -> str:  # noqa: ANN401
    """A decimal without zeros."""
    return "-" if value is None else f"{value.normalize():f}"


def word(report: Any) -> str:  # noqa: ANN401
    """One report."""
    who = "" if report.account_id == ME else f" of {report.account_id}"
    if isinstance(report, Filled):
        told = f"{report.order_id} {report.side} {short(report.qty)}@{short(report.price)}"
        return f"{told} {report.liquidity}{who}"
    if isinstance(report, Acked):
        return f"ack {report.order_id} {report.venue_order_id}{who}"
    return f"{type(report).__name__.lower()} {report.order_id} {report.reason}{who}"


def rests(venue: Venue) -> str:
    """What rests: name, executed/quantity, price."""
    return " ".join(
        f"{name}:{short(one.executed)}/{short(one.qty)}@{short(one.price)}"
        for name, one in venue.resting.items()
    )


def through(venue: Venue, steps: tuple[Step, ...]) -> tuple[Venue, str]:
    """The venue after all steps, and the reports of the last one."""
    reports: tuple[Any, ...] = ()
    for step in steps:
        venue, reports = step(venue)
    return venue, "; ".join(map(word, reports))


def depth(venue: Venue) -> str:
    """The book of ETH."""
    market = venue.markets["ETH-USD"]
    if market.book is None:
        return "none"
    sides = (market.book.bids, market.book.asks)
    return " | ".join(" ".join(f"{short(o.qty)}@{short(o.price)}" for o in side) for side in sides)


START = Venue.over({"ETH-USD": ETH, SOL: evolve(ETH, symbol=SOL)})
OPEN = traded("10", books=book())(START)[0]
BARE = traded("10")(START)[0]
FULL = "2@10 3@9 | 1@11 4@12"


@pytest.mark.parametrize(
    ("start", "steps", "told", "resting", "left"),
    [
        (START, (sent(order("o", BUY, "1")),), "declined o no_market", "", "none"),
        (START, (sent(order("o", BUY, "1", symbol="X")),), "declined o no_market", "", "none"),
        (
            OPEN,
            (sent(order("o", BUY, "2")),),
            "ack o paper-o; o buy 1@11 taker; o buy 1@12 taker",
            "",
            "2@10 3@9 | 3@12",
        ),
        (
            OPEN,
            (sent(order("o", SELL, "5")),),
            "ack o paper-o; o sell 2@10 taker; o sell 3@9 taker",
            "",
            " | 1@11 4@12",
        ),
        (
            OPEN,
            (sent(order("o", BUY, "9")),),
            "ack o paper-o; o buy 1@11 taker; o buy 4@12 taker; gone o ioc_rest",
            "",
            "2@10 3@9 | ",
        ),
        (
            OPEN,
            (sent(order("o", BUY, "9", protective_price=D("11.5"))),),
            "ack o paper-o; o buy 1@11 taker; gone o ioc_rest",
            "",
            "2@10 3@9 | 4@12",
        ),
        (
            OPEN,
            (sent(order("o", BUY, "9", "11")),),
            "ack o paper-o; o buy 1@11 taker",
            "o:1/9@11",
            "2@10 3@9 | 4@12",
        ),
        (
            OPEN,
            (sent(order("o", BUY, "9", "11", executed=D("8.5"))),),
            "ack o paper-o; o buy 0.5@11 taker",
            "",
            "2@10 3@9 | 0.5@11 4@12",
        ),
        (
            OPEN,
            (sent(order("o", BUY, "9", "11", tif=TimeInForce.IOC)),),
            "ack o paper-o; o buy 1@11 taker; gone o ioc_rest",
            "",
            "2@10 3@9 | 4@12",
        ),
        (
            OPEN,
            (sent(order("o", BUY, "2", "11", tif=TimeInForce.FOK)),),
            "ack o paper-o; gone o fok_unfilled",
            "",
            FULL,
        ),
        (
            OPEN,
            (sent(order("o", BUY, "2", "12", tif=TimeInForce.FOK, executed=D(1))),),
            "ack o paper-o; o buy 1@11 taker",
            "",
            "2@10 3@9 | 4@12",
        ),
        (
            OPEN,
            (sent(order("o", BUY, "1", "11", post_only=True)),),
            "declined o post_only_would_cross",
            "",
            FULL,
        ),
        (
            OPEN,
            (sent(order("o", BUY, "1", "10", post_only=True)),),
            "ack o paper-o",
            "o:0/1@10",
            FULL,
        ),
        (
            OPEN,
            (sent(order("o", BUY, "3", type=T.MARKET_TO_LIMIT, tif=TimeInForce.GTC,
                        protective_price=D(11))),),
            "ack o paper-o; o buy 1@11 taker",
            "o:1/3@11",
            "2@10 3@9 | 4@12",
        ),
        (BARE, (sent(order("o", BUY, "7")),), "ack o paper-o; o buy 7@10.01 taker", "", "none"),
        (BARE, (sent(order("o", SELL, "7")),), "ack o paper-o; o sell 7@9.99 taker", "", "none"),
        (BARE, (sent(order("o", SELL, "7", "10")),), "ack o paper-o", "o:0/7@10", "none"),
        (
            OPEN,
            (sent(order("o", BUY, "1", "10")), sent(order("o", BUY, "1", "10"))),
            "",
            "o:0/1@10",
            FULL,
        ),
        (OPEN, (gone("o"),), "gone o not_working of other", "", FULL),
        (
            OPEN,
            (sent(order("o", BUY, "1", "10")), sent(order("p", BUY, "1", "9")), gone("o")),
            "gone o cancelled",
            "p:0/1@9",
            FULL,
        ),
        (
            OPEN,
            (
                sent(order("o", BUY, "3", "10", list_id="l")),
                sent(order("p", BUY, "3", "11", list_id="l")),
                sent(order("q", BUY, "3", "9", list_id="m")),
                sent(order("r", BUY, "3", "9")),
            ),
            "ack r paper-r",
            "o:0/2@10 p:1/3@11 q:0/3@9 r:0/3@9",
            "2@10 3@9 | 4@12",
        ),
        (
            OPEN,
            (
                sent(order("o", BUY, "1", "10", list_id="l")),
                sent(order("p", BUY, "1", "11", list_id="l")),
            ),
            "ack p paper-p; p buy 1@11 taker",
            "",
            "2@10 3@9 | 4@12",
        ),
        (
            OPEN,
            (sent(order("o", BUY, "3", "10")), changed(order("o", BUY, "2", "10"), keeps=True)),
            "",
            "o:0/2@10",
            FULL,
        ),
        (
            OPEN,
            (
                sent(order("o", BUY, "3", "11")),
                sent(order("p", BUY, "1", "9")),
                changed(order("o", BUY, "4", "12")),
            ),
            "o buy 3@12 taker",
            "p:0/1@9",
            "2@10 3@9 | 1@12",
        ),
        (
            OPEN,
            (
                sent(order("o", BUY, "3", "10")),
                sent(order("p", BUY, "1", "9")),
                changed(order("o", BUY, "4", "8")),
            ),
            "",
            "p:0/1@9 o:0/4@8",
            FULL,
        ),
        (OPEN, (changed(order("o", BUY, "4", "8")),), "", "", FULL),
    ],
)  # fmt: skip
def test_orders(start: Venue, steps: tuple[Step, ...], told: str, resting: str, left: str) -> None:
    venue, said = through(start, steps)
    assert (said, rests(venue), depth(venue)) == (told, resting, left)


EMPTY = book("", "")
THREE = (
    sent(order("a", BUY, "2", "9.5")),
    sent(order("b", BUY, "2", "9.8")),
    sent(order("c", BUY, "2", "9.5")),
    sent(order("s", SELL, "2", "10.5")),
    sent(order("z", BUY, "2", "9.9", symbol=SOL, tif=TimeInForce.GTC)),
)
BOTH = (traded("10", books=EMPTY), traded("10", books=EMPTY, symbol=SOL))
DRY = through(START, (*BOTH, *THREE))[0]


@pytest.mark.parametrize(
    ("steps", "told", "resting"),
    [
        ((traded("9.8", books=EMPTY),), "", "a:0/2@9.5 b:0/2@9.8 c:0/2@9.5 s:0/2@10.5 z:0/2@9.9"),
        (
            (traded("9.79", books=EMPTY),),
            "b buy 1@9.8 maker",
            "a:0/2@9.5 b:1/2@9.8 c:0/2@9.5 s:0/2@10.5 z:0/2@9.9",
        ),
        (
            (traded("9", "5.00005", EMPTY),),
            "b buy 2@9.8 maker; a buy 2@9.5 maker; c buy 1@9.5 maker",
            "c:1/2@9.5 s:0/2@10.5 z:0/2@9.9",
        ),
        (
            (traded("9", "9", EMPTY),),
            "b buy 2@9.8 maker; a buy 2@9.5 maker; c buy 2@9.5 maker",
            "s:0/2@10.5 z:0/2@9.9",
        ),
        (
            (traded("11", "1.5", EMPTY),),
            "s sell 1.5@10.5 maker",
            "a:0/2@9.5 b:0/2@9.8 c:0/2@9.5 s:1.5/2@10.5 z:0/2@9.9",
        ),
        ((traded("9", "9", EMPTY, symbol=SOL),), "z buy 2@9.9 maker",
         "a:0/2@9.5 b:0/2@9.8 c:0/2@9.5 s:0/2@10.5"),
        ((traded("9", "9", EMPTY, symbol="X"),), "",
         "a:0/2@9.5 b:0/2@9.8 c:0/2@9.5 s:0/2@10.5 z:0/2@9.9"),
        ((traded("9", "0.00005", EMPTY),), "",
         "a:0/2@9.5 b:0/2@9.8 c:0/2@9.5 s:0/2@10.5 z:0/2@9.9"),
    ],
)  # fmt: skip
def test_prints(steps: tuple[Step, ...], told: str, resting: str) -> None:
    venue, said = through(DRY, steps)
    assert (said, rests(venue)) == (told, resting)


def test_a_touch_is_enough_where_it_is_said() -> None:
    venue = evolve(DRY, touch=True)
    assert through(venue, (traded("9.8", books=EMPTY),))[1] == "b buy 1@9.8 maker"
    assert through(venue, (traded("10.5", books=EMPTY),))[1] == "s sell 1@10.5 maker"


def test_both_sides_of_one_print() -> None:
    """A buy above and a sell below: each side by its own best, buys first."""
    steps = (sent(order("d", SELL, "1", "9")), sent(order("e", BUY, "1", "9.9")))
    _, said = through(DRY, (*steps, traded("9.6", "9", EMPTY)))
    assert said == "e buy 1@9.9 maker; b buy 2@9.8 maker; d sell 1@9 maker"


def test_icebergs_and_lists_in_prints() -> None:
    berg = order("i", BUY, "3", "9.9", type=T.ICEBERG, terms=OrderTerms(display_qty=D(2)))
    venue, said = through(DRY, (sent(berg), traded("9", "3", EMPTY)))
    assert said == "i buy 2@9.9 maker; b buy 1@9.8 maker"
    assert rests(venue).endswith("i:2/3@9.9")
    pair = (
        sent(order("p", BUY, "3", "9.9", list_id="l")),
        sent(order("q", BUY, "3", "9.7", list_id="l")),
    )
    venue, said = through(OPEN, (*pair, traded("9", "2", EMPTY)))
    assert (said, rests(venue)) == ("p buy 2@9.9 maker", "p:2/3@9.9 q:0/1@9.7")
    venue, said = through(OPEN, (*pair, traded("9", "9", EMPTY)))
    assert (said, rests(venue)) == ("p buy 3@9.9 maker", "")


def peg(name: str, side: Side, **more: Any) -> VenueOrder:  # noqa: ANN401
    """A pegged order, half a dollar behind."""
    fields = {"type": T.PEGGED, "tif": TimeInForce.GTC, "terms": OrderTerms(offset=D("0.5"))}
    return order(name, side, "1", **{**fields, **more})


@pytest.mark.parametrize(
    ("one", "first", "then", "bare"),
    [
        (peg("o", BUY), "9.5", "19.5", "29.5"),
        (peg("o", SELL), "11.5", "filled", "30.5"),
        (peg("o", BUY, limit_price=D(9), protective_price=D(20)), "9", "9", "9"),
        (peg("o", BUY, limit_price=D(25), protective_price=D(19)), "9.5", "19", "19"),
        (peg("o", SELL, limit_price=D(25), protective_price=D(19)), "25", "25", "30.5"),
        (peg("o", SELL, limit_price=D(11), protective_price=D(22)), "22", "22", "30.5"),
        (peg("o", BUY, terms=OrderTerms()), "10", "20", "29.99"),
        (peg("o", BUY, terms=OrderTerms(offset=D(-1))), "-", "-", "-"),
    ],
)
def test_pegs(one: VenueOrder, first: str, then: str, bare: str) -> None:
    """Behind the best of its side, within the narrower bound; without a book around the print."""
    venue, said = through(OPEN, (sent(one),))
    assert (said, rests(venue)) == ("ack o paper-o", f"o:0/1@{first}")
    higher, said = through(venue, (traded("20.5", books=book("2@20", "1@21")),))
    assert rests(higher) == ("" if then == "filled" else f"o:0/1@{then}")
    lone = through(OPEN, (traded("30"), sent(one)))[0]
    assert rests(lone) == f"o:0/1@{bare}"
    other, _ = through(venue, (traded("90", books=book("2@80", "1@91"), symbol=SOL),))
    assert rests(other) == rests(venue)
