"""Exchange against exact fractions and against every simple path."""

import decimal
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from astracore.errors.fx import (
    CrossedQuote,
    IdentityRateMustBeOne,
    NonPositiveRate,
    NoRatePath,
    StaleRate,
)
from astracore.errors.money import NegativeAmount, NoMinorUnit
from astracore.errors.values import NumericLimit
from astracore.instants import Instant
from astracore.money import (
    RULES,
    Base,
    Currency,
    Freshness,
    Kind,
    Money,
    Occasion,
    Purpose,
    Quote,
    QuoteSide,
    Rate,
    SideRule,
    Snapshot,
    compare_valued,
    convert,
    cross_rate,
    currency,
    inverse,
    path,
    rate,
    unit_of,
)
from astracore.outcome import is_failure
from astracore.verification import invariants
from astracore.verification.oracles import fewest_edges, nearest_multiple
from astracore.verification.strategies import CODES, hostile_contexts, rates, snapshots

codes = st.sampled_from(CODES)
NOW = Freshness(Instant(0), 0)
cents = st.integers(0, 10**9).map(lambda units: Decimal(units).scaleb(-2))
MIN_UNIT = {code: unit_of(currency(code).unwrap()).unwrap() for code in CODES}
RULE_OF = {
    Purpose.CREDIT: "DOWN",
    Purpose.DEBIT: "UP",
    Purpose.REPORT: "HALF_EVEN",
}
SIDE_OF = {
    Purpose.CREDIT: QuoteSide.BID,
    Purpose.DEBIT: QuoteSide.ASK,
    Purpose.REPORT: QuoteSide.MID,
}


def single(base: str, quote: str, value: str, at: int = 0) -> Rate:
    return rate(base, quote, bid=Decimal(value), ask=Decimal(value), at=Instant(at)).unwrap()


def known(code: str) -> Currency:
    return currency(code).unwrap()


@given(snapshots(), codes, codes)
def test_the_path_is_the_shortest_there_is(snapshot: Snapshot, source: str, target: str) -> None:
    edges = [(each.base, each.quote) for each in snapshot.rates]
    fewest = fewest_edges(edges, source, target)
    found = path(snapshot, source, target)
    if fewest is None:
        assert found.failure() == NoRatePath(source, target)
        return
    steps = found.unwrap()
    assert len(steps) == fewest + 1
    assert (steps[0], steps[-1]) == (source, target)
    assert path(snapshot, target, source).unwrap() == tuple(reversed(steps))
    for here, there in pairwise(steps):
        assert (here, there) in edges or (there, here) in edges


@given(snapshots(), codes, codes, st.sampled_from(list(QuoteSide)), st.sampled_from(list(SideRule)))
def test_invariant_16_a_cross_rate_is_the_product_along_the_path(
    snapshot: Snapshot, source: str, target: str, side: QuoteSide, side_rule: SideRule
) -> None:
    crossed = cross_rate(snapshot, source, target, side=side, side_rule=side_rule)
    if is_failure(crossed):
        assert crossed.failure() == NoRatePath(source, target)
        return
    factor = Fraction(1)
    for here, there in pairwise(crossed.unwrap().path):
        edge = [r for r in snapshot.rates if {r.base, r.quote} == {here, there}][-1]
        bid, ask = Fraction(edge.bid), Fraction(edge.ask)
        if edge.base == here:
            factor *= {"BID": bid, "ASK": ask, "MID": (bid + ask) / 2}[side.value]
        elif side is QuoteSide.MID:
            factor /= (bid + ask) / 2
        else:
            sells = (side is QuoteSide.BID) == (side_rule is SideRule.SAME)
            factor /= bid if sells else ask
    assert crossed.unwrap().factor == factor


@given(snapshots(), codes, codes)
def test_sides_are_in_order(snapshot: Snapshot, source: str, target: str) -> None:
    bid, mid, ask = (
        cross_rate(snapshot, source, target, side=side)
        for side in (QuoteSide.BID, QuoteSide.MID, QuoteSide.ASK)
    )
    assume(not is_failure(mid))
    assert bid.unwrap().factor <= mid.unwrap().factor <= ask.unwrap().factor
    back = cross_rate(snapshot, target, source, side=QuoteSide.BID).unwrap()
    assert bid.unwrap().factor * back.factor <= 1


