"""The friendship of a pair as a decider."""

from typing import TypeAlias, assert_never

from attrs import field, frozen
from returns.result import Failure, Result, Success

from astracore.errors.social import (
    BlockedUser,
    FriendFault,
    FriendState,
    SelfAction,
    SocialLimit,
)
from astracore.events.decider import Decider
from astracore.ids import UserId
from astracore.instants import DAY, Instant, after
from astracore.social.friendships.commands import (
    AnswerFriend,
    FriendCommand,
    RemoveFriend,
    RequestFriend,
    Separate,
)
from astracore.social.friendships.events import (
    FriendAccepted,
    FriendCancelled,
    FriendDeclined,
    FriendEvent,
    FriendRemoved,
    FriendRequested,
)
from astracore.social.friendships.state import STRANGERS, Bond, Friendship, bond_at, evolve
from astracore.social.limits import LIMITS, Act, SocialLimits, over_limit

Decided: TypeAlias = Result[tuple[FriendEvent, ...], FriendFault]


@frozen(kw_only=True)
class FriendRules:
    """Every number of friendship."""

    expires_after: int = 30 * DAY
    friends_most: int = 1000
    limits: SocialLimits = field(default=LIMITS)


FRIENDS = FriendRules()


def friendship_decider(
    rules: FriendRules,
) -> Decider[FriendCommand, Friendship, FriendEvent, FriendFault]:
    """The decider under these rules."""

    def decide(command: FriendCommand, friendship: Friendship) -> Decided:
        """Errors: SelfAction, BlockedUser, FriendState, SocialLimit."""
        if command.actor_id == command.target_id:
            return Failure(SelfAction(command.actor_id))
        bond = bond_at(friendship, command.at)
        match command:
            case RequestFriend():
                return _requested(command, friendship, bond, rules)
            case AnswerFriend():
                return _answered(command, friendship, bond, rules)
            case RemoveFriend():
                return _removed(command, friendship, bond)
            case Separate():
                return Success(_separated(command, bond))
            case _:
                assert_never(command)

    return Decider("social.friendship", STRANGERS, decide, evolve)


FRIENDSHIP = friendship_decider(FRIENDS)


# Two requests that cross are an agreement.
def _requested(
    command: RequestFriend, friendship: Friendship, bond: Bond, rules: FriendRules
) -> Decided:
    actor, target, at = command.actor_id, command.target_id, command.at
    if command.blocked:
        return Failure(BlockedUser(target))
    crossing = bond is Bond.REQUESTED and friendship.asked_by == target
    if bond is not Bond.NONE and not crossing:
        return Failure(FriendState(bond.value))
    if max(command.friends, command.target_friends) >= rules.friends_most:
        return Failure(SocialLimit("friends", rules.friends_most))
    if crossing:
        return Success((FriendAccepted(actor_id=actor, target_id=target, at=at),))
    fault = over_limit(Act.FRIEND_REQUEST, command.recent, at, rules.limits)
    if fault is not None:
        return Failure(fault)
    expires = after(at, rules.expires_after)
    return Success((_request(actor, target, expires, at),))


def _request(actor: UserId, target: UserId, expires: Instant, at: Instant) -> FriendRequested:
    return FriendRequested(actor_id=actor, target_id=target, expires_at=expires, at=at)


def _answered(
    command: AnswerFriend, friendship: Friendship, bond: Bond, rules: FriendRules
) -> Decided:
    actor, target, at = command.actor_id, command.target_id, command.at
    if bond is not Bond.REQUESTED or friendship.asked_by != target:
        return Failure(FriendState(bond.value))
    if not command.accept:
        return Success((FriendDeclined(actor_id=actor, target_id=target, at=at),))
    if max(command.friends, command.target_friends) >= rules.friends_most:
        return Failure(SocialLimit("friends", rules.friends_most))
    return Success((FriendAccepted(actor_id=actor, target_id=target, at=at),))


def _removed(command: RemoveFriend, friendship: Friendship, bond: Bond) -> Decided:
    actor, target, at = command.actor_id, command.target_id, command.at
    if bond is Bond.FRIENDS:
        return Success((FriendRemoved(actor_id=actor, target_id=target, at=at),))
    if bond is Bond.REQUESTED and friendship.asked_by == actor:
        return Success((FriendCancelled(actor_id=actor, target_id=target, at=at),))
    return Failure(FriendState(bond.value))


def _separated(command: Separate, bond: Bond) -> tuple[FriendEvent, ...]:
    if bond is Bond.NONE:
        return ()
    return (FriendRemoved(actor_id=command.actor_id, target_id=command.target_id, at=command.at),)
