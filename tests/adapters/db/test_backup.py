"""A backup is whole and restores to the same store, or it is no backup; on either database."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.db import log
from adapters.db.copying import COPIED, holds_nothing
from adapters.db.sqlite import StoreDamaged, StoreLocked, open_store
from astracore.errors.events import BrokenChain
from astracore.instants import Instant
from astracore.outcome import is_failure
from shell import backup
from shell.backup import BadBackup, GoalNotEmpty, back_up, restore
from shell.store import Store
from shell.stores import DATABASE, served, store_to_read
from tests.adapters.db.test_export import told, write
from tests.domains.counter import Add
from tests.domains.desk import desk_over
from tests.servers.postgres import Server
from tests.servers.stores import database

NOW = Instant(1_772_618_400_000_000)
KINDS = ("sqlite", "postgresql")


def silent(_done: int, _all: int) -> None:
    """Nobody looks."""


@contextmanager
def place(kind: str, folder: Path, postgres: Server) -> Iterator[tuple[Path, str | None]]:
    """Where a store may be: a data folder, and the address of a database."""
    folder.mkdir()
    if kind == "sqlite":
        yield folder, None
    else:
        with database(postgres) as address:
            yield folder, address


@contextmanager
def opened(data: Path, address: str | None) -> Iterator[Store]:
    """The store at a place, to be served."""
    store = served(data, address, None).unwrap()
    yield store
    store.close()


@pytest.fixture(params=KINDS)
def source(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Server
) -> Iterator[tuple[Path, str | None]]:
    """A store of sixty entries."""
    with place(request.param, tmp_path / "source", postgres) as (data, address):
        with opened(data, address) as store:
            asyncio.run(write(desk_over(store)))
        yield data, address


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_restored_is_what_was_backed_up(
    source: tuple[Path, str | None], tmp_path: Path, postgres: Server, kind: str
) -> None:
    made = back_up(*source, tmp_path / "backup", NOW, silent).unwrap()
    assert (made.position, made.seq) == (49, 60)
    with place(kind, tmp_path / "goal", postgres) as (data, address):
        assert restore(tmp_path / "backup", data, address, silent).unwrap() == made
        assert not [one for one in data.iterdir() if ".part" in one.name]
        with opened(*source) as before, opened(data, address) as after:
            assert told(after) == told(before)
            assert after.read(log.log_head) == before.read(log.log_head)
            for table in COPIED:
                query = table.select().order_by(*table.primary_key.columns)
                rows = [store.read(lambda c: c.execute(query).all()) for store in (before, after)]  # noqa: B023
                assert rows[0] == rows[1], table.name
        again = restore(tmp_path / "backup", data, address, silent)
        assert isinstance(again.failure(), GoalNotEmpty)


def test_it_is_one_moment_of_a_store_that_is_being_written(
    source: tuple[Path, str | None], tmp_path: Path
) -> None:
    done = threading.Event()
    with opened(*source) as store:
        writer = threading.Thread(target=lambda: asyncio.run(write_until(store, done)))
        writer.start()
        try:
            for turn in range(3):
                made = back_up(*source, tmp_path / f"b{turn}", NOW, silent).unwrap()
                restored = restore(tmp_path / f"b{turn}", tmp_path / f"g{turn}", None, silent)
                assert restored.unwrap().seq == made.seq
        finally:
            done.set()
            writer.join()
        assert store.read(log.log_head).seq > 60


async def write_until(store: Store, done: threading.Event) -> None:
    """Commands, one by one, until somebody says that it is enough."""
    sat, turn = desk_over(store), 0
    while not done.is_set() or turn == 0:
        await sat.ask(f"w{turn}", Add(counter="w", amount=1))
        turn += 1
    await sat.settler.close()


def test_a_damaged_store_gives_no_backup(source: tuple[Path, str | None], tmp_path: Path) -> None:
    with opened(*source) as store:
        change = "UPDATE events SET actor = 'nobody' WHERE position = 9"
        store.write(lambda c: c.exec_driver_sql(change))
    found = back_up(*source, tmp_path / "backup", NOW, silent).failure()
    assert isinstance(found, BrokenChain)
    assert list((tmp_path / "backup").iterdir()) == []


@pytest.mark.parametrize("step", ["make_one_file", "described", "settle", "write_whole"])
def test_a_backup_that_was_interrupted_is_none(
    source: tuple[Path, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(backup, step, dies)
        with pytest.raises(DiedError):
            back_up(*source, tmp_path / "backup", NOW, silent)
    found = restore(tmp_path / "backup", tmp_path / "goal", None, silent).failure()
    assert isinstance(found, BadBackup)
    assert not (tmp_path / "goal" / DATABASE).exists()
    if step != "write_whole":
        back_up(*source, tmp_path / "backup", NOW, silent).unwrap()


class DiedError(Exception):
    """Here it ended."""


def dies(*_given: object) -> None:
    raise DiedError


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", ["copied_hash", "make_one_file", "verify_chain", "at the end"])
def test_a_restore_that_was_interrupted_leaves_an_empty_store(
    tmp_path: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch, kind: str, step: str
) -> None:
    with opened(tmp_path / "source", None) as store:
        asyncio.run(write(desk_over(store)))
    back_up(tmp_path / "source", None, tmp_path / "backup", NOW, silent).unwrap()
    last = "settle" if kind == "sqlite" else "copy_tables"
    with place(kind, tmp_path / "goal", postgres) as (data, address):
        with monkeypatch.context() as patched:
            patched.setattr(backup, last if step == "at the end" else step, dies)
            with pytest.raises(DiedError):
                restore(tmp_path / "backup", data, address, silent)
        if address is None:
            assert isinstance(store_to_read(data, as_kept=True).failure(), StoreDamaged)
        else:
            with opened(data, address) as there:
                assert there.read(holds_nothing)
        restore(tmp_path / "backup", data, address, silent).unwrap()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of sixty entries."""
    folder = tmp_path_factory.mktemp("kept")
    with opened(folder / "source", None) as store:
        asyncio.run(write(desk_over(store)))
    back_up(folder / "source", None, folder / "backup", NOW, silent).unwrap()
    return folder / "backup"


