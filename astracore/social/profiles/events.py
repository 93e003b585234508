"""What may have happened to a profile."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant


class Topic(StrEnum):
    """What an endorsement is about."""

    ANALYSIS = "analysis"
    RISK = "risk"
    TEACHING = "teaching"
    TEAMWORK = "teamwork"
    HONESTY = "honesty"


@frozen(kw_only=True)
class Followed:
    """`actor_id` reads what `target_id` posts."""

    TYPE: ClassVar[str] = "astra.social.followed.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class Unfollowed:
    """`actor_id` no longer follows `target_id`."""

    TYPE: ClassVar[str] = "astra.social.unfollowed.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class Blocked:
    """Neither sees the other from now on."""

    TYPE: ClassVar[str] = "astra.social.blocked.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class Unblocked:
    """The block is lifted; what it removed does not come back."""

    TYPE: ClassVar[str] = "astra.social.unblocked.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class Endorsed:
    """`actor_id` vouches for `target_id`, or against; it replaces what was said before."""

    TYPE: ClassVar[str] = "astra.social.endorsed.v1"
    actor_id: UserId
    target_id: UserId
    positive: bool
    topic: Topic
    tier: int
    mutual: bool
    at: Instant


@frozen(kw_only=True)
class EndorsementWithdrawn:
    """The endorsement counts no longer."""

    TYPE: ClassVar[str] = "astra.social.endorsement_withdrawn.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class EndorsementMarked:
    """The endorsement became mutual, or is so no longer."""

    TYPE: ClassVar[str] = "astra.social.endorsement_marked.v1"
    actor_id: UserId
    target_id: UserId
    mutual: bool
    at: Instant


@frozen(kw_only=True)
class SpotlightVoted:
    """A vote for the month's spotlight; `votes` are all of this month."""

    TYPE: ClassVar[str] = "astra.social.spotlight_voted.v1"
    actor_id: UserId
    target_id: UserId
    month: str  # 2026-03
    weight: int
    votes: int


@frozen(kw_only=True)
class RatingChanged:
    """The rating is another; `positive` and `negative` are the summed weights it comes from."""

    TYPE: ClassVar[str] = "astra.social.rating_changed.v1"
    user_id: UserId
    old: Decimal
    new: Decimal
    positive: Decimal
    negative: Decimal
    at: Instant


ProfileEvent: TypeAlias = (
    Followed
    | Unfollowed
    | Blocked
    | Unblocked
    | Endorsed
    | EndorsementWithdrawn
    | EndorsementMarked
    | SpotlightVoted
    | RatingChanged
)
