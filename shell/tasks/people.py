"""Jobs of people: accounts whose grace is over."""

from collections.abc import Iterator
from typing import Any

from astracore.projections.access import MEMBERS
from astracore.users.commands import PurgeUser
from astracore.users.types import Status
from shell.tasks.sweeping import At, Found, sweep
from shell.tasks.task import Task, cron
from shell.workers.facts import Look


def leaving(look: Look, at: At) -> Iterator[Found]:
    """Who asked to go and did not come back in time."""
    for row in look.rows(MEMBERS):
        gone = row.status is Status.DELETED
        if not gone and row.purge_at is not None and row.purge_at <= at.now:
            yield row.user_id, PurgeUser(user_id=row.user_id, at=at.now)


PEOPLE_TASKS: tuple[Task[Any], ...] = (sweep("purge_accounts", cron("0 2 * * *"), leaving),)
