"""What may have happened to a user's movements."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.movements.types import Decision, Direction, Reason


@frozen(kw_only=True)
class FundsDeposited:
    """The money is the user's. `reviewed`: it was held before."""

    TYPE: ClassVar[str] = "astra.financial.funds_deposited.v1"
    user_id: UserId
    movement_id: str
    amount: Decimal
    currency: str
    usd: Decimal
    reviewed: bool
    at: Instant


@frozen(kw_only=True)
class WithdrawalRequested:
    """The user wants money out; it is set aside until `expires_at`."""

    TYPE: ClassVar[str] = "astra.financial.withdrawal_requested.v1"
    user_id: UserId
    movement_id: str
    amount: Decimal
    currency: str
    usd: Decimal
    destination: str
    expires_at: Instant
    at: Instant


@frozen(kw_only=True)
class FundsWithdrawn:
    """The money is out."""

    TYPE: ClassVar[str] = "astra.financial.funds_withdrawn.v1"
    user_id: UserId
    movement_id: str
    amount: Decimal
    currency: str
    usd: Decimal
    at: Instant


@frozen(kw_only=True)
class WithdrawalCancelled:
    """The money stays: it could not be paid out, or not in time."""

    TYPE: ClassVar[str] = "astra.financial.withdrawal_cancelled.v1"
    user_id: UserId
    movement_id: str
    amount: Decimal
    currency: str
    at: Instant


@frozen(kw_only=True)
class MovementHeld:
    """Somebody of role finance has to look at it first."""

    TYPE: ClassVar[str] = "astra.financial.movement_held.v1"
    user_id: UserId
    movement_id: str
    direction: Direction
    amount: Decimal
    currency: str
    usd: Decimal
    reasons: tuple[Reason, ...]
    at: Instant


@frozen(kw_only=True)
class MovementDecided:
    """Somebody has decided, and says why."""

    TYPE: ClassVar[str] = "astra.financial.movement_decided.v1"
    user_id: UserId
    movement_id: str
    direction: Direction
    decision: Decision
    amount: Decimal
    currency: str
    by: str
    note: str
    at: Instant


MovementEvent: TypeAlias = (
    FundsDeposited
    | WithdrawalRequested
    | FundsWithdrawn
    | WithdrawalCancelled
    | MovementHeld
    | MovementDecided
)
