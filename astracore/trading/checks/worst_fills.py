"""What orders lose to the mark, and pay, when they fill at the worst prices they allow."""

from decimal import Decimal

from astracore.trading.checks.assessing import Assessed, protective_price
from astracore.trading.contracts.kinds import Contract, gain_of, sign_of, value_of
from astracore.trading.orders.terms import RULES, Family
from astracore.trading.reserves import charged, notional_of, remaining
from astracore.trading.settlement import contract_of
from astracore.trading.state import Order
from astracore.trading.types import ZERO, Side


def lost_in_worst_state(seen: Assessed) -> Decimal:
    """How much less the account is worth once this and every open order have filled. Kernel.

    At the marks of now: Σ max(0, value at the worst price − value at the mark) + fee, over orders
    that may open. What fills better than the mark is not counted as a gain.
    """
    own = ZERO
    if seen.mark is not None:
        price = worst_price(seen, seen.mark.price)
        rate = seen.asked.facts.taker_rate
        own = through(seen.contract, seen.asked.side, seen.qty, price, seen.mark.price, rate)
    waiting = seen.account.orders.values()
    return own + sum((lost_by(order, seen) for order in waiting if not order.reduce_only), ZERO)


def worst_price(seen: Assessed, mark: Decimal) -> Decimal:
    """The last price at which the asked order may fill: its limit, or its bound. Kernel."""
    asked = seen.asked
    limited = RULES[asked.type].family is Family.LIMIT
    if limited and asked.limit_price is not None:
        return asked.limit_price
    return protective_price(asked.side, mark, seen.instrument)


def lost_by(order: Order, seen: Assessed) -> Decimal:
    """The same of an open order; nothing where no mark or no bound is known. Kernel."""
    mark = seen.marks.get(order.symbol)
    price = order.protective_price if order.limit_price is None else order.limit_price
    if mark is None or price is None:
        return ZERO
    terms = contract_of(order.contract, order.multiplier)
    return through(terms, order.side, remaining(order), price, mark, order.taker_rate)


def through(
    terms: Contract, side: Side, qty: Decimal, price: Decimal, mark: Decimal, rate: Decimal
) -> Decimal:
    """max(0, loss of `qty` bought or sold at `price` and valued at `mark`) + fee. Kernel.

    >>> through(Contract(), Side.BUY, Decimal(2), Decimal(105), Decimal(100), ZERO).normalize()
    Decimal('1E+1')
    """
    signed = sign_of(side) * qty
    gain = gain_of(terms, value_of(terms, signed, price), value_of(terms, signed, mark))
    return max(ZERO, -gain) + charged(terms, notional_of(terms, qty, price), rate)
