# ruff: noqa: S608 - the statements are built from this file alone
"""Whatever is changed in the stored log is found, and at the right place."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.db.sqlite import open_store, open_to_read
from astracore.errors.events import BrokenChain
from astracore.events.chain import REFUSED, Head
from astracore.events.merkle import proven
from astracore.outcome import is_failure
from shell.audit import head, inclusion, keep_head, kept_head, verify
from shell.exports import export_chain
from shell.store import Store
from tests.domains.counter import Add, Take
from tests.domains.desk import desk

TEXT_COLUMNS = (
    *("event_id", "type", "category", "key", "correlation_id", "causation_id"),
    *("command_id", "actor", "config_version", "producer"),
)
NUMBER_COLUMNS = ("position", "version", "schema_version", "occurred_at", "recorded_at")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store of sixty entries, refusals among them."""
    path = tmp_path_factory.mktemp("audit") / "store.db"

    async def write() -> None:
        sat = desk(path)
        for turn in range(30):
            await sat.ask(f"c{turn}", Add(counter="abc"[turn % 3], amount=turn + 1))
            await sat.ask(f"t{turn}", Take(counter="abc"[turn % 3], amount=20))
        await sat.close()

    asyncio.run(write())
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode=DELETE")
    database.close()
    return path


Damage = Callable[[sqlite3.Connection], object]


def damaged(written: Path, tmp_path: Path, damage: Damage) -> Path:
    """A copy of the store with something changed in it."""
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.db"
    path.write_bytes(written.read_bytes())
    database = sqlite3.connect(path)
    with database:
        damage(database)
    database.close()
    return path


def changed(written: Path, tmp_path: Path, statement: str) -> Path:
    """A copy of the store after one statement."""
    return damaged(written, tmp_path, lambda database: database.execute(statement))


def exported(store: Store) -> list[str]:
    """The lines of the chain's export."""
    lines: list[str] = []
    store.read(lambda connection: export_chain(connection, lines.append))
    return lines


def fault(path: Path, kept: Head | None = None) -> BrokenChain | None:
    """What the audit finds."""
    store = open_to_read(path).unwrap()
    result = verify(store, kept)
    store.close()
    return result.failure() if is_failure(result) else None


def entries(path: Path) -> list[tuple[int, str, str]]:
    """(seq, kind, ref) of the whole chain."""
    database = sqlite3.connect(path)
    found = database.execute("SELECT seq, kind, ref FROM audit ORDER BY seq").fetchall()
    database.close()
    return found


def seq_of(path: Path, position: int) -> int:
    """The entry that stands for the event at `position`."""
    events = [seq for seq, kind, _ in entries(path) if kind != REFUSED]
    return events[position - 1]


def test_an_untouched_chain_holds(written: Path) -> None:
    store = open_to_read(written).unwrap()
    seen: list[tuple[int, int]] = []
    result = verify(store, head(store), lambda done, end: seen.append((done, end))).unwrap()
    assert result.events + result.refusals == result.head.seq == 60
    assert result.refusals > 5
    assert seen == [(60, 60)]
    store.close()


