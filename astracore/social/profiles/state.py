"""What a profile remembers."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.ids import UserId
from astracore.instants import Instant
from astracore.social.profiles.events import (
    Blocked,
    Endorsed,
    EndorsementMarked,
    EndorsementWithdrawn,
    Followed,
    ProfileEvent,
    RatingChanged,
    SpotlightVoted,
    Topic,
    Unblocked,
    Unfollowed,
)
from astracore.social.profiles.reputation import Opinion

MIDDLE = Decimal("50.00")


@frozen(kw_only=True)
class Endorsement:
    """What one giver said last; withdrawn ones stay, so that they cannot be given anew at once."""

    opinion: Opinion
    topic: Topic
    live: bool = True


@frozen(kw_only=True)
class Profile:
    """Follows and blocks of its user, endorsements by others, this month's spotlight votes."""

    follows: frozenset[UserId] = frozenset()
    blocks: frozenset[UserId] = frozenset()
    endorsements: Mapping[UserId, Endorsement] = field(factory=dict)
    rating: Decimal = MIDDLE
    month: str = ""
    voters: frozenset[UserId] = frozenset()
    votes: int = 0


def live_opinions(profile: Profile) -> Iterator[Opinion]:
    """The opinions that count."""
    return (one.opinion for one in profile.endorsements.values() if one.live)


def evolve(profile: Profile, event: ProfileEvent) -> Profile:
    """The profile after `event`."""
    match event:
        case Followed():
            return changed(profile, follows=profile.follows | {event.target_id})
        case Unfollowed():
            return changed(profile, follows=profile.follows - {event.target_id})
        case Blocked():
            return changed(profile, blocks=profile.blocks | {event.target_id})
        case Unblocked():
            return changed(profile, blocks=profile.blocks - {event.target_id})
        case Endorsed() | EndorsementWithdrawn() | EndorsementMarked():
            return changed(profile, endorsements=_endorsed(profile, event))
        case SpotlightVoted():
            voters = profile.voters if event.month == profile.month else frozenset()
            return changed(
                profile, month=event.month, voters=voters | {event.actor_id}, votes=event.votes
            )
        case RatingChanged():
            return changed(profile, rating=event.new)
        case _:
            assert_never(event)


def _endorsed(
    profile: Profile, event: Endorsed | EndorsementWithdrawn | EndorsementMarked
) -> Mapping[UserId, Endorsement]:
    if isinstance(event, Endorsed):
        given = Endorsement(opinion=_opinion(event), topic=event.topic)
        return {**profile.endorsements, event.actor_id: given}
    before = profile.endorsements.get(event.actor_id)
    if before is None:
        return profile.endorsements
    if isinstance(event, EndorsementWithdrawn):
        return {**profile.endorsements, event.actor_id: changed(before, live=False)}
    marked = changed(before, opinion=changed(before.opinion, mutual=event.mutual))
    return {**profile.endorsements, event.actor_id: marked}


def _opinion(event: Endorsed) -> Opinion:
    return Opinion(positive=event.positive, tier=event.tier, mutual=event.mutual, at=event.at)


def since(profile: Profile, giver: UserId) -> Instant | None:
    """When `giver` last endorsed, if ever."""
    before = profile.endorsements.get(giver)
    return None if before is None else before.opinion.at
