"""How an account's events change what it remembers: total over everything ever stored."""

import decimal
from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from attrs import evolve

from astracore.ids import OrderId
from astracore.instants import DAY, Instant
from astracore.numeric import EXACT
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
from astracore.trading.orders import FINAL
from astracore.trading.positions import passage
from astracore.trading.state import (
    ENDED_KEPT,
    FILLS_KEPT,
    OPENINGS_KEPT,
    Account,
    Order,
    oldest_first,
)
from astracore.trading.types import ZERO, OrderStatus

ENDINGS: Mapping[type[AccountEvent], OrderStatus] = {
    OrderCancelled: OrderStatus.CANCELLED,
    OrderRejected: OrderStatus.REJECTED,
    OrderExpired: OrderStatus.EXPIRED,
}


def fold(account: Account, event: AccountEvent) -> Account:
    """The account after `event`, whatever decimal context the caller runs under.

    Invariant: reserved is the sum of the open orders' reserves.
    """
    with decimal.localcontext(EXACT):
        match event:
            case TradeExecuted():
                return _traded(account, event)
            case OrderAccepted():
                return _accepted(account, event)
            case OrderAcknowledged() | OrderCancelRefused():
                return _with_status(account, event.order_id, event.status)
            case OrderCancelRequested():
                return _with_status(account, event.order_id, OrderStatus.CANCEL_PENDING)
            case OrderReserveChanged():
                return _reserved(account, event)
            case OrderCancelled() | OrderRejected() | OrderExpired():
                return _ended(account, event.order_id, ENDINGS[type(event)])
            case AccountOpened():
                return _account(event)
            case AccountStatusChanged():
                return evolve(account, status=event.status)
            case LeverageSet():
                chosen = {**account.leverage, event.symbol: event.leverage}
                return evolve(account, leverage=chosen)
            case PositionOpened() | PositionClosed():
                return account  # told by the trade before them already
            case _:
                assert_never(event)


def _account(event: AccountOpened) -> Account:
    """A fresh account."""
    return Account(
        account_id=event.account_id,
        user_id=event.user_id,
        mode=event.mode,
        currency=event.currency,
        cash=event.initial_balance,
        deposits=event.initial_balance,
    )


def _accepted(account: Account, event: OrderAccepted) -> Account:
    """One more open order, its reserve locked."""
    order = Order(
        order_id=event.order_id,
        symbol=event.symbol,
        side=event.side,
        type=event.type,
        qty=event.qty,
        tif=event.tif,
        post_only=event.post_only,
        reduce_only=event.reduce_only,
        status=event.status,
        leverage=event.leverage,
        maker_rate=event.maker_rate,
        taker_rate=event.taker_rate,
        reserve=event.reserve,
        reference=event.reference,
        accepted_at=event.at,
        limit_price=event.limit_price,
        protective_price=event.protective_price,
        client_order_id=event.client_order_id,
        bot_id=event.bot_id,
        turn=account.turns,
    )
    return evolve(
        account,
        turns=account.turns + 1,
        reserved=account.reserved + event.reserve,
        orders={**account.orders, order.order_id: order},
        openings=_openings(account.openings, event.at) if event.opens else account.openings,
    )


def _openings(before: tuple[Instant, ...], at: Instant) -> tuple[Instant, ...]:
    """The opening times of the last 24 hours, at most OPENINGS_KEPT."""
    since = at.micros - DAY
    first = next((n for n, seen in enumerate(before) if seen.micros > since), len(before))
    return (*before[first:], at)[-OPENINGS_KEPT:]


def _with_status(account: Account, order_id: OrderId, status: OrderStatus) -> Account:
    """The open order in another status."""
    order = account.orders.get(order_id)
    if order is None:
        return account
    return evolve(account, orders={**account.orders, order_id: evolve(order, status=status)})


def _reserved(account: Account, event: OrderReserveChanged) -> Account:
    """The open order with another reserve."""
    order = account.orders.get(event.order_id)
    if order is None:
        return account
    changed = evolve(order, reserve=event.reserve)
    return evolve(
        account,
        reserved=account.reserved - order.reserve + event.reserve,
        orders={**account.orders, event.order_id: changed},
    )


def _ended(account: Account, order_id: OrderId, status: OrderStatus) -> Account:
    """The order is over: its reserve is free, and it is remembered for late fills."""
    order = account.orders.get(order_id)
    if order is None:
        return account
    return _moved(account, evolve(order, status=status, reserve=ZERO), order.reserve)


def _moved(account: Account, order: Order, released: Decimal) -> Account:
    """`order` leaves the open ones and joins the newest ENDED_KEPT."""
    last = evolve(order, turn=account.turns)
    return evolve(
        account,
        turns=account.turns + 1,
        reserved=account.reserved - released,
        orders={key: kept for key, kept in account.orders.items() if key != order.order_id},
        ended=_newest({**account.ended, order.order_id: last}),
    )


def _newest(ended: Mapping[OrderId, Order]) -> Mapping[OrderId, Order]:
    """At most ENDED_KEPT orders, the oldest dropped."""
    surplus = len(ended) - ENDED_KEPT
    if surplus <= 0:
        return ended
    return {order.order_id: order for order in oldest_first(ended)[surplus:]}


def _traded(account: Account, event: TradeExecuted) -> Account:
    """Cash, totals, the position and the order after one fill."""
    now = passage(account.positions.get(event.symbol), event).now
    positions = {key: held for key, held in account.positions.items() if key != event.symbol}
    after = evolve(
        account,
        cash=event.cash,
        realised=account.realised + event.realised,
        fees=account.fees + event.fee + event.platform_fee,
        insurance=account.insurance + event.insurance,
        positions=positions if now is None else {**positions, event.symbol: now},
    )
    return _order_filled(after, event)


def _order_filled(account: Account, event: TradeExecuted) -> Account:
    """The order after one fill, open or (a late fill) ended."""
    late = account.ended.get(event.order_id)
    order = account.orders.get(event.order_id, late)
    if order is None:
        return account
    filled = evolve(
        order,
        executed=event.executed,
        status=event.status,
        reserve=event.reserve,
        fill_ids=(*order.fill_ids, event.fill_id)[-FILLS_KEPT:],
    )
    if order is late:
        return evolve(account, ended={**account.ended, event.order_id: filled})
    if event.status in FINAL:
        return _moved(account, filled, order.reserve)
    return evolve(
        account,
        reserved=account.reserved - order.reserve + event.reserve,
        orders={**account.orders, event.order_id: filled},
    )
