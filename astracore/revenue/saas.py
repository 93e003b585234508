"""The figures of a business that sells by subscription, each with one definition.

Run rates are kept by the year [currency/year], where they are exact; months are twelfths, rounded
half to even where they are shown.
"""

from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import MetricFault
from astracore.errors.series import ZeroDenominator
from astracore.errors.values import InvalidFraction
from astracore.numeric import Rounding, exact, quotient, to_text
from astracore.revenue.movement import yearly_rate
from astracore.revenue.periods import Cycle
from astracore.revenue.units import part_to, to_unit

ZERO, ONE, TWELVE = Decimal(0), Decimal(1), Decimal(12)
CENT = Decimal("0.01")
MARGIN = Decimal("0.8")


@frozen(kw_only=True)
class Paying:
    """`count` customers who pay `price` each cycle, after coupons and before tax [currency]."""

    price: Decimal
    cycle: Cycle
    count: int = 1


@frozen(kw_only=True)
class RunRate:
    """MRR and ARR of the customers who pay [currency/month, currency/year]."""

    mrr: Decimal
    arr: Decimal
    customers: int


@frozen(kw_only=True)
class Movements:
    """How MRR moved in a month, each amount 0 or above [currency/month]."""

    opening: Decimal
    new: Decimal = ZERO
    expansion: Decimal = ZERO
    reactivation: Decimal = ZERO
    contraction: Decimal = ZERO
    churn: Decimal = ZERO


@exact
def run_rate(rows: Iterable[Paying], unit: Decimal = CENT) -> Result[RunRate, MetricFault]:
    """MRR = monthly + quarterly/3 + yearly/12 [currency/month]; ARR = 12 × MRR unrounded.

    For life and trials add customers and no run rate.
    Errors: NegativeAmount, NumericLimit.  Rounds: HALF_EVEN to the unit, each from the exact sum.
    Source: docs/formulas-revenue.md#run-rate.
    >>> rows = [
    ...     Paying(price=Decimal("9.99"), cycle=Cycle.MONTHLY, count=100),
    ...     Paying(price=Decimal("199.90"), cycle=Cycle.YEARLY, count=20),
    ...     Paying(price=Decimal("56.97"), cycle=Cycle.QUARTERLY, count=10),
    ... ]
    >>> run_rate(rows).map(lambda found: (str(found.mrr), str(found.arr))).unwrap()
    ('1522.07', '18264.80')
    """
    yearly, customers = ZERO, 0
    for row in rows:
        if row.price < 0 or row.count < 0:
            return Failure(NegativeAmount(to_text(row.price)[:64]))
        yearly += yearly_rate(row.price, row.cycle) * row.count
        customers += row.count
    return Success(
        RunRate(
            mrr=part_to(yearly, TWELVE, unit, Rounding.HALF_EVEN),
            arr=to_unit(yearly, unit, Rounding.HALF_EVEN),
            customers=customers,
        )
    )


@exact
def closing(moved: Movements) -> Result[Decimal, MetricFault]:
    """opening + new + expansion + reactivation − contraction − churn [currency/month].

    Errors: NumericLimit.  Source: docs/formulas-revenue.md#movement.
    """
    gained = moved.new + moved.expansion + moved.reactivation
    return Success(moved.opening + gained - moved.contraction - moved.churn)


@exact
def net_retention(moved: Movements) -> Result[Decimal, MetricFault]:
    """NRR = (opening + expansion − contraction − churn)/opening [1], to 50 digits.

    Errors: ZeroDenominator, NumericLimit.  Source: docs/formulas-revenue.md#movement.
    """
    if not moved.opening:
        return Failure(ZeroDenominator("opening"))
    kept = moved.opening + moved.expansion - moved.contraction - moved.churn
    return Success(quotient(kept, moved.opening))


@exact
def revenue_churn(moved: Movements) -> Result[Decimal, MetricFault]:
    """(contraction + churn)/opening [1]: the gross figure; 1 − NRR is the net one.

    Errors: ZeroDenominator, NumericLimit.  Source: docs/formulas-revenue.md#movement.
    """
    if not moved.opening:
        return Failure(ZeroDenominator("opening"))
    return Success(quotient(moved.contraction + moved.churn, moved.opening))


@exact
def quick_ratio(moved: Movements) -> Result[Decimal, MetricFault]:
    """(new + expansion + reactivation)/(contraction + churn) [1].

    Errors: ZeroDenominator, NumericLimit.  Source: docs/formulas-revenue.md#movement.
    """
    lost = moved.contraction + moved.churn
    if not lost:
        return Failure(ZeroDenominator("lost"))
    return Success(quotient(moved.new + moved.expansion + moved.reactivation, lost))


