"""Jobs of risk: accounts weighed at the marks of now, and dead men's countdowns."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import Connection

from astracore.events.codec import codec
from astracore.jobs.rules import Priority
from astracore.outcome import is_failure
from astracore.projections.daily import PNL_DAILY
from astracore.projections.exposure import Seen, risk_snapshot
from astracore.projections.orders import OPEN_ORDERS, ORDERS
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow
from astracore.projections.risk import RISK_METRICS
from astracore.projections.trades import CLOSED_POSITIONS
from astracore.risk.profiles.commands import Evaluate, FireDeadman
from astracore.risk.profiles.types import LimitScope, View
from astracore.trading.types import AccountStatus
from shell.tasks.sweeping import At, Found, asked, sweep
from shell.tasks.task import NoPayload, Outcome, Task, TaskContext, Timing, every
from shell.workers.facts import Look

LOG = structlog.get_logger()
NEWEST = 200  # orders and closes that are looked back over


async def weigh(
    wanted: Callable[[PortfolioRow], bool], context: TaskContext, _payload: NoPayload
) -> Outcome:
    """Ask the profiles of the accounts that are wanted for their grades."""
    now = context.clock.now()
    seen = await asyncio.wrap_future(context.store.reading(partial(looked_at, wanted)))
    listed = context.markets.listed
    marks = {one.symbol: one.price for one in context.markets.marks(tuple(listed))}
    due: list[Found] = []
    for one in seen:
        found = risk_snapshot(one, marks, listed, now)
        if is_failure(found):  # a market without a price yet: the next job sees it
            LOG.info("risk_unmarked", account=one.account.account_id)
            continue
        account_id = one.account.account_id
        view = View(scope=LimitScope.ACCOUNT, target=account_id, snapshot=found.unwrap())
        due.append((account_id, Evaluate(account_id=account_id, views=(view,), at=now)))
    return await asked(context, tuple(due))


def looked_at(wanted: Callable[[PortfolioRow], bool], connection: Connection) -> tuple[Seen, ...]:
    """What is known of each account that has limits and is wanted."""
    look = Look(connection)
    limited = {one.account_id for one in look.rows(RISK_METRICS)}
    rows = (one for one in look.rows(PORTFOLIO) if one.account_id in limited and wanted(one))
    return tuple(seen(look, one) for one in rows)


def seen(look: Look, row: PortfolioRow) -> Seen:
    """One account."""
    own, owner = row.account_id, row.user_id
    return Seen(
        account=row,
        days=tuple(one for one in look.rows(PNL_DAILY, owner) if one.account_id == own),
        orders=tuple(
            one for one in islice(look.rows(ORDERS, owner), NEWEST) if one.account_id == own
        ),
        open_orders=sum(one.account_id == own for one in look.rows(OPEN_ORDERS, owner)),
        closes=tuple(
            one
            for one in islice(look.rows(CLOSED_POSITIONS, owner), NEWEST)
            if one.account_id == own
        ),
    )


def is_exposed(row: PortfolioRow) -> bool:
    """Whether an account holds something."""
    return bool(row.positions)


def is_open(row: PortfolioRow) -> bool:
    """Whether an account may hold something."""
    return row.status is not AccountStatus.CLOSED


def silent(look: Look, at: At) -> Iterator[Found]:
    """Countdowns that nobody has renewed."""
    for row in look.rows(RISK_METRICS):
        due = row.profile.due_at
        if due is not None and due <= at.now:
            yield row.account_id, FireDeadman(account_id=row.account_id, at=at.now)


def weighing(
    name: str, timing: Timing, wanted: Callable[[PortfolioRow], bool], priority: Priority
) -> Task[NoPayload]:
    """The task that weighs the accounts that are wanted."""
    return Task(
        name=name,
        payload=codec(NoPayload),
        run=partial(weigh, wanted),
        timing=timing,
        priority=priority,
    )


RISK_TASKS: tuple[Task[Any], ...] = (
    weighing("monitor_risk", every(60), is_exposed, Priority.HIGH),
    weighing("evaluate_risk_limits", every(300), is_open, Priority.HIGH),
    sweep("fire_deadmen", every(10), silent, Priority.HIGH),
)
