"""Recorded decisions, taken again: all of them as a check, a stretch of them under other limits."""

from collections.abc import Iterator
from functools import partial

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log
from adapters.db.decisions import DecisionRow, of_stream, streams_of
from astracore.catalog.aggregates import ACCOUNT_AGGREGATE
from astracore.catalog.decisions import ACCOUNT_COMMANDS, ACCOUNT_DECISIONS
from astracore.errors.events import CorruptSnapshot, StreamFault
from astracore.errors.values import NumericLimit
from astracore.events.envelope import StreamId
from astracore.events.recording import retaken
from astracore.events.snapshot import folded
from astracore.instants import Instant, utc_day
from astracore.outcome import collect, fold, is_failure
from astracore.risk.whatif import OtherLimits, WhatIf, what_if
from astracore.trading.account import ACCOUNT
from shell.why import state_at, unreadable

CHUNK = 1_000


@frozen(kw_only=True)
class Retold:
    """How many decisions of an account say the same again, and the command ids of the others."""

    account_id: str
    same: int
    different: tuple[str, ...]


def accounts(connection: Connection) -> tuple[StreamId, ...]:
    """Every account that has decisions."""
    return streams_of(connection, ACCOUNT.name)


def rows_of(connection: Connection, stream: StreamId) -> Iterator[DecisionRow]:
    """Every decision of a stream, as they were taken."""
    behind = (-1, "")
    while found := of_stream(connection, stream, behind, CHUNK):
        yield from found
        behind = (found[-1].seq, found[-1].command_id)


def retold(connection: Connection, stream: StreamId) -> Result[Retold, StreamFault]:
    """Take every decision of an account again, on the account folded up to it.

    Errors: CorruptEvent, UnknownEventType.
    """
    state, version, same = ACCOUNT.initial, 0, 0
    different: list[str] = []
    for row in rows_of(connection, stream):
        tail = log.stretch(connection, stream, version, row.version)
        now = folded(ACCOUNT_AGGREGATE, state, tail)
        if is_failure(now):
            return now
        state, version = now.unwrap(), row.version
        again = retaken(ACCOUNT_DECISIONS, row.record, state)
        if fold(again, success=lambda found: found.is_same, failure=lambda _fault: False):
            same += 1
        else:
            different.append(row.command_id)
    return Success(Retold(account_id=stream.key, same=same, different=tuple(different)))


def replayed(
    connection: Connection, stream: StreamId, day: int | None, other: OtherLimits
) -> Result[WhatIf, StreamFault | CorruptSnapshot | NumericLimit]:
    """What the commands of an account, of one UTC day when given, would have done under `other`.

    `day` counts from 1970-01-01.

    Errors: CorruptEvent, UnknownEventType, CorruptSnapshot, NumericLimit.
    """
    rows = within(tuple(rows_of(connection, stream)), day)
    commands = collect(
        ACCOUNT_COMMANDS.decode(row.record.command).alt(partial(unreadable, row)) for row in rows
    )
    if is_failure(commands):
        return Failure(commands.failure())
    start = state_at(connection, stream, rows[0].version if rows else 0, None)
    if is_failure(start):
        return Failure(start.failure())
    return what_if(start.unwrap() or ACCOUNT.initial, commands.unwrap(), other)


def within(rows: tuple[DecisionRow, ...], day: int | None) -> tuple[DecisionRow, ...]:
    """The decisions from the first to the last of a day; none between them is left out, whatever
    its clock says."""
    if day is None:
        return rows
    places = [place for place, row in enumerate(rows) if utc_day(Instant(row.at)) == day]
    return rows[places[0] : places[-1] + 1] if places else ()
