"""What a change of plan would cost today, and what a subscription would get back."""

from decimal import Decimal
from enum import StrEnum

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.revenue import PlanUnknown, SubscriptionFault, SubscriptionState
from astracore.errors.values import InvalidPeriod
from astracore.numeric import Rounding, exact
from astracore.revenue.coupons import after_period, discounted
from astracore.revenue.dates import months_between
from astracore.revenue.periods import LENGTHS, Cycle, Period, period
from astracore.revenue.plans import PlanCatalogue, price, rank_of
from astracore.revenue.proration import Change, renewed, upgrade
from astracore.revenue.subscriptions.state import Status, Subscription
from astracore.revenue.units import part_to

ZERO = Decimal(0)
NO_CHANGE = Change(credit=ZERO, charge=ZERO)


class ChangeKind(StrEnum):
    """How a change comes about."""

    NONE = "none"  # it is that plan already
    SCHEDULED = "scheduled"  # at the period's end
    UPGRADE = "upgrade"  # at once, in the same period
    RENEWAL = "renewal"  # at once, in a new period


@frozen(kw_only=True)
class Quote:
    """What a change means: what it moves, which period it leads to, at which price."""

    kind: ChangeKind
    change: Change
    period: Period
    price: Decimal


@exact
def quote_change(
    state: Subscription, plan: str, cycle: Cycle, day: int, catalogue: PlanCatalogue
) -> Result[Quote, SubscriptionFault]:
    """The change to `plan` and `cycle` on `day`, which counts as left.

    A better plan, or a longer cycle of one no worse, begins at once: in the same period when the
    cycle is the same, else in a new one. Everything else waits for the period's end.
    Errors: SubscriptionState (not active), PlanUnknown (the free one too), InvalidPeriod (`day` is
    outside the period), NegativeAmount, NumericLimit.
    Source: docs/formulas-revenue.md#changes.
    """
    if state.status is not Status.ACTIVE:
        return Failure(SubscriptionState(state.status.value, "change_plan"))
    if rank_of(catalogue, plan) <= 0:
        return Failure(PlanUnknown(plan[:64], cycle.value))
    kind = kind_of(state, plan, cycle, catalogue)
    # A period that begins uses one of the coupon's up, however it begins.
    same = kind in {ChangeKind.NONE, ChangeKind.UPGRADE}
    coupon = state.coupon if same else after_period(state.coupon)
    return Result.do(
        quote
        for full in price(catalogue, plan, cycle)
        for net in discounted(full, coupon, catalogue.unit)
        for quote in _quoted(state, kind, net, cycle, day, catalogue.unit)
    )


def kind_of(state: Subscription, plan: str, cycle: Cycle, catalogue: PlanCatalogue) -> ChangeKind:
    """How a change from what stands to `plan` and `cycle` comes about."""
    if (plan, cycle) == (state.plan, state.cycle):
        return ChangeKind.NONE
    gained = rank_of(catalogue, plan) - rank_of(catalogue, state.plan)
    longer = LENGTHS.index(cycle) - LENGTHS.index(state.cycle)
    if gained < 0 or (gained == 0 and longer < 0):
        return ChangeKind.SCHEDULED
    # A price for life has no rest of a period to pay for: the better plan is bought anew.
    once = cycle is Cycle.LIFETIME
    return ChangeKind.UPGRADE if longer == 0 and not once else ChangeKind.RENEWAL


def _quoted(
    state: Subscription, kind: ChangeKind, net: Decimal, cycle: Cycle, day: int, unit: Decimal
) -> Result[Quote, SubscriptionFault]:
    if kind in {ChangeKind.NONE, ChangeKind.SCHEDULED}:
        standing = Period(state.start, state.end)
        return Success(Quote(kind=kind, change=NO_CHANGE, period=standing, price=net))
    if day < state.start or (day >= state.end and state.cycle is not Cycle.LIFETIME):
        return Failure(InvalidPeriod(f"{str(day)[:20]} in {str(state.end)[:20]}"))
    left, whole = max(0, state.end - day), state.end - state.start
    # What is paid for life is used up after its span: there is nothing left to credit then.
    if kind is ChangeKind.UPGRADE:
        found = upgrade(state.price, net, left=left, whole=whole, unit=unit)
        target = Period(state.start, state.end)
    else:
        found = renewed(state.price, net, left=left, whole=whole, unit=unit)
        target = period(day, cycle, 0)
    return found.map(lambda change: Quote(kind=kind, change=change, period=target, price=net))


@exact
def refund_due(
    state: Subscription, day: int, catalogue: PlanCatalogue
) -> Result[Decimal, SubscriptionFault]:
    """What ending today gives back [currency].

    All that was paid for the period within 14 days of the plan's first purchase, less what plans
    before it in that period used up, once their own 14 days are over; of a year later
    d(price × full months left/12), never more than was paid; else nothing.
    Errors: NumericLimit.  Rounds: DOWN to the unit.  Source: docs/formulas-revenue.md#refunds.
    """
    if state.status is not Status.ACTIVE:
        return Success(ZERO)
    first = state.first_paid.get(state.plan)
    if first is not None and 0 <= day - first < catalogue.refund_days:
        return Success(max(ZERO, state.paid - _used_up(state, day, catalogue)))
    if state.cycle is not Cycle.YEARLY:
        return Success(ZERO)
    months = min(12, months_between(day, state.end))
    share = part_to(state.price * months, Decimal(12), catalogue.unit, Rounding.DOWN)
    return Success(max(ZERO, min(share, state.paid)))


# An upgrade on the last day does not pay for the days before it.
def _used_up(state: Subscription, day: int, catalogue: PlanCatalogue) -> Decimal:
    first = state.first_paid
    old = (plan for plan in state.used if day - first.get(plan, day) >= catalogue.refund_days)
    return sum((state.used[plan] for plan in old), ZERO)
