"""Every table of the game in one value: a changed rule is a new value, not new code."""

from attrs import field, frozen

from astracore.gamification.lessons import LESSONS, LessonTable
from astracore.gamification.rules import XpRules


@frozen(kw_only=True)
class GameRules:
    """What a player's progress is decided by."""

    xp: XpRules = field(factory=XpRules)
    lessons: LessonTable = LESSONS
