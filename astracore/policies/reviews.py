"""What a moderator's decision and a lost dispute mean for somebody's standing as a user."""

from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.policies.rows import RowPolicy
from astracore.revenue.payments.events import DisputeLost
from astracore.social.moderation.events import CaseDecided
from astracore.social.moderation.rules import Sanction
from astracore.users.commands import DecideVerification, SuspendUser
from astracore.users.permissions import Actor
from astracore.users.types import Tier, rank


@frozen(kw_only=True)
class Review:
    """Who reviews in the service's name, and the tier that the user has."""

    reviewer: Actor
    tier: Tier


def suspend_by_case(envelope: Envelope[CaseDecided], row: Actor) -> tuple[SuspendUser, ...]:
    """case_decided with a sanction → SuspendUser until its end; a ban has none.

    `row` is the moderator with the roles and factors they had when they decided.
    """
    event = envelope.event
    if event.sanction is Sanction.NONE:
        return ()
    return (
        SuspendUser(
            user_id=event.owner_id,
            until=None if event.sanction is Sanction.BANNED else event.until,
            case_id=event.case_id,
            actor=row,
            reason=f"case {event.case_id}: {event.reason_code}",
            at=event.at,
        ),
    )


def review_tier(envelope: Envelope[DisputeLost], row: Review) -> tuple[DecideVerification, ...]:
    """dispute_lost → DecideVerification: who was known by identity has to prove it again.

    A tier that does not rest on a proof of identity stays.
    """
    event = envelope.event
    if rank(row.tier) < rank(Tier.IDENTITY):
        return ()
    return (
        DecideVerification(
            user_id=event.user_id,
            tier=Tier.PHONE,
            evidence=event.dispute_id,
            actor=row.reviewer,
            reason=f"dispute lost: {event.dispute_id}",
            at=event.at,
        ),
    )


SUSPEND_BY_CASE: RowPolicy[CaseDecided, Actor, SuspendUser] = RowPolicy(
    name="suspend_by_case", events=(CaseDecided,), row=Actor, react=suspend_by_case
)
REVIEW_TIER: RowPolicy[DisputeLost, Review, DecideVerification] = RowPolicy(
    name="review_tier", events=(DisputeLost,), row=Review, react=review_tier
)
