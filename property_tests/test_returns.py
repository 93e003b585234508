"""Returns with flows, against exact fractions, exact polynomials, and themselves moved about."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st

from astracore.errors.roots import MultipleRoots, NoRoot, NoSignChange
from astracore.errors.series import (
    EmptySeries,
    TooFewObservations,
    WealthExhausted,
    ZeroDenominator,
)
from astracore.errors.values import BadAmount, InvalidPeriod, InvalidThreshold
from astracore.metrics.cashflows import (
    Bracket,
    DatedFlow,
    DayCount,
    has_single_rate,
    irr,
    mirr,
    xirr,
    xnpv,
)
from astracore.metrics.returns import (
    SubPeriod,
    Valued,
    WeighedFlow,
    modified_dietz,
    split_at_flows,
    sub_period_returns,
    time_weighted,
    time_weighted_annual,
)
from astracore.verification.invariants import chain_links
from property_tests.risk_makers import CRUDE, decimals

ZERO, ONE = Decimal(0), Decimal(1)
LAST_DIGIT = Fraction(1, 10**26)
worths = decimals("0.01", "1000000", 2)
sub_periods = st.builds(SubPeriod, begin=worths, end=worths, income=decimals("-5", "50", 2))
lists = st.lists(sub_periods, min_size=1, max_size=8).map(tuple)
amounts = decimals("-10000", "10000", 2)


def grown(periods: tuple[SubPeriod, ...]) -> Fraction:
    """Product of exact quotients."""
    whole = Fraction(1)
    for one in periods:
        whole *= Fraction(one.end + one.income) / Fraction(one.begin)
    return whole


@given(lists)
def test_time_weighted_is_the_exact_product(periods: tuple[SubPeriod, ...]) -> None:
    """Under a caller's crude context too."""
    with decimal.localcontext(CRUDE):
        found = time_weighted(periods).unwrap()
    whole = grown(periods)
    assert abs(Fraction(found) - (whole - 1)) <= LAST_DIGIT * (1 + abs(whole))


@given(lists, st.integers(0, 8))
def test_sub_periods_chain_to_the_whole(periods: tuple[SubPeriod, ...], cut: int) -> None:
    """Any cut in two, and every single stretch."""
    parts = [part for part in (periods[:cut], periods[cut:]) if part]
    returns = [time_weighted(part).unwrap() for part in parts]
    whole = time_weighted(periods).unwrap()
    assert chain_links(returns, whole, LAST_DIGIT)
    assert chain_links(sub_period_returns(periods).unwrap(), whole, LAST_DIGIT)


@given(
    worths,
    st.lists(st.tuples(decimals("-0.5", "1", 4), decimals("-0.9", "3", 2)), min_size=1, max_size=6),
)
def test_flows_at_valuations_change_nothing(
    start: Decimal, steps: list[tuple[Decimal, Decimal]]
) -> None:
    """The same growth with and without money that comes and goes between the stretches."""
    readings, value = [], start
    for growth, share in steps:
        value = value * (1 + growth)
        flow = value * share
        readings.append(Valued(value=value, flow=flow))
        value += flow
    with_flows = time_weighted(split_at_flows(start, tuple(readings)).unwrap()).unwrap()
    alone = tuple(SubPeriod(begin=ONE, end=1 + growth) for growth, _ in steps)
    expected = grown(alone) - 1
    assert abs(Fraction(with_flows) - expected) <= Fraction(1, 10**18) * (1 + abs(expected))


@given(lists, decimals("0.1", "20", 1))
def test_a_year_of_the_annual_return_compounds_to_the_whole(
    periods: tuple[SubPeriod, ...], years: Decimal
) -> None:
    annual = time_weighted_annual(periods, years)
    if any(one.end + one.income <= 0 for one in periods):
        assert isinstance(annual.failure(), WealthExhausted)
        return
    whole = grown(periods)
    with decimal.localcontext(decimal.Context(prec=60)):
        exact = (Decimal(whole.numerator) / Decimal(whole.denominator)) ** (1 / years) - 1
    apart = abs(Fraction(annual.unwrap()) - Fraction(exact))
    assert apart <= LAST_DIGIT * (1 + abs(Fraction(exact)))


@given(worths, worths, st.lists(st.tuples(amounts, decimals("0", "30", 2)), max_size=5))
def test_modified_dietz_is_its_definition(
    start: Decimal, end: Decimal, flows: list[tuple[Decimal, Decimal]]
) -> None:
    """Without flows it is the time-weighted return."""
    told = tuple(WeighedFlow(amount=amount, after=after) for amount, after in flows)
    capital = Fraction(start) + sum(
        (Fraction(amount) * (30 - Fraction(after)) / 30 for amount, after in flows), Fraction(0)
    )
    found = modified_dietz(start, end, told, length=Decimal(30))
    if capital == 0:
        assert found.failure() == ZeroDenominator("capital")
        return
    gained = Fraction(end - start) - sum((Fraction(amount) for amount, _ in flows), Fraction(0))
    expected = gained / capital
    assert abs(Fraction(found.unwrap()) - expected) <= LAST_DIGIT * (1 + abs(expected))
    if not flows:
        plain = time_weighted((SubPeriod(begin=start, end=end),)).unwrap()
        assert abs(plain - found.unwrap()) <= Decimal("1E-20") * max(ONE, abs(plain))


