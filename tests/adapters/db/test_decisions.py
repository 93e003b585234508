"""Decision records beside what they decided: in the same transaction, in order, once."""

from attrs import evolve
from returns.result import Result, Success

from adapters.db import log
from adapters.db.decisions import DecisionRow, Taken, of_order, of_stream, streams_of
from adapters.db.settle import Decided, History
from adapters.db.sqlite import Database
from astracore.errors.events import SpineFault
from astracore.events.envelope import StreamId
from astracore.events.recording import Record
from astracore.events.stored import fresh
from tests.adapters.db.test_store_conformance import A, B, adds, asked, settled
from tests.domains.counter import COUNTER_EVENTS, Added, origin

RECORD = Record(
    decider="test.counter", command=b'{"a":1}', state_hash="s", rules_hash="r", outcome_hash="o"
)


def taking(key: str, *amounts: int, on: StreamId = A, subject: str = "") -> Decided:
    """What a decision wants stored that adds `amounts`; none is a refusal."""
    made = tuple(
        fresh(COUNTER_EVENTS, Added(amount=amount), on, origin(key), place)
        for place, amount in enumerate(amounts)
    )
    command = f'{{"key":"{key}"}}'.encode()
    record = evolve(RECORD, command=command)
    taken = Taken(record=record, stream=on, version=7, subject=subject, at=11)
    return Decided(events=made, refusal=None if made else b'{"no":1}', taken=taken)


def take(store: Database, key: str, *amounts: int, on: StreamId = A, subject: str = "") -> None:
    """Settle one recorded command."""

    def decide(_history: History) -> Result[Decided, SpineFault]:
        return Success(taking(key, *amounts, on=on, subject=subject))

    settled(store, asked(key, decide, on=on))


def names(rows: tuple[DecisionRow, ...]) -> list[str]:
    """The command ids of rows."""
    return [row.command_id for row in rows]


def test_a_record_comes_back_as_it_was(store: Database) -> None:
    take(store, "c1", 1, subject="order")
    (row,) = store.read(lambda connection: of_stream(connection, A, (-1, ""), 10))
    assert row == DecisionRow(
        command_id=row.command_id,
        seq=0,
        key="a",
        version=7,
        subject="order",
        at=11,
        record=evolve(RECORD, command=b'{"key":"c1"}'),
    )


def test_refusals_are_recorded_and_repeats_are_not(store: Database) -> None:
    take(store, "c1", 1, 2)
    take(store, "c2")
    take(store, "c1", 1, 2)
    take(store, "c0", 3)
    settled(store, adds("plain", 1))
    found = store.read(lambda connection: of_stream(connection, A, (-1, ""), 10))
    assert names(found) == ["c1", "c2", "c0"]
    assert [row.seq for row in found] == [0, 2, 3]
    behind = (found[0].seq, found[0].command_id)
    rest = store.read(lambda connection: of_stream(connection, A, behind, 10))
    assert names(rest) == ["c2", "c0"]
    few = store.read(lambda connection: of_stream(connection, A, (-1, ""), 1))
    assert names(few) == ["c1"]


def test_records_are_found_by_what_was_judged_or_by_command(store: Database) -> None:
    take(store, "c1", 1, subject="order")
    take(store, "c2", 1, on=B)
    take(store, "c3", subject="order")
    take(store, "c4", 1, subject="other")
    found = store.read(lambda connection: of_order(connection, "order", "c2", 10))
    assert names(found) == ["c1", "c2", "c3"]
    assert names(store.read(lambda connection: of_order(connection, "order", "", 1))) == ["c1"]
    assert store.read(lambda connection: streams_of(connection, "test.counter")) == (A, B)
    assert store.read(lambda connection: streams_of(connection, "test.other")) == ()


def test_events_that_mention_a_text_are_found_in_their_stream(store: Database) -> None:
    settled(store, adds("c1", 11, 12, 11), adds("c2", 11, on=B))

    def found(version: int, limit: int) -> list[int]:
        rows = store.read(lambda c: log.mentioning(c, A, '"amount":11', version, limit))
        return [row.version for row in rows]

    assert found(0, 10) == [1, 3]
    assert found(1, 10) == [3]
    assert found(0, 1) == [1]
    assert store.read(lambda c: log.mentioning(c, A, "absent", 0, 10)) == ()
