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
    "astracore.ledger.checks": "CEILING",
    "astracore.ledger.periods": "VERSION",
    "astracore.ledger.shelves": "COUNT",
    "astracore.revenue.dates": "ERA BEFORE_EPOCH",
    "astracore.revenue.daycount": "YEAR",
    "astracore.revenue.economy.faucet": "PLACES",
    "astracore.revenue.economy.state": "NO_WEEK",
    "astracore.revenue.invoices.book": "MOST",
    "astracore.revenue.invoices.tax": "TAXES",
    "astracore.revenue.movements.rules": "WITHDRAWALS",
    "astracore.revenue.movements.state": "REMEMBERED_DAYS",
    "astracore.revenue.payments.quoting": "CALM",
    "astracore.revenue.payments.types": "PRODUCTS PAID",
    "astracore.revenue.periods": "LONGEST LIFETIME_DAYS MONTHS DAYS",
    "astracore.revenue.plans": "PLANS PER_YEAR",
    "astracore.revenue.recognition.straight_line": "LONGEST",
    "astracore.revenue.saas": "MARGIN",
    "astracore.revenue.spending.factors": "WEEK WEEKS_BEFORE THREE FIVE",
    "astracore.revenue.splits.commands": "SPLITS",
    "astracore.revenue.wallets.rules": "TOKENS_BUY",
    "astracore.revenue.wallets.state": "NO_DAY",
    "astracore.revenue.wallets.wallet": "MOST",
    "astracore.nft.auctions.state": "BEGINNING",
    "astracore.nft.listings.state": "BEGINNING",
    "astracore.nft.minting": "SERIALS",
    "astracore.nft.rules": "RARITIES CLASSES MINIMUMS",
    "astracore.nft.tokens.state": "REMEMBERED",
    "astracore.nft.traits": "WORD COUNT",
    "astracore.nft.valuation": "HUNDRED LEAST_SHARE",
    "astracore.users.gates": "GATES",
    "astracore.users.profiles": "DAY_MINUTES",
    "astracore.users.registration": "LONGEST_EMAIL YEAR_DAYS",
    "astracore.users.rules": "KEYS_BY_PLAN",
    "astracore.users.totp": "STEP DIGITS WINDOW",
    "astracore.users.wallets": "LONGEST_MESSAGE",
    "astracore.gamification.achievements": "POINTS",
    "astracore.gamification.catalogue": "TRADING PROGRESS EDUCATION RISK SOCIAL TOURNAMENT TOOLS",
    "astracore.gamification.curves": "LONGEST",
    "astracore.gamification.days": "ZONE_BOUND",
    "astracore.gamification.earning": "XP_BOUND",
    "astracore.gamification.economy.characters": "CHARACTERS",
    "astracore.gamification.economy.report": "LEVELS QUARTERS",
    "astracore.gamification.economy.simulation": "START MONTH",
    "astracore.gamification.economy.traders": "WINDOW",
    "astracore.gamification.leaderboards.periods": "EPOCH MONDAY MONTHS",
    "astracore.gamification.leaderboards.rules": "ENTRIES",
    "astracore.gamification.leaderboards.scores": "PLACES YEAR",
    "astracore.gamification.leagues": "MONDAY LEAGUES",
    "astracore.gamification.learning": "SCORE_UNIT",
    "astracore.gamification.lessons": "BASICS CHARTS RISK PSYCHOLOGY FUNDAMENTALS LESSONS",
    "astracore.gamification.levels": "STEEPEST PROGRESS_UNIT PRODUCT_CURVE",
    "astracore.gamification.matchings": "FREE",
    "astracore.gamification.measures": "DEEP",
    "astracore.gamification.pairing": "MOST",
    "astracore.gamification.ranking": "BOUND",
    "astracore.gamification.ranks": "RANK_UNIT",
    "astracore.gamification.ratings": "PI LOGISTIC WIDEST CLOSE FARTHEST LARGEST",
    "astracore.gamification.record": "SMALL_RISK NOTHING",
    "astracore.gamification.rules": "RARITIES CAPS SOURCES",
    "astracore.gamification.safeguards.scores": "UNIT",
    "astracore.gamification.seasons": "EPOCH DAYS",
    "astracore.gamification.state": "NO_DAY REMEMBERED",
    "astracore.gamification.tiers": "TIERS",
    "astracore.gamification.tournaments.ai_traders": "AI_TRADERS",
    "astracore.gamification.tournaments.tournament": "LONGEST",
    "astracore.gamification.tournaments.types": "EPOCH",
    "astracore.gamification.unlocking": "BADGE_LEVELS",
    "astracore.gamification.xp": "BOUND",
    "astracore.social.battles.battle": "BOUND",
    "astracore.social.battles.rules": "HOURS",
    "astracore.social.battles.scores": "FARTHEST POINTS",
    "astracore.social.challenges.challenge": "BOUND",
    "astracore.social.challenges.rules": "TEMPLATES",
    "astracore.social.clans.treasury": "BOUND PURPOSE_MOST",
    "astracore.social.content.content": "REASON_MOST",
    "astracore.social.content.rules": "WEIGHTS",
    "astracore.social.content.scores": "MOST",
    "astracore.social.invites.rules": "LENGTH CODES SEEDS",
    "astracore.social.limits": "WINDOWS",
    "astracore.social.moderation.case": "CODE_MOST",
    "astracore.social.profiles.reputation": "CENTS",
    "astracore.social.profiles.state": "MIDDLE",
    "astracore.bots.copying.turns": "MOST",
}
NAMES = [f"{module}:{name}" for module, names in TABLES.items() for name in names.split()]


def told(place: str) -> str:
    """Row by row where it has rows."""
    module, _, name = place.partition(":")
    table = getattr(importlib.import_module(module), name)
    return "\n".join(map(words, table)) if isinstance(table, tuple) else words(table)


@pytest.mark.parametrize("place", NAMES)
def test_every_row_is_kept(place: str) -> None:
    assert told(place) == kept(FILE)[place]


def test_no_table_is_forgotten() -> None:
    assert list(kept(FILE)) == NAMES


if __name__ == "__main__":
    keep(FILE, {place: told(place) for place in NAMES})
