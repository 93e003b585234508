"""An event as it lies in the log: flat columns and canonical bytes, not yet decoded."""

from collections.abc import Callable
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import TypeVar

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.events import StreamFault
from astracore.events.catalog import Catalog, schema_version
from astracore.events.envelope import Envelope, Origin, StreamId, event_id
from astracore.ids import CommandId, EventId
from astracore.instants import Instant, instant_text
from astracore.outcome import is_failure

E = TypeVar("E")


@frozen(kw_only=True)
class Fresh:
    """An event that was decided and is not stored yet."""

    stream: StreamId
    event_id: EventId
    type: str
    schema_version: int
    origin: Origin
    body: bytes


@frozen(kw_only=True)
class Stored:
    """A row of the log. `occurred_at`, `recorded_at` in µs of UTC."""

    position: int
    category: str
    key: str
    version: int
    event_id: EventId
    type: str
    schema_version: int
    occurred_at: int
    recorded_at: int
    correlation_id: str
    causation_id: str
    command_id: CommandId
    actor: str
    config_version: str
    producer: str
    body: bytes


def fresh(events: Catalog[E], event: E, stream: StreamId, origin: Origin, index: int) -> Fresh:
    """`event` as the `index`-th thing that the command of `origin` made happen."""
    name = events.name(event)
    return Fresh(
        stream=stream,
        event_id=event_id(origin.at, origin.command_id, index),
        type=name,
        schema_version=schema_version(name),
        origin=origin,
        body=events.encode(event),
    )


def sealed(stored: Stored) -> bytes:
    """Canonical JSON of the whole row, body inside: what the audit chain hashes.

    Invariant: any changed byte of any column changes it.
    """
    return whole(stored, "")


def published(stored: Stored, schema_hash: str) -> bytes:
    """The same for readers elsewhere, who learn from `schema_hash` what shape `data` has."""
    return whole(stored, f',"schema_hash":{quoted(schema_hash)}')


def whole(stored: Stored, more: str) -> bytes:
    """All columns in the order of their names; `more` stands before the schema's version."""
    return b"".join(
        (
            f'{{"actor":{quoted(stored.actor)},"aggregate":{quoted(stored.category)}'
            f',"aggregate_id":{quoted(stored.key)},"causation_id":{quoted(stored.causation_id)}'
            f',"command_id":{quoted(stored.command_id)}'
            f',"config_version":{quoted(stored.config_version)}'
            f',"correlation_id":{quoted(stored.correlation_id)},"data":'.encode(),
            stored.body,
            f',"event_id":{quoted(stored.event_id)}'
            f',"occurred_at":{moment(stored.occurred_at)}'
            f',"position":{stored.position},"producer":{quoted(stored.producer)}'
            f',"recorded_at":{moment(stored.recorded_at)}'
            f'{more},"schema_version":{stored.schema_version},"sequence":{stored.version}'
            f',"type":{quoted(stored.type)}}}'.encode(),
        )
    )


@lru_cache(1024)
def moment(micros: int) -> str:
    """An instant as JSON; a number that is no instant (only damage makes one) as a number."""
    try:
        return f'"{instant_text(Instant(micros))}"'
    except OverflowError:
        return str(micros)


def opened(
    stored: Stored, decode: Callable[[str, bytes], Result[E, StreamFault]]
) -> Result[Envelope[E], StreamFault]:
    """Let a stored event in again through its codec.  Errors: CorruptEvent, UnknownEventType."""
    event = decode(stored.type, stored.body)
    if is_failure(event):
        return event
    return Success(
        Envelope(
            event_id=stored.event_id,
            type=stored.type,
            schema_version=stored.schema_version,
            stream=StreamId(stored.category, stored.key),
            version=stored.version,
            position=stored.position,
            occurred_at=Instant(stored.occurred_at),
            recorded_at=Instant(stored.recorded_at),
            correlation_id=stored.correlation_id,
            causation_id=stored.causation_id,
            command_id=stored.command_id,
            actor=stored.actor,
            config_version=stored.config_version,
            producer=stored.producer,
            event=event.unwrap(),
        )
    )
