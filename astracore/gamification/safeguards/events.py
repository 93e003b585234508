"""What may have happened to a player's safeguards."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.gamification.safeguards.commands import Limits
from astracore.gamification.safeguards.rules import Cause
from astracore.ids import UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class SafeguardsSet:
    """What is tighter holds at once; from `effective_at` on all is as it was asked for."""

    TYPE: ClassVar[str] = "astra.gamification.safeguards_set.v1"
    user_id: UserId
    now: Limits
    asked: Limits
    effective_at: Instant
    at: Instant


@frozen(kw_only=True)
class SelfExcluded:
    """The player stays away until then; this is never shortened."""

    TYPE: ClassVar[str] = "astra.gamification.self_excluded.v1"
    user_id: UserId
    until: Instant
    at: Instant


@frozen(kw_only=True)
class CoolOffStarted:
    """No opening orders until then; closing ones always pass."""

    TYPE: ClassVar[str] = "astra.gamification.cool_off_started.v1"
    user_id: UserId
    until: Instant
    cause: Cause
    habit: Decimal
    overtrading: Decimal
    stress: Decimal
    at: Instant


@frozen(kw_only=True)
class ShowsPaused:
    """Nothing is shown until then, or only what teaches."""

    TYPE: ClassVar[str] = "astra.gamification.shows_paused.v1"
    user_id: UserId
    until: Instant
    cause: Cause
    only_educational: bool
    at: Instant


@frozen(kw_only=True)
class BehaviourWarned:
    """The player was told: a warning, or a suggestion to rest."""

    TYPE: ClassVar[str] = "astra.gamification.behaviour_warned.v1"
    user_id: UserId
    cause: Cause
    at: Instant


SafeguardEvent: TypeAlias = (
    SafeguardsSet | SelfExcluded | CoolOffStarted | ShowsPaused | BehaviourWarned
)
