"""What the search over all public functions found, each by one example that needs no luck."""

import decimal
from decimal import Decimal

import pytest
from attrs import evolve

from astracore.errors.trading import UnknownMark
from astracore.errors.values import InvalidWindow, NumericLimit
from astracore.gamification.commands import ScoreFacts
from astracore.gamification.rules import SOURCES, Graded
from astracore.gamification.state import DayTally
from astracore.gamification.xp import base_xp
from astracore.ids import OrderId, PositionId
from astracore.instants import DAY, LAST, Instant
from astracore.portfolio.statement import statement
from astracore.risk.simulation import MOST, normal_draws, uniform_draws
from astracore.trading.account import ACCOUNT
from astracore.trading.contracts.kinds import Contract, contract, reducible
from astracore.trading.lots.basis import LotMethod
from astracore.trading.lots.ownfills import NEEDED, fill_of
from astracore.trading.lots.statement import order_of
from astracore.trading.orders.expiry import expires_at
from astracore.trading.orders.groups import Group, GroupKind, GroupLeg
from astracore.trading.pnl import valuation
from astracore.trading.reserves import sharing
from astracore.trading.state import Position
from astracore.trading.types import MarginMode, Side, TimeInForce
from property_tests.trading_makers import after, leverage, opening, order

CRUDE = decimal.Context(prec=1, capitals=0, traps=[decimal.Inexact, decimal.Rounded])
FINE = Decimal("1.2345")


@pytest.mark.parametrize(("now", "close"), [(LAST, 0), (0, DAY), (0, -1)])
def test_a_day_order_ends_on_the_calendar(now: int, close: int) -> None:
    refused = expires_at(TimeInForce.DAY, Instant(now), None, close).failure()
    assert refused.field == "close"


@pytest.mark.parametrize("draws", [uniform_draws, normal_draws])
def test_more_draws_than_anybody_waits_for_are_refused(draws: object) -> None:
    assert callable(draws)
    assert draws(1, 1, MOST + 1).failure() == InvalidWindow(MOST + 1)


def test_a_line_without_a_needed_column_names_all_that_miss() -> None:
    assert [fault.field for fault in fill_of(2, [], []).failure()] == list(NEEDED)


def test_a_score_that_is_no_number_is_worth_nothing() -> None:
    (rule, *_) = [rule for rule in SOURCES if isinstance(rule.worth, Graded)]
    found = base_xp(rule, DayTally(day=0), ScoreFacts(score=Decimal("sNaN")))
    assert found.failure() == NumericLimit("facts")


def test_bare_functions_leave_numbers_whole_under_a_crude_context() -> None:
    with decimal.localcontext(CRUDE):
        closes = reducible(FINE, Side.SELL)
        first = order_of(LotMethod.HIFO, FINE, 1)
        refused = contract(Contract(multiplier=Decimal("-1E+400"))).failure()
    assert (closes, first) == (FINE, (Decimal("-1.2345"), 1))
    assert refused.value == "-1E+400"


def test_an_account_whose_positions_stand_under_other_names_is_valued() -> None:
    """By the symbols of the positions; a symbol without a mark is named."""
    held = Position(
        position_id=PositionId("p"),
        symbol="ETH-USD",
        qty=Decimal(2),
        cost=Decimal(3000),
        margin=Decimal(600),
        leverage=5,
        opened_at=Instant(0),
        margin_mode=MarginMode.CROSS,
    )
    odd = evolve(ACCOUNT.initial, positions={"elsewhere": held})
    assert valuation(odd, {"ETH-USD": Decimal(2000)}).unwrap().unrealised == 1000
    assert statement(odd, {"ETH-USD": Decimal(2000)}).unwrap().unrealised == 1000
    assert valuation(odd, {"elsewhere": Decimal(2000)}).failure() == UnknownMark("ETH-USD")
    assert statement(odd, {}).failure() == UnknownMark("ETH-USD")


def test_no_order_is_the_first_of_a_list_without_legs() -> None:
    """It claims under the list, as its other orders would."""
    plain = order("l", Side.BUY, "1", limit_price=Decimal(1900))
    state = after(opening(), leverage(5), plain)
    waiting = evolve(state.orders[OrderId("l")], list_id="g")
    for legs, name in (((), "g"), ((GroupLeg(order_id="l", qty=Decimal(1)),), "l")):
        group = Group(kind=GroupKind.BRACKET, legs=legs)
        assert sharing(evolve(state, groups={"g": group}), waiting) == name
