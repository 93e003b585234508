"""Weights against brute force: every set of held assets, solved in fractions."""

import decimal
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import example, given, reject
from hypothesis import strategies as st

from astracore.errors.series import EmptySeries
from astracore.errors.sizing import NotConverged, NotPositiveDefinite
from astracore.errors.values import (
    InvalidFraction,
    InvalidThreshold,
    LengthMismatch,
    NumericLimit,
)
from astracore.metrics.frames import Matrix
from astracore.outcome import is_failure
from astracore.portfolio.construction import (
    Equal,
    Fixed,
    InverseVolatility,
    MeanVariance,
    Model,
    RiskParity,
    mean_variance,
    weights_of,
)
from astracore.sizing.parity import risk_shares
from property_tests.risk_makers import CRUDE, decimals

ONE, ZERO = Decimal(1), Decimal(0)
Row = list[Fraction]


@st.composite
def markets(draw: st.DrawFn) -> tuple[Matrix, tuple[Decimal, ...]]:
    """A covariance matrix B B' + d I of one to four assets, and their means."""
    size = draw(st.integers(1, 4))
    whole = st.integers(-9, 9)
    factors = [[draw(whole) for _ in range(size)] for _ in range(size)]
    spread = draw(st.sampled_from([Decimal("0.5"), Decimal(3)]))
    covariance = tuple(
        tuple(
            Decimal(sum(a * b for a, b in zip(one, two, strict=True))) + (spread if i == j else 0)
            for j, two in enumerate(factors)
        )
        for i, one in enumerate(factors)
    )
    means = tuple(draw(decimals("-50", "50", 1)) for _ in range(size))
    return covariance, means


def solved(rows: list[Row]) -> Row | None:
    """Gauss and Jordan on an augmented matrix; None when it is singular."""
    size = len(rows)
    for i in range(size):
        pivot = next((k for k in range(i, size) if rows[k][i]), None)
        if pivot is None:
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(size):
            if k != i and rows[k][i]:
                share = rows[k][i] / rows[i][i]
                rows[k] = [x - share * y for x, y in zip(rows[k], rows[i], strict=True)]
    return [rows[i][size] / rows[i][i] for i in range(size)]


def utility(weights: Row, means: Row, risk: list[Row]) -> Fraction:
    """w' m − w' S w / 2."""
    gain = sum((w * m for w, m in zip(weights, means, strict=True)), Fraction(0))
    places = range(len(weights))
    risked = sum(
        (weights[i] * risk[i][j] * weights[j] for i in places for j in places), Fraction(0)
    )
    return gain - risked / 2


def best(means: Row, risk: list[Row]) -> Row:
    """The best of all sets of held assets, each solved exactly."""
    size, found = len(means), [Fraction(0)]
    highest: Fraction | None = None
    for count in range(1, size + 1):
        for held in combinations(range(size), count):
            rows = [[risk[i][j] for j in held] + [Fraction(-1), means[i]] for i in held]
            rows.append([Fraction(1)] * count + [Fraction(0), Fraction(1)])
            answer = solved(rows)
            if answer is None or min(answer[:count]) < 0:
                continue
            weights = [Fraction(0)] * size
            for place, weight in zip(held, answer, strict=False):
                weights[place] = weight
            reached = utility(weights, means, risk)
            if highest is None or reached > highest:
                highest, found = reached, weights
    return found


# The first asset is dropped on the way and taken in again.
RETURNING: Matrix = tuple(
    tuple(map(Decimal, row.split()))
    for row in (
        "12 3 -7 -1 11 7",
        "3 55 18 18 1 -4",
        "-7 18 27 -1 10 -7",
        "-1 18 -1 50 -20 -45",
        "11 1 10 -20 54 10",
        "7 -4 -7 -45 10 59",
    )
)
THEIR_MEANS = tuple(map(Decimal, ["6", "-3", "-6", "2", "9", "4"]))


@example(market=(RETURNING, THEIR_MEANS), aversion=ONE, plain=False)
@example(
    market=(((ONE, ZERO), (ZERO, ONE)), (Decimal(50), Decimal(-50))), aversion=ONE, plain=False
)
@given(market=markets(), aversion=decimals("0.1", "20", 1), plain=st.booleans())
def test_mean_variance_is_the_best_of_all_sets(
    *, market: tuple[Matrix, tuple[Decimal, ...]], aversion: Decimal, plain: bool
) -> None:
    """Against enumeration in fractions; without means it is the least variance."""
    covariance, means = market
    model = MeanVariance(means=None if plain else means, aversion=aversion)
    with decimal.localcontext(CRUDE):
        weights = weights_of(model, covariance).unwrap()
    risk = [[Fraction(aversion) * Fraction(each) for each in row] for row in covariance]
    expected = best([Fraction(0) if plain else Fraction(each) for each in means], risk)
    for one, two in zip(weights, expected, strict=True):
        assert abs(Fraction(one) - two) <= Fraction(1, 10**10)
    assert min(weights) >= 0
    assert abs(sum(map(Fraction, weights), Fraction(-1))) <= Fraction(1, 10**26)


