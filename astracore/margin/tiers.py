"""Bracket tables from outside: contiguous, rates rising, deductions computed and never trusted."""

from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.margin import BadBrackets, MarginFault, NotionalAboveBrackets
from astracore.margin.brackets import Bracket
from astracore.metrics.frames import exactly

ZERO = Decimal(0)


@frozen(kw_only=True)
class Tier:
    """One row of a venue's table: notional [quote] from above `floor` to `cap` (None: no end)."""

    floor: Decimal
    cap: Decimal | None
    rate: Decimal  # maintenance, fraction of notional
    max_leverage: int


@exactly
def brackets_of(tiers: tuple[Tier, ...]) -> Result[tuple[Bracket, ...], MarginFault]:
    """a_1 = 0, a_k = a_(k-1) + floor_k (mmr_k - mmr_(k-1)) [quote]: maintenance has no jump.

    Errors: BadBrackets (empty, gap, falling caps, rate outside (0, 1) or falling, leverage < 1 or
    rising).   Rounds: never.   Source: docs/formulas-margin-sizing-risk.md#maintenance-margin.
    Invariant: maintenance is continuous at every floor, convex, and 0 at 0.
    >>> table = ((0, 50000, "0.004"), (50000, 600000, "0.005"), (600000, None, "0.0065"))
    >>> rows = [Tier(floor=Decimal(low), cap=None if top is None else Decimal(top),
    ...              rate=Decimal(rate), max_leverage=50) for low, top, rate in table]
    >>> [str(bracket.deduction) for bracket in brackets_of(tuple(rows)).unwrap()]
    ['0.000', '50.000', '950.0000']
    """
    if not tiers:
        return Failure(BadBrackets(0, "empty"))
    for index, tier in enumerate(tiers):
        reason = _reason(tiers[index - 1] if index else None, tier)
        if reason is not None:
            return Failure(BadBrackets(index, reason))
    return Success(_deducted(tiers))


@exactly
def bracket_containing(
    brackets: tuple[Bracket, ...], notional: Decimal
) -> Result[Bracket, MarginFault]:
    """The bracket whose range (from above its floor to its end, inclusive) holds `notional`.

    Errors: BadBrackets (empty), NotionalAboveBrackets.
    >>> from astracore.margin.brackets import MARGIN_BRACKETS
    >>> bracket_containing(MARGIN_BRACKETS, Decimal(120000)).unwrap().max_leverage
    25
    """
    if not brackets:
        return Failure(BadBrackets(0, "empty"))
    for bracket in brackets:
        if bracket.to is None or notional <= bracket.to:
            return Success(bracket)
    last = brackets[-1].to
    return Failure(NotionalAboveBrackets(notional, ZERO if last is None else last))


# The first rule of the table that `tier` breaks beside the tier before it.
def _reason(before: Tier | None, tier: Tier) -> str | None:
    if tier.floor != (ZERO if before is None else before.cap):
        return "gap"
    if tier.cap is not None and tier.cap <= tier.floor:
        return "cap"
    if not 0 < tier.rate < 1 or (before is not None and tier.rate < before.rate):
        return "rate"
    if tier.max_leverage < 1 or (before is not None and tier.max_leverage > before.max_leverage):
        return "leverage"
    return None


def _deducted(tiers: tuple[Tier, ...]) -> tuple[Bracket, ...]:
    deduction, rate, rows = ZERO, tiers[0].rate, []
    for tier in tiers:
        deduction += tier.floor * (tier.rate - rate)
        rate = tier.rate
        rows.append(
            Bracket(to=tier.cap, max_leverage=tier.max_leverage, rate=rate, deduction=deduction)
        )
    return tuple(rows)
