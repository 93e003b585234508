"""Formulas and flags of orders, exactly on the edge."""

from typing import Any

import pytest
from attrs import evolve

from astracore.errors.trading import InvalidOrder
from astracore.trading.account import ACCOUNT
from astracore.trading.contracts.trade_returns import realized_return
from astracore.trading.lots.disposals import same_day_gain
from astracore.trading.lots.pools import Pool, PoolTrade, return_of_capital
from astracore.trading.order_events import OrderAmended
from astracore.trading.orders.groups import GroupKind
from astracore.trading.orders.slices import (
    Ladder,
    faulty_ladder,
    iceberg_parts,
    slice_child,
    volume_target,
)
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.orders.trailing import trailing_limit
from astracore.trading.positions import moved_value
from astracore.trading.steps.fills import has_protection, stops
from astracore.trading.types import FEE_SCHEDULE, ContractKind, Side
from astracore.trading.venue.quoting import protective_bound
from property_tests.trading_makers import (
    ETH,
    D,
    acked,
    after,
    codes,
    facts,
    fill,
    happened,
    leverage,
    limit,
    opening,
    order,
)
from tests.trading.test_cash import FIVE, IN, LIVE_CROSS, OPEN, cash, hedging, margin
from tests.trading.test_conditional import amend
from tests.trading.test_lists import OCO, placing, stop


def test_bounds_of_market_orders() -> None:
    """A band of nothing is one, a tick of nothing is none."""
    assert protective_bound(Side.BUY, D(100), D(0), D("0.1")).unwrap() == 100
    for band, tick in ((D(1), D(1)), (D("-0.1"), D(1)), (D("0.1"), D(0)), (D("0.1"), D(-1))):
        fault = protective_bound(Side.BUY, D(100), band, tick).failure()
        assert fault == InvalidOrder("band", "band must be in [0, 1) and tick above 0")


def test_slices_to_the_edge() -> None:
    assert slice_child(D("0.5"), D("0.25"), D("0.25")).unwrap() == D("0.25")
    assert slice_child(D("0.5"), D("0.25"), D("0.26")).unwrap() == 0
    assert slice_child(D("0.5"), D("0.25"), D("0.26"), last=True).unwrap() == D("0.25")
    assert len(iceberg_parts(D(10), D("0.1")).unwrap()) == 100
    assert iceberg_parts(D("10.1"), D("0.1")).failure().code == "invalid_order"
    assert volume_target(D(9), D(4), D("0.5"), D(1)).unwrap() == 4
    for share in (D(0), D("0.51")):
        fault = volume_target(D(9), D(4), share, D(1)).failure()
        assert fault == InvalidOrder("participation", "must be above 0 and at most 0.5")


def test_ladders_say_what_is_wrong() -> None:
    ladder = Ladder(qty=D(10), low=D(1), high=D(2), count=2, skew=D(1), tick=D("0.1"), lot=D(1))
    assert faulty_ladder(ladder) is None
    assert faulty_ladder(evolve(ladder, count=50)) is None
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"count": 1}, "count"),
        ({"count": 51}, "count"),
        ({"skew": D(0)}, "skew"),
        ({"tick": D(0)}, "tick"),
    ]
    for change, field in wrong:
        fault = faulty_ladder(evolve(ladder, **change))
        assert isinstance(fault, InvalidOrder)
        assert fault.field == field


def test_a_limit_of_a_trail_and_a_return_need_prices() -> None:
    fault = trailing_limit(Side.SELL, D(100), D(-1), D(1)).failure()
    assert fault == InvalidOrder("limit_offset", "must not be below zero")
    assert trailing_limit(Side.BUY, D(100), D(0), D(1)).unwrap() == 100
    for opened, closed in ((D(0), D(1)), (D(1), D(0)), (D(-1), D(1))):
        refused = realized_return(Side.BUY, opened, closed).failure()
        assert refused.code == "invalid_price"


def test_the_fee_schedule_is_that_of_the_rules() -> None:
    rows = [(level.from_volume, level.maker, level.taker) for level in FEE_SCHEDULE]
    assert rows == [
        (D(0), D("0.0002"), D("0.0005")),
        (D(100_000), D("0.00018"), D("0.00045")),
        (D(1_000_000), D("0.00015"), D("0.0004")),
        (D(10_000_000), D("0.0001"), D("0.00035")),
        (D(100_000_000), D("0.00005"), D("0.0003")),
    ]


def test_pools_and_days() -> None:
    bought = PoolTrade(side=Side.BUY, qty=D(10), price=D(4))
    assert same_day_gain([bought]).unwrap() == 0
    assert same_day_gain([evolve(bought, side=Side.SELL)]).unwrap() == 0
    paid = return_of_capital(Pool(qty=D(10), cost=D(30)), D(13)).unwrap()
    assert (paid.pool.cost, paid.gain, paid.matched) == (D(17), D(0), D(13))
    assert moved_value(ContractKind.INVERSE, D(2), D(3)) == D("0.666666666666666667")


