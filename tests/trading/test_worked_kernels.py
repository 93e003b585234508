"""Kernels of the account by figures that hide nothing."""

from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

from astracore.errors.levels import BracketPrices
from astracore.errors.trading import InvalidOrder
from astracore.trading.account import ACCOUNT
from astracore.trading.checks.field_checks import shown
from astracore.trading.checks.pretrade import missing_standing
from astracore.trading.contracts.kinds import side_of
from astracore.trading.facts import LiveStanding
from astracore.trading.order_events import OrderTriggered
from astracore.trading.orders.groups import GroupKind
from astracore.trading.pnl import worth
from astracore.trading.steps.lists import entry_of
from astracore.trading.types import ContractKind, MarginMode, OrderType, Side
from astracore.trading.venue.paper import accepts
from astracore.trading.venue.quoting import Peg, pegged_price
from property_tests.trading_makers import (
    ETH,
    NOW,
    D,
    after,
    codes,
    facts,
    fill,
    happened,
    leverage,
    limit,
    order,
    placed,
)
from tests.trading.test_cash import CROSS, FIVE, OPEN
from tests.trading.test_conditional import look, waiting
from tests.trading.test_lists import BRACKET, OCO, placing
from tests.trading.test_order_types import LONG, whole


@pytest.mark.parametrize(
    ("side", "price", "taken"),
    [
        (Side.BUY, "9", True),
        (Side.BUY, "9.1", False),
        (Side.SELL, "9", True),
        (Side.SELL, "8.9", False),
    ],
)
def test_a_bound_itself_is_acceptable(side: Side, price: str, *, taken: bool) -> None:
    wanted: Any = SimpleNamespace(limit_price=D(9), protective_price=None, side=side)
    assert accepts(wanted, D(price)) is taken
    free: Any = SimpleNamespace(limit_price=None, protective_price=None, side=side)
    assert accepts(free, D(price))


def test_small_kernels() -> None:
    assert shown(D("0.123456789"), D(1)) == "0.123456789"
    assert shown(D(1), D(3)) == "0.33333333"
    assert worth(FIVE, {"ETH-USD": D(2100)}) == FIVE.cash + 400 + 100
    assert [side_of(D(qty)) for qty in (-1, 0, 1)] == [Side.SELL, Side.SELL, Side.BUY]
    standing = LiveStanding(leverage_cap=1, two_factor=True, connected=True)
    assert missing_standing(standing) == ()
    assert missing_standing(evolve(standing, leverage_cap=0))
    peg = Peg(side=Side.SELL, offset=D("0.5"), tick=D("0.1"))
    assert pegged_price(peg, D(100), D("100.25")).unwrap() == D("100.8")


def test_the_position_that_a_parent_would_open() -> None:
    state = after(limit("p", Side.SELL, "2", "2010"), start=OPEN)
    (parent,) = state.orders.values()
    opened = entry_of(parent)
    assert [opened.qty, opened.cost, opened.margin] == [D(-2), -2 * parent.reference, D(0)]


def test_brackets_say_their_prices_in_order() -> None:
    entry, stop, target = BRACKET
    upside = evolve(target, limit_price=D(1900), terms=evolve(target.terms, stop_price=None))
    refused = ACCOUNT.decide(placing(GroupKind.BRACKET, (entry, stop, upside)), OPEN).failure()
    low = stop.terms.stop_price
    assert low is not None
    assert entry.limit_price is not None
    assert refused.causes == (BracketPrices(low, entry.limit_price, D(1900)),)
    scaled = (OCO[0], evolve(OCO[1], type=OrderType.SCALED))
    fault = ACCOUNT.decide(placing(GroupKind.OCO, scaled), OPEN).failure()
    assert fault.causes == (InvalidOrder("legs", "this type has no place in a list"),)


def test_a_list_beside_an_order_locks_its_largest_leg() -> None:
    """What was locked before is no part of it."""
    resting = after(limit("r", Side.BUY, "1", "1950"), start=OPEN)
    alone = after(placing(GroupKind.OCO, OCO), start=OPEN).reserved
    both = after(placing(GroupKind.OCO, OCO), start=resting).reserved
    assert both - resting.reserved == alone


def test_a_gap_fires_at_its_price_and_tells_its_level() -> None:
    state = waiting(OrderType.STOP_MARKET, Side.SELL, stop_price=D(1990))
    events = happened(state, look("1985"))
    (event,) = (one for one in events if isinstance(one, OrderTriggered))
    assert (event.price, event.level) == (D(1985), D(1990))


def test_leverage_is_capped_by_the_value_at_the_mark() -> None:
    """Without a mark by the cost."""
    large = evolve(FIVE.positions["ETH-USD"], qty=D(30), cost=D(60000))
    state = evolve(FIVE, positions={"ETH-USD": large})
    assert happened(state, leverage(30, facts(mark="1500", level=99)))
    assert codes(state, leverage(30, facts(mark="2100", level=99))) == ["leverage_above_bracket"]
    assert codes(state, leverage(30, facts(mark=None, level=99))) == ["leverage_above_bracket"]


def test_cross_margin_is_told_and_isolated_is_not() -> None:
    assert CROSS.positions["ETH-USD"].margin_mode is MarginMode.CROSS
    assert FIVE.positions["ETH-USD"].margin_mode is MarginMode.ISOLATED
    assert placed(CROSS, order("n", Side.BUY, "0.1")).margin_mode is MarginMode.CROSS
    assert placed(FIVE, order("n", Side.BUY, "0.1")).margin_mode is None
    for state, mode in ((CROSS, MarginMode.CROSS), (FIVE, None)):
        ready = after(order("n", Side.BUY, "0.1"), start=state)
        (trade, *_) = happened(ready, fill("n", "x", Side.BUY, "0.1", "2000"))
        assert getattr(trade, "margin_mode") is mode  # noqa: B009


def test_ids_of_rungs_carry_the_millisecond() -> None:
    events = happened(LONG, order("n", Side.BUY, "1", **whole(OrderType.SCALED)))
    names = [getattr(event, "order_id") for event in events]  # noqa: B009
    stamp = f"{NOW.micros // 1000:012x}"
    assert [name.replace("-", "")[:12] for name in names[1:]] == [stamp] * (len(names) - 1)


def test_a_scaled_order_has_no_limit_of_its_own() -> None:
    fields = {**whole(OrderType.SCALED), "limit_price": D(1990)}
    assert codes(LONG, order("n", Side.BUY, "1", **fields)) == ["invalid_order"]


def test_a_stop_without_a_mark_is_stale() -> None:
    fields = whole(OrderType.STOP_MARKET)
    assert "price_stale" in codes(OPEN, order("n", Side.BUY, "1", facts=facts(mark=None), **fields))


def test_all_of_a_coin_may_be_sold_and_pay_its_fee() -> None:
    """0.998 sold and 0.001 of fee are the 0.999 that are held."""
    known = facts(instrument=evolve(ETH, kind=ContractKind.SPOT))
    terms = {"fee": D("0.001"), "fee_asset": "ETH"}
    bought = after(
        limit("l", Side.BUY, "1", "2000", facts=known),
        fill("l", "f", Side.BUY, "1", "2000", **terms),
        order("s", Side.SELL, "0.998", facts=known),
        start=OPEN,
    )
    sold = after(fill("s", "g", Side.SELL, "0.998", "2000", **terms), start=bought)
    assert sold.positions == {}
