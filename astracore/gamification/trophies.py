"""How trophies and places follow from what happened."""

from typing import assert_never

from attrs import evolve as changed

from astracore.gamification.events import (
    AchievementUnlocked,
    BadgesSet,
    DemotionWarned,
    FigureRaised,
    LeagueChanged,
    RewardClaimed,
    RewardGranted,
    SpotlightShown,
    StandingEvent,
    TrophyEvent,
    VerificationGranted,
    VerificationLost,
)
from astracore.gamification.record import with_figure
from astracore.gamification.state import Place, Progress, Reward, Trophies, Unlocked


def trophy(state: Progress, event: TrophyEvent) -> Progress:
    """Fold an event about achievements, badges and rewards."""
    if isinstance(event, FigureRaised):
        return changed(state, user_id=event.user_id, record=with_figure(state.record, event))
    return changed(state, user_id=event.user_id, trophies=_kept(state.trophies, event))


def _kept(
    trophies: Trophies, event: AchievementUnlocked | BadgesSet | RewardGranted | RewardClaimed
) -> Trophies:
    match event:
        case AchievementUnlocked():
            row = Unlocked(category=event.category, points=event.points, day=event.day)
            return changed(trophies, unlocked={**trophies.unlocked, event.key: row})
        case BadgesSet():
            return changed(trophies, badges=event.achievement_ids)
        case RewardGranted() | RewardClaimed():
            return changed(trophies, rewards=_rewards(trophies, event))
        case _:
            assert_never(event)


def _rewards(trophies: Trophies, event: RewardGranted | RewardClaimed) -> dict[str, Reward]:
    """A reward more, or one that is claimed: it stays, so that it is not claimed twice."""
    rewards = dict(trophies.rewards)
    before = rewards.get(event.reward_id)
    if isinstance(event, RewardGranted):
        reward = Reward(kind=event.kind, amount=event.amount, expires_at=event.expires_at)
        return {**rewards, event.reward_id: reward}
    if before is None:
        return rewards
    return {**rewards, event.reward_id: changed(before, claimed=True)}


def placed(place: Place, event: StandingEvent) -> Place:
    """Fold an event about leagues, tiers and the spotlight."""
    match event:
        case LeagueChanged():
            return changed(place, league=event.new, since=event.day, week=event.week, warned=None)
        case DemotionWarned():
            return changed(place, warned=event.week)
        case VerificationGranted():
            return changed(place, tier=event.tier)
        case VerificationLost():
            return changed(place, tier=event.left)
        case SpotlightShown():
            return changed(place, spotlights=place.spotlights + 1, shown=event.day)
        case _:
            assert_never(event)
