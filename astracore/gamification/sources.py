"""The names that the game gives: sources of XP, kinds of days, leagues, tiers, rewards."""

from enum import StrEnum


class XpSource(StrEnum):
    """Every source of the XP table."""

    TRADE_PRACTICE = "trade_practice"
    TRADE_LIVE = "trade_live"
    CHECK_IN = "check_in"
    STREAK = "streak"
    LESSON = "lesson"
    QUIZ = "quiz"
    LIKE = "like"
    COMMENT = "comment"
    SHARE = "share"
    FOLLOW = "follow"
    ENDORSEMENT = "endorsement"
    CLAN_JOIN = "clan_join"
    BATTLE = "battle"
    VAULT_DEPOSIT = "vault_deposit"
    ACHIEVEMENT = "achievement"
    CHALLENGE = "challenge"
    TOURNAMENT = "tournament"
    MINT = "mint"
    REFERRAL = "referral"


class Regime(StrEnum):
    """What a symbol's day was like."""

    TREND = "trend"
    RANGE = "range"
    VOLATILE = "volatile"


class LeagueName(StrEnum):
    """The leagues, lowest first."""

    CADET = "cadet"
    VOYAGER = "voyager"
    CHAMPION = "champion"
    ELITE = "elite"
    MASTER = "master"


class LeagueReason(StrEnum):
    """Why somebody changed leagues."""

    EARNED = "earned"
    INACTIVE = "inactive"


class Tier(StrEnum):
    """How far a trader is verified, lowest first."""

    NONE = "none"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


class RewardKind(StrEnum):
    """What a reward is of."""

    CREDIT = "credit"
