"""Why an order was refused, accepted or filled, from its decision records and its events."""

from collections.abc import Sequence
from typing import TypeAlias

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.decisions import DecisionRow, of_order
from astracore.catalog.aggregates import ACCOUNT_AGGREGATE, ACCOUNT_EVENTS
from astracore.catalog.decisions import ACCOUNT_COMMANDS, ACCOUNT_DECISIONS
from astracore.errors.events import BadBody, CorruptEvent, CorruptRow, CorruptSnapshot, StreamFault
from astracore.errors.values import NumericLimit
from astracore.events.envelope import StreamId
from astracore.events.projection import stored_row
from astracore.events.recording import retaken
from astracore.events.snapshot import folded, restored
from astracore.events.stored import Stored
from astracore.ids import OrderId
from astracore.instants import Instant
from astracore.outcome import collect, fold, is_failure
from astracore.projections.orders import ORDERS
from astracore.trading.account import ACCOUNT
from astracore.trading.events import AccountEvent, OrderAccepted
from astracore.trading.state import Account
from astracore.trading.why.judging import Judged, Judgement, judgement
from astracore.trading.why.story import FillWhy, Turn, story
from shell.problems import CauseView, cause_view

STEPS_MAX = 5_000  # events of one order that are told
DECISIONS_MAX = 50  # the placing of one order, and its amendments
FOLDED_MAX = 20_000  # events folded for one answer over HTTP
WhyFault: TypeAlias = StreamFault | CorruptSnapshot | CorruptRow | NumericLimit


@frozen(kw_only=True)
class DecisionWhy:
    """One decision on the order. Hashes are SHA-256; `version` is the account's before it.

    `replays`: taken again it says the same to the bit. It and the `orders` (each check with its
    figures) are missing where the account's history is too long to be folded for one answer.
    """

    command_id: str
    command: str
    at: Instant
    version: int
    command_hash: str
    state_hash: str
    rules_hash: str
    outcome_hash: str
    causes: tuple[CauseView, ...]
    orders: tuple[Judged, ...]
    replays: bool | None = None


@frozen(kw_only=True)
class Why:
    """Everything that led to what an order is. An order older than the records has no decisions."""

    order_id: str
    account_id: str
    decisions: tuple[DecisionWhy, ...]
    turns: tuple[Turn, ...]
    fills: tuple[FillWhy, ...]


@frozen(kw_only=True)
class Told:
    """What is stored about one order."""

    stream: StreamId
    events: tuple[AccountEvent, ...]
    decisions: tuple[DecisionRow, ...]


def account_with(connection: Connection, order_id: str) -> Result[str | None, CorruptRow]:
    """The account whose order it is, or would have been (by order or by command); None: nobody's.

    Errors: CorruptRow.
    """
    found = rows.row(connection, rows.shown(connection, ORDERS), order_id)
    if found is None:
        refused = of_order(connection, order_id, order_id, 1)
        return Success(refused[0].key if refused else None)
    return stored_row(ORDERS, order_id, found.body).map(lambda row: row.account_id)


def why(
    connection: Connection, account_id: str, order_id: str, most: int | None = FOLDED_MAX
) -> Result[Why, WhyFault]:
    """All that is known of one order; `most` bounds the events that are folded for it.

    Errors: CorruptEvent, UnknownEventType, CorruptSnapshot, NumericLimit.
    """
    stream = StreamId(ACCOUNT.name, account_id)
    found = told(connection, stream, order_id)
    if is_failure(found):
        return found
    order = found.unwrap()
    lived = story(OrderId(order_id), order.events)
    if is_failure(lived):
        return lived
    explained = collect(decision_why(connection, stream, row, most) for row in order.decisions)
    return explained.map(
        lambda decisions: Why(
            order_id=order_id,
            account_id=account_id,
            decisions=decisions,
            turns=lived.unwrap().turns,
            fills=lived.unwrap().fills,
        )
    )


def told(connection: Connection, stream: StreamId, order_id: str) -> Result[Told, StreamFault]:
    """The events and decisions that name the order.  Errors: CorruptEvent, UnknownEventType."""
    stored = log.mentioning(connection, stream, f'"{order_id}"', 0, STEPS_MAX)
    events = collect(ACCOUNT_EVENTS.decode(one.type, one.body) for one in stored)
    if is_failure(events):
        return Failure(events.failure())
    placed_by = accepted_by(order_id, stored, events.unwrap())
    decisions = of_order(connection, order_id, placed_by, DECISIONS_MAX)
    mine = tuple(row for row in decisions if row.key == stream.key)
    return Success(Told(stream=stream, events=events.unwrap(), decisions=mine))


def accepted_by(order_id: str, stored: Sequence[Stored], events: Sequence[AccountEvent]) -> str:
    """The command that had the order accepted, which may have asked for several.

    Of an order that was never accepted the command's own id may be asked for in its place.
    """
    found = (
        one.command_id
        for one, event in zip(stored, events, strict=True)
        if isinstance(event, OrderAccepted) and event.order_id == order_id
    )
    return next(found, order_id)


def decision_why(
    connection: Connection, stream: StreamId, row: DecisionRow, most: int | None
) -> Result[DecisionWhy, WhyFault]:
    """One recorded decision, taken again and explained."""
    state = state_at(connection, stream, row.version, most)
    if is_failure(state):
        return Failure(state.failure())
    account = state.unwrap()
    if account is None:
        return Success(bare(row, None, Judgement(causes=(), orders=())))
    again = retaken(ACCOUNT_DECISIONS, row.record, account)
    command = ACCOUNT_COMMANDS.decode(row.record.command)
    if is_failure(command):
        return Failure(unreadable(row, command.failure()))
    same = fold(again, success=lambda found: found.is_same, failure=lambda _fault: False)
    return judgement(command.unwrap(), account).map(lambda judged: bare(row, same, judged))


def unreadable(row: DecisionRow, fault: BadBody) -> CorruptEvent:
    """The stored command is damaged: our fault."""
    return CorruptEvent(f"decision {row.command_id}", fault.path, fault.why)


def bare(row: DecisionRow, replays: bool | None, judged: Judgement) -> DecisionWhy:  # noqa: FBT001
    """The record with what was found of it."""
    return DecisionWhy(
        command_id=row.command_id,
        command=row.record.command.decode(),
        at=Instant(row.at),
        version=row.version,
        command_hash=row.record.command_hash,
        state_hash=row.record.state_hash,
        rules_hash=row.record.rules_hash,
        outcome_hash=row.record.outcome_hash,
        causes=tuple(cause_view(cause) for cause in judged.causes),
        orders=judged.orders,
        replays=replays,
    )


def state_at(
    connection: Connection, stream: StreamId, version: int, most: int | None
) -> Result[Account | None, StreamFault | CorruptSnapshot]:
    """The account as it was at `version`; None when more than `most` events would be folded.

    Errors: CorruptEvent, UnknownEventType, CorruptSnapshot.
    """
    kept = restored(ACCOUNT_AGGREGATE, log.snapshot(connection, stream))
    if is_failure(kept):
        return Failure(kept.failure())
    start, state = kept.unwrap()
    if start > version:
        start, state = 0, ACCOUNT.initial
    if most is not None and version - start > most:
        return Success(None)
    tail = log.stretch(connection, stream, start, version)
    return folded(ACCOUNT_AGGREGATE, state, tail).map(lambda now: now)