def test_an_empty_chain_holds(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.db").unwrap()
    assert verify(store).unwrap().head.seq == 0
    assert [line.split('"')[1] for line in exported(store)] == ["export", "end"]
    store.close()


def test_any_changed_column_of_an_event_is_located(written: Path, tmp_path: Path) -> None:
    rng = random.Random(1)
    for turn in range(60):
        position = rng.randint(1, 40)
        column = rng.choice((*TEXT_COLUMNS, *NUMBER_COLUMNS, "body"))
        if column == "body":
            change = "body = CAST(substr(body, 1, 5) || 'x' || substr(body, 7) AS BLOB)"
        elif column in TEXT_COLUMNS:
            change = f"{column} = {column} || 'x'"
        else:
            change = f"{column} = {column} + 1000000"
        path = changed(written, tmp_path, f"UPDATE events SET {change} WHERE position = {position}")
        found = fault(path)
        assert found is not None, (turn, column)
        assert found.seq == seq_of(written, position), (turn, column, found)


@pytest.mark.parametrize("column", ["at", "actor", "kind", "ref", "body_hash", "hash"])
def test_any_changed_entry_is_located(written: Path, tmp_path: Path, column: str) -> None:
    for seq in (1, 17, 60):
        change = f"{column} + 1" if column == "at" else f"CAST({column} || 'x' AS TEXT)"
        if column == "hash":
            change = "zeroblob(32)"
        path = changed(written, tmp_path, f"UPDATE audit SET {column} = {change} WHERE seq = {seq}")
        found = fault(path)
        assert found is not None
        assert found.seq == seq


@pytest.mark.parametrize("column", ["answer", "digest", "refused", "last", "version"])
def test_a_changed_refusal_is_located(written: Path, tmp_path: Path, column: str) -> None:
    seq, _, ref = next(one for one in entries(written) if one[1] == REFUSED)
    value = {"answer": "CAST('{}' AS BLOB)", "digest": "'x'"}.get(column, f"1 - {column}")
    change = f"UPDATE command_keys SET {column} = {value} WHERE command_id = '{ref}'"
    path = changed(written, tmp_path, change)
    found = fault(path)
    assert found is not None
    assert found.seq == seq


def test_deletions_are_located(written: Path, tmp_path: Path) -> None:
    for position in (1, 20, 40):
        path = changed(written, tmp_path, f"DELETE FROM events WHERE position = {position}")
        found = fault(path)
        assert found is not None
        assert found.seq == seq_of(written, position)
    for seq in (1, 30, 59):
        path = changed(written, tmp_path, f"DELETE FROM audit WHERE seq = {seq}")
        found = fault(path)
        assert found is not None
        assert found.seq == seq


def test_a_swap_is_located(written: Path, tmp_path: Path) -> None:
    def swap(database: sqlite3.Connection) -> None:
        for old, new in ((7, -1), (9, 7), (-1, 9)):
            database.execute("UPDATE events SET position = ? WHERE position = ?", (new, old))

    found = fault(damaged(written, tmp_path, swap))
    assert found is not None
    assert found.seq == seq_of(written, 7)

    def swap_entries(database: sqlite3.Connection) -> None:
        for old, new in ((7, -1), (9, 7), (-1, 9)):
            database.execute("UPDATE audit SET seq = ? WHERE seq = ?", (new, old))

    found = fault(damaged(written, tmp_path, swap_entries))
    assert found is not None
    assert found.seq == 7


@pytest.mark.parametrize("position", [1000, 0, -5])
def test_an_inserted_event_is_found(written: Path, tmp_path: Path, position: int) -> None:
    def insert(database: sqlite3.Connection) -> None:
        database.execute("CREATE TEMP TABLE copy AS SELECT * FROM events WHERE position = 3")
        database.execute(f"UPDATE copy SET position = {position}, event_id = 'x', version = 999")
        database.execute("INSERT INTO events SELECT * FROM copy")

    found = fault(damaged(written, tmp_path, insert))
    assert found is not None
    assert found.seq == 61


def test_a_cut_tail_is_found_also_when_the_head_row_was_cut_with_it(
    written: Path, tmp_path: Path
) -> None:
    def cut(database: sqlite3.Connection) -> None:
        database.execute("DELETE FROM audit WHERE seq > 50")
        kept = database.execute("SELECT ref FROM audit").fetchall()
        refs = ",".join(f"'{ref}'" for (ref,) in kept)
        database.execute(f"DELETE FROM events WHERE event_id NOT IN ({refs})")

    def cut_head(database: sqlite3.Connection) -> None:
        cut(database)
        database.execute(
            "UPDATE heads SET seq = 50, hash = (SELECT hash FROM audit WHERE seq = 50),"
            " position = (SELECT max(position) FROM events)"
        )

    store = open_to_read(written).unwrap()
    kept = head(store)
    store.close()
    found = fault(damaged(written, tmp_path, cut))
    assert found is not None
    assert found.seq == 51
    whole = damaged(written, tmp_path, cut_head)
    assert fault(whole) is None
    found = fault(whole, kept)
    assert found is not None
    assert found.seq == 51
    other = fault(written, Head(30, bytes(32)))
    assert other is not None
    assert other.seq == 30


def test_flipped_bytes_of_the_file_never_pass_for_another_history(
    written: Path, tmp_path: Path
) -> None:
    """A flip is found, or it lies in a page that is no part of what the chain vouches for."""
    rng, pristine = random.Random(5), written.read_bytes()
    store = open_to_read(written).unwrap()
    good = exported(store)
    store.close()
    noticed = 0
    for turn in range(80):
        place = rng.randrange(100, len(pristine))
        path = tmp_path / f"flip{turn}.db"
        flipped = pristine[place] ^ (1 << rng.randrange(8))
        path.write_bytes(pristine[:place] + bytes([flipped]) + pristine[place + 1 :])
        opened = open_to_read(path)
        if is_failure(opened):
            noticed += 1
            continue
        store = opened.unwrap()
        if is_failure(verify(store)):
            noticed += 1
        else:
            assert exported(store) == good
        store.close()
    assert noticed > 5  # most pages are empty


def test_an_entry_is_proven_under_its_root_and_no_other(written: Path) -> None:
    store = open_to_read(written).unwrap()
    for seq in (1, 33, 60):
        found = inclusion(store, seq).unwrap()
        assert proven(found.entry_hash, found.proof, found.root).unwrap() == found.root
        other = inclusion(store, seq % 60 + 1).unwrap()
        assert is_failure(proven(other.entry_hash, found.proof, found.root))
    assert inclusion(store, 61).failure().seq == 61
    assert inclusion(store, 0).failure().seq == 0
    store.close()


def test_an_export_is_verified_by_a_few_lines_of_anything(written: Path) -> None:
    store = open_to_read(written).unwrap()
    _first, *lines, _last = [json.loads(line) for line in exported(store)]
    store.close()
    before = bytes(32)
    for line in lines:
        before = sha256(before + line["entry"].encode()).digest()
        assert before.hex() == line["hash"]
        assert json.loads(line["entry"])["body_hash"] == sha256(line["body"].encode()).hexdigest()
    assert len(lines) == 60


def test_a_kept_head_comes_back_or_is_named(tmp_path: Path) -> None:
    path = tmp_path / "head.json"
    keep_head(path, Head(3, b"\x01" * 32))
    assert kept_head(path).unwrap() == Head(3, b"\x01" * 32)
    path.write_text("{")
    assert kept_head(path).failure().seq == 0
