"""Boards read from a database are those of the decider's table, and hash to the frozen list."""

from decimal import Decimal
from functools import partial

from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from adapters.db import rows
from astracore.catalog.examples import example
from astracore.errors.events import CorruptRow
from astracore.events.decider import replay
from astracore.events.envelope import StreamId
from astracore.events.projection import Model, model
from astracore.gamification.frozen_lists import frozen_list
from astracore.gamification.leaderboards.commands import ApplyScore, ClosePeriod, PeriodCommand
from astracore.gamification.leaderboards.period import LEADERBOARD
from astracore.gamification.leaderboards.periods import stream_key
from astracore.gamification.leaderboards.rules import BOARDS
from astracore.gamification.leaderboards.state import EMPTY, Period
from astracore.gamification.leaderboards.types import Cadence
from astracore.gamification.leaderboards.views import Place, around_me, paged
from astracore.gamification.ranks import Standing
from astracore.gamification.standings import standings, table_of
from astracore.ids import UserId
from astracore.instants import DAY, HOUR, Instant
from astracore.outcome import is_failure
from astracore.projections.boards import LEADERBOARDS
from astracore.projections.game import XP_BOARD, PlacedRow
from astracore.users.events import UserRegistered
from property_tests.test_leaderboards import DAILY, NOON
from shell.boards import around, part, xp_table
from shell.store import Store
from shell.workers.folding import Changed, Step, loader, store_step
from tests.projections.test_board_views import told

TABLE = xp_table(Cadence.DAILY, NOON)
STREAM = StreamId("gamification.leaderboard", stream_key(DAILY))
SCORES = st.lists(st.tuples(st.integers(0, 15), st.integers(0, 5), st.integers(0, 23)), max_size=40)


def fold(store: Store, *events: object) -> None:
    """Both boards, each with what concerns it, in one step for each event."""
    for event in events:
        for kept in (model(LEADERBOARDS), model(XP_BOARD)):
            store.write(partial(fold_into, kept, event))


def fold_into(kept: Model, event: object, connection: Connection) -> None:
    if type(event) in kept.classes:
        events = [told(event, STREAM)]
        stored = rows.some(connection, kept.name, kept.keys(events))
        changes = kept.fold(loader(stored, {}), events).unwrap()
        store_step(
            connection, Step(position=1, events=(), changed=(Changed(kept, changes, kept.name),))
        )


def run(store: Store, command: PeriodCommand, state: Period) -> Period:
    """Decide, fold into the store, and evolve."""
    decided = LEADERBOARD.decide(command, state)
    events = () if is_failure(decided) else decided.unwrap()
    fold(store, *events)
    return replay(LEADERBOARD, events, state)


def scored(user: int, points: int, hour: int) -> ApplyScore:
    at = Instant(DAILY.begin.micros + hour * HOUR)
    return ApplyScore(key=DAILY, user_id=UserId(f"u{user:02}"), score=Decimal(points), at=at)


def emptied(store: Store) -> None:
    for one in (LEADERBOARDS, XP_BOARD):
        store.write(partial(rows.empty, slot=one.name, most=10_000))
        store.write(partial(rows.advance, names=[(one.name, one.version)], position=1))


def places(shown: tuple[PlacedRow, ...] | tuple[Place, ...]) -> list[tuple[object, ...]]:
    return [(one.rank, one.shared_rank, one.user_id, one.score, one.reached_at) for one in shown]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(scores=SCORES, start=st.integers(1, 20), count=st.integers(1, 20))
def test_a_board_is_that_of_its_decider(
    store: Store, scores: list[tuple[int, int, int]], start: int, count: int
) -> None:
    emptied(store)
    state = EMPTY
    for user, points, hour in scores:
        state = run(store, scored(user, points, hour), state)
    shown = store.read(lambda c: part(c, TABLE, start - 1, count).unwrap())
    assert places(shown) == places(paged(state.table, start, count, BOARDS))
    for one in standings(state.table):
        near = store.read(partial(around, table=TABLE, user_id=one.user_id, radius=2)).unwrap()
        assert places(near) == places(around_me(state.table, one.user_id, 2, BOARDS).unwrap())
    end = Instant(DAILY.begin.micros + DAY)
    excluded = frozenset({UserId("u03"), UserId("u07")})
    state = run(store, ClosePeriod(key=DAILY, excluded=excluded, at=end), state)
    assert frozen_list(table_of(standing(store))).list_hash == state.list_hash


def standing(store: Store) -> list[Standing]:
    """Everybody, as anyone can read them page by page."""
    found: list[PlacedRow] = []
    while page := store.read(partial(part, table=TABLE, place=len(found), limit=7)).unwrap():
        found += page
    return [
        Standing(score=Decimal(one.score), reached_at=one.reached_at, user_id=one.user_id)
        for one in found
    ]


def test_names_come_from_the_board_of_all_time(store: Store) -> None:
    ada = evolve(example(UserRegistered), user_id=UserId("u01"), username="Ada")
    fold(store, ada)
    state = run(store, scored(1, 5, 3), EMPTY)
    run(store, scored(2, 5, 4), state)
    shown = store.read(lambda c: part(c, TABLE, 0, 9).unwrap())
    assert [(one.username, one.rank, one.shared_rank) for one in shown] == [
        ("Ada", 1, 1),
        ("", 2, 1),
    ]
    every = xp_table(Cadence.ALL_TIME, NOON)
    assert [one.username for one in store.read(lambda c: part(c, every, 0, 9).unwrap())] == ["Ada"]
    assert store.read(lambda c: around(c, every, "u02", 5).unwrap()) == ()


def test_a_row_that_cannot_be_read_is_named(store: Store) -> None:
    run(store, scored(1, 5, 3), EMPTY)
    store.write(
        lambda c: (
            c.exec_driver_sql("UPDATE read_rows SET body = CAST('{}' AS BLOB)")
            if c.dialect.name == "sqlite"
            else c.exec_driver_sql("UPDATE read_rows SET body = '{}'")
        )
    )
    found = store.read(lambda c: part(c, TABLE, 0, 9))
    assert isinstance(found.failure(), CorruptRow)
    assert isinstance(store.read(lambda c: around(c, TABLE, "u01", 3)).failure(), CorruptRow)
