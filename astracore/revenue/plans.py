"""The plans as data: rank, price of each cycle, what each gives; and the rules around them."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.revenue import PlanUnknown, PricingFault
from astracore.numeric import exact
from astracore.numeric.rounding import Rounding
from astracore.revenue.dunning import DUNNING, DunningRules
from astracore.revenue.periods import MONTHS, Cycle
from astracore.revenue.units import part_to, to_unit

ZERO = Decimal(0)
CENT = Decimal("0.01")


@frozen(kw_only=True)
class Entitlements:
    """What somebody may do: opening orders and backtests a day, bots, fee discount [1]."""

    practice: bool = True
    live_bots: bool = False
    orders: int = 20
    bots: int = 1
    backtests: int = 3
    fee_discount: Decimal = ZERO


FREE = Entitlements()


@frozen(kw_only=True)
class Plan:
    """One row: what a month costs [currency], how it is sold, what it gives."""

    name: str
    rank: int
    monthly: Decimal
    cycles: tuple[Cycle, ...]
    gives: Entitlements


@frozen(kw_only=True)
class PlanCatalogue:
    """Everything that is sold by subscription, before tax, and on which terms."""

    currency: str = "USD"
    unit: Decimal = CENT
    plans: tuple[Plan, ...] = ()
    quarterly_factor: Decimal = Decimal("0.95")
    yearly_months: int = 10
    lifetime_months: int = 30
    trial_days: int = 14
    reminder_days: int = 3  # before the trial's end
    refund_days: int = 14  # after the first purchase of a plan
    pause_most: int = 3  # [months]
    pause_every: int = 12  # [months]
    dunning: DunningRules = DUNNING


PAID = (Cycle.MONTHLY, Cycle.QUARTERLY, Cycle.YEARLY, Cycle.LIFETIME)
PLANS = PlanCatalogue(
    plans=(
        Plan(name="free", rank=0, monthly=ZERO, cycles=(Cycle.MONTHLY,), gives=FREE),
        Plan(
            name="basic",
            rank=1,
            monthly=Decimal("9.99"),
            cycles=PAID,
            gives=Entitlements(orders=50, bots=3, backtests=20),
        ),
        Plan(
            name="pro",
            rank=2,
            monthly=Decimal("19.99"),
            cycles=PAID,
            gives=Entitlements(
                live_bots=True, orders=200, bots=20, backtests=200, fee_discount=Decimal("0.05")
            ),
        ),
        Plan(
            name="enterprise",
            rank=3,
            monthly=Decimal("49.99"),
            cycles=PAID[:3],
            gives=Entitlements(
                live_bots=True, orders=1000, bots=100, backtests=2000, fee_discount=Decimal("0.1")
            ),
        ),
    )
)
PER_YEAR: Mapping[Cycle, int] = MappingProxyType(
    {Cycle.WEEKLY: 52, Cycle.MONTHLY: 12, Cycle.QUARTERLY: 4, Cycle.YEARLY: 1, Cycle.LIFETIME: 0}
)


def plan_named(catalogue: PlanCatalogue, name: str, cycle: Cycle) -> Result[Plan, PricingFault]:
    """The plan that is sold under this name for this cycle.  Errors: PlanUnknown.

    >>> plan_named(PLANS, "pro", Cycle.YEARLY).unwrap().rank
    2
    """
    for plan in catalogue.plans:
        if plan.name == name and cycle in plan.cycles:
            return Success(plan)
    return Failure(PlanUnknown(name[:64], cycle.value))


def rank_of(catalogue: PlanCatalogue, name: str) -> int:
    """How far up a plan stands; what is not in the catalogue stands below all."""
    return next((plan.rank for plan in catalogue.plans if plan.name == name), -1)


@exact
def price(catalogue: PlanCatalogue, name: str, cycle: Cycle) -> Result[Decimal, PricingFault]:
    """What one period of a plan costs [currency], before coupon and tax.

    h2(monthly × 3 × 0.95) a quarter, × 10 a year, × 30 for life, monthly × 12/52 a week.
    Errors: PlanUnknown, NumericLimit.  Rounds: HALF_UP to the unit.
    Source: docs/formulas-revenue.md#plans.
    >>> [str(price(PLANS, "pro", cycle).unwrap()) for cycle in PAID]
    ['19.99', '56.97', '199.90', '599.70']
    """
    return plan_named(catalogue, name, cycle).map(lambda plan: _priced(catalogue, plan, cycle))


def _priced(catalogue: PlanCatalogue, plan: Plan, cycle: Cycle) -> Decimal:
    if cycle is Cycle.WEEKLY:
        yearly = plan.monthly * 12
        return part_to(yearly, Decimal(52), catalogue.unit, Rounding.HALF_UP)
    factors = {
        Cycle.MONTHLY: Decimal(1),
        Cycle.QUARTERLY: MONTHS[Cycle.QUARTERLY] * catalogue.quarterly_factor,
        Cycle.YEARLY: Decimal(catalogue.yearly_months),
        Cycle.LIFETIME: Decimal(catalogue.lifetime_months),
    }
    return to_unit(plan.monthly * factors[cycle], catalogue.unit, Rounding.HALF_UP)


def yearly_saving(catalogue: PlanCatalogue) -> Decimal:
    """1 − months paid/12: what a year saves against twelve months [1].

    >>> yearly_saving(PLANS)
    Decimal('0.1667')
    """
    saved = Decimal(12 - catalogue.yearly_months)
    return part_to(saved, Decimal(12), Decimal("0.0001"), Rounding.HALF_EVEN)