def worth_at(flows: tuple[Decimal, ...], rate: Fraction) -> Fraction:
    """The exact polynomial of flows at periods 0, 1, 2 …"""
    return sum(
        (Fraction(amount) / (1 + rate) ** place for place, amount in enumerate(flows)),
        Fraction(0),
    )


@example(flows=(Decimal(-100), Decimal(100)))
@example(flows=(Decimal(-100), Decimal(230), Decimal(-132)))
@given(st.lists(amounts, min_size=2, max_size=6).map(tuple))
def test_an_internal_rate_is_a_root_of_the_exact_polynomial(flows: tuple[Decimal, ...]) -> None:
    """Its sign differs on both sides of the answer, 1e-12 away; where a single rate is promised
    there is one."""
    found = irr(flows)
    dated = tuple(DatedFlow(day=place, amount=amount) for place, amount in enumerate(flows))
    if not min(flows) < 0 < max(flows):
        assert found.failure() == NoSignChange()
        return
    if not isinstance(found.value_or(None), Decimal):
        assert isinstance(found.failure(), NoRoot | MultipleRoots)
        return
    rate, step = Fraction(found.unwrap()), Fraction(1, 10**12)
    assert worth_at(flows, rate - step) * worth_at(flows, rate + step) < 0
    if has_single_rate(dated).unwrap() and rate > 0:
        assert worth_at(flows, Fraction(0)) > 0


@given(decimals("-0.9", "5", 4), st.lists(decimals("1", "1000", 2), min_size=1, max_size=5))
def test_a_loan_yields_what_it_was_priced_at(rate: Decimal, paid: list[Decimal]) -> None:
    """Priced in fractions at a rate, the price and the payments answer that rate again."""
    exact = sum(
        (Fraction(each) / (1 + Fraction(rate)) ** n for n, each in enumerate(paid, 1)), Fraction(0)
    )
    with decimal.localcontext(decimal.Context(prec=45)):
        price = Decimal(exact.numerator) / Decimal(exact.denominator)
    found = irr((-price, *paid)).unwrap()
    assert abs(found - rate) < Decimal("1E-18")
    yearly = tuple(DatedFlow(day=365 * n, amount=each) for n, each in enumerate((-price, *paid)))
    assert abs(xirr(yearly).unwrap() - rate) < Decimal("1E-18")


@given(
    st.lists(st.tuples(st.integers(0, 2000), decimals("1", "900", 2)), min_size=1, max_size=6),
    st.integers(-9999, 9999),
    st.sampled_from([Decimal("0.001"), Decimal(7), Decimal(1000)]),
    st.randoms(use_true_random=False),
    st.sampled_from(DayCount),
)
def test_xirr_does_not_mind_order_scale_or_date(
    later: list[tuple[int, Decimal]],
    shift: int,
    scale: Decimal,
    dice: object,
    count: DayCount,
) -> None:
    """And its XNPV is 0 within 1e-9 of the gross flow; a day's flows are one flow."""
    flows = [
        DatedFlow(day=0, amount=Decimal(-500)),
        *(DatedFlow(day=1 + day, amount=amount) for day, amount in later),
    ]
    found = xirr(tuple(flows), count=count)
    assume(isinstance(found.value_or(None), Decimal))
    rate = found.unwrap()
    split = [evolve(one, amount=one.amount / 2) for one in flows for _ in range(2)]
    dice.shuffle(split)  # type: ignore[attr-defined]
    moved = tuple(evolve(one, day=one.day + shift, amount=one.amount * scale) for one in split)
    assert abs(xirr(moved, count=count).unwrap() - rate) <= Decimal("1E-15") * (1 + abs(rate))
    gross = sum(abs(one.amount) for one in flows)
    assert abs(xnpv(tuple(flows), rate, count=count).unwrap()) <= Decimal("1E-9") * gross


@given(st.lists(amounts, min_size=2, max_size=8).map(tuple), decimals("-0.5", "1", 3))
def test_mirr_at_one_rate_grows_what_went_into_what_came(
    flows: tuple[Decimal, ...], rate: Decimal
) -> None:
    """−PV of what went × (1 + mirr)^n = FV of what came, in fractions."""
    found = mirr(flows, finance_rate=rate, reinvest_rate=rate)
    if not min(flows) < 0 < max(flows):
        assert found.failure() == NoSignChange()
        return
    last, one = len(flows) - 1, 1 + Fraction(rate)
    came = sum((Fraction(a) * one ** (last - n) for n, a in enumerate(flows) if a > 0), Fraction(0))
    went = -sum((Fraction(a) / one**n for n, a in enumerate(flows) if a < 0), Fraction(0))
    again = went * (1 + Fraction(found.unwrap())) ** last
    assert abs(again - came) <= came * Fraction(1, 10**20)