@exact
def customer_churn(lost: int, at_start: int) -> Result[Decimal, MetricFault]:
    """lost/at start [1].

    Errors: ZeroDenominator, NegativeAmount, NumericLimit.
    Source: docs/formulas-revenue.md#churn.
    >>> customer_churn(10, 200).unwrap()
    Decimal('0.05')
    """
    if lost < 0 or at_start < 0:
        return Failure(NegativeAmount(str(min(lost, at_start))[:64]))
    if not at_start:
        return Failure(ZeroDenominator("at_start"))
    return Success(quotient(Decimal(lost), Decimal(at_start)))


@exact
def arpu(mrr: Decimal, customers: int, unit: Decimal = CENT) -> Result[Decimal, MetricFault]:
    """MRR/paying customers [currency/month].

    Errors: ZeroDenominator, NumericLimit.  Rounds: HALF_EVEN to the unit.
    Source: docs/formulas-revenue.md#arpu.
    >>> arpu(Decimal("1522.066"), 130).unwrap()
    Decimal('11.71')
    """
    if customers <= 0:
        return Failure(ZeroDenominator("customers"))
    return Success(part_to(mrr, Decimal(customers), unit, Rounding.HALF_EVEN))


@frozen(kw_only=True)
class Base:
    """What the value of a customer is computed from: run rate, how many, how many leave [1]."""

    yearly: Decimal  # [currency/year]
    customers: int
    churn: Decimal
    margin: Decimal = MARGIN


@exact
def lifetime_value(base: Base, unit: Decimal = CENT) -> Result[Decimal, MetricFault]:
    """LTV = ARPU × margin/churn [currency], from the exact run rate.

    Errors: ZeroDenominator (no customers, no churn), InvalidFraction, NumericLimit.
    Rounds: HALF_EVEN to the unit, once.  Source: docs/formulas-revenue.md#ltv.
    >>> base = Base(yearly=Decimal("18264.80"), customers=130, churn=Decimal("0.05"))
    >>> lifetime_value(base).unwrap()
    Decimal('187.33')
    """
    if base.customers <= 0 or not base.churn:
        return Failure(ZeroDenominator("churn" if base.customers > 0 else "customers"))
    if not (0 < base.churn <= 1 and 0 < base.margin <= 1):
        return Failure(InvalidFraction("churn", to_text(base.churn)[:64]))
    divisor = TWELVE * base.customers * base.churn
    return Success(part_to(base.yearly * base.margin, divisor, unit, Rounding.HALF_EVEN))


@exact
def acquisition_cost(
    spend: Decimal, won: int, unit: Decimal = CENT
) -> Result[Decimal, MetricFault]:
    """CAC = spend/new paying customers [currency].

    Errors: ZeroDenominator, NegativeAmount, NumericLimit.  Rounds: HALF_EVEN to the unit.
    Source: docs/formulas-revenue.md#cac.
    >>> acquisition_cost(Decimal(3000), 60).unwrap()
    Decimal('50.00')
    """
    if spend < 0:
        return Failure(NegativeAmount(to_text(spend)[:64]))
    if won <= 0:
        return Failure(ZeroDenominator("won"))
    return Success(part_to(spend, Decimal(won), unit, Rounding.HALF_EVEN))


@exact
def payback(cost: Decimal, base: Base, unit: Decimal = CENT) -> Result[Decimal, MetricFault]:
    """CAC/(ARPU × margin) [months], from the exact run rate.

    Errors: ZeroDenominator, InvalidFraction, NumericLimit.  Rounds: HALF_EVEN to the unit.
    Source: docs/formulas-revenue.md#cac.
    >>> base = Base(yearly=Decimal("18264.80"), customers=130, churn=Decimal("0.05"))
    >>> payback(Decimal(50), base).unwrap()
    Decimal('5.34')
    """
    if base.customers <= 0 or base.yearly <= 0:
        return Failure(ZeroDenominator("customers" if base.customers <= 0 else "yearly"))
    if not 0 < base.margin <= 1:
        return Failure(InvalidFraction("margin", to_text(base.margin)[:64]))
    paid = cost * TWELVE * base.customers
    return Success(part_to(paid, base.yearly * base.margin, unit, Rounding.HALF_EVEN))
