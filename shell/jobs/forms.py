"""What staff may ask of jobs and schedules, as it comes in."""

from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import Ge, Le
from attrs import field, frozen
from pydantic import StringConstraints
from returns.result import Failure, Result, Success

from adapters.jobs.cron import next_after
from astracore.errors.jobs import JobFault, JobInvalid, ScheduleFault
from astracore.ids import derived_id
from astracore.instants import SECOND, Instant
from astracore.jobs.commands import EnqueueJob
from astracore.jobs.rules import Priority
from astracore.jobs.schedules.commands import RegisterSchedule
from astracore.jobs.schedules.state import Plan
from astracore.jobs.slots import CatchUp, Kind, Overlap
from astracore.outcome import is_failure
from shell.desk import Intent
from shell.http.routes import Cursor, Limit
from shell.jobs.wishes import Given, Tasks, wish

TaskName = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Key = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]
Text = Annotated[str, StringConstraints(max_length=1024)]


@frozen(kw_only=True)
class NewJob:
    """A job; what is left out is as usual for its task. `timeout` in seconds."""

    task: TaskName
    payload: Mapping[str, Any] = field(factory=dict)
    priority: Priority | None = None
    run_at: Instant | None = None
    max_retries: Annotated[int, Ge(0), Le(10)] | None = None
    timeout: Annotated[int, Ge(10), Le(3600)] | None = None
    idempotency_key: Key | None = None


@frozen(kw_only=True)
class NewSchedule:
    """A schedule. `spec` is an instant, a number of seconds or a cron line, as `kind` says."""

    name: TaskName
    task: TaskName
    kind: Kind
    spec: Text
    payload: Mapping[str, Any] = field(factory=dict)
    zone: Text | None = None
    catch_up: CatchUp = CatchUp.ONE
    overlap: Overlap = Overlap.SKIP


@frozen(kw_only=True)
class PendingQuery:
    """Which waiting jobs."""

    priority: Priority | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


@frozen(kw_only=True)
class DeadQuery:
    """Which dead jobs, newest first."""

    task: TaskName | None = None
    limit: Limit = 50
    cursor: Cursor | None = None


@frozen(kw_only=True)
class PurgeQuery:
    """Which dead jobs are thrown away: of a task, that died before an instant."""

    task: TaskName | None = None
    before: Instant | None = None


@frozen(kw_only=True)
class StatsQuery:
    """Jobs that ended in [from, to)."""

    from_: Instant | None = None
    to: Instant | None = None


def enqueue_command(body: NewJob, intent: Intent, tasks: Tasks) -> Result[EnqueueJob, JobFault]:
    """The job a person wants.  Errors: UnknownTask, JobInvalid."""
    return wish(
        tasks,
        body.task,
        Given(body.payload),
        priority=body.priority,
        max_retries=body.max_retries,
        timeout=None if body.timeout is None else body.timeout * SECOND,
        idempotency_key=body.idempotency_key,
        owner=intent.actor,
    ).map(
        lambda made: EnqueueJob(
            job_id=job_id_of(intent), wish=made, run_at=body.run_at or intent.at, at=intent.at
        )
    )


def run_command(plan: Plan, intent: Intent, tasks: Tasks) -> Result[EnqueueJob, JobFault]:
    """A job of a schedule, now, beside its slots.  Errors: UnknownTask, JobInvalid."""
    return wish(
        tasks,
        plan.task,
        Given.of(plan.payload),
        schedule=plan.name,
        in_line=plan.overlap is not Overlap.ALLOW,
        owner=intent.actor,
    ).map(
        lambda made: EnqueueJob(job_id=job_id_of(intent), wish=made, run_at=intent.at, at=intent.at)
    )


def job_id_of(intent: Intent) -> str:
    """The id of the job that a request makes."""
    return derived_id(intent.at.micros // 1000, "job", intent.command_id)


def register_command(
    body: NewSchedule, intent: Intent, tasks: Tasks
) -> Result[RegisterSchedule, ScheduleFault | JobFault]:
    """The schedule a person wants.  Errors: UnknownTask, JobInvalid, BadCron."""
    if body.zone is not None and body.kind is not Kind.CRON:
        return Failure(JobInvalid("zone", "only a cron line has one"))
    made = wish(tasks, body.task, Given(body.payload))
    if is_failure(made):
        return made
    plan = Plan(
        name=body.name,
        task=body.task,
        payload=made.unwrap().payload,
        kind=body.kind,
        spec=body.spec,
        start=intent.at,
        zone=body.zone or "UTC",
        catch_up=body.catch_up,
        overlap=body.overlap,
    )
    following: Instant | None = None
    if body.kind is Kind.CRON:
        found = next_after(plan.spec, plan.zone, Instant(intent.at.micros - 1))
        if is_failure(found):
            return found
        following = found.unwrap()
    return Success(RegisterSchedule(plan=plan, is_own=False, cron_next=following, at=intent.at))
