"""Which orders are open at the head of the log: the read model, and the log behind it."""

from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.rows import Page
from astracore.catalog.aggregates import ACCOUNT_EVENTS
from astracore.errors.events import CorruptRow, StreamFault
from astracore.events.envelope import Envelope
from astracore.events.policy import concerning
from astracore.events.projection import stored_row
from astracore.events.stored import opened
from astracore.outcome import is_failure
from astracore.projections.orders import OPEN_ORDERS, OrderRow
from astracore.trading.account import ACCOUNT
from astracore.trading.events import AccountEvent
from astracore.trading.orders import FINAL

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
    """The open orders at the head of the log: the read model, and the log behind it folded on.

    One connection, one snapshot: model, its position and the log belong together.
    Errors: CorruptRow, CorruptEvent, UnknownEventType.
    """
    checkpoint = rows.checkpoint(connection, OPEN_ORDERS.name)
    fresh = checkpoint is not None and checkpoint.version == OPEN_ORDERS.version
    position = checkpoint.position if checkpoint is not None and fresh else 0
    loaded = stored_rows(connection) if fresh else Success({})
    if is_failure(loaded):
        return Failure(loaded.failure())
    open_orders = loaded.unwrap()
    while True:
        found = told_after(connection, position)
        if is_failure(found):
            return Failure(found.failure())
        reached, envelopes = found.unwrap()
        for envelope in envelopes:
            advance(open_orders, envelope)
        if reached == position:
            break
        position = reached
    oldest_first = sorted(open_orders.values(), key=lambda row: (row.accepted_at, row.order_id))
    return Success(Working(orders=tuple(oldest_first), position=position))


def advance(open_orders: dict[str, OrderRow], envelope: Envelope[AccountEvent]) -> None:
    """Fold one event into the open orders."""
    narrowed = concerning(OPEN_ORDERS.events, envelope)
    if narrowed is None:
        return
    for key in OPEN_ORDERS.keys(narrowed):
        row = OPEN_ORDERS.evolve(open_orders.pop(key, None), narrowed, key)
        if row is not None and row.status not in FINAL:
            open_orders[key] = row


def stored_rows(connection: Connection) -> Result[dict[str, OrderRow], CorruptRow]:
    """Every row of the read model.  Errors: CorruptRow."""
    found: list[rows.Row] = []
    after: tuple[str, str] | None = None
    while page := rows.page(connection, OPEN_ORDERS.name, Page(limit=BATCH, after=after)):
        found += page
        after = (page[-1].sort, page[-1].key)
    read: dict[str, OrderRow] = {}
    for one in found:
        row = stored_row(OPEN_ORDERS, one.key, one.body)
        if is_failure(row):
            return row
        value = row.unwrap()
        read |= {} if value is None else {one.key: value}
    return Success(read)
