"""Sizes from a stop: risk a fixed fraction, and the stops, targets and classes around it."""

from decimal import Decimal
from enum import StrEnum

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.sizing import SizingFault, StopOnWrongSide, ZeroStopDistance
from astracore.errors.values import (
    InvalidFraction,
    InvalidLeverage,
    InvalidQuantity,
    InvalidStep,
)
from astracore.metrics.frames import exactly
from astracore.numeric import Rounding, quotient, rounded
from astracore.sizing.lots import (
    NO_CAPS,
    Caps,
    Grid,
    Ratio,
    capped,
    caps_fault,
    in_lots,
    price_fault,
)

ZERO = Decimal(0)
ONE = Decimal(1)
BOLD = Decimal("0.1")  # A risk above this fraction is allowed and marked.


class RiskClass(StrEnum):
    """How bold a plan is, for people."""

    CONSERVATIVE = "conservative"
    MODERATE = "moderate"
    AGGRESSIVE = "aggressive"


@frozen(kw_only=True)
class StopPlan:
    """Where a trade begins and where it is given up, both [quote per base].

    `direction` +1 long, -1 short, None: read from the stop. `multiplier` is what one unit holds,
    `cost` what one unit loses beside the price (fees, slippage) [settlement], `rate` converts the
    settlement asset into the account's currency. `inverse` contracts settle in the base asset.
    """

    entry: Decimal
    stop: Decimal
    direction: int | None = None
    multiplier: Decimal = ONE
    cost: Decimal = ZERO
    rate: Decimal = ONE
    inverse: bool = False


@frozen(kw_only=True)
class RiskBudget:
    """`risk` [fraction] of `equity` [account currency] may be lost.

    `withheld` [fraction] of the risk money is kept back beforehand, `units` is how many positions
    share the size (nautilus: commission 2 x rate, and units).
    """

    equity: Decimal
    risk: Decimal
    withheld: Decimal = ZERO
    units: Decimal = ONE


@frozen(kw_only=True)
class Sized:
    """A size that can be traded, its notional [settlement], and its loss at the stop [account]."""

    quantity: Decimal
    notional: Decimal
    loss_at_stop: Decimal
    bold: bool  # the risk is above 0.1 of equity: perhaps 10 percent were written as 10


@exactly
def fixed_fractional(
    plan: StopPlan, budget: RiskBudget, grid: Grid, *, caps: Caps = NO_CAPS
) -> Result[Sized, SizingFault]:
    """qty = R / (D x fx) / units, with R = equity x risk and D = |entry - stop| m + costs.

    An inverse contract has D = m |1/entry - 1/stop| in base. Equity at or below zero sizes 0.
    Errors: InvalidStep, InvalidQuantity, InvalidLeverage, InvalidFraction, InvalidPrice,
    ZeroStopDistance, StopOnWrongSide, SizeBelowLot.   Rounds: DOWN to the lot, after the caps.
    Source: docs/formulas-margin-sizing-risk.md#fixed-fractional.
    Invariant: the loss at the stop is at most the risk; one lot more would break risk or a cap.
    >>> plan = StopPlan(entry=Decimal(250), stop=Decimal("242.5"))
    >>> budget = RiskBudget(equity=Decimal(8000), risk=Decimal("0.015"))
    >>> fixed_fractional(plan, budget, Grid(lot=Decimal("0.01"))).unwrap().quantity
    Decimal('16.00')
    """
    return Result.do(
        _sized(plan, budget, quantity)
        for _ in caps_fault(caps, grid)
        for _ in _budget_fault(budget)
        for loss in _loss_per_unit(plan)
        for quantity in _quantity(plan, budget, loss, grid, caps)
    )


@exactly
def size_from_risk(
    plan: StopPlan,
    budget: RiskBudget,
    *,
    lot: Decimal,
    max_position: Decimal = ONE,
    leverage: Decimal = ONE,
) -> Result[Sized, SizingFault]:
    """floor(equity x risk / |entry - stop|, lot), at most floor(equity x share x leverage / entry).

    A size below one lot is 0 here.
    Errors: InvalidFraction, InvalidLeverage, InvalidPrice, ZeroStopDistance, StopOnWrongSide,
    InvalidStep.   Rounds: DOWN to the lot.
    Source: docs/formulas-margin-sizing-risk.md#size-from-risk.
    >>> plan = StopPlan(entry=Decimal(250), stop=Decimal("242.5"))
    >>> size_from_risk(plan, RiskBudget(equity=Decimal(8000), risk=Decimal("0.05")),
    ...     lot=Decimal("0.01"), max_position=Decimal("0.5"), leverage=Decimal(2)).unwrap().quantity
    Decimal('32.00')
    """
    if not 0 <= max_position <= 1:
        return Failure(InvalidFraction("max_position", str(max_position)[:64]))
    if leverage <= 0:
        return Failure(InvalidLeverage(str(leverage)[:64]))
    caps = Caps(leverage=max_position * leverage)
    return fixed_fractional(plan, budget, Grid(lot=lot, allow_zero=True), caps=caps)


@exactly
def percent_equity(
    equity: Decimal,
    weight: Decimal,
    *,
    price: Decimal,
    grid: Grid,
    max_leverage: Decimal = ONE,
) -> Result[Decimal, SizingFault]:
    """qty = equity x w / (p m); `price` is p m, the value of one unit [quote].

    Errors: InvalidFraction (w outside [0, max_leverage]), InvalidPrice, InvalidStep, SizeBelowLot.
    Rounds: DOWN to the lot.   Source: docs/formulas-margin-sizing-risk.md#percent-of-equity.
    >>> percent_equity(Decimal(1000), Decimal("0.25"), price=Decimal(30),
    ...                grid=Grid(lot=Decimal("0.1"))).unwrap()
    Decimal('8.3')
    """
    if not 0 <= weight <= max_leverage:
        return Failure(InvalidFraction("weight", str(weight)[:64]))
    raw = (max(equity, ZERO) * weight, price)
    return Result.do(
        quantity
        for _ in caps_fault(NO_CAPS, grid)
        for _ in price_fault(price)
        for quantity in in_lots((raw,), grid)
    )


