"""What the venue says about an order besides fills: acknowledged, refused, cancelled, expired."""

from typing import TypeAlias, assert_never

from returns.result import Result, Success

from astracore.errors.trading import InvalidTransition, Refused, UnknownOrder, refused
from astracore.trading.commands import RecordAck, RecordCancel, RecordQuery, RecordRefusal
from astracore.trading.events import (
    AccountEvent,
    OrderAcknowledged,
    OrderCancelled,
    OrderCancelRefused,
    OrderExpired,
    OrderRejected,
)
from astracore.trading.order_events import OrderUnanswered, ReconciliationFlagged
from astracore.trading.orders.states import Move, Signal, Step, transition
from astracore.trading.orders.terms import RULES
from astracore.trading.state import Account, Order
from astracore.trading.steps.endings import over
from astracore.trading.telling import Told
from astracore.trading.types import ZERO, AccountMode, OrderStatus

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
    waits = RULES[order.type].trigger is not None and order.protective_price is None
    if waits and account.mode is AccountMode.LIVE:
        move = OrderStatus.UNTRIGGERED  # a live venue watches the trigger itself
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
    event = ending(
        account_id=account.account_id,
        order_id=order.order_id,
        symbol=order.symbol,
        reason=command.reason,
        executed=order.executed,
        reserve_released=order.reserve,
        at=command.at,
    )
    return over(Told(account), order, event, command.at).events


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
    event = OrderRejected(
        account_id=account.account_id,
        order_id=order.order_id,
        symbol=order.symbol,
        reason=command.reason,
        executed=order.executed,
        reserve_released=order.reserve,
        at=command.at,
    )
    return Success(over(Told(account), order, event, command.at).events)


def record_query(command: RecordQuery, account: Account) -> Decided:
    """Book what a venue answered about an order, or that it gave no answer.

    Nothing is assumed: an order without an answer is unknown until a query or a fill settles it.
    What the venue executed and we do not know is flagged; its fills come by themselves.
    Errors: unknown_order, invalid_transition.
    """
    order = account.orders.get(command.order_id, account.ended.get(command.order_id))
    if order is None:
        return refused(UnknownOrder(command.order_id))
    told = Told(account)
    if command.status is not None and command.executed != order.executed:
        told = told.plus(
            ReconciliationFlagged(
                account_id=account.account_id,
                order_id=order.order_id,
                kind="executed",
                expected=order.executed,
                reported=command.executed,
                at=command.at,
            )
        )
    if command.status is None:
        return _unanswered(command, account, order)
    report = _as_report(command, command.status)
    if report is None:
        return Success(told.events)
    return record_report(report, account).map(lambda events: (*told.events, *events))


def _as_report(command: RecordQuery, status: OrderStatus) -> Report | None:
    """The report that the answer stands for; a filled order's fills say so themselves."""
    if status in {OrderStatus.CANCELLED, OrderStatus.EXPIRED}:
        return RecordCancel(
            account_id=command.account_id,
            order_id=command.order_id,
            reason="query",
            at=command.at,
            expired=status is OrderStatus.EXPIRED,
        )
    if status is OrderStatus.REJECTED:
        return RecordRefusal(
            account_id=command.account_id, order_id=command.order_id, reason="query", at=command.at
        )
    if status is OrderStatus.FILLED:
        return None
    return RecordAck(
        account_id=command.account_id,
        order_id=command.order_id,
        venue_order_id=command.venue_order_id,
        at=command.at,
    )


def _unanswered(command: RecordQuery, account: Account, order: Order) -> Decided:
    """No answer: the order is unknown, where the table says so."""
    move = transition(order.status, Signal.NO_ANSWER)
    if move is None:
        return impossible(order, Signal.NO_ANSWER)
    if not isinstance(move, OrderStatus):
        return Success(())
    return Success(
        (OrderUnanswered(account_id=account.account_id, order_id=order.order_id, at=command.at),)
    )
