"""Leaderboards and tournaments as everybody sees them: rows in the order of their ranks."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.gamification.leaderboards.events import (
    LeaderboardClosed,
    LeaderboardUpdated,
    PeriodEvent,
    Winner,
)
from astracore.gamification.leaderboards.types import Board, Market, Scope
from astracore.gamification.ranking import score_text
from astracore.gamification.tournaments.events import (
    TournamentClosed,
    TournamentEvent,
    TournamentJoined,
    TournamentOpened,
    TournamentScored,
)
from astracore.ids import AccountId, UserId
from astracore.instants import Instant
from astracore.projections.game import BoardRow
from astracore.projections.sorting import ascending, newest_first

ZERO = Decimal(0)
EntryEvent: TypeAlias = TournamentJoined | TournamentScored | TournamentClosed


@frozen(kw_only=True)
class StandingRow:
    """One contender of one board and period; ranks follow from the order of the rows."""

    leaderboard: str
    board: Board
    market: Market
    scope: Scope
    target: str
    period: str
    user_id: UserId
    score: Decimal
    reached_at: Instant


@frozen(kw_only=True)
class ClosedBoardRow:
    """A frozen list: what anybody checks a published table or a proof against."""

    leaderboard: str
    board: Board
    market: Market
    scope: Scope
    target: str
    period: str
    count: int
    list_hash: str
    merkle_root: str
    winners: tuple[Winner, ...]
    closed_at: Instant


@frozen(kw_only=True)
class TournamentRow:
    """A tournament; its phase follows from these instants and the time of asking."""

    tournament_id: str
    begin: Instant
    end: Instant
    joining_until: Instant
    capital: Decimal
    currency: str
    leverage: int
    people: int = 0
    ai_traders: int = 0
    closed_at: Instant | None = None
    list_hash: str = ""
    merkle_root: str = ""


@frozen(kw_only=True)
class EntryRow:
    """One entry of a tournament, with its score and parts [0..100], and its prize at the end."""

    tournament_id: str
    user_id: UserId
    account_id: AccountId
    is_ai: bool
    trades: int = 0
    won: int = 0
    score: Decimal = ZERO
    profit: Decimal = ZERO
    wins: Decimal = ZERO
    volume: Decimal = ZERO
    consistency: Decimal = ZERO
    reached_at: Instant
    final_rank: int | None = None
    xp: int = 0
    credits: int = 0


def ranked_text(score: Decimal, at: Instant, user_id: str) -> str:
    """Sorts by score downwards, then the earlier instant, then the smaller id."""
    return f"{tied_text(score)}{ascending(at.micros)}/{user_id}"


def tied_text(score: Decimal) -> str:
    """What equal scores share; scores with 48 digits stay apart in any store."""
    return f"{score_text(score.copy_negate())}/"


def standing_keys(envelope: Envelope[PeriodEvent]) -> tuple[str, ...]:
    """The rows that an event touches."""
    event = envelope.event
    users = (event.user_id,) if isinstance(event, LeaderboardUpdated) else event.excluded
    return tuple(f"{envelope.stream.key}/{user_id}" for user_id in users)


def evolve_standing(
    _row: StandingRow | None, envelope: Envelope[PeriodEvent], _key: str
) -> StandingRow | None:
    """Where somebody stands now; nowhere once they are taken off."""
    event = envelope.event
    if isinstance(event, LeaderboardClosed) or event.new_rank is None:
        return None
    return StandingRow(
        leaderboard=envelope.stream.key,
        board=event.board,
        market=event.market,
        scope=event.scope,
        target=event.target,
        period=event.period,
        user_id=event.user_id,
        score=event.score,
        reached_at=event.at,
    )


def contender(row: StandingRow, known: BoardRow | None) -> BoardRow:
    """Somebody on an XP board of a period, with the name and level that are `known` of them."""
    return BoardRow(
        user_id=row.user_id,
        username="" if known is None else known.username,
        score=int(row.score),
        level=1 if known is None else known.level,
        reached_at=row.reached_at,
    )


def evolve_closed(
    _row: ClosedBoardRow | None, envelope: Envelope[LeaderboardClosed], key: str
) -> ClosedBoardRow:
    """The frozen list of a period."""
    event = envelope.event
    return ClosedBoardRow(
        leaderboard=key,
        board=event.board,
        market=event.market,
        scope=event.scope,
        target=event.target,
        period=event.period,
        count=event.count,
        list_hash=event.list_hash,
        merkle_root=event.merkle_root,
        winners=event.winners,
        closed_at=event.at,
    )


def evolve_tournament(
    row: TournamentRow | None, envelope: Envelope[TournamentEvent], _key: str
) -> TournamentRow | None:
    """A tournament after one event; nothing before it was opened."""
    event = envelope.event
    if isinstance(event, TournamentOpened):
        return TournamentRow(
            tournament_id=event.tournament_id,
            begin=event.begin,
            end=event.end,
            joining_until=event.joining_until,
            capital=event.rules.capital,
            currency=event.rules.currency,
            leverage=event.rules.leverage,
        )
    if row is None:
        return None
    match event:
        case TournamentJoined():
            people, machines = row.people + (not event.is_ai), row.ai_traders + event.is_ai
            return changed(row, people=people, ai_traders=machines)
        case TournamentScored():
            return row
        case TournamentClosed():
            return changed(
                row,
                closed_at=event.at,
                list_hash=event.list_hash,
                merkle_root=event.merkle_root,
            )
        case _:
            assert_never(event)


def entry_keys(envelope: Envelope[EntryEvent]) -> tuple[str, ...]:
    """The entries that an event touches: at the end those that are paid."""
    event = envelope.event
    if isinstance(event, TournamentClosed):
        users = tuple(prize.user_id for prize in event.prizes)
    else:
        users = (event.user_id,)
    return tuple(f"{event.tournament_id}/{user_id}" for user_id in users)


def evolve_entry(row: EntryRow | None, envelope: Envelope[EntryEvent], key: str) -> EntryRow | None:
    """An entry after one event; a score that stays keeps its instant."""
    event = envelope.event
    if isinstance(event, TournamentJoined):
        return EntryRow(
            tournament_id=event.tournament_id,
            user_id=event.user_id,
            account_id=event.account_id,
            is_ai=event.is_ai,
            reached_at=event.at,
        )
    if row is None:
        return None
    if isinstance(event, TournamentScored):
        return _scored(row, event)
    prize = next(one for one in event.prizes if key == f"{event.tournament_id}/{one.user_id}")
    return changed(row, final_rank=prize.rank, xp=prize.xp, credits=prize.credits)


def _scored(row: EntryRow, event: TournamentScored) -> EntryRow:
    """The row with another score."""
    return changed(
        row,
        trades=event.trades,
        won=event.won,
        score=event.score,
        profit=event.profit,
        wins=event.wins,
        volume=event.volume_part,
        consistency=event.consistency,
        reached_at=row.reached_at if row.score == event.score else event.at,
    )


LEADERBOARDS: Projection[PeriodEvent, StandingRow] = Projection(
    name="leaderboards",
    version=2,
    events=(LeaderboardUpdated, LeaderboardClosed),
    keys=standing_keys,
    evolve=evolve_standing,
    row=codec(StandingRow),
    owner=lambda row: row.leaderboard,
    sort=lambda row: ranked_text(row.score, row.reached_at, row.user_id),
    tie=lambda row: tied_text(row.score),
)
CLOSED_LEADERBOARDS: Projection[LeaderboardClosed, ClosedBoardRow] = Projection(
    name="leaderboards_closed",
    version=1,
    events=(LeaderboardClosed,),
    keys=lambda envelope: (envelope.stream.key,),
    evolve=evolve_closed,
    row=codec(ClosedBoardRow),
    owner=lambda _row: "",
    sort=lambda row: newest_first(row.closed_at),
)
TOURNAMENTS: Projection[TournamentEvent, TournamentRow] = Projection(
    name="tournaments",
    version=1,
    events=(TournamentOpened, TournamentJoined, TournamentScored, TournamentClosed),
    keys=lambda envelope: (envelope.event.tournament_id,),
    evolve=evolve_tournament,
    row=codec(TournamentRow),
    owner=lambda _row: "",
    sort=lambda row: newest_first(row.begin),
)
TOURNAMENT_ENTRIES: Projection[EntryEvent, EntryRow] = Projection(
    name="tournament_entries",
    version=2,
    events=(TournamentJoined, TournamentScored, TournamentClosed),
    keys=entry_keys,
    evolve=evolve_entry,
    row=codec(EntryRow),
    owner=lambda row: row.tournament_id,
    sort=lambda row: ranked_text(row.score, row.reached_at, row.user_id),
    tie=lambda row: tied_text(row.score),
)