@given(markets(), st.sampled_from([Equal(), InverseVolatility(), RiskParity(), MeanVariance()]),
       st.randoms(use_true_random=False))  # fmt: skip
def test_names_carry_no_weight(
    market: tuple[Matrix, tuple[Decimal, ...]], model: Model, dice: object
) -> None:
    """Permuted with the assets, unchanged by scaling the covariance; weights sum to 1."""
    covariance, _ = market
    found = weights_of(model, covariance)
    if is_failure(found):
        assert found.failure() == NotConverged(sweeps=1000)
        reject()  # there is nothing to turn
    weights = found.unwrap()
    order = list(range(len(covariance)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    turned = tuple(tuple(covariance[i][j] for j in order) for i in order)
    again = weights_of(model, turned).unwrap()
    scaled = weights_of(model, tuple(tuple(9 * each for each in row) for row in covariance))
    for place, origin in enumerate(order):
        assert abs(again[place] - weights[origin]) < Decimal("1E-9")
    for one, two in zip(weights, scaled.unwrap(), strict=True):
        assert abs(one - two) < Decimal("1E-9")
    assert abs(sum(map(Fraction, weights), Fraction(-1))) <= Fraction(1, 10**26)


@given(markets())
def test_each_model_is_its_definition(market: tuple[Matrix, tuple[Decimal, ...]]) -> None:
    covariance, _ = market
    size = len(covariance)
    equal = weights_of(Equal(), covariance).unwrap()
    assert set(equal) == {equal[0]}
    inverse = weights_of(InverseVolatility(), covariance).unwrap()
    with decimal.localcontext(decimal.Context(prec=40)):
        products = [inverse[i] * covariance[i][i].sqrt() for i in range(size)]
    assert max(products) - min(products) < Decimal("1E-20")
    parity = weights_of(RiskParity(), covariance).unwrap()
    for share in risk_shares(parity, covariance).unwrap():
        assert abs(share * size - 1) < Decimal("1E-10")
    budgets = tuple(Decimal(place + 1) for place in range(size))
    given_ = weights_of(RiskParity(budgets=budgets), covariance).unwrap()
    whole = sum(budgets)
    for share, budget in zip(risk_shares(given_, covariance).unwrap(), budgets, strict=True):
        assert abs(share * whole - budget) < Decimal("1E-9")


TWO: Matrix = ((ONE, ZERO), (ZERO, ONE))
HALVES = (Decimal("0.5"), Decimal("0.4"))


def test_fixed_weights_are_what_was_given() -> None:
    assert weights_of(Fixed(weights=HALVES), TWO).unwrap() == HALVES


@pytest.mark.parametrize(
    ("model", "covariance", "cause"),
    [
        (Equal(), (), EmptySeries()),
        (Fixed(weights=()), (), EmptySeries()),
        (Fixed(weights=(ONE,)), TWO, LengthMismatch(1, 2)),
        (Fixed(weights=(ONE, -ONE)), TWO, InvalidFraction("weight", "-1")),
        (Fixed(weights=(ONE, Decimal("1.5"))), TWO, InvalidFraction("weight", "1.5")),
        (Fixed(weights=(ONE, ONE)), TWO, InvalidFraction("weights", "2")),
        (InverseVolatility(), ((ZERO,),), NotPositiveDefinite(0)),
        (RiskParity(budgets=(ONE,)), TWO, LengthMismatch(1, 2)),
        (MeanVariance(aversion=ZERO), TWO, InvalidThreshold("0")),
        (MeanVariance(means=(ONE,)), TWO, LengthMismatch(1, 2)),
        (MeanVariance(), (), EmptySeries()),
        (MeanVariance(), ((ONE, ONE), (ONE, ONE)), NotPositiveDefinite(1)),
    ],
)
def test_what_has_no_weights_says_why(model: Model, covariance: Matrix, cause: object) -> None:
    assert weights_of(model, covariance).failure() == cause


def test_a_search_that_is_cut_short_says_so() -> None:
    """Two assets, one of which has to go: more than one step."""
    model = MeanVariance(means=(Decimal(50), Decimal(-50)))
    assert mean_variance(model, TWO, steps=1).failure() == NotConverged(1)
    assert mean_variance(model, TWO, steps=2).unwrap() == (ONE, ZERO)


def test_means_that_drown_the_risk_are_no_portfolio() -> None:
    """50 digits do not hold both 1e60 and 1: no weights that sum to 0 are answered."""
    model = MeanVariance(means=(Decimal("1e30"), Decimal("0.1")))
    flat = ((Decimal("1e-30"), Decimal(0)), (Decimal(0), Decimal(1)))
    assert weights_of(model, flat).failure() == NumericLimit("Inexact")
    near = MeanVariance(means=(Decimal("1e10"), Decimal("0.1")))
    assert sum(weights_of(near, flat).unwrap()) == 1
