"""What the event store keeps of jobs and schedules: what people did, and which jobs died.

Their states are rows of tables of their own, as every tick changes them; these streams tell the
story and are not folded.
"""

from typing import Any

from astracore.errors.jobs import JobFault, ScheduleFault
from astracore.events.catalog import Catalog, catalog, classes_of
from astracore.events.codec import Codec, union
from astracore.jobs.events import JobTold
from astracore.jobs.job import JOBS
from astracore.jobs.schedules.events import ScheduleTold
from astracore.jobs.schedules.schedule import SCHEDULES

JOB_EVENTS: Catalog[JobTold] = catalog(classes_of(JobTold))
SCHEDULE_EVENTS: Catalog[ScheduleTold] = catalog(classes_of(ScheduleTold))
JOB_FAULTS: Codec[JobFault] = union(classes_of(JobFault))
SCHEDULE_FAULTS: Codec[ScheduleFault] = union(classes_of(ScheduleFault))

JOB_CATALOGS: tuple[tuple[str, Catalog[Any]], ...] = (
    (JOBS.name, JOB_EVENTS),
    (SCHEDULES.name, SCHEDULE_EVENTS),
)
