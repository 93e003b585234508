"""Contracts of every kind: what a quantity is worth at a price, and what a fill does to a holding.

One rule for all kinds. The value of signed quantity q at price p is q × m × p (spot, linear,
quanto) or q × m / p (inverse); a holding keeps the value it was entered at (`cost`), signed like
its quantity. Gain is value − cost, for inverse contracts cost − value.
"""

import decimal
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.contracts import ContractFault, InvalidContract
from astracore.errors.trading import PositionFault
from astracore.errors.values import InvalidPrice, InvalidQuantity
from astracore.numeric import EXACT, Rounding, exact, quotient, rounded_quotient, to_text
from astracore.numeric.carried import unsigned_zero
from astracore.trading.types import MICRO, ZERO, ContractKind, Side

ONE = Decimal(1)


@frozen(kw_only=True)
class Contract:
    """The terms that decide money. Outside data enters through `contract`.

    `step` is the unit [settle] that a released part of a cost is rounded to, half to even; the
    value of an inverse fill, which is a quotient, is rounded to it as well.
    """

    kind: ContractKind = ContractKind.LINEAR
    base: str = ""
    quote: str = ""
    settle: str = ""
    multiplier: Decimal = ONE  # [base] a unit; inverse [quote]; quanto [settle per quote]
    step: Decimal = MICRO


LINEAR = Contract()


def contract(terms: Contract) -> Result[Contract, InvalidContract]:
    """Let a contract in: spot and linear settle in the quote, inverse in the base.

    Errors: InvalidContract (multiplier or step not above zero, or another settlement).
    >>> contract(Contract(kind=ContractKind.INVERSE, base="BTC", settle="USD")).failure().field
    'settle'
    """
    for name, value in (("multiplier", terms.multiplier), ("step", terms.step)):
        if not (value.is_finite() and value > ZERO):
            return Failure(InvalidContract(name, EXACT.to_sci_string(value)[:64]))
    due = {
        ContractKind.SPOT: terms.quote,
        ContractKind.LINEAR: terms.quote,
        ContractKind.INVERSE: terms.base,
        ContractKind.QUANTO: terms.settle,
    }
    if terms.settle != due[terms.kind]:
        return Failure(InvalidContract("settle", terms.settle[:64]))
    return Success(terms)


@frozen(kw_only=True)
class Holding:
    """A bare position: signed `qty` and the signed value `cost` [settle] it was entered at."""

    qty: Decimal = ZERO
    cost: Decimal = ZERO


@frozen(kw_only=True)
class Booking:
    """What one fill did: `closed` and `opened` add up to its quantity."""

    closed: Decimal
    opened: Decimal
    realised: Decimal  # [settle]
    released: Decimal  # [settle], signed: the cost that left with what was closed
    after: Holding


def above_zero(value: Decimal) -> bool:
    """Whether `value` is above zero.

    Kernel. Raises: decimal.InvalidOperation for what is no finite number.
    """
    if not value.is_finite():
        raise decimal.InvalidOperation
    return value > ZERO


def from_zero(value: Decimal) -> bool:
    """Whether `value` is zero or above.

    Kernel. Raises: decimal.InvalidOperation for what is no finite number.
    """
    return value == ZERO or above_zero(value)


def sign_of(side: Side) -> int:
    """+1 for a buy, −1 for a sell."""
    return 1 if side is Side.BUY else -1


def side_of(qty: Decimal) -> Side:
    """The side whose fills make `qty` larger in magnitude."""
    return Side.BUY if qty > ZERO else Side.SELL


def opposite(side: Side) -> Side:
    """The other side."""
    return Side.SELL if side is Side.BUY else Side.BUY


def reducible(qty: Decimal, side: Side) -> Decimal:
    """How much of a position of signed `qty` an order of `side` can close."""
    if qty == ZERO or side_of(qty) is side:
        return ZERO
    return qty.copy_abs()


def part_of(whole: Decimal, part: Decimal, total: Decimal, step: Decimal = MICRO) -> Decimal:
    """whole × part/total, half to even to `step`; exactly `whole` when part = total. Kernel.

    >>> part_of(Decimal("600.1"), Decimal("0.5"), Decimal("1.5"))
    Decimal('200.033333')
    """
    if part == total:
        return whole
    return rounded_quotient(whole * part, total, step, Rounding.HALF_EVEN)


def value_of(terms: Contract, qty: Decimal, price: Decimal) -> Decimal:
    """What signed `qty` is worth at `price` [settle]. Kernel.

    >>> value_of(Contract(kind=ContractKind.INVERSE), Decimal(1000), Decimal(20000))
    Decimal('0.050000')
    """
    if terms.kind is ContractKind.INVERSE:
        return rounded_quotient(qty * terms.multiplier, price, terms.step, Rounding.HALF_EVEN)
    return qty * terms.multiplier * price


def gain_of(terms: Contract, cost: Decimal, value: Decimal) -> Decimal:
    """What a holding entered at `cost` has gained when it is worth `value`. Kernel."""
    return cost - value if terms.kind is ContractKind.INVERSE else value - cost


