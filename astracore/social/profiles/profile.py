"""The profile as a decider."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result, Success

from astracore.errors.nft import NotEligible
from astracore.errors.social import (
    AlreadyVoted,
    BlockedUser,
    ProfileFault,
    SelfAction,
    SocialLimit,
)
from astracore.events.decider import Decider
from astracore.ids import UserId
from astracore.instants import Instant, instant_text
from astracore.social.limits import Act, over_limit
from astracore.social.profiles.commands import (
    Block,
    Endorse,
    Follow,
    MarkEndorsement,
    ProfileCommand,
    Reassess,
    Unblock,
    Unfollow,
    VoteSpotlight,
    WithdrawEndorsement,
)
from astracore.social.profiles.events import (
    Blocked,
    Endorsed,
    EndorsementMarked,
    EndorsementWithdrawn,
    Followed,
    ProfileEvent,
    RatingChanged,
    SpotlightVoted,
    Unblocked,
    Unfollowed,
)
from astracore.social.profiles.reputation import reputation
from astracore.social.profiles.rules import REPUTATION, ReputationRules
from astracore.social.profiles.state import Profile, evolve, live_opinions, since

Decided: TypeAlias = Result[tuple[ProfileEvent, ...], ProfileFault]


def profile_decider(
    rules: ReputationRules,
) -> Decider[ProfileCommand, Profile, ProfileEvent, ProfileFault]:
    """The decider under these rules."""

    def decide(command: ProfileCommand, profile: Profile) -> Decided:
        """Errors: SelfAction, BlockedUser, NotEligible, AlreadyVoted, SocialLimit."""
        match command:
            case Follow():
                return _followed(command, profile, rules)
            case Unfollow() | Block() | Unblock():
                return _parted(command, profile)
            case Endorse():
                return _endorsed(command, profile, rules)
            case WithdrawEndorsement():
                return _withdrawn(command, profile, rules)
            case MarkEndorsement():
                return _marked(command, profile, rules)
            case VoteSpotlight():
                return _voted(command, profile, rules)
            case Reassess():
                return Success(_rated(command.user_id, profile, command.at, rules))
            case _:
                assert_never(command)

    return Decider("social.profile", Profile(), decide, evolve)


PROFILE = profile_decider(REPUTATION)


# Following twice changes nothing; a full list, or a full hour, takes no more.
def _followed(command: Follow, profile: Profile, rules: ReputationRules) -> Decided:
    actor, target = command.actor_id, command.target_id
    if actor == target:
        return Failure(SelfAction(actor))
    if command.blocked_by_target or target in profile.blocks:
        return Failure(BlockedUser(target))
    if target in profile.follows:
        return Success(())
    if len(profile.follows) >= rules.follows_most:
        return Failure(SocialLimit("follows", rules.follows_most))
    fault = over_limit(Act.FOLLOW, command.recent, command.at, rules.limits)
    if fault is not None:
        return Failure(fault)
    return Success((Followed(actor_id=actor, target_id=target, at=command.at),))


# A block ends the own follow here; policies end the other's follow and the friendship.
def _parted(command: Unfollow | Block | Unblock, profile: Profile) -> Decided:
    actor, target, at = command.actor_id, command.target_id, command.at
    unfollowed: tuple[ProfileEvent, ...] = ()
    if target in profile.follows:
        unfollowed = (Unfollowed(actor_id=actor, target_id=target, at=at),)
    match command:
        case Unfollow():
            return Success(unfollowed)
        case Block():
            if actor == target:
                return Failure(SelfAction(actor))
            if target in profile.blocks:
                return Success(())
            return Success((Blocked(actor_id=actor, target_id=target, at=at), *unfollowed))
        case Unblock():
            if target not in profile.blocks:
                return Success(())
            return Success((Unblocked(actor_id=actor, target_id=target, at=at),))
        case _:
            assert_never(command)


def _endorsed(command: Endorse, profile: Profile, rules: ReputationRules) -> Decided:
    actor, at = command.actor_id, command.at
    if actor == command.target_id:
        return Failure(SelfAction(actor))
    if actor in profile.blocks:
        return Failure(BlockedUser(actor))
    if command.level < rules.giver_level:
        return Failure(NotEligible("level"))
    if at.micros - command.registered_at.micros < rules.giver_age:
        return Failure(NotEligible("age"))
    before = since(profile, actor)
    if before is not None and at.micros - before.micros < rules.change_after:
        return Failure(AlreadyVoted(command.target_id))
    fault = over_limit(Act.ENDORSEMENT, command.recent, at, rules.limits)
    if fault is not None:
        return Failure(fault)
    endorsed = Endorsed(
        actor_id=actor,
        target_id=command.target_id,
        positive=command.positive,
        topic=command.topic,
        tier=max(1, min(len(rules.weights), command.tier)),
        mutual=command.mutual,
        at=at,
    )
    return Success(_with_rating(endorsed, profile, at, rules))


def _withdrawn(command: WithdrawEndorsement, profile: Profile, rules: ReputationRules) -> Decided:
    before = profile.endorsements.get(command.actor_id)
    if before is None or not before.live:
        return Success(())
    withdrawn = EndorsementWithdrawn(
        actor_id=command.actor_id, target_id=command.target_id, at=command.at
    )
    return Success(_with_rating(withdrawn, profile, command.at, rules))


def _marked(command: MarkEndorsement, profile: Profile, rules: ReputationRules) -> Decided:
    before = profile.endorsements.get(command.actor_id)
    if before is None or before.opinion.mutual is command.mutual:
        return Success(())
    marked = EndorsementMarked(
        actor_id=command.actor_id,
        target_id=command.target_id,
        mutual=command.mutual,
        at=command.at,
    )
    return Success(_with_rating(marked, profile, command.at, rules))


def _voted(command: VoteSpotlight, profile: Profile, rules: ReputationRules) -> Decided:
    if command.actor_id == command.target_id:
        return Failure(SelfAction(command.actor_id))
    # A clock that goes back does not open a month that is over.
    month = max(profile.month, instant_text(command.at)[:7])
    same = month == profile.month
    if same and command.actor_id in profile.voters:
        return Failure(AlreadyVoted(command.target_id))
    weight = rules.verified_vote if command.verified else 1
    return Success(
        (
            SpotlightVoted(
                actor_id=command.actor_id,
                target_id=command.target_id,
                month=month,
                weight=weight,
                votes=(profile.votes if same else 0) + weight,
            ),
        )
    )


def _with_rating(
    event: Endorsed | EndorsementWithdrawn | EndorsementMarked,
    profile: Profile,
    at: Instant,
    rules: ReputationRules,
) -> tuple[ProfileEvent, ...]:
    return (event, *_rated(event.target_id, evolve(profile, event), at, rules))


def _rated(
    user_id: UserId, profile: Profile, at: Instant, rules: ReputationRules
) -> tuple[ProfileEvent, ...]:
    found = reputation(live_opinions(profile), at, rules)
    if found.rating == profile.rating:
        return ()
    return (
        RatingChanged(
            user_id=user_id,
            old=profile.rating,
            new=found.rating,
            positive=found.positive,
            negative=found.negative,
            at=at,
        ),
    )
