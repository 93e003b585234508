"""Jobs of the platform: what is kept how long, the store's upkeep, the chain, the day's figures."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from returns.result import Failure, Success
from sqlalchemy import Connection

from adapters.db import notes, upkeep
from adapters.db.settle import forget_keys
from astracore.events.canonical import Json, canonical
from astracore.events.codec import codec
from astracore.instants import DAY, HOUR, Instant, utc_day
from astracore.jobs.rules import Priority
from astracore.numeric import to_text
from astracore.outcome import is_failure
from astracore.projections.daily import PNL_DAILY
from astracore.projections.finance import REVENUE
from astracore.projections.people import USERS
from astracore.revenue.dates import day_text
from astracore.trading.types import ZERO
from shell.audit import verify
from shell.tasks.task import Done, NoPayload, Outcome, Permanent, Task, TaskContext, cron
from shell.workers.facts import Look

LOG = structlog.get_logger()
ANSWERS = 72 * HOUR  # how long the answer to a request is given again
DECISIONS = 365 * DAY  # how long it can be shown why an order was decided so
REPORTS = 400 * DAY
REPORT = "report:"
WHOLE = 3600 * 1_000_000  # [µs] what a job may take at most


async def clean(context: TaskContext, _payload: NoPayload) -> Outcome:
    """Let go of what is kept for a time only."""
    now = context.clock.now()

    def forget(connection: Connection) -> dict[str, Json]:
        context.fence(connection)
        return {
            "answers": forget_keys(connection, before(now, ANSWERS)),
            "decisions": upkeep.forget_decisions(connection, before(now, DECISIONS)),
            "reports": upkeep.forget_notes(connection, REPORT, before(now, REPORTS)),
        }

    return Success(Done(await asyncio.wrap_future(context.store.writing(forget))))


def before(now: Instant, length: int) -> Instant:
    """The instant so long ago."""
    return Instant(now.micros - length)


async def tidy(context: TaskContext, _payload: NoPayload) -> Outcome:
    """Upkeep of the database."""
    await asyncio.wrap_future(context.store.writing(upkeep.tidied))
    return Success(Done())


async def verify_chain(context: TaskContext, _payload: NoPayload) -> Outcome:
    """Walk the audit chain beside the log. One that does not hold is no passing trouble."""
    found = await asyncio.to_thread(verify, context.store, None, context.progress)
    if is_failure(found):
        broken = found.failure()
        LOG.error("audit_chain_broken", fault=repr(broken))
        return Failure(Permanent(broken.code, repr(broken)))
    held = found.unwrap()
    return Success(Done({"events": held.events, "refusals": held.refusals}))


async def report(context: TaskContext, _payload: NoPayload) -> Outcome:
    """The figures of the UTC day before, kept as a note beside being the job's answer."""
    now = context.clock.now()
    day = utc_day(context.slot or now) - 1
    told = await asyncio.wrap_future(
        context.store.reading(lambda connection: figures(Look(connection), day))
    )
    note = notes.Note(name=f"{REPORT}{day_text(day)}", at=now.micros, body=canonical(told))
    return Success(Done(told, effect=lambda connection: notes.write(connection, [note])))


def figures(look: Look, day: int) -> Mapping[str, Json]:
    """Who came, what was traded, what was earned on one day."""
    name = day_text(day)
    days = [one for one in look.rows(PNL_DAILY) if one.day == name]
    revenue = {
        f"{one.stream} {one.currency}": to_text(one.amount)
        for one in look.rows(REVENUE)
        if one.day == name
    }
    return {
        "day": name,
        "registered": sum(utc_day(one.registered_at) == day for one in look.rows(USERS)),
        "active_accounts": len(days),
        "trades": sum(one.trades for one in days),
        "volume": to_text(sum((one.volume for one in days), start=ZERO)),
        "fees": to_text(sum((one.fees for one in days), start=ZERO)),
        "revenue": revenue,
    }


EMPTY = codec(NoPayload)
PLATFORM_TASKS: tuple[Task[Any], ...] = (
    Task(
        name="cleanup_data",
        payload=EMPTY,
        run=clean,
        timing=cron("0 3 * * *"),
        priority=Priority.LOW,
    ),
    Task(
        name="vacuum_database",
        payload=EMPTY,
        run=tidy,
        timing=cron("0 4 * * 0"),
        priority=Priority.LOW,
        timeout=WHOLE,
    ),
    Task(
        name="verify_audit_chain",
        payload=EMPTY,
        run=verify_chain,
        timing=cron("0 3 * * *"),
        timeout=WHOLE,
    ),
    Task(name="generate_daily_report", payload=EMPTY, run=report, timing=cron("0 6 * * *")),
)
