"""Corners of the account that the other pages do not turn."""

from attrs import evolve

from astracore.trading.assessing import trigger_of
from astracore.trading.facts import Mark
from astracore.trading.money_commands import AdjustMargin
from astracore.trading.positions import moved_value
from astracore.trading.state import Position
from astracore.trading.terms import OrderTerms
from astracore.trading.types import ContractKind, OrderType, Side
from property_tests.account_world import COIN
from property_tests.trading_makers import (
    ME,
    NOW,
    D,
    after,
    codes,
    facts,
    fill,
    limit,
    opening,
    order,
    placed,
)
from tests.trading.test_conditional import look, waiting

OPEN = after(opening("100000"))
COINS = after(opening("100", currency="BTC"))
KNOWN = evolve(facts(instrument=COIN), marks=(Mark(symbol="BTC-USD", price=D(50000), at=NOW),))


def coin(name: str, side: Side, **more: object) -> object:
    """What an order of a thousand contracts locks at."""
    return placed(COINS, order(name, side, "1000", symbol="BTC-USD", facts=KNOWN, **more)).reference


def test_inverse_orders_lock_at_the_lowest_price() -> None:
    """Fewer dollars a coin is more coins: a sell at the band below, a buy at most at the mark."""
    assert coin("s", Side.SELL) == D(47500)
    assert coin("b", Side.BUY) == D(50000)
    assert coin("l", Side.BUY, type=OrderType.LIMIT, limit_price=D(51000)) == D(50000)
    assert coin("m", Side.SELL, type=OrderType.LIMIT, limit_price=D(51000)) == D(51000)
    stop = {"type": OrderType.STOP_MARKET, "terms": OrderTerms(stop_price=D(49000))}
    assert coin("t", Side.SELL, **stop) == D(46550)


def test_inverse_fills_are_counted_in_coin() -> None:
    """1000 contracts of 10 USD at 50000 are 0.2 BTC, with leverage 1 all of it margin."""
    state = after(
        order("o", Side.BUY, "1000", symbol="BTC-USD", facts=KNOWN),
        fill("o", "f", Side.BUY, "1000", "50000", symbol="BTC-USD"),
        start=COINS,
    )
    held = state.positions["BTC-USD"]
    assert (held.cost, held.margin, state.fees) == (D("0.2"), D("0.2"), D("0.0001"))
    sold = after(
        order("s", Side.SELL, "1000", symbol="BTC-USD", facts=KNOWN),
        fill("s", "g", Side.SELL, "1000", "62500", symbol="BTC-USD"),
        start=state,
    )
    assert sold.realised == D("0.04")
    assert moved_value(ContractKind.INVERSE, D(1), D(4)) == D("0.25")


def test_a_price_of_nothing_moves_nothing() -> None:
    state = waiting(OrderType.STOP_MARKET, Side.SELL, stop_price=D(1990))
    for price in (D(0), None):
        assert after(look("1", last=price, mark=None), start=state) == state


def test_what_never_expires_is_left_alone() -> None:
    trigger = trigger_of(OrderType.MARKET, Side.BUY, OrderTerms(), D(5))
    assert trigger.level == D(5)
    command = AdjustMargin(account_id=ME, symbol="ETH-USD", amount=D(1), at=NOW, marks=())
    assert command.key == "ETH-USD"


def test_a_fee_that_leaves_crumbs_is_refused() -> None:
    """A base fee whose worth is finer than the unit cannot be booked without a residue."""
    known = facts(instrument=evolve(COIN, kind=ContractKind.SPOT, multiplier=D(1)))
    marked = evolve(known, marks=KNOWN.marks)
    state = after(limit("l", Side.BUY, "1", "49999", symbol="BTC-USD", facts=marked), start=OPEN)
    crumbs = fill(
        "l", "f", Side.BUY, "1", "49999", symbol="BTC-USD", fee=D("1E-11"), fee_asset="BTC"
    )
    assert codes(state, crumbs) == ["invalid_fill"]
    assert Position.__doc__
