"""What a processor keeps, and the share of tax in a refund."""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.ledger import Unsettled
from astracore.errors.money import NegativeAmount
from astracore.errors.values import NumericLimit
from astracore.money.currencies import posting_currency, unit_of
from astracore.numeric import Rounding, exact, rounded, rounded_quotient
from astracore.outcome import is_failure
from astracore.revenue.payments.rules import PAYMENT_RULES, PaymentRules
from astracore.revenue.payments.types import Method

ZERO = Decimal(0)


@exact
def processor_fee(
    amount: Decimal, unit: Decimal, method: Method, rules: PaymentRules = PAYMENT_RULES
) -> Result[Decimal, NumericLimit]:
    """amount × rate + fixed, up to the `unit` > 0; a transfer on a chain has no processor.

    Errors: NumericLimit.  Source: docs/formulas-ledger-payments.md#processor-fee.
    >>> processor_fee(Decimal(100), Decimal("0.01"), Method.CARD).unwrap()
    Decimal('3.20')
    """
    if method is Method.CRYPTO:
        return Success(ZERO)
    fee = amount * rules.fee_rate + rules.fee_fixed
    if not fee.is_finite():
        return Failure(NumericLimit("InvalidOperation"))
    return Success(rounded(fee, unit, Rounding.UP))


@exact
def tax_part(
    tax: Decimal, total: Decimal, given_back: Decimal, unit: Decimal
) -> Result[Decimal, NumericLimit]:
    """The tax in the first `given_back` of `total`: tax × given_back/total, half up to the unit.

    The tax of one refund is the difference of two of these, so that all refunds together give back
    just the tax that was paid.
    Errors: NumericLimit.
    """
    if not all(each.is_finite() for each in (tax, total, given_back)):
        return Failure(NumericLimit("InvalidOperation"))
    if total.is_zero():
        return Success(ZERO)
    return Success(rounded_quotient(tax * given_back, total, unit, Rounding.HALF_UP))


@exact
def settled_unit(
    amount: Decimal, currency: str
) -> Result[Decimal, Unsettled | NegativeAmount | NumericLimit]:
    """The unit of `currency`, where `amount` is not below zero and a multiple of it.

    Errors: Unsettled, NegativeAmount (also for what is not finite), NumericLimit.
    """
    if not amount.is_finite() or amount < 0:
        return Failure(NegativeAmount(str(amount)[:64]))
    unit = posting_currency(currency).bind(unit_of)
    if is_failure(unit) or amount % unit.unwrap():
        return Failure(Unsettled(currency, amount))
    return Success(unit.unwrap())
