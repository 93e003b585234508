"""What an open order locks: the margin of what it may open, and the fee on that."""

from collections.abc import Iterable
from decimal import Decimal

from astracore.numeric import Rounding, down, rounded_quotient, up
from astracore.trading.costs import SETTLED
from astracore.trading.positions import reducible
from astracore.trading.state import Account, Order, oldest_first
from astracore.trading.types import MICRO, ZERO, Side


def remaining(order: Order) -> Decimal:
    """What an open order may still fill [base]."""
    return order.qty - order.executed


def held_qty(account: Account, symbol: str) -> Decimal:
    """The signed position in `symbol` [base], 0 when flat."""
    position = account.positions.get(symbol)
    return ZERO if position is None else position.qty


def unclaimed(account: Account, symbol: str, side: Side) -> Decimal:
    """How much an order of `side` could reduce that no earlier open order claims. Kernel."""
    claims = sum(
        (
            remaining(order)
            for order in account.orders.values()
            if order.symbol == symbol and order.side is side
        ),
        ZERO,
    )
    return max(ZERO, reducible(held_qty(account, symbol), side) - claims)


def initial_margin(notional: Decimal, leverage: int) -> Decimal:
    """u6(notional/leverage): what opening `notional` moves into the position. Kernel.

    >>> initial_margin(Decimal(1000), 5)
    Decimal('200.000000')
    """
    return rounded_quotient(notional, Decimal(leverage), MICRO, Rounding.UP)


def reserve_of(opens: Decimal, price: Decimal, leverage: int, rate: Decimal) -> Decimal:
    """u6(opens × price/leverage) + u6(opens × price × rate): the worst legal fill. Kernel.

    >>> reserve_of(Decimal("0.5"), Decimal(2000), 5, Decimal("0.0005")).normalize()
    Decimal('200.5')
    """
    notional = opens * price
    return initial_margin(notional, leverage) + up(notional * rate, SETTLED)


def reference_price(
    side: Side, limit_price: Decimal | None, mark: Decimal | None, band: Decimal
) -> Decimal | None:
    """R [quote per base]: the limit, or the mark (a buy × (1 + band)); a sell at least the mark.

    None when neither is known. Kernel.
    """
    if limit_price is None:
        if mark is None:
            return None
        return mark * (1 + band) if side is Side.BUY else mark
    if side is Side.SELL and mark is not None:
        return max(limit_price, mark)
    return limit_price


def available(account: Account) -> Decimal:
    """d6(max(0, cash − reserves)): what a new order may lock or the owner may withdraw. Kernel."""
    return down(max(ZERO, account.cash - account.reserved), SETTLED)


def opening_parts(account: Account, symbol: str) -> Iterable[tuple[Order, Decimal]]:
    """Each open order of `symbol`, oldest first, with the part of it that would open. Kernel."""
    held = held_qty(account, symbol)
    left = {side: reducible(held, side) for side in Side}
    for order in oldest_first(account.orders):
        if order.symbol == symbol:
            rest = remaining(order)
            closes = min(rest, left[order.side])
            left[order.side] -= closes
            yield order, ZERO if order.reduce_only else rest - closes


def shortfalls(account: Account, symbol: str) -> Iterable[tuple[Order, Decimal]]:
    """Each open order of `symbol` whose reserve no longer covers its worst fill, with the need.

    Another order closed what this one had counted on closing. Kernel.
    """
    for order, opens in opening_parts(account, symbol):
        needed = reserve_of(opens, order.reference, order.leverage, order.taker_rate)
        if needed > order.reserve:
            yield order, needed