def settled(terms: Contract, held: Holding, side: Side, qty: Decimal, price: Decimal) -> Booking:
    """Close what opposes, then open the rest, for every kind of contract. Kernel.

    Right sides use the values before the step. The close of everything releases the whole
    cost, so no residue survives a position.
    """
    sign = sign_of(side)
    closed = min(qty, reducible(held.qty, side))
    opened = qty - closed
    released = realised = ZERO
    if closed:
        released = part_of(held.cost, closed, abs(held.qty), terms.step)
        realised = gain_of(terms, released, value_of(terms, -sign * closed, price))
    entered = value_of(terms, sign * opened, price) if opened else ZERO
    after = Holding(qty=held.qty + sign * qty, cost=held.cost - released + entered)
    return Booking(closed=closed, opened=opened, realised=realised, released=released, after=after)


def faulty_terms(qty: Decimal, price: Decimal) -> InvalidQuantity | InvalidPrice | None:
    """The first of quantity and price that is not above zero, or None."""
    if not above_zero(qty):
        return InvalidQuantity(to_text(qty))
    if not above_zero(price):
        return InvalidPrice(to_text(price))
    return None


@exact
def settle_fill(
    terms: Contract, held: Holding, side: Side, qty: Decimal, price: Decimal
) -> Result[Booking, PositionFault]:
    """Book a fill of `qty` at `price` on a holding of any kind of contract.

    closed c = min(q, |held|) if it opposes; released = cost × c/|held| (half even, `step`; all
    when c = |held|); realised = value of c − released, for inverse released − value of c; the
    rest opens at the fill's value.
    Errors: InvalidQuantity, InvalidPrice, NumericLimit.
    Source: docs/formulas-contracts-orders.md#contracts.
    Invariant: realised + unrealised at any mark change by the fill's distance from the mark.
    >>> coin = Contract(kind=ContractKind.INVERSE, step=Decimal("1E-8"))
    >>> held = settle_fill(coin, Holding(), Side.BUY, Decimal(1000), Decimal(20000)).unwrap().after
    >>> to_text(settle_fill(coin, held, Side.SELL, Decimal(1000), Decimal(25000)).unwrap().realised)
    '0.01'
    """
    fault = faulty_terms(qty, price)
    return Success(settled(terms, held, side, qty, price)) if fault is None else Failure(fault)


@exact
def notional(
    terms: Contract, qty: Decimal, price: Decimal, *, step: Decimal | None = None
) -> Result[Decimal, ContractFault]:
    """The value of |qty| at `price` [settle]; half even to `step` (given, else the contract's).

    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#contracts.
    >>> to_text(notional(LINEAR, Decimal("10.15"), Decimal(10390), step=MICRO).unwrap())
    '105458.5'
    """
    if not above_zero(price):
        return Failure(InvalidPrice(to_text(price)))
    if terms.kind is ContractKind.INVERSE:
        unit = terms.step if step is None else step
        worth = abs(qty) * terms.multiplier
        return Success(rounded_quotient(worth, price, unit, Rounding.HALF_EVEN))
    worth = abs(qty) * terms.multiplier * price
    if step is None:
        return Success(worth)
    return Success(rounded_quotient(worth, ONE, step, Rounding.HALF_EVEN))


@exact
def profit(
    terms: Contract, qty: Decimal, entry: Decimal, leaving: Decimal
) -> Result[Decimal, ContractFault]:
    """What signed `qty` makes from price `entry` to price `leaving` [settle].

    q m (x − e), for inverse q m (1/e − 1/x) carried to 50 digits.
    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#contracts.
    Invariant: odd in qty; for inverse contracts bounded by q m / e.
    >>> to_text(profit(Contract(kind=ContractKind.INVERSE), Decimal(100), ONE, Decimal(2)).unwrap())
    '50'
    """
    for price in (entry, leaving):
        if not above_zero(price):
            return Failure(InvalidPrice(to_text(price)))
    if terms.kind is ContractKind.INVERSE:
        return Success(quotient(qty * terms.multiplier * (leaving - entry), entry * leaving))
    return Success(unsigned_zero(qty * terms.multiplier * (leaving - entry)))


@exact
def unrealised_at(terms: Contract, held: Holding, mark: Decimal) -> Result[Decimal, ContractFault]:
    """What closing all of `held` at `mark` would realise [settle], from the stored cost.

    Errors: InvalidPrice, NumericLimit.  Source: docs/formulas-contracts-orders.md#contracts.
    Invariant: 0 when flat; linear in the mark, for inverse contracts concave for a long.
    """
    if not above_zero(mark):
        return Failure(InvalidPrice(to_text(mark)))
    return Success(unsigned_zero(gain_of(terms, held.cost, value_of(terms, held.qty, mark))))


@exact
def average_entry(terms: Contract, held: Holding) -> Result[Decimal | None, ContractFault]:
    """The average price that `held` was entered at, to 50 digits; None when flat.

    cost/(q m); for inverse contracts the harmonic q m/cost.
    Errors: NumericLimit.  Source: docs/formulas-contracts-orders.md#contracts.
    Invariant: between the lowest and the highest price of the fills that opened it.
    """
    if not (held.qty and held.cost):
        return Success(None)
    units = held.qty * terms.multiplier
    if terms.kind is ContractKind.INVERSE:
        return Success(quotient(units, held.cost))
    return Success(quotient(held.cost, units))
