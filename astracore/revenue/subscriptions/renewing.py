"""How a subscription goes on and how it ends: renewal, dunning, refund."""

from decimal import Decimal
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.revenue import (
    AmountDue,
    ChargeNotDue,
    NotRefundable,
    SubscriptionFault,
    SubscriptionState,
)
from astracore.numeric import exact
from astracore.revenue.coupons import Coupon, after_period, discounted
from astracore.revenue.dunning import next_attempt
from astracore.revenue.movement import movement_of, yearly_rate
from astracore.revenue.periods import Cycle, period
from astracore.revenue.plans import plan_named, price
from astracore.revenue.subscriptions.changing import refund_due
from astracore.revenue.subscriptions.commands import CancelPlan, EndPlan, EndReason, RenewPlan
from astracore.revenue.subscriptions.events import (
    SubscriptionEvent,
    SubscriptionExpired,
    SubscriptionPastDue,
    SubscriptionRenewed,
)
from astracore.revenue.subscriptions.state import Scheduled, Status, Subscription

ZERO = Decimal(0)
FREE_PLAN = "free"
ENDING = Scheduled(plan=FREE_PLAN, cycle=Cycle.MONTHLY)
RUNNING = frozenset({Status.TRIALING, Status.ACTIVE, Status.PAST_DUE, Status.PAUSED})
Decided: TypeAlias = Result[tuple[SubscriptionEvent, ...], SubscriptionFault]


def refused(state: Subscription, asked: str) -> Decided:
    """The status takes no such command.  Errors: SubscriptionState."""
    return Failure(SubscriptionState(state.status.value, asked))


@exact
def settled(due: Decimal, paid: Decimal, credit: Decimal) -> Result[None, SubscriptionFault]:
    """Whether what was given is what is due.  Errors: AmountDue, NumericLimit."""
    given = paid + credit
    if paid < 0 or credit < 0 or given != due:
        return Failure(AmountDue(due, given))
    return Success(None)


def contract_name(subscription_id: str, state: Subscription) -> str:
    """The id of the next contract of revenue: the same at every retry."""
    return f"{subscription_id}.{state.contracts + 1}"


@exact
def renew(command: RenewPlan, state: Subscription) -> Decided:
    """The next period, or another attempt, or the end.

    Errors: SubscriptionState, ChargeNotDue, PlanUnknown, AmountDue, NumericLimit.
    """
    if state.status not in {Status.ACTIVE, Status.PAST_DUE} or state.cycle is Cycle.LIFETIME:
        return refused(state, "renew")
    # Money that has come is taken whenever it comes; only what failed waits for its day.
    waits = state.status is Status.PAST_DUE and not command.succeeded
    due = state.retry if waits else state.end
    if command.day < due:
        return Failure(ChargeNotDue(due))
    target = state.scheduled or Scheduled(plan=state.plan, cycle=state.cycle)
    if target == ENDING:
        ended = over(command, state, EndReason.CANCELLED, ZERO)
        return settled(ZERO, command.paid, command.credit).map(lambda _: (ended,))
    if not command.succeeded:
        return _failed(command, state)
    coupon, catalogue = after_period(state.coupon), command.catalogue
    return Result.do(
        (_renewed(command, state, target, coupon, net),)
        for plan in plan_named(catalogue, target.plan, target.cycle)
        for full in price(catalogue, plan.name, target.cycle)
        for net in discounted(full, coupon, catalogue.unit)
        for _ in settled(net, command.paid, command.credit)
    )


def _failed(command: RenewPlan, state: Subscription) -> Decided:
    failures = state.failures + 1
    retry = next_attempt(state.end, failures, command.catalogue.dunning)
    if retry is None:
        return Success((over(command, state, EndReason.UNPAID, ZERO),))
    return Success(
        (
            SubscriptionPastDue(
                subscription_id=command.subscription_id,
                user_id=state.user_id,
                due=state.end,
                failures=failures,
                retry=retry,
            ),
        )
    )


def _renewed(
    command: RenewPlan,
    state: Subscription,
    target: Scheduled,
    coupon: Coupon | None,
    net: Decimal,
) -> SubscriptionRenewed:
    same = target.cycle is state.cycle
    anchor, count = (state.anchor, state.count + 1) if same else (state.end, 0)
    following = period(anchor, target.cycle, count)
    rate = yearly_rate(net, target.cycle)
    return SubscriptionRenewed(
        subscription_id=command.subscription_id,
        user_id=state.user_id,
        contract_id=contract_name(command.subscription_id, state),
        plan=target.plan,
        cycle=target.cycle,
        start=following.start,
        end=following.end,
        price=net,
        charge=command.paid,
        credit=command.credit,
        currency=command.catalogue.currency,
        coupon=coupon,
        rate_before=state.rate,
        rate=rate,
        movement=movement_of(state.rate, rate, returning=True),
    )


@exact
def end(command: EndPlan, state: Subscription) -> Decided:
    """The end, now.

    Errors: SubscriptionState, ChargeNotDue (a trial that runs), NotRefundable, NumericLimit.
    """
    if state.status not in RUNNING:
        return refused(state, "end")
    if command.reason is EndReason.TRIAL_OVER:
        if state.status is not Status.TRIALING:
            return refused(state, "end_trial")
        if command.day < state.end:
            return Failure(ChargeNotDue(state.end))
    if command.reason is not EndReason.REFUNDED:
        return Success((over(command, state, command.reason, ZERO),))
    return refund_due(state, command.day, command.catalogue).bind(
        lambda refund: _refunded(command, state, refund)
    )


def _refunded(command: EndPlan, state: Subscription, refund: Decimal) -> Decided:
    if refund <= 0:
        return Failure(NotRefundable(command.subscription_id))
    return Success((over(command, state, EndReason.REFUNDED, refund),))


def over(
    command: CancelPlan | RenewPlan | EndPlan,
    state: Subscription,
    reason: EndReason,
    refund: Decimal,
) -> SubscriptionExpired:
    """The event of an end."""
    return SubscriptionExpired(
        subscription_id=command.subscription_id,
        user_id=state.user_id,
        contract_id=state.contract_id,
        plan=state.plan,
        day=command.day,
        reason=reason,
        refund=refund,
        currency=command.catalogue.currency,
        rate_before=state.rate,
    )
