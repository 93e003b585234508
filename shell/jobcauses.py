"""Which status a cause of jobs has: the type checker proves that each has one."""

from typing import TypeAlias, assert_never

from astracore.errors import jobs

JobCause: TypeAlias = jobs.JobFault | jobs.ScheduleFault


def status_of_jobs(cause: JobCause) -> int:
    """404 for what is not there, 409 for what is over, 422 for what the rules refuse."""
    match cause:
        case jobs.ScheduleNotFound():
            return 404
        case jobs.JobState() | jobs.LeaseLost() | jobs.ScheduleExists():
            return 409
        case jobs.UnknownTask() | jobs.JobInvalid() | jobs.BadCron() | jobs.BadInterval():
            return 422
        case _:
            return assert_never(cause)
