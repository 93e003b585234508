"""An account as its read models know it: enough to ask what a market would do to it."""

from collections.abc import Iterable

from attrs import evolve

from astracore.projections.orders import OrderRow
from astracore.projections.portfolio import PortfolioRow, account_of
from astracore.trading.orders.terms import PLAIN
from astracore.trading.state import Account, Order
from astracore.trading.types import ZERO


def order_of(row: OrderRow, turn: int) -> Order:
    """An open order without what only its account remembers: rates, fills, its list."""
    return Order(
        order_id=row.order_id,
        symbol=row.symbol,
        side=row.side,
        type=row.type,
        qty=row.qty,
        tif=row.tif,
        post_only=row.post_only,
        reduce_only=row.reduce_only,
        status=row.status,
        leverage=row.leverage,
        maker_rate=ZERO,
        taker_rate=ZERO,
        reserve=row.reserve,
        reference=row.reference,
        accepted_at=row.accepted_at,
        executed=row.executed,
        limit_price=row.limit_price,
        protective_price=row.protective_price,
        terms=row.terms or PLAIN,
        margin_mode=row.margin_mode,
        level=row.level,
        turn=turn,
    )


def account_at(row: PortfolioRow, orders: Iterable[OrderRow]) -> Account:
    """The account with its open orders.

    Invariant: ObserveMarket tells something of it exactly when it does of the real one.
    """
    oldest_first = sorted(orders, key=lambda one: (one.accepted_at, one.order_id))
    held = [order_of(one, turn) for turn, one in enumerate(oldest_first)]
    return evolve(account_of(row), orders={one.order_id: one for one in held})
