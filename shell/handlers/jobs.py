"""Staff look at the queue, enqueue, cancel, retry, purge, and mind the schedules."""

from typing import Annotated, TypeAlias

import orjson
from returns.result import Failure, Result, Success

from adapters.db import jobs, schedules
from adapters.db.jobs import Wanted
from astracore.errors.events import CorruptRow
from astracore.errors.jobs import JobFault, JobState, ScheduleFault, ScheduleNotFound
from astracore.jobs.commands import CancelJob, PurgeDead, RetryDead
from astracore.jobs.rules import Stage
from astracore.jobs.schedules.commands import DisableSchedule, EnableSchedule, RemoveSchedule
from astracore.jobs.schedules.state import Schedule
from astracore.jobs.state import Job
from astracore.outcome import is_failure
from shell import asked
from shell.asked import Written
from shell.desk import Desk
from shell.http.answers import Accepted, Created, Done, Items, Kept, Page
from shell.http.faults import BadCursor, NotFound
from shell.http.routes import Caller, IdempotencyKey, Role, Route, routes
from shell.jobs.forms import (
    DeadQuery,
    NewJob,
    NewSchedule,
    PendingQuery,
    PurgeQuery,
    StatsQuery,
    enqueue_command,
    register_command,
    run_command,
)
from shell.jobs.looks import health_checks, page_of
from shell.jobs.queue import Queue, cron_first
from shell.jobs.views import (
    JobStats,
    JobView,
    Purged,
    QueueStats,
    ResultView,
    SchedulerStats,
    ScheduleView,
    TaskView,
    WorkerView,
    job_stats,
    job_view,
    queue_stats,
    schedule_view,
    scheduler_stats,
    task_view,
    tree_of,
    worker_views,
)
from shell.views import Readiness

Ops: TypeAlias = Annotated[Caller, Role("ops")]
Refusal: TypeAlias = asked.Refused | JobFault | ScheduleFault | CorruptRow | BadCursor | NotFound
PURGED_MAX = 500  # dead jobs in one request
HELD_MAX = 1_000  # running jobs that are looked at for the list of workers


async def health(desk: Desk, queue: Queue, _caller: Ops) -> Result[Readiness, Refusal]:
    """Whether jobs are run when they are due."""
    checks = await desk.reading.seeing(lambda c: health_checks(c, queue.clock.now()))
    return checks.map(lambda found: Readiness(ok=all(one.ok for one in found), checks=found))


async def stats(desk: Desk, _caller: Ops, query: StatsQuery) -> Result[JobStats, Refusal]:
    """What has ended, by task; records are kept for seven days."""
    found = await desk.reading.seeing(lambda c: jobs.ended(c, query.from_, query.to))
    return Success(job_stats(found))


async def in_queue(desk: Desk, queue: Queue, _caller: Ops) -> Result[QueueStats, Refusal]:
    """What waits, runs and is dead, by state and priority."""
    found = await desk.reading.seeing(jobs.counts)
    return Success(queue_stats(found, queue.clock.now()))


async def at_work(desk: Desk, _caller: Ops) -> Result[Items[WorkerView], Refusal]:
    """Who holds jobs, in whichever process."""
    wanted = Wanted(phase="held", limit=HELD_MAX)
    found = await desk.reading.seeing(lambda c: jobs.listed(c, wanted))
    return found.map(lambda held: Items(worker_views(tuple(one.job for one in held))))


async def scheduler(desk: Desk, queue: Queue, _caller: Ops) -> Result[SchedulerStats, Refusal]:
    """How many schedules there are, and how late the next one is."""
    found = await desk.reading.seeing(schedules.every)
    return found.map(lambda every: scheduler_stats(every, queue.clock.now()))


async def handlers(queue: Queue, _caller: Ops) -> Result[Items[TaskView], Refusal]:
    """What can be enqueued."""
    return Success(Items(tuple(task_view(queue.tasks[name]) for name in sorted(queue.tasks))))


async def enqueue(
    desk: Desk, queue: Queue, caller: Ops, body: NewJob, key: IdempotencyKey
) -> Result[Created[JobView], Refusal]:
    """Enqueue a job. The same task and idempotency_key within seven days give the first one."""
    intent = desk.intent(caller, "POST /jobs", key, body)
    command = enqueue_command(body, intent, queue.tasks)
    if is_failure(command):
        return command
    written = await desk.run(intent, command.unwrap())
    queue.wake.set()
    return written.map(created)


