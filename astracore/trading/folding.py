"""How an account's events change what it remembers: total over everything ever stored."""

import decimal
from typing import TypeAlias, assert_never

from attrs import evolve

from astracore.numeric import EXACT
from astracore.trading import money_folding as money
from astracore.trading import order_folding as orders
from astracore.trading.events import (
    AccountEvent,
    AccountOpened,
    AccountStatusChanged,
    LeverageSet,
    OrderAccepted,
    OrderAcknowledged,
    OrderCancelled,
    OrderCancelRefused,
    OrderCancelRequested,
    OrderExpired,
    OrderRejected,
    OrderReserveChanged,
    PositionClosed,
    PositionOpened,
    TradeExecuted,
)
from astracore.trading.money_events import (
    AccountReset,
    CashMoved,
    FundingPaid,
    LiquidationStarted,
    MarginAdjusted,
    MarginModeSet,
    PositionLiquidated,
    PositionModeSet,
)
from astracore.trading.order_events import (
    ChildReleased,
    ListPlaced,
    OrderAmended,
    OrderTriggered,
    OrderUnanswered,
    ProtectionSet,
    ReconciliationFlagged,
    TrailingMoved,
)
from astracore.trading.state import Account
from astracore.trading.types import OrderStatus

OfMoney: TypeAlias = (
    AccountOpened
    | AccountStatusChanged
    | LeverageSet
    | TradeExecuted
    | AccountReset
    | CashMoved
    | MarginModeSet
    | PositionModeSet
    | MarginAdjusted
    | FundingPaid
    | PositionLiquidated
)
OfNote: TypeAlias = (  # told by the events beside them already
    PositionOpened | PositionClosed | LiquidationStarted | ProtectionSet | ReconciliationFlagged
)
OfFigures: TypeAlias = ListPlaced | OrderAmended | OrderTriggered | TrailingMoved | ChildReleased
OfOrders: TypeAlias = (
    OrderAccepted
    | OrderAcknowledged
    | OrderCancelRefused
    | OrderCancelRequested
    | OrderReserveChanged
    | OrderCancelled
    | OrderRejected
    | OrderExpired
    | ListPlaced
    | OrderAmended
    | OrderTriggered
    | TrailingMoved
    | ChildReleased
    | OrderUnanswered
)


def fold(account: Account, event: AccountEvent) -> Account:
    """The account after `event`, whatever decimal context the caller runs under.

    Invariant: reserved is the sum of the open orders' reserves.
    """
    with decimal.localcontext(EXACT):
        if isinstance(event, OfNote):
            return account
        if isinstance(event, OfMoney):
            return _of_money(account, event)
        return _of_orders(account, event)


def _of_money(account: Account, event: OfMoney) -> Account:
    """What happened to cash, positions and settings."""
    match event:
        case TradeExecuted():
            return money.traded(account, event)
        case AccountOpened():
            return money.opened(event)
        case AccountStatusChanged():
            return evolve(account, status=event.status)
        case LeverageSet():
            chosen = {**account.leverage, event.symbol: event.leverage}
            return evolve(account, leverage=chosen)
        case AccountReset():
            return money.reset(account, event)
        case CashMoved():
            return money.cash_moved(account, event)
        case MarginModeSet():
            return money.mode_set(account, event)
        case PositionModeSet():
            return evolve(account, position_mode=event.position_mode)
        case MarginAdjusted():
            return money.margin_adjusted(account, event)
        case FundingPaid():
            return money.funded(account, event)
        case PositionLiquidated():
            return money.liquidated(account, event)
        case _:
            assert_never(event)


def _of_orders(account: Account, event: OfOrders) -> Account:
    """What happened to orders and lists."""
    match event:
        case OrderAccepted():
            return orders.accepted(account, event)
        case OrderAcknowledged() | OrderCancelRefused():
            return orders.with_status(account, event.order_id, event.status)
        case OrderCancelRequested():
            return orders.with_status(account, event.order_id, OrderStatus.CANCEL_PENDING)
        case OrderUnanswered():
            return orders.with_status(account, event.order_id, OrderStatus.UNKNOWN)
        case OrderReserveChanged():
            return orders.reserved(account, event)
        case OrderCancelled():
            return orders.ended(account, event.order_id, OrderStatus.CANCELLED)
        case OrderRejected():
            return orders.ended(account, event.order_id, OrderStatus.REJECTED)
        case OrderExpired():
            return orders.ended(account, event.order_id, OrderStatus.EXPIRED)
        case ListPlaced() | OrderAmended() | OrderTriggered() | TrailingMoved() | ChildReleased():
            return _of_figures(account, event)
        case _:
            assert_never(event)


def _of_figures(account: Account, event: OfFigures) -> Account:
    """What orders now want, and which of them know each other."""
    match event:
        case ListPlaced():
            return orders.listed(account, event)
        case OrderAmended():
            return orders.amended(account, event)
        case OrderTriggered():
            return orders.triggered(account, event)
        case TrailingMoved():
            return orders.trailed(account, event)
        case ChildReleased():
            return orders.released(account, event)
        case _:
            assert_never(event)
