"""The XP table as data: what each source is worth, which caps bind, what multiplies."""

from decimal import Decimal
from typing import TypeAlias

from attrs import field, frozen

from astracore.gamification.levels import PRODUCT_CURVE, Curve
from astracore.gamification.sources import XpSource
from astracore.gamification.streaks import StreakRules
from astracore.instants import SECOND


@frozen
class Flat:
    """The same for each deed [XP]."""

    xp: int


@frozen(kw_only=True)
class PerSymbol:
    """`first` at a symbol's first close of the day, `profit` when its day net first exceeds 0.

    The first `symbols` symbols of a day count. Growth pays for the day's margin M [USD]:
    growth × isqrt(floor(M / growth_unit)) in all, so cutting a trade into parts gains nothing.
    """

    first: int
    profit: int
    symbols: int
    growth: int = 0
    growth_unit: int = 1


@frozen(kw_only=True)
class Graded:
    """`xp` from a score of `least` on."""

    xp: int
    least: Decimal


@frozen(kw_only=True)
class Scored:
    """`xp` + min(most, floor(score / divisor))."""

    xp: int
    most: int
    divisor: int


@frozen
class Share:
    """floor(rate × amount)."""

    rate: Decimal


@frozen
class ByRarity:
    """Named worths [XP]."""

    table: tuple[tuple[str, int], ...]


@frozen
class ByCatalogue:
    """The worth comes with the deed: a catalogue, template or rank table fixed it."""


@frozen
class ByStreak:
    """The worth follows the streak's days; the streak itself asks for it."""


Worth: TypeAlias = Flat | PerSymbol | Graded | Scored | Share | ByRarity | ByCatalogue | ByStreak


@frozen(kw_only=True)
class SourceRule:
    """One row: `cap` names the daily cap (none: free of the global cap too)."""

    source: XpSource
    worth: Worth
    cap: str | None = None
    multiplied: bool = False
    per_month: int | None = None  # awards that one calendar month (UTC) may hold


@frozen(kw_only=True)
class CloseRules:
    """Which closed positions count: see `qualifies`."""

    held_least: int = 60 * SECOND
    notional_least: Decimal = Decimal(10)
    wash_within: int = 300 * SECOND
    wash_fee_multiple: int = 2


RARITIES = (("common", 10), ("uncommon", 25), ("rare", 50), ("epic", 100), ("legendary", 250))
CAPS = (
    ("trade_practice", 120),
    ("trade_live", 500),
    ("check_in", 10),
    ("streak", 50),
    ("learning", 300),
    ("social", 50),
    ("clan", 400),
    ("vault", 100),
)
SOURCES = (
    SourceRule(
        source=XpSource.TRADE_PRACTICE,
        worth=PerSymbol(first=10, profit=5, symbols=8),
        cap="trade_practice",
        multiplied=True,
    ),
    SourceRule(
        source=XpSource.TRADE_LIVE,
        worth=PerSymbol(first=20, profit=10, symbols=8, growth=5, growth_unit=10),
        cap="trade_live",
        multiplied=True,
    ),
    SourceRule(source=XpSource.CHECK_IN, worth=Flat(10), cap="check_in"),
    SourceRule(source=XpSource.STREAK, worth=ByStreak(), cap="streak"),
    SourceRule(source=XpSource.LESSON, worth=Flat(25), cap="learning", multiplied=True),
    SourceRule(
        source=XpSource.QUIZ,
        worth=Graded(xp=50, least=Decimal("0.8")),
        cap="learning",
        multiplied=True,
    ),
    SourceRule(source=XpSource.LIKE, worth=Flat(1), cap="social"),
    SourceRule(source=XpSource.COMMENT, worth=Flat(2), cap="social"),
    SourceRule(source=XpSource.SHARE, worth=Flat(5), cap="social"),
    SourceRule(source=XpSource.FOLLOW, worth=Flat(1), cap="social"),
    SourceRule(source=XpSource.ENDORSEMENT, worth=Flat(5), cap="social"),
    SourceRule(source=XpSource.CLAN_JOIN, worth=Flat(20), cap="clan"),
    SourceRule(
        source=XpSource.BATTLE,
        worth=Scored(xp=50, most=150, divisor=2),
        cap="clan",
        multiplied=True,
    ),
    SourceRule(source=XpSource.VAULT_DEPOSIT, worth=Share(Decimal("0.1")), cap="vault"),
    SourceRule(source=XpSource.ACHIEVEMENT, worth=ByCatalogue()),
    SourceRule(source=XpSource.CHALLENGE, worth=ByCatalogue()),
    SourceRule(source=XpSource.TOURNAMENT, worth=ByCatalogue()),
    SourceRule(source=XpSource.MINT, worth=ByRarity(RARITIES)),
    SourceRule(source=XpSource.REFERRAL, worth=Flat(200), per_month=5),
)


@frozen(kw_only=True)
class XpRules:
    """Every number of the XP rules; a changed one is a new value, not new code."""

    sources: tuple[SourceRule, ...] = SOURCES
    caps: tuple[tuple[str, int], ...] = CAPS  # XP per UTC day
    daily: int = 1000  # over all capped sources, per UTC day
    multiplier_most: Decimal = Decimal(3)
    closes: CloseRules = field(factory=CloseRules)
    streak: StreakRules = field(factory=StreakRules)
    curve: Curve = PRODUCT_CURVE


def rule_for(rules: XpRules, source: XpSource) -> SourceRule | None:
    """The row of `source`, if the table has one."""
    return next((rule for rule in rules.sources if rule.source == source), None)
