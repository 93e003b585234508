"""Dividing an amount among many so that the parts are whole units and sum to it exactly."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Generic, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.money import (
    AssetMismatch,
    EmptyRatios,
    MoneyFault,
    NegativeAmount,
    NegativeRatio,
    SplitSum,
    ZeroTotal,
)
from astracore.errors.values import InvalidStep, NumericLimit, RoundingRequired
from astracore.money.amounts import Money
from astracore.money.currencies import Currency, unit_of
from astracore.numeric import EXACT, exact, to_fraction, to_text
from astracore.outcome import is_failure

R = TypeVar("R")
MOST_PARTS = 1_000_000
WIDEST = 100_000  # bits of a common denominator: hundreds of shares with 100 digits each


@frozen
class Allocation(Generic[R]):
    """Floored parts and what they leave: sum(parts) + remainder is the amount."""

    parts: tuple[Money[R], ...]
    remainder: Money[R]


@frozen
class _Shares(Generic[R]):
    """An allocation in whole steps: floors, what each was cut by, and the steps left over."""

    amount: Money[R]
    step: Decimal  # signed as the amount
    floors: tuple[int, ...]
    cut: tuple[int, ...]  # of each part, over one common denominator
    left: int

    def parts(self, bonus: frozenset[int]) -> tuple[Money[R], ...]:
        """The parts, with one step more at each index of `bonus`."""
        return tuple(self.part(floor + (i in bonus)) for i, floor in enumerate(self.floors))

    def part(self, steps: int) -> Money[R]:
        """`steps` of the amount's asset; no steps are plain nothing."""
        value = EXACT.multiply(Decimal(steps), self.step if steps else self.step.copy_abs())
        return Money(value, self.amount.asset)


def _common(ratios: Sequence[Fraction]) -> int | None:
    """The least common denominator; None where hostile shares would make it endless."""
    common = 1
    for ratio in ratios:
        common = lcm(common, ratio.denominator)
        if common.bit_length() > WIDEST:
            return None
    return common


