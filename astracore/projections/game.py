"""A player's progress, its history, and the table of all players."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.gamification.events import (
    LevelUp,
    StreakBroken,
    StreakUpdated,
    XpGained,
    XpReversed,
)
from astracore.gamification.levels import level_at, progress, threshold
from astracore.gamification.rules import XpRules
from astracore.gamification.sources import XpSource
from astracore.ids import EventId, UserId
from astracore.instants import Instant
from astracore.projections.sorting import ascending, descending, newest_first
from astracore.users.events import UserRegistered

CURVE = XpRules().curve
ONE = Decimal(1)
ProgressEvent: TypeAlias = (
    UserRegistered | XpGained | XpReversed | LevelUp | StreakUpdated | StreakBroken
)
BoardEvent: TypeAlias = UserRegistered | XpGained | XpReversed
HistoryEvent: TypeAlias = XpGained | XpReversed


@frozen(kw_only=True)
class ProgressRow:
    """Where a player stands. `progress` [0..1] between `level_xp` and `next_level_xp`."""

    user_id: UserId
    username: str
    xp: int = 0
    level: int = 1
    level_xp: int = 0
    next_level_xp: int = threshold(CURVE, 2)
    progress: Decimal = Decimal(0)
    streak: int = 0
    streak_day: int | None = None  # the last counted day, in days since 1970
    freezes: int = 0
    multiplier: Decimal = ONE
    credits_earned: int = 0
    updated_at: Instant


@frozen(kw_only=True)
class AwardRow:
    """One award, as the history shows it; a correction has an amount below 0."""

    event_id: EventId
    user_id: UserId
    source: XpSource
    source_event_id: EventId
    base: int
    multiplier: Decimal
    amount: int
    total_xp: int
    level: int
    at: Instant


@frozen(kw_only=True)
class BoardRow:
    """One contender: more is better, earlier is better, the id decides the rest."""

    user_id: UserId
    username: str
    score: int
    level: int
    reached_at: Instant


@frozen(kw_only=True)
class PlacedRow:
    """A contender with both ranks: `rank` is total, `shared_rank` equal for equal scores."""

    rank: int
    shared_rank: int
    user_id: UserId
    username: str
    score: int
    level: int
    reached_at: Instant


def evolve_progress(
    row: ProgressRow | None, envelope: Envelope[ProgressEvent], key: str
) -> ProgressRow | None:
    """Fold one event; a player whose registration another house keeps starts nameless."""
    event, at = envelope.event, envelope.occurred_at
    if isinstance(event, UserRegistered):
        return ProgressRow(user_id=event.user_id, username=event.username, updated_at=at)
    before = ProgressRow(user_id=UserId(key), username="", updated_at=at) if row is None else row
    match event:
        case XpGained() | XpReversed():
            return with_xp(before, event.total_xp, at)
        case LevelUp():
            earned = before.credits_earned + event.credits
            return changed(before, credits_earned=earned, updated_at=at)
        case StreakUpdated():
            return changed(
                before,
                streak=event.count,
                streak_day=event.day,
                freezes=event.freezes,
                multiplier=event.multiplier,
                updated_at=at,
            )
        case StreakBroken():
            return changed(before, streak=0, multiplier=ONE, updated_at=at)
        case _:
            assert_never(event)


def with_xp(row: ProgressRow, xp: int, at: Instant) -> ProgressRow:
    """The row at another total: everything else about levels follows from it."""
    level = level_at(CURVE, xp)
    return changed(
        row,
        xp=xp,
        level=level,
        level_xp=threshold(CURVE, level),
        next_level_xp=threshold(CURVE, level + 1),
        progress=progress(CURVE, xp),
        updated_at=at,
    )


def award(row: AwardRow | None, envelope: Envelope[HistoryEvent], _key: str) -> AwardRow | None:
    """One row for each award, and one for each correction."""
    event = envelope.event
    if row is not None:
        return row
    back = isinstance(event, XpReversed)
    return AwardRow(
        event_id=envelope.event_id,
        user_id=event.user_id,
        source=event.source,
        source_event_id=event.source_event_id,
        base=0 if isinstance(event, XpReversed) else event.base,
        multiplier=ONE if isinstance(event, XpReversed) else event.multiplier,
        amount=-event.amount if back else event.amount,
        total_xp=event.total_xp,
        level=event.level,
        at=envelope.occurred_at,
    )


def evolve_board(row: BoardRow | None, envelope: Envelope[BoardEvent], key: str) -> BoardRow | None:
    """Everybody stands on the board from registration on, with what they have."""
    event, at = envelope.event, envelope.occurred_at
    match event:
        case UserRegistered():
            return BoardRow(
                user_id=event.user_id, username=event.username, score=0, level=1, reached_at=at
            )
        case XpGained() | XpReversed():
            name = "" if row is None else row.username
            return BoardRow(
                user_id=UserId(key),
                username=name,
                score=event.total_xp,
                level=event.level,
                reached_at=at,
            )
        case _:
            assert_never(event)


def board_sort(row: BoardRow) -> str:
    """Score downwards, then the earlier instant, then the smaller id."""
    return f"{board_tie(row)}{ascending(row.reached_at.micros)}/{row.user_id}"


def board_tie(row: BoardRow) -> str:
    """What equal scores share."""
    return f"{descending(row.score)}/"


def placed(rows: tuple[BoardRow, ...], ahead: int, above: int) -> tuple[PlacedRow, ...]:
    """Give consecutive `rows` their ranks: `ahead` rows stand before the first one.

    `above` of these have a higher score than the first one (equal to `ahead` when none ties).
    """
    if not rows:
        return ()
    made = []
    shared = above + 1
    for place, row in enumerate(rows):
        if place and row.score != rows[place - 1].score:
            shared = ahead + place + 1
        made.append(
            PlacedRow(
                rank=ahead + place + 1,
                shared_rank=shared,
                user_id=row.user_id,
                username=row.username,
                score=row.score,
                level=row.level,
                reached_at=row.reached_at,
            )
        )
    return tuple(made)


PROGRESS: Projection[ProgressEvent, ProgressRow] = Projection(
    name="progress",
    version=2,
    events=(UserRegistered, XpGained, XpReversed, LevelUp, StreakUpdated, StreakBroken),
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve_progress,
    row=codec(ProgressRow),
    owner=lambda row: row.user_id,
    sort=lambda row: row.user_id,
)
XP_HISTORY: Projection[HistoryEvent, AwardRow] = Projection(
    name="xp_history",
    version=2,
    events=(XpGained, XpReversed),
    keys=lambda envelope: (envelope.event_id,),
    evolve=award,
    row=codec(AwardRow),
    owner=lambda row: row.user_id,
    sort=lambda row: newest_first(row.at),
)
XP_BOARD: Projection[BoardEvent, BoardRow] = Projection(
    name="leaderboard.xp.all_time",
    version=3,
    events=(UserRegistered, XpGained, XpReversed),
    keys=lambda envelope: (envelope.event.user_id,),
    evolve=evolve_board,
    row=codec(BoardRow),
    owner=lambda _row: "",
    sort=board_sort,
    tie=board_tie,
)
