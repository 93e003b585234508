"""No public function of margin, sizing, risk and their statistics raises, whatever it is given."""

import decimal
import inspect
from collections.abc import Callable
from decimal import Decimal
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returns.result import Result

import astracore.margin.account
import astracore.margin.funding
import astracore.margin.hedged
import astracore.margin.legs
import astracore.margin.liquidation
import astracore.margin.requirements
import astracore.margin.tiers
import astracore.margin.venues
import astracore.metrics.normal
import astracore.metrics.statistics
import astracore.risk.backtest
import astracore.risk.cornish_fisher
import astracore.risk.drawdown
import astracore.risk.exposure
import astracore.risk.limits
import astracore.risk.measures
import astracore.risk.portfolio_risk
import astracore.risk.pretrade
import astracore.risk.profiles.profile
import astracore.risk.simulation
import astracore.risk.stress
import astracore.risk.switches.switch
import astracore.risk.value_at_risk
import astracore.risk.volatility
import astracore.sizing.kelly
import astracore.sizing.matrices
import astracore.sizing.parity
import astracore.sizing.ratio
import astracore.sizing.stops
import astracore.sizing.volatility
from property_tests.risk_makers import CRUDE, hostile_decimals

MODULES: tuple[ModuleType, ...] = (
    astracore.margin.account,
    astracore.margin.funding,
    astracore.margin.hedged,
    astracore.margin.legs,
    astracore.margin.liquidation,
    astracore.margin.requirements,
    astracore.margin.tiers,
    astracore.margin.venues,
    astracore.metrics.normal,
    astracore.metrics.statistics,
    astracore.risk.backtest,
    astracore.risk.cornish_fisher,
    astracore.risk.drawdown,
    astracore.risk.exposure,
    astracore.risk.limits,
    astracore.risk.measures,
    astracore.risk.portfolio_risk,
    astracore.risk.pretrade,
    astracore.risk.profiles.profile,
    astracore.risk.simulation,
    astracore.risk.stress,
    astracore.risk.switches.switch,
    astracore.risk.value_at_risk,
    astracore.risk.volatility,
    astracore.sizing.kelly,
    astracore.sizing.matrices,
    astracore.sizing.parity,
    astracore.sizing.ratio,
    astracore.sizing.stops,
    astracore.sizing.volatility,
)
EXAMPLES = max(10, settings().max_examples // 10)  # for each of some 130 functions
KERNELS = ("_of", "_by", "_fault", "charged", "evolve", "checked", "priced")
st.register_type_strategy(Decimal, hostile_decimals)
st.register_type_strategy(int, st.integers(-3, 40))


def public(module: ModuleType) -> list[Callable[..., object]]:
    """The functions of `module` that answer with a Result or wear a frame, kernels aside."""
    return [
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and (hasattr(function, "__wrapped__") or not name.endswith(KERNELS))
    ]


FUNCTIONS = [function for module in MODULES for function in public(module)]


@pytest.mark.parametrize(
    "function", FUNCTIONS, ids=lambda each: f"{each.__module__}.{each.__name__}"
)
@settings(max_examples=EXAMPLES)
@given(data=st.data())
def test_a_public_function_answers_and_never_raises(
    function: Callable[..., object], data: st.DataObject
) -> None:
    """NaN, infinities, huge exponents, empty tuples, under a crude ambient context."""
    extra = {"sweeps": st.just(50)} if "sweeps" in inspect.signature(function).parameters else {}
    call = st.builds(lambda **given_: given_, **arguments(function), **extra)
    values = data.draw(call)
    with decimal.localcontext(CRUDE):
        answer = function(**values)
    assert not isinstance(answer, Result) or finite(answer)


def arguments(function: Callable[..., object]) -> dict[str, st.SearchStrategy[object]]:
    """A strategy for every parameter, also for those with a default."""
    hints = inspect.get_annotations(inspect.unwrap(function), eval_str=True)
    names = inspect.signature(function).parameters
    return {name: st.from_type(hints[name]) for name in names if name != "sweeps"}


def finite(answer: Result[object, object]) -> bool:
    """Whether no answer is NaN, infinite or a negative zero."""
    value = answer.value_or(None)
    parts = value if isinstance(value, tuple) else (value,)
    return all(
        part.is_finite() and not (part.is_zero() and part.is_signed())
        for part in parts
        if isinstance(part, Decimal)
    )
