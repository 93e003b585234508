"""Risk factors by position value: what falls with value falls, and margins agree with leverages."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.margin import BadBrackets, NotionalAboveBrackets
from astracore.errors.values import InvalidLeverage, InvalidQuantity, InvalidStep
from astracore.margin.risk_factors import (
    RiskFactor,
    RiskFactors,
    factored_margin,
    max_leverage_at,
    max_value_at,
    risk_factors,
)
from astracore.outcome import is_failure
from property_tests.risk_makers import CRUDE, decimals

CENT = Decimal("0.01")


@st.composite
def tables(draw: st.DrawFn) -> RiskFactors:
    """One to six rows through the door."""
    uppers = sorted(draw(st.lists(st.integers(1, 10**8), min_size=1, max_size=6, unique=True)))
    factors = sorted(draw(st.integers(1, 1000)) for _ in uppers)
    rows = zip(uppers, factors, strict=True)
    return risk_factors(
        tuple(RiskFactor(upper=Decimal(u), factor=Decimal(f).scaleb(-3)) for u, f in rows)
    ).unwrap()


values = decimals("0", "100000000", 2)


@given(tables(), values, values)
def test_leverage_falls_and_margin_rises_with_value(
    table: RiskFactors, one: Decimal, two: Decimal
) -> None:
    """In the row that a search from the top finds; the margin is exact, rounded up."""
    with decimal.localcontext(CRUDE):
        answers = [
            (max_leverage_at(table, each), factored_margin(table, each, unit=CENT))
            for each in sorted((one, two))
        ]
    known = []
    for value, (leverage, margin) in zip(sorted((one, two)), answers, strict=True):
        fitting = [row for row in table.rows if value <= row.upper]
        if not fitting:
            cause = NotionalAboveBrackets(value, table.rows[-1].upper)
            assert (leverage.failure(), margin.failure()) == (cause, cause)
            continue
        row = min(fitting, key=lambda row: row.upper)
        assert abs(Fraction(leverage.unwrap()) - 1 / Fraction(row.factor)) <= Fraction(CENT) / 2
        exact = Fraction(value) * Fraction(row.factor)
        assert exact <= Fraction(margin.unwrap()) < exact + Fraction(CENT)
        known.append((leverage.unwrap(), margin.unwrap()))
    if len(known) == 2:
        assert known[0][0] >= known[1][0]
        assert known[0][1] <= known[1][1]


@given(tables(), decimals("0.5", "1200", 2), decimals("0.5", "1200", 2))
def test_value_falls_with_leverage(table: RiskFactors, one: Decimal, two: Decimal) -> None:
    """The value allows the leverage, a cent more does not."""
    low, high = sorted((one, two))
    most = max_value_at(table, low).unwrap()
    assert max_value_at(table, high).unwrap() <= most
    if most:
        assert max_leverage_at(table, most).unwrap() >= low
    above = max_leverage_at(table, most + CENT)
    assert is_failure(above) or above.unwrap() < low


ROW = RiskFactor(upper=Decimal(100), factor=Decimal("0.1"))
TABLE = RiskFactors((ROW,))


def row(upper: str, factor: str) -> RiskFactor:
    return RiskFactor(upper=Decimal(upper), factor=Decimal(factor))


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        ((), BadBrackets(0, "empty")),
        ((row("0", "0.1"),), BadBrackets(0, "bound")),
        ((row("1E+30", "0.1"),), BadBrackets(0, "bound")),
        ((ROW, row("100", "0.2")), BadBrackets(1, "bound")),
        ((row("1", "0"),), BadBrackets(0, "factor")),
        ((row("1", "1.001"),), BadBrackets(0, "factor")),
        ((row("1", "1E-19"),), BadBrackets(0, "factor")),
        ((ROW, row("101", "0.09")), BadBrackets(1, "factor")),
    ],
)
def test_a_table_rises(rows: tuple[RiskFactor, ...], cause: BadBrackets) -> None:
    assert risk_factors(rows).failure() == cause


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (max_leverage_at(TABLE, Decimal(-1)), InvalidQuantity("-1")),
        (max_leverage_at(TABLE, Decimal(1), step=Decimal(0)), InvalidStep("0")),
        (
            max_leverage_at(RiskFactors(()), Decimal(1)),
            NotionalAboveBrackets(Decimal(1), Decimal(0)),
        ),
        (max_value_at(TABLE, Decimal(0)), InvalidLeverage("0")),
        (max_value_at(TABLE, Decimal(1), step=Decimal(-1)), InvalidStep("-1")),
        (factored_margin(TABLE, Decimal(1), unit=Decimal(0)), InvalidStep("0")),
        (factored_margin(TABLE, Decimal(-1), unit=CENT), InvalidQuantity("-1")),
    ],
)
def test_what_no_row_answers_is_refused(answer: object, cause: object) -> None:
    assert answer.failure() == cause  # type: ignore[attr-defined]


def test_no_value_is_allowed_beyond_the_first_row() -> None:
    assert max_value_at(TABLE, Decimal("10.01")).unwrap() == 0
    assert max_value_at(TABLE, Decimal(10)).unwrap() == 100
