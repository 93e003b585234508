"""Risk parity and its matrices, by definition."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from astracore.metrics.frames import Matrix
from astracore.sizing.kelly import (
    kelly_portfolio,
)
from astracore.sizing.matrices import cholesky
from astracore.sizing.parity import (
    equal_risk_contribution,
    risk_budgeting,
    risk_contributions,
    risk_shares,
)
from astracore.sizing.volatility import (
    inverse_vol,
)
from property_tests.risk_makers import decimals


@st.composite
def covariances(draw: st.DrawFn, size: int = 3) -> Matrix:
    """A A' + diagonal: symmetric and positive definite by construction."""
    rows = [[draw(st.integers(-5, 5)) for _ in range(size)] for _ in range(size)]
    return tuple(
        tuple(
            Decimal(sum(rows[i][k] * rows[j][k] for k in range(size)) + (2 if i == j else 0))
            for j in range(size)
        )
        for i in range(size)
    )


@given(covariances(), st.permutations([0, 1, 2]), decimals("0.01", "50", 2))
def test_equal_risk_contributions_are_equal_permuted_and_scale_free(
    covariance: Matrix, order: list[int], scale: Decimal
) -> None:
    """Shares recomputed in fractions; contributions sum to the volatility."""
    weights = equal_risk_contribution(covariance).unwrap()
    exact = [Fraction(weight) for weight in weights]
    assert abs(sum(exact, Fraction(0)) - 1) < Fraction(1, 10**25)
    slopes = [
        sum((Fraction(covariance[i][j]) * exact[j] for j in range(3)), Fraction(0))
        for i in range(3)
    ]
    total = sum((w * slope for w, slope in zip(exact, slopes, strict=True)), Fraction(0))
    for weight, slope in zip(exact, slopes, strict=True):
        assert abs(weight * slope / total - Fraction(1, 3)) < Fraction(2, 10**12)
    turned = tuple(tuple(covariance[i][j] * scale for j in order) for i in order)
    again = equal_risk_contribution(turned).unwrap()
    assert all(abs(again[k] - weights[i]) < Decimal("1e-10") for k, i in enumerate(order))
    parts = risk_contributions(weights, covariance).unwrap()
    assert abs(Fraction(sum(parts)) ** 2 - total) < total / 10**25
    shares = risk_shares(weights, covariance).unwrap()
    assert abs(sum(shares, Decimal(0)) - 1) < Decimal("1e-26")


@given(covariances(), st.lists(st.integers(1, 9), min_size=3, max_size=3))
def test_risk_budgets_are_met(covariance: Matrix, parts: list[int]) -> None:
    """Whatever they sum to."""
    budgets = tuple(Decimal(part) for part in parts)
    weights = risk_budgeting(covariance, budgets).unwrap()
    for share, part in zip(risk_shares(weights, covariance).unwrap(), parts, strict=True):
        assert abs(share - Decimal(part) / sum(parts)) < Decimal("2e-12")


@given(st.lists(decimals("0.1", "2", 2), min_size=2, max_size=4), decimals("-0.2", "0.8", 2))
def test_with_one_correlation_parity_is_inverse_volatility(
    volatilities: list[Decimal], rho: Decimal
) -> None:
    """And its volatility lies between minimum variance and equal weights."""
    size = len(volatilities)
    matrix = tuple(
        tuple(a * b * (Decimal(1) if i == j else rho) for j, b in enumerate(volatilities))
        for i, a in enumerate(volatilities)
    )
    weights = equal_risk_contribution(matrix).unwrap()
    simple = inverse_vol(tuple(volatilities)).unwrap()
    assert all(abs(a - b) < Decimal("1e-10") for a, b in zip(weights, simple, strict=True))

    def variance(held: tuple[Decimal, ...]) -> Fraction:
        return sum(
            (
                Fraction(held[i]) * Fraction(held[j]) * Fraction(matrix[i][j])
                for i in range(size)
                for j in range(size)
            ),
            Fraction(0),
        )

    least = kelly_portfolio((Decimal(1),) * size, matrix).unwrap()
    least_sum = sum(least)
    slack = Fraction(1, 10**9)
    assert variance(weights) <= variance((Decimal(1) / size,) * size) + slack
    assert variance(tuple(each / least_sum for each in least)) <= variance(weights) + slack


@given(covariances())
def test_a_cholesky_factor_multiplies_back(covariance: Matrix) -> None:
    """And a matrix that is not positive definite has none."""
    lower = cholesky(covariance).unwrap()
    for i in range(3):
        for j in range(3):
            back = sum((lower[i][k] * lower[j][k] for k in range(3)), Decimal(0))
            assert abs(back - covariance[i][j]) < Decimal("1e-20")
    flat = (covariance[0], covariance[0], covariance[2])
    assert cholesky(flat).failure().code == "not_positive_definite"


def test_a_matrix_with_twins_is_not_positive_definite() -> None:
    """Rounding to 50 digits does not make a singular matrix regular."""
    third = Decimal(1) / 3
    twins = ((third, third), (third, third))
    assert cholesky(twins).failure().code == "not_positive_definite"
    assert equal_risk_contribution(twins).failure().code == "not_positive_definite"
