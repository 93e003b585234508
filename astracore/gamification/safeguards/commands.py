"""What may be asked of a player's safeguards."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.gamification.safeguards.scores import Behaviour
from astracore.ids import UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class Limits:
    """The player's own limits; None where there is none. The smaller, the tighter."""

    daily_loss: Decimal | None = None  # [USD]
    orders_day: int | None = None  # opening orders
    session_minutes: int | None = None


@frozen(kw_only=True)
class SetSafeguards:
    """Set one's own limits: all of them, as they shall be."""

    user_id: UserId
    limits: Limits
    at: Instant


@frozen(kw_only=True)
class SelfExclude:
    """Stay away for so many days."""

    user_id: UserId
    days: int
    at: Instant


@frozen(kw_only=True)
class ObserveBehaviour:
    """What was seen of the player just now, by whoever watches."""

    user_id: UserId
    behaviour: Behaviour
    utc_offset: int = 0
    at: Instant


SafeguardCommand: TypeAlias = SetSafeguards | SelfExclude | ObserveBehaviour
