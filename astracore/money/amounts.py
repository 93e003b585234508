"""Money: a decimal amount that cannot forget its asset or the role it plays.

Calculating money (`Money`) is unrounded; posted money (`Posted`) is a multiple of its currency's
unit and comes out of `settle` alone. Arithmetic is exact and refuses 31 digits before the point.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Generic, TypeVar

from attrs import field, frozen
from attrs.validators import instance_of
from returns.result import Failure, Result, Success

from astracore.errors.money import AssetMismatch, DivisionByZero, MoneyFault, NegativeAmount
from astracore.errors.values import NumericLimit, RoundingRequired
from astracore.money.currencies import Currency, unit_of
from astracore.money.directions import RULES, Occasion
from astracore.numeric import (
    EXACT,
    Rounding,
    exact,
    from_scaled,
    parse_amount,
    rounded_quotient,
    to_scaled,
    to_text,
)
from astracore.outcome import is_failure

R = TypeVar("R")  # Invariant: two Money[R] arguments must play the very same role.
CEILING = Decimal("1E+30")  # the first magnitude that is refused
ONE = Decimal(1)


class Base:
    """Role: the asset being traded."""


class Quote:
    """Role: the asset that prices, fees and P&L are stated in."""


@frozen(order=False)
class Money(Generic[R]):
    """Signed `amount` of `asset`, unrounded. Outside data enters through `money`.

    Raises: TypeError for an amount that is no Decimal, which no data can bring about.
    """

    amount: Decimal = field(validator=instance_of(Decimal))
    asset: str


@frozen(order=False)
class Posted(Generic[R]):
    """Signed `amount` of `currency`, a multiple of its unit. It is made by `settle`."""

    amount: Decimal
    currency: Currency

    def money(self) -> Money[R]:
        """The same amount as calculating money."""
        return Money(self.amount, self.currency.code)


@frozen
class Settlement(Generic[R]):
    """posted + residue is exactly what was settled; the residue goes to a named account."""

    posted: Posted[R]
    residue: Money[R]


@frozen
class Payment(Generic[R]):
    """An amount above zero, which is what may be paid. It is made by `payment`."""

    money: Money[R]


def money(_role: type[R], text: str, asset: str) -> Result[Money[R], MoneyFault]:
    """Parse `text` as money of `asset`. Errors: BadAmount.

    >>> money(Quote, "1.50", "USD").unwrap()
    Money(amount=Decimal('1.50'), asset='USD')
    >>> money(Quote, "1e5", "USD")
    <Failure: BadAmount(text='1e5')>
    """
    amount = parse_amount(text)
    if is_failure(amount):
        return amount
    return Success(Money(amount.unwrap(), asset))


def zero(_role: type[R], asset: str) -> Money[R]:
    """Nothing of `asset`, which is not nothing of another asset."""
    return Money(Decimal(0), asset)


def payment(value: Money[R]) -> Result[Payment[R], MoneyFault]:
    """Accept `value` as something to pay. Errors: NegativeAmount (zero included), NumericLimit."""
    return _within(value.amount, value.asset).bind(_positive)


def _positive(value: Money[R]) -> Result[Payment[R], MoneyFault]:
    """Refuse zero and below."""
    if value.amount <= 0:
        return Failure(NegativeAmount(to_text(value.amount)))
    return Success(Payment(value))


def _within(amount: Decimal, asset: str) -> Result[Money[R], MoneyFault]:
    """Money of a finite magnitude below 10^30, without a negative zero."""
    if not amount.is_finite() or amount.copy_abs() >= CEILING:
        return Failure(NumericLimit("Overflow"))
    return Success(Money(amount or amount.copy_abs(), asset))


@exact
def add(left: Money[R], right: Money[R]) -> Result[Money[R], MoneyFault]:
    """left + right, exactly.

    Errors: AssetMismatch, NumericLimit.  Source: docs/formulas.md#money.
    Invariant: commutative and associative; subtract(add(a, b), b) == a.
    """
    if left.asset != right.asset:
        return Failure(AssetMismatch(left.asset, right.asset))
    return _within(left.amount + right.amount, left.asset)


@exact
def subtract(left: Money[R], right: Money[R]) -> Result[Money[R], MoneyFault]:
    """left - right, exactly.

    Errors: AssetMismatch, NumericLimit.  Source: docs/formulas.md#money.
    """
    if left.asset != right.asset:
        return Failure(AssetMismatch(left.asset, right.asset))
    return _within(left.amount - right.amount, left.asset)


def negate(value: Money[R]) -> Money[R]:
    """-value; nothing stays nothing."""
    return Money(
        value.amount.copy_negate() if value.amount else value.amount.copy_abs(), value.asset
    )


@exact
def total(values: Iterable[Money[R]], asset: str) -> Result[Money[R], MoneyFault]:
    """The sum of `values`, which is nothing of `asset` when there are none.

    Errors: AssetMismatch, NumericLimit.  Source: docs/formulas.md#money.
    """
    amount = Decimal(0)
    for value in values:
        if value.asset != asset:
            return Failure(AssetMismatch(asset, value.asset))
        amount += value.amount
    return _within(amount, asset)


@exact
def compare(left: Money[R], right: Money[R]) -> Result[int, MoneyFault]:
    """-1, 0 or 1: the order of two amounts of one asset, by value (1 == 1.00).

    Errors: AssetMismatch, NumericLimit (not a number).
    >>> compare(Money(Decimal("1.0"), "USD"), Money(Decimal(1), "USD")).unwrap()
    0
    """
    if left.asset != right.asset:
        return Failure(AssetMismatch(left.asset, right.asset))
    if not (left.amount.is_finite() and right.amount.is_finite()):
        return Failure(NumericLimit("InvalidOperation"))
    return Success((left.amount > right.amount) - (left.amount < right.amount))


@exact
def times(value: Money[R], factor: Decimal) -> Result[Money[R], MoneyFault]:
    """value * factor, exactly and unrounded.

    Errors: NumericLimit.  Invariant: times(a + b, k) == times(a, k) + times(b, k).
    """
    return _within(value.amount * factor, value.asset)


def multiply(
    value: Money[R], factor: Decimal, *, currency: Currency, rule: Rounding
) -> Result[Money[R], MoneyFault]:
    """value * factor, rounded once to the unit of `currency`.

    Errors: AssetMismatch, NoMinorUnit, RoundingRequired, NumericLimit.
    Source: docs/formulas.md#money.
    """
    return prorate(value, factor, ONE, currency=currency, rule=rule)


def divide(
    value: Money[R], divisor: Decimal, *, currency: Currency, rule: Rounding
) -> Result[Money[R], MoneyFault]:
    """value / divisor, rounded once to the unit of `currency`.

    Errors: AssetMismatch, NoMinorUnit, DivisionByZero, RoundingRequired, NumericLimit.
    Source: docs/formulas.md#money.
    """
    return prorate(value, ONE, divisor, currency=currency, rule=rule)


@exact
def prorate(
    value: Money[R], numerator: Decimal, denominator: Decimal, *, currency: Currency, rule: Rounding
) -> Result[Money[R], MoneyFault]:
    """value * numerator / denominator: multiply first, divide last, round once.

    Errors: AssetMismatch, NoMinorUnit, DivisionByZero, RoundingRequired, NumericLimit.
    Source: docs/formulas.md#money.  Invariant: |answer - exact| < one unit of `currency`.
    """
    if value.asset != currency.code:
        return Failure(AssetMismatch(value.asset, currency.code))
    unit = unit_of(currency)
    if is_failure(unit):
        return unit
    if not (value.amount.is_finite() and numerator.is_finite() and denominator.is_finite()):
        return Failure(NumericLimit("InvalidOperation"))
    if denominator.is_zero():
        return Failure(DivisionByZero(to_text(value.amount)))
    step = unit.unwrap()
    product = value.amount * numerator
    if rule is Rounding.UNNECESSARY and EXACT.remainder(product, denominator * step):
        return Failure(RoundingRequired(f"{product} / {denominator}"[:128], to_text(step)))
    return _within(rounded_quotient(product, denominator, step, rule), value.asset)


@exact
def settle(
    value: Money[R], currency: Currency, rule: Rounding
) -> Result[Settlement[R], MoneyFault]:
    """Calculating money to posted money: a multiple of the unit, and what that cut off.

    Errors: AssetMismatch, NoMinorUnit, RoundingRequired, NumericLimit.
    Source: docs/formulas.md#money.  Invariant: posted + residue == value, |residue| < one unit.
    """
    nearest = prorate(value, ONE, ONE, currency=currency, rule=rule)
    if is_failure(nearest):
        return nearest
    posted = nearest.unwrap().amount
    return Success(Settlement(Posted(posted, currency), Money(value.amount - posted, value.asset)))


def settle_for(
    occasion: Occasion, value: Money[R], currency: Currency
) -> Result[Settlement[R], MoneyFault]:
    """Settle by the rule that the table of directions states for `occasion`.

    Errors: as settle.  Source: docs/formulas.md#rounding.
    """
    return settle(value, currency, RULES[occasion])


def to_minor_units(value: Money[R], currency: Currency) -> Result[int, MoneyFault]:
    """amount / unit, an integer.

    Errors: AssetMismatch, NoMinorUnit, RoundingRequired, NumericLimit.
    Invariant: from_minor_units(to_minor_units(x)) == x.
    """
    if value.asset != currency.code:
        return Failure(AssetMismatch(value.asset, currency.code))
    return Result.do(
        units
        for unit in unit_of(currency)
        for units in to_scaled(value.amount, -int(unit.adjusted()))
    )


def from_minor_units(
    _role: type[R], units: int, currency: Currency
) -> Result[Money[R], MoneyFault]:
    """units * unit of `currency`.

    Errors: NoMinorUnit, NumericLimit.
    """
    amount: Result[Decimal, MoneyFault] = Result.do(
        scaled for unit in unit_of(currency) for scaled in from_scaled(units, -int(unit.adjusted()))
    )
    if is_failure(amount):
        return amount
    return _within(amount.unwrap(), currency.code)
