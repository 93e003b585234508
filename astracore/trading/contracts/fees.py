"""What venues charge: by value, flat, or by unit, with minimums; rebates are below zero."""

from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import ContractFault
from astracore.errors.values import InvalidPrice, InvalidQuantity
from astracore.numeric import Rounding, exact, quotient, rounded_quotient, to_text
from astracore.outcome import collect
from astracore.trading.contracts.kinds import ONE, Contract, above_zero, from_zero
from astracore.trading.types import MICRO, ZERO, ContractKind


def charged(numerator: Decimal, denominator: Decimal, step: Decimal) -> Decimal:
    """A fee to `step`: what is charged goes up, what is paid back goes down. Kernel.

    >>> [str(charged(Decimal(fee), Decimal(3), Decimal("0.01"))) for fee in ("1", "-2")]
    ['0.34', '-0.66']
    """
    rule = Rounding.UP if numerator > ZERO else Rounding.DOWN
    return rounded_quotient(numerator, denominator, step, rule)


@exact
def proportional_fee(
    terms: Contract,
    units: tuple[Decimal, Decimal],
    rate: Decimal,
    step: Decimal | None = MICRO,
    rule: Rounding | None = None,
) -> Result[Decimal, ContractFault]:
    """rate × the value of (quantity, price) [settle], rounded once.

    Without a rule a charge goes up and a rebate down in magnitude, to `step`; without a step the
    fee is exact, for inverse contracts to 50 digits.
    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#fees.
    Invariant: odd in the rate under an even rule; never less than nothing for a charge.
    >>> fill = (Decimal("0.25"), Decimal("43210.5"))
    >>> proportional_fee(Contract(), fill, Decimal("0.0005")).unwrap()
    Decimal('5.401313')
    """
    qty, price = units
    if not above_zero(price):
        return Failure(InvalidPrice(to_text(price)))
    upper, lower = abs(qty) * terms.multiplier * rate, price
    if terms.kind is not ContractKind.INVERSE:
        upper, lower = upper * price, ONE
    if step is None:
        return Success(ZERO + (upper if lower == ONE else quotient(upper, lower)))  # never -0
    if rule is None:
        return Success(charged(upper, lower, step))
    return Success(rounded_quotient(upper, lower, step, rule))


@frozen(kw_only=True)
class RoundTripFees:
    """The fee of opening and the fee of closing [settle]."""

    opening: Decimal
    closing: Decimal


@exact
def round_trip_fees(
    terms: Contract,
    qty: Decimal,
    prices: tuple[Decimal, Decimal],
    rate: Decimal,
    step: Decimal | None = None,
) -> Result[RoundTripFees, ContractFault]:
    """Both fees of a position of `qty`, opened and closed at `prices`, by one rate.

    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#fees.
    """
    both = [proportional_fee(terms, (qty, price), rate, step) for price in prices]
    return collect(both).map(_round_trip)


def _round_trip(fees: tuple[Decimal, ...]) -> RoundTripFees:
    """Two fees by name."""
    return RoundTripFees(opening=fees[0], closing=fees[1])


def flat_per_order(fills: int, flat: Decimal) -> tuple[Decimal, ...]:
    """A flat fee for an order: its first fill pays it, the others nothing.

    >>> [str(fee) for fee in flat_per_order(3, Decimal(10))]
    ['10', '0', '0']
    """
    return tuple(ZERO if place else flat for place in range(fills))


@exact
def per_unit_cumulative(
    fills: Sequence[Decimal],
    rate: Decimal,
    fixed: Decimal = ZERO,
    minimum: Decimal = ZERO,
) -> Result[tuple[Decimal, ...], ContractFault]:
    """What an order has paid in all after each fill: max(minimum, fixed + rate × units so far).

    Errors: InvalidQuantity, NumericLimit.  Source: docs/formulas-contracts-orders.md#fees.
    Invariant: never falls for a rate of 0 or more.
    >>> paid = per_unit_cumulative([Decimal(230), Decimal(170)], Decimal("0.0075"), Decimal("0.5"))
    >>> [to_text(fee) for fee in paid.unwrap()]
    ['2.225', '3.5']
    """
    paid, done = list[Decimal](), ZERO
    for qty in fills:
        if not from_zero(qty):
            return Failure(InvalidQuantity(to_text(qty)))
        done += qty
        paid.append(max(minimum, fixed + rate * done))
    return Success(tuple(paid))
