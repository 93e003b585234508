"""Money against exact fractions: arithmetic, settlement, minor units, directions."""

import decimal
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import example, given
from hypothesis import strategies as st
from returns.result import Success

from astracore.errors.money import (
    AssetMismatch,
    DivisionByZero,
    InvalidExponent,
    NegativeAmount,
    NoMinorUnit,
    RetiredCurrency,
    UnknownCurrency,
)
from astracore.errors.values import NumericLimit, RoundingRequired
from astracore.money import (
    CURRENCIES,
    DIRECTIONS,
    RULES,
    Currency,
    Kind,
    Money,
    Occasion,
    Party,
    Quote,
    add,
    compare,
    currency,
    divide,
    from_minor_units,
    money,
    multiply,
    negate,
    payment,
    posting_currency,
    prorate,
    scaled_currency,
    settle,
    settle_for,
    subtract,
    times,
    to_minor_units,
    total,
    unit_of,
    zero,
)
from astracore.numeric import Rounding, rounded, to_text
from astracore.outcome import is_failure
from astracore.verification import invariants
from astracore.verification.oracles import nearest_multiple
from astracore.verification.strategies import (
    LIMIT,
    amounts,
    currencies,
    hostile_contexts,
    lossy_rules,
    moderate_monies,
    monies,
    rules,
    settled,
    steps,
)

usd = moderate_monies(Quote, "USD")
edges = monies(Quote, "USD")
factors = st.decimals("-1000", "1000", places=6) | st.sampled_from([Decimal(0), Decimal("1E-18")])
USD = currency("USD").unwrap()
WEIRD = st.sampled_from(["NaN", "sNaN", "Infinity", "1E+999999", "-0"]).map(Decimal)
PAID = {Occasion.FEE_CHARGED, Occasion.FUNDING_PAID, Occasion.MARGIN_REQUIRED, Occasion.FX_DEBIT}
PAID |= {Occasion.VAULT_IN, Occasion.DEBT_ACCRUAL}
RECEIVED = {Occasion.REBATE_PAID, Occasion.FUNDING_RECEIVED, Occasion.FREE_BALANCE}
RECEIVED |= {Occasion.FX_CREDIT, Occasion.VAULT_OUT, Occasion.SUPPLY_ACCRUAL, Occasion.XP}
RECEIVED |= {Occasion.ORDER_SIZE}
LOW = {Occasion.LIMIT_BUY, Occasion.STOP_OF_SHORT, Occasion.ENTRY_STOP_SELL}
LOW |= {Occasion.TARGET_OF_SHORT, Occasion.LIQUIDATION_OF_SHORT}
HIGH = {Occasion.LIMIT_SELL, Occasion.STOP_OF_LONG, Occasion.ENTRY_STOP_BUY}
HIGH |= {Occasion.TARGET_OF_LONG, Occasion.LIQUIDATION_OF_LONG}
NEAREST = {
    Occasion.REALISED_PNL: "HALF_EVEN",
    Occasion.FX_REPORT: "HALF_EVEN",
    Occasion.INVOICE_LINE: "HALF_UP",
    Occasion.TAX_LINE: "HALF_UP",
}


def plain(value: Money[Quote]) -> Fraction:
    return Fraction(value.amount)


@given(usd, usd, usd, hostile_contexts())
def test_invariant_1_add_is_commutative_and_associative(
    a: Money[Quote], b: Money[Quote], c: Money[Quote], ambient: decimal.Context
) -> None:
    with decimal.localcontext(ambient):
        left = add(a, b).bind(lambda both: add(both, c))
        right = add(b, c).bind(lambda both: add(a, both))
        assert add(a, b) == add(b, a)
        assert left == right
        assert add(a, zero(Quote, "USD")) == Success(a)
        assert subtract(a, a) == Success(zero(Quote, "USD"))
    assert plain(left.unwrap()) == plain(a) + plain(b) + plain(c)


