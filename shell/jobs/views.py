"""What is shown of jobs and schedules."""

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from adapters.db.jobs import Count
from astracore.events.canonical import parsed
from astracore.instants import Instant
from astracore.jobs.rules import Priority, Stage
from astracore.jobs.schedules.state import Schedule
from astracore.jobs.slots import CatchUp, Kind, Overlap
from astracore.jobs.state import Job, Progress, Turn, standing
from shell.tasks.task import Task


@frozen(kw_only=True)
class JobView:
    """A job as staff see it. `timeout` in seconds; `attempt` counts those that began."""

    job_id: str
    task: str
    payload: Mapping[str, Any]
    priority: Priority
    state: Stage
    run_at: Instant
    enqueued_at: Instant
    ended_at: Instant | None
    attempt: int
    max_retries: int
    timeout: int
    idempotency_key: str | None
    owner: str
    schedule: str | None
    slot: Instant | None
    worker: str | None
    token: int
    lease_until: Instant | None
    progress: Progress | None
    error: str | None
    reason: str | None
    history: tuple[Turn, ...]


@frozen(kw_only=True)
class ResultView:
    """What a completed job answered; null when that is more than a day ago."""

    state: Stage
    result: Mapping[str, Any] | None


@frozen(kw_only=True)
class ScheduleView:
    """What is enqueued when. `next_run` is null when nothing comes any more."""

    name: str
    task: str
    payload: Mapping[str, Any]
    kind: Kind
    spec: str
    zone: str
    catch_up: CatchUp
    overlap: Overlap
    enabled: bool
    next_run: Instant | None
    last_slot: Instant | None


@frozen(kw_only=True)
class TaskView:
    """What can be enqueued. `payload` tells the shape of the payload."""

    name: str
    priority: Priority
    max_retries: int
    timeout: int
    payload: str
    kind: Kind | None
    spec: str | None


@frozen(kw_only=True)
class QueueCount:
    """How many jobs of a priority stand somewhere; `oldest_s` is how long the oldest is due."""

    state: Stage
    priority: Priority
    jobs: int
    oldest_s: int


@frozen(kw_only=True)
class QueueStats:
    """What waits, runs and is dead; `unreadable` rows were set aside."""

    counts: tuple[QueueCount, ...]
    unreadable: int


@frozen(kw_only=True)
class TaskCount:
    """How many jobs of a task have ended, and how."""

    task: str
    completed: int
    dead: int
    cancelled: int


@frozen(kw_only=True)
class JobStats:
    """What ended in a span of time, by task."""

    tasks: tuple[TaskCount, ...]


@frozen(kw_only=True)
class WorkerView:
    """Who holds jobs, in whichever process."""

    worker: str
    jobs: tuple[str, ...]
    oldest_started_at: Instant


@frozen(kw_only=True)
class SchedulerStats:
    """How many schedules there are, and how late the next one is."""

    schedules: int
    enabled: int
    next_run: Instant | None
    late_s: int


@frozen(kw_only=True)
class Purged:
    """How many dead jobs were thrown away."""

    purged: int


def tree_of(body: str) -> Mapping[str, Any]:
    """Stored canonical JSON as an object."""
    found = parsed(body.encode()).value_or({})
    return found if isinstance(found, Mapping) else {}


def job_view(job: Job, now: Instant) -> JobView:
    """A job as it stands now."""
    held, wish = job.held, job.wish
    return JobView(
        job_id=job.job_id,
        task=wish.task,
        payload=tree_of(wish.payload),
        priority=wish.priority,
        state=standing(job, now),
        run_at=job.run_at,
        enqueued_at=job.enqueued_at,
        ended_at=job.ended_at,
        attempt=job.attempt,
        max_retries=wish.max_retries,
        timeout=wish.timeout // 1_000_000,
        idempotency_key=wish.idempotency_key,
        owner=wish.owner,
        schedule=wish.schedule,
        slot=wish.slot,
        worker=None if held is None else held.worker,
        token=job.token,
        lease_until=None if held is None else held.until,
        progress=job.progress,
        error=job.error,
        reason=job.reason,
        history=job.history,
    )


def schedule_view(one: Schedule) -> ScheduleView:
    """A schedule."""
    plan = one.plan
    return ScheduleView(
        name=plan.name,
        task=plan.task,
        payload=tree_of(plan.payload),
        kind=plan.kind,
        spec=plan.spec,
        zone=plan.zone,
        catch_up=plan.catch_up,
        overlap=plan.overlap,
        enabled=one.is_enabled,
        next_run=one.next_due if one.is_enabled else None,
        last_slot=one.last_slot,
    )


def queue_stats(found: tuple[Count, ...], now: Instant) -> QueueStats:
    """What waits, runs and is dead."""
    return QueueStats(
        counts=tuple(
            QueueCount(
                state=Stage(one.stage),
                priority=one.priority,
                jobs=one.jobs,
                oldest_s=max(0, now.micros - one.oldest.micros) // 1_000_000,
            )
            for one in found
            if one.phase in {"waiting", "held", "dead"}
        ),
        unreadable=sum(one.jobs for one in found if one.phase == "unreadable"),
    )


def job_stats(found: Sequence[tuple[str, str, int]]) -> JobStats:
    """What ended, by task."""
    by_task: dict[str, dict[str, int]] = {}
    for task, phase, count in found:
        by_task.setdefault(task, {})[phase] = count
    return JobStats(
        tasks=tuple(
            TaskCount(
                task=task,
                completed=one.get("completed", 0),
                dead=one.get("dead", 0),
                cancelled=one.get("cancelled", 0),
            )
            for task, one in sorted(by_task.items())
        )
    )


def worker_views(held: tuple[Job, ...]) -> tuple[WorkerView, ...]:
    """Who holds what."""
    by_worker: dict[str, list[Job]] = {}
    for job in held:
        if job.held is not None:
            by_worker.setdefault(job.held.worker, []).append(job)
    return tuple(
        WorkerView(
            worker=worker,
            jobs=tuple(job.job_id for job in mine),
            oldest_started_at=min(job.held.started_at for job in mine if job.held is not None),
        )
        for worker, mine in sorted(by_worker.items())
    )


def scheduler_stats(found: tuple[Schedule, ...], now: Instant) -> SchedulerStats:
    """How many schedules there are, and how late the next one is."""
    coming = [one.next_due for one in found if one.is_enabled and one.next_due is not None]
    following = min(coming, default=None)
    late = 0 if following is None else max(0, now.micros - following.micros) // 1_000_000
    return SchedulerStats(
        schedules=len(found),
        enabled=sum(one.is_enabled for one in found),
        next_run=following,
        late_s=late,
    )


def task_view(task: Task[Any]) -> TaskView:
    """What can be enqueued."""
    timing = task.timing
    return TaskView(
        name=task.name,
        priority=task.priority,
        max_retries=task.max_retries,
        timeout=task.timeout // 1_000_000,
        payload=task.payload.schema,
        kind=None if timing is None else timing.kind,
        spec=None if timing is None else timing.spec,
    )
