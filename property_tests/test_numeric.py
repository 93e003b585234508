"""Rounding against an oracle in fractions, at the edges, under hostile decimal contexts."""

import decimal
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from returns.result import Result, Success

from astracore.errors.values import BadAmount, InvalidStep, NumericLimit, RoundingRequired
from astracore.numeric import (
    EXACT,
    WIDTHS,
    Rounding,
    Width,
    bounded,
    ceiling_to,
    down,
    even,
    exact,
    exponential,
    floor_to,
    from_chain,
    from_felts,
    from_fraction,
    from_scaled,
    half_up,
    logarithm,
    parse_amount,
    power_of_ten,
    quotient,
    round_dp,
    round_fraction,
    round_significant,
    round_to,
    rounded,
    rounded_quotient,
    rounded_ratio,
    seeded,
    square_root,
    statistic,
    to_chain,
    to_felts,
    to_fraction,
    to_scaled,
    to_text,
    up,
)
from astracore.outcome import is_failure
from astracore.verification import invariants
from astracore.verification.oracles import nearest_multiple
from astracore.verification.strategies import (
    LIMIT,
    SMALLEST,
    amount_texts,
    amounts,
    hostile_contexts,
    lossy_rules,
    rules,
    steps,
)

ODD_RULES = (Rounding.UP, Rounding.DOWN, Rounding.HALF_EVEN, Rounding.HALF_UP)
WEIRD = ("NaN", "sNaN", "Infinity", "-Infinity", "-0", "1E+999999", "1E-999999", "0E+999999")


def nearest(step: Decimal, rule: Rounding) -> Callable[[Decimal], Decimal]:
    """Rounding with its step and its rule fixed."""
    return lambda value: rounded(value, step, rule)


anything = amounts | st.sampled_from(WEIRD).map(Decimal) | st.decimals()


@given(amounts, steps, rules, hostile_contexts())
@example(Decimal("2.5"), Decimal(1), Rounding.HALF_ODD, decimal.Context())
@example(Decimal(LIMIT), Decimal(SMALLEST), Rounding.ZERO_FIVE_UP, decimal.Context())
@example(Decimal("-0.5"), Decimal(1), Rounding.HALF_CEILING, decimal.Context())
def test_every_mode_is_its_definition(
    value: Decimal, step: Decimal, rule: Rounding, ambient: decimal.Context
) -> None:
    """Invariant 20 included: the caller's context changes nothing."""
    with decimal.localcontext(ambient):
        answer = round_to(value, step, rule)
    expected = nearest_multiple(Fraction(value), Fraction(step), rule.value)
    if expected is None:
        assert isinstance(answer.failure(), RoundingRequired)
        return
    found = answer.unwrap()
    assert Fraction(found.value) == expected
    assert invariants.residue_kept(value, found.value, found.residue)
    assert invariants.on_grid(found.value, step)
    assert invariants.no_negative_zero(found.value, found.residue)


@given(amounts, amounts, steps, lossy_rules)
def test_invariant_6_rounding_is_idempotent_and_monotone(
    left: Decimal, right: Decimal, step: Decimal, rule: Rounding
) -> None:
    assert invariants.idempotent(nearest(step, rule), left)
    assert invariants.monotone(nearest(step, rule), left, right)


@given(amounts, steps, lossy_rules)
def test_invariant_7_rounding_moves_less_than_a_step(
    value: Decimal, step: Decimal, rule: Rounding
) -> None:
    answer = rounded(value, step, rule)
    assert abs(Fraction(value) - Fraction(answer)) < Fraction(step)
    if rule.value.startswith("HALF"):
        assert invariants.closer_than(value, answer, step, Fraction(1, 2))


@given(amounts, steps)
def test_invariant_8_floor_half_ceiling_are_in_order(value: Decimal, step: Decimal) -> None:
    below, above = floor_to(value, step), ceiling_to(value, step)
    for rule in Rounding:
        if rule.value.startswith("HALF"):
            assert below <= rounded(value, step, rule) <= above
    inner, outer = rounded(value, step, Rounding.DOWN), rounded(value, step, Rounding.UP)
    assert abs(Fraction(inner)) <= abs(Fraction(value)) <= abs(Fraction(outer))


@given(amounts, steps)
def test_invariant_9_mirrors(value: Decimal, step: Decimal) -> None:
    mirrored = value.copy_negate()
    assert Fraction(ceiling_to(mirrored, step)) == -Fraction(floor_to(value, step))
    for rule in ODD_RULES:
        assert invariants.odd(nearest(step, rule), value)


@given(amount_texts)
def test_invariant_10_text_round_trips(text: str) -> None:
    value = parse_amount(text).unwrap()
    assert parse_amount(to_text(value)) == Success(value)
    assert bounded(value)
    assert "E" not in to_text(value)


