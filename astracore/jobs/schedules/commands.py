"""What may be asked of a schedule. Due instants of cron lines are facts on the command."""

from typing import TypeAlias

from attrs import frozen

from astracore.instants import Instant
from astracore.jobs.schedules.state import Plan


@frozen(kw_only=True)
class RegisterSchedule:
    """Begin a plan. `cron_next` is the first due instant of a cron line, else None.

    With `is_own` it is one that the program brings: it may be as short as a second, and replaces
    the one that an older program brought under its name.
    """

    plan: Plan
    is_own: bool
    cron_next: Instant | None
    at: Instant


@frozen(kw_only=True)
class EnableSchedule:
    """Go on; what was missed while it was off stays missed."""

    name: str
    cron_next: Instant | None
    at: Instant


@frozen(kw_only=True)
class DisableSchedule:
    """Fire no more until it is enabled."""

    name: str
    at: Instant


@frozen(kw_only=True)
class RemoveSchedule:
    """Forget it."""

    name: str
    at: Instant


@frozen(kw_only=True)
class FireSlot:
    """See what is due. `cron_due` are the newest due instants from `next_due` to now, oldest first,
    `cron_next` the one after now; of cron lines alone."""

    name: str
    cron_due: tuple[Instant, ...]
    cron_next: Instant | None
    is_busy: bool  # whether the job of an earlier slot is not done
    at: Instant


PlanCommand: TypeAlias = RegisterSchedule | EnableSchedule | DisableSchedule | RemoveSchedule
ScheduleCommand: TypeAlias = PlanCommand | FireSlot
