"""The job that has a read model built anew, and says how far it is."""

import asyncio
from typing import Any

from attrs import frozen
from returns.result import Failure, Success
from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.rows import REBUILD
from astracore.events.codec import codec
from astracore.projections.registry import MODELS
from shell.tasks.task import Done, Outcome, Permanent, Task, TaskContext

GLANCE = 0.5  # [s] between looks
WHOLE = 3600 * 1_000_000  # [µs] what a job may take at most
VERSIONS = {model.name: model.version for model in MODELS}


@frozen(kw_only=True)
class Wanted:
    """The read model that is to be rebuilt."""

    projection: str


async def rebuild(context: TaskContext, payload: Wanted) -> Outcome:
    """Ask whoever leads the model, and wait until its new rows are shown.

    A second attempt goes on with what the first one asked for, or builds the same rows once more.
    Who cancels the job stops the waiting; the model is built to its end.
    """
    name, version = payload.projection, VERSIONS.get(payload.projection)
    if version is None:
        return Failure(Permanent("unknown_projection", "no read model has this name"))

    def ask(connection: Connection) -> None:
        context.fence(connection)
        rows.want_rebuild(connection, name, version)

    def look(connection: Connection) -> tuple[int | None, int]:
        found = rows.checkpoint(connection, REBUILD + name)
        head = log.log_head(connection).position
        return None if found is None else max(found.position, 0), head

    await asyncio.wrap_future(context.store.writing(ask))
    while not context.cancelled():
        position, head = await asyncio.wrap_future(context.store.reading(look))
        if position is None:
            return Success(Done({"projection": name, "position": head}))
        context.progress(position, head)
        await asyncio.sleep(GLANCE)
    return Success(Done({"projection": name}))


REBUILDING_TASKS: tuple[Task[Any], ...] = (
    Task(name="rebuild_projection", payload=codec(Wanted), run=rebuild, timeout=WHOLE),
)