@given(usd, usd, hostile_contexts())
def test_invariant_2_subtract_undoes_add(
    a: Money[Quote], b: Money[Quote], ambient: decimal.Context
) -> None:
    with decimal.localcontext(ambient):
        assert add(a, b).bind(lambda both: subtract(both, b)) == Success(a)
    assert plain(subtract(a, b).unwrap()) == plain(a) - plain(b)


@given(usd, usd, st.decimals("-99", "99", places=6), hostile_contexts())
def test_invariant_3_multiplication_distributes(
    a: Money[Quote], b: Money[Quote], k: Decimal, ambient: decimal.Context
) -> None:
    with decimal.localcontext(ambient):
        whole = add(a, b).bind(lambda both: times(both, k)).unwrap()
        parts = add(times(a, k).unwrap(), times(b, k).unwrap()).unwrap()
    assert whole == parts
    assert plain(whole) == (plain(a) + plain(b)) * Fraction(k)
    assert invariants.no_negative_zero(whole.amount)


@given(edges, edges)
def test_invariant_4_currencies_do_not_mix(a: Money[Quote], b: Money[Quote]) -> None:
    euros: Money[Quote] = Money(b.amount, "EUR")
    mixed = AssetMismatch("USD", "EUR")
    assert add(a, euros).failure() == mixed
    assert subtract(a, euros).failure() == mixed
    assert compare(a, euros).failure() == mixed
    assert total((a, euros), "USD").failure() == mixed
    assert settle(euros, USD, Rounding.UP).failure() == AssetMismatch("EUR", "USD")
    assert to_minor_units(euros, USD).failure() == AssetMismatch("EUR", "USD")
    assert a != Money(a.amount, "EUR")
    assert zero(Quote, "USD") != zero(Quote, "EUR")


@given(st.data(), currencies)
def test_invariant_5_minor_units_are_inverse(data: st.DataObject, held: Currency) -> None:
    value = data.draw(settled(Quote, held))
    units = to_minor_units(value, held).unwrap()
    assert from_minor_units(Quote, units, held) == Success(value)
    assert Fraction(units) == plain(value) * 10 ** (held.exponent or 0)


@given(edges, edges, hostile_contexts())
def test_order_is_by_value(a: Money[Quote], b: Money[Quote], ambient: decimal.Context) -> None:
    with decimal.localcontext(ambient):
        order = compare(a, b).unwrap()
    assert order == (plain(a) > plain(b)) - (plain(a) < plain(b))


@given(edges)
def test_invariant_10_money_round_trips_and_hashes(value: Money[Quote]) -> None:
    again = money(Quote, to_text(value.amount), "USD").unwrap()
    assert again == value
    assert hash(again) == hash(value)
    assert invariants.no_negative_zero(value.amount, negate(value).amount)
    assert negate(negate(value)) == value
    with pytest.raises(FrozenInstanceError):
        value.amount = Decimal(0)  # type: ignore[misc]


@given(edges, factors, factors, rules, hostile_contexts())
@example(Money(Decimal(10), "USD"), Decimal(1), Decimal(3), Rounding.UNNECESSARY, decimal.Context())
@example(Money(Decimal(LIMIT), "USD"), Decimal(1000), Decimal(1), Rounding.UP, decimal.Context())
def test_prorate_multiplies_divides_and_rounds_once(
    value: Money[Quote],
    upper: Decimal,
    lower: Decimal,
    rule: Rounding,
    ambient: decimal.Context,
) -> None:
    with decimal.localcontext(ambient):
        answer = prorate(value, upper, lower, currency=USD, rule=rule)
    if not lower:
        assert isinstance(answer.failure(), DivisionByZero)
        return
    exact = plain(value) * Fraction(upper) / Fraction(lower)
    expected = nearest_multiple(exact, Fraction(1, 100), rule.value)
    if expected is None:
        assert isinstance(answer.failure(), RoundingRequired)
    elif abs(expected) >= 10**30:
        assert isinstance(answer.failure(), NumericLimit)
    else:
        assert plain(answer.unwrap()) == expected
        assert invariants.no_negative_zero(answer.unwrap().amount)


