"""The life of an order: the whole table of states as data, and one function that reads it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeAlias

from astracore.trading.types import OrderStatus


class Signal(StrEnum):
    """What can come to an order."""

    ACKED = "acked"
    TRIGGERED = "triggered"
    PART_FILL = "part_fill"
    FULL_FILL = "full_fill"
    CANCEL_ASKED = "cancel_asked"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    EXPIRED = "expired"
    NO_ANSWER = "no_answer"


class Step(StrEnum):
    """What happens to a status where the answer is not simply another status."""

    NO_OP = "no_op"  # known already: nothing happens
    WORKING = "working"  # to open, or partially_filled when something is executed
    LATE = "late"  # a fill after the end: booked, the status stays


Move: TypeAlias = OrderStatus | Step

FINAL = frozenset(
    {OrderStatus.FILLED, OrderStatus.CANCELLED, OrderStatus.REJECTED, OrderStatus.EXPIRED}
)
_S = OrderStatus
_WORKING: Mapping[Signal, Move] = {
    Signal.ACKED: Step.NO_OP,
    Signal.PART_FILL: _S.PARTIALLY_FILLED,
    Signal.FULL_FILL: _S.FILLED,
    Signal.CANCEL_ASKED: _S.CANCEL_PENDING,
    Signal.CANCELLED: _S.CANCELLED,
    Signal.EXPIRED: _S.EXPIRED,
}
_ENDED: Mapping[Signal, Move] = {
    Signal.ACKED: Step.NO_OP,
    Signal.PART_FILL: Step.LATE,
    Signal.FULL_FILL: Step.LATE,
    Signal.CANCELLED: Step.NO_OP,
    Signal.REFUSED: Step.NO_OP,
    Signal.EXPIRED: Step.NO_OP,
    Signal.NO_ANSWER: Step.NO_OP,
}
TABLE: Mapping[OrderStatus, Mapping[Signal, Move]] = {
    _S.HELD: {
        Signal.CANCEL_ASKED: _S.CANCELLED,
        Signal.CANCELLED: _S.CANCELLED,
        Signal.EXPIRED: _S.EXPIRED,
    },
    _S.PENDING: {
        **_WORKING,
        Signal.ACKED: _S.OPEN,
        Signal.REFUSED: _S.REJECTED,
        Signal.NO_ANSWER: _S.UNKNOWN,
    },
    _S.UNTRIGGERED: {
        **_WORKING,
        Signal.TRIGGERED: _S.PENDING,
        Signal.CANCEL_ASKED: _S.CANCELLED,
        Signal.REFUSED: _S.REJECTED,
    },
    _S.OPEN: _WORKING,
    _S.PARTIALLY_FILLED: _WORKING,
    _S.CANCEL_PENDING: {
        **_WORKING,
        Signal.PART_FILL: _S.CANCEL_PENDING,
        Signal.CANCEL_ASKED: Step.NO_OP,
        Signal.REFUSED: Step.WORKING,
        Signal.NO_ANSWER: _S.UNKNOWN,
    },
    _S.UNKNOWN: {
        **_WORKING,
        Signal.ACKED: _S.OPEN,
        Signal.REFUSED: _S.REJECTED,
        Signal.NO_ANSWER: Step.NO_OP,
    },
    **dict.fromkeys(sorted(FINAL), _ENDED),
}


def transition(status: OrderStatus, signal: Signal) -> Move | None:
    """Where `signal` takes an order in `status`; None where that cannot happen.

    Invariant: a final status never leads to another status.
    >>> transition(OrderStatus.OPEN, Signal.CANCEL_ASKED)
    <OrderStatus.CANCEL_PENDING: 'cancel_pending'>
    >>> transition(OrderStatus.FILLED, Signal.CANCEL_ASKED) is None
    True
    """
    return TABLE[status].get(signal)
