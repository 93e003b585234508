"""The tables of the game, written out once more as the rules state them: no figure moves unseen."""

import ast
import hashlib
import textwrap
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import astuple, evolve

from astracore.gamification import catalogue, lessons
from astracore.gamification.achievements import Category, Facts, Rarity, Ratio, Reach, is_due
from astracore.gamification.catalogue import ACHIEVEMENTS
from astracore.gamification.economy.characters import CHARACTERS
from astracore.gamification.economy.picture import picture
from astracore.gamification.economy.report import report
from astracore.gamification.economy.simulation import Economy, years
from astracore.gamification.economy.tables import tables
from astracore.gamification.game_rules import GameRules
from astracore.gamification.leagues import LEAGUES
from astracore.gamification.lessons import LESSONS
from astracore.gamification.measures import Measure, low_drawdown_days
from astracore.gamification.rules import (
    CAPS,
    RARITIES,
    SOURCES,
    ByCatalogue,
    ByRarity,
    ByStreak,
    Flat,
    Graded,
    PerSymbol,
    Scored,
    Share,
    XpRules,
)
from astracore.gamification.safeguards.rules import SafeguardRules
from astracore.gamification.seasons import SeasonRules
from astracore.gamification.sources import LeagueName, Tier
from astracore.gamification.sources import XpSource as S
from astracore.gamification.state import REMEMBERED
from astracore.gamification.streaks import StreakRules
from astracore.gamification.tiers import TIERS, PrestigeRules, SpotlightRules
from astracore.instants import DAY, HOUR, MINUTE, SECOND, Instant

ROOT = Path(__file__).resolve().parents[2]
RARITY = dict(zip("curel", Rarity, strict=True))
PUBLISHED = {
    Category.TRADING: """
        first_trade c 50 closed 1, trades_10 c 100 closed 10, trades_100 u 250 closed 100,
        first_live u 200 live 1, live_100 r 500 live 100, green_week r 300 green_days 7,
        steady r 400 small_run 100, trades_1000 e 1000 closed 1000,
        all_weather e 500 won_trend 20 won_range 20 won_volatile 20,
        trades_10000 l 2500 closed 10000""",
    Category.PROGRESS: """
        streak_7 c 150 streak 7, level_10 u 200 level 10, streak_30 r 600 streak 30,
        level_25 r 500 level 25, streak_100 e 1500 streak 100, level_50 e 1500 level 50,
        streak_365 l 4000 streak 365, level_100 l 5000 level 100""",
    Category.EDUCATION: """
        lessons_5 c 100 lessons 5, basics c 200 basics 1, chart_reader u 150 charts 1,
        risk_course u 250 risk 1, psychology r 300 psychology 1,
        fundamentals r 350 fundamentals 1, strategy_lab e 500 strategy_lab 1,
        teacher l 1000 lesson_posts 20""",
    Category.RISK: """
        stop_user u 200 stop_run 50, limit_keeper u 150 limit_days 30,
        size_discipline r 300 small_run 100, calm r 250 calm_days 60,
        recovery e 400 recoveries 1, low_drawdown l 750 low_drawdown_days 180""",
    Category.SOCIAL: """
        clan_member c 50 clans 1, founder u 150 owned_clan 10, battle_won u 150 battles_won 1,
        insights_10 u 200 insights 10, battles_won_5 r 400 battles_won 5,
        helper r 300 endorsers 25, referral_5 r 500 referrals 5, viral_5 e 750 viral 5""",
    Category.TOURNAMENT: """
        entry c 50 tournaments 1, top_10 r 300 top_ten 1, tournaments_50 r 400 tournaments 50,
        winner e 750 tournament_wins 1""",
    Category.TOOLS: """
        first_backtest c 50 backtests 1, first_mint c 50 tokens 1, bot_30 u 250 bot_days 30,
        collector_5 r 300 token_classes 5""",
}


@pytest.mark.parametrize("category", Category)
def test_the_achievements(category: Category) -> None:
    found = {}
    section = getattr(catalogue, category.name)
    for one in section:
        reaches = [each for each in one.conditions if isinstance(each, Reach)]
        words = [word for each in reaches for word in (each.measure.value, str(each.least))]
        found[one.achievement_id] = (one.rarity, str(one.xp), *words)
    assert section == tuple(one for one in ACHIEVEMENTS if one.category is category)
    rows = [row.split() for row in PUBLISHED[category].split(",")]
    assert found == {name: (RARITY[letter], *rest) for name, letter, *rest in rows}


