"""What may have happened between two users."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class FriendRequested:
    """`actor_id` asked; the request is over at `expires_at`."""

    TYPE: ClassVar[str] = "astra.social.friend_requested.v1"
    actor_id: UserId
    target_id: UserId
    expires_at: Instant
    at: Instant


@frozen(kw_only=True)
class FriendAccepted:
    """The two are friends: `actor_id` agreed to what `target_id` asked."""

    TYPE: ClassVar[str] = "astra.social.friend_accepted.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class FriendDeclined:
    """`actor_id` said no to `target_id`."""

    TYPE: ClassVar[str] = "astra.social.friend_declined.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class FriendCancelled:
    """`actor_id` took the own request back."""

    TYPE: ClassVar[str] = "astra.social.friend_cancelled.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class FriendRemoved:
    """The two are friends no longer."""

    TYPE: ClassVar[str] = "astra.social.friend_removed.v1"
    actor_id: UserId
    target_id: UserId
    at: Instant


FriendEvent: TypeAlias = (
    FriendRequested | FriendAccepted | FriendDeclined | FriendCancelled | FriendRemoved
)
