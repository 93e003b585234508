"""The log and the dead letters as those who run the service see them."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from annotated_types import Ge, Le
from attrs import frozen
from pydantic import StringConstraints
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, subscribers
from adapters.db.subscribers import Letter, Letters, LetterState
from astracore.events.canonical import parsed
from astracore.events.stored import Stored
from astracore.instants import Instant
from astracore.outcome import is_failure
from shell.http.answers import Page
from shell.http.cursors import Cursors
from shell.http.faults import BadCursor, NotFound
from shell.http.routes import Cursor, Limit

SCANNED_MAX = 20_000  # events looked at for one page
Position: TypeAlias = Annotated[int, Ge(1), Le(2**62)]
Name: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=200)]
LOG_LISTING, LETTER_LISTING = "events", "dead-letters"


@frozen(kw_only=True)
class EventView:
    """One stored event and all that surrounds it. `data` is as it is kept, personal fields sealed;
    null where it cannot be read."""

    position: int
    event_id: str
    type: str
    schema_version: int
    aggregate: str
    aggregate_id: str
    sequence: int
    occurred_at: Instant
    recorded_at: Instant
    correlation_id: str
    causation_id: str
    command_id: str
    actor: str
    producer: str
    data: Mapping[str, Any] | None


@frozen(kw_only=True)
class DeadLetterView:
    """An event that a reader could not handle in `deliveries` tries. `state` is dead, retrying
    (asked for, not yet given) or retried."""

    id: str
    group: str
    position: int
    event_id: str
    type: str
    deliveries: int
    why: str
    at: Instant
    state: LetterState


@frozen(kw_only=True)
class EventQuery:
    """Which events: from a position on, of a type, of an aggregate."""

    from_position: Position = 1
    type: Name | None = None
    aggregate_id: Name | None = None
    limit: Limit = 50
    cursor: Cursor | None = None

    @property
    def names(self) -> Mapping[str, str]:
        """What columns must say."""
        wanted = {"type": self.type, "key": self.aggregate_id}
        return {name: value for name, value in wanted.items() if value is not None}


def event_page(
    connection: Connection, cursors: Cursors, wanted: EventQuery
) -> Result[Page[EventView], BadCursor]:
    """Events in the order of the log; a page may be short where few of many match."""
    place = cursors.read(LOG_LISTING, wanted.cursor)
    if is_failure(place):
        return place
    kept = place.unwrap()
    behind = wanted.from_position - 1 if kept is None else int(kept[0])
    head = log.log_head(connection).position
    last = min(behind + SCANNED_MAX, head)
    found = log.matching(connection, last, wanted.names, behind, wanted.limit)
    reached = found[-1].position if len(found) == wanted.limit else last
    more = cursors.write(LOG_LISTING, (str(reached),)) if reached < head else None
    return Success(Page(tuple(map(event_view, found)), more))


def letter_page(
    connection: Connection, cursors: Cursors, group: str | None, limit: int, cursor: str | None
) -> Result[Page[DeadLetterView], BadCursor]:
    """Dead letters, newest first."""
    place = cursors.read(LETTER_LISTING, cursor)
    if is_failure(place):
        return place
    kept = place.unwrap()
    after = None if kept is None else (int(kept[0]), kept[1])
    found = subscribers.page(connection, Letters(limit=limit + 1, group=group, after=after))
    shown = found[:limit]
    more = None
    if len(found) > limit:
        more = cursors.write(LETTER_LISTING, (str(shown[-1].at), shown[-1].id))
    return Success(Page(tuple(map(letter_view, shown)), more))


def asked_again(connection: Connection, id_: str) -> Result[DeadLetterView, NotFound]:
    """A dead letter that the leader is to give again; one that waits for it already stays so."""
    subscribers.mark(connection, id_, LetterState.RETRYING)
    found = subscribers.by_id(connection, id_)
    return Failure(NotFound("dead letter")) if found is None else Success(letter_view(found))


def event_view(one: Stored) -> EventView:
    """A row of the log for people."""
    tree = parsed(one.body).value_or(None)
    return EventView(
        position=one.position,
        event_id=one.event_id,
        type=one.type,
        schema_version=one.schema_version,
        aggregate=one.category,
        aggregate_id=one.key,
        sequence=one.version,
        occurred_at=Instant(one.occurred_at),
        recorded_at=Instant(one.recorded_at),
        correlation_id=one.correlation_id,
        causation_id=one.causation_id,
        command_id=one.command_id,
        actor=one.actor,
        producer=one.producer,
        data=tree if isinstance(tree, dict) else None,
    )


def letter_view(one: Letter) -> DeadLetterView:
    """A dead letter for people."""
    return DeadLetterView(
        id=one.id,
        group=one.group,
        position=one.position,
        event_id=one.event_id,
        type=one.type,
        deliveries=one.deliveries,
        why=one.why,
        at=Instant(one.at),
        state=one.state,
    )
