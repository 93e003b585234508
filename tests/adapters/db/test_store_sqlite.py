"""What is SQLite's own: the lock, durability, migrations, damage, tidy columns."""

import subprocess
import sys
import typing
from inspect import get_annotations
from pathlib import Path

import pytest
from sqlalchemy import Table, exc, select, text

from adapters.db import migrate, tables
from adapters.db.sqlite import StoreDamaged, StoreLocked, StoreVersion, open_store, open_to_read
from astracore.outcome import is_failure

SPINE = {
    *("events", "audit", "heads", "command_keys", "snapshots", "read_rows", "checkpoints"),
    *("leases", "notes", "decisions", "rank_nodes", "subject_keys"),
    *("subscribers", "dead_letters", "jobs", "schedules"),
}


def test_a_second_server_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    first = open_store(path).unwrap()
    assert open_store(path).failure() == StoreLocked(str(path))
    script = (
        "import sys; from pathlib import Path; from adapters.db.sqlite import open_store; "
        "print(open_store(Path(sys.argv[1])).failure().code)"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    assert said.stdout == "store_locked\n"
    first.close()
    open_store(path).unwrap().close()


def test_a_reader_works_beside_the_server_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    server = open_store(path).unwrap()
    server.write(lambda c: c.execute(text("INSERT INTO checkpoints VALUES ('m', 1, 2, 'm')")))
    reader = open_to_read(path).unwrap()
    query = select(tables.checkpoints)
    found = [tuple(row) for row in reader.read(lambda c: c.execute(query).all())]
    assert found == [("m", 1, 2, "m")]
    with pytest.raises(exc.OperationalError, match="readonly"):
        reader.write(lambda c: c.execute(text("DELETE FROM checkpoints")))
    reader.close()
    server.close()


def test_writes_survive_the_machine(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.db").unwrap()
    pragmas = {
        name: store.write(lambda c, name=name: c.execute(text(f"PRAGMA {name}")).scalar_one())  # type: ignore[misc]
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    assert pragmas == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000,
    }  # fmt: skip
    store.close()


def test_migrations_go_forward_and_back(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store.db").unwrap()
    query = text("SELECT name FROM sqlite_master WHERE type = 'table'")

    def names() -> set[str]:
        return set(store.read(lambda c: c.execute(query).scalars().all())) - {"alembic_version"}

    assert names() == SPINE
    assert store.read(migrate.revision) == migrate.newest()
    store.write(migrate.check)
    store.write(lambda connection: migrate.downgrade(connection, "base"))
    assert names() == set()
    assert store.read(migrate.revision) is None
    store.write(migrate.upgrade)
    assert names() == SPINE
    store.write(migrate.check)
    store.close()


def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    store = open_store(path).unwrap()
    store.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close()
    fault = StoreVersion(str(path), "9999", migrate.newest())
    assert open_store(path).failure() == fault
    assert open_to_read(path).failure() == fault


def test_what_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"these are not the bytes of a database" * 200)
    before = path.read_bytes()
    for opened in (open_store(path), open_to_read(path)):
        assert is_failure(opened)
        assert isinstance(opened.failure(), StoreDamaged)
    assert path.read_bytes() == before
    assert isinstance(open_to_read(tmp_path / "absent.db").failure(), StoreDamaged)


@pytest.mark.parametrize("name", sorted(SPINE))
def test_columns_stand_in_the_order_of_their_types(name: str) -> None:
    """`__row_pos__` types rows by position, so a moved column would lie."""
    table: Table = tables.metadata.tables[name]
    shape = next(
        one
        for one in vars(tables).values()
        if isinstance(one, type)
        and one.__module__ == tables.__name__
        and list(get_annotations(one))[:-1] == list(table.columns.keys())
    )
    *columns, positions = get_annotations(shape).values()
    assert [typing.get_args(one)[0] for one in columns] == list(typing.get_args(positions))
