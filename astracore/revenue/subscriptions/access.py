"""What a subscription lets its owner do, and what is to be done about it today."""

from enum import StrEnum

from astracore.revenue.periods import Cycle
from astracore.revenue.plans import FREE, PLANS, Entitlements, PlanCatalogue
from astracore.revenue.subscriptions.renewing import ENDING
from astracore.revenue.subscriptions.state import Status, Subscription


class Due(StrEnum):
    """What the daily run has to do."""

    REMIND_TRIAL = "remind_trial"
    END_TRIAL = "end_trial"
    RENEW = "renew"
    RETRY = "retry"
    RESUME = "resume"


def entitlements(state: Subscription, day: int, catalogue: PlanCatalogue = PLANS) -> Entitlements:
    """What the owner may do on `day`: the one place where status becomes permission.

    The plan's gifts in a trial that runs, in a period that is paid, and for the days of grace after
    it; else the free plan's.
    """
    if not has_access(state, day, catalogue):
        return FREE
    return next((plan.gives for plan in catalogue.plans if plan.name == state.plan), FREE)


def has_access(state: Subscription, day: int, catalogue: PlanCatalogue = PLANS) -> bool:
    """Whether the paid plan is open to its owner on `day`; no grace for what ends by choice."""
    if state.status is Status.TRIALING:
        return day < state.end
    if state.status is Status.ACTIVE and state.cycle is Cycle.LIFETIME:
        return True
    if state.status is Status.ACTIVE and state.scheduled == ENDING:
        return day < state.end
    paid = state.status in {Status.ACTIVE, Status.PAST_DUE}
    return paid and day <= state.end + catalogue.dunning.grace


def due_on(state: Subscription, day: int, catalogue: PlanCatalogue = PLANS) -> Due | None:
    """What the daily run has to do about a subscription; a missed day is made up for later.

    The reminder is due from its day to the trial's end: whoever sends it remembers having done so.
    """
    if state.status is Status.TRIALING:
        if day >= state.end:
            return Due.END_TRIAL
        return Due.REMIND_TRIAL if day >= state.end - catalogue.reminder_days else None
    if state.status is Status.ACTIVE and state.cycle is not Cycle.LIFETIME:
        return Due.RENEW if day >= state.end else None
    if state.status is Status.PAST_DUE:
        return Due.RETRY if day >= state.retry else None
    if state.status is Status.PAUSED and state.paused_until is not None:
        return Due.RESUME if day >= state.paused_until else None
    return None
