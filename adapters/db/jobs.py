"""The job queue in one table. Who changes a row has locked it first; takers pass over locked ones.

SQLite has one writer, so that its transactions are alone; PostgreSQL locks single rows.
"""

from collections.abc import Sequence

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from adapters.db.tables import jobs
from astracore.errors.events import CorruptRow
from astracore.events.codec import codec
from astracore.instants import Instant
from astracore.jobs.rules import JOB_RULES, ORDER, Priority, Stage
from astracore.jobs.state import HELD, WAITING, Job
from astracore.outcome import is_failure

JOB = codec(Job)
PHASES = {
    **dict.fromkeys(WAITING, "waiting"),
    **dict.fromkeys(HELD, "held"),
    **{one: one.value for one in Stage if one not in WAITING | HELD},
}
UNREADABLE = "unreadable"  # the phase of a row that cannot be read: nobody takes it
OPEN = ("waiting", "held")
EARLIER = jobs.alias("earlier")
BLOCKED = and_(
    jobs.c.in_line,
    exists().where(
        EARLIER.c.schedule == jobs.c.schedule,
        EARLIER.c.phase.in_(OPEN),
        EARLIER.c.seq < jobs.c.seq,
    ),
)
TAKEABLE = and_(jobs.c.phase == "waiting", jobs.c.run_at <= bindparam("now"), not_(BLOCKED))
# Statements are built once: building one costs five times what running it costs.
WAITS = select(*(exists().where(TAKEABLE, jobs.c.rank == rank) for rank in range(len(ORDER))))
HEAD = (
    select(jobs.c.job_id, jobs.c.body)
    .where(TAKEABLE, jobs.c.rank == bindparam("of_rank"))
    .order_by(jobs.c.run_at, jobs.c.seq)
    .limit(1)
    .with_for_update(skip_locked=True, of=jobs)
)
EXPIRED = (
    select(jobs.c.job_id)
    .where(jobs.c.phase == "held", jobs.c.until <= bindparam("now"))
    .order_by(jobs.c.until, jobs.c.seq)
    .limit(bindparam("most"))
)
LOAD = select(jobs.c.body).where(jobs.c.job_id == bindparam("wanted"))
LOAD_LOCKED = LOAD.with_for_update()
FIRST = select(jobs.c.body).where(
    jobs.c.task == bindparam("of_task"), jobs.c.once == bindparam("named")
)
INSERTS = {
    one.name: made.on_conflict_do_nothing(index_elements=["task", "once"]).returning(jobs.c.seq)
    for one, made in (
        (sqlite.dialect(), sqlite.insert(jobs)),
        (postgresql.dialect(), postgresql.insert(jobs)),  # type: ignore[no-untyped-call]
    )
}
SAVE = update(jobs).where(jobs.c.job_id == bindparam("wanted"))


def columns_of(job: Job) -> dict[str, object]:
    """The columns that change with a job."""
    until = 0 if job.held is None else job.held.until.micros
    if job.result is not None and job.ended_at is not None:
        until = job.ended_at.micros + JOB_RULES.result_kept
    return {
        "phase": PHASES[job.stage],
        "stage": job.stage.value,
        "run_at": job.run_at.micros,
        "until": until,
        "ended_at": 0 if job.ended_at is None else job.ended_at.micros,
        "in_line": job.wish.in_line,
        "body": JOB.encode(job),
    }


def read(job_id: str, body: bytes) -> Result[Job, CorruptRow]:
    """A stored job.  Errors: CorruptRow."""
    found = JOB.decode(body)
    if is_failure(found):
        return Failure(CorruptRow("jobs", job_id, found.failure().why))
    return Success(found.unwrap())


def add(connection: Connection, job: Job) -> Result[Job, CorruptRow]:
    """Put a fresh job in, or find the one that was enqueued under its key within seven days.

    Errors: CorruptRow.
    """
    row = {
        "job_id": job.job_id,
        "task": job.wish.task,
        "rank": ORDER.index(job.wish.priority),
        "once": job.wish.idempotency_key,
        "schedule": job.wish.schedule,
        **columns_of(job),
    }
    insert = INSERTS[connection.dialect.name]
    if connection.execute(insert, row).first() is not None:
        return Success(job)
    key = {"of_task": job.wish.task, "named": job.wish.idempotency_key}
    first = read(job.job_id, connection.execute(FIRST, key).scalar_one())
    if is_failure(first):
        return first
    known = first.unwrap()
    if known.enqueued_at.micros + JOB_RULES.once_within > job.enqueued_at.micros:
        return first
    connection.execute(SAVE.values(once=None), {"wanted": known.job_id})
    connection.execute(insert, row)
    return Success(job)


def load(
    connection: Connection, job_id: str, *, lock: bool = False
) -> Result[Job | None, CorruptRow]:
    """One job; with `lock` nobody else changes it before the transaction ends.

    Errors: CorruptRow.
    """
    query = LOAD_LOCKED if lock else LOAD
    body = connection.execute(query, {"wanted": job_id}).scalar_one_or_none()
    return Success(None) if body is None else read(job_id, body)


def save(connection: Connection, job: Job) -> None:
    """Write a job back that was loaded under lock."""
    connection.execute(SAVE, {"wanted": job.job_id, **columns_of(job)})


def remove(connection: Connection, job_id: str) -> None:
    """Forget a job that was loaded under lock."""
    connection.execute(delete(jobs).where(jobs.c.job_id == job_id))


