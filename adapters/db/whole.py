"""A whole log in and out: what an export reads in one order, and what an import writes."""

from collections.abc import Sequence

from attrs import frozen
from sqlalchemy import Connection, exists, insert, select

from adapters.db import log
from adapters.db.bulk import Values, bulk
from adapters.db.decisions import ADD_DECISIONS
from adapters.db.log import AuditRow, KeyRow, LogHead
from adapters.db.settle import ADD_AUDIT, ADD_EVENTS, ADD_KEYS, audit_row, event_row, key_row
from adapters.db.tables import audit, command_keys, decisions, events, heads, subject_keys
from astracore.events.stored import Stored
from astracore.ids import CommandId

ADD_SUBJECTS = bulk(subject_keys)


@frozen
class DecisionText:
    """A row of `decisions`, with the columns as they are written down."""

    command_id: str
    seq: int
    category: str
    key: str
    version: int
    subject: str
    at: int
    command: bytes
    state_hash: str
    rules_hash: str
    outcome_hash: str

    def row(self) -> Values:
        """The columns in the order of the statement."""
        return tuple(getattr(self, name) for name in ADD_DECISIONS.names)


@frozen
class SubjectKey:
    """A person's key as it is stored: wrapped by the master key, or empty when it was destroyed."""

    subject: str
    wrapped: bytes
    at: int


def keys_behind(connection: Connection, command_id: str, limit: int) -> tuple[KeyRow, ...]:
    """At most `limit` answered commands behind `command_id`, in the order of their ids."""
    ids = connection.execute(
        select(command_keys.c.command_id)
        .where(command_keys.c.command_id > command_id)
        .order_by(command_keys.c.command_id)
        .limit(limit)
    )
    wanted = [CommandId(one) for (one,) in ids]
    found = log.keys(connection, wanted)
    return tuple(found[one] for one in wanted)


def decisions_behind(connection: Connection, command_id: str, limit: int) -> list[DecisionText]:
    """At most `limit` decisions behind `command_id`, in the order of their ids."""
    query = (
        select(decisions)
        .where(decisions.c.command_id > command_id)
        .order_by(decisions.c.command_id)
        .limit(limit)
    )
    return [DecisionText(*row) for row in connection.execute(query)]


def subjects_behind(connection: Connection, subject: str, limit: int) -> list[SubjectKey]:
    """At most `limit` persons' keys behind `subject`, in the order of their names."""
    query = (
        select(subject_keys)
        .where(subject_keys.c.subject > subject)
        .order_by(subject_keys.c.subject)
        .limit(limit)
    )
    return [SubjectKey(*row) for row in connection.execute(query)]


def events_of(
    connection: Connection, category: str, key: str | None, position: int, limit: int
) -> tuple[Stored, ...]:
    """At most `limit` events of a category, or of one of its streams, in log order."""
    query = select(events).where(events.c.category == category, events.c.position > position)
    if key is not None:
        query = query.where(events.c.key == key)
    return log.fetched(connection, query.order_by(events.c.position).limit(limit), {})


def event_named(connection: Connection, event_id: str) -> Stored | None:
    """The event with this id."""
    found = log.fetched(connection, select(events).where(events.c.event_id == event_id), {})
    return found[0] if found else None


def is_empty(connection: Connection) -> bool:
    """Whether nothing was ever written: no event, no entry, no answer, no key."""
    tables = (events, audit, command_keys, decisions, heads, subject_keys)
    return not any(
        connection.execute(select(exists(select(table)))).scalar_one() for table in tables
    )


def add_log(connection: Connection, stored: Sequence[Stored], entries: Sequence[AuditRow]) -> None:
    """Write events and entries of the chain as they are."""
    ADD_EVENTS.run(connection, [event_row(one) for one in stored])
    ADD_AUDIT.run(connection, [audit_row(one.entry, one.hash) for one in entries])


def add_keys(connection: Connection, answered: Sequence[KeyRow]) -> None:
    """Write answered commands as they are."""
    ADD_KEYS.run(connection, [key_row(one) for one in answered])


def add_decisions(connection: Connection, decided: Sequence[DecisionText]) -> None:
    """Write decisions as they are."""
    ADD_DECISIONS.run(connection, [one.row() for one in decided])


def add_subjects(connection: Connection, known: Sequence[SubjectKey]) -> None:
    """Write persons' keys as they are."""
    ADD_SUBJECTS.run(connection, [(one.subject, one.wrapped, one.at) for one in known])


def begin_at(connection: Connection, head: LogHead) -> None:
    """Say where log and chain of a store that was empty end now."""
    values = {"position": head.position, "seq": head.seq, "hash": head.hash}
    connection.execute(insert(heads).values(id=1, **values))
