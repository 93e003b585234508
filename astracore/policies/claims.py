"""What deeds mean for claims to collectibles: asked for only where a requirement is met."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from attrs import frozen

from astracore.events.envelope import Envelope
from astracore.events.policy import Policy
from astracore.gamification.events import LevelUp
from astracore.gamification.tournaments.events import TournamentClosed
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.nft.eligibility.commands import GrantEligibility
from astracore.nft.eligibility.requirements import Fact, earned_rarity
from astracore.nft.rules import Measure
from astracore.nft.types import NftClass
from astracore.numeric import quotient
from astracore.outcome import is_failure
from astracore.policies.rows import RowPolicy
from astracore.social.clans.events import ClanJoined, ClanTransferred
from astracore.social.content.events import ContentCommented, ContentReacted, ContentShared
from astracore.trading.events import PositionClosed

Claims: TypeAlias = tuple[GrantEligibility, ...]
Scored: TypeAlias = ContentReacted | ContentCommented | ContentShared
LEVELS: Mapping[int, NftClass] = MappingProxyType(
    {
        25: NftClass.LEVEL_25,
        50: NftClass.LEVEL_50,
        75: NftClass.LEVEL_75,
        100: NftClass.LEVEL_100,
    }
)


@frozen(kw_only=True)
class StreakRow:
    """How long the user's streak is at the moment of the event [days]."""

    days: int


@frozen(kw_only=True)
class LiveRecord:
    """What a user's live trades come to; `drawdown` is the worst, a fraction of the peak."""

    trades: int
    win_rate: Decimal
    drawdown: Decimal


@frozen(kw_only=True)
class OwnedClan:
    """The clan that the event is about, after it: who owns it, how many it has, its level."""

    owner_id: UserId
    members: int
    level: int


@frozen(kw_only=True)
class Author:
    """Whose post the event is about: how many of theirs score 500, and what these score."""

    author_id: UserId
    items: int
    score: int


def recorded(trades: int, wins: int, falls: Sequence[Decimal]) -> LiveRecord:
    """The record of so many trades on accounts that fell so far at worst."""
    rate = quotient(Decimal(wins), Decimal(trades)) if trades else Decimal(0)
    return LiveRecord(trades=trades, win_rate=rate, drawdown=max(falls, default=Decimal(0)))


def claimed(
    user_id: UserId,
    class_: NftClass,
    figures: tuple[tuple[Measure, Decimal], ...],
    at: Instant,
    reference: str = "",
) -> Claims:
    """A claim, where these figures meet what the class requires; else nothing."""
    facts = tuple(Fact(measure, value) for measure, value in figures)
    if is_failure(earned_rarity(class_, facts)):
        return ()
    return (
        GrantEligibility(user_id=user_id, class_=class_, facts=facts, reference=reference, at=at),
    )


def claim_first_trade(envelope: Envelope[PositionClosed]) -> Claims:
    """position_closed → GrantEligibility(first_trade)."""
    event = envelope.event
    figures = (
        (Measure.CLOSED_TRADES, Decimal(1)),
        (Measure.TRADE_RETURN, event.return_),
    )
    return claimed(event.user_id, NftClass.FIRST_TRADE, figures, event.closed_at)


def claim_mastery(envelope: Envelope[PositionClosed], row: LiveRecord) -> Claims:
    """position_closed (live) → GrantEligibility(trading_master)."""
    event = envelope.event
    if event.is_practice:
        return ()
    figures = (
        (Measure.LIVE_TRADES, Decimal(row.trades)),
        (Measure.LIVE_WIN_RATE, row.win_rate),
        (Measure.WORST_DRAWDOWN, row.drawdown),
    )
    return claimed(event.user_id, NftClass.TRADING_MASTER, figures, event.closed_at)


def claim_level(envelope: Envelope[LevelUp], row: StreakRow) -> Claims:
    """level_up → GrantEligibility of the level's class."""
    event = envelope.event
    found = LEVELS.get(event.new_level)
    if found is None:
        return ()
    figures = ((Measure.LEVEL, Decimal(event.new_level)), (Measure.STREAK, Decimal(row.days)))
    return claimed(event.user_id, found, figures, envelope.occurred_at)


def claim_founding(envelope: Envelope[ClanJoined | ClanTransferred], row: OwnedClan) -> Claims:
    """clan_joined, clan_transferred → GrantEligibility(clan_founder) for the clan's owner."""
    figures = (
        (Measure.OWN_CLAN_MEMBERS, Decimal(row.members)),
        (Measure.OWN_CLAN_LEVEL, Decimal(row.level)),
    )
    return claimed(row.owner_id, NftClass.CLAN_FOUNDER, figures, envelope.event.at)


def claim_fame(envelope: Envelope[Scored], row: Author) -> Claims:
    """content_reacted, _commented, _shared → GrantEligibility(viral_author) for the author."""
    figures = (
        (Measure.VIRAL_ITEMS, Decimal(row.items)),
        (Measure.VIRAL_SCORE, Decimal(row.score)),
    )
    return claimed(row.author_id, NftClass.VIRAL_AUTHOR, figures, envelope.event.at)


def claim_victory(envelope: Envelope[TournamentClosed]) -> Claims:
    """tournament_closed → GrantEligibility(tournament_winner) for whoever came first."""
    event = envelope.event
    return tuple(
        claim
        for prize in event.prizes
        for claim in claimed(
            prize.user_id,
            NftClass.TOURNAMENT_WINNER,
            (
                (Measure.TOURNAMENT_RANK, Decimal(prize.rank)),
                (Measure.TOURNAMENT_SCORE, prize.score),
            ),
            event.at,
            event.tournament_id,
        )
    )


CLAIM_POLICIES: tuple[Policy[Any, GrantEligibility], ...] = (
    Policy(name="claim_first_trade", events=(PositionClosed,), react=claim_first_trade),
    Policy(name="claim_victory", events=(TournamentClosed,), react=claim_victory),
)
CLAIM_ROWS: tuple[RowPolicy[Any, Any, GrantEligibility], ...] = (
    RowPolicy(name="claim_mastery", events=(PositionClosed,), row=LiveRecord, react=claim_mastery),
    RowPolicy(name="claim_level", events=(LevelUp,), row=StreakRow, react=claim_level),
    RowPolicy(
        name="claim_founding",
        events=(ClanJoined, ClanTransferred),
        row=OwnedClan,
        react=claim_founding,
    ),
    RowPolicy(
        name="claim_fame",
        events=(ContentReacted, ContentCommented, ContentShared),
        row=Author,
        react=claim_fame,
    ),
)
