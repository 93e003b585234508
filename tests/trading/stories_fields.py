"""Stories of orders that are wrong in a field, or right by a hair: each field of each type."""

from typing import Any

from attrs import evolve

from astracore.instants import DAY, SECOND
from astracore.trading.contracts.hedging import LegName
from astracore.trading.orders.terms import OrderTerms, Schedule
from astracore.trading.orders.trailing import TrailBy
from astracore.trading.orders.triggers import TriggerSource
from astracore.trading.types import MarginMode, OrderType, TimeInForce
from property_tests.trading_makers import ETH, NOW, D, leverage, opening
from tests.trading.stories import (
    BTC,
    BUY,
    IOC,
    SELL,
    SOL,
    Story,
    ask,
    bought,
    done,
    known,
    later,
    stop,
    trail,
)
from tests.trading.test_cash import hedging, mode

RICH = opening("100000")
T = OrderType


def berg(name: str, shown: str, qty: str = "1", **more: Any) -> Any:  # noqa: ANN401
    """An iceberg."""
    terms = OrderTerms(display_qty=D(shown))
    return ask(name, BUY, qty, "1990", type=T.ICEBERG, terms=terms, **more)


def plan(name: str, kind: OrderType, qty: str = "1", **fields: Any) -> Any:  # noqa: ANN401
    """A sliced order."""
    return ask(name, BUY, qty, type=kind, terms=OrderTerms(schedule=Schedule(**fields)))


def special(name: str, **terms: Any) -> Any:  # noqa: ANN401
    """A limit with special terms."""
    return ask(name, BUY, "1", "1990", terms=OrderTerms(**terms))


HOURLY: dict[str, Any] = {"start": later(0), "end": later(15 * SECOND)}
SLOW = known(evolve(ETH, session_close=DAY))
FINE = known(evolve(ETH, tick=D("0.1"), lot=D("0.001"), min_qty=D("0.01"), max_qty=D(3)))
ATHOME = known(last=D(2005), index=D(1995), best_bid=D(2001), best_ask=D(1999))

