"""Orders as their owner sees them: all of them newest first, and those still working."""

import decimal
from collections.abc import Mapping
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
from astracore.trading.contracts.kinds import ONE
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
from astracore.trading.order_events import (
    ChildReleased,
    OrderAmended,
    OrderTriggered,
    OrderUnanswered,
    TrailingMoved,
)
from astracore.trading.orders.states import FINAL
from astracore.trading.orders.terms import OrderTerms
from astracore.trading.positions import average
from astracore.trading.types import (
    ZERO,
    ContractKind,
    MarginMode,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)

OrderEvent: TypeAlias = (
    OrderAccepted
    | OrderAmended
    | OrderTriggered
    | TrailingMoved
    | ChildReleased
    | OrderUnanswered
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
    OrderAmended,
    OrderTriggered,
    TrailingMoved,
    ChildReleased,
    OrderUnanswered,
    OrderAcknowledged,
    OrderReserveChanged,
    OrderCancelRequested,
    OrderCancelRefused,
    OrderCancelled,
    OrderRejected,
    OrderExpired,
    TradeExecuted,
)

ENDINGS: Mapping[type[OrderEvent], OrderStatus] = {
    OrderCancelled: OrderStatus.CANCELLED,
    OrderRejected: OrderStatus.REJECTED,
    OrderExpired: OrderStatus.EXPIRED,
}


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
    terms: OrderTerms | None = None
    list_id: str | None = None
    parent_id: OrderId | None = None
    margin_mode: MarginMode = MarginMode.ISOLATED
    level: Decimal | None = None  # where a conditional order fires [quote per base]
    reference: Decimal = ZERO  # what the reserve was computed at [quote per base]
    revision: int = 0
    protects: bool = False  # kept at the position's size
    last_price: Decimal | None = None  # of its newest fill [quote per base]
    triggered: bool = False


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
        case OrderAmended() | OrderTriggered() | TrailingMoved() | ChildReleased():
            return refigured(row, event)
        case OrderUnanswered():
            return changed(row, status=OrderStatus.UNKNOWN, updated_at=event.at)
        case OrderCancelled() | OrderRejected() | OrderExpired():
            return ended(row, event, ENDINGS[type(event)])
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
        terms=event.terms,
        list_id=event.list_id,
        parent_id=event.parent_id,
        margin_mode=event.margin_mode or MarginMode.ISOLATED,
        level=event.level,
        reference=event.reference,
        protects=bool(event.protects),
    )


def refigured(
    row: OrderRow, event: OrderAmended | OrderTriggered | TrailingMoved | ChildReleased
) -> OrderRow:
    """The order wants something else than before."""
    match event:
        case OrderAmended():
            terms = row.terms
            if terms is not None and event.stop_price is not None:
                terms = changed(terms, stop_price=event.stop_price)
            return changed(
                row,
                qty=event.qty,
                limit_price=event.limit_price,
                terms=terms,
                level=row.level if event.stop_price is None else event.stop_price,
                reference=event.reference,
                reserve=event.reserve,
                revision=event.revision,
                updated_at=event.at,
            )
        case OrderTriggered():
            return changed(
                row,
                status=OrderStatus.PENDING,
                level=event.level,
                limit_price=event.limit_price or row.limit_price,
                protective_price=event.protective_price,
                triggered=True,
                updated_at=event.at,
            )
        case TrailingMoved():
            return changed(row, level=event.level, updated_at=event.at)
        case ChildReleased():
            return changed(
                row, qty=event.qty, status=event.status, reserve=event.reserve, updated_at=event.at
            )
        case _:
            assert_never(event)


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
            average_price=average_of(event, notional),
            last_price=event.price,
            updated_at=event.at,
        )


def average_of(event: TradeExecuted, notional: Decimal) -> Decimal | None:
    """The average price of what was executed; inverse contracts are averaged by value. Kernel."""
    units = event.executed * (ONE if event.multiplier is None else event.multiplier)
    if event.contract is ContractKind.INVERSE:
        return average(units, notional)
    return average(notional, units)


def evolve_open(row: OrderRow | None, envelope: Envelope[OrderEvent], key: str) -> OrderRow | None:
    """The same row while the order works; a final status takes it away."""
    after = evolve(row, envelope, key)
    return None if after is not None and after.status in FINAL else after


ORDERS: Projection[OrderEvent, OrderRow] = Projection(
    name="orders",
    version=2,
    events=EVENTS,
    keys=lambda envelope: (envelope.event.order_id,),
    evolve=evolve,
    row=codec(OrderRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.accepted_at),
)
OPEN_ORDERS: Projection[OrderEvent, OrderRow] = Projection(
    name="open_orders",
    version=2,
    events=EVENTS,
    keys=lambda envelope: (envelope.event.order_id,),
    evolve=evolve_open,
    row=codec(OrderRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.accepted_at),
)
