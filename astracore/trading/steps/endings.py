"""How orders end or change by a rule of the account, and what that means for their lists."""

from decimal import Decimal
from typing import assert_never

from attrs import evolve

from astracore.ids import OrderId
from astracore.instants import Instant
from astracore.trading.events import (
    OrderCancelled,
    OrderCancelRequested,
    OrderExpired,
    OrderRejected,
    OrderReserveChanged,
)
from astracore.trading.order_events import ChildReleased, OrderAmended
from astracore.trading.order_folding import ended_step
from astracore.trading.orders.groups import Act, GroupStep, Instruction
from astracore.trading.orders.states import Signal, transition
from astracore.trading.orders.terms import RULES
from astracore.trading.pnl import available_at
from astracore.trading.positions import reducible
from astracore.trading.reserves import (
    NO_MARKS,
    held_qty,
    need_of,
    shares,
    sharing,
    shortfalls,
    unclaimed,
)
from astracore.trading.state import Account, Order, oldest_first
from astracore.trading.telling import Told
from astracore.trading.types import ZERO, AccountMode, OrderStatus


def first_status(account: Account, order: Order) -> OrderStatus:
    """Where an order starts: a practice account watches triggers itself, else the venue."""
    waits = RULES[order.type].trigger is not None and account.mode is AccountMode.PRACTICE
    return OrderStatus.UNTRIGGERED if waits else OrderStatus.PENDING


def cancelled(told: Told, order: Order, reason: str, at: Instant) -> Told:
    """What is left of the order is gone; its list follows."""
    event = OrderCancelled(
        account_id=told.account.account_id,
        order_id=order.order_id,
        symbol=order.symbol,
        reason=reason,
        executed=order.executed,
        reserve_released=order.reserve,
        at=at,
    )
    return over(told, order, event, at)


def over(
    told: Told, order: Order, event: OrderCancelled | OrderExpired | OrderRejected, at: Instant
) -> Told:
    """An end, what its list makes of it, and the reserves that others now need."""
    step = ended_step(told.account, order)
    after = carried(told.plus(event), step, at)
    return after if order.list_id is None else topped(after, order.key, at)


def cancel_asked(told: Told, order: Order, reason: str, at: Instant) -> Told:
    """order_cancel_requested; an order that no venue has is cancelled here and now.

    Nothing when it is being cancelled already.
    """
    move = transition(order.status, Signal.CANCEL_ASKED)
    local = told.account.mode is AccountMode.PRACTICE or order.status is OrderStatus.HELD
    if move is OrderStatus.CANCELLED and local:
        return cancelled(told, order, reason, at)
    if not isinstance(move, OrderStatus):
        return told
    return told.plus(
        OrderCancelRequested(
            account_id=told.account.account_id,
            order_id=order.order_id,
            symbol=order.symbol,
            reason=reason,
            at=at,
        )
    )


def carried(told: Told, step: GroupStep | None, at: Instant) -> Told:
    """What a list's step wants done, in its order."""
    for instruction in () if step is None else step.instructions:
        order = told.account.orders.get(OrderId(instruction.order_id))
        if order is not None:
            told = _done(told, order, instruction, at)
    return told


def _done(told: Told, order: Order, instruction: Instruction, at: Instant) -> Told:
    """One instruction."""
    match instruction.act:
        case Act.CANCEL:
            return cancel_asked(told, order, "list", at)
        case Act.START:
            return released(told, order, instruction.qty, at)
        case Act.LOWER | Act.RAISE:
            return resized(told, order, instruction.qty, "list", at)
        case _:
            assert_never(instruction.act)


def released(told: Told, order: Order, qty: Decimal, at: Instant) -> Told:
    """A held order starts for `qty`, or goes when its reserve cannot be had."""
    account = told.account
    opens = ZERO
    if not order.reduce_only:
        opens = max(ZERO, qty - unclaimed(account, order.key, order.side))
    needed = need_of(order, opens)
    if needed - order.reserve > available_at(account, NO_MARKS):
        return cancelled(told, order, "insufficient_margin", at)
    group = account.groups.get(order.list_id or "")
    parent = order.order_id if group is None else OrderId(group.legs[0].order_id)
    return told.plus(
        ChildReleased(
            account_id=account.account_id,
            order_id=order.order_id,
            parent_id=parent,
            symbol=order.symbol,
            qty=qty,
            status=first_status(account, order),
            reserve=needed,
            at=at,
        )
    )


def resized(told: Told, order: Order, qty: Decimal, reason: str, at: Instant) -> Told:
    """The order may fill `qty` in all; nothing when that is so already."""
    if qty == order.qty or order.status is OrderStatus.HELD:
        return told
    lowered = evolve(order, qty=qty)
    reserve = order.reserve
    if qty < order.qty:
        reserve = min(reserve, need_of(order, lowered.qty - order.executed))
    return told.plus(
        OrderAmended(
            account_id=told.account.account_id,
            order_id=order.order_id,
            symbol=order.symbol,
            revision=order.revision + 1,
            qty=qty,
            limit_price=order.limit_price,
            stop_price=order.terms.stop_price,
            reference=order.reference,
            reserve=reserve,
            keeps_priority=qty < order.qty,
            reason=reason,
            at=at,
        )
    )


def rehomed(told: Told, order: Order, at: Instant) -> Told:
    """The reserve that a list shares moves to the leg that is filled: it pays."""
    name = sharing(told.account, order)
    if name == order.order_id or order.order_id not in told.account.orders:
        return told
    legs = shares(told.account, order.key).get((name, order.side), ())
    others = [leg for leg in legs if leg.order_id != order.order_id and leg.reserve != ZERO]
    if not others:
        return told
    whole = order.reserve + sum((leg.reserve for leg in others), ZERO)
    for leg in others:
        told = told.plus(_reserve(told.account, leg, ZERO, at))
    return told.plus(_reserve(told.account, order, whole, at))


def _reserve(account: Account, order: Order, reserve: Decimal, at: Instant) -> OrderReserveChanged:
    """The order with another reserve."""
    return OrderReserveChanged(
        account_id=account.account_id, order_id=order.order_id, reserve=reserve, at=at
    )


def rebalanced(told: Told, key: str, at: Instant) -> Told:
    """After a position changed: idle reduce-only orders go, protection has its size, others lock
    what they had counted on closing.
    """
    for order in oldest_first(told.account.orders):
        current = told.account.orders.get(order.order_id)
        if current is not None and current.key == key and current.status is not OrderStatus.HELD:
            told = _kept_reducing(told, current, at)
    return topped(told, key, at)


def _kept_reducing(told: Told, order: Order, at: Instant) -> Told:
    """A reduce-only order with nothing to reduce goes; one that protects follows the size."""
    left = reducible(held_qty(told.account, order.key), order.side)
    if order.reduce_only and left == ZERO:
        return cancel_asked(told, order, "reduce_only_no_position", at)
    if order.protects:
        return resized(told, order, order.executed + left, "position", at)
    return told


def topped(told: Told, key: str, at: Instant) -> Told:
    """Each order whose need exceeds its reserve locks more, or goes when that is not there."""
    for order, needed in tuple(shortfalls(told.account, key)):
        if needed - order.reserve > available_at(told.account, NO_MARKS):
            told = cancel_asked(told, order, "insufficient_margin", at)
        else:
            told = told.plus(_reserve(told.account, order, needed, at))
    return told
