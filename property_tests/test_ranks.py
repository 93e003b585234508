"""Four ways to number a table, each against counting by hand."""

import decimal
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from astracore.gamification.ranks import (
    Standing,
    competition,
    dense,
    modified,
    ordinal,
    percentile,
)
from astracore.instants import Instant

scores = st.lists(st.integers(-5, 5).map(Decimal) | st.decimals(-2, 2, places=1), max_size=30)
standings = st.lists(
    st.builds(
        Standing,
        score=st.integers(0, 3).map(Decimal),
        reached_at=st.integers(0, 3).map(Instant),
        user_id=st.uuids().map(str),
    ),
    max_size=20,
    unique_by=lambda standing: standing.user_id,
)


@given(scores)
def test_shared_ranks_count_who_is_better(found: list[Decimal]) -> None:
    with decimal.localcontext(decimal.Context(prec=1)):
        shared, low, close = competition(found), modified(found), dense(found)
    for place, score in enumerate(found):
        greater = [other for other in found if other > score]
        assert shared[place] == 1 + len(greater)
        assert low[place] == len(greater) + found.count(score)
        assert close[place] == 1 + len(set(greater))


@given(standings, st.randoms(use_true_random=False))
def test_ordinal_ranks_are_total_and_do_not_depend_on_order(
    found: list[Standing], order: Random
) -> None:
    ranks = dict(zip((one.user_id for one in found), ordinal(found), strict=True))
    assert sorted(ranks.values()) == list(range(1, len(found) + 1))
    shuffled = list(found)
    order.shuffle(shuffled)
    assert dict(zip((one.user_id for one in shuffled), ordinal(shuffled), strict=True)) == ranks
    for one in found:
        for other in found:
            if one.score > other.score:
                assert ranks[one.user_id] < ranks[other.user_id]


@given(st.integers(1, 500), st.data())
def test_percentiles_fall_from_one_to_zero(count: int, data: st.DataObject) -> None:
    rank = data.draw(st.integers(1, count))
    with decimal.localcontext(decimal.Context(prec=1)):
        shown = percentile(rank, count)
    assert (
        shown * (count - 1) <= count - rank < (shown + Decimal("0.000001")) * (count - 1)
        or count == 1
    )
    assert 0 <= shown <= 1
    assert percentile(1, count) == 1
    assert count == 1 or percentile(count, count) == 0


def test_the_example_of_the_rules() -> None:
    found = [
        Standing(score=Decimal(50), reached_at=Instant(5), user_id="a"),
        Standing(score=Decimal(50), reached_at=Instant(1), user_id="b"),
        Standing(score=Decimal(30), reached_at=Instant(9), user_id="c"),
    ]
    assert ordinal(found) == (2, 1, 3)
    assert competition([one.score for one in found]) == (1, 1, 3)
