"""Ratings against slow arithmetic of their own, and the laws that every game keeps."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.leaderboards import InvalidRating
from astracore.errors.values import BadAmount
from astracore.gamification.ratings import (
    EloRules,
    Game,
    Rated,
    elo_expected,
    elo_update,
    glicko2_expected,
    glicko2_g,
    glicko2_update,
    glicko_update,
)

D = Decimal
TAU = D("0.5")
CLOSE = D("1E-20")
points = st.integers(0, 4000).map(D) | st.sampled_from([D(0), D(1500), D("1500.5")])
deviations = st.integers(1, 3500).map(lambda n: D(n) / 10)
results = st.sampled_from([D(0), D("0.5"), D(1)])
games = st.lists(st.builds(Game, rating=points, rd=deviations, score=results), max_size=6).map(
    tuple
)
players = st.builds(
    Rated, rating=points, rd=deviations, volatility=st.integers(1, 200).map(lambda n: D(n) / 1000)
)
PAPER = (
    Game(rating=D(1400), rd=D(30), score=D(1)),
    Game(rating=D(1550), rd=D(100), score=D(0)),
    Game(rating=D(1700), rd=D(300), score=D(0)),
)


@given(points, points, results, st.integers(0, 64).map(D))
@example(D(1500), D(1500), D(1), D(32))
def test_elo_moves_points_and_makes_none(a: Decimal, b: Decimal, s: Decimal, k: Decimal) -> None:
    rules = EloRules(k=k)
    left = elo_update(a, (b,), s, rules).unwrap()
    right = elo_update(b, (a,), 1 - s, rules).unwrap()
    assert abs(left + right - a - b) < CLOSE
    assert abs(elo_expected(a, b).unwrap() + elo_expected(b, a).unwrap() - 1) < CLOSE


@given(st.integers(-3, 3), st.integers(-5, 5))
def test_elo_at_whole_decades_is_a_fraction(decades: int, shift: int) -> None:
    """400 points are a factor of ten: there the logistic curve is rational."""
    expected = elo_expected(D(1500 + shift), D(1500 + shift + 400 * decades)).unwrap()
    exact = 1 / (1 + Fraction(10) ** decades)
    assert abs(Fraction(expected) - exact) < Fraction(CLOSE)


@given(points, st.lists(points, min_size=1, max_size=4).map(tuple), st.integers(100, 1500).map(D))
def test_elo_floor_holds_and_order_is_nothing(
    a: Decimal, others: tuple[Decimal, ...], floor: Decimal
) -> None:
    free = elo_update(a, others, D(0), EloRules()).unwrap()
    kept = elo_update(a, others, D(0), EloRules(floor=floor)).unwrap()
    assert kept == max(free, floor)
    assert abs(elo_update(a, others[::-1], D(0), EloRules()).unwrap() - free) < CLOSE
    assert free < a <= elo_update(a, others, D(len(others)), EloRules()).unwrap() + CLOSE


def test_the_papers_example() -> None:
    """Glickman's: 1500 ± 200 beats 1400 ± 30 and loses to 1550 ± 100 and 1700 ± 300."""
    after = glicko2_update(Rated(rating=D(1500), rd=D(200)), PAPER, TAU).unwrap()
    assert round(after.rating, 4) == D("1464.0507")
    assert round(after.rd, 4) == D("151.5165")
    assert round(after.volatility, 7) == D("0.0599960")
    assert [round(glicko2_g(one.rd).unwrap(), 4) for one in PAPER] == [
        D("0.9955"),
        D("0.9531"),
        D("0.7242"),
    ]
    expected = [glicko2_expected(D(1500), one.rating, one.rd).unwrap() for one in PAPER]
    assert [round(one, 3) for one in expected] == [D("0.639"), D("0.432"), D("0.303")]
    first = glicko_update(Rated(rating=D(1500), rd=D(200)), PAPER).unwrap()
    assert (round(first.rating), round(first.rd, 1)) == (1464, D("151.4"))


@given(players)
@example(Rated(rd=D(350)))
@example(Rated(rd=D("0.1"), volatility=D("0.001")))
@example(Rated(rd=D(400)))
def test_without_games_only_the_deviation_grows(player: Rated) -> None:
    after = glicko2_update(player, (), TAU).unwrap()
    assert (after.rating, after.volatility) == (player.rating, player.volatility)
    assert after.rd > player.rd or after.rd == max(player.rd, D(350))
    grown = (player.rd**2 + (D("173.7178") * player.volatility) ** 2).sqrt()
    assert abs(after.rd - max(player.rd, min(grown, D(350)))) < D("1E-15")
    assert glicko_update(player, ()).unwrap() == player


