"""`money.*`: arithmetic, rounding, minor units and division among many."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from returns.result import Result, Success

from astracore.errors.money import MoneyFault
from astracore.errors.vectors import BadInput
from astracore.money import (
    Allocation,
    Currency,
    Money,
    Quote,
    add,
    allocate_floor_to_first,
    allocate_largest_remainder,
    allocate_with_remainder,
    compare,
    currency,
    prorate,
    split_evenly,
    subtract,
    to_minor_units,
)
from astracore.numeric import Rounding, round_dp, round_significant, round_to
from astracore.verification.inputs import Answer, Function, Inputs
from astracore.verification.steps import step_of

CaseFault: TypeAlias = MoneyFault | BadInput
Held: TypeAlias = Money[Quote]
Told: TypeAlias = Result[Answer, CaseFault]
Pair: TypeAlias = Callable[[Held, Held], Result[Held, MoneyFault]]
Parts: TypeAlias = Callable[
    [Held, Decimal, Sequence[Fraction]], Result[tuple[Held, ...], MoneyFault]
]


def _held(
    inputs: Inputs, amount: str = "amount", code: str = "currency"
) -> Result[Held, CaseFault]:
    """The money that two inputs name."""
    return Result.do(
        Money(value, asset) for value in inputs.number(amount) for asset in inputs.text(code)
    )


def _settled(inputs: Inputs, value: Held) -> Told:
    """`value` at the step, by the stated mode; unrounded where no mode is stated."""
    if not inputs.has("mode"):
        return Success(value.amount)
    return Result.do(
        nearest.value
        for rule in inputs.mode("mode")
        for step in step_of(inputs)
        for nearest in round_to(value.amount, step, rule)
    )


def _combined(inputs: Inputs, combine: Pair) -> Told:
    """Two monies added or subtracted, then settled."""
    other = "operand_currency" if inputs.has("operand_currency") else "currency"
    return Result.do(
        answer
        for left in _held(inputs)
        for right in _held(inputs, "operand", other)
        for result in combine(left, right)
        for answer in _settled(inputs, result)
    )


def _prorated(inputs: Inputs, numerator: Fraction, denominator: Fraction) -> Told:
    """amount * numerator / denominator, rounded once; no digit may be lost without a mode."""
    upper = Decimal(numerator.numerator * denominator.denominator)
    lower = Decimal(numerator.denominator * denominator.numerator)
    stated = inputs.mode("mode") if inputs.has("mode") else Success(Rounding.UNNECESSARY)
    return Result.do(
        result.amount
        for value in _held(inputs)
        for known in currency(value.asset)
        for rule in stated
        for result in prorate(value, upper, lower, currency=known, rule=rule)
    )


def _add(inputs: Inputs) -> Told:
    """money.add: amount + operand."""
    return _combined(inputs, add)


def _sub(inputs: Inputs) -> Told:
    """money.sub: amount - operand."""
    return _combined(inputs, subtract)


def _mul(inputs: Inputs) -> Told:
    """money.mul: amount * operand, which may be a quotient."""
    return Result.do(
        answer
        for factor in inputs.ratio("operand")
        for answer in _prorated(inputs, factor, Fraction(1))
    )


def _div(inputs: Inputs) -> Told:
    """money.div: amount / operand, which may be a quotient."""
    return Result.do(
        answer
        for divisor in inputs.ratio("operand")
        for answer in _prorated(inputs, Fraction(1), divisor)
    )


def _compare(inputs: Inputs) -> Told:
    """money.compare: -1, 0 or 1."""
    other = "b_currency" if inputs.has("b_currency") else "currency"
    return Result.do(
        order
        for left in _held(inputs, "a")
        for right in _held(inputs, "b", other)
        for order in compare(left, right)
    )


def _to_minor_units(inputs: Inputs) -> Told:
    """money.to_minor_units: amount / unit."""
    return Result.do(
        units
        for value in _held(inputs)
        for known in currency(value.asset)
        for units in to_minor_units(value, known)
    )


def _minor_units(inputs: Inputs) -> Told:
    """money.currency_minor_units: the number and the decimals of a code."""
    return Result.do(_described(known) for code in inputs.text("code") for known in currency(code))


def _described(known: Currency) -> Mapping[str, Answer]:
    """No minor unit is an answer here: the table says so."""
    return {"numeric": known.numeric, "minor_units": known.exponent}


def _parts(inputs: Inputs, divide_by: Parts) -> Told:
    """A list of parts by one of the rules."""
    return Result.do(
        tuple(part.amount for part in parts)
        for value in _held(inputs)
        for step in step_of(inputs)
        for ratios in inputs.ratios("ratios")
        for parts in divide_by(value, step, ratios)
    )


def _largest_remainder(inputs: Inputs) -> Told:
    """money.allocate_largest_remainder."""
    return _parts(inputs, allocate_largest_remainder)


def _floor_to_first(inputs: Inputs) -> Told:
    """money.allocate_floor_to_first."""
    return _parts(inputs, allocate_floor_to_first)


def _with_remainder(inputs: Inputs) -> Told:
    """money.allocate_with_remainder."""
    return Result.do(
        _laid_out(allocation)
        for value in _held(inputs)
        for step in step_of(inputs)
        for ratios in inputs.ratios("ratios")
        for allocation in allocate_with_remainder(value, step, ratios)
    )


def _laid_out(allocation: Allocation[Quote]) -> Mapping[str, Answer]:
    """Parts and remainder by name."""
    parts = tuple(part.amount for part in allocation.parts)
    return {"parts": parts, "remainder": allocation.remainder.amount}


def _split(inputs: Inputs) -> Told:
    """money.split: equal parts."""
    return Result.do(
        tuple(part.amount for part in parts)
        for value in _held(inputs)
        for step in step_of(inputs)
        for count in inputs.integer("parts")
        for parts in split_evenly(value, step, count)
    )


def _round_dp(inputs: Inputs) -> Told:
    """money.round_dp: to decimals, which may be negative."""
    return Result.do(
        nearest.value
        for value in inputs.number("x")
        for places in inputs.integer("places")
        for rule in inputs.mode("mode")
        for nearest in round_dp(value, places, rule)
    )


def _round_significant(inputs: Inputs) -> Told:
    """money.round_significant: to significant digits."""
    return Result.do(
        nearest.value
        for value in inputs.number("x")
        for digits in inputs.integer("digits")
        for rule in inputs.mode("mode")
        for nearest in round_significant(value, digits, rule)
    )


def _round_to_increment(inputs: Inputs) -> Told:
    """money.round_to_increment: to a step that need not be a power of ten."""
    return Result.do(
        nearest.value
        for value in inputs.number("x")
        for step in inputs.number("increment")
        for rule in inputs.mode("mode")
        for nearest in round_to(value, step, rule)
    )


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "money.add": _add,
        "money.sub": _sub,
        "money.mul": _mul,
        "money.div": _div,
        "money.compare": _compare,
        "money.to_minor_units": _to_minor_units,
        "money.currency_minor_units": _minor_units,
        "money.allocate_largest_remainder": _largest_remainder,
        "money.allocate_with_remainder": _with_remainder,
        "money.allocate_floor_to_first": _floor_to_first,
        "money.split": _split,
        "money.round_dp": _round_dp,
        "money.round_significant": _round_significant,
        "money.round_to_increment": _round_to_increment,
    }
)
