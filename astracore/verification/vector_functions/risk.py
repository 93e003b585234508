"""`risk.*`: value at risk, expected shortfall, volatility, portfolio deviation."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.risk import RiskFault
from astracore.errors.vectors import BadInput
from astracore.metrics.frames import WORKING, kept
from astracore.metrics.statistics import quantile
from astracore.risk.cornish_fisher import (
    cornish_fisher_quantile,
    cornish_fisher_z,
    var_cornish_fisher,
)
from astracore.risk.portfolio_risk import diversification_benefit, portfolio_deviation_two
from astracore.risk.value_at_risk import (
    Report,
    es_historical,
    es_normal_multiplier,
    es_parametric,
    tail_mean_lowest,
    var_historical,
    var_normal_amount,
    var_parametric,
)
from astracore.risk.volatility import Garch, ewma_step, garch_long_run, garch_step
from astracore.verification.inputs import Answer, Function, Inputs, ReadFault
from astracore.verification.vector_functions.reading import number, number_or, vector

Told: TypeAlias = Result[Answer, RiskFault | ReadFault]
Figure: TypeAlias = Result[Decimal, RiskFault | ReadFault]
ONE = Decimal(1)


def _report(inputs: Inputs) -> Result[Report, BadInput]:
    name = inputs.text("report").value_or("loss")
    if name not in set(Report):
        return Failure(BadInput("report", "loss or return"))
    return Success(Report(name))


def _var_historical(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for returns in vector(inputs, "returns")
        for confidence in number(inputs, "confidence")
        for report in _report(inputs)
        for figure in var_historical(returns, confidence, report=report)
    )


def _es_historical(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for returns in vector(inputs, "returns")
        for confidence in number(inputs, "confidence")
        for report in _report(inputs)
        for figure in es_historical(returns, confidence, report=report)
    )


def _var_parametric(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for returns in vector(inputs, "returns")
        for confidence in number(inputs, "confidence")
        for report in _report(inputs)
        for figure in var_parametric(returns, confidence, report=report)
    )


def _es_parametric(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for returns in vector(inputs, "returns")
        for confidence in number(inputs, "confidence")
        for report in _report(inputs)
        for figure in es_parametric(returns, confidence, report=report)
    )


def _var_cornish_fisher(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for returns in vector(inputs, "returns")
        for confidence in number(inputs, "confidence")
        for report in _report(inputs)
        for figure in var_cornish_fisher(returns, confidence, report=report)
    )


def _quantile(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for values in vector(inputs, "values")
        for q in number(inputs, "q")
        for figure in quantile(values, q)
    )


def _tail_mean(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for values in vector(inputs, "values")
        for q in number(inputs, "q")
        for figure in tail_mean_lowest(values, q)
    )


def _amount(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for deviation in number(inputs, "sd")
        for z in number(inputs, "z")
        for days in number_or(inputs, "horizon_days", ONE)
        for figure in var_normal_amount(deviation, z=z, periods=days)
    )


def _multiplier(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for confidence in number(inputs, "confidence")
        for figure in es_normal_multiplier(confidence)
    )


def _bent_z(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for z in number(inputs, "z")
        for skew in number(inputs, "skew")
        for excess in number(inputs, "excess_kurtosis")
        for figure in cornish_fisher_z(z, skew=skew, excess_kurtosis=excess)
    )


def _bent_quantile(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for p in number(inputs, "p")
        for skew in number(inputs, "skew")
        for excess in number(inputs, "excess_kurtosis")
        for figure in cornish_fisher_quantile(p, skew=skew, excess_kurtosis=excess)
    )


def _benefit(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for first in number(inputs, "var1")
        for second in number(inputs, "var2")
        for whole in number(inputs, "portfolio_var")
        for figure in diversification_benefit((first, second), whole)
    )


def _two(inputs: Inputs) -> Told:
    return Result.do(
        figure
        for first in number(inputs, "sd1")
        for second in number(inputs, "sd2")
        for rho in number(inputs, "correlation")
        for figure in portfolio_deviation_two(first, second, correlation=rho)
    )


def _ewma(inputs: Inputs) -> Figure:
    return Result.do(
        figure
        for variance in number(inputs, "variance")
        for change in number(inputs, "return")
        for decay in number(inputs, "lambda")
        for figure in ewma_step(variance, change, decay=decay)
    )


def _model(inputs: Inputs) -> Result[Garch, ReadFault]:
    return Result.do(
        Garch(omega=omega, alpha=alpha, beta=beta)
        for omega in number(inputs, "omega")
        for alpha in number(inputs, "alpha")
        for beta in number(inputs, "beta")
    )


def _garch(inputs: Inputs) -> Figure:
    return Result.do(
        figure
        for model in _model(inputs)
        for variance in number(inputs, "variance")
        for change in number(inputs, "return")
        for figure in garch_step(model, variance, change)
    )


def _long_run(inputs: Inputs) -> Told:
    return Result.do(figure for model in _model(inputs) for figure in garch_long_run(model))


# The same step, told as a volatility.
def _as_volatility(step: Callable[[Inputs], Figure]) -> Function:
    return lambda inputs: step(inputs).map(lambda variance: kept(WORKING.sqrt(variance)))


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "risk.var_historical": _var_historical,
        "risk.es_historical": _es_historical,
        "risk.var_parametric": _var_parametric,
        "risk.es_parametric": _es_parametric,
        "risk.var_cornish_fisher": _var_cornish_fisher,
        "risk.quantile_linear": _quantile,
        "risk.tail_mean_lowest": _tail_mean,
        "risk.var_normal_amount": _amount,
        "risk.es_normal_multiplier": _multiplier,
        "risk.cornish_fisher_z": _bent_z,
        "risk.cornish_fisher_quantile": _bent_quantile,
        "risk.diversification_benefit": _benefit,
        "risk.portfolio_sd_two": _two,
        "risk.ewma_variance_step": _ewma,
        "risk.ewma_vol_step": _as_volatility(_ewma),
        "risk.garch_variance_step": _garch,
        "risk.garch_vol_step": _as_volatility(_garch),
        "risk.garch_long_run_variance": _long_run,
    }
)
