"""The table that is always in order, against sorting from scratch after every update."""

import hashlib
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.leaderboards import InvalidScore, NotRanked
from astracore.errors.values import BadAmount
from astracore.gamification.frozen_lists import (
    Row,
    frozen_list,
    proof_of,
    rows_of,
    shown,
)
from astracore.gamification.leaderboards.rules import BOARDS, BoardTable
from astracore.gamification.leaderboards.views import among, around_me, paged
from astracore.gamification.ranking import Method, Order, ranked, score_text, standing
from astracore.gamification.ranks import Standing, competition, dense, modified, ordinal_key
from astracore.gamification.standings import (
    NOBODY,
    Standings,
    above,
    around,
    at,
    found,
    page,
    put,
    rank_of,
    shared_rank_of,
    standings,
    table_of,
    without,
)
from astracore.instants import Instant
from astracore.outcome import is_failure
from property_tests.typed_makers import LIMIT

D = Decimal
EDGES = [D(0), D(1), D("0.5"), D("1E-18"), D("-1E-18"), D(LIMIT), D("-" + LIMIT), D(2**53 + 1)]
scores = st.sampled_from(EDGES) | st.integers(-3, 3).map(D)
names = st.sampled_from(["a", "b", "c", "d", "e", "é", "\ud800"]) | st.integers(0, 40).map(str)
ones = st.builds(Standing, score=scores, reached_at=st.integers(0, 3).map(Instant), user_id=names)
updates = st.lists(ones | names, max_size=30)


def applied(table: Standings, update: Standing | str) -> Standings:
    return without(table, update) if isinstance(update, str) else put(table, update)


@given(updates)
@example([Standing(score=D(0), reached_at=Instant(0), user_id="u")])
def test_the_table_is_what_sorting_gives(history: list[Standing | str]) -> None:
    table, latest = NOBODY, dict[str, Standing]()
    for update in history:
        before, told = table, standings(table)
        table = applied(table, update)
        assert standings(before) == told  # the old table is as it was
        if isinstance(update, str):
            latest.pop(update, None)
        else:
            latest[update.user_id] = update
        order = sorted(latest.values(), key=ordinal_key)
        assert list(standings(table)) == order
        assert table == table_of(latest.values())
    order = sorted(latest.values(), key=ordinal_key)
    shared = competition([one.score for one in order])
    assert len(table) == len(order)
    for place, one in enumerate(order):
        assert rank_of(table, one.user_id).unwrap() == place + 1
        assert shared_rank_of(table, one.user_id).unwrap() == shared[place]
        assert at(table, place + 1) == one == found(table, one.user_id)
        assert above(table, one.score) == shared[place] - 1
    assert at(table, 0) is None
    assert at(table, len(order) + 1) is None


@given(st.lists(ones, max_size=30), st.integers(-3, 35), st.integers(-3, 35))
def test_pages_are_slices(history: list[Standing], start: int, count: int) -> None:
    table = table_of(history)
    order = standings(table)
    last = start - 1 + count
    assert page(table, start, count) == order[max(start, 1) - 1 : max(last, 0)]


@given(st.lists(ones, min_size=1, max_size=30), st.integers(0, 25))
def test_neighbours_are_a_slice(history: list[Standing], radius: int) -> None:
    table, me = table_of(history), history[0].user_id
    order = standings(table)
    place = rank_of(table, me).unwrap() - 1
    near = order[max(place - radius, 0) : place + radius + 1]
    assert around(table, me, radius).unwrap() == near
    rows = around_me(table, me, radius, BOARDS).unwrap()
    width = min(max(radius, 1), 20)
    first = max(place - width, 0)
    assert [row.user_id for row in rows] == [
        one.user_id for one in order[first : place + width + 1]
    ]
    assert [row.rank for row in rows] == list(range(first + 1, first + 1 + len(rows)))
    shared = competition([one.score for one in order])
    assert [row.shared_rank for row in rows] == list(shared[first : first + len(rows)])


@given(st.lists(ones, max_size=30), st.sets(names))
def test_friends_stand_in_the_same_order(history: list[Standing], friends: set[str]) -> None:
    table = table_of(history)
    mine = [one for one in standings(table) if one.user_id in friends]
    assert list(standings(among(table, friends))) == mine


def test_nobody_sees_more_than_is_shown() -> None:
    many = table_of(Standing(score=D(n), reached_at=Instant(0), user_id=str(n)) for n in range(300))
    assert [row.rank for row in paged(many, 91, 50, BOARDS)] == list(range(91, 101))
    assert paged(many, 101, 50, BOARDS) == ()
    assert [row.rank for row in paged(many, -1, 2, BOARDS)] == [1, 2]
    assert len(paged(many, 1, 500, BoardTable(shown=7))) == 7


def test_who_does_not_stand_has_no_rank() -> None:
    for answer in (
        rank_of(NOBODY, "u"),
        shared_rank_of(NOBODY, "u"),
        around(NOBODY, "u", 5),
        around_me(NOBODY, "u", None, BOARDS),
        proof_of(NOBODY, "u"),
    ):
        assert answer.failure() == NotRanked("u")
    assert found(NOBODY, "u") is None
    assert without(NOBODY, "u") == NOBODY


