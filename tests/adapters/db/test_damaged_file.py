"""A file of SQLite that was cut or written over is named and refused, or says what it said before.

What is asked is never whether a copy still opens, but whether anything is read from it as good.
"""

import asyncio
import os
import random
from pathlib import Path

import pytest
from sqlalchemy.exc import DatabaseError

from adapters.db.sqlite import StoreDamaged, open_store, open_to_read
from astracore.outcome import is_failure
from shell.audit import verify
from tests.adapters.db.test_export import told, write
from tests.domains.desk import desk_over

TRIALS = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 25


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed store of sixty entries."""
    path = tmp_path_factory.mktemp("good") / "store.db"
    store = open_store(path).unwrap()
    asyncio.run(write(desk_over(store)))
    store.close()
    return path


def verdict(path: Path) -> str:
    """What is found when the file is served: refused, broken, or the log that it holds."""
    opened = open_store(path)
    if is_failure(opened):
        assert isinstance(opened.failure(), StoreDamaged)
        return "refused"
    store = opened.unwrap()
    try:
        if is_failure(verify(store)):
            return "broken"
        return told(store).decode()
    except (DatabaseError, ValueError):
        return "unreadable"
    finally:
        store.close()


def allowed(good: Path) -> set[str]:
    """What a damaged file may be found to be."""
    store = open_to_read(good).unwrap()
    said = told(store).decode()
    store.close()
    return {"refused", "broken", "unreadable", said}


def test_a_page_that_was_written_over_is_never_read_as_good(good: Path, tmp_path: Path) -> None:
    data, fine, rng = good.read_bytes(), allowed(good), random.Random(15)
    size = int.from_bytes(data[16:18], "big")
    found = []
    for turn in range(TRIALS):
        page = rng.randrange(len(data) // size)
        path = tmp_path / f"{turn}.db"
        junk = rng.choice([bytes(size), b"\xff" * size, rng.randbytes(size)])
        path.write_bytes(data[: page * size] + junk + data[(page + 1) * size :])
        found.append(verdict(path))
        assert found[-1] in fine
    assert found.count("refused") >= TRIALS * 0.8, "most are found before anything is served"


def test_a_file_that_was_cut_is_refused(good: Path, tmp_path: Path) -> None:
    data, rng = good.read_bytes(), random.Random(16)
    for turn in range(TRIALS):
        path = tmp_path / f"{turn}.db"
        path.write_bytes(data[: rng.randrange(1, len(data))])
        assert verdict(path) == "refused"


def test_a_damaged_log_of_writes_is_cut_where_it_is_damaged(tmp_path: Path) -> None:
    """The write-ahead log has checksums: what stands behind the damage was never there, whole."""
    path, rng = tmp_path / "store.db", random.Random(17)
    store = open_store(path).unwrap()
    asyncio.run(write(desk_over(store)))
    parts = {end: Path(f"{path}{end}").read_bytes() for end in ("", "-wal")}
    whole = told(store).decode().splitlines()
    store.close()
    for turn in range(TRIALS):
        copy = tmp_path / f"{turn}.db"
        copy.write_bytes(parts[""])
        place = rng.randrange(len(parts["-wal"]))
        wal = bytearray(parts["-wal"])
        wal[place] ^= 1 << rng.randrange(8)
        Path(f"{copy}-wal").write_bytes(wal if turn % 2 else parts["-wal"][:place])
        found = verdict(copy)
        if found not in ("refused", "broken", "unreadable"):
            entries = [line for line in found.splitlines() if line.startswith('{"entry')]
            assert entries == [line for line in whole if line.startswith('{"entry')][: len(entries)]
