"""Orders as their owner sees them: all of them newest first, and those still working."""

import decimal
from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import AccountId, OrderId, UserId
from astracore.instants import Instant
from astracore.numeric import EXACT
from astracore.projections.sorting import newest_first
from astracore.trading.events import (
    OrderAccepted,
    OrderAcknowledged,
    OrderCancelled,
    OrderCancelRefused,
    OrderCancelRequested,
    OrderExpired,
    OrderRejected,
    OrderReserveChanged,
    TradeExecuted,
)
from astracore.trading.orders import FINAL
from astracore.trading.positions import average
from astracore.trading.types import ZERO, OrderStatus, OrderType, Side, TimeInForce

OrderEvent: TypeAlias = (
    OrderAccepted
    | OrderAcknowledged
    | OrderReserveChanged
    | OrderCancelRequested
    | OrderCancelRefused
    | OrderCancelled
    | OrderRejected
    | OrderExpired
    | TradeExecuted
)
EVENTS = (
    OrderAccepted,
    OrderAcknowledged,
    OrderReserveChanged,
    OrderCancelRequested,
    OrderCancelRefused,
    OrderCancelled,
    OrderRejected,
    OrderExpired,
    TradeExecuted,
)


@frozen(kw_only=True)
class OrderRow:
    """One order. `executed`, `qty` [base]; `notional`, `fees`, `reserve` [account currency]."""

    order_id: OrderId
    account_id: AccountId
    user_id: UserId
    symbol: str
    side: Side
    type: OrderType
    qty: Decimal
    tif: TimeInForce
    post_only: bool
    reduce_only: bool
    status: OrderStatus
    leverage: int
    reserve: Decimal
    is_practice: bool
    accepted_at: Instant
    updated_at: Instant
    executed: Decimal = ZERO
    notional: Decimal = ZERO
    fees: Decimal = ZERO
    realised: Decimal = ZERO
    average_price: Decimal | None = None  # of what was executed, 8 decimals
    limit_price: Decimal | None = None
    protective_price: Decimal | None = None
    client_order_id: str | None = None
    bot_id: str | None = None
    venue_order_id: str | None = None
    reason: str | None = None


def evolve(row: OrderRow | None, envelope: Envelope[OrderEvent], _key: str) -> OrderRow | None:
    """Fold one event; nothing is known of an order before it was accepted."""
    event = envelope.event
    if isinstance(event, OrderAccepted):
        return accepted(event)
    if row is None:
        return None
    match event:
        case OrderAcknowledged():
            return changed(
                row,
                venue_order_id=event.venue_order_id,
                status=event.status,
                updated_at=event.at,
            )
        case OrderReserveChanged():
            return changed(row, reserve=event.reserve, updated_at=event.at)
        case OrderCancelRequested():
            return changed(row, status=OrderStatus.CANCEL_PENDING, updated_at=event.at)
        case OrderCancelRefused():
            return changed(row, status=event.status, updated_at=event.at)
        case OrderCancelled():
            return ended(row, event, OrderStatus.CANCELLED)
        case OrderRejected():
            return ended(row, event, OrderStatus.REJECTED)
        case OrderExpired():
            return ended(row, event, OrderStatus.EXPIRED)
        case TradeExecuted():
            return filled(row, event)
        case _:
            assert_never(event)


def accepted(event: OrderAccepted) -> OrderRow:
    """A fresh order."""
    return OrderRow(
        order_id=event.order_id,
        account_id=event.account_id,
        user_id=event.user_id,
        symbol=event.symbol,
        side=event.side,
        type=event.type,
        qty=event.qty,
        tif=event.tif,
        post_only=event.post_only,
        reduce_only=event.reduce_only,
        status=event.status,
        leverage=event.leverage,
        reserve=event.reserve,
        is_practice=event.is_practice,
        accepted_at=event.at,
        updated_at=event.at,
        limit_price=event.limit_price,
        protective_price=event.protective_price,
        client_order_id=event.client_order_id,
        bot_id=event.bot_id,
    )


def ended(
    row: OrderRow, event: OrderCancelled | OrderRejected | OrderExpired, status: OrderStatus
) -> OrderRow:
    """The order is over, and says why."""
    return changed(row, status=status, reason=event.reason, reserve=ZERO, updated_at=event.at)


def filled(row: OrderRow, event: TradeExecuted) -> OrderRow:
    """The order after one fill, a late one included."""
    with decimal.localcontext(EXACT):
        notional = row.notional + event.notional
        return changed(
            row,
            status=event.status,
            executed=event.executed,
            reserve=event.reserve,
            notional=notional,
            fees=row.fees + event.fee + event.platform_fee,
            realised=row.realised + event.realised,
            average_price=average(notional, event.executed),
            updated_at=event.at,
        )


def evolve_open(row: OrderRow | None, envelope: Envelope[OrderEvent], key: str) -> OrderRow | None:
    """The same row while the order works; a final status takes it away."""
    after = evolve(row, envelope, key)
    return None if after is not None and after.status in FINAL else after


ORDERS: Projection[OrderEvent, OrderRow] = Projection(
    name="orders",
    version=1,
    events=EVENTS,
    keys=lambda envelope: (envelope.event.order_id,),
    evolve=evolve,
    row=codec(OrderRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.accepted_at),
)
OPEN_ORDERS: Projection[OrderEvent, OrderRow] = Projection(
    name="open_orders",
    version=1,
    events=EVENTS,
    keys=lambda envelope: (envelope.event.order_id,),
    evolve=evolve_open,
    row=codec(OrderRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.accepted_at),
)
