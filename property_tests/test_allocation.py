"""Division among many against a slow oracle that hands out one step at a time."""

import decimal
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import assume, example, given
from hypothesis import strategies as st

from astracore.errors.money import (
    AssetMismatch,
    EmptyRatios,
    NegativeAmount,
    NegativeRatio,
    NoMinorUnit,
    SplitSum,
    ZeroTotal,
)
from astracore.errors.values import InvalidStep, NumericLimit, RoundingRequired
from astracore.money import (
    Money,
    Quote,
    allocate,
    allocate_floor_to_first,
    allocate_largest_remainder,
    allocate_with_remainder,
    currency,
    money,
    negate,
    split,
    split_evenly,
)
from astracore.outcome import is_failure
from astracore.verification import invariants
from astracore.verification.oracles import fair_parts
from astracore.verification.strategies import hostile_contexts, ratios

CENT = Decimal("0.01")
USD = currency("USD").unwrap()
cents = st.sampled_from([0, 1, 2, 9_999, 10_000, -10_000]) | st.integers(-(10**9), 10**9)


def in_cents(units: int) -> Money[Quote]:
    return Money(Decimal(units) * CENT, "USD")


bills = cents.map(in_cents)
Rows = list[Fraction]


def bill(text: str) -> Money[Quote]:
    return money(Quote, text, "USD").unwrap()


def amounts_of(parts: tuple[Money[Quote], ...]) -> list[Decimal]:
    return [part.amount for part in parts]


@given(bills, ratios, hostile_contexts())
@example(bill("100"), [Fraction(30), Fraction(20), Fraction(40), Fraction(40)], decimal.Context())
@example(bill("0.02"), [Fraction(1)] * 4, decimal.Context())
@example(bill("-0.05"), [Fraction(1, 3), Fraction(2, 3)], decimal.Context())
def test_invariant_11_parts_sum_and_are_fair(
    whole: Money[Quote], shares: Rows, ambient: decimal.Context
) -> None:
    with decimal.localcontext(ambient):
        parts = amounts_of(allocate_largest_remainder(whole, CENT, shares).unwrap())
    assert invariants.parts_sum(whole.amount, parts)
    assert invariants.parts_near_shares(whole.amount, CENT, shares, parts)
    assert invariants.no_negative_zero(*parts)
    expected = fair_parts(Fraction(whole.amount), Fraction(CENT), shares)
    assert tuple(map(Fraction, parts)) == expected
    assert allocate(whole, USD, shares) == allocate_largest_remainder(whole, CENT, shares)


@given(bills, ratios, st.fractions(Fraction(1, 100), 100))
def test_invariant_12_mirror_and_scale(whole: Money[Quote], shares: Rows, k: Fraction) -> None:
    parts = allocate_largest_remainder(whole, CENT, shares).unwrap()
    mirrored = allocate_largest_remainder(negate(whole), CENT, shares).unwrap()
    assert mirrored == tuple(negate(part) for part in parts)
    scaled = [share * k for share in shares]
    assert allocate_largest_remainder(whole, CENT, scaled).unwrap() == parts


@given(bills, ratios, st.randoms(use_true_random=False))
def test_invariant_13_order_decides_only_ties(
    whole: Money[Quote], shares: Rows, random: Random
) -> None:
    order = list(range(len(shares)))
    random.shuffle(order)
    parts = amounts_of(allocate_largest_remainder(whole, CENT, shares).unwrap())
    mixed = allocate_largest_remainder(whole, CENT, [shares[i] for i in order]).unwrap()
    lacking = [abs(Fraction(whole.amount)) / Fraction(CENT) * r / sum(shares) % 1 for r in shares]
    for index, part in zip(order, amounts_of(mixed), strict=True):
        tied = lacking.count(lacking[index]) > 1
        assert part == parts[index] or (tied and abs(part - parts[index]) == CENT)
        assert shares[index] != 0 or part == 0


@given(bills, st.integers(1, 50))
def test_invariant_14_even_parts_differ_by_a_step(whole: Money[Quote], count: int) -> None:
    parts = amounts_of(split_evenly(whole, CENT, count).unwrap())
    assert len(parts) == count
    assert max(parts) - min(parts) <= CENT
    assert invariants.parts_sum(whole.amount, parts)


