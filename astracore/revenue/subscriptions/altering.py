"""How a subscription changes while it runs: plan and cycle, schedule, pause."""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.revenue import InvalidPause
from astracore.numeric import exact
from astracore.revenue.dates import add_months
from astracore.revenue.movement import movement_of, yearly_rate
from astracore.revenue.periods import Cycle
from astracore.revenue.subscriptions.changing import ChangeKind, Quote, quote_change
from astracore.revenue.subscriptions.commands import (
    CancelPlan,
    ChangePlan,
    EndReason,
    PausePlan,
    ResumePlan,
)
from astracore.revenue.subscriptions.events import (
    ChangeScheduled,
    PlanChanged,
    ScheduleWithdrawn,
    SubscriptionPaused,
    SubscriptionResumed,
)
from astracore.revenue.subscriptions.renewing import (
    ENDING,
    FREE_PLAN,
    RUNNING,
    ZERO,
    Decided,
    contract_name,
    over,
    refused,
    settled,
)
from astracore.revenue.subscriptions.state import Scheduled, Status, Subscription


@exact
def change(command: ChangePlan, state: Subscription) -> Decided:
    """Another plan or cycle: at once, at the end of the period, or none.

    Errors: as quote_change, AmountDue.
    """
    if command.plan == FREE_PLAN:
        return cancel(CancelPlan(subscription_id=command.subscription_id, day=command.day), state)
    return Result.do(
        events
        for quote in quote_change(
            state, command.plan, command.cycle, command.day, command.catalogue
        )
        for _ in settled(quote.change.charge - _offset(quote), command.paid, ZERO)
        for events in _changed(command, state, quote)
    )


# In one period the credit is taken off the charge; a new period's charge has it taken off already.
def _offset(quote: Quote) -> Decimal:
    return quote.change.credit if quote.kind is ChangeKind.UPGRADE else ZERO


def _changed(command: ChangePlan, state: Subscription, quote: Quote) -> Decided:
    if quote.kind is ChangeKind.NONE:
        return _withdrawn(command.subscription_id, state, command.day)
    if quote.kind is ChangeKind.SCHEDULED:
        scheduled = Scheduled(plan=command.plan, cycle=command.cycle)
        return _scheduled(command.subscription_id, state, command.day, scheduled)
    rate = yearly_rate(quote.price, command.cycle)
    again = quote.kind is ChangeKind.UPGRADE
    return Success(
        (
            PlanChanged(
                subscription_id=command.subscription_id,
                user_id=state.user_id,
                contract_id=state.contract_id
                if again
                else contract_name(command.subscription_id, state),
                old_contract_id=state.contract_id,
                plan=command.plan,
                cycle=command.cycle,
                day=command.day,
                start=quote.period.start,
                end=quote.period.end,
                price=quote.price,
                credit=quote.change.credit,
                charge=quote.change.charge,
                kept=quote.change.kept,
                currency=command.catalogue.currency,
                rate_before=state.rate,
                rate=rate,
                movement=movement_of(state.rate, rate, returning=True),
            ),
        )
    )


def _scheduled(subscription_id: str, state: Subscription, day: int, to: Scheduled) -> Decided:
    if state.scheduled == to:
        return Success(())
    return Success(
        (
            ChangeScheduled(
                subscription_id=subscription_id,
                user_id=state.user_id,
                plan=to.plan,
                cycle=to.cycle,
                day=day,
                effective=state.end,
            ),
        )
    )


def _withdrawn(subscription_id: str, state: Subscription, day: int) -> Decided:
    if state.scheduled is None:
        return Success(())
    return Success(
        (
            ScheduleWithdrawn(
                subscription_id=subscription_id, user_id=state.user_id, plan=state.plan, day=day
            ),
        )
    )


@exact
def cancel(command: CancelPlan, state: Subscription) -> Decided:
    """The end with the period; what is past due has no period left to wait for.

    Errors: SubscriptionState.
    """
    lasting = state.cycle is Cycle.LIFETIME and state.status is not Status.TRIALING
    if state.status not in RUNNING or lasting:
        return refused(state, "cancel")
    if state.status is Status.PAST_DUE:
        return Success((over(command, state, EndReason.CANCELLED, ZERO),))
    return _scheduled(command.subscription_id, state, command.day, ENDING)


@exact
def resume(command: ResumePlan, state: Subscription) -> Decided:
    """What was scheduled is withdrawn, a pause is over.  Errors: SubscriptionState."""
    if state.status is Status.PAUSED:
        return Success((_back(command, state),))
    if state.scheduled is None or state.status not in RUNNING:
        return refused(state, "resume")
    return _withdrawn(command.subscription_id, state, command.day)


# A run that comes late costs nobody days: service goes on from the day that was agreed.
def _back(command: ResumePlan, state: Subscription) -> SubscriptionResumed:
    began = command.day if state.paused_on is None else state.paused_on
    until = command.day if state.paused_until is None else state.paused_until
    day = min(max(command.day, began), until)
    away = day - began
    return SubscriptionResumed(
        subscription_id=command.subscription_id,
        user_id=state.user_id,
        contract_id=state.contract_id,
        day=day,
        start=state.start + away,
        end=state.end + away,
        currency=command.catalogue.currency,
        rate=yearly_rate(state.price, state.cycle),
    )


@exact
def pause(command: PausePlan, state: Subscription) -> Decided:
    """A pause from today.  Errors: SubscriptionState, InvalidPause."""
    catalogue = command.catalogue
    within = state.start <= command.day < state.end
    if state.status is not Status.ACTIVE or state.cycle is Cycle.LIFETIME or not within:
        return refused(state, "pause")
    if not 1 <= command.months <= catalogue.pause_most:
        return Failure(InvalidPause(command.months))
    last = state.paused_on
    if last is not None and command.day < add_months(last, catalogue.pause_every):
        return Failure(InvalidPause(command.months))
    return Success(
        (
            SubscriptionPaused(
                subscription_id=command.subscription_id,
                user_id=state.user_id,
                contract_id=state.contract_id,
                day=command.day,
                until=add_months(command.day, command.months),
                currency=catalogue.currency,
                rate_before=state.rate,
            ),
        )
    )
