"""What a position must hold: initial margin, maintenance, order cost, reserves, leverage caps.

`unit` is the settlement unit a requirement is rounded UP to (who is charged pays the fraction);
None leaves the figure unrounded, a quotient carried to 50 digits.
"""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.margin import MarginFault
from astracore.errors.trading import LeverageAboveBracket
from astracore.errors.values import (
    InvalidFraction,
    InvalidLeverage,
    InvalidPrice,
    InvalidQuantity,
    InvalidStep,
)
from astracore.margin.brackets import Bracket, level_cap
from astracore.margin.tiers import bracket_containing
from astracore.metrics.frames import exactly
from astracore.numeric import Rounding, quotient, rounded_quotient

ZERO = Decimal(0)
ONE = Decimal(1)
HIGHEST_LEVERAGE = 50


@frozen(kw_only=True)
class OrderTerms:
    """An order as its cost is judged: size `quantity` x multiplier, prices in quote per base."""

    direction: int  # +1 buy, -1 sell
    quantity: Decimal
    price: Decimal
    mark: Decimal
    open_fee_rate: Decimal
    close_fee_rate: Decimal
    close_price: Decimal  # where the closing fee is held back: bankruptcy price, or the price


@exactly
def initial_margin(
    notional: Decimal,
    leverage: Decimal,
    *,
    rate: Decimal = ONE,
    unit: Decimal | None = None,
) -> Result[Decimal, MarginFault]:
    """N x rate / L [settlement]; `rate` is for venues that scale a fixed initial rate.

    Errors: InvalidLeverage (L <= 0), InvalidQuantity (N < 0), InvalidStep.   Rounds: UP to `unit`.
    Source: docs/formulas-margin-sizing-risk.md#initial-margin.
    >>> initial_margin(Decimal("3000.5"), Decimal(5), unit=Decimal("0.000001")).unwrap()
    Decimal('600.100000')
    """
    if leverage <= 0:
        return Failure(InvalidLeverage(str(leverage)[:64]))
    if notional < 0:
        return Failure(InvalidQuantity(str(notional)[:64]))
    return charged(notional * rate, leverage, unit)


@exactly
def maintenance_margin(
    notional: Decimal, brackets: tuple[Bracket, ...], *, unit: Decimal | None = None
) -> Result[Decimal, MarginFault]:
    """N x mmr_k - a_k [settlement] of the bracket k that holds N.

    Errors: InvalidQuantity (N < 0), BadBrackets, NotionalAboveBrackets, InvalidStep.
    Rounds: UP to `unit`.   Source: docs/formulas-margin-sizing-risk.md#maintenance-margin.
    Invariant: continuous and convex in N, between 0 and N.
    >>> from astracore.margin.brackets import MARGIN_BRACKETS
    >>> maintenance_margin(Decimal(120000), MARGIN_BRACKETS).unwrap()
    Decimal('950.00')
    >>> maintenance_margin(Decimal(50000), MARGIN_BRACKETS).unwrap()
    Decimal('250.000')
    """
    if notional < 0:
        return Failure(InvalidQuantity(str(notional)[:64]))
    return bracket_containing(brackets, notional).bind(
        lambda row: charged(maintenance_of(notional, row), ONE, unit)
    )


@exactly
def highest_leverage(
    notional: Decimal, brackets: tuple[Bracket, ...], *, tier_cap: int, level: int
) -> Result[int, MarginFault]:
    """min(bracket at `notional`, tier cap, level cap, 50) [1].

    Errors: BadBrackets, NotionalAboveBrackets.
    Source: docs/formulas-margin-sizing-risk.md#highest-leverage.
    >>> from astracore.margin.brackets import MARGIN_BRACKETS
    >>> highest_leverage(Decimal(120000), MARGIN_BRACKETS, tier_cap=20, level=3).unwrap()
    20
    """
    return bracket_containing(brackets, notional).map(
        lambda row: min(row.max_leverage, tier_cap, level_cap(level), HIGHEST_LEVERAGE)
    )


