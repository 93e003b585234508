"""What use costs: six ways to price units, each defined for every number of units from 0 on.

A tier reaches up to and with `up_to`; the last one is open. Standard, graduated and package prices
never fall when use grows. A volume price jumps at every tier's end, down too when the next tier is
so much cheaper; `jump_points` names those places, so that nobody is surprised by them.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import InvalidTiers, PricingFault
from astracore.numeric import Rounding, ceiling_to, exact, to_text
from astracore.revenue.units import to_unit

ZERO, ONE = Decimal(0), Decimal(1)


class ChargeModel(StrEnum):
    """How units become money."""

    STANDARD = "standard"  # units × price
    GRADUATED = "graduated"  # each tier its own price
    VOLUME = "volume"  # all units at the price of the tier reached
    PACKAGE = "package"  # every begun package
    PERCENTAGE = "percentage"  # of an amount, and a fixed fee for each event
    GRADUATED_PERCENTAGE = "graduated_percentage"  # each tier of the amount its own fraction


@frozen(kw_only=True)
class Tier:
    """From where the tier before ends up to and with `up_to` [units]; None is open.

    `price` [currency/unit], a fraction where a percentage is charged; `flat` [currency] is due once
    the tier is reached.
    """

    up_to: Decimal | None
    price: Decimal
    flat: Decimal = ZERO


@frozen(kw_only=True)
class UsageCharge:
    """A way to price units. Fields that the model does not name stay as they are.

    PERCENTAGE: `free_events` cost no fixed fee, `free_amount` no fraction, `minimum` and `maximum`
    bound the whole charge.
    """

    model: ChargeModel
    price: Decimal = ZERO  # of a unit, or of a package
    size: Decimal = ONE  # units of a package
    free: Decimal = ZERO  # units that cost nothing, or free amount
    tiers: tuple[Tier, ...] = ()
    fixed: Decimal = ZERO  # for each event
    free_events: int = 0
    minimum: Decimal = ZERO
    maximum: Decimal | None = None


@frozen(kw_only=True)
class Use:
    """How much was used in a period: units (or the amount), in how many events."""

    units: Decimal
    events: int = 0


@frozen(kw_only=True)
class Jump:
    """At `units` the charge is `at`; just beyond, it is `beyond` [currency]."""

    units: Decimal
    at: Decimal
    beyond: Decimal


def fault_of(charge: UsageCharge) -> PricingFault | None:
    """What keeps a charge from being one.

    Order: NegativeAmount (price, size of 0, free, fixed, minimum, a tier's price or flat fee),
    InvalidTiers. Raises decimal signals: a kernel for @exact functions.
    """
    amounts = [charge.price, charge.free, charge.fixed, charge.minimum, charge.maximum or ZERO]
    amounts += [part for tier in charge.tiers for part in (tier.price, tier.flat)]
    for amount in amounts:
        if amount < 0:
            return NegativeAmount(to_text(amount)[:64])
    if charge.size <= 0 or charge.free_events < 0:
        return NegativeAmount(to_text(charge.size)[:64])
    return _tier_fault(charge)


def _tier_fault(charge: UsageCharge) -> PricingFault | None:
    if charge.model not in TIERED:
        return None
    ends = [tier.up_to for tier in charge.tiers]
    if not ends or ends[-1] is not None:
        return InvalidTiers(max(0, len(ends) - 1))
    closed = [ZERO, *(end for end in ends if end is not None)]
    if len(closed) != len(ends):
        return InvalidTiers(ends.index(None))
    rising = [later > former for former, later in pairwise(closed)]
    return None if all(rising) else InvalidTiers(rising.index(False))


@exact
def usage_charge(charge: UsageCharge, use: Use, unit: Decimal) -> Result[Decimal, PricingFault]:
    """What `use` costs [currency].

    Errors: NegativeAmount (also units below 0), InvalidTiers, NumericLimit.
    Rounds: HALF_UP to the unit, once, at the end.  Source: docs/formulas-revenue.md#usage.
    >>> graduated = UsageCharge(
    ...     model=ChargeModel.GRADUATED,
    ...     tiers=(
    ...         Tier(up_to=Decimal(100), price=Decimal("0.05")),
    ...         Tier(up_to=None, price=Decimal("0.03")),
    ...     ),
    ... )
    >>> usage_charge(graduated, Use(units=Decimal(150)), Decimal("0.01")).unwrap()
    Decimal('6.50')
    """
    fault = fault_of(charge)
    if fault is not None:
        return Failure(fault)
    if use.units < 0 or use.events < 0:
        return Failure(NegativeAmount(to_text(use.units)[:64]))
    return Success(to_unit(FORMULAS[charge.model](charge, use), unit, Rounding.HALF_UP))


@exact
def jump_points(charge: UsageCharge, unit: Decimal) -> Result[tuple[Jump, ...], PricingFault]:
    """Where one unit more, however small, changes the charge by more than its price.

    At each end of a tier the charge there and just beyond; only places where the two differ.
    Packages jump at every multiple of their size above the free units: the first one is named.
    Errors: as usage_charge.  Source: docs/formulas-revenue.md#usage.
    """
    fault = fault_of(charge)
    if fault is not None:
        return Failure(fault)
    ends: list[Decimal] = []
    if charge.model in TIERED:
        ends = [ZERO, *(tier.up_to for tier in charge.tiers if tier.up_to is not None)]
    if charge.model is ChargeModel.PACKAGE:
        ends = [charge.free]
    jumps = [_jump(charge, end, unit) for end in ends]
    return Success(tuple(jump for jump in jumps if jump.at != jump.beyond))


# Just beyond an end the unit itself costs nothing yet: only what its tier brings along.
def _jump(charge: UsageCharge, end: Decimal, unit: Decimal) -> Jump:
    at = FORMULAS[charge.model](charge, Use(units=end))
    if charge.model is ChargeModel.PACKAGE:
        beyond = at + charge.price
    else:
        tier = next(each for each in charge.tiers if each.up_to is None or each.up_to > end)
        volume = charge.model is ChargeModel.VOLUME
        beyond = end * tier.price + tier.flat if volume else at + tier.flat
    points = [to_unit(each, unit, Rounding.HALF_UP) for each in (at, beyond)]
    return Jump(units=end, at=points[0], beyond=points[1])


def _standard(charge: UsageCharge, use: Use) -> Decimal:
    return max(ZERO, use.units - charge.free) * charge.price


def _graduated(charge: UsageCharge, use: Use) -> Decimal:
    total, below = ZERO, ZERO
    for tier in charge.tiers:
        if use.units <= below:
            break
        top = use.units if tier.up_to is None else min(use.units, tier.up_to)
        total += (top - below) * tier.price + tier.flat
        below = top
    return total


def _volume(charge: UsageCharge, use: Use) -> Decimal:
    if not use.units:
        return ZERO
    reached = next(t for t in charge.tiers if t.up_to is None or use.units <= t.up_to)
    return use.units * reached.price + reached.flat


def _package(charge: UsageCharge, use: Use) -> Decimal:
    paid = max(ZERO, use.units - charge.free)
    return ceiling_to(paid, charge.size) / charge.size * charge.price


def _percentage(charge: UsageCharge, use: Use) -> Decimal:
    if not use.units and not use.events:
        return ZERO
    fees = max(0, use.events - charge.free_events) * charge.fixed
    whole = max(ZERO, use.units - charge.free) * charge.price + fees
    floored = max(charge.minimum, whole)
    return floored if charge.maximum is None else min(floored, charge.maximum)


Formula = Callable[[UsageCharge, Use], Decimal]
TIERED = frozenset({ChargeModel.GRADUATED, ChargeModel.VOLUME, ChargeModel.GRADUATED_PERCENTAGE})
FORMULAS: Mapping[ChargeModel, Formula] = MappingProxyType(
    {
        ChargeModel.STANDARD: _standard,
        ChargeModel.GRADUATED: _graduated,
        ChargeModel.VOLUME: _volume,
        ChargeModel.PACKAGE: _package,
        ChargeModel.PERCENTAGE: _percentage,
        ChargeModel.GRADUATED_PERCENTAGE: _graduated,
    }
)
