"""What is remembered of a pair of users: one value for both, so that it is symmetric."""

from enum import StrEnum
from typing import assert_never

from attrs import frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.friendships.events import (
    FriendAccepted,
    FriendCancelled,
    FriendDeclined,
    FriendEvent,
    FriendRemoved,
    FriendRequested,
)


class Bond(StrEnum):
    """What is between two users."""

    NONE = "none"
    REQUESTED = "requested"
    FRIENDS = "friends"


@frozen(kw_only=True)
class Friendship:
    """`asked_by` and `expires_at` are there while a request stands."""

    bond: Bond = Bond.NONE
    asked_by: UserId | None = None
    expires_at: Instant | None = None


STRANGERS = Friendship()


def pair_of(one: UserId, other: UserId) -> str:
    """The key of a pair's stream, whoever is named first.

    >>> pair_of(UserId("b"), UserId("a"))
    'a:b'
    """
    return ":".join(sorted((one, other)))


def bond_at(friendship: Friendship, at: Instant) -> Bond:
    """What is between the two at `at`: a request that is over is nothing."""
    expires = friendship.expires_at
    if expires is not None and at.micros >= expires.micros:
        return Bond.NONE
    return friendship.bond


def evolve(_friendship: Friendship, event: FriendEvent) -> Friendship:
    """The pair after `event`."""
    match event:
        case FriendRequested():
            return Friendship(
                bond=Bond.REQUESTED, asked_by=event.actor_id, expires_at=event.expires_at
            )
        case FriendAccepted():
            return Friendship(bond=Bond.FRIENDS)
        case FriendDeclined() | FriendCancelled() | FriendRemoved():
            return STRANGERS
        case _:
            assert_never(event)