def test_a_million_updates_never_need_a_deep_tree() -> None:
    """Ascending ids and scores, the worst case of plain trees, stay within a few levels."""
    table = table_of(
        Standing(score=D(n), reached_at=Instant(n), user_id=f"{n:08}") for n in range(20_000)
    )
    depth, layer = 0, [table.ranked]
    while layer:
        layer = [
            half for node in layer if node for half in (node.left, node.right) if half is not None
        ]
        depth += 1
    assert depth < 60
    moved = put(table, Standing(score=D(10_000), reached_at=Instant(0), user_id="00000000"))
    assert rank_of(moved, "00000000").unwrap() == 10_000
    assert rank_of(table, "00000000").unwrap() == 20_000


# Methods


@given(st.lists(scores, max_size=12))
@example([])
@example([D(0)])
def test_methods_agree_with_counting(given_scores: list[Decimal]) -> None:
    counted = {
        Method.COMPETITION: [1 + sum(b > a for b in given_scores) for a in given_scores],
        Method.MODIFIED: [sum(b >= a for b in given_scores) for a in given_scores],
        Method.DENSE: [1 + len({b for b in given_scores if b > a}) for a in given_scores],
        Method.ORDINAL: [
            1 + sum(b > a or (b == a and j < i) for j, b in enumerate(given_scores))
            for i, a in enumerate(given_scores)
        ],
    }
    for method, wanted in counted.items():
        assert list(ranked(given_scores, method).unwrap()) == wanted
        negated = [score.copy_negate() for score in given_scores]
        assert list(ranked(negated, method, Order.ASCENDING).unwrap()) == wanted
        for order in Order:
            mapped = [score * 2 + 1 if abs(score) < 10 else score for score in given_scores]
            if all(abs(score) < 10 for score in given_scores):
                same = ranked(given_scores, method, order)
                assert ranked(mapped, method, order) == same
    ranks = zip(dense(given_scores), competition(given_scores), modified(given_scores), strict=True)
    assert all(low <= middle <= high for low, middle, high in ranks)


def test_scores_that_are_none_have_no_rank() -> None:
    assert ranked((D("NaN"),), Method.DENSE).failure() == BadAmount("NaN")
    assert ranked((D(1), D("-Infinity")), Method.ORDINAL).failure() == BadAmount("-Infinity")


@given(scores, scores)
def test_text_sorts_like_scores(left: Decimal, right: Decimal) -> None:
    assert (score_text(left) < score_text(right)) == (left < right)
    assert (score_text(left) == score_text(right)) == (left == right)


@pytest.mark.parametrize(
    ("score", "user"),
    [("NaN", "u"), ("sNaN", "u"), ("1E+30", "u"), ("1E-19", "u"), ("Infinity", "u"), ("1", "")],
)
def test_what_no_board_holds_is_refused(score: str, user: str) -> None:
    one = Standing(score=D(score), reached_at=Instant(0), user_id=user)
    assert isinstance(standing(one).failure(), InvalidScore)


@given(scores)
def test_what_boards_hold_is_let_in(score: Decimal) -> None:
    one = Standing(score=score, reached_at=Instant(0), user_id="u")
    assert standing(one).unwrap() is one


# Frozen lists


@given(st.lists(ones, min_size=1, max_size=20))
def test_everybody_proves_their_row_and_no_other(history: list[Standing]) -> None:
    table = table_of(history)
    final = frozen_list(table)
    count = len(final.rows)
    assert [row.rank for row in final.rows] == list(range(1, count + 1))
    assert [row.shared_rank for row in final.rows] == list(
        competition([one.score for one in standings(table)])
    )
    for row in final.rows:
        proof = proof_of(table, row.user_id).unwrap()
        assert shown(row, proof, final.merkle_root, count).unwrap() is row
        for wrong in (
            evolve(row, score="77"),
            evolve(row, user_id=row.user_id + "x"),
            evolve(row, rank=row.rank + 1),
        ):
            assert is_failure(shown(wrong, proof, final.merkle_root, count))
        assert is_failure(shown(row, proof, final.merkle_root, count + 1))
        assert is_failure(shown(row, proof, "no root", count))
        assert is_failure(shown(row, proof, "00", count))


@given(st.lists(ones, min_size=1, max_size=20), ones)
def test_any_change_changes_the_hash(history: list[Standing], one: Standing) -> None:
    table = table_of(history)
    other = put(table, one)
    same = rows_of(other) == rows_of(table)
    assert (frozen_list(other).list_hash == frozen_list(table).list_hash) == same
    assert (frozen_list(other).merkle_root == frozen_list(table).merkle_root) == same


def test_a_row_is_its_canonical_text() -> None:
    """Anyone recomputes the hash: rank, score and user, a line each."""
    table = put(NOBODY, Standing(score=D("1.50"), reached_at=Instant(0), user_id="u"))
    line = b'{"rank":1,"score":"1.5","user_id":"u"}'
    final = frozen_list(table)
    assert final.list_hash == hashlib.sha256(line + b"\n").hexdigest()
    assert final.merkle_root == hashlib.sha256(b"\x00" + line).hexdigest()
    assert final.rows == (Row(user_id="u", score="1.5", rank=1, shared_rank=1),)
