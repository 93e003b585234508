"""Which orders are open at the head of the log: the read model, and the log behind it."""

from typing import Generic, TypeAlias, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.rows import Page
from astracore.catalog.aggregates import ACCOUNT_EVENTS
from astracore.errors.events import CorruptRow, StreamFault
from astracore.events.envelope import Envelope
from astracore.events.policy import concerning
from astracore.events.projection import Projection, stored_row
from astracore.events.stored import opened
from astracore.outcome import is_failure
from astracore.projections.orders import OPEN_ORDERS, OrderRow
from astracore.trading.account import ACCOUNT
from astracore.trading.events import AccountEvent

E = TypeVar("E")
R = TypeVar("R")
BATCH = 500  # events or rows in one look
Fault: TypeAlias = StreamFault | CorruptRow
Told: TypeAlias = tuple[Envelope[AccountEvent], ...]


@frozen(kw_only=True)
class Working:
    """The orders that are open at `position` of the log, oldest first."""

    orders: tuple[OrderRow, ...]
    position: int


def told_after(connection: Connection, position: int) -> Result[tuple[int, Told], StreamFault]:
    """The account events among the next BATCH, and the position that was read to."""
    stored = log.after(connection, position, BATCH)
    reached = stored[-1].position if stored else position
    told: list[Envelope[AccountEvent]] = []
    for one in stored:
        if one.category != ACCOUNT.name:
            continue
        envelope = opened(one, ACCOUNT_EVENTS.decode)
        if is_failure(envelope):
            return envelope
        told.append(envelope.unwrap())
    return Success((reached, tuple(told)))


def working(connection: Connection) -> Result[Working, Fault]:
    """The open orders at the head of the log.  Errors: CorruptRow, CorruptEvent,
    UnknownEventType."""
    found = rows_now(connection, OPEN_ORDERS)
    if is_failure(found):
        return Failure(found.failure())
    now = found.unwrap()
    oldest_first = sorted(now.rows.values(), key=lambda row: (row.accepted_at, row.order_id))
    return Success(Working(orders=tuple(oldest_first), position=now.position))


@frozen(kw_only=True)
class Now(Generic[R]):
    """Every row of one read model, by key, at `position` of the log."""

    rows: dict[str, R]
    position: int


def rows_now(connection: Connection, model: Projection[E, R]) -> Result[Now[R], Fault]:
    """A read model at the head of the log: what is stored, and the log behind it folded on.

    One connection, one snapshot: model, its position and the log belong together.
    Errors: CorruptRow, CorruptEvent, UnknownEventType.
    """
    checkpoint = rows.checkpoint(connection, model.name)
    fresh = checkpoint is not None and checkpoint.version == model.version
    reached = checkpoint.position if checkpoint is not None and fresh else 0
    slot = checkpoint.slot if checkpoint is not None else ""
    loaded = stored_rows(connection, model, slot) if fresh else Success({})
    if is_failure(loaded):
        return Failure(loaded.failure())
    known = loaded.unwrap()
    while True:
        found = told_after(connection, reached)
        if is_failure(found):
            return Failure(found.failure())
        position, envelopes = found.unwrap()
        for envelope in envelopes:
            advance(known, model, envelope)
        if reached == position:
            return Success(Now(rows=known, position=position))
        reached = position


def advance(known: dict[str, R], model: Projection[E, R], envelope: Envelope[AccountEvent]) -> None:
    """Fold one event into the rows of a model."""
    narrowed = concerning(model.events, envelope)
    if narrowed is None:
        return
    for key in model.keys(narrowed):
        row = model.evolve(known.pop(key, None), narrowed, key)
        if row is not None:
            known[key] = row


def stored_rows(
    connection: Connection, model: Projection[E, R], slot: str
) -> Result[dict[str, R], CorruptRow]:
    """Every row of the read model.  Errors: CorruptRow."""
    found: list[rows.Row] = []
    after: tuple[str, str] | None = None
    while page := rows.page(connection, slot, Page(limit=BATCH, after=after)):
        found += page
        after = (page[-1].sort, page[-1].key)
    read: dict[str, R] = {}
    for one in found:
        row = stored_row(model, one.key, one.body)
        if is_failure(row):
            return row
        value = row.unwrap()
        read |= {} if value is None else {one.key: value}
    return Success(read)