def created(written: Written) -> Created[JobView]:
    """The job and where it is."""
    address = f"/v1/jobs/{orjson.loads(written.answer)['job_id']}"
    return Created(Kept(written.answer), address, written.replayed)


async def known(desk: Desk, job_id: str) -> Result[Job, CorruptRow | NotFound]:
    """The job.  Errors: NotFound."""
    found = await desk.reading.seeing(lambda c: jobs.load(c, job_id))
    if is_failure(found):
        return found
    job = found.unwrap()
    return Failure(NotFound("job")) if job is None else Success(job)


async def show(desk: Desk, queue: Queue, _caller: Ops, job_id: str) -> Result[JobView, Refusal]:
    """A job with its history."""
    return (await known(desk, job_id)).map(lambda job: job_view(job, queue.clock.now()))


async def result(desk: Desk, _caller: Ops, job_id: str) -> Result[ResultView, Refusal]:
    """What a completed job answered, for a day."""
    found = await known(desk, job_id)
    if is_failure(found):
        return found
    job = found.unwrap()
    if job.stage is not Stage.COMPLETED:
        return Failure(JobState(job.stage.value, "result"))
    tree = None if job.result is None else tree_of(job.result)
    return Success(ResultView(state=job.stage, result=tree))


async def cancel(
    desk: Desk, caller: Ops, job_id: str, key: IdempotencyKey
) -> Result[Done[JobView], Refusal]:
    """Take a waiting job away, or ask a running one to stop at its next check."""
    found = await known(desk, job_id)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "POST /jobs/cancel", key, job_id)
    command = CancelJob(job_id=job_id, actor=caller.user_id, at=intent.at)
    return (await desk.run(intent, command)).map(done)


def done(written: Written) -> Done[JobView]:
    """The job as it was left."""
    return Done(Kept(written.answer), written.replayed)


async def pending(
    desk: Desk, queue: Queue, _caller: Ops, query: PendingQuery
) -> Result[Page[JobView], Refusal]:
    """What waits, in the order in which it is taken."""
    wanted = Wanted(phase="waiting", limit=query.limit + 1, priority=query.priority)
    return await page_of(desk.reading, "jobs/pending", wanted, query.cursor, queue.clock.now())


async def dead(
    desk: Desk, queue: Queue, _caller: Ops, query: DeadQuery
) -> Result[Page[JobView], Refusal]:
    """Dead jobs with their whole input, newest first."""
    wanted = Wanted(phase="dead", limit=query.limit + 1, task=query.task)
    return await page_of(desk.reading, "jobs/dlq", wanted, query.cursor, queue.clock.now())


async def purge(desk: Desk, caller: Ops, query: PurgeQuery) -> Result[Purged, Refusal]:
    """Throw dead jobs away, at most 500 at a time, the newest first."""
    wanted = Wanted(phase="dead", limit=PURGED_MAX, task=query.task, before=query.before)
    found = await desk.reading.seeing(lambda c: jobs.listed(c, wanted))
    if is_failure(found):
        return found
    purged = 0
    for one in found.unwrap():
        intent = desk.intent(caller, f"DELETE /jobs/dlq/{one.job.job_id}", "", query)
        command = PurgeDead(job_id=one.job.job_id, actor=caller.user_id, at=intent.at)
        purged += not is_failure(await desk.commands.run(intent.asked(command)))
    return Success(Purged(purged=purged))


async def retry(
    desk: Desk, queue: Queue, caller: Ops, job_id: str, key: IdempotencyKey
) -> Result[Done[JobView], Refusal]:
    """Try a dead job again, with all its attempts."""
    found = await known(desk, job_id)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "POST /jobs/dlq/retry", key, job_id)
    command = RetryDead(job_id=job_id, actor=caller.user_id, at=intent.at)
    written = await desk.run(intent, command)
    queue.wake.set()
    return written.map(done)


async def list_schedules(desk: Desk, _caller: Ops) -> Result[Items[ScheduleView], Refusal]:
    """Every schedule, the next one first."""
    found = await desk.reading.seeing(schedules.every)
    return found.map(lambda every: Items(tuple(schedule_view(one) for one in every)))