@given(edges, factors, lossy_rules)
def test_multiply_and_divide_are_prorate(value: Money[Quote], k: Decimal, rule: Rounding) -> None:
    product = multiply(value, k, currency=USD, rule=rule)
    assert product == prorate(value, k, Decimal(1), currency=USD, rule=rule)
    parts = divide(value, k, currency=USD, rule=rule)
    assert parts == prorate(value, Decimal(1), k, currency=USD, rule=rule)


@given(st.decimals("-1e25", "1e25", places=18), lossy_rules)
def test_invariant_17_scaling_by_ten_scales_by_ten(amount: Decimal, rule: Rounding) -> None:
    """Before rounding: the same number at ten times the money and ten times the unit."""
    cents = scaled_currency("AAA", Kind.POINTS, 2).unwrap()
    tenths = scaled_currency("AAA", Kind.POINTS, 1).unwrap()
    held: Money[Quote] = Money(amount, "AAA")
    small = settle(held, cents, rule)
    large = settle(times(held, Decimal(10)).unwrap(), tenths, rule)
    assert Fraction(large.unwrap().posted.amount) == 10 * Fraction(small.unwrap().posted.amount)


@given(amounts, currencies, lossy_rules, hostile_contexts())
def test_settling_keeps_the_residue(
    amount: Decimal, held: Currency, rule: Rounding, ambient: decimal.Context
) -> None:
    value: Money[Quote] = Money(amount, held.code)
    with decimal.localcontext(ambient):
        outcome = settle(value, held, rule)
    if is_failure(outcome):
        assert abs(Fraction(amount)) > 10**30 - 1
        return
    done = outcome.unwrap()
    unit = unit_of(held).unwrap()
    assert invariants.residue_kept(amount, done.posted.amount, done.residue.amount)
    assert invariants.on_grid(done.posted.amount, unit)
    assert abs(Fraction(done.residue.amount)) < Fraction(unit)
    assert done.posted.money() == Money(done.posted.amount, held.code)


@given(st.lists(usd, max_size=20), hostile_contexts())
def test_totals_are_sums(values: list[Money[Quote]], ambient: decimal.Context) -> None:
    with decimal.localcontext(ambient):
        found = total(values, "USD").unwrap()
    assert plain(found) == sum(map(plain, values), Fraction(0))
    assert found.asset == "USD"


@given(WEIRD | amounts, WEIRD | amounts, WEIRD | amounts, hostile_contexts())
def test_money_is_total(a: Decimal, b: Decimal, c: Decimal, ambient: decimal.Context) -> None:
    """Even what no constructor lets in is answered, never raised."""
    left: Money[Quote] = Money(a, "USD")
    right: Money[Quote] = Money(b, "USD")
    with decimal.localcontext(ambient):
        answers = (
            add(left, right),
            subtract(left, right),
            times(left, b),
            total((left, right), "USD"),
            prorate(left, b, c, currency=USD, rule=Rounding.UP),
            payment(left).map(lambda paid: paid.money),
        )
        found = (*answers, compare(left, right), to_minor_units(left, USD))
        settle(left, USD, Rounding.DOWN)
    for answer in found:
        assert is_failure(answer) or answer.unwrap() is not None
    for answer in answers:
        if not is_failure(answer):
            assert answer.unwrap().amount.is_finite()


@given(edges)
def test_a_payment_is_above_zero(value: Money[Quote]) -> None:
    paid = payment(value)
    if value.amount > 0:
        assert paid.unwrap().money == value
    else:
        assert paid.failure() == NegativeAmount(to_text(value.amount))


