"""What the search over all public functions found, each by one example that needs no luck."""

import decimal
from decimal import Decimal

import pytest

from astracore.errors.values import InvalidWindow, NumericLimit
from astracore.gamification.commands import ScoreFacts
from astracore.gamification.rules import SOURCES, Graded
from astracore.gamification.state import DayTally
from astracore.gamification.xp import base_xp
from astracore.instants import DAY, LAST, Instant
from astracore.risk.simulation import MOST, normal_draws, uniform_draws
from astracore.trading.contracts.kinds import Contract, contract, reducible
from astracore.trading.lots.basis import LotMethod
from astracore.trading.lots.ownfills import NEEDED, fill_of
from astracore.trading.lots.statement import order_of
from astracore.trading.orders.expiry import expires_at
from astracore.trading.types import Side, TimeInForce

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