@given(st.text(max_size=60) | amount_texts.map(lambda text: text + "0" * 19))
@example("٣")
@example("1e999999")
@example("-0")
@example("1" * 31)
@example("1\n")
def test_the_door_answers_every_text(text: str) -> None:
    parsed = parse_amount(text)
    if is_failure(parsed):
        assert isinstance(parsed.failure(), BadAmount)
        assert len(parsed.failure().text) <= 64
    else:
        assert bounded(parsed.unwrap())


@given(anything, anything, rules, st.integers(-(10**7), 10**7), hostile_contexts())
@example(Decimal("NaN"), Decimal(1), Rounding.UP, 1, decimal.Context())
@example(Decimal(1), Decimal("sNaN"), Rounding.UP, 10**7, decimal.Context())
@example(Decimal("1E+999999"), Decimal("1E-999999"), Rounding.UP, -(10**7), decimal.Context())
def test_checked_functions_answer_everything(
    value: Decimal, step: Decimal, rule: Rounding, places: int, ambient: decimal.Context
) -> None:
    """Total: a Result for every decimal, never an exception, never NaN or -0."""
    with decimal.localcontext(ambient):
        answers = (
            round_to(value, step, rule),
            round_dp(value, places, rule),
            round_significant(value, places, rule),
        )
        counted = to_scaled(value, places)
    for answer in answers:
        if is_failure(answer):
            assert isinstance(answer.failure(), NumericLimit | RoundingRequired | InvalidStep)
        else:
            assert answer.unwrap().value.is_finite()
            assert invariants.no_negative_zero(answer.unwrap().value)
    assert is_failure(counted) or isinstance(counted.unwrap(), int)


@given(amounts, st.integers(-32, 20), lossy_rules)
def test_decimals_and_digits_are_steps(value: Decimal, places: int, rule: Rounding) -> None:
    step = Fraction(10) ** -places
    expected = nearest_multiple(Fraction(value), step, rule.value)
    assert Fraction(round_dp(value, places, rule).unwrap().value) == expected
    if value:
        leading = places - 1 - value.adjusted()
        step = Fraction(10) ** -leading
        expected = nearest_multiple(Fraction(value), step, rule.value)
        assert Fraction(round_significant(value, places, rule).unwrap().value) == expected


@given(amounts, amounts.filter(bool), steps, lossy_rules)
def test_a_quotient_is_rounded_once(
    value: Decimal, divisor: Decimal, step: Decimal, rule: Rounding
) -> None:
    exact_answer = Fraction(value) / Fraction(divisor)
    expected = nearest_multiple(exact_answer, Fraction(step), rule.value)
    assert expected is not None
    try:
        assert Fraction(rounded_quotient(value, divisor, step, rule)) == expected
    except decimal.DecimalException:  # the kernel signals what does not fit in 100 digits
        assert abs(exact_answer / Fraction(step)) > 10**30
    counted = round_fraction(exact_answer, step, rule)
    assert is_failure(counted) or Fraction(counted.unwrap()) == expected


@given(st.integers(), st.integers(1), lossy_rules)
def test_whole_quotients_of_any_size(upper: int, lower: int, rule: Rounding) -> None:
    expected = nearest_multiple(Fraction(upper, lower), Fraction(1), rule.value)
    assert rounded_ratio(upper, lower, rule) == expected


@given(st.decimals("-1e20", "1e20", places=18), st.integers(0, 18), hostile_contexts())
@example(Decimal("-0.4"), 0, decimal.Context(prec=1))
def test_fast_kernels_agree_with_the_slow_one(
    value: Decimal, places: int, ambient: decimal.Context
) -> None:
    pairs = (
        (up, Rounding.UP),
        (down, Rounding.DOWN),
        (even, Rounding.HALF_EVEN),
        (half_up, Rounding.HALF_UP),
    )
    with decimal.localcontext(ambient):
        for fast, rule in pairs:
            answer = fast(value, places)
            assert str(answer) == str(rounded(value, power_of_ten(places), rule))


@given(amounts, st.integers(-5, 20))
def test_scaled_integers_round_trip(value: Decimal, places: int) -> None:
    units = to_scaled(value, places)
    if is_failure(units):
        assert (Fraction(value) * Fraction(10) ** places).denominator != 1
    else:
        assert from_scaled(units.unwrap(), places).unwrap() == value


@given(st.sampled_from(list(Width)), st.integers() | st.sampled_from([2**128, 2**256, -(2**63)]))
@example(Width.I64, -(2**63))
@example(Width.I64, 2**63)
@example(Width.FELT, WIDTHS[Width.FELT].greatest)
@example(Width.U256, 2**256 - 1)
@example(Width.U128, -1)
def test_integers_cross_to_a_chain_and_back(width: Width, value: int) -> None:
    bounds = WIDTHS[width]
    felts = to_felts(value, width)
    if bounds.least <= value <= bounds.greatest:
        assert from_felts(felts.unwrap(), width) == Success(value)
    else:
        assert felts.failure().code == f"overflow_{width.value}"