def _shares(
    amount: Money[R], step: Decimal, ratios: Sequence[Fraction]
) -> Result[_Shares[R], MoneyFault]:
    """Count steps and floor every share, in integers."""
    if not ratios:
        return Failure(EmptyRatios())
    for index, ratio in enumerate(ratios):
        if ratio < 0:
            return Failure(NegativeRatio(index))
    if not any(ratios):
        return Failure(ZeroTotal())
    if not (step.is_finite() and step > 0):
        return Failure(InvalidStep(str(step)[:64]))
    if not amount.amount.is_finite():
        return Failure(NumericLimit("InvalidOperation"))
    count, rest = EXACT.divmod(amount.amount.copy_abs(), step)
    if rest:
        return Failure(RoundingRequired(to_text(amount.amount)[:64], to_text(step)[:64]))
    common = _common(ratios)
    if common is None:
        return Failure(NumericLimit("Overflow"))
    weights = [ratio.numerator * (common // ratio.denominator) for ratio in ratios]
    whole = sum(weights)
    steps = int(count)
    floored = [divmod(steps * weight, whole) for weight in weights]
    floors = tuple(floor for floor, _ in floored)
    cut = tuple(rest for _, rest in floored)
    signed = step.copy_negate() if amount.amount < 0 else step
    return Success(_Shares(amount, signed, floors, cut, steps - sum(floors)))


@exact
def allocate_largest_remainder(
    amount: Money[R], step: Decimal, ratios: Sequence[Fraction]
) -> Result[tuple[Money[R], ...], MoneyFault]:
    """Parts in proportion to `ratios`, whole steps, left-over steps to the largest remainders.

    Ties go to the earlier part; a negative amount mirrors the positive one.
    Errors: EmptyRatios, NegativeRatio, ZeroTotal, InvalidStep, NumericLimit, RoundingRequired
    (the amount is no multiple of the step).  Source: docs/formulas.md#allocation.
    Invariant: parts sum to the amount, each within one step of its exact share.
    """
    return _shares(amount, step, ratios).map(_largest_remainder)


def _largest_remainder(shares: _Shares[R]) -> tuple[Money[R], ...]:
    """One more step for each of the largest cuts."""
    order = sorted(range(len(shares.cut)), key=lambda index: -shares.cut[index])
    return shares.parts(frozenset(order[: shares.left]))


@exact
def allocate_with_remainder(
    amount: Money[R], step: Decimal, ratios: Sequence[Fraction]
) -> Result[Allocation[R], MoneyFault]:
    """Floored parts in proportion to `ratios`, and what they leave.

    Errors: as allocate_largest_remainder.  Source: docs/formulas.md#allocation.
    Invariant: sum(parts) + remainder == amount.
    """
    return _shares(amount, step, ratios).map(_with_remainder)


def _with_remainder(shares: _Shares[R]) -> Allocation[R]:
    """Nobody gets the left-over steps."""
    return Allocation(shares.parts(frozenset()), shares.part(shares.left))


@exact
def allocate_floor_to_first(
    amount: Money[R], step: Decimal, ratios: Sequence[Fraction]
) -> Result[tuple[Money[R], ...], MoneyFault]:
    """Floored parts, left-over steps to the first parts with a ratio above zero.

    The product does not use this rule; it is here to agree with systems that do.
    Errors: as allocate_largest_remainder.  Source: docs/formulas.md#allocation.
    """
    able = [index for index, ratio in enumerate(ratios) if ratio > 0]
    return Result.do(
        shares.parts(frozenset(able[: shares.left])) for shares in _shares(amount, step, ratios)
    )


def allocate(
    amount: Money[R], currency: Currency, ratios: Sequence[Fraction]
) -> Result[tuple[Money[R], ...], MoneyFault]:
    """allocate_largest_remainder by the unit of `currency`.

    Errors: AssetMismatch, NoMinorUnit, then as allocate_largest_remainder.
    Source: docs/formulas.md#allocation.
    """
    if amount.asset != currency.code:
        return Failure(AssetMismatch(amount.asset, currency.code))
    unit = unit_of(currency)
    if is_failure(unit):
        return unit
    return allocate_largest_remainder(amount, unit.unwrap(), ratios)


def split_evenly(
    amount: Money[R], step: Decimal, parts: int
) -> Result[tuple[Money[R], ...], MoneyFault]:
    """`parts` parts that differ by at most one step, the larger ones first.

    Errors: EmptyRatios (no parts), NumericLimit (over 1000000), InvalidStep, RoundingRequired.
    Source: docs/formulas.md#allocation.
    """
    if parts > MOST_PARTS:
        return Failure(NumericLimit("Overflow"))
    return allocate_largest_remainder(amount, step, (Fraction(1),) * max(parts, 0))


@exact
def split(
    whole: Money[R], shares: Sequence[Decimal], currency: Currency
) -> Result[tuple[Money[R], ...], MoneyFault]:
    """`whole` >= 0 by shares that sum to 1: parts down to the unit, left-over units to the
    largest discarded remainders, ties to the earlier share.

    Errors: NegativeAmount, EmptyRatios, NumericLimit, SplitSum, AssetMismatch, NoMinorUnit,
    NegativeRatio, RoundingRequired.  Source: docs/formulas.md#allocation.
    Invariant: parts sum to `whole`, each within one unit of its share.
    """
    if whole.amount < 0:
        return Failure(NegativeAmount(to_text(whole.amount)[:64]))
    if not shares:
        return Failure(EmptyRatios())
    ratios = tuple(to_fraction(share) for share in shares)
    if sum(ratios) != 1:
        return Failure(SplitSum(to_text(sum(shares, Decimal(0)))[:64]))
    return allocate(whole, currency, ratios)