def waiting(connection: Connection, now: Instant) -> frozenset[Priority]:
    """The queues in which a job could be taken at `now`."""
    found = connection.execute(WAITS, {"now": now.micros}).one()
    return frozenset(one for one, there in zip(ORDER, found, strict=True) if there)


def head(connection: Connection, priority: Priority, now: Instant) -> Job | None:
    """The job of a queue that has been due longest, locked; None when others hold all of them.

    One that cannot be read is set aside, so that it does not hold up those behind it.
    """
    while True:
        row = connection.execute(
            HEAD, {"of_rank": ORDER.index(priority), "now": now.micros}
        ).one_or_none()
        if row is None:
            return None
        job_id, body = row
        found = read(job_id, body)
        if not is_failure(found):
            return found.unwrap()
        set_aside(connection, job_id)


def set_aside(connection: Connection, job_id: str) -> None:
    """Take a row that cannot be read out of the way of all others."""
    connection.execute(SAVE.values(phase=UNREADABLE), {"wanted": job_id})


def expired(connection: Connection, now: Instant, most: int) -> tuple[str, ...]:
    """Jobs whose lease has run out."""
    return tuple(connection.execute(EXPIRED, {"now": now.micros, "most": most}).scalars())


def is_open(connection: Connection, schedule: str) -> bool:
    """Whether a job of the schedule has not ended."""
    query = select(exists().where(jobs.c.schedule == schedule, jobs.c.phase.in_(OPEN)))
    return bool(connection.execute(query).scalar_one())


@frozen(kw_only=True)
class Wanted:
    """Which jobs: those that wait in the order in which they are taken, all others newest first.

    `after` is the place of the last one that was seen.
    """

    phase: str
    limit: int
    task: str | None = None
    priority: Priority | None = None
    before: Instant | None = None  # ended earlier
    after: tuple[int, ...] | None = None


@frozen
class Placed:
    """A job and its place in a listing."""

    job: Job
    place: tuple[int, ...]


def listed(connection: Connection, wanted: Wanted) -> Result[tuple[Placed, ...], CorruptRow]:
    """Some jobs of one phase.  Errors: CorruptRow."""
    waits = wanted.phase == "waiting"
    place = (jobs.c.rank, jobs.c.run_at, jobs.c.seq) if waits else (jobs.c.ended_at, jobs.c.seq)
    where: list[ColumnElement[bool]] = [jobs.c.phase == wanted.phase]
    if wanted.task is not None:
        where.append(jobs.c.task == wanted.task)
    if wanted.priority is not None:
        where.append(jobs.c.rank == ORDER.index(wanted.priority))
    if wanted.before is not None:
        where.append(jobs.c.ended_at < wanted.before.micros)
    if wanted.after is not None:
        here, there = tuple_(*place), tuple_(*wanted.after)
        where.append(here > there if waits else here < there)
    order = place if waits else tuple(column.desc() for column in place)
    query = select(jobs.c.job_id, jobs.c.body, *place).where(*where).order_by(*order)
    found: list[Placed] = []
    for job_id, body, *at in connection.execute(query.limit(wanted.limit)):
        job = read(job_id, body)
        if is_failure(job):
            return job
        found.append(Placed(job.unwrap(), tuple(at)))
    return Success(tuple(found))


@frozen(kw_only=True)
class Count:
    """How many jobs of a priority stand somewhere, and since when the oldest is due."""

    phase: str
    stage: str
    priority: Priority
    jobs: int
    oldest: Instant


def counts(connection: Connection) -> tuple[Count, ...]:
    """Every stage and priority that has jobs."""
    keys = (jobs.c.phase, jobs.c.stage, jobs.c.rank)
    query = select(*keys, func.count(), func.min(jobs.c.run_at)).group_by(*keys).order_by(*keys)
    return tuple(
        Count(phase=phase, stage=stage, priority=ORDER[rank], jobs=count, oldest=Instant(oldest))
        for phase, stage, rank, count, oldest in connection.execute(query)
    )


def ended(
    connection: Connection, first: Instant | None, last: Instant | None
) -> Sequence[tuple[str, str, int]]:
    """Task, phase and number of the jobs that ended in [first, last), by task and phase."""
    where: list[ColumnElement[bool]] = [jobs.c.ended_at > 0]
    if first is not None:
        where.append(jobs.c.ended_at >= first.micros)
    if last is not None:
        where.append(jobs.c.ended_at < last.micros)
    keys = (jobs.c.task, jobs.c.phase)
    query = select(*keys, func.count()).where(*where).group_by(*keys).order_by(*keys)
    return [(task, phase, count) for task, phase, count in connection.execute(query)]


def spoiled(connection: Connection, now: Instant, most: int) -> tuple[str, ...]:
    """Completed jobs whose result has been kept long enough, locked."""
    query = (
        select(jobs.c.job_id)
        .where(jobs.c.phase == "completed", jobs.c.until > 0, jobs.c.until <= now.micros)
        .order_by(jobs.c.seq)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return tuple(connection.execute(query).scalars())


def forget(connection: Connection, before: Instant, most: int) -> int:
    """Delete at most `most` jobs that ended before an instant; how many that were."""
    ends = or_(*(jobs.c.phase == one.value for one in Stage if one not in WAITING | HELD))
    old = (
        select(jobs.c.seq)
        .where(ends, jobs.c.ended_at < before.micros)
        .order_by(jobs.c.seq)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(delete(jobs).where(jobs.c.seq.in_(old))).rowcount
