"""Causes of the job area: what the queue and its schedules refuse."""

from typing import ClassVar, TypeAlias

from attrs import frozen


@frozen
class UnknownTask:
    """No handler has this name."""

    code: ClassVar[str] = "unknown_task"
    task: str


@frozen
class JobInvalid:
    """A field of the job is outside its rule."""

    code: ClassVar[str] = "job_invalid"
    field: str
    why: str


@frozen
class JobState:
    """A job that is `state` cannot do what was asked; "absent" when there is none."""

    code: ClassVar[str] = "job_state"
    state: str
    asked: str


@frozen
class LeaseLost:
    """Another attempt has begun, or the lease has run out: what came of this one does not count."""

    code: ClassVar[str] = "lease_lost"
    token: int
    newest: int


JobFault: TypeAlias = UnknownTask | JobInvalid | JobState | LeaseLost


@frozen
class BadCron:
    """Not a cron line of five fields."""

    code: ClassVar[str] = "bad_cron"
    spec: str
    why: str


@frozen
class BadInterval:
    """An interval is a whole number of seconds, at least 10."""

    code: ClassVar[str] = "bad_interval"
    spec: str


@frozen
class ScheduleExists:
    """Another schedule has this name."""

    code: ClassVar[str] = "schedule_exists"
    name: str


@frozen
class ScheduleNotFound:
    """No schedule has this name."""

    code: ClassVar[str] = "schedule_not_found"
    name: str


ScheduleFault: TypeAlias = (
    BadCron | BadInterval | ScheduleExists | ScheduleNotFound | UnknownTask | JobInvalid
)
