"""What read models and streams say of whom an event concerns: the rows of policies that name one.

A row is as old as the read models, which have folded the event by then. Where nothing is known
there is no row, and the policy asks nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from attrs import frozen
from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.rows import Page, Row
from astracore.catalog.aggregates import EVENTS
from astracore.events.envelope import Envelope, StreamId
from astracore.events.policy import Reaction, concerning, reactions
from astracore.events.projection import Projection, stored_row
from astracore.events.stored import opened
from astracore.outcome import is_failure
from astracore.policies.rows import RowPolicy, knowing
from shell.streams import readable

E = TypeVar("E")
R = TypeVar("R")
C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)
BATCH = 500
MOST = 20_000  # rows of one owner that are looked through; what lies behind them is not counted


class UnreadableRowError(Exception):
    """A row of a read model cannot be read: the policy waits until the model is rebuilt."""


@frozen
class Look:
    """One look at the read models and the log. `position` is what every row must know of: also
    one that another process folds.

    Raises: NotShownError for a model that is not so far.
    """

    connection: Connection
    position: int = 0

    def row(self, model: Projection[Any, R], key: str) -> R | None:
        """One row by its key."""
        found = rows.row(self.connection, self._slot(model), key)
        return None if found is None else self._read(model, found)

    def rows(self, model: Projection[Any, R], owner: str | None = None) -> Iterator[R]:
        """The rows of `owner`, or everybody's, in order, at most MOST."""
        found = (
            self._read(model, one) for page in self._pages(self._slot(model), owner) for one in page
        )
        return (one for one in found if one is not None)

    def _slot(self, model: Projection[Any, R]) -> str:
        return rows.shown(self.connection, model, self.position)

    def _pages(self, slot: str, owner: str | None) -> Iterator[tuple[Row, ...]]:
        after: tuple[str, str] | None = None
        for _ in range(MOST // BATCH):
            page = rows.page(self.connection, slot, Page(limit=BATCH, owner=owner, after=after))
            yield page
            if len(page) < BATCH:
                return
            after = (page[-1].sort, page[-1].key)

    def events(self, stream: StreamId, last: int | None = None) -> tuple[Envelope[object], ...]:
        """The events of a stream, oldest first; the newest `last` of them."""
        head = log.versions(self.connection, (stream,)).get(stream, 0)
        start = 0 if last is None else max(0, head - last)
        stored = log.stream(self.connection, stream, start)
        return tuple(readable(opened(one, EVENTS.decode)) for one in stored)

    def streams(self, category: str) -> tuple[StreamId, ...]:
        """Every stream of one category, by key."""
        return log.streams_of(self.connection, category)

    def _read(self, model: Projection[Any, R], found: Row) -> R | None:
        read = stored_row(model, found.key, found.body)
        if is_failure(read):
            raise UnreadableRowError(str(read.failure()))
        return read.unwrap()


@frozen(kw_only=True)
class Wired(Generic[C_co]):
    """A row policy with the way to its rows, closed over its types."""

    name: str
    events: tuple[type, ...]
    react: Callable[[Look, Envelope[object]], tuple[Reaction[C_co], ...]]


def wired(policy: RowPolicy[E, R, C], fetch: Callable[[Look, Envelope[E]], R | None]) -> Wired[C]:
    """`policy` with `fetch`, which says what is known at the position of an event or later."""

    def react(look: Look, envelope: Envelope[object]) -> tuple[Reaction[C], ...]:
        narrowed = concerning(policy.events, envelope)
        row = None if narrowed is None else fetch(look, narrowed)
        return () if row is None else reactions(knowing(policy, row), envelope)

    return Wired(name=policy.name, events=policy.events, react=react)
