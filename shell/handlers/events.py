"""The log, and what readers of the bus could not handle, for those who run the service."""

import asyncio
from typing import Annotated, TypeAlias

from attrs import frozen
from returns.result import Failure, Result

from astracore.errors.jobs import JobFault
from astracore.outcome import is_failure
from shell.asked import Refused
from shell.desk import Desk
from shell.eventpages import (
    DeadLetterView,
    EventQuery,
    EventView,
    Name,
    asked_again,
    event_page,
    letter_page,
)
from shell.http.answers import Accepted, Kept, Page
from shell.http.faults import BadCursor, NotFound, UnknownProjection
from shell.http.routes import Caller, Cursor, IdempotencyKey, Limit, Role, Route, routes
from shell.jobs.forms import NewJob, enqueue_command
from shell.jobs.queue import Queue
from shell.jobs.views import JobView
from shell.tasks.rebuilding import VERSIONS

Operator: TypeAlias = Annotated[Caller, Role("ops")]


@frozen(kw_only=True)
class Replay:
    """Which read model is to be built anew, as `astra lag` names it."""

    projection: Name


async def list_events(
    desk: Desk,
    caller: Operator,  # noqa: ARG001 - asks for the role
    query: EventQuery,
) -> Result[Page[EventView], BadCursor]:
    """Stored events in the order of the log, of a type or an aggregate when asked."""
    return await desk.reading.seeing(
        lambda connection: event_page(connection, desk.reading.cursors, query)
    )


async def list_dead_letters(
    desk: Desk,
    caller: Operator,  # noqa: ARG001 - asks for the role
    group: Name | None = None,
    limit: Limit = 50,
    cursor: Cursor | None = None,
) -> Result[Page[DeadLetterView], BadCursor]:
    """Events that a reader failed to handle five times, newest first."""
    return await desk.reading.seeing(
        lambda connection: letter_page(connection, desk.reading.cursors, group, limit, cursor)
    )


async def retry_dead_letter(
    desk: Desk,
    caller: Operator,  # noqa: ARG001 - asks for the role
    letter_id: Name,
    key: IdempotencyKey,  # noqa: ARG001 - asking twice is asking once
) -> Result[DeadLetterView, NotFound]:
    """Give a dead letter to its group once more, within seconds."""
    store = desk.reading.store
    return await asyncio.wrap_future(
        store.writing(lambda connection: asked_again(connection, letter_id))
    )


async def rebuild(
    desk: Desk, queue: Queue, caller: Operator, body: Replay, key: IdempotencyKey
) -> Result[Accepted[JobView], Refused | JobFault | UnknownProjection]:
    """Fold the whole log into new rows of a read model, which are shown when they are complete.

    The job says how far it is, and has ended when they are shown.
    """
    if body.projection not in VERSIONS:
        return Failure(UnknownProjection(body.projection[:64]))
    intent = desk.intent(caller, "POST /events/replay", key, body)
    job = NewJob(task="rebuild_projection", payload={"projection": body.projection})
    command = enqueue_command(job, intent, queue.tasks)
    if is_failure(command):
        return command
    written = await desk.run(intent, command.unwrap())
    queue.wake.set()
    return written.map(lambda done: Accepted(Kept(done.answer), done.replayed))


ROUTES: tuple[Route, ...] = routes(
    "platform",
    ("GET", "/events", list_events),
    ("POST", "/events/replay", rebuild),
    ("GET", "/events/dead-letters", list_dead_letters),
    ("POST", "/events/dead-letters/{letter_id}/retry", retry_dead_letter),
)
