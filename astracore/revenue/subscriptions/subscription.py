"""The subscription as a decider: charges are made before it, and only what was paid counts."""

from decimal import Decimal
from typing import assert_never

from returns.result import Failure, Result, Success

from astracore.errors.revenue import CouponUsed, PlanUnknown, SubscriptionFault, TrialUsed
from astracore.events.decider import Decider
from astracore.numeric import exact
from astracore.revenue.coupons import Coupon, checked, discounted
from astracore.revenue.movement import movement_of, yearly_rate
from astracore.revenue.periods import period
from astracore.revenue.plans import price, rank_of
from astracore.revenue.subscriptions.altering import cancel, change, pause, resume
from astracore.revenue.subscriptions.commands import (
    CancelPlan,
    ChangePlan,
    EndPlan,
    PausePlan,
    RenewPlan,
    ResumePlan,
    StartTrial,
    Subscribe,
    SubscriptionCommand,
)
from astracore.revenue.subscriptions.events import (
    SubscriptionEvent,
    SubscriptionStarted,
    TrialStarted,
)
from astracore.revenue.subscriptions.renewing import (
    ZERO,
    Decided,
    contract_name,
    end,
    refused,
    renew,
    settled,
)
from astracore.revenue.subscriptions.state import NOTHING, Status, Subscription, evolve


@exact
def decide(command: SubscriptionCommand, state: Subscription) -> Decided:
    """What a command does to a subscription.

    Errors: PlanUnknown, SubscriptionState, TrialUsed, InvalidCoupon, CouponUsed, InvalidPause,
    InvalidPeriod, ChargeNotDue, NotRefundable, AmountDue, NegativeAmount, NumericLimit.
    Source: docs/formulas-revenue.md#subscriptions.
    Invariants: periods never overlap; nothing is active that was not paid; one trial ever.
    """
    match command:
        case StartTrial():
            return _try(command, state)
        case Subscribe():
            return _subscribe(command, state)
        case ChangePlan():
            return change(command, state)
        case CancelPlan():
            return cancel(command, state)
        case ResumePlan():
            return resume(command, state)
        case PausePlan():
            return pause(command, state)
        case RenewPlan():
            return renew(command, state)
        case EndPlan():
            return end(command, state)
        case _:
            assert_never(command)


SUBSCRIPTION: Decider[SubscriptionCommand, Subscription, SubscriptionEvent, SubscriptionFault] = (
    Decider("financial.subscription", NOTHING, decide, evolve)
)


def _try(command: StartTrial, state: Subscription) -> Decided:
    catalogue = command.catalogue
    if rank_of(catalogue, command.plan) <= 0:
        return Failure(PlanUnknown(command.plan[:64], "trial"))
    if state.status not in {Status.NONE, Status.ENDED}:
        return refused(state, "start_trial")
    if state.had_trial or state.first_paid or command.method_used:
        return Failure(TrialUsed(command.subscription_id))
    return Success(
        (
            TrialStarted(
                subscription_id=command.subscription_id,
                user_id=command.user_id,
                plan=command.plan,
                start=command.day,
                end=command.day + catalogue.trial_days,
            ),
        )
    )


def _subscribe(command: Subscribe, state: Subscription) -> Decided:
    catalogue = command.catalogue
    if rank_of(catalogue, command.plan) <= 0:
        return Failure(PlanUnknown(command.plan[:64], command.cycle.value))
    if state.status not in {Status.NONE, Status.TRIALING, Status.ENDED}:
        return refused(state, "subscribe")
    return Result.do(
        (_started(command, state, net),)
        for coupon in _coupon(command.coupon, state)
        for full in price(catalogue, command.plan, command.cycle)
        for net in discounted(full, coupon, catalogue.unit)
        for _ in settled(net, command.paid, command.credit)
    )


def _coupon(coupon: Coupon | None, state: Subscription) -> Result[Coupon | None, SubscriptionFault]:
    if coupon is None:
        return Success(None)
    if coupon.name in state.coupons:
        return Failure(CouponUsed(coupon.name[:64]))
    return checked(coupon)


def _started(command: Subscribe, state: Subscription, net: Decimal) -> SubscriptionStarted:
    first = period(command.day, command.cycle, 0)
    rate = yearly_rate(net, command.cycle)
    return SubscriptionStarted(
        subscription_id=command.subscription_id,
        user_id=command.user_id,
        contract_id=contract_name(command.subscription_id, state),
        plan=command.plan,
        cycle=command.cycle,
        start=first.start,
        end=first.end,
        price=net,
        charge=command.paid,
        credit=command.credit,
        currency=command.catalogue.currency,
        coupon=command.coupon,
        rate_before=ZERO,
        rate=rate,
        movement=movement_of(ZERO, rate, returning=bool(state.first_paid)),
    )