@given(snapshots(), codes, codes, cents, hostile_contexts())
def test_invariant_15_there_and_back_never_gains(
    snapshot: Snapshot, source: str, target: str, amount: Decimal, ambient: decimal.Context
) -> None:
    start: Money[Quote] = Money(amount, source)
    with decimal.localcontext(ambient):
        there = convert(
            start, Base, known(target), snapshot=snapshot, purpose=Purpose.CREDIT, fresh=NOW
        )
        assume(not is_failure(there))
        back = convert(
            there.unwrap().posted.money(),
            Quote,
            known(source),
            snapshot=snapshot,
            purpose=Purpose.CREDIT,
            fresh=NOW,
        ).unwrap()
    assert invariants.never_gains(amount, back.posted.amount)
    if source == target:
        assert there.unwrap().rate.factor == 1


@given(snapshots(), codes, codes, cents, st.sampled_from(list(Purpose)))
def test_conversion_rounds_once_to_the_side_of_its_purpose(
    snapshot: Snapshot, source: str, target: str, amount: Decimal, purpose: Purpose
) -> None:
    value: Money[Quote] = Money(amount, source)
    done = convert(value, Quote, known(target), snapshot=snapshot, purpose=purpose, fresh=NOW)
    assume(not is_failure(done))
    found = done.unwrap()
    side = SIDE_OF[purpose]
    assert found.rate == cross_rate(snapshot, source, target, side=side).unwrap()
    exact = Fraction(amount) * found.rate.factor
    unit = MIN_UNIT[target]
    expected = nearest_multiple(exact, Fraction(unit), RULE_OF[purpose])
    assert Fraction(found.posted.amount) == expected
    assert Fraction(found.posted.amount) + found.residue == exact
    if purpose is Purpose.CREDIT:
        assert invariants.receiver_never_gains(exact, found.posted.amount, unit)
    if purpose is Purpose.DEBIT:
        assert invariants.payer_never_gains(exact, found.posted.amount, unit)


@given(rates("EUR", "USD"))
def test_an_inverse_is_read_from_the_other_end(quoted: Rate) -> None:
    turned = inverse(quoted).unwrap()
    assert (turned.base, turned.quote) == ("USD", "EUR")
    assert 0 < turned.bid <= turned.ask
    assert abs(Fraction(turned.bid) * Fraction(quoted.ask) - 1) <= Fraction(1, 10**49)
    assert abs(Fraction(turned.ask) * Fraction(quoted.bid) - 1) <= Fraction(1, 10**49)


@given(snapshots(), codes, codes, cents, cents)
def test_valued_order_is_by_the_middle(
    snapshot: Snapshot, one: str, other: str, left: Decimal, right: Decimal
) -> None:
    order = compare_valued(Money(left, one), Money(right, other), snapshot=snapshot, fresh=NOW)
    assume(not is_failure(order))
    factor = cross_rate(snapshot, other, one, side=QuoteSide.MID).unwrap().factor
    worth = Fraction(right) * factor
    assert order.unwrap() == (left > worth) - (left < worth)


def test_a_rate_is_refused_by_precedence() -> None:
    at = Instant(0)
    one = Decimal(1)
    nan = Decimal("NaN")
    assert rate("A", "B", bid=nan, ask=one, at=at).failure() == NumericLimit("Overflow")
    assert rate("A", "B", bid=Decimal("1E-201"), ask=one, at=at).failure().code == "numeric_limit"
    assert rate("A", "B", bid=one, ask=Decimal("1E200"), at=at).failure().code == "numeric_limit"
    assert rate("A", "B", bid=Decimal(0), ask=one, at=at).failure() == NonPositiveRate("A/B", "0")
    assert rate("A", "B", bid=one, ask=-one, at=at).failure() == NonPositiveRate("A/B", "-1")
    assert rate("A", "A", bid=one, ask=Decimal(2), at=at).failure() == IdentityRateMustBeOne("A")
    two = Decimal(2)
    assert rate("A", "B", bid=two, ask=one, at=at).failure() == CrossedQuote("A/B", "2", "1")
    assert rate("A", "A", bid=one, ask=one, at=at).unwrap().bid == 1
    broken = Rate("A", "B", Decimal(0), one, at)
    assert inverse(broken).failure() == NonPositiveRate("A/B", "0")
    crossed = cross_rate(Snapshot((broken,)), "A", "B", side=QuoteSide.BID)
    assert crossed.failure() == NonPositiveRate("A/B", "0")


