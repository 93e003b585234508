"""What the venue says about an order besides fills: acknowledged, refused, cancelled, expired."""

from typing import TypeAlias, assert_never

from returns.result import Result, Success

from astracore.errors.trading import InvalidTransition, Refused, UnknownOrder, refused
from astracore.trading.commands import RecordAck, RecordCancel, RecordRefusal
from astracore.trading.events import (
    AccountEvent,
    OrderAcknowledged,
    OrderCancelled,
    OrderCancelRefused,
    OrderExpired,
    OrderRejected,
)
from astracore.trading.orders import Move, Signal, Step, transition
from astracore.trading.state import Account, Order
from astracore.trading.types import ZERO, OrderStatus

Decided = Result[tuple[AccountEvent, ...], Refused]
Report: TypeAlias = RecordAck | RecordCancel | RecordRefusal


def record_report(command: Report, account: Account) -> Decided:
    """Book an acknowledgement, a cancellation or a refusal; what is known already is a no-op.

    Errors: unknown_order, invalid_transition.
    """
    order = account.orders.get(command.order_id, account.ended.get(command.order_id))
    if order is None:
        return refused(UnknownOrder(command.order_id))
    match command:
        case RecordAck():
            return _acknowledged(command, account, order)
        case RecordCancel():
            return Success(_cancelled(command, account, order))
        case RecordRefusal():
            return _refused(command, account, order)
        case _:
            assert_never(command)


def impossible(order: Order, signal: Signal) -> Decided:
    """The refusal of a signal that cannot come to the order as it stands."""
    return refused(InvalidTransition(order.order_id, order.status.value, signal.value))


def _acknowledged(command: RecordAck, account: Account, order: Order) -> Decided:
    move = transition(order.status, Signal.ACKED)
    if move is None:
        return impossible(order, Signal.ACKED)
    if not isinstance(move, OrderStatus):
        return Success(())
    return Success(
        (
            OrderAcknowledged(
                account_id=account.account_id,
                order_id=order.order_id,
                venue_order_id=command.venue_order_id,
                status=move,
                at=command.at,
            ),
        )
    )


def _cancelled(command: RecordCancel, account: Account, order: Order) -> tuple[AccountEvent, ...]:
    signal = Signal.EXPIRED if command.expired else Signal.CANCELLED
    if transition(order.status, signal) is Step.NO_OP:
        return ()
    ending = OrderExpired if command.expired else OrderCancelled
    return (
        ending(
            account_id=account.account_id,
            order_id=order.order_id,
            symbol=order.symbol,
            reason=command.reason,
            executed=order.executed,
            reserve_released=order.reserve,
            at=command.at,
        ),
    )


def _refused(command: RecordRefusal, account: Account, order: Order) -> Decided:
    move: Move | None = transition(order.status, Signal.REFUSED)
    if move is None:
        return impossible(order, Signal.REFUSED)
    if move is Step.NO_OP:
        return Success(())
    if move is Step.WORKING:
        working = OrderStatus.OPEN if order.executed == ZERO else OrderStatus.PARTIALLY_FILLED
        return Success(
            (
                OrderCancelRefused(
                    account_id=account.account_id,
                    order_id=order.order_id,
                    status=working,
                    reason=command.reason,
                    at=command.at,
                ),
            )
        )
    return Success(
        (
            OrderRejected(
                account_id=account.account_id,
                order_id=order.order_id,
                symbol=order.symbol,
                reason=command.reason,
                executed=order.executed,
                reserve_released=order.reserve,
                at=command.at,
            ),
        )
    )
