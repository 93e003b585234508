"""Every table and bound of game and business, row by row, as the rules write it.

They stand in `tables_told.txt`; a rule that is changed on purpose writes them anew with
`python -m tests.kept.test_kept_tables`, and whoever reads the change sees each figure move.
"""

import importlib
from pathlib import Path

import pytest

from tests.kept.telling import keep, kept, words

FILE = Path(__file__).with_name("tables_told.txt")
TABLES = {  # module: names in it
    "ledger.checks": "CEILING",
    "ledger.periods": "VERSION",
    "ledger.shelves": "COUNT",
    "revenue.dates": "ERA BEFORE_EPOCH",
    "revenue.daycount": "YEAR",
    "revenue.economy.faucet": "PLACES",
    "revenue.economy.state": "NO_WEEK",
    "revenue.invoices.book": "MOST",
    "revenue.invoices.tax": "TAXES",
    "revenue.movements.rules": "WITHDRAWALS",
    "revenue.movements.state": "REMEMBERED_DAYS",
    "revenue.payments.quoting": "CALM",
    "revenue.payments.types": "PRODUCTS PAID",
    "revenue.periods": "LONGEST LIFETIME_DAYS MONTHS DAYS",
    "revenue.plans": "PLANS PER_YEAR",
    "revenue.recognition.straight_line": "LONGEST",
    "revenue.saas": "MARGIN",
    "revenue.spending.factors": "WEEK WEEKS_BEFORE THREE FIVE",
    "revenue.splits.commands": "SPLITS",
    "revenue.wallets.rules": "TOKENS_BUY",
    "revenue.wallets.state": "NO_DAY",
    "revenue.wallets.wallet": "MOST",
    "nft.auctions.state": "BEGINNING",
    "nft.listings.state": "BEGINNING",
    "nft.minting": "SERIALS",
    "nft.rules": "RARITIES CLASSES MINIMUMS",
    "nft.tokens.state": "REMEMBERED",
    "nft.traits": "WORD COUNT",
    "nft.valuation": "HUNDRED LEAST_SHARE",
    "users.gates": "GATES",
    "users.profiles": "DAY_MINUTES",
    "users.registration": "LONGEST_EMAIL YEAR_DAYS",
    "users.rules": "WITHDRAWALS KEYS_BY_PLAN",
    "users.totp": "STEP DIGITS WINDOW",
    "users.wallets": "LONGEST_MESSAGE",
    "gamification.achievements": "POINTS",
    "gamification.catalogue": "TRADING PROGRESS EDUCATION RISK SOCIAL TOURNAMENT TOOLS",
    "gamification.curves": "LONGEST",
    "gamification.days": "ZONE_BOUND",
    "gamification.earning": "XP_BOUND",
    "gamification.economy.characters": "CHARACTERS",
    "gamification.economy.report": "LEVELS QUARTERS",
    "gamification.economy.simulation": "START MONTH",
    "gamification.economy.traders": "WINDOW",
    "gamification.leaderboards.periods": "EPOCH MONDAY MONTHS",
    "gamification.leaderboards.rules": "ENTRIES",
    "gamification.leaderboards.scores": "PLACES YEAR",
    "gamification.leagues": "MONDAY LEAGUES",
    "gamification.learning": "SCORE_UNIT",
    "gamification.lessons": "BASICS CHARTS RISK PSYCHOLOGY FUNDAMENTALS LESSONS",
    "gamification.levels": "STEEPEST PROGRESS_UNIT PRODUCT_CURVE",
    "gamification.matchings": "FREE",
    "gamification.measures": "DEEP",
    "gamification.pairing": "MOST",
    "gamification.ranking": "BOUND",
    "gamification.ranks": "RANK_UNIT",
    "gamification.ratings": "PI LOGISTIC WIDEST CLOSE FARTHEST LARGEST",
    "gamification.record": "SMALL_RISK NOTHING",
    "gamification.rules": "RARITIES CAPS SOURCES",
    "gamification.safeguards.scores": "UNIT",
    "gamification.seasons": "EPOCH DAYS",
    "gamification.state": "NO_DAY REMEMBERED",
    "gamification.tiers": "TIERS",
    "gamification.tournaments.ai_traders": "AI_TRADERS",
    "gamification.tournaments.tournament": "LONGEST",
    "gamification.tournaments.types": "EPOCH",
    "gamification.unlocking": "BADGE_LEVELS",
    "gamification.xp": "BOUND",
    "social.battles.battle": "BOUND",
    "social.battles.rules": "HOURS",
    "social.battles.scores": "FARTHEST POINTS",
    "social.challenges.challenge": "BOUND",
    "social.challenges.rules": "TEMPLATES",
    "social.clans.treasury": "BOUND PURPOSE_MOST",
    "social.content.content": "REASON_MOST",
    "social.content.rules": "WEIGHTS",
    "social.content.scores": "MOST",
    "social.invites.rules": "LENGTH CODES SEEDS",
    "social.limits": "WINDOWS",
    "social.moderation.case": "CODE_MOST",
    "social.profiles.reputation": "CENTS",
    "social.profiles.state": "MIDDLE",
    "bots.copying.turns": "MOST",
}
NAMES = [f"{module}:{name}" for module, names in TABLES.items() for name in names.split()]


def told(place: str) -> str:
    """Row by row where it has rows."""
    module, _, name = place.partition(":")
    table = getattr(importlib.import_module(f"astracore.{module}"), name)
    return "\n".join(map(words, table)) if isinstance(table, tuple) else words(table)


@pytest.mark.parametrize("place", NAMES)
def test_every_row_is_kept(place: str) -> None:
    assert told(place) == kept(FILE)[place]


def test_no_table_is_forgotten() -> None:
    assert list(kept(FILE)) == NAMES


if __name__ == "__main__":
    keep(FILE, {place: told(place) for place in NAMES})
