"""How billing says no: each cause of prices, periods, figures, splits and fees, with its facts."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from returns.result import Result

from astracore.errors.money import NegativeAmount, NegativeRatio
from astracore.errors.revenue import (
    BadDay,
    InvalidCoupon,
    InvalidTiers,
    MonthSettled,
    PlanUnknown,
)
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import InvalidFraction, InvalidPeriod, NumericLimit
from astracore.instants import Instant
from astracore.revenue.coupons import Coupon, checked
from astracore.revenue.dates import parse_day
from astracore.revenue.dunning import DunningRules, next_attempt
from astracore.revenue.invoices.tax import TaxRate, TaxTable, taxed
from astracore.revenue.movement import Movement, movement_of, yearly_rate
from astracore.revenue.performance_fee import (
    Entry,
    FeeTerms,
    Mark,
    crystallised,
    entry_credit,
    equalised,
)
from astracore.revenue.periods import LONGEST, Cycle, aligned
from astracore.revenue.plans import PLANS, Entitlements, Plan, PlanCatalogue, price, rank_of
from astracore.revenue.proration import prorated, renewed, upgrade
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.recognition.obligations import allocated
from astracore.revenue.recognition.straight_line import (
    by_month,
    by_seconds,
    deferred_movements,
    earned,
    even_months,
)
from astracore.revenue.recurring import Terms, period_parts, seats_changed
from astracore.revenue.saas import (
    Base,
    Movements,
    Paying,
    acquisition_cost,
    arpu,
    customer_churn,
    lifetime_value,
    net_retention,
    payback,
    quick_ratio,
    revenue_churn,
    run_rate,
)
from astracore.revenue.splits.commands import SettleSplits, Share, SplitTable
from astracore.revenue.splits.split import SPLIT, Split
from astracore.revenue.usage import ChargeModel, Tier, UsageCharge, Use, jump_points, usage_charge

CENT, ONE, ZERO = Decimal("0.01"), Decimal(1), Decimal(0)
BELOW = NegativeAmount("-1")
NOTHING = Base(yearly=ZERO, customers=0, churn=ZERO)
SOME = Base(yearly=Decimal(120), customers=1, churn=Decimal("0.1"))
STILL = Movements(opening=ZERO)


def tiered(*ends: str | None) -> UsageCharge:
    """A graduated charge with these ends."""
    tiers = tuple(Tier(up_to=None if end is None else Decimal(end), price=ONE) for end in ends)
    return UsageCharge(model=ChargeModel.GRADUATED, tiers=tiers)


def used(charge: UsageCharge, units: str = "1", events: int = 0) -> Result[Decimal, object]:
    return usage_charge(charge, Use(units=Decimal(units), events=events), CENT)


STANDARD = UsageCharge(model=ChargeModel.STANDARD, price=ONE)
REFUSALS: list[tuple[Callable[[], Result[object, object]], object]] = [
    (lambda: parse_day("yesterday"), BadDay("yesterday")),
    (lambda: parse_day("2026-02-29"), BadDay("2026-02-29")),
    (lambda: price(PLANS, "gold", Cycle.MONTHLY), PlanUnknown("gold", "monthly")),
    (lambda: price(PLANS, "enterprise", Cycle.LIFETIME), PlanUnknown("enterprise", "lifetime")),
    (lambda: prorated(ONE, 2, 1, CENT), InvalidPeriod("2 of 1")),
    (lambda: prorated(ONE, -1, 1, CENT), InvalidPeriod("-1 of 1")),
    (lambda: prorated(ONE, 0, 0, CENT), InvalidPeriod("0 of 0")),
    (lambda: prorated(ONE, 1, 1, ZERO), NumericLimit("InvalidOperation")),
    (lambda: prorated(ONE, 1, 1, Decimal("NaN")), NumericLimit("InvalidOperation")),
    (lambda: upgrade(-ONE, ONE, left=1, whole=1, unit=CENT), BELOW),
    (lambda: renewed(ONE, -ONE, left=1, whole=1, unit=CENT), BELOW),
    (lambda: renewed(ONE, ONE, left=2, whole=1, unit=CENT), InvalidPeriod("2 of 1")),
    (lambda: checked(Coupon(name="none")), InvalidCoupon("none")),
    (lambda: checked(Coupon(name="both", fraction=CENT, amount=ONE)), InvalidCoupon("both")),
    (lambda: checked(Coupon(name="over", fraction=Decimal(2))), InvalidCoupon("over")),
    (lambda: checked(Coupon(name="never", amount=ONE, periods=0)), InvalidCoupon("never")),
    (lambda: checked(Coupon(name="minus", fraction=CENT, amount=-ONE)), InvalidCoupon("minus")),
    (lambda: used(tiered("10")), InvalidTiers(0)),
    (lambda: used(tiered()), InvalidTiers(0)),
    (lambda: used(tiered(None, "10", None)), InvalidTiers(0)),
    (lambda: used(tiered("10", "10", None)), InvalidTiers(1)),
    (lambda: used(tiered("0", None)), InvalidTiers(0)),
    (lambda: jump_points(tiered("10"), CENT), InvalidTiers(0)),
    (lambda: jump_points(tiered("10", None), ZERO), NumericLimit("InvalidOperation")),
    (lambda: used(STANDARD, "-1"), BELOW),
    (lambda: used(STANDARD, "1", -1), NegativeAmount("1")),
    (lambda: used(UsageCharge(model=ChargeModel.STANDARD, price=-ONE)), BELOW),
    (
        lambda: used(UsageCharge(model=ChargeModel.PACKAGE, price=ONE, size=ZERO)),
        NegativeAmount("0"),
    ),
    (lambda: period_parts(Terms(price=-ONE), ZERO, left=1, whole=1, unit=CENT), BELOW),
    (lambda: period_parts(Terms(price=ONE), -ONE, left=1, whole=1, unit=CENT), BELOW),
    (
        lambda: period_parts(Terms(price=ONE), ZERO, left=2, whole=1, unit=CENT),
        InvalidPeriod("2 of 1"),
    ),
    (lambda: seats_changed(-ONE, 1, left=1, whole=1, unit=CENT), BELOW),
    (lambda: seats_changed(ONE, 1, left=2, whole=1, unit=CENT), InvalidPeriod("2 of 1")),
    (
        lambda: taxed(
            TaxTable(rates=(TaxRate(country="X", product="*", name="t", rate=Decimal(2)),)),
            "X",
            [],
            CENT,
        ),
        InvalidFraction("tax", "2"),
    ),
    (lambda: aligned(0, 1, date=0, cycle=Cycle.MONTHLY, target=0), InvalidPeriod("0 to 1")),
    (lambda: aligned(0, 1, date=32, cycle=Cycle.MONTHLY, target=0), InvalidPeriod("0 to 1")),
    (lambda: aligned(1, 0, date=1, cycle=Cycle.MONTHLY, target=0), InvalidPeriod("1 to 0")),
    (lambda: aligned(0, 1, date=1, cycle=Cycle.WEEKLY, target=0), InvalidPeriod("0 to 1")),
    (
        lambda: aligned(0, LONGEST + 1, date=1, cycle=Cycle.YEARLY, target=0),
        InvalidPeriod(f"0 to {LONGEST + 1}"),
    ),
    (lambda: earned(ONE, 2, 1, 3, CENT), InvalidPeriod("2 to 1")),
    (lambda: earned(ONE, 0, 0, 0, CENT), InvalidPeriod("0 to 0")),
    (lambda: by_month(ONE, 5, 5, CENT), InvalidPeriod("5 to 5")),
    (lambda: deferred_movements(ONE, 5, 4, CENT), InvalidPeriod("5 to 4")),
    (lambda: by_seconds(ONE, Instant(5), Instant(5), CENT), InvalidPeriod("5 to 5")),
    (lambda: even_months(ONE, 0, 0, CENT), InvalidPeriod("0")),
    (lambda: even_months(Decimal("0.001"), 0, 2, CENT), InvalidPeriod("rounding_required")),
    (lambda: allocated(-ONE, [ONE], CENT), BELOW),
    (lambda: allocated(ONE, [-ONE], CENT), NegativeRatio(0)),
    (lambda: run_rate([Paying(price=-ONE, cycle=Cycle.MONTHLY)]), BELOW),
    (lambda: net_retention(STILL), ZeroDenominator("opening")),
    (lambda: revenue_churn(STILL), ZeroDenominator("opening")),
    (lambda: quick_ratio(STILL), ZeroDenominator("lost")),
    (lambda: customer_churn(0, 0), ZeroDenominator("at_start")),
    (lambda: customer_churn(-1, 5), BELOW),
    (lambda: arpu(ONE, 0), ZeroDenominator("customers")),
    (lambda: lifetime_value(NOTHING), ZeroDenominator("customers")),
    (lambda: lifetime_value(Base(yearly=ONE, customers=1, churn=ZERO)), ZeroDenominator("churn")),
    (
        lambda: lifetime_value(Base(yearly=ONE, customers=1, churn=Decimal(2))),
        InvalidFraction("churn", "2"),
    ),
    (lambda: acquisition_cost(-ONE, 1), BELOW),
    (lambda: acquisition_cost(ONE, 0), ZeroDenominator("won")),
    (lambda: payback(ONE, NOTHING), ZeroDenominator("customers")),
    (lambda: payback(ONE, Base(yearly=ZERO, customers=1, churn=ONE)), ZeroDenominator("yearly")),
    (
        lambda: payback(ONE, Base(yearly=ONE, customers=1, churn=ONE, margin=ZERO)),
        InvalidFraction("margin", "0"),
    ),
    (
        lambda: crystallised(FeeTerms(rate=Decimal(2)), Mark(value=ONE, day=0), ONE, 1),
        InvalidFraction("rate", "2"),
    ),
    (lambda: crystallised(FeeTerms(hurdle=-ONE), Mark(value=ONE, day=0), ONE, 1), BELOW),
    (lambda: crystallised(FeeTerms(), Mark(value=ONE, day=0), -ONE, 1), BELOW),
    (lambda: entry_credit(FeeTerms(), Entry(shares=-ONE, value=ONE, mark=ONE)), BELOW),
    (lambda: equalised(FeeTerms(), Entry(shares=ONE, value=ONE, mark=-ONE), ONE), BELOW),
    (lambda: equalised(FeeTerms(), Entry(shares=ONE, value=ONE, mark=ONE), -ONE), BELOW),
]


@pytest.mark.parametrize(("asked", "cause"), REFUSALS)
def test_what_is_refused(asked: Callable[[], Result[object, object]], cause: object) -> None:
    assert asked().failure() == cause


def settle(month: str, **changes: object) -> SettleSplits:
    facts: dict[str, object] = {
        "stream": Stream.SUBSCRIPTIONS,
        "month": month,
        "currency": "USD",
        "recognised": ONE,
        "refunds": ZERO,
        "fees": ZERO,
        **changes,
    }
    return SettleSplits(**facts)  # type: ignore[arg-type]


def test_a_month_is_settled_once_and_in_order() -> None:
    state = Split(month="2026-02")
    for month in ("2026-02", "2026-01"):
        assert SPLIT.decide(settle(month), state).failure() == MonthSettled(month)
    half = SplitTable(shares=(Share(to="us", share=Decimal("0.5")),))
    assert SPLIT.decide(settle("2026-03", table=half), state).failure().code == "split_sum"
    strange = settle("2026-03", currency="XYZ")
    assert SPLIT.decide(strange, state).failure().code == "unknown_currency"


def test_a_plan_may_be_sold_by_the_week() -> None:
    weekly = PlanCatalogue(
        plans=(
            Plan(
                name="w", rank=1, monthly=Decimal(10), cycles=(Cycle.WEEKLY,), gives=Entitlements()
            ),
        )
    )
    assert price(weekly, "w", Cycle.WEEKLY).unwrap() == Decimal("2.31")
    assert rank_of(weekly, "v") == -1
    assert yearly_rate(Decimal("2.31"), Cycle.WEEKLY) == Decimal("120.12")
    assert yearly_rate(Decimal("299.70"), Cycle.LIFETIME) == 0


@pytest.mark.parametrize(
    ("before", "after", "returning", "expected"),
    [
        (0, 0, True, Movement.NONE),
        (5, 5, True, Movement.NONE),
        (0, 5, False, Movement.NEW),
        (0, 5, True, Movement.REACTIVATION),
        (5, 0, True, Movement.CHURN),
        (5, 7, True, Movement.EXPANSION),
        (7, 5, True, Movement.CONTRACTION),
    ],
)
def test_every_movement_is_of_one_class(
    before: int,
    after: int,
    returning: bool,  # noqa: FBT001  # named by the table above
    expected: Movement,
) -> None:
    found = movement_of(Decimal(before), Decimal(after), returning=returning)
    assert found is expected


def test_no_failure_is_yet_the_first_attempt() -> None:
    assert next_attempt(7, 0, DunningRules(retries=())) == 7
    assert next_attempt(7, 1, DunningRules(retries=())) is None
