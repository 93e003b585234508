"""What a user may still spend, and when more."""

from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.gates import SpendingLimit
from astracore.errors.values import NumericLimit
from astracore.instants import Instant, after
from astracore.numeric import exact
from astracore.revenue.spending.rules import SPEND_RULES, SpendLimits, SpendRules
from astracore.revenue.spending.state import SpendGuard, limits_at

ZERO = Decimal(0)


@frozen(kw_only=True)
class Used:
    """What was spent in the trailing windows [USD]."""

    day: Decimal
    week: Decimal
    month: Decimal


@exact
def used(
    guard: SpendGuard, now: Instant, rules: SpendRules = SPEND_RULES
) -> Result[Used, NumericLimit]:
    """What counts towards each limit at `now`: purchases after now − window.

    Errors: NumericLimit.
    """
    day, week, month = (_spent(guard, now, window) for window in rules.windows)
    return Success(Used(day=day, week=week, month=month))


@exact
def allowance(
    guard: SpendGuard, now: Instant, rules: SpendRules = SPEND_RULES
) -> Result[Decimal, NumericLimit]:
    """The most that may be spent at `now`: the least of what the three limits leave, never < 0.

    Errors: NumericLimit.  Source: docs/formulas-ledger-payments.md#spending-limits.
    """
    limits = limits_at(guard, now, rules.limits)
    left = (
        limit - _spent(guard, now, window)
        for limit, window in zip(_values(limits), rules.windows, strict=True)
    )
    return Success(max(ZERO, min(left)))


def spendable(
    guard: SpendGuard, amount: Decimal, now: Instant, rules: SpendRules = SPEND_RULES
) -> Result[Decimal, SpendingLimit | NumericLimit]:
    """`amount`, where the limits leave that much.

    Errors: SpendingLimit, NumericLimit.
    """
    return Result.do(
        within for left in allowance(guard, now, rules) for within in _within(left, amount)
    )


def free_at(
    guard: SpendGuard, amount: Decimal, now: Instant, rules: SpendRules = SPEND_RULES
) -> Instant | None:
    """The first instant at which `amount` may be spent, if nothing else is; None if never."""
    ends = sorted({after(one.at, window) for one in guard.log for window in rules.windows})
    moments = (now, *(end for end in ends if end > now))
    fits = (at for at in moments if _fits(guard, amount, at, rules))
    return next(fits, None)


def _fits(guard: SpendGuard, amount: Decimal, at: Instant, rules: SpendRules) -> bool:
    return spendable(guard, amount, at, rules).map(lambda _: None) == Success(None)


@exact
def _within(left: Decimal, amount: Decimal) -> Result[Decimal, SpendingLimit]:
    return Success(amount) if amount <= left else Failure(SpendingLimit(left=left, asked=amount))


def _spent(guard: SpendGuard, now: Instant, window: int) -> Decimal:
    edge = now.micros - window
    return sum((one.amount for one in guard.log if one.at.micros > edge), ZERO)


def _values(limits: SpendLimits) -> Iterable[Decimal]:
    return (limits.day, limits.week, limits.month)
