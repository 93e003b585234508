"""Verified traders: what each tier asks for, when it is lost, who is shown to everybody."""

from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen

from astracore.gamification.commands import TraderFacts
from astracore.gamification.sources import Tier
from astracore.ids import UserId
from astracore.numeric import EXACT

RANKS = tuple(Tier)


@frozen(kw_only=True)
class TierRow:
    """One tier: the least of everything, the worst drawdown, the colour around the name."""

    tier: Tier
    closed: int
    live: int
    volume: Decimal  # [USD]
    win_rate: Decimal
    active_days: int
    drawdown: Decimal
    aura: str


@frozen(kw_only=True)
class TierTable:
    """The tiers, lowest first; one is lost when the drawdown exceeds its worst by `tolerance`."""

    rows: tuple[TierRow, ...]
    tolerance: Decimal = Decimal("0.1")


TIERS = TierTable(
    rows=(
        TierRow(
            tier=Tier.BRONZE,
            closed=50,
            live=0,
            volume=Decimal(10_000),
            win_rate=Decimal("0.45"),
            active_days=20,
            drawdown=Decimal("0.4"),
            aura="#CD7F32",
        ),
        TierRow(
            tier=Tier.SILVER,
            closed=0,
            live=200,
            volume=Decimal(100_000),
            win_rate=Decimal("0.5"),
            active_days=60,
            drawdown=Decimal("0.3"),
            aura="#C0C0C0",
        ),
        TierRow(
            tier=Tier.GOLD,
            closed=0,
            live=500,
            volume=Decimal(500_000),
            win_rate=Decimal("0.55"),
            active_days=180,
            drawdown=Decimal("0.25"),
            aura="#FFD700",
        ),
    )
)


def missing(row: TierRow, facts: TraderFacts) -> tuple[str, ...]:
    """What a trader lacks for a tier, by name; nothing when it is due.

    >>> facts = TraderFacts(closed=50, live=0, volume=Decimal(1), win_rate=Decimal(1),
    ...     active_days=20, drawdown=Decimal("0.5"))
    >>> missing(TIERS.rows[0], facts)
    ('volume', 'drawdown')
    """
    met = {
        "closed": facts.closed >= row.closed,
        "live": facts.live >= row.live,
        "volume": facts.volume >= row.volume,
        "win_rate": facts.win_rate >= row.win_rate,
        "active_days": facts.active_days >= row.active_days,
        "drawdown": facts.drawdown <= row.drawdown,
    }
    return tuple(name for name, enough in met.items() if not enough)


def row_of(table: TierTable, tier: Tier) -> TierRow | None:
    """The row of a tier; none of `none`."""
    return next((row for row in table.rows if row.tier is tier), None)


def due(table: TierTable, facts: TraderFacts) -> Tier:
    """The highest tier that asks for no more than this."""
    found = [row.tier for row in table.rows if not missing(row, facts)]
    return max(found, key=RANKS.index, default=Tier.NONE)


def kept(table: TierTable, tier: Tier, drawdown: Decimal) -> Tier:
    """What is left of a tier at this drawdown: the highest one up to it that still tolerates it.

    >>> kept(TIERS, Tier.GOLD, Decimal("0.35")).value, kept(TIERS, Tier.GOLD, Decimal("0.36")).value
    ('gold', 'silver')
    """
    held = [
        row.tier
        for row in table.rows
        if RANKS.index(row.tier) <= RANKS.index(tier)
        and drawdown <= EXACT.add(row.drawdown, table.tolerance)
    ]
    return max(held, key=RANKS.index, default=Tier.NONE)


@frozen(kw_only=True)
class PrestigeRules:
    """What prestige is made of."""

    per_rank: int = 25
    per_spotlight: int = 10
    votes_most: int = 500
    points_each: int = 10  # points for one of prestige


def prestige(tier: Tier, spotlights: int, votes: int, points: int, rules: PrestigeRules) -> int:
    """25 × rank + 10 × spotlights + min(500, votes) + floor(points / 10).

    >>> prestige(Tier.GOLD, 2, 120, 430, PrestigeRules())
    258
    """
    return (
        rules.per_rank * RANKS.index(tier)
        + rules.per_spotlight * spotlights
        + min(rules.votes_most, votes)
        + points // rules.points_each
    )


@frozen(kw_only=True)
class Candidate:
    """Somebody who might be shown. `rating` is the social one [0..100]."""

    user_id: UserId
    tier: Tier
    rating: Decimal
    prestige: int
    shown: int | None  # the last UTC day in the spotlight


@frozen(kw_only=True)
class SpotlightRules:
    """Who may be shown and how soon again."""

    rating_least: Decimal = Decimal(80)
    rest_days: int = 30


def spotlight(candidates: Iterable[Candidate], day: int, rules: SpotlightRules) -> UserId | None:
    """The one to show on a UTC day: the most prestige, ties to the lower id; perhaps nobody.

    Invariant: the order of the candidates does not matter.
    """
    allowed = (
        one
        for one in candidates
        if one.tier is not Tier.NONE
        and one.rating >= rules.rating_least
        and (one.shown is None or day - one.shown > rules.rest_days)
    )
    best = min(allowed, key=lambda one: (-one.prestige, one.user_id), default=None)
    return None if best is None else best.user_id
