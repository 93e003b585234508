"""What one social event asks of other aggregates, and what social deeds are worth in XP."""

from typing import Any, TypeAlias

from attrs import evolve

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.commands import AwardXp, DeedFacts, PrizeFacts, ScoreFacts, XpFacts
from astracore.gamification.sources import XpSource
from astracore.ids import UserId
from astracore.instants import Instant, utc_day
from astracore.social.battles.events import BattleFinished
from astracore.social.challenges.events import ChallengeCompleted
from astracore.social.challenges.rules import template_of
from astracore.social.clans.events import ClanJoined
from astracore.social.content.commands import HideContent, RemoveContent, RestoreContent
from astracore.social.content.events import (
    ContentCommented,
    ContentReacted,
    ContentShared,
    Reaction,
)
from astracore.social.friendships.commands import Separate
from astracore.social.ids import ContentId
from astracore.social.invites.events import ReferralActivated
from astracore.social.moderation.events import CaseDecided, Decision, ObjectKind, Reported
from astracore.social.profiles.commands import MarkEndorsement, Unfollow
from astracore.social.profiles.events import Blocked, Endorsed, EndorsementWithdrawn, Followed

Moderated: TypeAlias = HideContent | RemoveContent | RestoreContent
Deed: TypeAlias = (
    ContentReacted | ContentCommented | ContentShared | Followed | Endorsed | ClanJoined
)
SocialReaction: TypeAlias = Unfollow | Separate | MarkEndorsement | Moderated | AwardXp


def part(envelope: Envelope[Blocked]) -> tuple[Unfollow | Separate, ...]:
    """blocked → Unfollow of the blocked user's profile, Separate of the pair.

    Invariant: after both neither follows the other and the two are no friends.
    """
    actor, target, at = envelope.event.actor_id, envelope.event.target_id, envelope.event.at
    return (
        Unfollow(actor_id=target, target_id=actor, at=at),
        Separate(actor_id=actor, target_id=target, at=at),
    )


def answer_endorsement(
    envelope: Envelope[Endorsed | EndorsementWithdrawn],
) -> tuple[MarkEndorsement, ...]:
    """endorsed, endorsement_withdrawn → MarkEndorsement of what the target said of the actor."""
    event = envelope.event
    return (
        MarkEndorsement(
            actor_id=event.target_id,
            target_id=event.actor_id,
            mutual=isinstance(event, Endorsed),
            at=event.at,
        ),
    )


def moderate(envelope: Envelope[Reported | CaseDecided]) -> tuple[Moderated, ...]:
    """reported beyond the limit → HideContent; case_decided → RemoveContent or RestoreContent."""
    event = envelope.event
    if event.object_kind is not ObjectKind.CONTENT:
        return ()
    content_id = ContentId(event.object_id)
    if isinstance(event, Reported):
        return (HideContent(content_id=content_id, at=event.at),) if event.hidden else ()
    if event.decision is Decision.APPROVE:
        return (RestoreContent(content_id=content_id, at=event.at),)
    return (
        RemoveContent(
            content_id=content_id,
            actor_id=event.moderator_id,
            moderates=True,
            reason=event.reason_code,
            at=event.at,
        ),
    )


def reward_deed(envelope: Envelope[Deed]) -> tuple[AwardXp, ...]:
    """A like, comment, share or follow given, praise received, a clan joined → AwardXp.

    Each (actor, object) is paid once, however often it is done again; joining a clan once ever.
    Who is praised is paid and not who praises; blame is worth nothing, and so is what one does
    with a post of one's own.
    """
    event, facts = envelope.event, DeedFacts()
    match event:
        case (
            ContentReacted(actor_id=actor, author_id=author)
            | ContentCommented(actor_id=actor, author_id=author)
            | ContentShared(actor_id=actor, author_id=author)
        ) if actor == author:
            return ()
        case ContentReacted(reaction=Reaction.LIKE):
            user_id, source, once = event.actor_id, XpSource.LIKE, str(event.content_id)
        case ContentCommented():
            user_id, source, once = event.actor_id, XpSource.COMMENT, str(event.content_id)
        case ContentShared():
            user_id, source, once = event.actor_id, XpSource.SHARE, str(event.content_id)
        case Followed():
            user_id, source, once = event.actor_id, XpSource.FOLLOW, str(event.target_id)
        case Endorsed(positive=True):
            user_id, source, once = event.target_id, XpSource.ENDORSEMENT, str(event.actor_id)
        case ClanJoined():
            user_id, source, once = event.user_id, XpSource.CLAN_JOIN, "clan"
        case _:
            return ()
    return (evolve(award(envelope, user_id, source, facts, event.at), once=once),)


def reward_battle(envelope: Envelope[BattleFinished]) -> tuple[AwardXp, ...]:
    """battle_finished → AwardXp to each who scored, by the own score; who only joined gets none."""
    event = envelope.event
    return tuple(
        award(envelope, fighter.user_id, XpSource.BATTLE, ScoreFacts(score=fighter.score), event.at)
        for fighter in event.fighters
        if fighter.score > 0
    )


def reward_challenge(envelope: Envelope[ChallengeCompleted]) -> tuple[AwardXp, ...]:
    """challenge_completed → AwardXp of what the template is worth.

    A template pays once in each run of its days (from 1970 on), however many challenges one
    sets: else a thousand of them would be met by the same five trades.
    """
    event = envelope.event
    template = template_of(event.template)
    days = 1 if template is None else template.days
    asked = award(envelope, event.user_id, XpSource.CHALLENGE, PrizeFacts(xp=event.xp), event.at)
    return (evolve(asked, once=f"{event.template.value}@{utc_day(event.at) // days}"),)


def reward_referral(envelope: Envelope[ReferralActivated]) -> tuple[AwardXp, ...]:
    """referral_activated → AwardXp to the inviter, unless the month's are spent."""
    event = envelope.event
    if event.xp == 0:
        return ()
    return (award(envelope, event.inviter_id, XpSource.REFERRAL, DeedFacts(), event.at),)


def award(
    envelope: Envelope[Any], user_id: UserId, source: XpSource, facts: XpFacts, at: Instant
) -> AwardXp:
    """What the event is worth to `user_id`."""
    return AwardXp(
        user_id=user_id, source=source, source_event_id=envelope.event_id, facts=facts, at=at
    )


SOCIAL_POLICIES: tuple[Policy[Any, SocialReaction], ...] = (
    Policy(name="part", events=(Blocked,), react=part),
    Policy(
        name="answer_endorsement",
        events=(Endorsed, EndorsementWithdrawn),
        react=answer_endorsement,
    ),
    Policy(name="moderate", events=(Reported, CaseDecided), react=moderate),
    Policy(
        name="reward_deed",
        events=(ContentReacted, ContentCommented, ContentShared, Followed, Endorsed, ClanJoined),
        react=reward_deed,
    ),
    Policy(name="reward_battle", events=(BattleFinished,), react=reward_battle),
    Policy(name="reward_challenge", events=(ChallengeCompleted,), react=reward_challenge),
    Policy(name="reward_referral", events=(ReferralActivated,), react=reward_referral),
)
