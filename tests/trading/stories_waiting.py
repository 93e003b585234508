"""Stories of orders that wait: stops, touches, trails."""

from astracore.trading.orders.trailing import TrailBy
from astracore.trading.orders.triggers import TriggerSource
from astracore.trading.types import OrderType
from property_tests.trading_makers import ETH, D, opening
from tests.trading.stories import (
    BUY,
    SELL,
    Story,
    ask,
    at_eth,
    bought,
    done,
    later,
    look,
    stop,
    trail,
)

RICH = opening("100000")

WAITING: dict[str, Story] = {
    "stops: each kind fires at its level and becomes what it says": (
        RICH,
        *bought("3"),
        stop("a", SELL, "1990", kind=OrderType.STOP_LIMIT, price="1985"),
        stop("b", SELL, "2020", kind=OrderType.TAKE_PROFIT_LIMIT, price="2015"),
        stop("c", SELL, "2020", kind=OrderType.TAKE_PROFIT_MARKET),
        stop("d", BUY, "1980", kind=OrderType.MARKET_IF_TOUCHED),
        stop("e", BUY, "1980", kind=OrderType.LIMIT_IF_TOUCHED, price="1975"),
        stop("g", BUY, "2020"),
        at_eth("2019.99"),
        at_eth("2020"),
        at_eth("1990"),
        at_eth("1980"),
        at_eth("1000", at=later(5)),
    ),
    "trails: by amount, by share, behind an activation, with a limit": (
        RICH,
        *bought("5"),
        trail("a", SELL, "30"),
        trail("b", SELL, "0.05", OrderType.TRAILING_STOP_PERCENT),
        trail(
            "c",
            SELL,
            "0.01",
            OrderType.TRAILING_STOP_LIMIT,
            trail_by=TrailBy.PERCENT,
            limit_offset=D("0.5"),
            activation_price=D(2050),
        ),
        trail("d", BUY, "40", activation_price=D(1990)),
        trail("e", SELL, "30", trigger_source=TriggerSource.INDEX),
        trail("g", BUY, "50", OrderType.TRAILING_STOP_LIMIT, limit_offset=D(2)),
        at_eth("2049.99"),
        at_eth("2060"),
        at_eth("2039.41"),
        at_eth("1990"),
        at_eth("1900"),
        at_eth("1940"),
    ),
    "a jump over the level: a buy stays within what it locked, on the tick": (
        RICH,
        *bought(),
        stop("a", BUY, "2000.01"),
        stop("b", SELL, "1999.99"),
        stop("c", SELL, "1999.98", kind=OrderType.STOP_LIMIT, price="1999.97"),
        at_eth("2500"),
        at_eth("1000"),
    ),
    "a level that moved by a tick is told": (
        RICH,
        trail("a", SELL, "30"),
        at_eth("2000.01"),
    ),
    "two prints in a row": (
        RICH,
        *bought(),
        stop("a", SELL, "1990", terms={"trigger_source": TriggerSource.DOUBLE_LAST}),
        at_eth("1990"),
        at_eth("1990", previous="1990.01"),
        at_eth("1991", previous="1980"),
        at_eth("1989", previous="1990"),
    ),
    "a fired order takes its place among the claims of its side": (
        opening("4010"),
        *bought(),
        stop("s", SELL, "1990"),
        ask("t", SELL, "1", "2050"),
        look((ETH, "1980")),
        done("s", SELL, "1", "1980"),
    ),
}
