"""What may have happened to a schedule. The event store keeps `ScheduleTold`, not the ticks."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.instants import Instant
from astracore.jobs.schedules.state import Plan


@frozen(kw_only=True)
class ScheduleRegistered:
    """A plan begins."""

    TYPE: ClassVar[str] = "astra.job.schedule_registered.v1"
    name: str
    plan: Plan
    next_due: Instant | None
    at: Instant


@frozen(kw_only=True)
class ScheduleEnabled:
    """It fires again."""

    TYPE: ClassVar[str] = "astra.job.schedule_enabled.v1"
    name: str
    next_due: Instant | None
    at: Instant


@frozen(kw_only=True)
class ScheduleDisabled:
    """It fires no more."""

    TYPE: ClassVar[str] = "astra.job.schedule_disabled.v1"
    name: str
    at: Instant


@frozen(kw_only=True)
class ScheduleRemoved:
    """It is gone."""

    TYPE: ClassVar[str] = "astra.job.schedule_removed.v1"
    name: str
    at: Instant


@frozen(kw_only=True)
class ScheduleFired:
    """Slots were due; these run, the others were passed over."""

    name: str
    slots: tuple[Instant, ...]
    next_due: Instant | None
    at: Instant


ScheduleEvent: TypeAlias = (
    ScheduleRegistered | ScheduleEnabled | ScheduleDisabled | ScheduleRemoved | ScheduleFired
)
ScheduleTold: TypeAlias = ScheduleRegistered | ScheduleEnabled | ScheduleDisabled | ScheduleRemoved
