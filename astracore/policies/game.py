"""What a player's own progress and purse ask for because of what happened in the game."""

from typing import TypeAlias, assert_never

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.achievements import Reach
from astracore.gamification.catalogue import ACHIEVEMENTS
from astracore.gamification.commands import UnlockAchievement
from astracore.gamification.events import (
    LessonCompleted,
    LevelUp,
    QuizScored,
    RewardClaimed,
    StreakUpdated,
)
from astracore.gamification.measures import Measure
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book
from astracore.policies.journal import granted, posted

OwnEvent: TypeAlias = LevelUp | StreakUpdated | LessonCompleted | QuizScored


def asked_for(measure: Measure) -> frozenset[int]:
    """The counts of a measure at which some achievement of the catalogue becomes due."""
    return frozenset(
        condition.least
        for achievement in ACHIEVEMENTS
        for condition in achievement.conditions
        if isinstance(condition, Reach) and condition.measure is measure
    )


LEVELS, STREAKS = asked_for(Measure.LEVEL), asked_for(Measure.STREAK)


def is_telling(event: OwnEvent) -> bool:
    """Could the event make an achievement due?"""
    match event:
        case LevelUp():
            return event.new_level in LEVELS
        case StreakUpdated():
            return event.count in STREAKS
        case QuizScored():
            return event.passed
        case LessonCompleted():
            return True
        case _:
            assert_never(event)


def unlock_own(envelope: Envelope[OwnEvent]) -> tuple[UnlockAchievement, ...]:
    """level_up, streak_updated, lesson_completed, quiz_scored → UnlockAchievement."""
    event = envelope.event
    if not is_telling(event):
        return ()
    return (UnlockAchievement(user_id=event.user_id, at=envelope.occurred_at),)


def pay_reward(envelope: Envelope[RewardClaimed]) -> tuple[PostEntry, ...]:
    """reward_claimed → debit issued, credit the user's wallet [CREDIT]."""
    event = envelope.event
    return posted(
        Book.GAME,
        envelope.event_id,
        at=envelope.occurred_at,
        reason="reward",
        reference=event.reward_id,
        lines=granted((event.user_id, event.amount)),
    )


UNLOCK_OWN: Policy[OwnEvent, UnlockAchievement] = Policy(
    name="unlock_own",
    events=(LevelUp, StreakUpdated, LessonCompleted, QuizScored),
    react=unlock_own,
)
PAY_REWARD: Policy[RewardClaimed, PostEntry] = Policy(
    name="pay_reward", events=(RewardClaimed,), react=pay_reward
)
