"""The log, and what readers of the bus could not handle, for those who run the service."""

import asyncio
from typing import Annotated, TypeAlias

from returns.result import Result

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
from shell.http.answers import Page
from shell.http.faults import BadCursor, NotFound
from shell.http.routes import Caller, Cursor, IdempotencyKey, Limit, Role, Route, routes

Operator: TypeAlias = Annotated[Caller, Role("ops")]


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


ROUTES: tuple[Route, ...] = routes(
    "platform",
    ("GET", "/events", list_events),
    ("GET", "/events/dead-letters", list_dead_letters),
    ("POST", "/events/dead-letters/{letter_id}/retry", retry_dead_letter),
)
