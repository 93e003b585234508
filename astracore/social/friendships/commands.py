"""What may be asked of a pair of users."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class RequestFriend:
    """Ask for a friendship, or accept the one that the other asked for.

    Facts: whether either blocks the other, how many friends each has, the actor's `recent` asks.
    """

    actor_id: UserId
    target_id: UserId
    blocked: bool
    friends: int
    target_friends: int
    recent: tuple[Instant, ...]
    at: Instant


@frozen(kw_only=True)
class AnswerFriend:
    """Say yes or no to a request of `target_id`."""

    actor_id: UserId
    target_id: UserId
    accept: bool
    friends: int
    target_friends: int
    at: Instant


@frozen(kw_only=True)
class RemoveFriend:
    """End the friendship, or take the own request back."""

    actor_id: UserId
    target_id: UserId
    at: Instant


@frozen(kw_only=True)
class Separate:
    """End whatever is between the two, because one blocked the other. Policies ask it."""

    actor_id: UserId
    target_id: UserId
    at: Instant


FriendCommand: TypeAlias = RequestFriend | AnswerFriend | RemoveFriend | Separate
