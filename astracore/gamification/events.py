"""What may have happened to a player's progress."""

from decimal import Decimal
from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.gamification.sources import XpSource
from astracore.ids import EventId, UserId


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


@frozen(kw_only=True)
class StreakBroken:
    """Too many days were missed; the count begins anew."""

    TYPE: ClassVar[str] = "astra.gamification.streak_broken.v1"
    user_id: UserId
    day: int
    count: int


ProgressEvent: TypeAlias = TradeCounted | XpGained | LevelUp | StreakUpdated | StreakBroken
