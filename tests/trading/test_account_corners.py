"""Corners of the account that the other pages do not turn."""

from attrs import evolve

from astracore.ids import OrderId
from astracore.trading.checks.assessing import trigger_of
from astracore.trading.commands import PlaceList
from astracore.trading.events import OrderAccepted, OrderCancelled
from astracore.trading.facts import Mark, Seen
from astracore.trading.money_commands import AdjustMargin
from astracore.trading.order_events import TrailingMoved
from astracore.trading.orders.groups import Act, Group, GroupKind, GroupStep, Instruction
from astracore.trading.orders.states import FINAL, Signal, Step, transition
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.orders.triggers import Prices, TriggerSource
from astracore.trading.positions import moved_value
from astracore.trading.steps.endings import carried
from astracore.trading.steps.liquidating import bankruptcy_price, exit_price
from astracore.trading.telling import Told
from astracore.trading.types import INSTRUMENTS, ContractKind, OrderStatus, OrderType, Side
from astracore.trading.venue.paper_prices import without_book
from property_tests.account_world import COIN
from property_tests.trading_makers import (
    ME,
    NOW,
    D,
    after,
    closing,
    codes,
    facts,
    fill,
    happened,
    leverage,
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


def test_a_trail_begins_with_the_first_price_that_its_source_has() -> None:
    """Nobody knew an index when the order came: its level stands from the first one on."""
    state = waiting(
        OrderType.TRAILING_STOP_AMOUNT,
        Side.SELL,
        trail=D(30),
        trigger_source=TriggerSource.INDEX,
    )
    assert state.orders[OrderId("w")].level is None
    assert happened(state, look("2000")) == ()
    (moved,) = happened(state, look("2000", index=D(2100)))
    assert isinstance(moved, TrailingMoved)
    assert (moved.extreme, moved.level) == (D(2100), D(2070))


def test_every_open_order_can_expire() -> None:
    """So an order whose time is over ends wherever it stands; the final ones stay."""
    for status in OrderStatus:
        expected = Step.NO_OP if status in FINAL else OrderStatus.EXPIRED
        assert transition(status, Signal.EXPIRED) is expected


def test_what_is_over_is_not_asked_again() -> None:
    """A list's step may name an order that an earlier instruction has already ended."""
    group = Group(kind=GroupKind.OCO, legs=())
    step = GroupStep(group=group, instructions=(Instruction(act=Act.CANCEL, order_id="gone"),))
    assert carried(Told(OPEN), step, NOW) == Told(OPEN)


def test_closing_ends_each_of_two_that_know_each_other_once() -> None:
    """The first one's end takes the second with it; the second is not cancelled again."""
    legs = (
        order(
            "s", Side.SELL, "1", type=OrderType.STOP_MARKET, terms=OrderTerms(stop_price=D(1950))
        ),
        order(
            "t",
            Side.SELL,
            "1",
            type=OrderType.TAKE_PROFIT_MARKET,
            terms=OrderTerms(stop_price=D(2050)),
        ),
    )
    both = PlaceList(account_id=ME, list_id="l", kind=GroupKind.OCO, legs=legs, at=NOW)
    long = after(order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN)
    told = happened(after(both, start=long), closing(None))
    assert [one.order_id for one in told if isinstance(one, OrderCancelled)] == ["s", "t"]
    assert [one.order_id for one in told if isinstance(one, OrderAccepted)] == ["c"]


def test_without_a_bankruptcy_price_the_close_is_at_the_market() -> None:
    """A short in coin with as much coin behind it as it cost is never used up."""
    state = after(
        order("o", Side.SELL, "1000", symbol="BTC-USD", facts=KNOWN),
        fill("o", "f", Side.SELL, "1000", "50000", symbol="BTC-USD"),
        start=COINS,
    )
    held = state.positions["BTC-USD"]
    seen = Seen(instrument=COIN, prices=Prices(mark=D(60000)))
    market = without_book(D(60000), COIN, Side.BUY)
    assert bankruptcy_price(held, D("0.2"), COIN.tick) is None
    assert exit_price(held, seen, D("0.2")) == market
    assert exit_price(held, seen, D("0.01")) < market


def test_a_liquidation_leaves_the_orders_of_other_markets() -> None:
    both = (*facts().marks, *KNOWN.marks)
    elsewhere = evolve(facts(instrument=INSTRUMENTS["BTC-USD"]), marks=both)
    state = after(
        leverage(5),
        order("o", Side.BUY, "1.5"),
        fill("o", "f", Side.BUY, "1.5", "2000"),
        limit("e", Side.BUY, "0.1", "1950"),
        limit("b", Side.BUY, "0.001", "49000", symbol="BTC-USD", facts=elsewhere),
        start=OPEN,
    )
    left = after(look("1500"), start=state)
    assert left.positions == {}
    assert {name: one.status for name, one in left.orders.items()} == {
        "e": OrderStatus.CANCEL_PENDING,
        "b": OrderStatus.PENDING,
    }


def test_leverage_is_capped_by_its_own_market_alone() -> None:
    """What is held in dear bitcoin says nothing about ether."""
    held = after(order("o", Side.BUY, "1"), fill("o", "f", Side.BUY, "1", "2000"), start=OPEN)
    huge = evolve(held.positions["ETH-USD"], qty=D(50_000), cost=D(100_000_000))
    there = evolve(OPEN, positions={"BTC-USD": evolve(huge, symbol="BTC-USD")})
    here = evolve(OPEN, positions={"ETH-USD": huge})
    assert happened(there, leverage(5))
    assert codes(here, leverage(5)) == ["leverage_above_bracket"]


def test_what_never_expires_is_left_alone() -> None:
    trigger = trigger_of(OrderType.MARKET, Side.BUY, OrderTerms(), D(5))
    assert trigger.level == D(5)
    command = AdjustMargin(account_id=ME, symbol="ETH-USD", amount=D(1), at=NOW, marks=())
    assert command.key == "ETH-USD"


def test_a_fee_worth_less_than_the_unit_leaves_no_crumbs() -> None:
    """1e-11 BTC at 29999 is 0.00000029999, charged as 0.000001; cash moves by the price alone.

    Bought with it and sold with it: the sale brings its whole price too, and what was rounded up
    twice is in the fees and, the other way, in what was realised.
    """
    known = facts(instrument=evolve(COIN, kind=ContractKind.SPOT, multiplier=D(1)))
    marked = evolve(known, marks=KNOWN.marks)
    state = after(limit("l", Side.BUY, "2", "29999", symbol="BTC-USD", facts=marked), start=OPEN)
    crumbs = {"symbol": "BTC-USD", "fee": D("1E-11"), "fee_asset": "BTC"}
    bought = after(fill("l", "f", Side.BUY, "2", "29999", **crumbs), start=state)
    held = bought.positions["BTC-USD"]
    assert held.qty == D("1.99999999999")
    assert held.cost == D("59997.999999")
    assert (bought.cash, bought.fees) == (OPEN.cash - 59998, D("0.000001"))
    asked = limit("s", Side.SELL, "1", "50000", symbol="BTC-USD", facts=marked)
    selling = after(asked, start=bought)
    sold = after(fill("s", "g", Side.SELL, "1", "50000", **crumbs), start=selling)
    assert sold.cash == bought.cash + 50000
    assert sold.fees == D("0.000002")
    books = sold.deposits + sold.realised - sold.fees
    assert sold.cash + sold.positions["BTC-USD"].margin == books
