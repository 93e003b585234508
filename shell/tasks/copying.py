"""Jobs of copying: the month's fee of each copy, at the marks of now."""

import asyncio
from typing import Any

from returns.result import Failure
from sqlalchemy import Connection

from astracore.bots.copying.commands import SettleCopyFee
from astracore.events.codec import codec
from astracore.outcome import is_failure
from astracore.projections.copies import FOLLOWS, FollowRow
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow, valued
from shell.tasks.sweeping import Found, asked
from shell.tasks.task import NoPayload, Outcome, Task, TaskContext, Transient, cron
from shell.workers.facts import Look


async def settle_fees(context: TaskContext, _payload: NoPayload) -> Outcome:
    """Ask each copy for its fee. Without a mark for something held nobody can be valued: later."""
    now = context.clock.now()
    at = context.slot or now
    found = await asyncio.wrap_future(context.store.reading(copies))
    due: list[Found] = []
    for follow, account in found:
        marks = {one.symbol: one.price for one in context.markets.marks(tuple(held(account)))}
        value = valued(account, marks)
        if is_failure(value):
            return Failure(Transient(value.failure().code, "an account cannot be valued now"))
        equity = value.unwrap().equity
        due.append(
            (
                follow.follow_id,
                SettleCopyFee(follow_id=follow.follow_id, equity=equity, at=at),
            )
        )
    return await asked(context, tuple(due))


def held(account: PortfolioRow) -> frozenset[str]:
    """The symbols that an account holds."""
    return frozenset(one.symbol for one in account.positions.values())


def copies(connection: Connection) -> tuple[tuple[FollowRow, PortfolioRow], ...]:
    """Every copy with the account that follows."""
    look = Look(connection)
    pairs = ((one, look.row(PORTFOLIO, one.account_id)) for one in look.rows(FOLLOWS))
    return tuple((one, account) for one, account in pairs if account is not None)


COPYING_TASKS: tuple[Task[Any], ...] = (
    Task(
        name="settle_copy_fees",
        payload=codec(NoPayload),
        run=settle_fees,
        timing=cron("0 0 1 * *"),
    ),
)