def test_several_rates_are_told_and_one_may_be_chosen() -> None:
    """−100, +230, −132 is worth nothing at 10 % and at 20 %."""
    flows = (Decimal(-100), Decimal(230), Decimal(-132))
    assert irr(flows).failure() == MultipleRoots(2)
    low, high = Bracket(ZERO, Decimal("0.15")), Bracket(Decimal("0.15"), ONE)
    assert round(irr(flows, bracket=low).unwrap(), 12) == Decimal("0.1")
    assert round(irr(flows, bracket=high).unwrap(), 12) == Decimal("0.2")
    assert irr(flows, bracket=Bracket(ZERO, ONE)).failure() == NoRoot()
    assert irr((Decimal(1), Decimal(-2), Decimal(3))).failure() == NoRoot()


@pytest.mark.parametrize("bracket", [Bracket(ONE, ONE), Bracket(Decimal(-1), ONE)])
def test_a_bracket_is_a_range_of_rates(bracket: Bracket) -> None:
    assert isinstance(irr((-ONE, ONE), bracket=bracket).failure(), InvalidThreshold)


@pytest.mark.parametrize(
    ("flows", "single"),
    [
        ((-100, 110), True),
        ((-100, -100, 150, 110), True),
        ((-100, 90), False),
        ((100, -110), False),
        ((-100, 230, -132), False),
        ((0, 0), False),
    ],
)
def test_norstrom(flows: tuple[int, ...], *, single: bool) -> None:
    """One turn of the running sum, upwards."""
    dated = tuple(DatedFlow(day=n, amount=Decimal(a)) for n, a in enumerate(flows))
    assert has_single_rate(dated).unwrap() is single


REFUSALS = [
    (time_weighted(()), EmptySeries()),
    (time_weighted((SubPeriod(begin=ZERO, end=ONE),)), ZeroDenominator("begin")),
    (sub_period_returns(()), EmptySeries()),
    (time_weighted((SubPeriod(begin=Decimal("NaN"), end=ONE),)), BadAmount("NaN")),
    (time_weighted_annual((SubPeriod(begin=ONE, end=ONE),), ZERO), InvalidPeriod("0")),
    (time_weighted_annual((SubPeriod(begin=ONE, end=ZERO),), ONE), WealthExhausted(0)),
    (time_weighted_annual((SubPeriod(begin=ZERO, end=ONE),), ONE), ZeroDenominator("begin")),
    (split_at_flows(ONE, ()), EmptySeries()),
    (modified_dietz(ONE, ONE, (), length=ZERO), InvalidPeriod("0")),
    (
        modified_dietz(ONE, ONE, (WeighedFlow(amount=ONE, after=Decimal(-1)),), length=ONE),
        InvalidPeriod("-1"),
    ),
    (
        modified_dietz(ONE, ONE, (WeighedFlow(amount=ONE, after=Decimal(2)),), length=ONE),
        InvalidPeriod("2"),
    ),
    (modified_dietz(ZERO, ONE, (), length=ONE), ZeroDenominator("capital")),
    (xnpv((), ZERO), EmptySeries()),
    (xnpv((DatedFlow(day=0, amount=ONE),), Decimal(-1)), InvalidThreshold("-1")),
    (xirr(()), EmptySeries()),
    (irr(()), EmptySeries()),
    (xirr((DatedFlow(day=0, amount=ONE), DatedFlow(day=0, amount=-ONE))), NoSignChange()),
    (mirr((ONE,), finance_rate=ZERO, reinvest_rate=ZERO), TooFewObservations(2, 1)),
    (mirr((ONE, -ONE), finance_rate=-ONE, reinvest_rate=ZERO), InvalidThreshold("-1")),
    (mirr((ONE, -ONE), finance_rate=ZERO, reinvest_rate=-ONE), InvalidThreshold("-1")),
    (has_single_rate(()), EmptySeries()),
]


@pytest.mark.parametrize(("answer", "cause"), REFUSALS)
def test_what_has_no_value_says_why(answer: object, cause: object) -> None:
    assert answer.failure() == cause  # type: ignore[attr-defined]


def test_the_fixture_of_two_shares() -> None:
    """200 → 225 with 5 of income, then 450 → 470 with 10: 10.75 % a year, as analysts practise."""
    periods = (
        SubPeriod(begin=Decimal(200), end=Decimal(225), income=Decimal(5)),
        SubPeriod(begin=Decimal(450), end=Decimal(470), income=Decimal(10)),
    )
    assert round(time_weighted_annual(periods, Decimal(2)).unwrap(), 5) == Decimal("0.10755")