@given(bills, ratios)
def test_the_remainder_is_what_is_left(whole: Money[Quote], shares: Rows) -> None:
    done = allocate_with_remainder(whole, CENT, shares).unwrap()
    parts = amounts_of(done.parts)
    assert invariants.parts_sum(whole.amount, [*parts, done.remainder.amount])
    for part, share in zip(parts, shares, strict=True):
        exact = abs(Fraction(whole.amount)) * share / sum(shares)
        assert 0 <= exact - abs(Fraction(part)) < Fraction(CENT)
    first = amounts_of(allocate_floor_to_first(whole, CENT, shares).unwrap())
    assert invariants.parts_sum(whole.amount, first)
    assert invariants.no_negative_zero(*parts, *first, done.remainder.amount)
    bonus = [abs(a) - abs(b) for a, b in zip(first, parts, strict=True)]
    able = [extra for extra, share in zip(bonus, shares, strict=True) if share]
    assert able == sorted(able, reverse=True)


@given(bills, st.lists(st.integers(0, 100), min_size=1, max_size=8).filter(any))
def test_split_by_shares_that_sum_to_one(whole: Money[Quote], weights: list[int]) -> None:
    assume(whole.amount >= 0)
    hundredths = [Decimal(weight) / 1000 for weight in weights]
    shares = [*hundredths, 1 - sum(hundredths, Decimal(0))]
    assume(shares[-1] >= 0)
    parts = amounts_of(split(whole, shares, USD).unwrap())
    assert invariants.parts_sum(whole.amount, parts)
    assert invariants.parts_near_shares(whole.amount, CENT, list(map(Fraction, shares)), parts)


def test_the_worked_example() -> None:
    shares = [Decimal("0.5"), Decimal("0.3"), Decimal("0.2")]
    parts = split(bill("100.01"), shares, USD).unwrap()
    assert amounts_of(parts) == [Decimal("50.01"), Decimal("30.00"), Decimal("20.00")]


def test_refusals_by_precedence() -> None:
    one, two = Fraction(1), Fraction(2)
    hundred = bill("100")
    faults: tuple[tuple[tuple[Money[Quote], Decimal, list[Fraction]], object], ...] = (
        ((hundred, Decimal(0), []), EmptyRatios()),
        ((hundred, Decimal(0), [one, -two]), NegativeRatio(1)),
        ((hundred, Decimal(0), [Fraction(0)]), ZeroTotal()),
        ((hundred, Decimal(0), [one]), InvalidStep("0")),
        ((hundred, Decimal("NaN"), [one]), InvalidStep("NaN")),
        ((Money(Decimal("NaN"), "USD"), CENT, [one]), NumericLimit("InvalidOperation")),
        ((bill("0.001"), CENT, [one]), RoundingRequired("0.001", "0.01")),
    )
    for (whole, step, shares), fault in faults:
        for rule in (allocate_largest_remainder, allocate_with_remainder, allocate_floor_to_first):
            assert rule(whole, step, shares).failure() == fault
    assert split_evenly(hundred, CENT, 0).failure() == EmptyRatios()
    assert split_evenly(hundred, CENT, -3).failure() == EmptyRatios()
    assert split_evenly(hundred, CENT, 10**7).failure() == NumericLimit("Overflow")
    endless = [Fraction(1, 10**300 + place) for place in range(2000)]
    refused = allocate_largest_remainder(hundred, CENT, endless).failure()
    assert refused == NumericLimit("Overflow")
    assert allocate(Money(Decimal(1), "EUR"), USD, [one]).failure() == AssetMismatch("EUR", "USD")
    gold = currency("XAU").unwrap()
    assert allocate(Money(Decimal(1), "XAU"), gold, [one]).failure() == NoMinorUnit("XAU")


def test_split_refusals() -> None:
    half = Decimal("0.5")
    assert split(bill("-1"), [Decimal(1)], USD).failure() == NegativeAmount("-1")
    assert split(bill("1"), [], USD).failure() == EmptyRatios()
    assert split(bill("1"), [half, Decimal("0.4")], USD).failure() == SplitSum("0.9")
    assert split(bill("1"), [Decimal("1.5"), -half], USD).failure() == NegativeRatio(1)
    assert is_failure(split(bill("1"), [Decimal("NaN"), half], USD))
    assert split(bill("1.001"), [half, half], USD).failure().code == "rounding_required"
    assert split(bill("0"), [half, half], USD).unwrap() == (bill("0"), bill("0"))
