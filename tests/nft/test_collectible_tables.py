"""The tables of the collection, row by row."""

from decimal import Decimal

from astracore.instants import DAY
from astracore.nft.eligibility.requirements import Fact, earned_rarity
from astracore.nft.rules import CLASSES, RARITIES, RULES, AtLeast, Measure
from astracore.nft.types import NftClass, Rarity

D = Decimal


def test_every_need_and_bonus_of_the_table() -> None:
    told = {
        row.name.value: (
            " ".join(f"{one.measure.value}{sign(one)}{one.bound}" for one in row.needs),
            " ".join(f"{one.measure.value}{sign(one)}{one.bound}" for one in row.bonus),
            row.per,
        )
        for row in CLASSES
    }
    streak = "streak>=30"
    assert told == {
        "first_trade": ("closed_trades>=1", "trade_return>=0.1", ""),
        "level_25": ("level>=25", streak, ""),
        "level_50": ("level>=50", streak, ""),
        "level_75": ("level>=75", streak, ""),
        "level_100": ("level>=100", streak, ""),
        "clan_founder": ("own_clan_members>=10", "own_clan_level>=5", ""),
        "viral_author": ("viral_items>=5", "viral_score>=5000", ""),
        "trading_master": (
            "live_trades>=1000 live_win_rate>=0.6",
            "worst_drawdown<=0.15",
            "",
        ),
        "tournament_winner": ("tournament_rank<=1", "tournament_score>=80", "tournament"),
        "season_item": ("edition_bought>=1", "", "edition"),
    }


def sign(condition: object) -> str:
    return ">=" if isinstance(condition, AtLeast) else "<="


def test_every_rarity_of_the_table() -> None:
    assert [(row.name.value, row.colour, int(row.estimate)) for row in RARITIES] == [
        ("common", "#808080", 1000),
        ("uncommon", "#00FF00", 2500),
        ("rare", "#0080FF", 5000),
        ("epic", "#8000FF", 15000),
        ("legendary", "#FF8000", 50000),
    ]


def test_every_number_of_the_market() -> None:
    assert (RULES.listing_lives, RULES.offer_lives) == (30 * DAY, 7 * DAY)
    assert (RULES.reprices_a_day, RULES.bundle_most, RULES.snipe_most) == (10, 10, 12)
    assert (RULES.wash_within, RULES.stake_least, RULES.auction_most) == (7 * DAY,) * 3
    assert (RULES.demand_sales, RULES.demand_sales_least) == (10, 3)
    assert RULES.advice == (D("0.85"), D(1), D("1.2"))


def test_drawdowns_at_the_bound_lift() -> None:
    facts = (
        Fact(Measure.LIVE_TRADES, D(1000)),
        Fact(Measure.LIVE_WIN_RATE, D("0.6")),
        Fact(Measure.WORST_DRAWDOWN, D("0.15")),
    )
    assert earned_rarity(NftClass.TRADING_MASTER, facts).unwrap() is Rarity.LEGENDARY
    streak = (Fact(Measure.LEVEL, D(25)), Fact(Measure.STREAK, D(29)))
    assert earned_rarity(NftClass.LEVEL_25, streak).unwrap() is Rarity.UNCOMMON
