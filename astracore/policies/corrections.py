"""What was taken back earns nothing: the XP of a withdrawn deed goes, exactly."""

from typing import TypeAlias

from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.gamification.commands import ReverseXp
from astracore.gamification.sources import XpSource
from astracore.ids import EventId, UserId
from astracore.policies.rows import RowPolicy
from astracore.social.content.events import ContentReacted, Reaction
from astracore.social.profiles.events import EndorsementWithdrawn, Unfollowed

Withdrawn: TypeAlias = ContentReacted | Unfollowed | EndorsementWithdrawn


@frozen(kw_only=True)
class PaidDeed:
    """The deed that was taken back: the event that did it, if that one was ever paid."""

    source_event_id: EventId | None


def take_back(envelope: Envelope[Withdrawn], row: PaidDeed) -> tuple[ReverseXp, ...]:
    """content_reacted (none), unfollowed, endorsement_withdrawn → ReverseXp of the deed's award.

    The object stays one that was paid for, so that doing it again earns nothing either.
    """
    paid = row.source_event_id
    found = _withdrawn(envelope.event)
    if paid is None or found is None:
        return ()
    user_id, source = found
    return (
        ReverseXp(user_id=user_id, source=source, source_event_id=paid, at=envelope.occurred_at),
    )


def _withdrawn(event: Withdrawn) -> tuple[UserId, XpSource] | None:
    """Whose award of which source is void; None while the reaction stands."""
    match event:
        case ContentReacted():
            return None if event.reaction is Reaction.LIKE else (event.actor_id, XpSource.LIKE)
        case Unfollowed():
            return event.actor_id, XpSource.FOLLOW
        case _:
            return event.target_id, XpSource.ENDORSEMENT


TAKE_BACK: RowPolicy[Withdrawn, PaidDeed, ReverseXp] = RowPolicy(
    name="take_back",
    events=(ContentReacted, Unfollowed, EndorsementWithdrawn),
    row=PaidDeed,
    react=take_back,
)
