"""Contributions: the parts are the whole, digit for digit, however it was rounded."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.series import EmptySeries, ZeroDenominator
from astracore.errors.values import InvalidStep, NumericLimit
from astracore.metrics.returns import SubPeriod, time_weighted
from astracore.portfolio.contributions import (
    Earned,
    Segment,
    active_return,
    contributions,
)
from astracore.verification.invariants import no_negative_zero, on_grid, parts_sum
from property_tests.risk_makers import CRUDE, decimals

names = st.sampled_from(["ADA", "BTC", "ETH", "SOL"])
periods = st.builds(
    Earned,
    capital=decimals("100", "100000", 2),
    gains=st.dictionaries(names, decimals("-99", "99", 2), max_size=4),
)
lists = st.lists(periods, min_size=1, max_size=6).map(tuple)
steps = st.sampled_from([Decimal("1E-12"), Decimal("0.0001"), Decimal("0.03")])


def exact_parts(known: tuple[Earned, ...]) -> dict[str, Fraction]:
    """Gains over capital times the growth before, in fractions."""
    growth, parts = Fraction(1), dict[str, Fraction]()
    for one in known:
        for name, gain in one.gains.items():
            parts[name] = parts.get(name, Fraction(0)) + growth * Fraction(gain) / Fraction(
                one.capital
            )
        growth *= 1 + sum(map(Fraction, one.gains.values()), Fraction(0)) / Fraction(one.capital)
    return parts


@example(
    known=(Earned(capital=Decimal(3), gains=dict.fromkeys("ABC", Decimal(1))),),
    step=Decimal("0.01"),
)
@example(
    known=(Earned(capital=Decimal(3), gains=dict.fromkeys("AB", Decimal(-1))),),
    step=Decimal("0.01"),
)
@given(lists, steps)
def test_parts_sum_to_the_compounded_return(known: tuple[Earned, ...], step: Decimal) -> None:
    """Exactly; the total is the product's nearest step, each part within one of its own value."""
    with decimal.localcontext(CRUDE):
        found = contributions(known, step=step).unwrap()
    exact = exact_parts(known)
    assert set(found.parts) == set(exact)
    assert parts_sum(found.total, tuple(found.parts.values()))
    assert no_negative_zero(found.total, *found.parts.values())
    growth = Fraction(1)
    for one in known:
        growth *= 1 + sum(map(Fraction, one.gains.values()), Fraction(0)) / Fraction(one.capital)
    assert sum(exact.values(), Fraction(0)) == growth - 1
    assert abs(Fraction(found.total) - (growth - 1)) <= Fraction(step) / 2
    assert on_grid(found.total, step)
    for name, part in found.parts.items():
        assert on_grid(part, step)
        assert abs(Fraction(part) - exact[name]) < Fraction(step)


@given(lists)
def test_the_total_is_the_time_weighted_return(known: tuple[Earned, ...]) -> None:
    """Parts and whole tell one story."""
    stretches = tuple(
        SubPeriod(begin=one.capital, end=one.capital + sum(one.gains.values(), Decimal(0)))
        for one in known
    )
    whole = time_weighted(stretches).unwrap()
    assert abs(contributions(known).unwrap().total - whole) <= Decimal("5.1E-13")


@given(lists, steps)
def test_only_the_names_order_ties(known: tuple[Earned, ...], step: Decimal) -> None:
    """The order in which parts are told means nothing."""
    turned = tuple(
        Earned(capital=one.capital, gains=dict(reversed(tuple(one.gains.items())))) for one in known
    )
    assert contributions(known, step=step) == contributions(turned, step=step)


weights = decimals("0", "1", 3)
gains = decimals("-0.5", "0.5", 4)
segments = st.lists(
    st.builds(
        Segment,
        name=names,
        weight=weights,
        gain=gains,
        benchmark_weight=weights,
        benchmark_gain=gains,
    ),
    min_size=1,
    max_size=4,
).map(tuple)


@given(segments)
def test_effects_sum_to_the_active_return(known: tuple[Segment, ...]) -> None:
    """Σ w r − Σ v b − B (Σ w − Σ v), in fractions; without a bet nothing is allocated."""
    found = active_return(known).unwrap()
    effects = sum(
        (Fraction(e) for one in found for e in (one.allocation, one.selection, one.interaction)),
        Fraction(0),
    )
    ours = sum((Fraction(one.weight) * Fraction(one.gain) for one in known), Fraction(0))
    theirs = sum(
        (Fraction(one.benchmark_weight) * Fraction(one.benchmark_gain) for one in known),
        Fraction(0),
    )
    apart = sum(
        (Fraction(one.weight) - Fraction(one.benchmark_weight) for one in known), Fraction(0)
    )
    assert effects == ours - theirs - theirs * apart
    for one, told in zip(known, found, strict=True):
        if one.weight == one.benchmark_weight:
            assert told.allocation == told.interaction == 0
        if one.gain == one.benchmark_gain:
            assert told.selection == told.interaction == 0


def test_the_textbook_portfolio() -> None:
    """Three markets, weights 40/30/30 beside 40/20/40: allocation, selection and interaction."""
    rows = (
        ("uk", "0.4", "0.2", "0.4", "0.1"),
        ("japan", "0.3", "-0.05", "0.2", "-0.04"),
        ("us", "0.3", "0.06", "0.4", "0.08"),
    )
    known = tuple(
        Segment(
            name=name,
            weight=Decimal(w),
            gain=Decimal(r),
            benchmark_weight=Decimal(v),
            benchmark_gain=Decimal(b),
        )
        for name, w, r, v, b in rows
    )
    found = active_return(known).unwrap()
    assert [
        sum((getattr(one, name) for one in found), Decimal(0))
        for name in ("allocation", "selection", "interaction")
    ] == [Decimal("-0.012"), Decimal("0.03"), Decimal("0.001")]


ONE = Earned(capital=Decimal(1), gains={"A": Decimal(1)})


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        (contributions(()), EmptySeries()),
        (contributions((ONE,), step=Decimal(0)), InvalidStep("0")),
        (contributions((ONE,), step=Decimal("NaN")), InvalidStep("NaN")),
        (
            contributions((Earned(capital=Decimal(0), gains={}),)),
            ZeroDenominator("capital"),
        ),
        (
            contributions((Earned(capital=Decimal("1E-100"), gains={"A": Decimal("1E+100")}),)),
            NumericLimit("Inexact"),
        ),
        (active_return(()), EmptySeries()),
    ],
)
def test_what_has_no_parts_says_why(answer: object, cause: object) -> None:
    assert answer.failure() == cause  # type: ignore[attr-defined]
