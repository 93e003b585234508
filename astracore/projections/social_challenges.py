"""Challenges, and where each user takes part now: what policies need to know."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.catalog import classes_of
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.projections.sorting import newest_first
from astracore.social.battles.events import BattleFinished, BattleJoined
from astracore.social.challenges.challenge import CHALLENGE
from astracore.social.challenges.events import (
    ChallengeCancelled,
    ChallengeCompleted,
    ChallengeCreated,
    ChallengeEvent,
    ChallengeFailed,
    ChallengeJoined,
)
from astracore.social.challenges.rules import ChallengeKind, TemplateName
from astracore.social.challenges.state import Challenge, Phase
from astracore.social.clans.events import ClanCreated, ClanEnded, ClanJoined, ClanLeft
from astracore.social.engagements import Engagement
from astracore.social.feats import PlayMode
from astracore.social.ids import ChallengeId
from astracore.social.invites.events import InviteUsed, ReferralActivated

EngagementEvent: TypeAlias = (
    ClanCreated
    | ClanJoined
    | ClanLeft
    | ClanEnded
    | BattleJoined
    | BattleFinished
    | ChallengeCreated
    | ChallengeJoined
    | ChallengeCompleted
    | ChallengeFailed
    | ChallengeCancelled
    | InviteUsed
    | ReferralActivated
)


@frozen(kw_only=True)
class ChallengeRow:
    """A challenge as its contenders see it; `challenge` is the folded aggregate."""

    challenge_id: ChallengeId
    user_id: UserId
    template: TemplateName
    kind: ChallengeKind
    mode: PlayMode
    phase: Phase
    contenders: int
    due_at: Instant | None
    best: Decimal
    created_at: Instant
    challenge: Challenge


def evolve_challenge(
    row: ChallengeRow | None, envelope: Envelope[ChallengeEvent], _key: str
) -> ChallengeRow | None:
    """The aggregate's own fold, in the shape of a table."""
    event = envelope.event
    challenge = CHALLENGE.evolve(Challenge() if row is None else row.challenge, event)
    terms = challenge.terms
    if terms is None:
        return None
    reached = getattr(event, "progress", None)
    best = Decimal(0) if row is None else row.best
    return ChallengeRow(
        challenge_id=terms.challenge_id,
        user_id=terms.user_id,
        template=terms.template,
        kind=terms.kind,
        mode=terms.mode,
        phase=challenge.phase,
        contenders=len(challenge.contenders),
        due_at=challenge.due_at,
        best=best if reached is None else max(best, reached),
        created_at=terms.since,
        challenge=challenge,
    )


def engagement_keys(envelope: Envelope[EngagementEvent]) -> tuple[str, ...]:
    """Whom an event touches: every fighter at the end of a battle."""
    event = envelope.event
    if isinstance(event, BattleFinished):
        return tuple(fighter.user_id for fighter in event.fighters)
    return (event.user_id,)


def evolve_engagement(
    row: Engagement | None, envelope: Envelope[EngagementEvent], key: str
) -> Engagement | None:
    """Where the user takes part after the event."""
    before = Engagement(user_id=UserId(key)) if row is None else row
    event = envelope.event
    match event:
        case ClanCreated() | ClanJoined():
            return changed(before, clan_id=event.clan_id)
        case ClanLeft() | ClanEnded():
            return changed(before, clan_id=None)
        case BattleJoined():
            return changed(before, battles=(*before.battles, event.battle_id))
        case BattleFinished():
            left = tuple(one for one in before.battles if one != event.battle_id)
            return changed(before, battles=left)
        case ChallengeCreated() | ChallengeJoined():
            return changed(before, challenges=(*before.challenges, event.challenge_id))
        case ChallengeCompleted() | ChallengeFailed() | ChallengeCancelled():
            rest = tuple(one for one in before.challenges if one != event.challenge_id)
            return changed(before, challenges=rest)
        case InviteUsed():
            return changed(before, invite_id=event.invite_id)
        case ReferralActivated():
            return changed(before, invite_id=None)
        case _:
            assert_never(event)


CHALLENGES: Projection[ChallengeEvent, ChallengeRow] = Projection(
    name="challenges",
    version=1,
    events=classes_of(ChallengeEvent),
    keys=lambda envelope: (envelope.event.challenge_id,),
    evolve=evolve_challenge,
    row=codec(ChallengeRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.created_at),
)
ENGAGEMENTS: Projection[EngagementEvent, Engagement] = Projection(
    name="engagements",
    version=1,
    events=classes_of(EngagementEvent),
    keys=engagement_keys,
    evolve=evolve_engagement,
    row=codec(Engagement),
    owner=lambda row: row.user_id,
    sort=lambda row: row.user_id,
)
