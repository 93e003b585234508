"""What is remembered of a subscription, and how events change it."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from attrs import evolve as changed
from attrs import field, frozen

from astracore.ids import UserId
from astracore.numeric import EXACT
from astracore.revenue.coupons import Coupon, after_period
from astracore.revenue.periods import Cycle
from astracore.revenue.subscriptions.events import (
    ChangeScheduled,
    PlanChanged,
    ScheduleWithdrawn,
    SubscriptionEvent,
    SubscriptionExpired,
    SubscriptionPastDue,
    SubscriptionPaused,
    SubscriptionRenewed,
    SubscriptionResumed,
    SubscriptionStarted,
    TrialStarted,
)

ZERO = Decimal(0)
NOBODY = UserId("")


class Status(StrEnum):
    """Where a subscription stands."""

    NONE = "none"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    PAUSED = "paused"
    ENDED = "ended"


@frozen(kw_only=True)
class Scheduled:
    """What the period's end brings."""

    plan: str
    cycle: Cycle


@frozen(kw_only=True)
class Subscription:
    """One person's subscription; [start, end) is the trial or the period that is paid."""

    status: Status = Status.NONE
    user_id: UserId = NOBODY
    contract_id: str = ""
    contracts: int = 0  # of revenue, so far
    plan: str = ""
    cycle: Cycle = Cycle.MONTHLY
    anchor: int = 0  # the day that periods are counted from
    count: int = 0  # of whole cycles from the anchor to the period
    start: int = 0
    end: int = 0
    price: Decimal = ZERO  # of the period, after coupon
    paid: Decimal = ZERO  # for the period, upgrades included
    used: Mapping[str, Decimal] = field(factory=dict[str, Decimal])  # of it, by plans before
    coupon: Coupon | None = None  # in force in the period
    rate: Decimal = ZERO  # yearly run rate
    scheduled: Scheduled | None = None
    failures: int = 0
    retry: int = 0
    paused_on: int | None = None
    paused_until: int | None = None
    had_trial: bool = False
    coupons: tuple[str, ...] = ()  # used, in order
    first_paid: Mapping[str, int] = field(factory=dict[str, int])  # day by plan


NOTHING = Subscription()


def evolve(state: Subscription, event: SubscriptionEvent) -> Subscription:
    """Fold one event."""
    match event:
        case TrialStarted():
            return _tried(state, event)
        case SubscriptionStarted():
            return _started(state, event)
        case SubscriptionRenewed():
            return _renewed(state, event)
        case PlanChanged():
            return _changed(state, event)
        case ChangeScheduled():
            return changed(state, scheduled=Scheduled(plan=event.plan, cycle=event.cycle))
        case ScheduleWithdrawn():
            return changed(state, scheduled=None)
        case SubscriptionPaused():
            return changed(
                state,
                status=Status.PAUSED,
                paused_on=event.day,
                paused_until=event.until,
                rate=ZERO,
            )
        case SubscriptionResumed():
            return _resumed(state, event)
        case SubscriptionPastDue():
            return changed(
                state, status=Status.PAST_DUE, failures=event.failures, retry=event.retry
            )
        case SubscriptionExpired():
            return changed(state, status=Status.ENDED, scheduled=None, rate=ZERO, failures=0)
        case _:
            assert_never(event)


def _tried(state: Subscription, event: TrialStarted) -> Subscription:
    return changed(
        state,
        status=Status.TRIALING,
        user_id=event.user_id,
        plan=event.plan,
        start=event.start,
        end=event.end,
        had_trial=True,
    )


def _started(state: Subscription, event: SubscriptionStarted) -> Subscription:
    used = () if event.coupon is None else (event.coupon.name,)
    return changed(
        state,
        status=Status.ACTIVE,
        user_id=event.user_id,
        contract_id=event.contract_id,
        contracts=state.contracts + 1,
        plan=event.plan,
        cycle=event.cycle,
        anchor=event.start,
        count=0,
        start=event.start,
        end=event.end,
        price=event.price,
        paid=event.price,
        used={},
        coupon=event.coupon,
        coupons=(*state.coupons, *used),
        rate=event.rate,
        scheduled=None,
        failures=0,
        first_paid={event.plan: event.start, **state.first_paid},
    )


def _renewed(state: Subscription, event: SubscriptionRenewed) -> Subscription:
    same = event.cycle is state.cycle
    return changed(
        state,
        status=Status.ACTIVE,
        contract_id=event.contract_id,
        contracts=state.contracts + 1,
        plan=event.plan,
        cycle=event.cycle,
        anchor=state.anchor if same else event.start,
        count=state.count + 1 if same else 0,
        start=event.start,
        end=event.end,
        price=event.price,
        paid=event.price,
        used={},
        coupon=event.coupon,
        rate=event.rate,
        scheduled=None,
        failures=0,
        first_paid={event.plan: event.start, **state.first_paid},
    )


def _changed(state: Subscription, event: PlanChanged) -> Subscription:
    again = event.contract_id == event.old_contract_id
    more = EXACT.subtract(event.charge, event.credit)
    return changed(
        state,
        contract_id=event.contract_id,
        contracts=state.contracts if again else state.contracts + 1,
        plan=event.plan,
        cycle=event.cycle,
        anchor=state.anchor if again else event.start,
        count=state.count if again else 0,
        start=event.start,
        end=event.end,
        price=event.price,
        paid=EXACT.add(state.paid, more) if again else event.price,
        used=_used(state, event.credit) if again else {},
        coupon=state.coupon if again else after_period(state.coupon),
        rate=event.rate,
        scheduled=None,
        first_paid={event.plan: event.day, **state.first_paid},
    )


# What of the period's money the plan that stood used up: all but the credit for its rest.
def _used(state: Subscription, credit: Decimal) -> Mapping[str, Decimal]:
    left = EXACT.subtract(state.paid, credit)
    for amount in state.used.values():
        left = EXACT.subtract(left, amount)
    before = state.used.get(state.plan, ZERO)
    return {**state.used, state.plan: EXACT.add(before, max(ZERO, left))}


# The end is the new anchor, so the next period begins there and no charge comes early.
def _resumed(state: Subscription, event: SubscriptionResumed) -> Subscription:
    return changed(
        state,
        status=Status.ACTIVE,
        start=event.start,
        end=event.end,
        anchor=event.end,
        count=-1,
        paused_until=None,
        rate=event.rate,
    )
