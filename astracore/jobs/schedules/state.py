"""What is remembered of a schedule."""

from attrs import frozen

from astracore.instants import Instant
from astracore.jobs.slots import CatchUp, Kind, Overlap


@frozen(kw_only=True)
class Plan:
    """What is enqueued when. `payload` is canonical JSON; `zone` is for cron lines alone."""

    name: str
    task: str
    payload: str
    kind: Kind
    spec: str
    start: Instant
    zone: str = "UTC"
    catch_up: CatchUp = CatchUp.ONE
    overlap: Overlap = Overlap.SKIP


@frozen(kw_only=True)
class Schedule:
    """A plan at work; `next_due` is None when nothing comes any more."""

    plan: Plan
    is_enabled: bool
    next_due: Instant | None
    last_slot: Instant | None = None