@given(st.sampled_from(list(Width)), st.lists(st.integers(-1, 2**256), max_size=3).map(tuple))
@example(Width.I64, (2**63,))
def test_what_a_chain_sends_is_read_or_refused(width: Width, felts: tuple[int, ...]) -> None:
    value = from_felts(felts, width)
    if is_failure(value):
        assert value.failure().code == "bad_felts"
    else:
        assert to_felts(value.unwrap(), width) == Success(felts)


@given(amounts, st.sampled_from([0, 6, 18]), st.sampled_from(list(Width)))
def test_amounts_cross_to_a_chain_and_back(value: Decimal, places: int, width: Width) -> None:
    felts = to_chain(value, places, width)
    if not is_failure(felts):
        assert from_chain(felts.unwrap(), places, width) == Success(value)


@given(st.decimals("-1e30", "1e30", places=18), st.decimals("-1e30", "1e30", places=9))
def test_division_is_carried_to_fifty_digits(upper: Decimal, lower: Decimal) -> None:
    if not lower:
        with pytest.raises(decimal.DecimalException):
            str(quotient(upper, lower))
        return
    ratio = Fraction(upper) / Fraction(lower)
    carried = quotient(upper, lower)
    assert carried == from_fraction(ratio)
    assert abs(Fraction(carried) - ratio) <= abs(ratio) * Fraction(1, 10**49)
    assert invariants.no_negative_zero(carried)


@given(st.decimals(0, "1e30", places=18))
def test_roots_are_carried_to_fifty_digits(value: Decimal) -> None:
    root = Fraction(square_root(value))
    assert abs(root * root - Fraction(value)) <= Fraction(value) * Fraction(3, 10**49)


@given(st.decimals("-50", "50", places=6), hostile_contexts())
def test_exponential_and_logarithm_are_inverse(value: Decimal, ambient: decimal.Context) -> None:
    with decimal.localcontext(ambient):
        back = logarithm(exponential(value))
    assert abs(Fraction(back) - Fraction(value)) < Fraction(1, 10**46)


@given(amounts)
def test_statistics_have_28_digits(value: Decimal) -> None:
    kept = statistic(value)
    assert len(kept.as_tuple().digits) <= 28
    assert kept == round_significant(value, 28, Rounding.HALF_EVEN).unwrap().value


def test_what_cannot_be_carried_signals() -> None:
    signals: tuple[Callable[[], Decimal], ...] = (
        lambda: logarithm(Decimal(0)),
        lambda: logarithm(Decimal(-1)),
        lambda: square_root(Decimal(-1)),
        lambda: exponential(Decimal("1E+9")),
        lambda: exponential(Decimal("-1E+9")),
        lambda: quotient(Decimal(1), Decimal(0)),
    )
    for signal in signals:
        with pytest.raises(decimal.DecimalException):
            str(signal())


@given(st.integers(0, 2**64 - 1), st.integers(1, 10**6))
def test_seeded_choices_are_in_range(seed: int, choices: int) -> None:
    assert 0 <= seeded(seed, choices).unwrap() < choices
    assert seeded(-1 - seed, choices).failure().code == "invalid_seed"
    assert seeded(seed, -choices).failure().choices == -choices
    assert seeded(2**64 + seed, 1).failure().code == "invalid_seed"


def test_the_worked_seed() -> None:
    assert seeded(7, 100).unwrap() == 26


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        parse_amount(1.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        str(Decimal(1) + 1.5)  # type: ignore[operator]
    assert not bounded(Decimal(0.1))  # noqa: RUF032  # the binary tail is what is refused


def test_what_does_not_fit_is_named() -> None:
    huge = "1" + "0" * 60
    assert round_to(Decimal(huge), Decimal("1E-60"), Rounding.UP).failure().code == "numeric_limit"
    assert round_to(Decimal(1), Decimal(0), Rounding.UP).failure() == InvalidStep("0")
    assert round_fraction(Fraction(1), Decimal(0), Rounding.UP).failure() == InvalidStep("0")
    needed = round_fraction(Fraction(1, 3), Decimal(1), Rounding.UNNECESSARY).failure()
    assert needed.code == "rounding_required"
    wide = round_fraction(Fraction(10**120), Decimal(1), Rounding.UP).failure()
    assert wide == NumericLimit("Inexact")
    assert from_scaled(10**120, 0).failure() == NumericLimit("Inexact")
    assert not bounded(Decimal("NaN"))
    assert not bounded(Decimal("1E+30"))
    assert not bounded(Decimal("-0"))
    assert bounded(Decimal(0))
    for value in ("NaN", "1E+200", "1E-201"):
        with pytest.raises(decimal.Overflow):
            str(to_fraction(Decimal(value)))
    with pytest.raises(decimal.Inexact):
        str(rounded(Decimal("0.5"), Decimal(1), Rounding.UNNECESSARY))


def test_an_exact_function_never_rounds() -> None:
    @exact
    def product(value: Decimal) -> Result[Decimal, NumericLimit]:
        return Success(value * value)

    nines = Decimal("9" * 51)
    assert product(nines).failure() == NumericLimit("Inexact")
    assert EXACT.prec == 100
