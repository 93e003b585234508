"""Worth in any currency: exact fractions along the path, and an answer only where there is one."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.errors.fx import NoRatePath, StaleRate
from astracore.errors.money import NoMinorUnit
from astracore.errors.values import NumericLimit
from astracore.instants import Instant
from astracore.money import (
    Freshness,
    QuoteSide,
    Snapshot,
    cross_rate,
    currency,
    rate,
    unit_of,
)
from astracore.outcome import is_failure
from astracore.portfolio.valuation import value_in
from astracore.verification.oracles import nearest_multiple
from astracore.verification.strategies import CODES, hostile_contexts, snapshots
from property_tests.risk_makers import decimals

codes = st.sampled_from(CODES)
amounts = decimals("-1000000", "1000000", 8)
portfolios = st.dictionaries(codes, amounts, max_size=5)
FRESH = Freshness(now=Instant(0), max_age=0)


@given(snapshots(), portfolios, codes, st.sampled_from(QuoteSide), hostile_contexts())
def test_a_portfolio_is_worth_the_exact_sum_rounded_once(
    known: Snapshot,
    held: dict[str, Decimal],
    target: str,
    side: QuoteSide,
    ambient: decimal.Context,
) -> None:
    """Or the first asset without a path is named."""
    unit = currency(target).unwrap()
    with decimal.localcontext(ambient):
        found = value_in(held, unit, snapshot=known, fresh=FRESH, side=side)
    other = {QuoteSide.BID: QuoteSide.ASK, QuoteSide.ASK: QuoteSide.BID}.get(side, side)
    exact = Fraction(0)
    for asset in sorted(held):
        owed = held[asset] < 0
        one = cross_rate(known, asset, target, side=other if owed else side)
        if is_failure(one):
            assert found.failure() == NoRatePath(asset, target)
            return
        exact += Fraction(held[asset]) * one.unwrap().factor
    value = found.unwrap()
    assert Fraction(value.total) + value.residue == exact
    step = Fraction(unit_of(unit).unwrap())
    assert Fraction(value.total) == nearest_multiple(exact, step, "HALF_EVEN")
    assert [part.asset for part in value.parts] == sorted(held)


@given(snapshots(), portfolios, portfolios, codes, st.randoms(use_true_random=False))
def test_two_portfolios_together_are_worth_their_sum(
    known: Snapshot,
    one: dict[str, Decimal],
    two: dict[str, Decimal],
    target: str,
    dice: object,
) -> None:
    """At the middle; and in whatever order holdings and rates of one pair are told."""
    both = {name: one.get(name, Decimal(0)) + two.get(name, Decimal(0)) for name in {*one, *two}}
    unit = currency(target).unwrap()
    answers = [value_in(held, unit, snapshot=known, fresh=FRESH) for held in (one, two, both)]
    if any(is_failure(each) for each in answers):
        return
    worths = [sum(part.worth for part in each.unwrap().parts) for each in answers]
    assert worths[0] + worths[1] == worths[2]
    pairs = list({frozenset((each.base, each.quote)): each for each in known.rates}.values())
    mixed = list(pairs)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    turned = dict(reversed(both.items()))
    straight, shuffled = (
        value_in(held, unit, snapshot=Snapshot(tuple(rows)), fresh=FRESH)
        for held, rows in ((both, pairs), (turned, mixed))
    )
    assert straight.unwrap() == shuffled.unwrap()


@given(snapshots(), portfolios, codes)
def test_closing_brings_no_more_than_the_middle(
    known: Snapshot, held: dict[str, Decimal], target: str
) -> None:
    """BID <= MID <= ASK, also of what is owed."""
    unit = currency(target).unwrap()
    low, middle, high = (
        value_in(held, unit, snapshot=known, fresh=FRESH, side=side)
        for side in (QuoteSide.BID, QuoteSide.MID, QuoteSide.ASK)
    )
    if not is_failure(middle):
        assert low.unwrap().total <= middle.unwrap().total <= high.unwrap().total


SEEN = rate("EUR", "USD", bid=Decimal("1.1"), ask=Decimal("1.1"), at=Instant(0)).unwrap()
DOLLARS = currency("USD").unwrap()


@pytest.mark.parametrize(("now", "max_age", "fresh"), [(60, 60, True), (61, 60, False)])
def test_age_is_counted_from_the_given_now(now: int, max_age: int, *, fresh: bool) -> None:
    """To the microsecond; a balance of zero needs its rate as well."""
    limits = Freshness(now=Instant(now), max_age=max_age)
    held = {"EUR": Decimal(0), "USD": Decimal(5)}
    found = value_in(held, DOLLARS, snapshot=Snapshot((SEEN,)), fresh=limits)
    if fresh:
        assert found.unwrap().total == 5
    else:
        assert found.failure() == StaleRate("EUR/USD", 61, 60)


def test_a_missing_rate_is_never_zero_or_one() -> None:
    held = {"GBP": Decimal(0)}
    found = value_in(held, DOLLARS, snapshot=Snapshot((SEEN,)), fresh=FRESH)
    assert found.failure() == NoRatePath("GBP", "USD")


def test_a_unit_and_a_size_are_needed() -> None:
    gold = evolve(DOLLARS, code="XAU", exponent=None)
    assert isinstance(value_in({}, gold, snapshot=Snapshot(()), fresh=FRESH).failure(), NoMinorUnit)
    huge = value_in({"USD": Decimal("1E+30")}, DOLLARS, snapshot=Snapshot(()), fresh=FRESH)
    assert huge.failure() == NumericLimit("Overflow")
    strange = value_in({"USD": Decimal("NaN")}, DOLLARS, snapshot=Snapshot(()), fresh=FRESH)
    assert strange.failure().code == "numeric_limit"