@exactly
def stop_and_target(
    direction: int, entry: Decimal, *, stop: Decimal, target: Decimal, tick: Decimal
) -> Result[tuple[Decimal, Decimal], SizingFault]:
    """Long ceil(e (1 - f)), ceil(e (1 + f)); short floor(e (1 + f)), floor(e (1 - f)); on ticks.

    Errors: InvalidFraction (direction, or a fraction outside [0, 1)), InvalidPrice, InvalidStep.
    Rounds: long CEILING, short FLOOR: the stop toward the market, the target never worse than
    asked for a long.   Source: docs/formulas-margin-sizing-risk.md#stop-and-target.
    >>> stop_and_target(1, Decimal("2000.33"), stop=Decimal("0.015"), target=Decimal("0.03"),
    ...                 tick=Decimal("0.01")).unwrap()
    (Decimal('1970.33'), Decimal('2060.34'))
    """
    if direction not in {1, -1}:
        return Failure(InvalidFraction("direction", str(direction)))
    for name, share in (("stop", stop), ("target", target)):
        if not 0 <= share < 1:
            return Failure(InvalidFraction(name, str(share)[:64]))
    if tick <= 0:
        return Failure(InvalidStep(str(tick)[:64]))
    rule = Rounding.CEILING if direction > 0 else Rounding.FLOOR
    below = rounded(entry * (1 - direction * stop), tick, rule)
    above = rounded(entry * (1 + direction * target), tick, rule)
    return price_fault(entry).map(lambda _: (below, above))


@exactly
def risk_class(
    *, position: Decimal, stop: Decimal, target: Decimal
) -> Result[RiskClass, SizingFault]:
    """Aggressive: position >= 0.2, stop >= 0.1 or target/stop < 1; conservative: position <= 0.05,
    stop <= 0.02 and target/stop >= 2; else moderate. All are fractions.

    Errors: InvalidFraction (below zero), ZeroStopDistance.
    Source: docs/formulas-margin-sizing-risk.md#risk-class.
    >>> risk_class(position=Decimal("0.05"), stop=Decimal("0.02"), target=Decimal("0.04")).unwrap()
    <RiskClass.CONSERVATIVE: 'conservative'>
    """
    for name, share in (("position", position), ("stop", stop), ("target", target)):
        if share < 0:
            return Failure(InvalidFraction(name, str(share)[:64]))
    if stop == 0:
        return Failure(ZeroStopDistance(stop))
    if position >= Decimal("0.2") or stop >= Decimal("0.1") or target < stop:
        return Success(RiskClass.AGGRESSIVE)
    if position <= Decimal("0.05") and stop <= Decimal("0.02") and target >= 2 * stop:
        return Success(RiskClass.CONSERVATIVE)
    return Success(RiskClass.MODERATE)


def _budget_fault(budget: RiskBudget) -> Result[None, SizingFault]:
    if not 0 < budget.risk <= 1:
        return Failure(InvalidFraction("risk", str(budget.risk)[:64]))
    if not 0 <= budget.withheld <= 1:
        return Failure(InvalidFraction("withheld", str(budget.withheld)[:64]))
    if budget.units <= 0:
        return Failure(InvalidQuantity(str(budget.units)[:64]))
    return Success(None)


# What one unit loses at the stop, in the account's currency, as an exact fraction.
def _loss_per_unit(plan: StopPlan) -> Result[Ratio, SizingFault]:
    if plan.rate <= 0 or plan.multiplier <= 0:
        return Failure(InvalidQuantity(str(min(plan.rate, plan.multiplier))[:64]))
    if plan.cost < 0:
        return Failure(InvalidFraction("cost", str(plan.cost)[:64]))
    gap = plan.entry - plan.stop
    under = plan.entry * plan.stop if plan.inverse else ONE
    over = (abs(gap) * plan.multiplier + plan.cost * under) * plan.rate
    if gap == 0:
        return price_fault(plan.entry).bind(lambda _: Failure(ZeroStopDistance(plan.entry)))
    if plan.direction is not None and plan.direction * gap <= 0:
        return Failure(StopOnWrongSide(plan.entry, plan.stop))
    return price_fault(plan.entry, plan.stop).map(lambda _: (over, under))


def _quantity(
    plan: StopPlan, budget: RiskBudget, loss: Ratio, grid: Grid, caps: Caps
) -> Result[Decimal, SizingFault]:
    if budget.equity <= 0:
        return Success(ZERO)
    over, under = loss
    money = budget.equity * budget.risk * (1 - budget.withheld)
    value = (plan.multiplier, plan.entry) if plan.inverse else (plan.multiplier * plan.entry, ONE)
    bounds = capped((money * under, over), caps, equity=budget.equity, value=value)
    return in_lots(bounds, grid, units=budget.units)


def _sized(plan: StopPlan, budget: RiskBudget, quantity: Decimal) -> Sized:
    under = plan.entry * plan.stop if plan.inverse else ONE
    lost = abs(plan.entry - plan.stop) * plan.multiplier + plan.cost * under
    size = quantity * plan.multiplier
    return Sized(
        quantity=quantity,
        notional=quotient(size, plan.entry) if plan.inverse else size * plan.entry,
        loss_at_stop=quotient(quantity * lost * plan.rate, under),
        bold=budget.risk > BOLD,
    )
