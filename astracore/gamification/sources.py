"""Where XP may come from, and what a market's day was like."""

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
