"""What may be asked of a user's movements. Amounts are in `currency`, `usd` is their worth."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.revenue.movements.rules import MOVEMENT_RULES, MovementRules
from astracore.revenue.movements.types import Decision
from astracore.users.gates import Standing
from astracore.users.types import Tier


@frozen(kw_only=True)
class Deposit:
    """Money has come in for the user."""

    user_id: UserId
    movement_id: str
    amount: Decimal
    currency: str
    usd: Decimal
    tier: Tier
    at: Instant
    rules: MovementRules = MOVEMENT_RULES


@frozen(kw_only=True)
class Withdraw:
    """The user wants money out. `standing`: what gates look at, as it is now."""

    user_id: UserId
    movement_id: str
    amount: Decimal
    currency: str
    usd: Decimal
    destination: str
    standing: Standing
    at: Instant
    rules: MovementRules = MOVEMENT_RULES


@frozen(kw_only=True)
class ReviewMovement:
    """Somebody has looked at a held movement."""

    user_id: UserId
    movement_id: str
    decision: Decision
    by: str
    is_finance: bool
    note: str
    at: Instant
    rules: MovementRules = MOVEMENT_RULES


@frozen(kw_only=True)
class RecordPayout:
    """The bank has paid an approved withdrawal out, or could not."""

    user_id: UserId
    movement_id: str
    paid: bool
    at: Instant
    rules: MovementRules = MOVEMENT_RULES


MovementCommand: TypeAlias = Deposit | Withdraw | ReviewMovement | RecordPayout
