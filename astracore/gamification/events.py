"""What may have happened to a player's progress."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.gamification.achievements import Category, Rarity
from astracore.gamification.measures import Measure
from astracore.gamification.sources import (
    LeagueName,
    LeagueReason,
    Regime,
    RewardKind,
    Tier,
    XpSource,
)
from astracore.ids import EventId, UserId
from astracore.instants import Instant


@frozen(kw_only=True)
class TradeCounted:
    """A qualifying close entered the day's tally, whether or not it earned anything."""

    TYPE: ClassVar[str] = "astra.gamification.trade_counted.v1"
    user_id: UserId
    source: XpSource
    source_event_id: EventId
    day: int  # UTC day whose caps bind
    symbol: str
    net: Decimal
    peak_margin: Decimal
    had_stop: bool | None = None
    risk_fraction: Decimal | None = None
    regime: Regime | None = None


@frozen(kw_only=True)
class XpGained:
    """XP was earned: `amount` is what was left of base × multiplier under the caps."""

    TYPE: ClassVar[str] = "astra.gamification.xp_gained.v1"
    user_id: UserId
    source: XpSource
    source_event_id: EventId
    day: int
    base: int
    multiplier: Decimal
    amount: int
    total_xp: int
    level: int
    once: str | None = None  # the object that will not pay again


@frozen(kw_only=True)
class XpReversed:
    """A corrected source event gave back exactly what it had earned."""

    TYPE: ClassVar[str] = "astra.gamification.xp_reversed.v1"
    user_id: UserId
    source: XpSource
    source_event_id: EventId
    day: int  # the UTC day of the award
    amount: int
    total_xp: int
    level: int


@frozen(kw_only=True)
class LevelUp:
    """One level was reached; `credits` [CREDIT] are due for it."""

    TYPE: ClassVar[str] = "astra.gamification.level_up.v1"
    user_id: UserId
    old_level: int
    new_level: int
    credits: int


@frozen(kw_only=True)
class StreakUpdated:
    """The player's day was counted."""

    TYPE: ClassVar[str] = "astra.gamification.streak_updated.v1"
    user_id: UserId
    day: int  # the player's own day, by offset and start of the day
    count: int
    freezes: int
    multiplier: Decimal
    at: Instant | None = None


@frozen(kw_only=True)
class StreakBroken:
    """Too many days were missed; the count begins anew."""

    TYPE: ClassVar[str] = "astra.gamification.streak_broken.v1"
    user_id: UserId
    day: int
    count: int


@frozen(kw_only=True)
class ZoneMoved:
    """The player's days are told by another offset or begin at another hour.

    `last_day` is the streak's last day as the new zone names it: none is lost, none comes twice.
    """

    TYPE: ClassVar[str] = "astra.gamification.zone_moved.v1"
    user_id: UserId
    utc_offset: int
    day_start: int
    last_day: int | None
    at: Instant


@frozen(kw_only=True)
class CheckedIn:
    """The player said hello on this day of theirs."""

    TYPE: ClassVar[str] = "astra.gamification.checked_in.v1"
    user_id: UserId
    day: int


@frozen(kw_only=True)
class LessonCompleted:
    """A lesson was completed for the first time."""

    TYPE: ClassVar[str] = "astra.gamification.lesson_completed.v1"
    user_id: UserId
    lesson_id: str
    module: str


@frozen(kw_only=True)
class QuizScored:
    """A try at a quiz: `score` = right / total, rounded down to a millionth."""

    TYPE: ClassVar[str] = "astra.gamification.quiz_scored.v1"
    user_id: UserId
    lesson_id: str
    module: str
    day: int  # UTC
    right: int
    total: int
    score: Decimal
    passed: bool


@frozen(kw_only=True)
class FigureRaised:
    """A figure of another domain is higher than it ever was."""

    TYPE: ClassVar[str] = "astra.gamification.figure_raised.v1"
    user_id: UserId
    measure: Measure
    value: int


@frozen(kw_only=True)
class AchievementUnlocked:
    """An achievement, once; its XP follows as an award of its own."""

    TYPE: ClassVar[str] = "astra.gamification.achievement_unlocked.v1"
    user_id: UserId
    achievement_id: str
    category: Category
    rarity: Rarity
    xp: int
    points: int
    key: str  # the achievement, and the period of a repeatable one
    day: int  # UTC


@frozen(kw_only=True)
class BadgesSet:
    """What the player shows."""

    TYPE: ClassVar[str] = "astra.gamification.badges_set.v1"
    user_id: UserId
    achievement_ids: tuple[str, ...]


@frozen(kw_only=True)
class RewardGranted:
    """Something may be claimed until it expires."""

    TYPE: ClassVar[str] = "astra.gamification.reward_granted.v1"
    user_id: UserId
    reward_id: str
    kind: RewardKind
    amount: int
    expires_at: Instant


@frozen(kw_only=True)
class RewardClaimed:
    """A reward was taken, once."""

    TYPE: ClassVar[str] = "astra.gamification.reward_claimed.v1"
    user_id: UserId
    reward_id: str
    kind: RewardKind
    amount: int
    at: Instant


@frozen(kw_only=True)
class LeagueChanged:
    """One league up or down. `week` counts Mondays since 1970."""

    TYPE: ClassVar[str] = "astra.gamification.league_changed.v1"
    user_id: UserId
    old: LeagueName
    new: LeagueName
    reason: LeagueReason
    week: int
    day: int  # UTC


@frozen(kw_only=True)
class DemotionWarned:
    """Too few active days; a second week of it leads one league down."""

    TYPE: ClassVar[str] = "astra.gamification.demotion_warned.v1"
    user_id: UserId
    league: LeagueName
    active_days: int
    needed: int
    week: int


@frozen(kw_only=True)
class VerificationGranted:
    """A trader is verified at this tier."""

    TYPE: ClassVar[str] = "astra.gamification.verification_granted.v1"
    user_id: UserId
    tier: Tier


@frozen(kw_only=True)
class VerificationLost:
    """A drawdown took this tier; `left` is what the trader still is."""

    TYPE: ClassVar[str] = "astra.gamification.verification_lost.v1"
    user_id: UserId
    tier: Tier
    left: Tier


@frozen(kw_only=True)
class SpotlightShown:
    """The player was the one of the day."""

    TYPE: ClassVar[str] = "astra.gamification.spotlight_shown.v1"
    user_id: UserId
    day: int  # UTC


TrophyEvent: TypeAlias = (
    FigureRaised | AchievementUnlocked | BadgesSet | RewardGranted | RewardClaimed
)
StandingEvent: TypeAlias = (
    LeagueChanged | DemotionWarned | VerificationGranted | VerificationLost | SpotlightShown
)
ProgressEvent: TypeAlias = (
    TradeCounted
    | XpGained
    | XpReversed
    | LevelUp
    | StreakUpdated
    | StreakBroken
    | ZoneMoved
    | CheckedIn
    | LessonCompleted
    | QuizScored
    | TrophyEvent
    | StandingEvent
)
