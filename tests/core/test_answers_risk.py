"""Answers that are no accidents: none, zero, and figures at the edge."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from attrs import evolve
from returns.result import Result

from astracore.instants import Instant
from astracore.margin import account, funding, legs, venues
from astracore.margin.brackets import MARGIN_BRACKETS, bracket_of
from astracore.metrics import statistics
from astracore.metrics.kernels import quantile_of
from astracore.risk import (
    drawdown,
    exposure,
    value_at_risk,
)
from astracore.risk.limits import Thresholds, thresholds
from astracore.sizing import kelly, lots, parity, ratio, stops

D = Decimal
ZERO, ONE, TWO, MINUS = D(0), D(1), D(2), D(-1)
NAN = D("NaN")
LONG = legs.Leg(contract=legs.Contract.LINEAR, quantity=ONE, entry=D(100))
COIN = legs.Leg(contract=legs.Contract.INVERSE, quantity=D(-100), entry=D(100))
PLAN = stops.StopPlan(entry=D(100), stop=D(90))
BUDGET = stops.RiskBudget(equity=D(1000), risk=D("0.01"))
GRID = lots.Grid(lot=ONE, allow_zero=True)
UNIT = ((ONE, ZERO), (ZERO, ONE))
Call = Callable[[], Result[Any, Any]]


def fraction(
    plan: stops.StopPlan = PLAN, budget: stops.RiskBudget = BUDGET, **caps: Decimal
) -> Call:
    """A fixed-fractional size."""
    return lambda: stops.fixed_fractional(plan, budget, GRID, caps=lots.Caps(**caps))


def inverse(leg: legs.Leg = COIN, **changed: Any) -> Call:  # noqa: ANN401
    """Bybit's inverse cross price."""
    terms: dict[str, Any] = {
        "balance": ONE,
        "bankruptcy": D(90),
        "rate": ZERO,
        "fee_rate": ZERO,
        **changed,
    }
    return lambda: venues.inverse_cross_price(leg, **terms)


def test_answers_that_are_no_accidents() -> None:
    """None and zero where the formula has no price and no size."""
    covered = venues.inverse_isolated_price(COIN, leverage=ONE, rate=ZERO)
    assert covered.unwrap() is None
    assert inverse(balance=TWO)().unwrap() is None
    assert inverse(evolve(COIN, quantity=D(100)), tick=None)().unwrap() == 50
    assert inverse(evolve(COIN, quantity=D(100)), tick=D("0.3"))().unwrap() == D("50.1")
    assert venues.entry_maintenance_price(LONG, leverage=ONE, rate=ZERO).unwrap() is None
    assert fraction(budget=evolve(BUDGET, equity=MINUS))().unwrap().quantity == 0
    assert fraction(quantity=ZERO)().unwrap().quantity == 0
    third = lots.Grid(lot=None)
    assert str(stops.percent_equity(ONE, ONE, price=D(3), grid=third).unwrap()) == "0." + "3" * 50
    assert ratio.fixed_ratio(MINUS, ONE).unwrap() == 1


def test_statistics_of_nothing_much() -> None:
    """Zero where nothing is held, one where everything is one."""
    assert kelly.kelly_from_trades((MINUS,)).unwrap() == 0
    assert kelly.kelly_portfolio((ONE, ONE), UNIT, cap=ONE).unwrap() == (D("0.5"), D("0.5"))
    assert parity.risk_contributions((ZERO, ZERO), UNIT).unwrap() == (ZERO, ZERO)
    assert exposure.concentration((ZERO,)).unwrap().herfindahl is None
    assert exposure.leverage(ZERO, ZERO).unwrap() == 0
    assert exposure.delta_in_base(LONG, ONE).unwrap() == 1
    assert drawdown.drawdown((ONE, MINUS)).unwrap().maximum == -1
    assert value_at_risk.is_tail_thin(100, NAN)
    assert (
        account.available_balance(
            ONE, ONE, position_margin=ONE, order_margin=ONE, unit=ONE
        ).unwrap()
        == 0
    )
    hour = funding.borrow_interest(
        D(24), rate=ONE, minutes=ONE, scheme=funding.InterestScheme.HOURLY
    )
    assert hour.unwrap() == 1
    closed = account.released_margin(D("1.5"), closed=ONE, held=ONE, unit=ONE)
    assert closed.unwrap() == D("1.5")
    assert not funding.is_funded(Instant(6), Instant(5))
    assert statistics.kurtosis((ONE, TWO)).unwrap() == 1
    assert quantile_of((ONE, TWO), ONE) == 2
    assert bracket_of((evolve(MARGIN_BRACKETS[0]),), D(10**9)).max_leverage == 50
    aggressive = stops.risk_class(position=ZERO, stop=ONE, target=ZERO).unwrap()
    moderate = stops.risk_class(position=D("0.1"), stop=D("0.02"), target=ONE).unwrap()
    assert (aggressive.value, moderate.value) == ("aggressive", "moderate")
    assert stops.size_from_risk(evolve(PLAN, inverse=True), BUDGET, lot=ONE).unwrap().notional >= 0
    assert Thresholds().warning == D("0.8")


def test_a_correlation_never_leaves_its_bounds_by_rounding() -> None:
    """Series with one direction correlate by exactly one."""
    thirds = tuple(D(n) / 3 for n in range(1, 8))
    sevenths = tuple(-value / 7 for value in thirds)
    assert statistics.correlation(thirds, sevenths).unwrap() == -1


def test_thresholds_stand_where_they_are_said_to() -> None:
    """Each boundary belongs to the side that the rule names."""
    bounds = thresholds(D("0.5"), ONE).unwrap()
    assert (bounds.warning, bounds.critical) == (D("0.5"), ONE)
    for wrong in ((ZERO, ONE), (ONE, ONE), (D("0.5"), D("1.01")), (D("0.5"), NAN)):
        assert thresholds(*wrong).failure().code == "threshold_order"
    bold = stops.risk_class(position=ZERO, stop=D("0.05"), target=D("0.04")).unwrap()
    even = stops.risk_class(position=ZERO, stop=D("0.05"), target=D("0.05")).unwrap()
    assert (bold.value, even.value) == ("aggressive", "moderate")
    ten = evolve(PLAN, multiplier=D(10))
    sized = stops.fixed_fractional(ten, evolve(BUDGET, risk=ONE), GRID).unwrap()
    assert (sized.quantity, sized.notional, sized.loss_at_stop) == (D(10), D(10_000), D(1000))
    near = venues.increased_price(LONG, distance=ZERO, added=ZERO).unwrap()
    assert near == 100
