"""The progress of one player: XP, levels, streak, lessons, achievements, league, tier."""

from typing import TypeAlias, assert_never

from returns.result import Failure, Result

from astracore.errors.gamification import ProgressFault
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.gamification.commands import (
    AwardXp,
    CheckIn,
    ClaimReward,
    CloseStreak,
    CompleteLesson,
    GrantReward,
    ProgressCommand,
    RecordActivity,
    ReverseXp,
    SetBadges,
    Standing,
    SubmitQuiz,
    Timed,
    UnlockAchievement,
)
from astracore.gamification.days import activity, bad_zone, check_in, streak_close
from astracore.gamification.earning import award, reversal
from astracore.gamification.events import ProgressEvent
from astracore.gamification.folding import evolve
from astracore.gamification.game_rules import GameRules
from astracore.gamification.learning import lesson_completion, quiz_submission
from astracore.gamification.standing import standing
from astracore.gamification.state import Progress
from astracore.gamification.unlocking import badge_choice, claiming, granting, unlocking

ProgressRefusal: TypeAlias = ProgressFault | NumericLimit
Decision: TypeAlias = Result[tuple[ProgressEvent, ...], ProgressRefusal]


def progress_decider(
    rules: GameRules,
) -> Decider[ProgressCommand, Progress, ProgressEvent, ProgressRefusal]:
    """The decider under these rules. What happened carries its numbers, so folding needs none."""

    def decide(command: ProgressCommand, state: Progress) -> Decision:
        """Errors: BadZone first, then those of the command's own function."""
        if isinstance(command, Timed):
            strange = bad_zone(command)
            return _timed(command, state, rules) if strange is None else Failure(strange)
        if isinstance(command, Standing):
            return standing(command, state, rules)
        match command:
            case ReverseXp():
                return reversal(command, state, rules)
            case SubmitQuiz():
                return quiz_submission(command, state, rules)
            case UnlockAchievement():
                return unlocking(command, state, rules)
            case SetBadges():
                return badge_choice(command, state, rules)
            case GrantReward():
                return granting(command, state, rules)
            case ClaimReward():
                return claiming(command, state)
            case _:
                assert_never(command)

    return Decider("gamification.progress", Progress(), decide, evolve)


def _timed(command: Timed, state: Progress, rules: GameRules) -> Decision:
    """What depends on the player's own day."""
    match command:
        case AwardXp():
            return award(command, state, rules)
        case RecordActivity():
            return activity(command, state, rules)
        case CheckIn():
            return check_in(command, state, rules)
        case CloseStreak():
            return streak_close(command, state, rules)
        case CompleteLesson():
            return lesson_completion(command, state, rules)
        case _:
            assert_never(command)


PROGRESS = progress_decider(GameRules())
