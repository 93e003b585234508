"""Whatever is changed in the stored rows of either database is found, at the right entry."""

import asyncio

import pytest
from sqlalchemy import Connection, text

from astracore.errors.events import BrokenChain
from astracore.events.chain import REFUSED, Head
from astracore.outcome import is_failure
from shell.audit import head, verify
from shell.store import Store
from tests.adapters.db.test_export import write
from tests.domains.desk import desk_over


@pytest.fixture
def written(store: Store) -> Store:
    """A store of sixty entries, refusals among them."""
    asyncio.run(write(desk_over(store)))
    assert head(store).seq == 60
    return store


def fault(store: Store, kept: Head | None = None) -> BrokenChain | None:
    """What the audit finds."""
    result = verify(store, kept)
    return result.failure() if is_failure(result) else None


def change(store: Store, *statements: str, **values: object) -> None:
    """What somebody does behind the service's back."""

    def work(connection: Connection) -> None:
        for statement in statements:
            changed = connection.execute(text(statement), values)
            assert changed.rowcount != 0, statement

    store.write(work)


def seq_of(store: Store, position: int) -> int:
    """The entry that stands for the event at `position`."""
    query = text("SELECT seq FROM audit WHERE kind != :refused ORDER BY seq")
    found = store.read(lambda connection: list(connection.execute(query, {"refused": REFUSED})))
    return int(found[position - 1][0])


def test_an_untouched_chain_holds(written: Store) -> None:
    assert fault(written) is None
    assert fault(written, head(written)) is None


@pytest.mark.parametrize(
    "to",
    [
        "body = :body",
        "occurred_at = occurred_at + 1",
        "recorded_at = recorded_at - 1",
        "actor = actor || 'x'",
        "key = key || 'x'",
        "version = version + 1000",
        "type = 'astra.test.taken.v1'",
    ],
)
def test_a_flipped_column_of_an_event(written: Store, to: str) -> None:
    position = 17
    seq = seq_of(written, position)
    values = {"body": b'{"amount":999}'} if ":body" in to else {}
    change(written, f"UPDATE events SET {to} WHERE position = {position}", **values)  # noqa: S608
    found = fault(written)
    assert found is not None
    assert found.seq == seq


@pytest.mark.parametrize("to", ["at = at + 1", "actor = 'x'", "body_hash = 'x'", "hash = :hash"])
def test_a_flipped_column_of_an_entry(written: Store, to: str) -> None:
    seq = 30
    values = {"hash": bytes(32)} if ":hash" in to else {}
    change(written, f"UPDATE audit SET {to} WHERE seq = {seq}", **values)  # noqa: S608
    found = fault(written)
    assert found is not None
    assert found.seq == seq


def test_a_flipped_refusal(written: Store) -> None:
    query = text("SELECT seq, ref FROM audit WHERE kind = :refused ORDER BY seq LIMIT 1")
    seq, ref = written.read(lambda c: c.execute(query, {"refused": REFUSED}).one())
    change(
        written,
        "UPDATE command_keys SET answer = :answer WHERE command_id = :ref",
        answer=b"{}",
        ref=ref,
    )
    found = fault(written)
    assert found is not None
    assert found.seq == seq


@pytest.mark.parametrize("position", [1, 20])
def test_a_deleted_event(written: Store, position: int) -> None:
    seq = seq_of(written, position)
    change(written, f"DELETE FROM events WHERE position = {position}")  # noqa: S608
    found = fault(written)
    assert found is not None
    assert found.seq == seq


@pytest.mark.parametrize("seq", [1, 59])
def test_a_deleted_entry(written: Store, seq: int) -> None:
    change(written, f"DELETE FROM audit WHERE seq = {seq}")  # noqa: S608
    found = fault(written)
    assert found is not None
    assert found.seq == seq


@pytest.mark.parametrize("position", [1000, 0])
def test_an_inserted_event(written: Store, position: int) -> None:
    change(
        written,
        "CREATE TEMPORARY TABLE copied AS SELECT * FROM events WHERE position = 3",
        f"UPDATE copied SET position = {position}, event_id = 'x', version = 999",  # noqa: S608
        "INSERT INTO events SELECT * FROM copied",
        "DROP TABLE copied",
    )
    found = fault(written)
    assert found is not None
    assert found.seq == 61


@pytest.mark.parametrize(("table", "column"), [("events", "position"), ("audit", "seq")])
def test_two_that_changed_places(written: Store, table: str, column: str) -> None:
    seq = seq_of(written, 7) if table == "events" else 7
    turns = ((7, -1), (9, 7), (-1, 9))
    change(
        written,
        *(f"UPDATE {table} SET {column} = {new} WHERE {column} = {old}" for old, new in turns),  # noqa: S608
    )
    found = fault(written)
    assert found is not None
    assert found.seq == seq


def test_a_cut_tail_also_when_the_head_was_cut_with_it(written: Store) -> None:
    kept = head(written)
    change(
        written,
        "DELETE FROM audit WHERE seq > 50",
        "DELETE FROM events WHERE event_id NOT IN (SELECT ref FROM audit)",
    )
    found = fault(written)
    assert found is not None
    assert found.seq == 51
    change(
        written,
        "UPDATE heads SET seq = 50, hash = (SELECT hash FROM audit WHERE seq = 50),"
        " position = (SELECT max(position) FROM events)",
    )
    assert fault(written) is None  # nothing in the store can tell; the end kept elsewhere can
    found = fault(written, kept)
    assert found is not None
    assert found.seq == 51
