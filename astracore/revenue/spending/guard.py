"""The spending guard as a decider: one user's limits and log of purchases."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.gates import SpendingLimit, TierRequired
from astracore.errors.money import NegativeAmount
from astracore.errors.payments import PurchaseRefused, SpendFault
from astracore.events.decider import Decider
from astracore.instants import Instant, after
from astracore.numeric import EXACT, exact
from astracore.outcome import is_failure
from astracore.revenue.spending.commands import (
    CountSpend,
    ReleaseSpend,
    SetSpendLimits,
    SpendCommand,
)
from astracore.revenue.spending.events import (
    SpendCounted,
    SpendEvent,
    SpendLimitsSet,
    SpendPaused,
    SpendReleased,
)
from astracore.revenue.spending.factors import standing
from astracore.revenue.spending.limits import spendable
from astracore.revenue.spending.rules import SPEND_RULES, SpendLimits
from astracore.revenue.spending.state import LimitStep, Purchase, SpendGuard, limits_at
from astracore.users.types import Tier

Decided: TypeAlias = Result[tuple[SpendEvent, ...], SpendFault]


def decide(command: SpendCommand, guard: SpendGuard) -> Decided:
    """Set limits, count a purchase, or count one no more.

    Errors: NegativeAmount, TierRequired, SpendingLimit (limits); NegativeAmount, PurchaseRefused,
    SpendingLimit (a purchase); NumericLimit.
    Invariant: what counts in a window never grows beyond the limit in force.
    """
    match command:
        case SetSpendLimits():
            return set_limits(command, guard)
        case CountSpend():
            return count(command, guard)
        case ReleaseSpend():
            return release(command, guard)
        case _:
            assert_never(command)


@exact
def set_limits(command: SetSpendLimits, guard: SpendGuard) -> Decided:
    """Lower at once; higher after 24 hours, above the standard only with identity."""
    present = limits_at(guard, command.at, command.rules.limits)
    pending = guard.pending
    target = present if pending is None else pending.limits
    asked = SpendLimits(
        day=_or(command.day, target.day),
        week=_or(command.week, target.week),
        month=_or(command.month, target.month),
    )
    fault = limits_fault(command)
    if fault is not None:
        return Failure(fault)
    if asked == target:
        return Success(())
    low = SpendLimits(
        day=min(present.day, asked.day),
        week=min(present.week, asked.week),
        month=min(present.month, asked.month),
    )
    now = (limits_event(command, low, command.at),)
    later = after(command.at, command.rules.raise_after)
    return Success(now if low == asked else (*now, limits_event(command, asked, later)))


def _or(asked: Decimal | None, present: Decimal) -> Decimal:
    return present if asked is None else asked


@exact
def _most(command: SetSpendLimits) -> Result[tuple[Decimal, ...], SpendFault]:
    limits, times = command.rules.limits, command.rules.identity_times
    return Success((limits.day * times, limits.week * times, limits.month * times))


def limits_fault(command: SetSpendLimits) -> SpendFault | None:
    """What is wrong with the limits asked for: not an amount, beyond the tier, beyond all tiers."""
    limits = command.rules.limits
    asked = (command.day, command.week, command.month)
    given = tuple(amount for amount in asked if amount is not None)
    bad = next((one for one in given if not one.is_finite() or one < 0), None)
    if bad is not None:
        return NegativeAmount(EXACT.to_sci_string(bad)[:64])
    tops = _most(command)
    if is_failure(tops):
        return tops.failure()
    standard = (limits.day, limits.week, limits.month)
    for amount, usual, top in zip(asked, standard, tops.unwrap(), strict=True):
        if amount is not None and amount > top:
            return SpendingLimit(left=top, asked=amount)
        if amount is not None and amount > usual and not command.identified:
            return TierRequired(Tier.IDENTITY.value)
    return None


def limits_event(command: SetSpendLimits, limits: SpendLimits, start: Instant) -> SpendLimitsSet:
    """The event that sets `limits` from `start` on."""
    return SpendLimitsSet(
        user_id=command.user_id,
        day=limits.day,
        week=limits.week,
        month=limits.month,
        effective_at=start,
        at=command.at,
    )


@exact
def count(command: CountSpend, guard: SpendGuard) -> Decided:
    """A purchase within the limits; the same one again is a no-op."""
    amount = command.amount
    if any(one.payment_id == command.payment_id for one in guard.log):
        return Success(())
    if not amount.is_finite() or amount < 0:
        return Failure(NegativeAmount(str(amount)[:64]))
    rest = resting(guard, command.at)
    if rest is not None:
        return Failure(rest)
    counted = SpendCounted(
        user_id=command.user_id, payment_id=command.payment_id, amount=amount, at=command.at
    )
    return Result.do(
        (counted, *paused)
        for _ in spendable(guard, amount, command.at, command.rules)
        for paused in _pause(command, evolve(guard, counted))
    )


def resting(guard: SpendGuard, now: Instant) -> PurchaseRefused | None:
    """Why nothing is bought at `now`, while purchases rest."""
    until = guard.paused_until
    return None if until is None or until <= now else PurchaseRefused(until.micros, guard.factors)


# The purchase that completes three signs passes; what follows rests for a day.
def _pause(command: CountSpend, guard: SpendGuard) -> Decided:
    found = standing(guard.log, command.at, command.rules)
    if is_failure(found):
        return found
    factors = found.unwrap().factors
    if len(factors) < command.rules.refused_from:
        return Success(())
    until = after(command.at, command.rules.refused_for)
    return Success(
        (SpendPaused(user_id=command.user_id, factors=factors, until=until, at=command.at),)
    )


def release(command: ReleaseSpend, guard: SpendGuard) -> Decided:
    """Take a purchase out of the log; one that is not there is no fault."""
    if all(one.payment_id != command.payment_id for one in guard.log):
        return Success(())
    return Success(
        (SpendReleased(user_id=command.user_id, payment_id=command.payment_id, at=command.at),)
    )


def evolve(guard: SpendGuard, event: SpendEvent) -> SpendGuard:
    """Fold one event."""
    match event:
        case SpendLimitsSet():
            return with_limits(guard, event)
        case SpendCounted():
            one = Purchase(payment_id=event.payment_id, amount=event.amount, at=event.at)
            log = sorted((*guard.log, one), key=lambda each: each.at)
            edge = log[-1].at.micros - SPEND_RULES.remembered
            return changed(guard, log=tuple(each for each in log if each.at.micros > edge))
        case SpendReleased():
            left = (one for one in guard.log if one.payment_id != event.payment_id)
            return changed(guard, log=tuple(left))
        case SpendPaused():
            return changed(guard, paused_until=event.until, factors=tuple(event.factors))
        case _:
            assert_never(event)


def with_limits(guard: SpendGuard, event: SpendLimitsSet) -> SpendGuard:
    """Limits in force take the place of what was before; later ones wait beside them."""
    limits = SpendLimits(day=event.day, week=event.week, month=event.month)
    if event.effective_at <= event.at:
        return changed(guard, current=limits, pending=None)
    return changed(guard, pending=LimitStep(limits=limits, effective_at=event.effective_at))


SPEND = Decider("financial.spend_guard", SpendGuard(), decide, evolve)
