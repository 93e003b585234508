"""Jobs of billing: periods that end without a payment, and revenue that a day has earned."""

from collections.abc import Iterator
from typing import Any

from astracore.events.decider import replay
from astracore.instants import utc_day
from astracore.jobs.rules import Priority
from astracore.projections.billing import SUBSCRIPTIONS, SubscriptionRow
from astracore.revenue.dates import day_text
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.recognition.daily import daily_run
from astracore.revenue.recognition.events import ContractEvent
from astracore.revenue.subscriptions.commands import EndPlan, EndReason, RenewPlan
from astracore.revenue.subscriptions.renewing import FREE_PLAN
from astracore.revenue.subscriptions.state import Status
from shell.tasks.sweeping import At, Found, sweep
from shell.tasks.task import Task, cron, every
from shell.workers.facts import Look


def ending(look: Look, at: At) -> Iterator[Found]:
    """Trials that are over, and paid periods after which nothing is to come.

    What is to be charged waits for its payment, whose event renews it or counts the failure.
    """
    day = utc_day(at.now)
    for row in look.rows(SUBSCRIPTIONS):
        if row.end and row.end <= day_text(day):
            yield from ended(row, day)


def ended(row: SubscriptionRow, day: int) -> Iterator[Found]:
    """What ends a subscription whose period is over."""
    name = row.subscription_id
    if row.status is Status.TRIALING:
        yield name, EndPlan(subscription_id=name, reason=EndReason.TRIAL_OVER, day=day)
    elif row.scheduled == FREE_PLAN:
        yield name, RenewPlan(subscription_id=name, succeeded=True, day=day)


def earned(look: Look, at: At) -> Iterator[Found]:
    """Contracts of revenue that have earned something by the end of the day before."""
    day = utc_day(at.slot) - 1
    for stream in look.streams(CONTRACT.name):
        events = (one.event for one in look.events(stream))
        contract = replay(CONTRACT, [one for one in events if isinstance(one, ContractEvent)])
        for command in daily_run([contract], day):
            yield command.contract_id, command


BILLING_TASKS: tuple[Task[Any], ...] = (
    sweep("renew_subscriptions", every(3600), ending, Priority.HIGH),
    sweep("recognise_revenue", cron("5 0 * * *"), earned, Priority.HIGH),
)
