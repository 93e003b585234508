"""Every table of the game in one value: a changed rule is a new value, not new code."""

from attrs import field, frozen

from astracore.gamification.achievements import Achievement
from astracore.gamification.catalogue import ACHIEVEMENTS
from astracore.gamification.leagues import LEAGUES, LeagueTable
from astracore.gamification.lessons import LESSONS, LessonTable
from astracore.gamification.rules import XpRules
from astracore.gamification.tiers import TIERS, TierTable


@frozen(kw_only=True)
class GameRules:
    """What a player's progress is decided by."""

    xp: XpRules = field(factory=XpRules)
    lessons: LessonTable = LESSONS
    achievements: tuple[Achievement, ...] = ACHIEVEMENTS
    leagues: LeagueTable = LEAGUES
    tiers: TierTable = TIERS
    badges_most: int = 6
    reward_days: int = 30  # that a reward can be claimed
