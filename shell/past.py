"""Any stream as of any point of the past, from the store."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from attrs import evolve
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log
from adapters.db.veil import veil_of
from astracore.catalog.aggregates import AGGREGATES
from astracore.errors.events import BehindEnd, PastFault, UnknownCategory, UnknownStream
from astracore.events.catalog import Aggregate
from astracore.events.envelope import StreamId
from astracore.events.past import END, Cut, Past, past
from astracore.events.personal import unveiled
from astracore.events.snapshot import restored
from astracore.events.stored import Stored
from shell.stores import PERSONAL

CHUNK = 5_000  # events in memory at once
AnyAggregate: TypeAlias = Aggregate[Any, Any, Any, Any]
BY_CATEGORY = {one.decider.name: one for one in AGGREGATES}


def aggregate_of(category: str) -> Result[AnyAggregate, UnknownCategory]:
    """What folds the streams of a category.  Errors: UnknownCategory."""
    found = BY_CATEGORY.get(category)
    return Failure(UnknownCategory(category)) if found is None else Success(found)


def state_at(
    connection: Connection, aggregate: AnyAggregate, stream: StreamId, cut: Cut
) -> Result[Past[Any], PastFault]:
    """The stream's state at `cut`, folded on from its snapshot where all of that counts.

    Errors: UnknownStream, BeforeBeginning, BehindEnd, CorruptEvent, UnknownEventType, Unfoldable.
    """
    end = log.versions(connection, (stream,)).get(stream, 0)
    if end == 0:
        return Failure(UnknownStream(str(stream)))
    if end < cut.version < END:
        return Failure(BehindEnd(str(stream), end))
    start = beginning(connection, aggregate, stream, cut)
    last = min(end, cut.version)
    return past(aggregate, stream, cut, start, told(connection, stream, max(start[0], 1), last))


def beginning(
    connection: Connection, aggregate: AnyAggregate, stream: StreamId, cut: Cut
) -> tuple[int, Any]:
    """Where folding may begin. A damaged snapshot is as good as none; the replay names it."""
    zero = (0, aggregate.decider.initial)
    start: tuple[int, Any] = restored(aggregate, log.snapshot(connection, stream)).value_or(zero)
    return start if cut.covers(log.reach(connection, stream, start[0])) else zero


def told(connection: Connection, stream: StreamId, first: int, last: int) -> Iterator[Stored]:
    """The events of a stream from version `first` to `last`, a chunk at a time.

    Where the store was opened without its master key, personal fields read as erased.
    """
    is_sealed = veil_of(connection) is None
    for behind in range(first - 1, last, CHUNK):
        for one in log.stretch(connection, stream, behind, min(behind + CHUNK, last)):
            personal = PERSONAL.get(one.type) if is_sealed else None
            yield one if personal is None else evolve(one, body=unveiled(one.body, personal, none))


def none(_field: str, _text: str) -> None:
    """What opens no seal."""