def test_only_one_achievement_asks_for_a_ratio() -> None:
    ratios = [each for one in ACHIEVEMENTS for each in one.conditions if isinstance(each, Ratio)]
    assert ratios == [Ratio(Measure.SMALL_WINS, Measure.SMALL_RUN, Decimal("0.6"))]
    assert (
        tuple(
            (rarity.value, one) for rarity, one in zip(Rarity, (10, 25, 50, 100, 250), strict=True)
        )
        == RARITIES
    )


def test_the_sources_of_xp() -> None:
    rows = {
        rule.source: (rule.worth, rule.cap, rule.multiplied, rule.per_month) for rule in SOURCES
    }
    live = PerSymbol(first=20, profit=10, symbols=8, growth=5, growth_unit=10)
    assert rows == {
        S.TRADE_PRACTICE: (PerSymbol(first=10, profit=5, symbols=8), "trade_practice", True, None),
        S.TRADE_LIVE: (live, "trade_live", True, None),
        S.CHECK_IN: (Flat(10), "check_in", False, None),
        S.STREAK: (ByStreak(), "streak", False, None),
        S.LESSON: (Flat(25), "learning", True, None),
        S.QUIZ: (Graded(xp=50, least=Decimal("0.8")), "learning", True, None),
        S.LIKE: (Flat(1), "social", False, None),
        S.COMMENT: (Flat(2), "social", False, None),
        S.SHARE: (Flat(5), "social", False, None),
        S.FOLLOW: (Flat(1), "social", False, None),
        S.ENDORSEMENT: (Flat(5), "social", False, None),
        S.CLAN_JOIN: (Flat(20), "clan", False, None),
        S.BATTLE: (Scored(xp=50, most=150, divisor=2), "clan", True, None),
        S.VAULT_DEPOSIT: (Share(Decimal("0.1")), "vault", False, None),
        S.ACHIEVEMENT: (ByCatalogue(), None, False, None),
        S.CHALLENGE: (ByCatalogue(), None, False, None),
        S.TOURNAMENT: (ByCatalogue(), None, False, None),
        S.MINT: (ByRarity(RARITIES), None, False, None),
        S.REFERRAL: (Flat(200), None, False, 5),
    }


def test_the_caps_and_the_other_numbers_of_xp() -> None:
    rules = XpRules()
    assert (rules.sources, rules.caps) == (SOURCES, CAPS)
    assert dict(CAPS) == {
        "trade_practice": 120,
        "trade_live": 500,
        "check_in": 10,
        "streak": 50,
        "learning": 300,
        "social": 50,
        "clan": 400,
        "vault": 100,
    }
    assert (rules.daily, rules.multiplier_most, REMEMBERED) == (1000, Decimal(3), 35)
    assert astuple(rules.closes) == (60 * SECOND, 10, 300 * SECOND, 2)
    assert astuple(StreakRules()) == (7, 2, Decimal("0.05"), 20, 5, 50, 7 * DAY)
    assert astuple(SeasonRules()) == (Decimal("0.5"), 30, Decimal("0.01"), Decimal("0.5"))
    assert (LESSONS.passing, LESSONS.tries) == (Decimal("0.8"), 3)
    assert (GameRules().badges_most, GameRules().reward_days) == (6, 30)


def test_the_leagues() -> None:
    assert LEAGUES.slack == Decimal("0.6")
    assert [astuple(league) for league in LEAGUES.leagues] == [
        (LeagueName.CADET, 1, 0, 0, 0, 0, None, 0, 0),
        (LeagueName.VOYAGER, Decimal("1.1"), 60, 2, 1, 3, None, 5, 7),
        (LeagueName.CHAMPION, Decimal("1.25"), 250, 4, 2, 10, Decimal("0.35"), 8, 14),
        (LeagueName.ELITE, Decimal("1.5"), 600, 6, 3, 25, Decimal("0.45"), 12, 21),
        (LeagueName.MASTER, 2, 1200, 7, 4, 50, Decimal("0.5"), 15, 30),
    ]


