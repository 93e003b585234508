"""What may have happened to a challenge."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.challenges.rules import ChallengeKind, TemplateName
from astracore.social.feats import PlayMode
from astracore.social.ids import ChallengeId


@frozen(kw_only=True)
class ChallengeCreated:
    """`user_id` set a challenge and begins with `equity`; alone it runs at once, until `due_at`."""

    TYPE: ClassVar[str] = "astra.social.challenge_created.v1"
    challenge_id: ChallengeId
    user_id: UserId
    template: TemplateName
    kind: ChallengeKind
    mode: PlayMode
    friend_id: UserId | None
    equity: Decimal
    due_at: Instant | None
    at: Instant


@frozen(kw_only=True)
class ChallengeJoined:
    """`user_id` takes part from now, with `equity`."""

    TYPE: ClassVar[str] = "astra.social.challenge_joined.v1"
    challenge_id: ChallengeId
    user_id: UserId
    equity: Decimal
    due_at: Instant
    at: Instant


@frozen(kw_only=True)
class ChallengeProgressed:
    """Something counted; `progress` is what was reached, in the template's own measure."""

    TYPE: ClassVar[str] = "astra.social.challenge_progressed.v1"
    challenge_id: ChallengeId
    user_id: UserId
    template: TemplateName
    closes: int
    wins: int
    net: Decimal
    xp: int
    day: int | None
    progress: Decimal
    at: Instant


@frozen(kw_only=True)
class ChallengeCompleted:
    """`user_id` met the target and earns `xp`."""

    TYPE: ClassVar[str] = "astra.social.challenge_completed.v1"
    challenge_id: ChallengeId
    user_id: UserId
    template: TemplateName
    xp: int
    at: Instant


@frozen(kw_only=True)
class ChallengeFailed:
    """Time ran out for `user_id`, or the other was first."""

    TYPE: ClassVar[str] = "astra.social.challenge_failed.v1"
    challenge_id: ChallengeId
    user_id: UserId
    template: TemplateName
    at: Instant


@frozen(kw_only=True)
class ChallengeCancelled:
    """It was taken back, or nobody joined."""

    TYPE: ClassVar[str] = "astra.social.challenge_cancelled.v1"
    challenge_id: ChallengeId
    user_id: UserId
    at: Instant


ChallengeEvent: TypeAlias = (
    ChallengeCreated
    | ChallengeJoined
    | ChallengeProgressed
    | ChallengeCompleted
    | ChallengeFailed
    | ChallengeCancelled
)
