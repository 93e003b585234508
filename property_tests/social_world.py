"""Events as they would lie in a log, and models folded of them in two ways."""

from collections.abc import Iterable
from typing import Any, TypeVar

from astracore.events.envelope import Envelope, StreamId
from astracore.events.projection import Projection, project
from astracore.ids import CommandId, EventId, derived_id
from astracore.instants import Instant
from tests.domains.held import among

E = TypeVar("E")
R = TypeVar("R")


def lying(event: E, number: int = 1, at: int = 0) -> Envelope[E]:
    """`event` as the `number`-th of a log."""
    return Envelope(
        event_id=EventId(derived_id(number, "event", str(number))),
        type="",
        schema_version=1,
        stream=StreamId("test", "key"),
        version=number,
        position=number,
        occurred_at=Instant(at),
        recorded_at=Instant(at),
        correlation_id="",
        causation_id="",
        command_id=CommandId("command"),
        actor="test",
        config_version="1",
        producer="test",
        event=event,
    )


def folded(projection: Projection[Any, R], events: Iterable[object]) -> dict[str, R]:
    """The rows by their keys, stored and read again after each event.

    Asserts that folding all at once gives the same.
    """
    log = [lying(event, number) for number, event in enumerate(events, start=1)]
    bodies: dict[str, bytes] = {}
    for one in log:
        for change in project(projection, among(bodies), [one]).unwrap():
            bodies.pop(change.key, None)
            if change.body is not None:
                bodies[change.key] = change.body
    whole = project(projection, lambda _keys: {}, log).unwrap()
    assert {one.key: one.body for one in whole if one.body is not None} == bodies
    return {key: projection.row.decode(body).unwrap() for key, body in bodies.items()}
