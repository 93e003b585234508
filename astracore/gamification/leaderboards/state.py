"""What is remembered of a leaderboard's period, and how events change it."""

from typing import assert_never

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import Codec, codec
from astracore.gamification.leaderboards.events import (
    LeaderboardClosed,
    LeaderboardUpdated,
    PeriodEvent,
)
from astracore.gamification.ranks import Standing
from astracore.gamification.standings import NOBODY, Standings, put, standings, table_of, without
from astracore.instants import Instant


@frozen(kw_only=True)
class Period:
    """Running while `closed_at` is None; then the table is the frozen list."""

    table: Standings = NOBODY
    list_hash: str = ""
    merkle_root: str = ""
    closed_at: Instant | None = None


EMPTY = Period()


def evolve(state: Period, event: PeriodEvent) -> Period:
    """The period after `event`."""
    match event:
        case LeaderboardUpdated():
            return changed(state, table=_moved(state.table, event))
        case LeaderboardClosed():
            table = state.table
            for user_id in event.excluded:
                table = without(table, user_id)
            return Period(
                table=table,
                list_hash=event.list_hash,
                merkle_root=event.merkle_root,
                closed_at=event.at,
            )
        case _:
            assert_never(event)


def _moved(table: Standings, event: LeaderboardUpdated) -> Standings:
    """The table after one update."""
    if event.new_rank is None:
        return without(table, event.user_id)
    return put(table, Standing(score=event.score, reached_at=event.at, user_id=event.user_id))


@frozen(kw_only=True)
class StoredPeriod:
    """A period as it is written down: the table as its rows."""

    standings: tuple[Standing, ...]
    list_hash: str
    merkle_root: str
    closed_at: Instant | None = None


_STORED = codec(StoredPeriod)


def _written(state: Period) -> str:
    return _STORED.write(
        StoredPeriod(
            standings=standings(state.table),
            list_hash=state.list_hash,
            merkle_root=state.merkle_root,
            closed_at=state.closed_at,
        )
    )


def _read(tree: object) -> Period:
    stored = _STORED.read(tree)
    return Period(
        table=table_of(stored.standings),
        list_hash=stored.list_hash,
        merkle_root=stored.merkle_root,
        closed_at=stored.closed_at,
    )


PERIOD_STATE: Codec[Period] = Codec(_STORED.schema, _written, _read)
