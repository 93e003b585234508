"""Ranks in both databases: equal to a list sorted from scratch, whatever was done before."""

from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from adapters.db import migrate, rank_nodes, ranks, rows
from adapters.db.rank_nodes import Place
from adapters.db.rows import Checkpoint, Page
from astracore.events.projection import Change
from astracore.instants import Instant
from astracore.projections.boards import ranked_text, tied_text
from shell.store import Store

MODEL = "test.board"
Score: TypeAlias = tuple[str, int] | None  # the board and the score; None takes the row away
Board: TypeAlias = dict[str, tuple[str, str]]
SMALL = (8, 32)
UNIT = Decimal("1E-18")
KEYS = st.integers(0, 70).map(lambda number: f"k{number:02}")
SCORES = st.none() | st.tuples(st.sampled_from(("a", "b")), st.integers(0, 9))
BATCHES = st.lists(st.dictionaries(KEYS, SCORES, min_size=1, max_size=60), max_size=12)


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes so small that a few rows split and join them at both levels."""
    monkeypatch.setattr(rank_nodes, "MOST", SMALL)
    monkeypatch.setattr(rank_nodes, "LEAST", tuple(most // 4 for most in SMALL))


def change(key: str, score: Score) -> Change:
    """A row whose order is its score downwards, then its key."""
    if score is None:
        return Change(key, "", "", None)
    owner, points = score
    return Change(key, owner, f"{9 - points}/{key}", b"{}")


def apply(store: Store, batch: Mapping[str, Score]) -> None:
    changes = [change(key, score) for key, score in batch.items()]
    store.write(lambda connection: rows.store_changes(connection, [(MODEL, changes)], {MODEL}))


def looked(store: Store, expected: Board) -> None:
    store.read(lambda connection: check(connection, expected))


def check(connection: Connection, expected: Board) -> None:
    """Every rank, page and count is that of the rows sorted from scratch."""
    places = [Place(MODEL, owner, sort) for owner, sort in expected.values()]
    assert rank_nodes.miscounted(rank_nodes.nodes(connection, MODEL), places) == ()
    for owner in ("a", "b"):
        mine = sorted(sort for held, sort in expected.values() if held == owner)
        assert ranks.count(connection, MODEL, owner) == len(mine)
        for place, sort in enumerate(mine):
            assert ranks.before(connection, MODEL, owner, sort) == place
            shown = ranks.ranked(connection, MODEL, owner, place, 3)
            assert [row.sort for row in shown] == mine[place : place + 3]
        for points in range(10):  # how many have a higher score
            above = sum(int(sort[0]) < 9 - points for sort in mine)
            assert ranks.before(connection, MODEL, owner, f"{9 - points}/") == above
        assert ranks.ranked(connection, MODEL, owner, len(mine), 3) == ()


@pytest.mark.usefixtures("_small")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batches=BATCHES)
def test_ranks_equal_a_sort_from_scratch(store: Store, batches: list[dict[str, Score]]) -> None:
    store.write(lambda connection: rows.empty(connection, MODEL, 10_000))
    expected: Board = {}
    for batch in batches:
        apply(store, batch)
        for key, score in batch.items():
            expected.pop(key, None)
            made = change(key, score)
            expected |= {} if made.body is None else {key: (made.owner, made.sort)}
        looked(store, expected)


@pytest.mark.usefixtures("_small")
def test_neighbours_that_go_together_leave_the_sums_right(store: Store) -> None:
    """Stretches of the order are emptied and filled: leaves shrink at every edge of a group."""
    chance, expected = Random(7), dict[str, tuple[str, str]]()
    keys = [f"k{number:03}" for number in range(400)]
    for turn in range(60):
        first = chance.randrange(400)
        stretch = keys[first : first + chance.randrange(1, 90)]
        points = None if turn % 3 else chance.randrange(2) + 4
        batch: dict[str, Score] = {
            key: None if points is None else ("a", points)
            for key in stretch
            if chance.random() < 0.9
        }
        apply(store, batch)
        for key, score in batch.items():
            expected.pop(key, None)
            expected |= {} if score is None else {key: ("a", change(key, score).sort)}
        counted(store, expected)


def counted(store: Store, expected: Board) -> None:
    """Every invariant of the counts holds."""
    places = [Place(MODEL, *place) for place in expected.values()]
    held = store.read(lambda connection: rank_nodes.nodes(connection, MODEL))
    assert rank_nodes.miscounted(held, places) == ()


@pytest.mark.usefixtures("_small")
def test_an_emptied_board_leaves_no_count_behind(store: Store) -> None:
    apply(store, {f"k{number:02}": ("a", number % 10) for number in range(50)})
    apply(store, {f"k{number:02}": ("b", 3) for number in range(50)})
    found = store.read(lambda connection: rank_nodes.nodes(connection, MODEL))
    assert {node.owner for node in found} == {"b"}
    apply(store, {f"k{number:02}": None for number in range(50)})
    assert store.read(lambda connection: rank_nodes.nodes(connection, MODEL)) == {}
    assert store.read(lambda c: ranks.ranked(c, MODEL, "b", 0, 5)) == ()
    assert store.read(lambda c: ranks.before(c, MODEL, "b", "5/")) == 0


def test_an_emptied_slot_has_no_counts(store: Store) -> None:
    apply(store, {"k1": ("a", 1), "k2": ("a", 2)})
    store.write(lambda connection: rows.empty(connection, MODEL, 10))
    assert store.read(lambda connection: rank_nodes.nodes(connection, MODEL)) == {}
    apply(store, {"k1": ("a", 1)})
    assert store.read(lambda c: ranks.count(c, MODEL, "a")) == 1


def test_models_and_owners_count_by_themselves(store: Store) -> None:
    one = [(model, [change("k1", ("a", 1)), change("k2", ("b", 2))]) for model in (MODEL, "t.b")]
    store.write(lambda connection: rows.store_changes(connection, one, {MODEL}))
    assert store.read(lambda c: ranks.count(c, MODEL, "a")) == 1
    assert store.read(lambda c: ranks.count(c, "t.b", "a")) == 0  # is not ranked


def test_scores_beyond_doubles_and_hostile_texts_keep_their_order(store: Store) -> None:
    """Two scores that one double stands for, ids with quotes and letters beyond ASCII."""
    names = ("o'neil", 'a"b', "\\x", "ünal", "\U0001f600", "", "%_")
    scores = (Decimal(2**53), Decimal(2**53 + 1), Decimal("0.1"), Decimal("0.1") + UNIT, -UNIT)
    made = [
        Change(f"{name}{score}", "o'hara", ranked_text(score, Instant(1), name), b"{}")
        for name in names
        for score in scores
    ]
    store.write(lambda connection: rows.store_changes(connection, [(MODEL, made)], {MODEL}))
    bounds = [tied_text(score) for score in scores]
    above = store.read(lambda c: [ranks.before(c, MODEL, "o'hara", bound) for bound in bounds])
    higher = [sum(other > score for other in scores) for score in scores]
    assert above == [len(names) * count for count in higher]
    keys = store.read(lambda c: [row.sort for row in ranks.ranked(c, MODEL, "o'hara", 0, 99)])
    assert keys == sorted((one.sort for one in made), key=str.encode)


@pytest.mark.parametrize(
    "sabotage",
    [
        "UPDATE rank_nodes SET size = size + 1 WHERE low = (SELECT max(low) FROM rank_nodes)",
        "DELETE FROM rank_nodes WHERE level = 1",
        "DELETE FROM rank_nodes WHERE low <> '' AND level = 0",
        "UPDATE rank_nodes SET low = low || 'x' WHERE level = 1 AND low <> ''",
        "DELETE FROM read_rows WHERE key = 'k07'",
        "DELETE FROM rank_nodes",
    ],
)
@pytest.mark.usefixtures("_small")
def test_wrong_counts_are_found(store: Store, sabotage: str) -> None:
    apply(store, {f"k{number:02}": ("a", number % 10) for number in range(70)})

    def faults(connection: Connection) -> tuple[rank_nodes.Node, ...]:
        held = rows.page(connection, MODEL, Page(limit=100))
        places = [Place(MODEL, row.owner, row.sort) for row in held]
        return rank_nodes.miscounted(rank_nodes.nodes(connection, MODEL), places)

    assert store.read(faults) == ()
    store.write(lambda connection: connection.exec_driver_sql(sabotage))
    assert store.read(faults) != ()


def test_a_thousand_at_once_and_away_again(store: Store) -> None:
    """With the bounds of the service: many leaves from one step, joined again by another."""
    batch: dict[str, Score] = {f"k{number:04}": ("a", number % 10) for number in range(3_000)}
    apply(store, batch)
    expected = {key: ("a", change(key, score).sort) for key, score in batch.items()}
    assert len(store.read(lambda c: rank_nodes.nodes(c, MODEL))) == 1 + 8
    counted(store, expected)
    apply(store, dict.fromkeys(list(batch)[:2_950]))
    left = {key: expected[key] for key in list(batch)[2_950:]}
    looked(store, left)


def test_a_text_that_two_rows_share_stands_before_neither(store: Store) -> None:
    apply(store, {"k1": ("a", 5), "k2": ("a", 5), "k3": ("a", 4)})
    assert store.read(lambda c: ranks.before(c, MODEL, "a", "4/")) == 0
    assert store.read(lambda c: ranks.before(c, MODEL, "a", "5/")) == 2
    assert store.read(lambda c: ranks.before(c, MODEL, "a", "")) == 0
    assert store.read(lambda c: ranks.before(c, MODEL, "a", "z")) == 3


def test_a_migration_back_has_ranked_models_built_anew(store: Store) -> None:
    """Their counts are gone with the table, so their position must not stand."""
    names = [(MODEL, 1), ("test.plain", 1)]
    store.write(lambda connection: rows.advance(connection, names, 7))
    apply(store, {"k1": ("a", 1)})
    store.write(lambda connection: migrate.downgrade(connection, "0003"))
    assert store.read(lambda c: [row.key for row in rows.page(c, MODEL, Page(limit=9))]) == ["k1"]
    store.write(migrate.upgrade)
    assert store.read(lambda c: rows.checkpoint(c, MODEL)) is None
    assert store.read(lambda c: rows.checkpoint(c, "test.plain")) == Checkpoint(1, 7, "test.plain")
    store.write(migrate.check)
