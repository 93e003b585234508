"""What is read of the queue for people: pages, and whether it keeps up."""

from attrs import evolve
from returns.result import Result, Success
from sqlalchemy import Connection

from adapters.db import jobs, schedules
from adapters.db.jobs import Placed, Wanted
from astracore.errors.events import CorruptRow
from astracore.instants import Instant
from astracore.outcome import is_failure
from shell.http.answers import Page
from shell.http.faults import BadCursor
from shell.jobs.views import JobView, job_view, queue_stats, scheduler_stats
from shell.reading import Reading
from shell.views import Check

LATE_S = 60  # a schedule or a critical job that is this late is not kept up with


async def page_of(
    reading: Reading, listing: str, wanted: Wanted, cursor: str | None, now: Instant
) -> Result[Page[JobView], CorruptRow | BadCursor]:
    """A page of jobs; `wanted` asks for one more than is shown.  Errors: BadCursor, CorruptRow."""
    name = f"{listing}/{wanted.task or ''}/{wanted.priority or ''}"
    read = reading.cursors.read(name, cursor)
    if is_failure(read):
        return read
    place = read.unwrap()
    after = None if place is None else tuple(int(part) for part in place)
    found = await reading.seeing(lambda c: jobs.listed(c, evolve(wanted, after=after)))
    return found.map(lambda rows: paged(reading, name, rows, wanted.limit - 1, now))


def paged(
    reading: Reading, name: str, rows: tuple[Placed, ...], limit: int, now: Instant
) -> Page[JobView]:
    """At most `limit` jobs, and the cursor of the next one."""
    shown = rows[:limit]
    more = len(rows) > limit
    cursor = reading.cursors.write(name, tuple(map(str, shown[-1].place))) if more else None
    return Page(tuple(job_view(one.job, now) for one in shown), cursor)


def health_checks(connection: Connection, now: Instant) -> Result[tuple[Check, ...], CorruptRow]:
    """Whether schedules fire, critical jobs are taken, and every row can be read."""
    every = schedules.every(connection)
    if is_failure(every):
        return every
    stats = queue_stats(jobs.counts(connection), now)
    late = max(
        (
            one.oldest_s
            for one in stats.counts
            if one.priority.value == "critical" and one.state.value in {"queued", "scheduled"}
        ),
        default=0,
    )
    return Success(
        (
            Check(name="schedules", ok=scheduler_stats(every.unwrap(), now).late_s < LATE_S),
            Check(name="critical_jobs", ok=late < LATE_S),
            Check(name="rows", ok=stats.unreadable == 0),
        )
    )
