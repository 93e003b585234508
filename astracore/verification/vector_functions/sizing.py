"""`sizing.*`: stops, fixed ratio, Kelly, volatility units, risk parity."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Result, Success

from astracore.errors.sizing import SizingFault
from astracore.sizing.kelly import (
    kelly_continuous,
    kelly_discrete,
    kelly_from_trades,
    kelly_gaussian,
    kelly_gaussian_growth,
    kelly_growth,
)
from astracore.sizing.lots import Caps, Grid
from astracore.sizing.parity import equal_risk_contribution, risk_budgeting, risk_shares
from astracore.sizing.ratio import fixed_ratio_threshold
from astracore.sizing.stops import RiskBudget, StopPlan, fixed_fractional
from astracore.sizing.volatility import atr_unit
from astracore.verification.inputs import Answer, Function, Inputs, ReadFault
from astracore.verification.vector_functions.reading import (
    matrix,
    number,
    number_or,
    optional,
    vector,
)

Told: TypeAlias = Result[Answer, SizingFault | ReadFault]
ZERO = Decimal(0)
ONE = Decimal(1)


def _fixed_fractional(inputs: Inputs) -> Told:
    rate = number_or(inputs, "quote_to_account_rate", ONE)
    if rate == Success(ZERO):  # A rate of zero means "unknown" in these cases: no size.
        return Success(ZERO)
    return Result.do(
        sized.quantity
        for plan in _plan(inputs)
        for budget in _budget(inputs)
        for lot in optional(inputs, "lot")
        for limit in optional(inputs, "hard_limit")
        for sized in fixed_fractional(
            plan, budget, Grid(lot=lot, allow_zero=True), caps=Caps(quantity=limit or None)
        )
    )


def _plan(inputs: Inputs) -> Result[StopPlan, ReadFault]:
    return Result.do(
        StopPlan(entry=entry, stop=stop, rate=rate)
        for entry in number(inputs, "entry")
        for stop in number(inputs, "stop")
        for rate in number_or(inputs, "quote_to_account_rate", ONE)
    )


# These cases hold back 2 x the commission rate of the risk money.
def _budget(inputs: Inputs) -> Result[RiskBudget, ReadFault]:
    return Result.do(
        RiskBudget(equity=equity, risk=risk, withheld=2 * commission, units=units)
        for equity in number(inputs, "equity")
        for risk in number(inputs, "risk_fraction")
        for commission in number_or(inputs, "commission_rate", ZERO)
        for units in number_or(inputs, "units", ONE)
    )


def _threshold(inputs: Inputs) -> Told:
    return Result.do(
        needed
        for delta in number(inputs, "delta")
        for contracts in inputs.integer("contracts")
        for needed in fixed_ratio_threshold(delta, contracts)
    )


def _atr_unit(inputs: Inputs) -> Told:
    return Result.do(
        unit
        for equity in number(inputs, "equity")
        for risk in number(inputs, "risk_fraction")
        for atr in number(inputs, "atr")
        for value in number_or(inputs, "point_value", ONE)
        for lot in optional(inputs, "lot")
        for unit in atr_unit(
            equity, risk, atr=atr, point_value=value, grid=Grid(lot=lot, allow_zero=True)
        )
    )


def _discrete(inputs: Inputs) -> Told:
    return Result.do(
        stake
        for probability in number(inputs, "p")
        for win in number(inputs, "win")
        for loss in number_or(inputs, "loss", ONE)
        for stake in kelly_discrete(probability, win=win, loss=loss)
    )


def _growth(inputs: Inputs) -> Told:
    return Result.do(
        rate
        for fraction in number(inputs, "fraction")
        for probability in number(inputs, "p")
        for win in number(inputs, "win")
        for loss in number_or(inputs, "loss", ONE)
        for rate in kelly_growth(fraction, probability=probability, win=win, loss=loss)
    )


def _gaussian(inputs: Inputs) -> Told:
    return Result.do(
        stake
        for mean in number(inputs, "mean")
        for volatility in number(inputs, "volatility")
        for risk_free in number_or(inputs, "risk_free", ZERO)
        for stake in kelly_gaussian(mean, volatility=volatility, risk_free=risk_free)
    )


def _gaussian_growth(inputs: Inputs) -> Told:
    return Result.do(
        rate
        for mean in number(inputs, "mean")
        for volatility in number(inputs, "volatility")
        for risk_free in number_or(inputs, "risk_free", ZERO)
        for fraction in number(inputs, "fraction")
        for rate in kelly_gaussian_growth(
            fraction, mean=mean, volatility=volatility, risk_free=risk_free
        )
    )


def _continuous(inputs: Inputs) -> Told:
    return Result.do(
        stake
        for returns in vector(inputs, "returns")
        for risk_free in number_or(inputs, "risk_free", ZERO)
        for fraction in number_or(inputs, "fraction", ONE)
        for stake in kelly_continuous(returns, risk_free=risk_free, fraction=fraction)
    )


def _from_trades(inputs: Inputs) -> Told:
    return Result.do(stake for pnls in vector(inputs, "pnls") for stake in kelly_from_trades(pnls))


def _equal_risk(inputs: Inputs) -> Told:
    return Result.do(
        weights
        for covariance in matrix(inputs, "covariance")
        for weights in equal_risk_contribution(covariance)
    )


# The answer is each asset's share of the portfolio's risk.
def _budget_shares(inputs: Inputs) -> Told:
    return Result.do(
        shares
        for covariance in matrix(inputs, "covariance")
        for budgets in vector(inputs, "budgets")
        for weights in risk_budgeting(covariance, budgets)
        for shares in risk_shares(weights, covariance)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "sizing.fixed_fractional": _fixed_fractional,
        "sizing.fixed_ratio_threshold": _threshold,
        "sizing.atr_unit": _atr_unit,
        "sizing.kelly_discrete": _discrete,
        "sizing.kelly_growth_rate": _growth,
        "sizing.kelly_gaussian": _gaussian,
        "sizing.kelly_gaussian_growth": _gaussian_growth,
        "sizing.kelly_continuous": _continuous,
        "sizing.kelly_from_trades": _from_trades,
        "sizing.equal_risk_contribution": _equal_risk,
        "sizing.risk_budget_contributions": _budget_shares,
    }
)