def harmed(kept: Path, goal: Path, **change: object) -> Path:
    """The backup with other words about it."""
    goal.mkdir()
    (goal / DATABASE).write_bytes((kept / DATABASE).read_bytes())
    said = {**json.loads((kept / "backup.json").read_bytes()), **change}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    (goal / "backup.json").write_text(text + "\n")
    return goal


def refused(folder: Path, goal: Path) -> object:
    found = restore(folder, goal, None, silent)
    assert not (goal / DATABASE).exists()
    return found.failure() if is_failure(found) else None


def test_any_flipped_byte_of_its_file_is_found(kept: Path, tmp_path: Path) -> None:
    good = (kept / DATABASE).read_bytes()
    for turn, place_ in enumerate(range(7, len(good), len(good) // 10)):
        folder = harmed(kept, tmp_path / f"b{turn}")
        flipped = good[:place_] + bytes([good[place_] ^ 1]) + good[place_ + 1 :]
        (folder / DATABASE).write_bytes(flipped)
        found = refused(folder, tmp_path / "goal")
        assert found == BadBackup(str(folder), "the file is not the one that was backed up")


@pytest.mark.parametrize(
    "change", [{"seq": 59}, {"position": 48}, {"hash": "0" * 64}, {"sha256": ""}, {"more": 1}]
)
def test_other_words_about_it_are_found(
    kept: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    assert isinstance(refused(harmed(kept, tmp_path / "b", **change), tmp_path / "goal"), BadBackup)
    same = restore(harmed(kept, tmp_path / "same"), tmp_path / "other", None, silent)
    assert not is_failure(same), "only the words are refused"


def test_a_store_that_is_there_or_served_is_left_alone(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "goal" / DATABASE
    store = open_store(path).unwrap()
    assert restore(kept, tmp_path / "goal", None, silent).failure() == GoalNotEmpty(str(path))
    path.unlink()
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink(missing_ok=True)
    assert restore(kept, tmp_path / "goal", None, silent).failure() == StoreLocked(str(path))
    store.close()
    Path(f"{path}-wal").write_bytes(b"of another store")
    assert restore(kept, tmp_path / "goal", None, silent).failure() == GoalNotEmpty(str(path))


def test_a_backup_does_not_go_where_something_is(
    source: tuple[Path, str | None], kept: Path, tmp_path: Path
) -> None:
    before = (kept / DATABASE).read_bytes()
    assert isinstance(back_up(*source, kept, NOW, silent).failure(), GoalNotEmpty)
    assert (kept / DATABASE).read_bytes() == before
