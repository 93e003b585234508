"""A portfolio's risk in one page: sums in fractions, and what scaling and hedging do to it."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from astracore.errors.series import EmptySeries, ZeroDenominator, ZeroVariance
from astracore.errors.values import InvalidConfidence, LengthMismatch
from astracore.metrics.frames import Vector
from astracore.metrics.statistics import beta
from astracore.outcome import is_failure
from astracore.risk.portfolio_report import HeldAsset, losses, portfolio_risk, profits
from property_tests.risk_makers import CRUDE, changes, decimals

CONFIDENCE = Decimal("0.95")
exposures = decimals("-10000", "10000", 2)


@st.composite
def portfolios(draw: st.DrawFn) -> tuple[tuple[HeldAsset, ...], Vector]:
    """A few assets and a benchmark over the same periods."""
    periods = draw(st.integers(2, 40))
    rows = st.lists(changes, min_size=periods, max_size=periods).map(tuple)
    held = draw(
        st.lists(st.builds(HeldAsset, exposure=exposures, returns=rows), min_size=1, max_size=4)
    )
    return tuple(held), draw(rows)


@given(portfolios())
def test_profits_are_exact_sums(known: tuple[tuple[HeldAsset, ...], Vector]) -> None:
    held, benchmark = known
    with decimal.localcontext(CRUDE):
        found = profits(held).unwrap()
    assert len(found) == len(benchmark)
    for place, each in enumerate(found):
        exact = sum(
            (Fraction(one.exposure) * Fraction(one.returns[place]) for one in held), Fraction(0)
        )
        assert Fraction(each) == exact


@given(portfolios(), st.sampled_from([Decimal("0.5"), Decimal(3), Decimal(1000)]))
def test_losses_scale_and_are_in_order(
    known: tuple[tuple[HeldAsset, ...], Vector], times: Decimal
) -> None:
    """ES is at least VaR, k times as much loses k times as much."""
    held, _ = known
    one = losses(held, CONFIDENCE).unwrap()
    assert one.es_historical >= one.var_historical
    assert one.es_parametric >= one.var_parametric
    assert one.is_thin == (len(held[0].returns) < 20)
    larger = tuple(evolve(each, exposure=each.exposure * times) for each in held)
    two = losses(larger, CONFIDENCE).unwrap()
    for name in ("var_historical", "es_historical", "var_parametric", "es_parametric"):
        expected = getattr(one, name) * times
        assert abs(getattr(two, name) - expected) <= abs(expected) * Decimal("1E-10")


@given(portfolios())
def test_what_is_fully_hedged_loses_nothing(
    known: tuple[tuple[HeldAsset, ...], Vector],
) -> None:
    held, _ = known
    hedged = (*held, *(evolve(each, exposure=-each.exposure) for each in held))
    found = losses(hedged, CONFIDENCE).unwrap()
    assert found.var_historical == found.es_historical == 0
    assert found.var_parametric == found.es_parametric == 0


@given(portfolios(), decimals("1", "100000", 2))
def test_beta_is_the_weighted_sum_of_betas(
    known: tuple[tuple[HeldAsset, ...], Vector], equity: Decimal
) -> None:
    """And exposure, leverage and concentration are those of the sums."""
    held, benchmark = known
    assume(len(set(benchmark)) > 1)
    found = portfolio_risk(held, benchmark, equity=equity, confidence=CONFIDENCE).unwrap()
    betas = [beta(one.returns, benchmark).unwrap() for one in held]
    exact = sum(
        (Fraction(one.exposure) * Fraction(each) for one, each in zip(held, betas, strict=True)),
        Fraction(0),
    ) / Fraction(equity)
    scale = sum(
        abs(Fraction(one.exposure) * Fraction(b)) for one, b in zip(held, betas, strict=True)
    )
    assert abs(Fraction(found.beta) - exact) <= (scale / Fraction(equity) + 1) / 10**20
    gross = sum((abs(Fraction(one.exposure)) for one in held), Fraction(0))
    assert Fraction(found.exposure.gross) == gross
    assert abs(Fraction(found.leverage) - gross / Fraction(equity)) <= gross / 10**20
    assert found.losses == losses(held, CONFIDENCE).unwrap()
    assert len(found.concentration.shares) == len(held)


COIN = HeldAsset(exposure=Decimal(100), returns=(Decimal("0.1"), Decimal("-0.2")))


@pytest.mark.parametrize(
    ("held", "benchmark", "equity", "cause"),
    [
        ((COIN,), COIN.returns, "0", ZeroDenominator("equity")),
        ((), COIN.returns, "1", EmptySeries()),
        ((evolve(COIN, returns=()),), COIN.returns, "1", EmptySeries()),
        ((COIN, evolve(COIN, returns=COIN.returns[:1])), COIN.returns, "1", LengthMismatch(1, 2)),
        ((COIN,), COIN.returns[:1], "1", LengthMismatch(2, 1)),
        ((COIN,), (Decimal(1), Decimal(1)), "1", ZeroVariance()),
    ],
)
def test_what_cannot_be_judged_says_why(
    held: tuple[HeldAsset, ...], benchmark: Vector, equity: str, cause: object
) -> None:
    found = portfolio_risk(held, benchmark, equity=Decimal(equity), confidence=CONFIDENCE)
    assert is_failure(found)
    assert found.failure() == cause


def test_a_confidence_is_above_one_half() -> None:
    assert losses((COIN,), Decimal("0.5")).failure() == InvalidConfidence("0.5")
