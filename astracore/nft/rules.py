"""The tables of collectibles as data: classes, rarities, fees, market, staking, estimate."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from attrs import field, frozen

from astracore.instants import DAY, MINUTE
from astracore.money.currencies import CREDIT
from astracore.nft.types import Kind, NftClass, Rarity

ZERO = Decimal(0)
ONE = Decimal(1)


class Measure(StrEnum):
    """What a requirement may ask for; the facts come with the command."""

    CLOSED_TRADES = "closed_trades"
    TRADE_RETURN = "trade_return"  # of the trade that met the requirement, a fraction
    LEVEL = "level"
    STREAK = "streak"  # [days]
    OWN_CLAN_MEMBERS = "own_clan_members"
    OWN_CLAN_LEVEL = "own_clan_level"
    VIRAL_ITEMS = "viral_items"  # items that score at least 500
    VIRAL_SCORE = "viral_score"
    LIVE_TRADES = "live_trades"
    LIVE_WIN_RATE = "live_win_rate"
    WORST_DRAWDOWN = "worst_drawdown"
    TOURNAMENT_RANK = "tournament_rank"
    TOURNAMENT_SCORE = "tournament_score"
    EDITION_BOUGHT = "edition_bought"  # 1 when the platform's price was paid


@frozen
class AtLeast:
    """The measure is known and not below `bound`."""

    measure: Measure
    bound: Decimal


@frozen
class AtMost:
    """The measure is known and not above `bound`."""

    measure: Measure
    bound: Decimal


@frozen(kw_only=True)
class ClassRow:
    """One class: what it needs, what lifts it one rarity, what it is.

    `rarity` None: the edition states it. `per` names what one user may have several for.
    """

    name: NftClass
    needs: tuple[AtLeast | AtMost, ...]
    bonus: tuple[AtLeast | AtMost, ...]
    rarity: Rarity | None
    points: int
    kind: Kind
    per: str = ""
    cap: int | None = None  # serials of one edition


@frozen(kw_only=True)
class RarityRow:
    """One rarity: `estimate` and `stake` [CREDIT, CREDIT per day]."""

    name: Rarity
    score: Decimal
    colour: str
    estimate: Decimal
    stake: int


RARITIES = (
    RarityRow(name=Rarity.COMMON, score=ONE, colour="#808080", estimate=Decimal(1000), stake=1),
    RarityRow(
        name=Rarity.UNCOMMON,
        score=Decimal("2.5"),
        colour="#00FF00",
        estimate=Decimal(2500),
        stake=2,
    ),
    RarityRow(
        name=Rarity.RARE, score=Decimal(5), colour="#0080FF", estimate=Decimal(5000), stake=4
    ),
    RarityRow(
        name=Rarity.EPIC, score=Decimal(10), colour="#8000FF", estimate=Decimal(15000), stake=8
    ),
    RarityRow(
        name=Rarity.LEGENDARY,
        score=Decimal(25),
        colour="#FF8000",
        estimate=Decimal(50000),
        stake=16,
    ),
)


def level_row(name: NftClass, level: int, rarity: Rarity, points: int) -> ClassRow:
    """A class that a level earns; a streak of 30 days at that moment lifts it."""
    return ClassRow(
        name=name,
        needs=(AtLeast(Measure.LEVEL, Decimal(level)),),
        bonus=(AtLeast(Measure.STREAK, Decimal(30)),),
        rarity=rarity,
        points=points,
        kind=Kind.TRADEABLE,
    )


CLASSES = (
    ClassRow(
        name=NftClass.FIRST_TRADE,
        needs=(AtLeast(Measure.CLOSED_TRADES, ONE),),
        bonus=(AtLeast(Measure.TRADE_RETURN, Decimal("0.1")),),
        rarity=Rarity.COMMON,
        points=100,
        kind=Kind.SOULBOUND,
    ),
    level_row(NftClass.LEVEL_25, 25, Rarity.UNCOMMON, 150),
    level_row(NftClass.LEVEL_50, 50, Rarity.RARE, 250),
    level_row(NftClass.LEVEL_75, 75, Rarity.EPIC, 500),
    level_row(NftClass.LEVEL_100, 100, Rarity.LEGENDARY, 1000),
    ClassRow(
        name=NftClass.CLAN_FOUNDER,
        needs=(AtLeast(Measure.OWN_CLAN_MEMBERS, Decimal(10)),),
        bonus=(AtLeast(Measure.OWN_CLAN_LEVEL, Decimal(5)),),
        rarity=Rarity.EPIC,
        points=500,
        kind=Kind.SOULBOUND,
    ),
    ClassRow(
        name=NftClass.VIRAL_AUTHOR,
        needs=(AtLeast(Measure.VIRAL_ITEMS, Decimal(5)),),
        bonus=(AtLeast(Measure.VIRAL_SCORE, Decimal(5000)),),
        rarity=Rarity.EPIC,
        points=750,
        kind=Kind.TRADEABLE,
    ),
    ClassRow(
        name=NftClass.TRADING_MASTER,
        needs=(
            AtLeast(Measure.LIVE_TRADES, Decimal(1000)),
            AtLeast(Measure.LIVE_WIN_RATE, Decimal("0.6")),
        ),
        bonus=(AtMost(Measure.WORST_DRAWDOWN, Decimal("0.15")),),
        rarity=Rarity.LEGENDARY,
        points=1000,
        kind=Kind.SOULBOUND,
    ),
    ClassRow(
        name=NftClass.TOURNAMENT_WINNER,
        needs=(AtMost(Measure.TOURNAMENT_RANK, ONE),),
        bonus=(AtLeast(Measure.TOURNAMENT_SCORE, Decimal(80)),),
        rarity=Rarity.RARE,
        points=400,
        kind=Kind.TRADEABLE,
        per="tournament",
    ),
    ClassRow(
        name=NftClass.SEASON_ITEM,
        needs=(AtLeast(Measure.EDITION_BOUGHT, ONE),),
        bonus=(),
        rarity=None,
        points=50,
        kind=Kind.TRADEABLE,
        per="edition",
        cap=10_000,
    ),
)
MINIMUMS: Mapping[str, Decimal] = MappingProxyType(
    {CREDIT: Decimal(100), "USDC": ONE, "STRK": ONE, "ETH": Decimal("0.0005")}
)


@frozen(kw_only=True)
class MarketFees:
    """Shares of a price, as fractions of 1."""

    platform: Decimal = Decimal("0.025")
    royalty: Decimal = Decimal("0.05")


@frozen(kw_only=True)
class NftRules:
    """Every number of the collectibles' rules. Times in µs, counts as they are."""

    classes: tuple[ClassRow, ...] = CLASSES
    rarities: tuple[RarityRow, ...] = RARITIES
    power_score: Decimal = Decimal(10)
    power_level_most: int = 50
    minimums: Mapping[str, Decimal] = MINIMUMS
    fees: MarketFees = field(factory=MarketFees)
    listing_lives: int = 30 * DAY
    reprices_a_day: int = 10
    offer_lives: int = 7 * DAY
    bundle_most: int = 10
    wash_within: int = 7 * DAY
    english_least: int = DAY
    auction_most: int = 7 * DAY
    english_step: Decimal = Decimal("1.05")
    snipe_window: int = 10 * MINUTE
    snipe_most: int = 12
    stake_least: int = 7 * DAY
    demand_sales: int = 10
    demand_sales_least: int = 3
    demand_floor: Decimal = Decimal("0.5")
    demand_ceiling: Decimal = Decimal(2)
    advice: tuple[Decimal, Decimal, Decimal] = (Decimal("0.85"), ONE, Decimal("1.2"))
    trending_least: Decimal = Decimal(50)


RULES = NftRules()


def class_row(rules: NftRules, name: NftClass) -> ClassRow | None:
    """The row of a class, if the table has one."""
    return next((row for row in rules.classes if row.name is name), None)


def rarity_row(rules: NftRules, name: Rarity) -> RarityRow | None:
    """The row of a rarity, if the table has one."""
    return next((row for row in rules.rarities if row.name is name), None)


def class_index(name: NftClass) -> int:
    """The number of a class on the chain, from 1.

    >>> class_index(NftClass.FIRST_TRADE), class_index(NftClass.SEASON_ITEM)
    (1, 10)
    """
    return tuple(NftClass).index(name) + 1