async def register(
    desk: Desk, queue: Queue, caller: Ops, body: NewSchedule, key: IdempotencyKey
) -> Result[Created[ScheduleView], Refusal]:
    """A new schedule."""
    intent = desk.intent(caller, "POST /jobs/schedules", key, body)
    command = register_command(body, intent, queue.tasks)
    if is_failure(command):
        return command
    written = await desk.run(intent, command.unwrap())
    queue.wake.set()
    return written.map(lambda told: Created(Kept(told.answer), "/v1/jobs/schedules", told.replayed))


async def planned(desk: Desk, name: str) -> Result[Schedule, CorruptRow | ScheduleNotFound]:
    """The schedule.  Errors: ScheduleNotFound."""
    found = await desk.reading.seeing(lambda c: schedules.load(c, name))
    if is_failure(found):
        return found
    one = found.unwrap()
    return Failure(ScheduleNotFound(name[:64])) if one is None else Success(one)


async def remove(desk: Desk, caller: Ops, name: str) -> Result[None, Refusal]:
    """Forget a schedule. One that the program brings is there again at its next start."""
    found = await planned(desk, name)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "DELETE /jobs/schedules", "", name)
    command = RemoveSchedule(name=name, at=intent.at)
    return (await desk.run(intent, command)).map(lambda _told: None)


async def enable(
    desk: Desk, caller: Ops, name: str, key: IdempotencyKey
) -> Result[Done[ScheduleView], Refusal]:
    """Let a schedule fire again; what it missed meanwhile is not made up for."""
    found = await planned(desk, name)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "POST /jobs/schedules/enable", key, name)
    following = cron_first(found.unwrap().plan, intent.at)
    command = EnableSchedule(name=name, cron_next=following, at=intent.at)
    return (await desk.run(intent, command)).map(told)


async def disable(
    desk: Desk, caller: Ops, name: str, key: IdempotencyKey
) -> Result[Done[ScheduleView], Refusal]:
    """Let a schedule fire no more until it is enabled."""
    found = await planned(desk, name)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "POST /jobs/schedules/disable", key, name)
    return (await desk.run(intent, DisableSchedule(name=name, at=intent.at))).map(told)


def told(written: Written) -> Done[ScheduleView]:
    """The schedule as it was left."""
    return Done(Kept(written.answer), written.replayed)


async def run_now(
    desk: Desk, queue: Queue, caller: Ops, name: str, key: IdempotencyKey
) -> Result[Accepted[JobView], Refusal]:
    """Enqueue what a schedule would, now."""
    found = await planned(desk, name)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "POST /jobs/schedules/run", key, name)
    command = run_command(found.unwrap().plan, intent, queue.tasks)
    if is_failure(command):
        return command
    written = await desk.run(intent, command.unwrap())
    queue.wake.set()
    return written.map(lambda one: Accepted(Kept(one.answer), one.replayed))


ROUTES: tuple[Route, ...] = routes(
    "jobs",
    ("GET", "/jobs/health", health),
    ("GET", "/jobs/stats", stats),
    ("GET", "/jobs/queue/stats", in_queue),
    ("GET", "/jobs/workers/stats", at_work),
    ("GET", "/jobs/scheduler/stats", scheduler),
    ("GET", "/jobs/handlers", handlers),
    ("POST", "/jobs", enqueue),
    ("GET", "/jobs/{job_id}", show),
    ("GET", "/jobs/{job_id}/result", result),
    ("POST", "/jobs/{job_id}/cancel", cancel),
    ("GET", "/jobs/pending", pending),
    ("GET", "/jobs/dlq", dead),
    ("DELETE", "/jobs/dlq", purge),
    ("POST", "/jobs/dlq/{job_id}/retry", retry),
    ("GET", "/jobs/schedules", list_schedules),
    ("POST", "/jobs/schedules", register),
    ("DELETE", "/jobs/schedules/{name}", remove),
    ("POST", "/jobs/schedules/{name}/enable", enable),
    ("POST", "/jobs/schedules/{name}/disable", disable),
    ("POST", "/jobs/schedules/{name}/run", run_now),
)
