"""Every event of every domain, with what a reader needs to know to read it."""

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from astracore.catalog.aggregates import CATALOGS
from astracore.catalog.examples import example
from astracore.events.canonical import digest
from astracore.events.catalog import Catalog, schema_version
from astracore.events.envelope import TYPE_NAME


@frozen(kw_only=True)
class EventType:
    """One event type: who writes it, what shape it has, what it looks like."""

    name: str  # astra.<domain>.<event>.v<version>
    version: int
    domain: str
    aggregate: str
    schema: str
    schema_hash: str
    meaning: str
    example: bytes  # canonical JSON
    shape: type


def described(aggregate: str, events: Catalog[Any]) -> tuple[EventType, ...]:
    """The event types of one aggregate, by name."""
    found = []
    for shape, name in events.names.items():
        parts = TYPE_NAME.fullmatch(name)
        codec = events.codecs[name]
        found.append(
            EventType(
                name=name,
                version=schema_version(name),
                domain="" if parts is None else parts["domain"],
                aggregate=aggregate,
                schema=codec.schema,
                schema_hash=digest(codec.schema.encode()),
                meaning=(shape.__doc__ or "").strip().partition("\n")[0],
                example=codec.encode(example(shape)),
                shape=shape,
            )
        )
    return tuple(sorted(found, key=lambda event: event.name))


EVENT_TYPES: Mapping[str, EventType] = {
    event.name: event for aggregate, events in CATALOGS for event in described(aggregate, events)
}
EVENT_CLASSES: frozenset[type] = frozenset(event.shape for event in EVENT_TYPES.values())
