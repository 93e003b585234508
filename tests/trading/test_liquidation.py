"""When equity no longer covers maintenance: the worked figures, both modes, both kinds."""

from decimal import Decimal

import pytest
from attrs import evolve

from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.trading.account import ACCOUNT
from astracore.trading.events import PositionClosed
from astracore.trading.facts import Seen
from astracore.trading.money_commands import ObserveMarket
from astracore.trading.money_events import LiquidationStarted, PositionLiquidated
from astracore.trading.orders.triggers import Prices
from astracore.trading.pnl import floating, valuation
from astracore.trading.state import Account, Position
from astracore.trading.steps.liquidating import bankruptcy_price, maintenance
from astracore.trading.types import (
    INSTRUMENTS,
    AccountMode,
    ContractKind,
    MarginMode,
    Side,
)
from property_tests.account_world import COIN
from property_tests.trading_makers import (
    ETH,
    ME,
    NOW,
    D,
    after,
    fill,
    happened,
    leverage,
    limit,
    opening,
    order,
)
from tests.trading.test_cash import mode
from tests.trading.test_conditional import look

BTC = INSTRUMENTS["BTC-USD"]
TICK = D("0.01")
# Example A: 1 @ 2000 and 0.5 @ 2001, leverage 5, taker 0.0005.
EXAMPLE = after(
    opening(),
    leverage(5),
    order("o", Side.BUY, "1.5"),
    fill("o", "f", Side.BUY, "1", "2000"),
    fill("o", "g", Side.BUY, "0.5", "2001"),
)
HELD = EXAMPLE.positions["ETH-USD"]
SHORT = Position(
    position_id=HELD.position_id,
    symbol="ETH-USD",
    qty=D(-2),
    cost=D(-4000),
    margin=D(400),
    leverage=10,
    opened_at=NOW,
)


def test_the_worked_figures() -> None:
    assert (HELD.cost, HELD.margin, EXAMPLE.cash) == (D("3000.5"), D("600.1"), D("9398.39975"))
    assert bankruptcy_price(HELD, HELD.margin, D("0.000001")) == D("1600.266667")
    assert bankruptcy_price(SHORT, SHORT.margin, TICK) == D(2200)
    big = evolve(SHORT, qty=D(-60))
    assert maintenance(big, ETH, D(2000)) == D(950)
    assert maintenance(evolve(SHORT, qty=D(-25)), ETH, D(2000)) == D(250)
    assert MARGIN_BRACKETS[0].rate == D("0.005")


def test_a_position_goes_at_its_price_and_not_before() -> None:
    """1608.31 is the first tick from below at which maintenance is no longer covered."""
    assert happened(EXAMPLE, look("1608.31")) == ()
    started, taken, closed = happened(EXAMPLE, look("1608.30"))
    assert isinstance(started, LiquidationStarted)
    assert isinstance(taken, PositionLiquidated)
    assert isinstance(closed, PositionClosed)
    assert started.equity <= started.maintenance
    assert (taken.price, taken.insurance, closed.reason) == (D("1607.49"), D(0), "liquidated")
    state = after(look("1608.30"), start=EXAMPLE)
    assert state.positions == {}
    books = state.deposits + state.realised - state.fees + state.insurance
    assert valuation(state, {}).unwrap().equity == state.cash == books


def test_nobody_pays_beyond_bankruptcy() -> None:
    """The market jumped: the close is at the bankruptcy price, the fee what is left."""
    _, taken, _ = happened(EXAMPLE, look("1000"))
    assert isinstance(taken, PositionLiquidated)
    assert taken.price == D("1600.27")
    state = after(look("1000"), start=EXAMPLE)
    assert state.cash == EXAMPLE.cash
    short = evolve(EXAMPLE, positions={"ETH-USD": SHORT})
    _, taken, _ = happened(short, look("3000"))
    assert isinstance(taken, PositionLiquidated)
    assert (taken.price, taken.fee) == (D(2200), D(0))


def test_its_orders_go_first() -> None:
    state = after(limit("l", Side.BUY, "0.1", "1950"), start=EXAMPLE)
    told = [type(event).__name__ for event in happened(state, look("1500"))]
    assert told == [
        "LiquidationStarted",
        "OrderCancelRequested",
        "PositionLiquidated",
        "PositionClosed",
    ]


def test_a_live_venue_liquidates_by_itself() -> None:
    live = evolve(EXAMPLE, mode=AccountMode.LIVE)
    assert happened(live, look("1000")) == ()