def test_the_tiers() -> None:
    assert [astuple(row) for row in TIERS.rows] == [
        (Tier.BRONZE, 50, 0, 10_000, Decimal("0.45"), 20, Decimal("0.4"), "#CD7F32"),
        (Tier.SILVER, 0, 200, 100_000, Decimal("0.5"), 60, Decimal("0.3"), "#C0C0C0"),
        (Tier.GOLD, 0, 500, 500_000, Decimal("0.55"), 180, Decimal("0.25"), "#FFD700"),
    ]
    assert TIERS.tolerance == Decimal("0.1")
    assert astuple(PrestigeRules()) == (25, 10, 500, 10)
    assert astuple(SpotlightRules()) == (80, 30)


def test_the_safeguards() -> None:
    assert astuple(SafeguardRules()) == (
        *(4, 24, 3, 10 * MINUTE),
        *(30 * SECOND, 45 * SECOND, 60 * SECOND),
        *(23, 6),
        *map(Decimal, ("0.3", "0.6", "0.4", "0.6", "0.8", "0.6", "0.7")),
        *(60 * MINUTE, 5 * MINUTE, 15 * MINUTE, 5 * MINUTE),
        *(HOUR, DAY, 1826, 1440),
    )


def test_the_answers_of_the_quizzes() -> None:
    """The key, so that nobody moves an option without its answer."""
    quizzes = {one.module: one.quiz for one in LESSONS.lessons if one.quiz}
    sections = {name: getattr(lessons, name.upper()) for name in quizzes}
    assert sections == quizzes
    keys = {
        name: "".join(str(question.answer) for question in quiz) for name, quiz in sections.items()
    }
    assert keys == {
        "basics": "02102",
        "charts": "10210",
        "risk": "10210",
        "psychology": "20101",
        "fundamentals": "01210",
    }


def test_the_characters() -> None:
    rows = {one.character.value: astuple(one)[1:12] for one in CHARACTERS}
    assert rows == {
        "casual": (500, 550, 3, 4, 300, 480, 600, 500, 60, 2, 60),
        "grinder": (200, 970, 16, 9, 800, 520, 960, 990, 250, 8, 400),
        "washer": (100, 550, 40, 9, 5000, 500, 0, 0, 60, 2, 60),
        "multi_accounter": (100, 550, 12, 9, 2000, 500, 0, 0, 60, 2, 60),
        "whale": (100, 700, 8, 6, 200_000, 510, 800, 300, 80, 3, 120),
    }
    ends = {one.character.value: (one.care, one.tries, one.accounts) for one in CHARACTERS}
    assert ends == {
        "casual": (700, 60, 1),
        "grinder": (900, 250, 1),
        "washer": (700, 60, 1),
        "multi_accounter": (700, 60, 5),
        "whale": (600, 100, 1),
    }


def test_a_small_year_to_the_last_digit() -> None:
    """What the example prints, and the picture of it: the same on every machine."""
    rules = GameRules()
    found = report(list(years(Economy(traders=40, days=91, seed=1), rules)), rules)
    text = ast.get_docstring(ast.parse((ROOT / "examples" / "economy.py").read_text())) or ""
    assert tables(found).strip() == textwrap.dedent(text.partition("Prints:\n")[2]).strip()
    assert hashlib.sha256(picture(found).encode()).hexdigest() == (
        "33c849631496ceb540bab0cc9ad1b65434fd65dd6dbe298b6b05e2bfef8ff919"
    )
    assert all(row.reached == 0 or row.days[0] > 0 for row in found.levels)


def test_a_timed_achievement_ends_when_it_closes() -> None:
    one = evolve(ACHIEVEMENTS[0], opens=Instant(5), closes=Instant(9))
    facts = Facts(counts={Measure.CLOSED: 1})
    assert [is_due(one, facts, Instant(at)) for at in (4, 5, 8, 9)] == [False, True, True, False]


def test_low_drawdown_asks_for_both() -> None:
    good, bad = Decimal("0.05"), Decimal("1.49")
    assert low_drawdown_days(200, good, bad) == 0
    assert low_drawdown_days(200, good, Decimal("1.5")) == 200
