"""The 48 achievements."""

from decimal import Decimal

from astracore.gamification.achievements import (
    Achievement,
    Category,
    Condition,
    Rarity,
    Ratio,
    Reach,
)
from astracore.gamification.measures import Measure

COMMON, UNCOMMON, RARE, EPIC, LEGENDARY = Rarity


def _row(
    category: Category, rarity: Rarity, name: str, xp: int, *conditions: Condition
) -> Achievement:
    return Achievement(
        achievement_id=name, category=category, rarity=rarity, xp=xp, conditions=conditions
    )


def _rows(
    category: Category, *rows: tuple[Rarity, str, int, Measure, int]
) -> tuple[Achievement, ...]:
    return tuple(
        _row(category, rarity, name, xp, Reach(measure, least))
        for rarity, name, xp, measure, least in rows
    )


TRADING = (
    *_rows(
        Category.TRADING,
        (COMMON, "first_trade", 50, Measure.CLOSED, 1),
        (COMMON, "trades_10", 100, Measure.CLOSED, 10),
        (UNCOMMON, "trades_100", 250, Measure.CLOSED, 100),
        (UNCOMMON, "first_live", 200, Measure.LIVE, 1),
        (RARE, "live_100", 500, Measure.LIVE, 100),
        (RARE, "green_week", 300, Measure.GREEN_DAYS, 7),
        (EPIC, "trades_1000", 1000, Measure.CLOSED, 1000),
        (LEGENDARY, "trades_10000", 2500, Measure.CLOSED, 10000),
    ),
    _row(
        Category.TRADING,
        RARE,
        "steady",
        400,
        Reach(Measure.SMALL_RUN, 100),
        Ratio(Measure.SMALL_WINS, Measure.SMALL_RUN, Decimal("0.6")),
    ),
    _row(
        Category.TRADING,
        EPIC,
        "all_weather",
        500,
        Reach(Measure.WON_TREND, 20),
        Reach(Measure.WON_RANGE, 20),
        Reach(Measure.WON_VOLATILE, 20),
    ),
)
PROGRESS = _rows(
    Category.PROGRESS,
    (COMMON, "streak_7", 150, Measure.STREAK, 7),
    (UNCOMMON, "level_10", 200, Measure.LEVEL, 10),
    (RARE, "streak_30", 600, Measure.STREAK, 30),
    (RARE, "level_25", 500, Measure.LEVEL, 25),
    (EPIC, "streak_100", 1500, Measure.STREAK, 100),
    (EPIC, "level_50", 1500, Measure.LEVEL, 50),
    (LEGENDARY, "streak_365", 4000, Measure.STREAK, 365),
    (LEGENDARY, "level_100", 5000, Measure.LEVEL, 100),
)
EDUCATION = _rows(
    Category.EDUCATION,
    (COMMON, "lessons_5", 100, Measure.LESSONS, 5),
    (COMMON, "basics", 200, Measure.BASICS, 1),
    (UNCOMMON, "chart_reader", 150, Measure.CHARTS, 1),
    (UNCOMMON, "risk_course", 250, Measure.RISK, 1),
    (RARE, "psychology", 300, Measure.PSYCHOLOGY, 1),
    (RARE, "fundamentals", 350, Measure.FUNDAMENTALS, 1),
    (EPIC, "strategy_lab", 500, Measure.STRATEGY_LAB, 1),
    (LEGENDARY, "teacher", 1000, Measure.LESSON_POSTS, 20),
)
RISK = _rows(
    Category.RISK,
    (UNCOMMON, "stop_user", 200, Measure.STOP_RUN, 50),
    (UNCOMMON, "limit_keeper", 150, Measure.LIMIT_DAYS, 30),
    (RARE, "size_discipline", 300, Measure.SMALL_RUN, 100),
    (RARE, "calm", 250, Measure.CALM_DAYS, 60),
    (EPIC, "recovery", 400, Measure.RECOVERIES, 1),
    (LEGENDARY, "low_drawdown", 750, Measure.LOW_DRAWDOWN_DAYS, 180),
)
SOCIAL = _rows(
    Category.SOCIAL,
    (COMMON, "clan_member", 50, Measure.CLANS, 1),
    (UNCOMMON, "founder", 150, Measure.OWNED_CLAN, 10),
    (UNCOMMON, "battle_won", 150, Measure.BATTLES_WON, 1),
    (UNCOMMON, "insights_10", 200, Measure.INSIGHTS, 10),
    (RARE, "battles_won_5", 400, Measure.BATTLES_WON, 5),
    (RARE, "helper", 300, Measure.ENDORSERS, 25),
    (RARE, "referral_5", 500, Measure.REFERRALS, 5),
    (EPIC, "viral_5", 750, Measure.VIRAL, 5),
)
TOURNAMENT = _rows(
    Category.TOURNAMENT,
    (COMMON, "entry", 50, Measure.TOURNAMENTS, 1),
    (RARE, "top_10", 300, Measure.TOP_TEN, 1),
    (RARE, "tournaments_50", 400, Measure.TOURNAMENTS, 50),
    (EPIC, "winner", 750, Measure.TOURNAMENT_WINS, 1),
)
TOOLS = _rows(
    Category.TOOLS,
    (COMMON, "first_backtest", 50, Measure.BACKTESTS, 1),
    (COMMON, "first_mint", 50, Measure.TOKENS, 1),
    (UNCOMMON, "bot_30", 250, Measure.BOT_DAYS, 30),
    (RARE, "collector_5", 300, Measure.TOKEN_CLASSES, 5),
)
ACHIEVEMENTS: tuple[Achievement, ...] = (
    *TRADING,
    *PROGRESS,
    *EDUCATION,
    *RISK,
    *SOCIAL,
    *TOURNAMENT,
    *TOOLS,
)
