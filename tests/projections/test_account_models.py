"""Read models and books beside the account itself: the same figures after any history."""

import decimal
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from attrs import evolve

from astracore.catalog.examples import example
from astracore.events.envelope import Envelope
from astracore.events.policy import Policy, reactions
from astracore.events.projection import Projection, project
from astracore.ids import EventId, derived_id
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import PostEntry
from astracore.ledger.state import Books, balance
from astracore.numeric import EXACT
from astracore.outcome import is_failure
from astracore.policies.accounts import ISSUE
from astracore.policies.postings import (
    SETTLE_CASH,
    SETTLE_FUNDING,
    SETTLE_LIQUIDATION,
    SETTLE_TRADE,
    settle_cash,
    settle_funding,
    settle_liquidation,
)
from astracore.projections.orders import OPEN_ORDERS, ORDERS, OrderRow
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow, account_of, valued
from astracore.projections.standing import account_at
from astracore.projections.trades import POSITIONS, PositionRow, held_after, marked
from astracore.trading.account import ACCOUNT
from astracore.trading.events import AccountEvent, TradeExecuted
from astracore.trading.money_commands import ObserveMarket
from astracore.trading.money_events import (
    AccountReset,
    CashMoved,
    FundingPaid,
    MarginAdjusted,
    PositionLiquidated,
)
from astracore.trading.pnl import valuation
from property_tests.account_world import ME, World
from property_tests.random_histories import history
from property_tests.test_policies import told

R = TypeVar("R")
SEEDS = tuple(range(1, 25))
POLICIES: tuple[Policy[Any, PostEntry], ...] = (
    ISSUE,
    SETTLE_TRADE,
    SETTLE_LIQUIDATION,
    SETTLE_FUNDING,
    SETTLE_CASH,
)


def log_of(world: World) -> list[Envelope[AccountEvent]]:
    """The log."""
    first = told(world.events[0])
    return [
        evolve(
            first,
            event=event,
            event_id=EventId(derived_id(0, "event", str(place))),
            version=place + 1,
            position=place + 1,
        )
        for place, event in enumerate(world.events)
    ]


def rows(projection: Projection[Any, R], log: list[Envelope[AccountEvent]]) -> dict[str, R]:
    """A model folded in one go."""
    changes = project(projection, lambda _keys: {}, log).unwrap()
    return {
        one.key: projection.row.decode(one.body).unwrap() for one in changes if one.body is not None
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_models_are_the_account(seed: int) -> None:
    """Portfolio, positions and open orders say what the account knows."""
    world = history(seed).world
    log, state = log_of(world), world.state
    found: dict[str, PortfolioRow] = rows(PORTFOLIO, log)
    row = found[ME]
    seen = account_of(row)
    for name in (
        "cash",
        "reserved",
        "deposits",
        "withdrawals",
        "realised",
        "fees",
        "funding",
        "insurance",
        "positions",
        "leverage",
        "cross",
        "position_mode",
        "status",
    ):
        assert getattr(seen, name) == getattr(state, name), name
    held: dict[str, PositionRow] = rows(POSITIONS, log)
    assert {one.held.key: one.held for one in held.values()} == dict(state.positions)
    for one in held.values():
        assert marked(one, world.marks[one.held.symbol]).unwrap().qty == one.held.qty
    assert valued(row, world.marks).unwrap().equity == valuation(state, world.marks).unwrap().equity


@pytest.mark.parametrize("seed", SEEDS)
def test_orders_are_what_was_told_of_them(seed: int) -> None:
    """Each row is its order; whoever asks the row's account what a price does hears the same."""
    world = history(seed).world
    log, state = log_of(world), world.state
    waiting: dict[str, OrderRow] = rows(OPEN_ORDERS, log)
    everything: dict[str, OrderRow] = rows(ORDERS, log)
    for order in (*state.orders.values(), *state.ended.values()):
        row = everything[order.order_id]
        same = ("qty", "executed", "status", "reserve", "limit_price", "level", "revision")
        assert [getattr(row, name) for name in same] == [getattr(order, name) for name in same]
    assert set(waiting) == set(state.orders)
    found: dict[str, PortfolioRow] = rows(PORTFOLIO, log)
    standing = account_at(found[ME], waiting.values())
    for by in (-30, -3, 3, 30):
        seen = tuple(world.seen(symbol) for symbol in world.listed)
        prices = tuple(
            type(one)(
                instrument=one.instrument,
                prices=type(one.prices)(last=moved(world, one.symbol, by)),
                previous=None,
            )
            for one in seen
        )
        look = ObserveMarket(account_id=ME, seen=prices, at=world.at)
        ours, theirs = ACCOUNT.decide(look, state), ACCOUNT.decide(look, standing)
        assert bool(ours.unwrap()) == bool(theirs.unwrap())


def moved(world: World, symbol: str, by: int) -> Decimal:
    """A price some percent away."""
    tick = world.listed[symbol].tick
    return world.marks[symbol] * (100 + by) / 100 // tick * tick


@pytest.mark.parametrize("seed", SEEDS)
def test_the_books_hold_the_users_money(seed: int) -> None:
    """user_funds is cash and margin after every event: trades, funding, resets, liquidations."""
    world = history(seed).world
    if world.state.currency != "PUSD":
        return
    books, state = Books(), ACCOUNT.initial
    for envelope in log_of(world):
        state = ACCOUNT.evolve(state, envelope.event)
        for reaction in [one for policy in POLICIES for one in reactions(policy, envelope)]:
            result = BOOKS.decide(reaction.command, books)
            assert not is_failure(result), result
            for posted in result.unwrap():
                books = BOOKS.evolve(books, posted)
        with decimal.localcontext(EXACT):
            margin = sum((held.margin for held in state.positions.values()), Decimal(0))
            assert balance(books, "user_funds/u", "PUSD") == state.cash + margin


def test_live_money_is_not_practice_money() -> None:
    """And what moves nothing writes nothing."""
    liquidation = evolve(example(PositionLiquidated), is_practice=False)
    assert settle_liquidation(told(liquidation)) == ()
    assert settle_funding(told(evolve(example(FundingPaid), is_practice=False))) == ()
    assert settle_cash(told(evolve(example(CashMoved), is_practice=False))) == ()
    nothing = evolve(example(FundingPaid), amount=Decimal(0), insurance=Decimal(0))
    assert settle_funding(told(nothing)) == ()
    flat = evolve(example(AccountReset), previous=Decimal(5), balance=Decimal(5))
    assert settle_cash(told(flat)) == ()
    zero = Decimal(0)
    taken = evolve(example(PositionLiquidated), realised=zero, fee=zero, insurance=zero)
    assert settle_liquidation(told(taken)) == ()


def test_a_position_that_was_taken_over_is_on_no_page() -> None:
    """Nor does money that moves later bring it back."""
    key = "p1"
    trade, taken = told(example(TradeExecuted)), told(example(PositionLiquidated))
    opened = held_after(None, trade, key)
    assert opened is not None
    assert held_after(opened, taken, key) is None
    assert held_after(None, told(example(FundingPaid)), key) is None
    margined = held_after(opened, told(example(MarginAdjusted)), key)
    assert margined is not None
    assert margined.held.margin == example(MarginAdjusted).margin
    paid = held_after(opened, told(example(FundingPaid)), key)
    assert paid is not None
    assert paid.held.funding == opened.held.funding + example(FundingPaid).amount
