"""Who meets whom: everybody fairly, nobody twice, and a pairing wherever there is one."""

from collections.abc import Sequence
from itertools import combinations
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.pairing import DoubledPlayer, NoPairing, UndecidedMatch
from astracore.gamification.matchings import perfect_matching
from astracore.gamification.pairing import (
    Match,
    Node,
    Standing,
    bracket_order,
    double_elimination,
    next_round,
    round_robin,
    single_elimination,
    swiss_round,
)

sizes = st.integers(2, 40)
COMPLETE = (0, 1, 3, 15, 105)  # how many perfect matchings 0, 2 … points have: small enough to try


def players(count: int) -> list[str]:
    """Names in the order of seeds."""
    return [f"p{number:03}" for number in range(1, count + 1)]


def seen(matches: Sequence[Match]) -> list[str]:
    """Everybody who is named."""
    return [one for match in matches for one in (match.first, match.second) if one is not None]


@given(sizes)
@example(2)
@example(3)
@example(33)
def test_a_bracket_keeps_the_strongest_apart_as_long_as_can_be(count: int) -> None:
    order = bracket_order(count)
    size = len(order)
    assert sorted(order) == list(range(1, size + 1))
    assert size // 2 < count <= size
    assert all(one + other == size + 1 for one, other in zip(order[::2], order[1::2], strict=True))
    for part in (2, 4, 8):
        if part <= size:
            halves = [order[start : start + size // part] for start in range(0, size, size // part)]
            assert all(sum(seed <= part for seed in half) == 1 for half in halves)


@given(sizes)
def test_a_strongest_seed_wins(count: int) -> None:
    """Where the stronger always wins the first seed does, and byes go to the first."""
    names = players(count)
    matches = single_elimination(names).unwrap()
    byes = [one.first for one in matches if one.second is None]
    assert sorted(seen(matches)) == names
    assert sorted(byes) == names[: len(bracket_order(count)) - count]
    rounds = 1
    while len(matches) > 1:
        winners = frozenset(min(seen([match])) for match in matches)
        matches = next_round(matches, winners).unwrap()
        assert sorted(seen(matches)) == sorted(winners)
        rounds += 1
    assert min(seen(matches)) == names[0]
    assert 2**rounds == len(bracket_order(count))


@given(sizes)
def test_a_round_robin_lets_everybody_meet_everybody_once(count: int) -> None:
    names = players(count)
    rounds = round_robin(names).unwrap()
    met = sorted(tuple(sorted(seen([one]))) for each in rounds for one in each if one.second)
    assert met == sorted(combinations(names, 2))
    byes = [one.first for each in rounds for one in each if one.second is None]
    assert sorted(byes) == (names if count % 2 else [])
    assert all(sorted(seen(each)) == names for each in rounds)


@given(st.integers(2, 20), st.integers(1, 12), st.randoms(use_true_random=False))
def test_a_swiss_tournament_repeats_nothing(count: int, rounds: int, luck: Random) -> None:
    standings = [Standing(player=name, points=0) for name in players(count)]
    for _ in range(rounds):
        paired = swiss_round(standings)
        made = paired.value_or(None)
        if made is None:
            assert not can_be_paired(standings) or count > 8
            return
        assert sorted(seen(made)) == players(count)
        assert sum(one.second is None for one in made) == count % 2
        standings = [played(one, made, luck) for one in standings]


def played(one: Standing, made: Sequence[Match], luck: Random) -> Standing:
    """The standing after a round in which the outcome of a match is anybody's guess."""
    match = next(each for each in made if one.player in (each.first, each.second))
    if match.second is None:
        assert not one.had_bye
        return Standing(player=one.player, points=one.points + 2, met=one.met, had_bye=True)
    other = match.second if match.first == one.player else match.first
    assert other not in one.met
    points = one.points + luck.choice((0, 1, 2))
    return Standing(player=one.player, points=points, met=one.met | {other}, had_bye=one.had_bye)


def can_be_paired(standings: Sequence[Standing]) -> bool:
    """By trying everything."""
    if len(standings) % 2:
        return any(
            can_be_paired([one for one in standings if one is not resting])
            for resting in standings
            if not resting.had_bye
        )
    if not standings:
        return True
    first, *rest = standings
    return any(
        other.player not in first.met
        and first.player not in other.met
        and can_be_paired([one for one in rest if one is not other])
        for other in rest
    )


def test_the_first_swiss_round_folds_neighbours_and_the_last_rests() -> None:
    standings = [Standing(player=name, points=0) for name in players(5)]
    assert swiss_round(standings).unwrap() == (
        Match("p001", "p002"),
        Match("p003", "p004"),
        Match("p005", None),
    )
    played_out = [
        Standing(player="a", points=2, met=frozenset("b")),
        Standing(player="b", points=1, met=frozenset("a")),
        Standing(player="c", points=0),
    ]
    assert swiss_round(played_out).unwrap() == (Match("a", "c"), Match("b", None))
    tired = [
        Standing(player="a", points=4, met=frozenset("b")),
        Standing(player="b", points=2, met=frozenset("a")),
        Standing(player="c", points=0, had_bye=True),
    ]
    assert swiss_round(tired).unwrap() == (Match("a", "c"), Match("b", None))


edges = st.integers(0, 8).flatmap(
    lambda count: st.tuples(
        st.just(count),
        st.sets(st.sampled_from(list(combinations(range(count), 2)) or [(0, 0)])),
    )
)


@given(edges)
@example((6, {(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (2, 3)}))
@example((8, {(0, 1), (1, 2), (2, 3), (3, 4), (4, 0), (2, 5), (5, 6), (6, 7), (7, 5)}))
def test_a_perfect_matching_is_found_exactly_where_there_is_one(
    graph: tuple[int, set[tuple[int, int]]],
) -> None:
    count, pairs = graph
    near = [
        [other for other in range(count) if (one, other) in pairs or (other, one) in pairs]
        for one in range(count)
    ]
    near = [[other for other in row if other != one] for one, row in enumerate(near)]
    mates = perfect_matching(near)
    exists = matchable(tuple(range(count)), near)
    assert (mates is not None) is exists
    if mates is not None:
        assert all(mates[mates[one]] == one and mates[one] in near[one] for one in range(count))


def matchable(left: tuple[int, ...], near: list[list[int]]) -> bool:
    """By trying everything."""
    if not left:
        return True
    one, *rest = left
    return any(
        other in near[one] and matchable(tuple(each for each in rest if each != other), near)
        for other in rest
    )


@given(st.integers(2, 64))
def test_a_double_elimination_gives_every_first_loss_a_second_chance(count: int) -> None:
    nodes = double_elimination(count).unwrap()
    size = len(bracket_order(count))
    names = {f"W1.{place}" for place in range(1, size // 2 + 1)} | {one.name for one in nodes}
    assert len(nodes) == len({one.name for one in nodes})
    won = [slot.source for one in nodes for slot in (one.first, one.second) if not slot.loses]
    lost = [slot.source for one in nodes for slot in (one.first, one.second) if slot.loses]
    assert sorted(won) == sorted(names - {"G"})
    assert sorted(lost) == sorted(name for name in names if name[0] in "WF")
    assert sum(name != "G" for name in names) == 2 * size - 2
    assert no_early_rematch(nodes)


def no_early_rematch(nodes: Sequence[Node]) -> bool:
    """In the second round of losers nobody can meet whom it lost to in the first round."""
    by_name = {one.name: one for one in nodes}
    for node in nodes:
        wide = node.name.startswith("L2.") and "L2.2" in by_name
        if not wide:
            continue
        upper, fallen = by_name[node.first.source], by_name[node.second.source]
        from_upper = {upper.first.source, upper.second.source}
        if from_upper & {fallen.first.source, fallen.second.source}:
            return False
    return True


def test_what_cannot_be_paired_is_refused() -> None:
    doubled = ["a", "b", "a"]
    lonely = [Standing(player="a", points=0)]
    met = [Standing(player="a", points=0, met=frozenset("b")), Standing(player="b", points=0)]
    rested = [Standing(player=name, points=0, had_bye=True) for name in "abc"]
    assert single_elimination(["a"]).failure() == NoPairing(1)
    assert single_elimination(doubled).failure() == DoubledPlayer("a")
    assert round_robin(doubled).failure() == DoubledPlayer("a")
    assert swiss_round(lonely).failure() == NoPairing(1)
    assert swiss_round(met).failure() == NoPairing(2)
    assert swiss_round(rested).failure() == NoPairing(3)
    assert double_elimination(1).failure() == NoPairing(1)
    assert double_elimination(5000).failure() == NoPairing(5000)
    assert bracket_order(10**9) == bracket_order(1024)


@pytest.mark.parametrize("winners", [frozenset(), frozenset("ab"), frozenset("x")])
def test_a_round_needs_one_winner_of_each_match(winners: frozenset[str]) -> None:
    matches = (Match("a", "b"), Match("c", None))
    assert next_round(matches, winners).failure() == UndecidedMatch("a")
    assert next_round(matches[:1], winners).failure() == NoPairing(1)
    assert next_round((*matches, Match("d", "e")), frozenset("ad")).unwrap() == (
        Match("a", "c"),
        Match("d", None),
    )
