"""Exposure beside an order, and losses, by figures that hide nothing."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.risk import DailyLossLimit, DrawdownLimit, ExposureLimit
from astracore.ids import OrderId
from astracore.trading.account import ACCOUNT
from astracore.trading.facts import Mark, RiskFacts
from astracore.trading.state import Account
from astracore.trading.types import Side
from property_tests.trading_makers import NOW, D, after, facts, limit, opening, order
from tests.trading.test_cash import FIVE

RICH = after(opening("100000"))
MARKS = (
    Mark(symbol="ETH-USD", price=D(2000), at=NOW),
    Mark(symbol="BTC-USD", price=D(100), at=NOW),
)


def beside(held: str, buys: str, sells: str) -> Account:
    """So many BTC, so many more to be bought and to be sold."""
    made = FIVE.positions["ETH-USD"]
    resting = after(
        limit("b", Side.BUY, "1", "2000"), limit("s", Side.SELL, "1", "2000"), start=RICH
    )
    orders = {
        OrderId(name): evolve(resting.orders[OrderId(name)], symbol="BTC-USD", qty=D(qty))
        for name, qty in (("b", buys), ("s", sells))
    }
    positions = {"BTC-USD": evolve(made, symbol="BTC-USD", qty=D(held), cost=D(held) * 100)}
    return evolve(RICH, orders=orders, positions=positions if D(held) else {})


def breach(state: Account, side: Side, **limits: Decimal) -> object:
    """The only cause why one ETH may not be traded."""
    known = facts(marks=MARKS, risk=RiskFacts(**limits))  # type: ignore[arg-type]
    (cause,) = ACCOUNT.decide(order("n", side, "1", facts=known), state).failure().causes
    return cause


@pytest.mark.parametrize(
    ("held", "side", "gross", "net"),
    [
        ("3", Side.BUY, 2600, 2600),  # 5 long beside 2100
        ("3", Side.SELL, 2500, 2200),  # 2 short beside 2000 short
        ("-3", Side.BUY, 2900, 2000),  # 8 either way, but 1 short after the buys
        ("-3", Side.SELL, 2800, 2800),
        ("0", Side.BUY, 2600, 2300),  # orders alone
        ("0", Side.SELL, 2500, 2500),
    ],
)
def test_what_stands_beside_an_order(held: str, side: Side, gross: int, net: int) -> None:
    """The others are counted with their open orders filled the worse way."""
    state = beside(held, "2", "5")
    for name, used in (("gross", gross), ("net", net)):
        allowed = D(used) - 1
        field = {"gross": "exposure", "net": "net_exposure"}[name]
        assert breach(state, side, **{field: allowed}) == ExposureLimit(name, D(used), allowed)


def test_losses_of_the_day_and_from_the_peak() -> None:
    """Equity 100000; 120000 in the morning, 5000 paid in since: 25000 lost, and 60000 below."""
    day = {"day_equity": D(120000), "day_flows": D(5000)}
    lost = D(25000) / D(120000)
    cause = breach(RICH, Side.BUY, daily_loss=D("0.2"), **day)
    assert isinstance(cause, DailyLossLimit)
    assert cause.used is not None
    assert abs(cause.used - lost) < D("1E-20")
    fallen = breach(RICH, Side.BUY, drawdown=D("0.375"), peak=D(160000))
    assert fallen == DrawdownLimit(D("0.375"), D("0.375"))
    fine = facts(risk=RiskFacts(daily_loss=D("0.21"), drawdown=D("0.376"), peak=D(160000), **day))  # type: ignore[arg-type]
    assert ACCOUNT.decide(order("n", Side.BUY, "1", facts=fine), RICH).unwrap()