@exactly
def allowed_leverage(
    leverage: int, notional: Decimal, brackets: tuple[Bracket, ...]
) -> Result[int, MarginFault]:
    """`leverage` if it is at least 1 and the bracket of `notional` allows it.

    Errors: InvalidLeverage, BadBrackets, NotionalAboveBrackets, LeverageAboveBracket.
    >>> from astracore.margin.brackets import MARGIN_BRACKETS
    >>> allowed_leverage(26, Decimal(120000), MARGIN_BRACKETS).failure()
    LeverageAboveBracket(leverage=26, highest=25)
    """
    if leverage < 1:
        return Failure(InvalidLeverage(str(leverage)))
    return bracket_containing(brackets, notional).bind(
        lambda row: (
            Failure(LeverageAboveBracket(leverage, row.max_leverage))
            if leverage > row.max_leverage
            else Success(leverage)
        )
    )


@exactly
def order_cost(
    order: OrderTerms, leverage: Decimal, *, unit: Decimal | None = None
) -> Result[Decimal, MarginFault]:
    """IM + open loss + fee to open + fee to close [quote] of a linear order.

    The open loss is Q x (price - mark) of a buy above the mark, mirrored for a sell.
    Errors: InvalidLeverage, InvalidPrice, InvalidQuantity, InvalidFraction (direction),
    InvalidStep.   Rounds: UP to `unit`.   Source: docs/formulas-margin-sizing-risk.md#order-cost.
    >>> order = OrderTerms(direction=1, quantity=Decimal(1), price=Decimal(100),
    ...     mark=Decimal(99), open_fee_rate=Decimal("0.001"), close_fee_rate=Decimal("0.001"),
    ...     close_price=Decimal(90))
    >>> order_cost(order, Decimal(10)).unwrap()
    Decimal('11.190')
    """
    if leverage <= 0:
        return Failure(InvalidLeverage(str(leverage)[:64]))
    if order.direction not in {1, -1}:
        return Failure(InvalidFraction("direction", str(order.direction)))
    for price in (order.price, order.mark, order.close_price):
        if price <= 0:
            return Failure(InvalidPrice(str(price)[:64]))
    if order.quantity < 0:
        return Failure(InvalidQuantity(str(order.quantity)[:64]))
    loss = max(ZERO, order.direction * (order.price - order.mark))
    fees = order.price * order.open_fee_rate + order.close_price * order.close_fee_rate
    beside = order.quantity * (loss + fees)
    return charged(order.quantity * order.price + beside * leverage, leverage, unit)


@exactly
def order_reserve(
    opening: Decimal,
    price: Decimal,
    leverage: Decimal,
    *,
    fee_rate: Decimal,
    unit: Decimal,
) -> Result[Decimal, MarginFault]:
    """u(o x R / leverage) + u(o x R x fee rate) [quote]: what an open order locks.

    Errors: InvalidLeverage, InvalidQuantity, InvalidPrice, InvalidStep.
    Rounds: both parts UP to `unit`.   Source: docs/formulas-margin-sizing-risk.md#order-reserve.
    >>> order_reserve(Decimal("0.5"), Decimal(2000), Decimal(5), fee_rate=Decimal("0.0005"),
    ...               unit=Decimal("0.000001")).unwrap()
    Decimal('200.500000')
    """
    if opening < 0:
        return Failure(InvalidQuantity(str(opening)[:64]))
    if price <= 0:
        return Failure(InvalidPrice(str(price)[:64]))
    if leverage <= 0:
        return Failure(InvalidLeverage(str(leverage)[:64]))
    value = opening * price
    return Result.do(
        margin + fee
        for margin in charged(value, leverage, unit)
        for fee in charged(value * fee_rate, ONE, unit)
    )


def maintenance_of(notional: Decimal, bracket: Bracket) -> Decimal:
    """N x m - d. Kernel."""
    return notional * bracket.rate - bracket.deduction


def charged(
    numerator: Decimal, denominator: Decimal, unit: Decimal | None
) -> Result[Decimal, MarginFault]:
    """numerator / denominator, UP to `unit`, or carried to 50 digits. Kernel.

    Errors: InvalidStep.
    """
    if unit is None:
        return Success(quotient(numerator, denominator))
    if unit <= 0:
        return Failure(InvalidStep(str(unit)[:64]))
    return Success(rounded_quotient(numerator, denominator, unit, Rounding.UP))
