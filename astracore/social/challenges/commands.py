"""What may be asked of a challenge. `equity` is the account's when its owner begins."""

from decimal import Decimal
from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.challenges.rules import ChallengeKind, TemplateName
from astracore.social.feats import Feat, PlayMode
from astracore.social.ids import ChallengeId


@frozen(kw_only=True)
class CreateChallenge:
    """Set a challenge; a duel names a friend, and `are_friends` says whether it is one."""

    challenge_id: ChallengeId
    actor_id: UserId
    template: TemplateName
    kind: ChallengeKind
    mode: PlayMode
    equity: Decimal
    friend_id: UserId | None = None
    are_friends: bool = False
    at: Instant


@frozen(kw_only=True)
class JoinChallenge:
    """Take part."""

    challenge_id: ChallengeId
    actor_id: UserId
    equity: Decimal
    at: Instant


@frozen(kw_only=True)
class ProgressChallenge:
    """Count what somebody did. Policies ask it."""

    challenge_id: ChallengeId
    user_id: UserId
    feat: Feat
    at: Instant


@frozen(kw_only=True)
class CancelChallenge:
    """Take it back while nobody has joined."""

    challenge_id: ChallengeId
    actor_id: UserId
    at: Instant


@frozen(kw_only=True)
class CloseChallenge:
    """End what is due: time is up, a duel is won, or nobody joined."""

    challenge_id: ChallengeId
    at: Instant


ChallengeCommand: TypeAlias = (
    CreateChallenge | JoinChallenge | ProgressChallenge | CancelChallenge | CloseChallenge
)
