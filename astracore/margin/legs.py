"""A leg: a signed quantity at an entry price, and what it is worth at any other price."""

from decimal import Decimal
from enum import StrEnum

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.margin import MarginFault
from astracore.errors.values import InvalidPrice, InvalidQuantity
from astracore.metrics.frames import exactly
from astracore.numeric import EXACT, quotient

ONE = Decimal(1)


class Contract(StrEnum):
    """How profit follows the price: S2.1."""

    LINEAR = "linear"  # settles in the quote asset; spot is linear with leverage 1
    INVERSE = "inverse"  # settles in the base asset
    QUANTO = "quanto"  # settles in a third asset, the multiplier converts


@frozen(kw_only=True)
class Leg:
    """`quantity` [contracts], negative when short, entered at `entry` [quote per base].

    `multiplier` is what one contract holds: base units (linear), quote units (inverse), or
    settlement units per quote unit (quanto).
    """

    contract: Contract
    quantity: Decimal
    entry: Decimal
    multiplier: Decimal = ONE

    @property
    def sign(self) -> int:
        """+1 long, -1 short, 0 flat."""
        return (self.quantity > 0) - (self.quantity < 0)


@exactly
def notional(leg: Leg, price: Decimal) -> Result[Decimal, MarginFault]:
    """|q| m x (linear, quanto) or |q| m / x (inverse), in the settlement asset.

    Errors: InvalidQuantity, InvalidPrice.   Rounds: inverse is carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#notional.
    >>> bitcoin = Leg(contract=Contract.INVERSE, quantity=Decimal(-1000), entry=Decimal(20000))
    >>> notional(bitcoin, Decimal(25000)).unwrap()
    Decimal('0.04')
    """
    return priced(leg, price).map(lambda _: notional_of(leg, price))


@exactly
def unrealised(leg: Leg, price: Decimal) -> Result[Decimal, MarginFault]:
    """q m (x - e), inverse q m (1/e - 1/x): the P&L at `price`, in the settlement asset.

    Errors: InvalidQuantity, InvalidPrice.   Rounds: inverse is carried to 50 digits, HALF_EVEN.
    Source: docs/formulas-margin-sizing-risk.md#unrealised.
    Invariant: the mirrored leg has the negative of it.
    >>> bitcoin = Leg(contract=Contract.INVERSE, quantity=Decimal(1000), entry=Decimal(20000))
    >>> unrealised(bitcoin, Decimal(25000)).unwrap()
    Decimal('0.01')
    """
    return priced(leg, price).map(lambda _: unrealised_of(leg, price))


def size_of(leg: Leg) -> Decimal:
    """|q| m. Kernel."""
    return abs(leg.quantity) * leg.multiplier


def notional_of(leg: Leg, price: Decimal) -> Decimal:
    """Kernel of `notional`; `price` > 0."""
    if leg.contract is Contract.INVERSE:
        return quotient(size_of(leg), price)
    return size_of(leg) * price


def unrealised_of(leg: Leg, price: Decimal) -> Decimal:
    """Kernel of `unrealised`; both prices > 0. One division, so a closed form rounds once."""
    gap = leg.sign * size_of(leg) * (price - leg.entry)
    if leg.contract is Contract.INVERSE:
        return quotient(gap, leg.entry * price)
    return gap


def checked(leg: Leg) -> Result[Leg, MarginFault]:
    """`leg` with a multiplier and an entry above zero. Kernel.

    Errors: InvalidQuantity, InvalidPrice.
    """
    if leg.multiplier <= 0:
        return Failure(InvalidQuantity(EXACT.to_sci_string(leg.multiplier)[:64]))
    if leg.entry <= 0:
        return Failure(InvalidPrice(EXACT.to_sci_string(leg.entry)[:64]))
    return Success(leg)


def priced(leg: Leg, price: Decimal) -> Result[Leg, MarginFault]:
    """`leg` and a price that can be used together. Kernel.

    Errors: InvalidQuantity, InvalidPrice.
    """
    if price <= 0:
        return Failure(InvalidPrice(EXACT.to_sci_string(price)[:64]))
    return checked(leg)
