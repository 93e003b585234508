"""What a period costs beside use: seats, add-ons, and the least that was promised."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import NegativeAmount
from astracore.errors.revenue import PricingFault
from astracore.errors.values import InvalidPeriod
from astracore.numeric import exact, to_text
from astracore.revenue.proration import share

ZERO = Decimal(0)


@frozen(kw_only=True)
class AddOn:
    """Something sold beside the plan, `quantity` times [currency each a period]."""

    name: str
    price: Decimal
    quantity: int = 1


@frozen(kw_only=True)
class Terms:
    """A plan's own price, its seats and add-ons, and the least to be paid for a period."""

    price: Decimal
    seats: int = 1
    seats_included: int = 1
    seat_price: Decimal = ZERO
    add_ons: tuple[AddOn, ...] = ()
    minimum: Decimal = ZERO


@frozen(kw_only=True)
class Part:
    """One part of what a period costs [currency]."""

    name: str
    quantity: int
    amount: Decimal


@exact
def period_parts(
    terms: Terms, use: Decimal, *, left: int, whole: int, unit: Decimal
) -> Result[tuple[Part, ...], PricingFault]:
    """The parts of a period of which `left` of `whole` days are served.

    Plan, seats beyond the included ones and add-ons each h(part × left/whole); `use` [currency] is
    what was used, as it is; a part `minimum` makes up for what is missing to h(minimum ×
    left/whole). Parts of nothing are left out.
    Errors: NegativeAmount, InvalidPeriod, NumericLimit.  Rounds: each part HALF_UP to the unit.
    Source: docs/formulas-revenue.md#seats.
    Invariant: the parts and `use` sum to at least the promised part of the minimum.
    """
    extra = max(0, terms.seats - terms.seats_included)
    rows = [
        ("plan", 1, terms.price),
        ("seats", extra, terms.seat_price * extra),
        *((each.name, each.quantity, each.price * each.quantity) for each in terms.add_ons),
    ]
    for amount in (*(row[2] for row in rows), terms.minimum, use):
        if amount < 0:
            return Failure(NegativeAmount(to_text(amount)[:64]))
    if whole < 1 or not 0 <= left <= whole:
        return Failure(InvalidPeriod(f"{str(left)[:20]} of {str(whole)[:20]}"))
    found = [
        Part(name=name, quantity=quantity, amount=share(amount, left, whole, unit))
        for name, quantity, amount in rows
    ]
    charged = sum((part.amount for part in found), use)
    missing = max(ZERO, share(terms.minimum, left, whole, unit) - charged)
    found.append(Part(name="minimum", quantity=1, amount=missing))
    return Success(tuple(part for part in found if part.amount))


@exact
def seats_changed(
    price: Decimal, seats: int, *, left: int, whole: int, unit: Decimal
) -> Result[Decimal, PricingFault]:
    """What `seats` more (or fewer, below 0) cost for the rest of a period [currency].

    Errors: NegativeAmount, InvalidPeriod, NumericLimit.  Rounds: HALF_UP to the unit.
    Source: docs/formulas-revenue.md#seats.
    Invariant: adding and taking away the same seats on one day is nothing.
    """
    if price < 0:
        return Failure(NegativeAmount(to_text(price)[:64]))
    if whole < 1 or not 0 <= left <= whole:
        return Failure(InvalidPeriod(f"{str(left)[:20]} of {str(whole)[:20]}"))
    return Success(share(price * seats, left, whole, unit))
