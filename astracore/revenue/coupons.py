"""Coupons: a fraction or an amount off, for one period, for some, or for ever."""

from decimal import Decimal

from attrs import evolve, frozen
from returns.result import Failure, Result, Success

from astracore.errors.revenue import InvalidCoupon, PricingFault
from astracore.numeric import Rounding, exact
from astracore.revenue.units import to_unit

ZERO = Decimal(0)


@frozen(kw_only=True)
class Coupon:
    """`fraction` [1] or `amount` [currency] off, one of them; `periods` None is for ever."""

    name: str
    fraction: Decimal = ZERO
    amount: Decimal = ZERO
    periods: int | None = None


@exact
def checked(coupon: Coupon) -> Result[Coupon, PricingFault]:
    """A coupon that may be used.

    Errors: InvalidCoupon (both or neither of fraction and amount, a fraction above 1, no period),
    NumericLimit.
    """
    either = (coupon.fraction > 0) is not (coupon.amount > 0)
    within = 0 <= coupon.fraction <= 1 and coupon.amount >= 0
    lasting = coupon.periods is None or coupon.periods >= 1
    return Success(coupon) if either and within and lasting else _refused(coupon)


def _refused(coupon: Coupon) -> Result[Coupon, PricingFault]:
    return Failure(InvalidCoupon(coupon.name[:64]))


@exact
def discounted(
    price: Decimal, coupon: Coupon | None, unit: Decimal
) -> Result[Decimal, PricingFault]:
    """What is left of `price` [currency]: price − h(price × fraction), or − amount, not below 0.

    Errors: NumericLimit.  Rounds: the discount, HALF_UP to the unit.
    Source: docs/formulas-revenue.md#coupons.
    >>> half = Coupon(name="half", fraction=Decimal("0.5"))
    >>> discounted(Decimal("9.99"), half, Decimal("0.01")).unwrap()
    Decimal('4.99')
    """
    if coupon is None:
        return Success(price)
    share = to_unit(price * coupon.fraction, unit, Rounding.HALF_UP)
    return Success(max(ZERO, price - share - coupon.amount))


def after_period(coupon: Coupon | None) -> Coupon | None:
    """The coupon once one more period is paid with it: None when it is used up."""
    if coupon is None or coupon.periods is None:
        return coupon
    return evolve(coupon, periods=coupon.periods - 1) if coupon.periods > 1 else None
