"""Stories of what fills cost: fees of every kind, spot pairs, coins."""

from attrs import evolve

from astracore.trading.commands import OpenAccount
from astracore.trading.types import MarginMode
from property_tests.trading_makers import D, leverage, opening
from tests.trading.stories import BTC, BUY, SELL, SOL, Story, ask, done, known
from tests.trading.test_cash import mode

RICH = opening("100000")
COINS: OpenAccount = opening("100", currency="BTC")
FUNNY = evolve(SOL, multiplier=D(10))

FEES: dict[str, Story] = {
    "fees that are given: a charge, a rebate, another asset by its rate": (
        RICH,
        ask("l", BUY, "3", "1990"),
        done("l", BUY, "1", "1990", "a", fee=D("1.25")),
        done("l", BUY, "1", "1990", "b", fee=D("-0.5")),
        done("l", BUY, "1", "1990", "c", fee=D("0.001"), fee_asset="BNB", fee_rate=D("300.0001")),
    ),
    "fees in other assets that are worth what a base fee would be": (
        RICH,
        ask("s", BUY, "10", "150", on=SOL),
        done("s", BUY, "10", "150", on=SOL, fee=D("0.01"), fee_asset="BNB", fee_rate=D(150)),
        ask("e", BUY, "1", "1990"),
        done("e", BUY, "1", "1990", fee=D("0.001"), fee_asset="ETH", fee_rate=D(1990)),
    ),
    "fees that say too little": (
        RICH,
        ask("l", BUY, "3", "1990"),
        done("l", BUY, "1", "1990", fee=D(1), fee_asset="ETH"),
        done("l", BUY, "1", "1990", fee=D(1), fee_asset="BNB"),
        done("l", BUY, "1", "1990", fee_asset="BNB", fee_rate=D(1)),
        done("l", BUY, "1", "1990", fee=D(1), fee_rate=D(1)),
        done("l", BUY, "1", "1990", fee=D(1), fee_asset="BNB", fee_rate=D(0)),
        done("l", BUY, "1", "1990", fee=D("0.0000001")),
        done("l", SELL, "1", "1990"),
        done("l", BUY, "1", "1990", on=SOL),
        done("l", BUY, "0", "1990"),
        done("l", BUY, "1", "0"),
        done("l", BUY, "0.000001", "0.5"),
        done("l", BUY, "1", "1990", fee=D("0.001"), fee_asset="ETH", fee_rate=D(1990)),
    ),
    "a fee beyond what was locked takes what is free, and no other order's": (
        opening("5000"),
        ask("b", BUY, "1", "1990"),
        ask("o", BUY, "1", "1990"),
        done("b", BUY, "1", "1990", fee=D(1500)),
        done("o", BUY, "1", "1990", fee=D(3000)),
    ),
    "a fee in the base of a spot pair": (
        RICH,
        leverage(5),
        ask("l", BUY, "10", "150", on=SOL),
        done("l", BUY, "10", "149.5", "a", on=SOL, fee=D("0.01"), fee_asset="SOL"),
        ask("s", SELL, "5", on=SOL),
        done("s", SELL, "5", "151", "b", on=SOL, fee=D("0.02"), fee_asset="SOL"),
        ask("t", SELL, "4.96", on=SOL),
        done("t", SELL, "4.96", "151", "c", on=SOL, fee=D("0.02"), fee_asset="SOL"),
        ask("u", SELL, "1", on=SOL),
    ),
    "a spot pair of many units: the worth of a fee may be finer than its price": (
        RICH,
        ask("l", BUY, "2", "150", on=FUNNY),
        done("l", BUY, "1", "150", "a", on=FUNNY, fee=D("0.0000001"), fee_asset="SOL"),
        done("l", BUY, "1", "150", "b", on=FUNNY, fee=D("0.000000001"), fee_asset="SOL"),
        done("l", BUY, "1", "150", "c", on=FUNNY, fee=D(1), fee_asset="SOL"),
    ),
    "a spot pair of many units, by the smallest fill": (
        RICH,
        ask("l", BUY, "1", "150", on=FUNNY),
        done("l", BUY, "0.0000001", "1", "a", on=FUNNY),
        done("l", BUY, "0.00000001", "1", "b", on=FUNNY),
        done("l", BUY, "0.1", "149", "c", on=FUNNY, fee=D("0.01"), fee_asset="SOL"),
    ),
    "a price of coins may be as fine as it likes": (
        COINS,
        ask("b", BUY, "2", on=BTC),
        done("b", BUY, "1", "50000.00000001", on=BTC),
    ),
    "an isolated fill takes nothing of what stands behind cross margin": (
        opening("3000"),
        mode(MarginMode.CROSS),
        leverage(5),
        ask("a", BUY, "5"),
        done("a", BUY, "5", "2000"),
        ask("b", BUY, "1", "150", on=SOL),
        done("b", BUY, "1", "150", on=SOL, fee=D(2000)),
    ),
    "coins: contracts of ten dollars, bought and sold through flat": (
        COINS,
        ask("b", BUY, "1000", on=BTC),
        done("b", BUY, "1000", "50000", on=BTC),
        ask("s", SELL, "1500", "62500", on=BTC, facts=known(BTC, marks={"BTC-USD": "60000"})),
        done("s", SELL, "1500", "62500", on=BTC),
    ),
}