def test_the_pivot_is_tried_before_other_indirect_ways() -> None:
    rates_ = (
        single("EUR", "AUD", "1.5"),
        single("AUD", "JPY", "90"),
        single("EUR", "USD", "1.1"),
        single("USD", "JPY", "150"),
    )
    assert path(Snapshot(rates_), "EUR", "JPY").unwrap() == ("EUR", "AUD", "JPY")
    assert path(Snapshot(rates_, "USD"), "EUR", "JPY").unwrap() == ("EUR", "USD", "JPY")
    assert path(Snapshot(rates_, "USD"), "JPY", "EUR").unwrap() == ("JPY", "USD", "EUR")
    assert path(Snapshot(rates_, "GBP"), "EUR", "JPY").unwrap() == ("EUR", "AUD", "JPY")
    direct = (*rates_, single("JPY", "EUR", "0.006"))
    assert path(Snapshot(direct, "USD"), "EUR", "JPY").unwrap() == ("EUR", "JPY")


def test_the_latest_rate_of_a_pair_counts() -> None:
    old, new = single("EUR", "USD", "1.1", at=1), single("EUR", "USD", "1.2", at=2)
    same = single("USD", "EUR", "0.5", at=2)
    for order in ((old, new), (new, old)):
        crossed = cross_rate(Snapshot(order), "EUR", "USD", side=QuoteSide.BID).unwrap()
        assert crossed.factor == Fraction(12, 10)
    crossed = cross_rate(Snapshot((new, same)), "EUR", "USD", side=QuoteSide.BID).unwrap()
    assert crossed.factor == 2


def test_stale_rates_are_refused_anywhere_on_the_way() -> None:
    snapshot = Snapshot((single("EUR", "USD", "1.1", at=100), single("USD", "JPY", "150", at=50)))
    euros: Money[Quote] = Money(Decimal(1), "EUR")

    def converted(now: int) -> str:
        fresh = Freshness(Instant(now), 60)
        done = convert(
            euros, Quote, known("JPY"), snapshot=snapshot, purpose=Purpose.REPORT, fresh=fresh
        )
        return done.failure().code if is_failure(done) else str(done.unwrap().posted.amount)

    assert converted(110) == "165"
    assert converted(111) == "stale_rate"
    assert converted(0) == "165"
    stale = cross_rate(
        snapshot, "USD", "JPY", side=QuoteSide.BID, fresh=Freshness(Instant(111), 60)
    )
    assert stale.failure() == StaleRate("USD/JPY", 61, 60)


def test_conversion_refusals() -> None:
    snapshot = Snapshot((single("EUR", "USD", "1.1"), single("XAU", "USD", "2000")))
    gold = known("XAU")

    def refused(value: Money[Quote], target: Currency, purpose: Purpose) -> object:
        return convert(
            value, Quote, target, snapshot=snapshot, purpose=purpose, fresh=NOW
        ).failure()

    minus: Money[Quote] = Money(Decimal(-1), "EUR")
    assert refused(minus, known("USD"), Purpose.CREDIT) == NegativeAmount("-1")
    assert refused(minus, known("USD"), Purpose.DEBIT) == NegativeAmount("-1")
    assert refused(minus, known("JPY"), Purpose.REPORT) == NoRatePath("EUR", "JPY")
    assert refused(Money(Decimal(1), "USD"), gold, Purpose.REPORT) == NoMinorUnit("XAU")
    most: Money[Quote] = Money(Decimal("9E+29"), "XAU")
    assert refused(most, known("USD"), Purpose.REPORT) == NumericLimit("Overflow")
    weird: Money[Quote] = Money(Decimal("NaN"), "EUR")
    assert refused(weird, known("USD"), Purpose.REPORT) == NumericLimit("Overflow")
    report = convert(
        minus, Quote, known("USD"), snapshot=snapshot, purpose=Purpose.REPORT, fresh=NOW
    )
    assert report.unwrap().posted.amount == Decimal("-1.10")
    tiny = Currency("USD", Kind.FIAT, 40)
    assert refused(Money(Decimal(1), "EUR"), tiny, Purpose.REPORT) is not None


def test_the_carried_rate_has_fifty_digits() -> None:
    thirds = cross_rate(
        Snapshot((single("USD", "EUR", "3"),)), "EUR", "USD", side=QuoteSide.MID
    ).unwrap()
    assert str(thirds.carried()) == "0." + "3" * 50
    assert {purpose.value for purpose in Purpose} == {"credit", "debit", "report"}
    assert RULES[Occasion.FX_CREDIT].value == RULE_OF[Purpose.CREDIT]
    assert RULES[Occasion.FX_DEBIT].value == RULE_OF[Purpose.DEBIT]