@given(amounts.filter(lambda value: abs(value) < Decimal("1E+29")), steps)
def test_every_row_of_the_table_rounds_as_it_says(value: Decimal, step: Decimal) -> None:
    """What a user pays is never less than exact, what a user gets never more, by under a unit."""
    size = abs(value)
    for row in DIRECTIONS:
        exact = Fraction(size)
        found = rounded(size, step, row.rule)
        if row.occasion in PAID:
            assert invariants.payer_never_gains(exact, found, step)
        elif row.occasion in RECEIVED:
            assert invariants.receiver_never_gains(exact, found, step)
        elif row.occasion in LOW:
            assert 0 <= Fraction(value) - Fraction(rounded(value, step, row.rule)) < Fraction(step)
        elif row.occasion in HIGH:
            assert 0 <= Fraction(rounded(value, step, row.rule)) - Fraction(value) < Fraction(step)
        else:
            wanted = nearest_multiple(exact, Fraction(step), NEAREST[row.occasion])
            assert Fraction(found) == wanted


@given(usd, st.sampled_from(list(Occasion)))
def test_settling_for_an_occasion_reads_the_table(value: Money[Quote], occasion: Occasion) -> None:
    assert settle_for(occasion, value, USD) == settle(value, USD, RULES[occasion])


def test_a_float_is_no_amount() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "USD")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        money(Quote, 1.5, "USD")  # type: ignore[arg-type]


def test_the_table_is_complete() -> None:
    assert {row.occasion for row in DIRECTIONS} == set(Occasion)
    assert len(DIRECTIONS) == len(Occasion)
    assert PAID | RECEIVED | LOW | HIGH | set(NEAREST) == set(Occasion)
    for row in DIRECTIONS:
        if row.occasion in PAID and row.favours is Party.USER:
            pytest.fail(f"{row.occasion} is paid by the user and favours the user")


def test_currencies_say_what_they_are() -> None:
    exponents = {"USD": 2, "JPY": 0, "KWD": 3, "CLF": 4, "BTC": 8, "ETH": 18, "PUSD": 6}
    exponents |= {"CREDIT": 0, "TOKEN": 0, "USDC": 6, "SOL": 9, "ADA": 6, "UYW": 4, "ISK": 0}
    for code, exponent in exponents.items():
        assert posting_currency(code).unwrap().exponent == exponent
    assert currency("ALL").unwrap().numeric == "008"
    assert currency("ZWL").unwrap().retired
    assert posting_currency("BGN").failure() == RetiredCurrency("BGN")
    assert posting_currency("XXX").failure() == NoMinorUnit("XXX")
    assert currency("usd").failure() == UnknownCurrency("usd")
    gold = currency("XAU").unwrap()
    assert unit_of(gold).failure() == NoMinorUnit("XAU")
    assert settle(Money(Decimal(1), "XAU"), gold, Rounding.UP).failure() == NoMinorUnit("XAU")
    grams = scaled_currency("XAU", Kind.FIAT, 4).unwrap()
    assert grams != gold
    assert unit_of(grams) == Success(Decimal("0.0001"))
    assert scaled_currency("xau", Kind.FIAT, 4).failure() == UnknownCurrency("xau")
    assert scaled_currency("NEW", Kind.CRYPTO, 19).failure() == InvalidExponent(19)
    assert scaled_currency("NEW", Kind.CRYPTO, 18).unwrap().numeric is None
    assert unit_of(Currency("BAD", Kind.CRYPTO, 19)).failure() == InvalidExponent(19)
    assert from_minor_units(Quote, 1, gold).failure() == NoMinorUnit("XAU")


def test_the_iso_table_is_whole() -> None:
    fiat = [held for held in CURRENCIES.values() if held.kind is Kind.FIAT and not held.retired]
    assert len(fiat) == len({held.numeric for held in fiat})
    assert len(fiat) >= 178
    by_exponent = {e: {c.code for c in fiat if c.exponent == e} for e in (0, 3, 4, None)}
    assert by_exponent[3] == {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
    assert by_exponent[4] == {"CLF", "UYW"}
    assert {"JPY", "KRW", "VND", "CLP", "ISK", "UGX"} <= by_exponent[0]
    assert {"XAU", "XAG", "XDR", "XTS", "XXX"} <= by_exponent[None]
    assert all(len(held.numeric or "") == 3 for held in fiat)
