"""Which status a cause of the game has: the type checker proves that each has one."""

from typing import assert_never

from astracore.errors import gamification


def status_of_game(cause: gamification.ProgressFault) -> int:
    """404 for what is not there, 409 for what is over, 422 for what the rules refuse."""
    match cause:
        case (
            gamification.AwardNotFound()
            | gamification.LessonNotFound()
            | gamification.RewardNotFound()
        ):
            return 404
        case (
            gamification.AlreadyCheckedIn()
            | gamification.AlreadyClaimed()
            | gamification.RewardExpired()
        ):
            return 409
        case (
            gamification.UnknownRule()
            | gamification.NegativeXp()
            | gamification.BadThresholds()
            | gamification.BadZone()
            | gamification.QuizTries()
            | gamification.AnswerCount()
            | gamification.NotUnlocked()
            | gamification.TooManyBadges()
            | gamification.RequirementsNotMet()
        ):
            return 422
        case _:
            return assert_never(cause)
