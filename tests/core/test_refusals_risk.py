"""Every refusal of margin, sizing and risk, each with its smallest example."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from returns.result import Result

from astracore.margin import account, funding, legs, liquidation, requirements, tiers, venues
from astracore.margin.brackets import MARGIN_BRACKETS
from astracore.metrics import normal, statistics
from astracore.risk import (
    backtest,
    drawdown,
    exposure,
    portfolio_risk,
    simulation,
    stress,
    value_at_risk,
    volatility,
)
from astracore.risk.cornish_fisher import var_cornish_fisher
from astracore.risk.limits import thresholds
from astracore.sizing import kelly, lots, matrices, parity, ratio, stops
from astracore.sizing import volatility as sizing_volatility

D = Decimal
ZERO, ONE, TWO, MINUS = D(0), D(1), D(2), D(-1)
NAN = D("NaN")
LONG = legs.Leg(contract=legs.Contract.LINEAR, quantity=ONE, entry=D(100))
FLAT = evolve(LONG, quantity=ZERO)
FREE = evolve(LONG, entry=ZERO)
EMPTY = evolve(LONG, multiplier=ZERO)
COIN = legs.Leg(contract=legs.Contract.INVERSE, quantity=D(-100), entry=D(100))
ORDER = requirements.OrderTerms(
    direction=1,
    quantity=ONE,
    price=D(100),
    mark=D(100),
    open_fee_rate=ZERO,
    close_fee_rate=ZERO,
    close_price=D(90),
)
WORKING = account.Working(quantity=ONE, buys=ZERO, sells=ZERO, mark=ONE, leverage=ONE)
ROW = tiers.Tier(floor=ZERO, cap=None, rate=D("0.1"), max_leverage=5)
TOP = evolve(ROW, cap=D(10))
PLAN = stops.StopPlan(entry=D(100), stop=D(90))
BUDGET = stops.RiskBudget(equity=D(1000), risk=D("0.01"))
GRID = lots.Grid(lot=ONE, allow_zero=True)
BAR = sizing_volatility.Range(high=TWO, low=ONE, close=ONE)
ODD_BAR = sizing_volatility.Range(high=ONE, low=TWO, close=ONE)
MODEL = volatility.Garch(omega=D("0.1"), alpha=D("0.1"), beta=D("0.1"))
NORMAL = D("0.95")
UNIT = ((ONE, ZERO), (ZERO, ONE))
HELD = stress.Holding(
    name="a", symbol="A-USD", settles_in="USD", leg=LONG, mark=D(100), brackets=MARGIN_BRACKETS
)
Call = Callable[[], Result[Any, Any]]


def fraction(
    plan: stops.StopPlan = PLAN, budget: stops.RiskBudget = BUDGET, **caps: Decimal
) -> Call:
    """A fixed-fractional size."""
    return lambda: stops.fixed_fractional(plan, budget, GRID, caps=lots.Caps(**caps))


def liquidated(leg: legs.Leg = LONG, **changed: Any) -> Call:  # noqa: ANN401
    """A liquidation price."""
    terms: dict[str, Any] = {"margin": TWO, "brackets": MARGIN_BRACKETS, **changed}
    return lambda: liquidation.liquidation_price(leg, **terms)


def cost(leverage: Decimal = ONE, **changed: Any) -> Call:  # noqa: ANN401
    """The cost of an order."""
    return lambda: requirements.order_cost(evolve(ORDER, **changed), leverage)


def table(*rows: tiers.Tier) -> Call:
    """A bracket table."""
    return lambda: tiers.brackets_of(rows)


def cross(**changed: Any) -> Call:  # noqa: ANN401
    """Cross initial margin of one symbol."""
    return lambda: account.cross_initial_margin((evolve(WORKING, **changed),), unit=ONE)


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


def reserve(opening: Decimal = ONE, price: Decimal = ONE, leverage: Decimal = ONE) -> Call:
    """An order's reserve."""
    return lambda: requirements.order_reserve(opening, price, leverage, fee_rate=ZERO, unit=ONE)


