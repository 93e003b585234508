"""Decision records: kept in the transaction of what was decided, read by order or by stream."""

from attrs import frozen
from sqlalchemy import Connection, or_, select

from adapters.db.bulk import Values, bulk
from adapters.db.tables import decisions
from astracore.events.envelope import StreamId
from astracore.events.recording import Record
from astracore.ids import CommandId

ADD_DECISIONS = bulk(decisions)


@frozen(kw_only=True)
class Taken:
    """A decision on its way in: `version` of the stream before it; `at` [µs of UTC]."""

    record: Record
    stream: StreamId
    version: int
    subject: str
    at: int


@frozen(kw_only=True)
class DecisionRow:
    """A stored decision."""

    command_id: CommandId
    seq: int
    key: str
    version: int
    subject: str
    at: int
    record: Record


def taken_row(taken: Taken, command_id: CommandId, seq: int) -> Values:
    """One row of `decisions`: the columns in the order of the statement."""
    record = taken.record
    values = {
        "command_id": command_id,
        "seq": seq,
        "category": taken.stream.category,
        "key": taken.stream.key,
        "version": taken.version,
        "subject": taken.subject,
        "at": taken.at,
        "command": record.command,
        "state_hash": record.state_hash,
        "rules_hash": record.rules_hash,
        "outcome_hash": record.outcome_hash,
    }
    return tuple(values[name] for name in ADD_DECISIONS.names)


def of_order(
    connection: Connection, order_id: str, command_id: str, limit: int
) -> tuple[DecisionRow, ...]:
    """The decisions that judged an order, or are those of a command, as they were taken."""
    query = (
        select(decisions)
        .where(or_(decisions.c.subject == order_id, decisions.c.command_id == command_id))
        .order_by(decisions.c.seq, decisions.c.command_id)
        .limit(limit)
    )
    return tuple(typed(row) for row in connection.execute(query))


def of_stream(
    connection: Connection, stream: StreamId, behind: tuple[int, str], limit: int
) -> tuple[DecisionRow, ...]:
    """At most `limit` decisions of a stream behind (seq, command id), as they were taken."""
    seq, command_id = behind
    later = or_(
        decisions.c.seq > seq, (decisions.c.seq == seq) & (decisions.c.command_id > command_id)
    )
    query = (
        select(decisions)
        .where(decisions.c.category == stream.category, decisions.c.key == stream.key, later)
        .order_by(decisions.c.seq, decisions.c.command_id)
        .limit(limit)
    )
    return tuple(typed(row) for row in connection.execute(query))


def streams_of(connection: Connection, category: str) -> tuple[StreamId, ...]:
    """Every stream of a category that has decisions, by key."""
    query = (
        select(decisions.c.key)
        .where(decisions.c.category == category)
        .group_by(decisions.c.key)
        .order_by(decisions.c.key)
    )
    return tuple(StreamId(category, key) for (key,) in connection.execute(query))


def typed(
    row: tuple[str, int, str, str, int, str, int, bytes, str, str, str],
) -> DecisionRow:
    """A row of `decisions` as the core knows it."""
    command_id, seq, category, key, version, subject, at, command, state, rules, outcome = row
    return DecisionRow(
        command_id=CommandId(command_id),
        seq=seq,
        key=key,
        version=version,
        subject=subject,
        at=at,
        record=Record(
            decider=category,
            command=command,
            state_hash=state,
            rules_hash=rules,
            outcome_hash=outcome,
        ),
    )