def test_margin_may_be_added_and_all_of_it_left() -> None:
    """Adding asks nothing of what is there; nothing is exactly nothing."""
    poor = evolve(FIVE, positions={"ETH-USD": evolve(FIVE.positions["ETH-USD"], margin=D(1))})
    assert happened(poor, margin("1"))
    assert happened(LIVE_CROSS, cash(IN, "1"))


def test_modes_change_only_where_nothing_is_open() -> None:
    resting = after(limit("r", Side.BUY, "1", "1990"), start=OPEN)
    assert codes(resting, hedging()) == ["position_open"]


@pytest.mark.parametrize(
    ("side", "price", "crosses"),
    [
        (Side.BUY, "1999.99", False),
        (Side.BUY, "2000", True),
        (Side.SELL, "2000.01", False),
        (Side.SELL, "2000", True),
    ],
)
def test_post_only_stays_on_its_side(side: Side, price: str, *, crosses: bool) -> None:
    known = facts(best_ask=D(2000), best_bid=D(2000))
    asked = limit("p", side, "1", price, post_only=True, facts=known)
    if crosses:
        assert codes(OPEN, asked) == ["post_only_would_cross"]
    else:
        assert happened(OPEN, asked)
    assert happened(OPEN, limit("p", side, "1", price, post_only=True))


def test_an_order_in_another_market_than_its_facts() -> None:
    other = order("n", Side.BUY, "1", symbol="BTC-USD", facts=facts(instrument=ETH))
    assert "instrument_unavailable" in codes(OPEN, other)
    assert codes(OPEN, leverage(2, facts(instrument=evolve(ETH, symbol="BTC-USD")))) == [
        "instrument_unavailable"
    ]


def test_the_most_that_was_held_is_remembered() -> None:
    """3, then 2 more, then 4 less: 5."""
    state = after(
        order("a", Side.BUY, "3"),
        fill("a", "1", Side.BUY, "3", "2000"),
        order("b", Side.BUY, "2"),
        fill("b", "2", Side.BUY, "2", "2000"),
        order("c", Side.SELL, "4"),
        fill("c", "3", Side.SELL, "4", "2000"),
        start=after(opening("100000")),
    )
    held = state.positions["ETH-USD"]
    assert (held.qty, held.max_qty, held.peak_cost) == (D(1), D(5), D(10000))


def test_each_amendment_counts() -> None:
    state = after(limit("l", Side.BUY, "1", "1990"), acked("l"), start=OPEN)
    for revision in (1, 2, 3):
        (event,) = happened(state, amend(limit_price=D(1990 + revision)))
        assert isinstance(event, OrderAmended)
        assert event.revision == revision
        state = after(amend(limit_price=D(1990 + revision)), start=state)


def test_fees_in_other_assets_are_rounded_against_the_account() -> None:
    known = facts(instrument=evolve(ETH, kind=ContractKind.SPOT))
    state = after(limit("l", Side.BUY, "1", "2000", facts=known), start=OPEN)
    third = {"fee": D("0.0000003"), "fee_asset": "BNB", "fee_rate": D("7.1")}
    paid = after(fill("l", "f", Side.BUY, "1", "2000", **third), start=state)
    assert paid.fees == D("0.000003")


def test_lists_say_what_is_wrong() -> None:
    state = after(placing(GroupKind.OCO, OCO), start=OPEN)
    again = (limit("x", Side.BUY, "1", "1980"), stop("y", Side.BUY, "2020"))
    refused = ACCOUNT.decide(placing(GroupKind.OCO, again), state).failure()
    assert refused.causes == (InvalidOrder("list_id", "is in use"),)


def test_what_stops_a_position() -> None:
    """A reducing order with a level of its own or one that it follows."""
    state = after(order("s", Side.SELL, "1", reduce_only=True), start=FIVE)
    (held,) = state.orders.values()
    assert not stops(held)
    assert stops(evolve(held, level=D(1)))
    assert stops(evolve(held, terms=OrderTerms(stop_price=D(1))))
    assert not stops(evolve(held, terms=OrderTerms(stop_price=D(1)), reduce_only=False))


def test_one_protecting_order_is_enough() -> None:
    state = after(
        order("s", Side.SELL, "1", reduce_only=True), limit("l", Side.BUY, "1", "1990"), start=FIVE
    )
    first, second = state.orders.values()
    guarded = {first.order_id: evolve(first, protects=True), second.order_id: second}
    assert has_protection(evolve(state, orders=guarded), "ETH-USD")
    assert not has_protection(evolve(state, orders=guarded), "BTC-USD")
    assert not has_protection(state, "ETH-USD")