REFUSALS: list[tuple[str, Call]] = [
    # numbers that are none
    ("bad_amount", lambda: statistics.mean((ONE, NAN))),
    ("bad_amount", lambda: legs.notional(evolve(LONG, entry=NAN), ONE)),
    ("bad_amount", lambda: legs.notional(LONG, D("Infinity"))),
    ("numeric_limit", lambda: legs.notional(evolve(LONG, quantity=D(100)), D("1E+999999"))),
    (
        "numeric_limit",
        lambda: legs.notional(evolve(LONG, quantity=D("1." + "1" * 80)), D("1." + "1" * 80)),
    ),
    # legs, tiers, requirements
    ("invalid_price", lambda: legs.notional(LONG, ZERO)),
    ("invalid_quantity", lambda: legs.notional(EMPTY, ONE)),
    ("invalid_price", lambda: legs.notional(FREE, ONE)),
    ("bad_brackets", table()),
    ("bad_brackets", table(evolve(ROW, floor=ONE))),
    ("bad_brackets", table(evolve(ROW, cap=ZERO))),
    ("bad_brackets", table(evolve(ROW, rate=ONE))),
    ("bad_brackets", table(evolve(ROW, max_leverage=0))),
    ("bad_brackets", table(TOP, evolve(ROW, floor=D(10), rate=D("0.05")))),
    ("bad_brackets", table(TOP, evolve(ROW, floor=D(10), max_leverage=6))),
    ("bad_brackets", table(ROW, evolve(ROW, floor=ZERO))),
    ("bad_brackets", lambda: tiers.bracket_containing((), ONE)),
    (
        "notional_above_brackets",
        lambda: tiers.brackets_of((TOP,)).bind(lambda rows: tiers.bracket_containing(rows, D(11))),
    ),
    ("invalid_leverage", lambda: requirements.initial_margin(ONE, ZERO)),
    ("invalid_quantity", lambda: requirements.initial_margin(MINUS, ONE)),
    ("invalid_step", lambda: requirements.initial_margin(ONE, ONE, unit=ZERO)),
    ("invalid_quantity", lambda: requirements.maintenance_margin(MINUS, MARGIN_BRACKETS)),
    ("invalid_leverage", lambda: requirements.allowed_leverage(0, ONE, MARGIN_BRACKETS)),
    ("leverage_above_bracket", lambda: requirements.allowed_leverage(51, ONE, MARGIN_BRACKETS)),
    ("invalid_leverage", cost(ZERO)),
    ("invalid_fraction", cost(direction=0)),
    ("invalid_price", cost(mark=ZERO)),
    ("invalid_quantity", cost(quantity=MINUS)),
    ("invalid_quantity", reserve(MINUS)),
    ("invalid_price", reserve(price=ZERO)),
    ("invalid_leverage", reserve(leverage=ZERO)),
    # liquidation
    ("invalid_quantity", liquidated(FLAT)),
    ("bad_brackets", liquidated(brackets=())),
    ("invalid_fraction", liquidated(fee_rate=ONE)),
    ("invalid_fraction", liquidated(fee_rate=MINUS)),
    ("invalid_step", liquidated(tick=ZERO)),
    ("invalid_price", liquidated(FREE)),
    ("invalid_margin", liquidated(evolve(LONG, quantity=MINUS), margin=D(-1000))),
    ("invalid_leverage", lambda: venues.entry_maintenance_price(LONG, leverage=ZERO, rate=ZERO)),
    ("invalid_fraction", lambda: venues.entry_maintenance_price(LONG, leverage=ONE, rate=ONE)),
    ("invalid_quantity", lambda: venues.entry_maintenance_price(FLAT, leverage=ONE, rate=ZERO)),
    ("invalid_leverage", lambda: venues.inverse_isolated_price(COIN, leverage=ZERO, rate=ZERO)),
    ("invalid_fraction", lambda: venues.inverse_isolated_price(COIN, leverage=ONE, rate=ONE)),
    ("invalid_fraction", inverse(rate=ONE)),
    ("invalid_price", inverse(bankruptcy=ZERO)),
    ("invalid_step", inverse(tick=ZERO)),
    ("invalid_quantity", inverse(FLAT)),
    ("invalid_fraction", lambda: venues.account_price(LONG, equity=ONE, oracle=ONE, rate=ONE)),
    ("invalid_price", lambda: venues.account_price(LONG, equity=ONE, oracle=ZERO, rate=ZERO)),
    ("invalid_fraction", lambda: venues.buffered_price(0, entry=ONE, liquidation=ONE, buffer=ZERO)),
    ("invalid_fraction", lambda: venues.buffered_price(1, entry=ONE, liquidation=ONE, buffer=TWO)),
    ("invalid_fraction", lambda: venues.shifted_price(LONG, liquidation=ONE, added=ONE, rate=ONE)),
    ("invalid_margin", lambda: venues.increased_price(LONG, distance=MINUS, added=ONE)),
    ("zero_denominator", lambda: venues.return_on_margin(ONE, initial_margin=ZERO)),
    # accounts and funding
    (
        "invalid_step",
        lambda: account.available_balance(
            ONE, ONE, position_margin=ONE, order_margin=ONE, unit=ZERO
        ),
    ),
    ("invalid_margin", lambda: account.margin_ratio(MINUS, ONE)),
    ("zero_denominator", lambda: account.margin_ratio(ONE, ZERO)),
    ("invalid_step", lambda: account.cross_initial_margin((), unit=ZERO)),
    ("invalid_quantity", cross(buys=MINUS)),
    ("invalid_price", cross(mark=ZERO)),
    ("invalid_leverage", cross(leverage=ZERO)),
    ("invalid_step", lambda: account.released_margin(ONE, closed=ONE, held=ONE, unit=ZERO)),
    ("invalid_quantity", lambda: account.released_margin(ONE, closed=TWO, held=ONE, unit=ONE)),
    (
        "invalid_leverage",
        lambda: account.removable_margin(ONE, ONE, notional=ONE, leverage=ZERO, unit=ONE),
    ),
    ("invalid_fraction", lambda: funding.funding_payment(LONG, mark=ONE, rate=ONE, share=TWO)),
    ("invalid_price", lambda: funding.funding_payment(LONG, mark=ZERO, rate=ONE)),
    ("invalid_step", lambda: funding.settled_funding(ONE, unit=ZERO)),
    (
        "zero_denominator",
        lambda: funding.interest_component(base_rate=ONE, quote_rate=ONE, intervals=0),
    ),
    ("invalid_fraction", lambda: funding.funding_rate(ONE, ONE, clamp=MINUS)),
    (
        "invalid_margin",
        lambda: funding.borrow_interest(
            MINUS, rate=ONE, minutes=ONE, scheme=funding.InterestScheme.HOURLY
        ),
    ),
    (
        "invalid_margin",
        lambda: funding.borrow_interest(
            ONE, rate=ONE, minutes=MINUS, scheme=funding.InterestScheme.HOURLY
        ),
    ),
    # statistics
    ("invalid_confidence", lambda: normal.normal_quantile(ONE)),
    ("invalid_confidence", lambda: normal.normal_quantile(D("1E-400"))),
    ("empty_series", lambda: statistics.mean(())),
    ("empty_series", lambda: statistics.quantile((), ONE)),
    ("invalid_confidence", lambda: statistics.quantile((ONE,), TWO)),
    ("empty_series", lambda: statistics.variance(())),
    ("invalid_window", lambda: statistics.variance((ONE,), ddof=-1)),
    ("too_few_observations", lambda: statistics.deviation((ONE,))),
    ("length_mismatch", lambda: statistics.covariance((ONE,), ())),
    ("zero_variance", lambda: statistics.correlation((ONE, TWO), (ONE, ONE))),
    ("zero_variance", lambda: statistics.beta((ONE, TWO), (ONE, ONE))),
    ("empty_series", lambda: statistics.skewness(())),
    ("zero_variance", lambda: statistics.skewness((ONE,))),
    ("empty_series", lambda: statistics.kurtosis(())),
    ("zero_variance", lambda: statistics.kurtosis((ONE,))),
    # sizes
    ("invalid_step", lambda: stops.fixed_fractional(PLAN, BUDGET, lots.Grid(lot=ZERO))),
    ("invalid_quantity", fraction(quantity=MINUS)),
    ("invalid_leverage", fraction(leverage=MINUS)),
    ("invalid_fraction", fraction(participation=TWO)),
    ("invalid_fraction", fraction(budget=evolve(BUDGET, risk=D("1.01")))),
    ("invalid_fraction", fraction(budget=evolve(BUDGET, withheld=TWO))),
    ("invalid_quantity", fraction(budget=evolve(BUDGET, units=ZERO))),
    ("invalid_quantity", fraction(evolve(PLAN, rate=ZERO))),
    ("invalid_fraction", fraction(evolve(PLAN, cost=MINUS))),
    ("zero_stop_distance", fraction(evolve(PLAN, stop=D(100)))),
    ("stop_on_wrong_side", fraction(evolve(PLAN, direction=-1))),
    ("invalid_price", fraction(evolve(PLAN, stop=MINUS))),
    ("size_below_lot", lambda: stops.fixed_fractional(PLAN, BUDGET, lots.Grid(lot=D(2)))),
    ("invalid_fraction", lambda: stops.size_from_risk(PLAN, BUDGET, lot=ONE, max_position=TWO)),
    ("invalid_leverage", lambda: stops.size_from_risk(PLAN, BUDGET, lot=ONE, leverage=ZERO)),
    ("invalid_fraction", lambda: stops.percent_equity(ONE, TWO, price=ONE, grid=GRID)),
    ("invalid_price", lambda: stops.percent_equity(ONE, ONE, price=ZERO, grid=GRID)),
    ("invalid_fraction", lambda: stops.stop_and_target(0, ONE, stop=ZERO, target=ZERO, tick=ONE)),
    ("invalid_fraction", lambda: stops.stop_and_target(1, ONE, stop=ONE, target=ZERO, tick=ONE)),
    ("invalid_step", lambda: stops.stop_and_target(1, ONE, stop=ZERO, target=ZERO, tick=ZERO)),
    ("invalid_price", lambda: stops.stop_and_target(1, ZERO, stop=ZERO, target=ZERO, tick=ONE)),
    ("invalid_fraction", lambda: stops.risk_class(position=MINUS, stop=ONE, target=ONE)),
    ("zero_stop_distance", lambda: stops.risk_class(position=ONE, stop=ZERO, target=ONE)),
    ("invalid_threshold", lambda: ratio.fixed_ratio_threshold(ZERO, 1)),
    ("invalid_quantity", lambda: ratio.fixed_ratio_threshold(ONE, 0)),
    ("invalid_threshold", lambda: ratio.fixed_ratio(ONE, ZERO)),
    ("invalid_fraction", lambda: kelly.kelly_discrete(TWO, win=ONE, loss=ONE)),
    ("invalid_threshold", lambda: kelly.kelly_discrete(ONE, win=ZERO, loss=ONE)),
    ("invalid_threshold", lambda: kelly.kelly_discrete(ONE, win=ONE, loss=ONE, cap=MINUS)),
    ("invalid_fraction", lambda: kelly.kelly_growth(ZERO, probability=TWO, win=ONE, loss=ONE)),
    ("invalid_fraction", lambda: kelly.kelly_growth(ONE, probability=ONE, win=ONE, loss=ONE)),
    ("invalid_threshold", lambda: kelly.kelly_gaussian(ONE, volatility=MINUS)),
    ("zero_variance", lambda: kelly.kelly_gaussian(ONE, volatility=ZERO)),
    ("invalid_threshold", lambda: kelly.kelly_gaussian_growth(ONE, mean=ONE, volatility=MINUS)),
    ("invalid_fraction", lambda: kelly.growth_kept(TWO)),
    ("empty_series", lambda: kelly.kelly_continuous(())),
    ("too_few_observations", lambda: kelly.kelly_continuous((ONE,))),
    ("zero_variance", lambda: kelly.kelly_continuous((ONE, ONE))),
    ("empty_series", lambda: kelly.kelly_from_trades(())),
    ("no_losses", lambda: kelly.kelly_from_trades((ONE,))),
    ("length_mismatch", lambda: kelly.kelly_portfolio((ONE,), UNIT)),
    ("invalid_threshold", lambda: kelly.kelly_portfolio((ONE, ONE), UNIT, cap=MINUS)),
    ("empty_series", lambda: matrices.cholesky(())),
    ("length_mismatch", lambda: matrices.cholesky(((ONE, ONE),))),
    ("not_positive_definite", lambda: matrices.cholesky(((ONE, ZERO), (ONE, ONE)))),
    ("length_mismatch", lambda: parity.risk_budgeting(UNIT, (ONE,))),
    ("invalid_fraction", lambda: parity.risk_budgeting(UNIT, (ONE, ZERO))),
    ("length_mismatch", lambda: parity.risk_shares((ONE,), UNIT)),
    ("not_converged", lambda: parity.equal_risk_contribution(UNIT, sweeps=0)),
    ("invalid_threshold", lambda: sizing_volatility.vol_target(MINUS, ONE, cap=ONE)),
    ("zero_variance", lambda: sizing_volatility.vol_target(ONE, ZERO, cap=ONE)),
    ("invalid_threshold", lambda: sizing_volatility.true_range(ODD_BAR, None)),
    ("invalid_window", lambda: sizing_volatility.average_true_range((BAR,), 0)),
    ("too_few_observations", lambda: sizing_volatility.average_true_range((BAR,), 2)),
    ("invalid_threshold", lambda: sizing_volatility.average_true_range((ODD_BAR,), 1)),
    (
        "invalid_fraction",
        lambda: sizing_volatility.atr_unit(ONE, TWO, atr=ONE, point_value=ONE, grid=GRID),
    ),
    (
        "invalid_threshold",
        lambda: sizing_volatility.atr_unit(ONE, ONE, atr=ONE, point_value=ZERO, grid=GRID),
    ),
    (
        "zero_variance",
        lambda: sizing_volatility.atr_unit(ONE, ONE, atr=ZERO, point_value=ONE, grid=GRID),
    ),
    ("empty_series", lambda: sizing_volatility.inverse_vol(())),
    ("invalid_threshold", lambda: sizing_volatility.inverse_vol((MINUS,))),
    ("zero_variance", lambda: sizing_volatility.inverse_vol((ZERO,))),
    # risk
    ("zero_denominator", lambda: exposure.leverage(ONE, ZERO)),
    ("invalid_window", lambda: exposure.top_share((), 0)),
    ("zero_denominator", lambda: exposure.delta_in_base(LONG, ZERO)),
    ("empty_series", lambda: drawdown.drawdown(())),
    ("wealth_exhausted", lambda: drawdown.drawdown((ZERO,))),
    ("empty_series", lambda: drawdown.drawdown_episodes(())),
    ("zero_denominator", lambda: drawdown.moved_peak(ONE, equity=ZERO, flow=ONE)),
    ("invalid_confidence", lambda: value_at_risk.var_historical((), ONE)),
    ("empty_series", lambda: value_at_risk.var_historical((), NORMAL)),
    ("too_few_observations", lambda: value_at_risk.var_historical((ONE,), NORMAL)),
    ("empty_series", lambda: value_at_risk.tail_mean_lowest((), ONE)),
    ("invalid_confidence", lambda: value_at_risk.tail_mean_lowest((ONE,), TWO)),
    (
        "invalid_threshold",
        lambda: value_at_risk.var_normal(mean=ONE, deviation=MINUS, confidence=NORMAL),
    ),
    ("invalid_threshold", lambda: value_at_risk.var_normal_amount(MINUS, z=ONE, periods=ONE)),
    ("zero_variance", lambda: var_cornish_fisher((ONE, ONE), NORMAL)),
    ("length_mismatch", lambda: portfolio_risk.portfolio_deviation((ONE,), UNIT)),
    ("empty_series", lambda: portfolio_risk.portfolio_deviation((), ())),
    ("invalid_threshold", lambda: portfolio_risk.portfolio_deviation((ONE,), ((MINUS,),))),
    (
        "invalid_threshold",
        lambda: portfolio_risk.portfolio_deviation_two(MINUS, ONE, correlation=ONE),
    ),
    (
        "invalid_threshold",
        lambda: portfolio_risk.portfolio_deviation_two(ONE, ONE, correlation=TWO),
    ),
    ("empty_series", lambda: portfolio_risk.diversification_benefit((), ONE)),
    ("zero_variance", lambda: portfolio_risk.component_var((ZERO,), ((ONE,),), NORMAL)),
    ("empty_series", lambda: portfolio_risk.correlation_matrix(())),
    ("invalid_threshold", lambda: portfolio_risk.correlation_fault(((TWO,),))),
    ("empty_series", lambda: portfolio_risk.correlation_fault(())),
    ("length_mismatch", lambda: portfolio_risk.correlation_fault(((ONE, ONE),))),
    ("invalid_window", lambda: simulation.uniform_draws(1, 1, -1)),
    ("invalid_window", lambda: backtest.kupiec(observations=0, breached=0, confidence=NORMAL)),
    ("invalid_window", lambda: backtest.kupiec(observations=1, breached=2, confidence=NORMAL)),
    ("invalid_fraction", lambda: volatility.ewma_step(ONE, ONE, decay=ONE)),
    ("invalid_threshold", lambda: volatility.ewma_step(MINUS, ONE)),
    ("empty_series", lambda: volatility.ewma(())),
    ("invalid_threshold", lambda: volatility.garch_step(MODEL, MINUS, ONE)),
    ("invalid_fraction", lambda: volatility.garch_step(evolve(MODEL, alpha=MINUS), ONE, ONE)),
    ("invalid_fraction", lambda: volatility.garch_step(evolve(MODEL, alpha=ONE), ONE, ONE)),
    ("invalid_threshold", lambda: volatility.garch(MODEL, (), start=MINUS)),
    ("invalid_fraction", lambda: volatility.garch_long_run(evolve(MODEL, omega=ZERO))),
    ("invalid_fraction", lambda: volatility.garch_long_run(evolve(MODEL, beta=ONE))),
    ("invalid_threshold", lambda: volatility.garch_forecast(MODEL, MINUS, steps=1)),
    ("invalid_window", lambda: volatility.garch_forecast(MODEL, ONE, steps=-1)),
    ("invalid_threshold", lambda: volatility.annualised(MINUS, ONE)),
    ("invalid_period", lambda: volatility.annualised(ONE, ZERO)),
    ("threshold_order", lambda: thresholds(ZERO, ONE)),
    ("threshold_order", lambda: thresholds(NAN, ONE)),
    (
        "invalid_fraction",
        lambda: stress.stress((), stress.Scenario(prices={"A": MINUS}), equity=ONE),
    ),
    (
        "invalid_price",
        lambda: stress.stress((evolve(HELD, mark=ZERO),), stress.Scenario(), equity=ONE),
    ),
    (
        "invalid_fraction",
        lambda: stress.stress((), stress.Scenario(volatilities={"A": 2 * MINUS}), equity=ONE),
    ),
    (
        "invalid_fraction",
        lambda: stress.stress((evolve(HELD, volatility=MINUS),), stress.Scenario(), equity=ONE),
    ),
]


@pytest.mark.parametrize(("code", "call"), REFUSALS)
def test_each_refusal_has_its_smallest_example(code: str, call: Call) -> None:
    """The first rule that is broken gives the code."""
    assert call().failure().code == code
