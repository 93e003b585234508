"""What trading, XP and accounts ask of clans, battles, challenges and invites.

Who is where is not in the event: the row of `projections.engagements` says it, and the caller
fetches it. The functions stay pure, so that a redelivered event and the same row ask the same.
"""

from typing import Any, TypeAlias

from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.gamification.events import StreakUpdated, XpGained
from astracore.gamification.xp import qualifies
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.policies.awards import CLOSES, trade_facts
from astracore.policies.rows import RowPolicy
from astracore.social.battles.commands import ScoreBattle
from astracore.social.challenges.commands import ProgressChallenge
from astracore.social.clans.commands import Contribute, LeaveClan
from astracore.social.content.commands import RemoveContent
from astracore.social.engagements import Engagement
from astracore.social.feats import CloseFeat, DayFeat, Feat, PlayMode, XpFeat
from astracore.social.ids import ChallengeId, ContentId, InviteId
from astracore.social.invites.commands import ActivateReferral, Tier, UseInvite
from astracore.trading.events import PositionClosed
from astracore.users.events import TierChanged, UserDeleted, UserRegistered


@frozen(kw_only=True)
class ReferralFacts:
    """What an activation wants to know: see ActivateReferral."""

    tier: Tier
    closes: int
    close_days: int
    linked: bool
    xp_rewards: int
    credit_rewards: int


Counted: TypeAlias = Contribute | ProgressChallenge | ScoreBattle
Engaged: TypeAlias = Counted | UseInvite | ActivateReferral | LeaveClan | RemoveContent


def count_xp(envelope: Envelope[XpGained], row: Engagement) -> tuple[Counted, ...]:
    """xp_gained → Contribute, ScoreBattle, ProgressChallenge."""
    event, at = envelope.event, envelope.occurred_at
    counted = counted_by(row, XpFeat(event.amount), at)
    if row.clan_id is None:
        return counted
    given = Contribute(clan_id=row.clan_id, user_id=row.user_id, xp=event.amount, at=at)
    return (given, *counted)


def count_close(envelope: Envelope[PositionClosed], row: Engagement) -> tuple[Counted, ...]:
    """position_closed → ScoreBattle, ProgressChallenge, when the close qualifies."""
    event = envelope.event
    if not qualifies(trade_facts(event), CLOSES):
        return ()
    mode = PlayMode.PRACTICE if event.is_practice else PlayMode.LIVE
    return counted_by(row, CloseFeat(net=event.net, mode=mode), event.closed_at)


def count_day(envelope: Envelope[StreakUpdated], row: Engagement) -> tuple[Counted, ...]:
    """streak_updated → ProgressChallenge."""
    feat, at = DayFeat(envelope.event.day), envelope.occurred_at
    return tuple(progress(one, row.user_id, feat, at) for one in row.challenges)


def counted_by(row: Engagement, feat: Feat, at: Instant) -> tuple[Counted, ...]:
    """The feat for every battle and challenge that the user takes part in."""
    return (
        *(ScoreBattle(battle_id=one, user_id=row.user_id, feat=feat, at=at) for one in row.battles),
        *(progress(one, row.user_id, feat, at) for one in row.challenges),
    )


def progress(
    challenge_id: ChallengeId, user_id: UserId, feat: Feat, at: Instant
) -> ProgressChallenge:
    """One feat for one challenge."""
    return ProgressChallenge(challenge_id=challenge_id, user_id=user_id, feat=feat, at=at)


def use_code(user_id: UserId, invite_id: InviteId, at: Instant) -> tuple[UseInvite, ...]:
    """user_registered with the code of this invite → UseInvite."""
    return (UseInvite(invite_id=invite_id, user_id=user_id, at=at),)


def activate(row: Engagement, facts: ReferralFacts, at: Instant) -> tuple[ActivateReferral, ...]:
    """position_closed, tier_changed → ActivateReferral, while an invitation waits."""
    if row.invite_id is None:
        return ()
    return (
        ActivateReferral(
            invite_id=row.invite_id,
            user_id=row.user_id,
            tier=facts.tier,
            closes=facts.closes,
            close_days=facts.close_days,
            linked=facts.linked,
            xp_rewards=facts.xp_rewards,
            credit_rewards=facts.credit_rewards,
            at=at,
        ),
    )


def leave_all(
    row: Engagement, contents: tuple[ContentId, ...], at: Instant
) -> tuple[LeaveClan | RemoveContent, ...]:
    """user_deleted → LeaveClan, RemoveContent of everything the user posted."""
    gone = tuple(
        RemoveContent(
            content_id=one, actor_id=row.user_id, moderates=False, reason="user_deleted", at=at
        )
        for one in contents
    )
    if row.clan_id is None:
        return gone
    return (LeaveClan(clan_id=row.clan_id, actor_id=row.user_id, deleted=True, at=at), *gone)


@frozen(kw_only=True)
class Invited:
    """The invite whose code somebody registered with; None where no invite has it."""

    invite_id: InviteId | None


@frozen(kw_only=True)
class Waiting:
    """Somebody who may have been invited, and what an activation wants to know of them."""

    engagement: Engagement
    facts: ReferralFacts


@frozen(kw_only=True)
class Leaving:
    """Where somebody takes part who is deleted, and everything that they posted."""

    engagement: Engagement
    contents: tuple[ContentId, ...]


def welcome_invited(envelope: Envelope[UserRegistered], row: Invited) -> tuple[UseInvite, ...]:
    """user_registered with a code → UseInvite."""
    event = envelope.event
    if event.invite_code is None or row.invite_id is None:
        return ()
    return use_code(event.user_id, row.invite_id, envelope.occurred_at)


def activate_invited(
    envelope: Envelope[PositionClosed | TierChanged], row: Waiting
) -> tuple[ActivateReferral, ...]:
    """position_closed, tier_changed → ActivateReferral."""
    return activate(row.engagement, row.facts, envelope.occurred_at)


def leave_deleted(
    envelope: Envelope[UserDeleted], row: Leaving
) -> tuple[LeaveClan | RemoveContent, ...]:
    """user_deleted → LeaveClan, RemoveContent."""
    return leave_all(row.engagement, row.contents, envelope.event.at)


ENGAGEMENT_ROWS: tuple[RowPolicy[Any, Any, Engaged], ...] = (
    RowPolicy(name="count_xp", events=(XpGained,), row=Engagement, react=count_xp),
    RowPolicy(name="count_close", events=(PositionClosed,), row=Engagement, react=count_close),
    RowPolicy(name="count_day", events=(StreakUpdated,), row=Engagement, react=count_day),
    RowPolicy(name="welcome_invited", events=(UserRegistered,), row=Invited, react=welcome_invited),
    RowPolicy(
        name="activate_invited",
        events=(PositionClosed, TierChanged),
        row=Waiting,
        react=activate_invited,
    ),
    RowPolicy(name="leave_deleted", events=(UserDeleted,), row=Leaving, react=leave_deleted),
)