def beside_the_root(player: Rated, played: tuple[Game, ...], found: Decimal) -> list[Decimal]:
    """The equation of the volatility just below and just above what was found, in 80 digits.

    Far from what is plausible it has several roots; any of them turns its sign.
    """
    with decimal.localcontext(decimal.Context(prec=80)):
        pi2 = D("9.8696044010893586188344909998761511353136994072407906264133493762200448224")
        phi = player.rd / D("173.7178")
        rows = []
        for one in played:
            g = 1 / (1 + 3 * (one.rd / D("173.7178")) ** 2 / pi2).sqrt()
            e = 1 / (1 + (-g * (player.rating - one.rating) / D("173.7178")).exp())
            rows.append((g, e, one.score))
        v = 1 / sum((g * g * e * (1 - e) for g, e, _ in rows), D(0))
        delta = v * sum((g * (s - e) for g, e, s in rows), D(0))
        a = (player.volatility**2).ln()

        def f(x: Decimal) -> Decimal:
            e = x.exp()
            top = e * (delta**2 - phi**2 - v - e)
            return top / (2 * (phi**2 + v + e) ** 2) - (x - a) / TAU**2

        x = 2 * found.ln()
        return [f(x - D("1E-18")), f(x + D("1E-18"))]


@given(players, games.filter(bool))
@example(Rated(rating=D(1500), rd=D(200)), PAPER)
@example(Rated(rating=D(0), rd=D(30)), (Game(rating=D(3000), rd=D(30), score=D(1)),))
def test_the_volatility_is_the_root(player: Rated, played: tuple[Game, ...]) -> None:
    with decimal.localcontext(decimal.Context(prec=3, rounding=decimal.ROUND_UP)):
        after = glicko2_update(player, played, TAU).unwrap()
    below, above = beside_the_root(player, played, after.volatility)
    assert below * above < 0


@given(players, games.filter(bool))
def test_games_inform_and_their_order_is_nothing(player: Rated, played: tuple[Game, ...]) -> None:
    """More wins never lower a rating; a period narrows what would have been known without it."""
    after = glicko2_update(player, played, TAU).unwrap()
    back = glicko2_update(player, played[::-1], TAU).unwrap()
    assert abs(after.rating - back.rating) < CLOSE
    widened = (player.rd**2 + (D("173.7178") * after.volatility) ** 2).sqrt()
    assert after.rd <= widened
    assert glicko_update(player, played).unwrap().rd <= player.rd
    won = tuple(Game(rating=one.rating, rd=one.rd, score=D(1)) for one in played)
    lost = tuple(Game(rating=one.rating, rd=one.rd, score=D(0)) for one in played)
    best, worst = (glicko2_update(player, each, TAU).unwrap() for each in (won, lost))
    assert worst.rating < player.rating < best.rating


@pytest.mark.parametrize("tau", ["0.001", "3", "100"])
def test_a_loose_volatility_is_found_as_well(tau: str) -> None:
    """A wild player whose games say nothing new: the bracket is looked for farther below."""
    played = (Game(rating=D(1500), rd=D(30), score=D("0.5")),)
    wild = Rated(rating=D(1500), rd=D(30), volatility=D(50))
    after = glicko2_update(wild, played, D(tau)).unwrap()
    assert after.rating == wild.rating
    assert D(0) < after.volatility < wild.volatility


REFUSED = [
    (glicko2_g(D(0)), "rd"),
    (glicko2_g(D(2_000_000)), "rd"),
    (elo_expected(D(2_000_000), D(0)), "rating"),
    (elo_expected(D(0), D(-2_000_000)), "rating"),
    (elo_update(D(0), (), D(1), EloRules()), "score"),
    (elo_update(D(0), (D(0),), D(-1), EloRules()), "score"),
    (elo_update(D(0), (D(0),), D(1), EloRules(k=D(-1))), "k"),
    (elo_update(D(0), (D(0),), D(1), EloRules(floor=D(2_000_000))), "rating"),
    (glicko2_update(Rated(volatility=D(0)), (), TAU), "volatility"),
    (glicko2_update(Rated(), (), D(0)), "tau"),
    (glicko2_update(Rated(), (), D(101)), "tau"),
    (glicko2_expected(D(0), D(0), D(0)), "rd"),
    (glicko_update(Rated(), (Game(rating=D(0), rd=D(0), score=D(0)),)), "rd"),
    (glicko_update(Rated(), (Game(rating=D(0), rd=D(1), score=D(2)),)), "score"),
    (glicko_update(Rated(rating=D(2_000_000)), ()), "rating"),
]


@pytest.mark.parametrize(("answer", "field"), REFUSED)
def test_what_is_no_rating_is_refused(answer: object, field: str) -> None:
    fault = answer.failure()  # type: ignore[attr-defined]
    assert isinstance(fault, InvalidRating)
    assert fault.field == field


def test_numbers_that_are_none_are_refused() -> None:
    assert isinstance(glicko2_g(D("NaN")).failure(), BadAmount)