def test_spot_has_no_liquidation_and_no_mark_says_nothing() -> None:
    spot = evolve(EXAMPLE, positions={"ETH-USD": evolve(HELD, contract=ContractKind.SPOT)})
    assert happened(spot, look("1")) == ()
    assert happened(EXAMPLE, look("1", mark=None)) == ()


def crossed(cash: str, qty: int = 1) -> Account:
    """The worked cross account: long 1 ETH, cost 2000; short 0.01 BTC, cost −450."""
    ether = evolve(HELD, qty=D(qty), cost=D(2000 * qty), margin=D(0), margin_mode=MarginMode.CROSS)
    coin = evolve(ether, symbol="BTC-USD", qty=D("-0.01"), cost=D(-450))
    return evolve(
        after(opening(), mode(MarginMode.CROSS), mode(MarginMode.CROSS, "BTC-USD")),
        cash=D(cash),
        positions={"ETH-USD": ether, "BTC-USD": coin},
    )


def market(ether: str, coin: str | None = "46000") -> ObserveMarket:
    """Both markets."""
    seen = [Seen(instrument=ETH, prices=Prices(mark=D(ether)))]
    if coin is not None:
        seen.append(Seen(instrument=BTC, prices=Prices(mark=D(coin))))
    return ObserveMarket(account_id=ME, seen=tuple(seen), at=NOW)


def test_cross_margin_as_in_the_rules() -> None:
    """Equity 490 against a maintenance of 9.8: nothing happens; at 10 it would."""
    state = crossed("1000")
    marks = {"ETH-USD": D(1500), "BTC-USD": D(46000)}
    needs = maintenance(state.positions["ETH-USD"], ETH, D(1500)) + maintenance(
        state.positions["BTC-USD"], BTC, D(46000)
    )
    gained = sum(floating(one, marks[one.symbol]) for one in state.positions.values())
    assert (state.cash + gained, needs) == (D(490), D("9.8"))
    assert happened(state, market("1500")) == ()
    assert happened(crossed("519.8"), market("1500"))
    assert happened(crossed("519.800001"), market("1500")) == ()
    assert happened(crossed("500"), market("1500", None)) == ()


def test_the_largest_maintenance_goes_first_until_the_rest_is_covered() -> None:
    told = happened(crossed("20350", 40), market("1500"))
    taken = [one for one in told if isinstance(one, PositionLiquidated)]
    assert [one.symbol for one in taken] == ["ETH-USD"]
    both = [one for one in happened(crossed("100"), market("1500"))
            if isinstance(one, PositionLiquidated)]  # fmt: skip
    assert [one.symbol for one in both] == ["ETH-USD", "BTC-USD"]
    state = crossed("100")
    for event in happened(state, market("1500")):
        state = ACCOUNT.evolve(state, event)
    assert state.cash >= 0
    assert state.positions == {}


@pytest.mark.parametrize(
    ("qty", "cost", "margin", "expected"),
    [
        ("1000", "0.05", "0.01", Decimal(1000) / Decimal("0.06")),
        ("-1000", "-0.05", "0.01", Decimal(25000)),
        ("-1000", "-0.05", "0.05", None),
    ],
)
def test_inverse_bankruptcy(qty: str, cost: str, margin: str, expected: Decimal | None) -> None:
    """A long's falls slower the lower the price; a short with enough coin has none."""
    held = evolve(SHORT, qty=D(qty), cost=D(cost), contract=ContractKind.INVERSE)
    found = bankruptcy_price(held, D(margin), D(1))
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert 0 <= found - expected < 1


def test_an_inverse_position_is_taken_over() -> None:
    held = evolve(
        SHORT,
        symbol="BTC-USD",
        qty=D(5000),
        cost=D(1),
        margin=D("0.1"),
        contract=ContractKind.INVERSE,
        multiplier=D(10),
    )
    state = evolve(after(opening("100", currency="BTC")), positions={"BTC-USD": held})
    seen = (Seen(instrument=COIN, prices=Prices(mark=D(40000))),)
    watch = ObserveMarket(account_id=ME, seen=seen, at=NOW)
    _, taken, closed = happened(state, watch)
    assert isinstance(taken, PositionLiquidated)
    assert isinstance(closed, PositionClosed)
    assert (taken.price, taken.insurance) == (D(45455), D(0))
    assert closed.contract is ContractKind.INVERSE
    short = evolve(held, qty=D(-5000), cost=D(-1), margin=D(1))
    rich = evolve(state, positions={"BTC-USD": short})
    far = (Seen(instrument=COIN, prices=Prices(mark=D(10**9))),)
    assert happened(rich, evolve(watch, seen=far)) == ()