FIELDS: dict[str, Story] = {
    "a limit has no special terms": (
        RICH,
        special("a", quote_amount=D(5), stop_price=D(1990)),
        special("a", stop_price=D(1990)),
        special("a", trail=D(5), trail_by=TrailBy.AMOUNT, activation_price=D(5)),
        special("a", limit_offset=D(5), offset=D(5)),
        special("a", display_qty=D("0.5")),
        special("a", schedule=Schedule(), trigger_source=TriggerSource.LAST),
        special("a", expire_at=later(5)),
        special("a", leg=LegName.LONG),
        ask("a", BUY, "1", type=T.LIMIT),
        ask("a", BUY, "0", "1990"),
        ask("a", BUY, "-1", "-5"),
        ask("a", BUY, "1", "1990", client_order_id="a" * 37),
        ask("a", BUY, "1", "1990", client_order_id="", tif=TimeInForce.GTD),
        ask("a", BUY, "1", "1990", client_order_id="a_-9" * 9),
        ask("b", BUY, "1", "1990", client_order_id="a_-9" * 9),
    ),
    "a market order has nothing but its quantity": (
        RICH,
        ask("a", BUY, "1", type=T.MARKET, limit_price=D(2000)),
        ask("a", BUY, "1", tif=TimeInForce.GTC),
        ask("a", BUY, "1", tif=TimeInForce.DAY, post_only=True),
        ask("a", BUY, "1", type=T.MARKET_TO_LIMIT, post_only=True),
        ask("a", BUY, "1", type=T.MARKET_TO_LIMIT, **IOC),
        ask("a", BUY, "1", type=T.MARKET_QUOTE, terms=OrderTerms(quote_amount=D(10))),
        ask("a", BUY, "0", type=T.MARKET_QUOTE),
        ask("a", BUY, "0", type=T.MARKET_QUOTE, terms=OrderTerms(quote_amount=D(0))),
        ask("a", BUY, "0", type=T.MARKET_QUOTE, terms=OrderTerms(quote_amount=D("10.5"))),
        ask("b", BUY, "0", type=T.MARKET_QUOTE, terms=OrderTerms(quote_amount=D("10.49"))),
        ask("c", SELL, "0", type=T.MARKET_QUOTE, terms=OrderTerms(quote_amount=D(2))),
        ask(
            "c",
            BUY,
            "0",
            type=T.MARKET_QUOTE,
            terms=OrderTerms(quote_amount=D(9)),
            facts=known(marks={"ETH-USD": None}),
        ),
    ),
    "what only rests, and what may not": (
        RICH,
        ask("a", BUY, "1", "1990", post_only=True, **IOC),
        ask("a", BUY, "1", "1990", post_only=True, tif=TimeInForce.DAY),
        ask("b", BUY, "1", "1990", post_only=True, facts=known(best_ask=D(1990))),
        ask("b", BUY, "1", "1990", post_only=True, facts=known(best_ask=D("1990.01"))),
        ask("c", SELL, "1", "2010", post_only=True, facts=known(best_bid=D(2010))),
        ask(
            "c",
            SELL,
            "1",
            "2010",
            post_only=True,
            facts=known(best_bid=D("2009.99"), best_ask=D(1)),
        ),
        ask("d", BUY, "1", "1990", facts=known(best_ask=D(1980))),
        stop(
            "e",
            BUY,
            "2010",
            kind=T.STOP_LIMIT,
            price="2020",
            post_only=True,
            facts=known(best_ask=D(2000)),
        ),
        ask(
            "g",
            BUY,
            "1",
            type=T.PEGGED,
            post_only=True,
            terms=OrderTerms(offset=D(1)),
            facts=known(best_ask=D(1)),
        ),
    ),
    "steps and ranges": (
        RICH,
        leverage(10),
        ask("a", BUY, "1", "1990.05", facts=FINE),
        ask("a", BUY, "1.0005", "1990", facts=FINE),
        ask("a", BUY, "0.009", "1990", facts=FINE),
        ask("a", BUY, "3.001", "1990", facts=FINE),
        ask("a", BUY, "3", "1990", facts=FINE),
        ask("b", BUY, "0.01", "1990", facts=FINE),
        stop("c", BUY, "2010.05", facts=FINE),
        trail("c", BUY, "10", activation_price=D("1990.005")),
        ask("d", BUY, "0.0025", "2000"),
        ask("e", BUY, "0.0024", "2000"),
        ask("e", BUY, "0.001", type=T.MARKET_QUOTE),
        ask("g", BUY, "1", "1990", facts=known(evolve(ETH, max_limit_notional=D(1990)))),
        ask("h", BUY, "1", "1990", facts=known(evolve(ETH, max_limit_notional=D("1989.99")))),
        ask("i", BUY, "1", facts=known(evolve(ETH, max_market_notional=D(2000)))),
        ask("j", BUY, "1", facts=known(evolve(ETH, max_market_notional=D("1999.99")))),
        ask("k", BUY, "0.0025", "1999.99", facts=known(marks={"ETH-USD": None})),
    ),
    "what closes whole has no least quantity, what reduces no least notional": (
        RICH,
        *bought("0.5"),
        ask("s", SELL, "0.4988"),
        done("s", SELL, "0.4988", "2000"),
        ask("a", SELL, "0.0005", "2000"),
        ask("a", SELL, "0.0011", "2000"),
        ask("b", SELL, "0.0002", "2000"),
        ask("b", SELL, "0.0001", "2000", reduce_only=True),
        ask("c", SELL, "0.0001", "2000", reduce_only=True),
        ask("d", SELL, "0.0012", "2000"),
    ),
    "bands": (
        RICH,
        *bought("3"),
        ask("a", BUY, "1", "2100"),
        ask("b", BUY, "1", "2100.01"),
        ask("b", BUY, "1", "1"),
        ask("c", BUY, "1", "100"),
        ask("d", SELL, "1", "1900"),
        ask("e", SELL, "1", "1899.99"),
        ask("e", SELL, "1", "9000"),
        stop("g", BUY, "2200", kind=T.STOP_LIMIT, price="2310"),
        stop("h", BUY, "2200", kind=T.STOP_LIMIT, price="2310.01"),
        stop("i", SELL, "1800", kind=T.STOP_LIMIT, price="1710"),
        stop("j", SELL, "1800", kind=T.STOP_LIMIT, price="1709.99"),
    ),
    "levels where the market is": (
        RICH,
        *bought("3"),
        stop("a", BUY, "2000"),
        stop("a", BUY, "2000.01"),
        stop("b", SELL, "2000"),
        stop("b", SELL, "1999.99"),
        stop("c", BUY, "2000", kind=T.MARKET_IF_TOUCHED),
        stop("c", BUY, "1999.99", kind=T.MARKET_IF_TOUCHED),
        stop("d", SELL, "2000", kind=T.TAKE_PROFIT_MARKET),
        stop("d", SELL, "2000.01", kind=T.TAKE_PROFIT_MARKET),
        stop("e", BUY, "2005", facts=ATHOME),
        stop("e", BUY, "2005.01", facts=ATHOME),
        stop("g", BUY, "2000", facts=ATHOME, terms={"trigger_source": TriggerSource.MARK}),
        stop("g", BUY, "1996", facts=ATHOME, terms={"trigger_source": TriggerSource.INDEX}),
        stop("h", BUY, "1999", facts=ATHOME, terms={"trigger_source": TriggerSource.BID_ASK}),
        stop("i", SELL, "2001", facts=ATHOME, terms={"trigger_source": TriggerSource.BID_ASK}),
        stop("j", BUY, "1", terms={"trigger_source": TriggerSource.INDEX}),
        stop("k", BUY, "0"),
    ),
    "trails that cannot be": (
        RICH,
        trail("a", BUY, "0"),
        trail("a", BUY, "0.0009", T.TRAILING_STOP_PERCENT),
        trail("a", BUY, "0.2001", T.TRAILING_STOP_PERCENT),
        trail("a", BUY, "0.001", T.TRAILING_STOP_PERCENT),
        trail("b", BUY, "0.2", T.TRAILING_STOP_PERCENT),
        trail("c", BUY, "0.3", T.TRAILING_STOP_LIMIT, trail_by=TrailBy.PERCENT, limit_offset=D(1)),
        trail("c", BUY, "0.3", T.TRAILING_STOP_LIMIT, trail_by=TrailBy.AMOUNT, limit_offset=D(1)),
        trail("d", BUY, "30", T.TRAILING_STOP_LIMIT, limit_offset=D(-1)),
        trail("d", BUY, "30", T.TRAILING_STOP_LIMIT),
        trail("d", BUY, "30", T.TRAILING_STOP_LIMIT, limit_offset=D(0)),
        trail("e", BUY, "30", trail_by=TrailBy.AMOUNT),
        trail("e", BUY, "30", activation_price=D(0)),
        trail("e", BUY, "30", activation_price=D(2001)),
        trail("g", SELL, "30", activation_price=D(1999)),
        trail("h", SELL, "30", activation_price=D(2001)),
        trail("j", SELL, "30", activation_price=D(2001), trigger_source=TriggerSource.INDEX),
        trail("k", SELL, "30", trigger_source=TriggerSource.INDEX),
        ask("l", SELL, "1", "2010", terms=OrderTerms(trail=D("0.5"), trail_by=TrailBy.PERCENT)),
        ask("i", BUY, "1", type=T.TRAILING_STOP_AMOUNT),
        ask(
            "i",
            BUY,
            "1",
            type=T.TRAILING_STOP_AMOUNT,
            terms=OrderTerms(trail=D(9)),
            facts=known(marks={"ETH-USD": None}),
        ),
    ),
    "icebergs": (
        RICH,
        leverage(10),
        berg("a", "0"),
        berg("a", "0.0005"),
        berg("a", "0.00105"),
        berg("a", "0.0099"),
        berg("a", "0.01"),
        berg("b", "1"),
        berg("c", "2"),
        berg("d", "0.5", "0"),
        berg("d", "0.5", **IOC),
        ask("d", BUY, "1", "1990", type=T.ICEBERG),
    ),
    "pegs": (
        RICH,
        ask("a", BUY, "1", type=T.PEGGED),
        ask("a", BUY, "1", type=T.PEGGED, terms=OrderTerms(offset=D(-1))),
        ask("a", BUY, "1", type=T.PEGGED, terms=OrderTerms(offset=D(0))),
        ask("b", BUY, "1", "1990", type=T.PEGGED, terms=OrderTerms(offset=D(1))),
    ),
    "plans that cannot be kept": (
        RICH,
        ask("a", BUY, "1", type=T.TWAP),
        plan("a", T.TWAP, start=later(0), slices=3),
        plan("a", T.TWAP, end=later(DAY), slices=3),
        plan("a", T.TWAP, **HOURLY),
        plan("a", T.TWAP, slices=4, **HOURLY),
        plan("a", T.TWAP, slices=1, **HOURLY),
        plan("a", T.TWAP, slices=501, start=later(0), end=later(DAY)),
        plan("a", T.TWAP, slices=3, weights=(D(1), D(2)), low=D(1), **HOURLY),
        plan("a", T.TWAP, "1.00005", slices=4, **HOURLY),
        plan("a", T.TWAP, "0", slices=4, **HOURLY),
        plan("a", T.TWAP, slices=2, start=later(-DAY), end=later(0)),
        plan("a", T.TWAP, slices=2, start=later(-DAY), end=later(1)),
        plan("b", T.TWAP, slices=3, **HOURLY),
        plan("c", T.VWAP, weights=(D(1),), **HOURLY),
        plan("c", T.VWAP, weights=(D(1), D(-1)), **HOURLY),
        plan("c", T.VWAP, weights=(D(0), D(0)), **HOURLY),
        plan("c", T.VWAP, slices=3, **HOURLY),
        plan("c", T.VWAP, weights=(D(1), D(1), D(1), D(1)), **HOURLY),
        plan("c", T.VWAP, weights=(D(1), D(1), D(1)), **HOURLY),
        plan("d", T.POV, participation=D("0.1")),
        plan("d", T.POV, participation=D("0.1"), end=later(0)),
        plan("d", T.POV, participation=D("0.51"), end=later(1)),
        plan("d", T.POV, participation=D(0), end=later(1)),
        plan("d", T.POV, participation=D("0.5"), start=later(0), end=later(1)),
        plan("d", T.POV, participation=D("0.5"), end=later(1)),
        plan("e", T.POV, participation=D("0.5"), end=later(90 * DAY + 1)),
        plan("e", T.POV, end=later(1)),
        plan("h", T.POV, participation=D("0.3"), end=later(1)),
        plan("g", T.VWAP, end=later(1), weights=(D(1), D(1))),
        plan("g", T.VWAP, start=later(0), weights=(D(1), D(1))),
        plan("g", T.TWAP, weights=(D(1), D(1)), **HOURLY),
        plan("g", T.VWAP, slices=501, **HOURLY),
        ask(
            "e",
            BUY,
            "1",
            type=T.POV,
            terms=OrderTerms(
                schedule=Schedule(end=later(9), participation=D("0.1")), expire_at=later(9)
            ),
        ),
        ask(
            "e",
            BUY,
            "1",
            type=T.POV,
            tif=TimeInForce.GTC,
            terms=OrderTerms(schedule=Schedule(end=later(9), participation=D("0.1"))),
        ),
    ),
    "times that do not fit": (
        RICH,
        ask("a", BUY, "1", "1990", tif=TimeInForce.GTD),
        ask("a", BUY, "1", "1990", tif=TimeInForce.GTD, terms=OrderTerms(expire_at=NOW)),
        ask("a", BUY, "1", "1990", tif=TimeInForce.GTD, terms=OrderTerms(expire_at=later(1))),
        ask(
            "b", BUY, "1", "1990", tif=TimeInForce.GTD, terms=OrderTerms(expire_at=later(90 * DAY))
        ),
        ask(
            "c",
            BUY,
            "1",
            "1990",
            tif=TimeInForce.GTD,
            terms=OrderTerms(expire_at=later(90 * DAY + 1)),
        ),
        ask("c", BUY, "1", "1990", tif=TimeInForce.DAY, terms=OrderTerms(expire_at=later(1))),
        ask("c", BUY, "1", "1990", tif=TimeInForce.DAY, facts=SLOW),
    ),
    "legs": (
        RICH,
        hedging(),
        ask("a", SELL, "1", "2010", terms=OrderTerms(leg=LegName.LONG)),
        ask("a", BUY, "1", terms=OrderTerms(leg=LegName.SHORT)),
        ask("a", BUY, "1"),
    ),
    "what an order without a limit is counted at": (
        RICH,
        stop("a", BUY, "1900", kind=T.MARKET_IF_TOUCHED),
        trail("b", BUY, "30", activation_price=D(1990)),
        trail("c", SELL, "30", activation_price=D(2100)),
        trail(
            "d",
            SELL,
            "0.1",
            T.TRAILING_STOP_LIMIT,
            trail_by=TrailBy.PERCENT,
            limit_offset=D(7),
            activation_price=D(2300),
        ),
        trail("e", BUY, "0.1", T.TRAILING_STOP_PERCENT),
    ),
    "what a coin order is counted at": (
        opening("100", currency="BTC"),
        stop("a", BUY, "51000", "10", on=BTC),
        stop("b", SELL, "49000", "10", on=BTC),
        stop("c", BUY, "49000", "10", kind=T.MARKET_IF_TOUCHED, on=BTC),
        stop("d", SELL, "51000", "10", kind=T.STOP_LIMIT, price="51000", on=BTC),
        ask("e", SELL, "10", "49000", on=BTC),
        ask("g", BUY, "10", "49000", on=BTC),
        ask("h", BUY, "10", "51000", on=BTC),
        ask("i", BUY, "10", "1000000", on=BTC, facts=known(BTC, marks={"BTC-USD": None})),
        ask(
            "j",
            SELL,
            "1",
            "100000",
            on=BTC,
            facts=known(evolve(BTC, min_notional=D("0.0001")), marks={"BTC-USD": None}),
        ),
        ask(
            "k",
            SELL,
            "3",
            "300001",
            on=BTC,
            facts=known(evolve(BTC, min_notional=D("0.0001")), marks={"BTC-USD": None}),
        ),
    ),
    "a price on cross margin that nobody knows": (
        RICH,
        mode(MarginMode.CROSS),
        ask("a", BUY, "1", facts=known(marks={"ETH-USD": None})),
        ask("b", BUY, "1", "1990", facts=known(marks={"ETH-USD": None})),
    ),
    "a symbol nobody knows": (
        RICH,
        ask("a", BUY, "1", facts=known(SOL)),
        ask("a", BUY, "1", facts=evolve(known(), instrument=None)),
        ask("a", BUY, "1", facts=known(evolve(ETH, symbol="ETH-EUR")), symbol="ETH-EUR"),
        ask("b", BUY, "1", "1990", facts=known(evolve(ETH, symbol="ETH-JPY")), symbol="ETH-JPY"),
    ),
}
