"""Backups: a folder with the store in one SQLite file and, written last, what it must be.

Whatever is interrupted leaves a file ending in `.part`, which nothing reads.
"""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar, TypeAlias, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection

from adapters.db import log, migrate
from adapters.db.copying import copy_file, copy_tables, file_fault, holds_nothing, make_one_file
from adapters.db.sqlite import Database, locked, open_store, open_to_read
from astracore.errors.events import BrokenChain
from astracore.events.codec import codec
from astracore.instants import Instant, instant_text
from astracore.outcome import is_failure
from shell.audit import verify_chain
from shell.store import Store
from shell.stores import DATABASE, StoreFault, served, store_to_read

MANIFEST = "backup.json"
PART = ".part"
BESIDE = ("", "-wal", "-shm", "-journal")  # what a database of SQLite may consist of
BLOCK = 1 << 20
S = TypeVar("S", bound=Store)
Progress: TypeAlias = Callable[[int, int], None]


@frozen(kw_only=True)
class Manifest:
    """What the file beside it must be. `seq` and `hash` are the chain's head, `position` the log's.

    `sha256` and `size` [bytes] are of the file, `schema` is the migration that it stands at.
    """

    at: str
    hash: str
    position: int
    schema: str
    seq: int
    sha256: str
    size: int


@frozen
class GoalNotEmpty:
    """There is something where the backup or the store is to be made."""

    code: ClassVar[str] = "goal_not_empty"
    path: str


@frozen
class BadBackup:
    """The folder is no backup, or not the one that was made."""

    code: ClassVar[str] = "bad_backup"
    path: str
    why: str


BackupFault: TypeAlias = StoreFault | BrokenChain | GoalNotEmpty | BadBackup
MANIFESTS = codec(Manifest)


def back_up(
    data: Path, database: str | None, goal: Path, now: Instant, progress: Progress
) -> Result[Manifest, BackupFault]:
    """Copy a store, also while it is served, check the copy, and say what it must be.

    Errors: those of opening the store, GoalNotEmpty, BadBackup and BrokenChain (the store is
    damaged: nothing that looks like a backup is left).
    """
    store = store_to_read(data, database, as_kept=True)
    if is_failure(store):
        return store
    with closing_store(store.unwrap()) as opened:
        goal.mkdir(parents=True, exist_ok=True)
        if any((goal / name).exists() for name in (DATABASE, MANIFEST)):
            return Failure(GoalNotEmpty(str(goal)))
        part = goal / f"{DATABASE}{PART}"
        discard(part)
        copied = copy_out(opened, data, database, part, progress)
    if is_failure(copied):
        return copied
    make_one_file(part)
    made = described(part, now, progress)
    if is_failure(made):
        discard(part)
        return made
    settle(part, goal / DATABASE)
    write_whole(goal / MANIFEST, MANIFESTS.encode(made.unwrap()) + b"\n")
    return made


def copy_out(
    store: Store, data: Path, database: str | None, part: Path, progress: Progress
) -> Result[None, BackupFault]:
    """One committed state of the store as a file.  Errors: those of opening a store."""
    if database is None:
        copy_file(data / DATABASE, part)
        return Success(None)
    opened = open_store(part)
    if is_failure(opened):
        return opened
    with closing_store(opened.unwrap()) as copy, copy.writer.begin():
        store.read(lambda connection: copy_tables(connection, copy.writer, progress))
    return Success(None)


def described(part: Path, now: Instant, progress: Progress) -> Result[Manifest, BackupFault]:
    """Check a file as a store and say what it is.  Errors: those of opening, BrokenChain."""
    opened = open_to_read(part)
    if is_failure(opened):
        return opened
    with closing_store(opened.unwrap()) as store:
        found = store.read(lambda connection: checked(connection, progress))
    if is_failure(found):
        return found
    head = found.unwrap()
    return Success(
        Manifest(
            at=instant_text(now),
            hash=head.hash.hex(),
            position=head.position,
            schema=migrate.newest(),
            seq=head.seq,
            sha256=file_hash(part),
            size=part.stat().st_size,
        )
    )


def checked(connection: Connection, progress: Progress) -> Result[log.LogHead, BrokenChain]:
    """The head of a store whose file and whose whole chain hold.  Errors: BrokenChain."""
    fault = file_fault(connection)
    if fault is not None:
        return Failure(BrokenChain(0, f"the file is damaged: {fault}"))
    walked = verify_chain(connection, None, progress)
    return walked.map(lambda _well: log.log_head(connection))


def restore(
    source: Path, data: Path, database: str | None, progress: Progress
) -> Result[Manifest, BackupFault]:
    """Make an empty store what the backup was; it is checked before anything of it is there.

    Errors: GoalNotEmpty, BadBackup, BrokenChain, those of opening a store.
    """
    read = manifest_in(source)
    if is_failure(read):
        return read
    data.mkdir(parents=True, exist_ok=True)
    if database is not None:
        return restored_into(source, read.unwrap(), data, database, progress)
    path = data / DATABASE
    if any(Path(f"{path}{one}").exists() for one in BESIDE):
        return Failure(GoalNotEmpty(str(path)))
    held = locked(path)
    if is_failure(held):
        return held
    try:
        staged = stage(source, read.unwrap(), data, progress)
        if is_failure(staged):
            return staged
        settle(staged.unwrap(), path)
    finally:
        os.close(held.unwrap())
    return read


def restored_into(
    source: Path, manifest: Manifest, data: Path, database: str, progress: Progress
) -> Result[Manifest, BackupFault]:
    """The same into a database of a server, in one transaction.  Errors: those of `restore`."""
    opened = served(data, database, None)
    if is_failure(opened):
        return opened
    with closing_store(opened.unwrap()) as goal:
        if not goal.read(holds_nothing):
            return Failure(GoalNotEmpty("the database"))
        staged = stage(source, manifest, data, progress)
        if is_failure(staged):
            return staged
        part = staged.unwrap()
        copy = open_to_read(part)
        if is_failure(copy):
            return copy
        with closing_store(copy.unwrap()) as whole:
            filled = goal.write(lambda connection: poured(connection, whole, progress))
        discard(part)
    return Success(manifest) if filled else Failure(GoalNotEmpty("the database"))


def poured(goal: Connection, copy: Database, progress: Progress) -> bool:
    """Copy every table in the caller's transaction; False when somebody was faster."""
    if not holds_nothing(goal):
        return False
    copy.read(lambda connection: copy_tables(connection, goal, progress))
    return True


def stage(
    source: Path, manifest: Manifest, data: Path, progress: Progress
) -> Result[Path, BackupFault]:
    """A checked copy of the backup's file in the data folder, at the schema of this program.

    Errors: BadBackup, BrokenChain, those of opening a store.
    """
    part = data / f"{DATABASE}{PART}"
    discard(part)
    if copied_hash(source / DATABASE, part) != manifest.sha256:
        discard(part)
        return Failure(BadBackup(str(source), "the file is not the one that was backed up"))
    opened = open_store(part)
    if is_failure(opened):
        return opened
    with closing_store(opened.unwrap()) as store:
        found = store.read(lambda connection: checked(connection, progress))
    make_one_file(part)
    Path(f"{part}.lock").unlink()
    if is_failure(found):
        discard(part)
        return found
    head = found.unwrap()
    noted = (manifest.position, manifest.seq, manifest.hash)
    if (head.position, head.seq, head.hash.hex()) != noted:
        discard(part)
        return Failure(BadBackup(str(source), f"its chain does not end at entry {manifest.seq}"))
    return Success(part)


def manifest_in(folder: Path) -> Result[Manifest, BadBackup]:
    """What a backup says of itself.  Errors: BadBackup."""
    path = folder / MANIFEST
    if not path.is_file():
        return Failure(BadBackup(str(folder), f"no {MANIFEST}: not a backup, or not a whole one"))
    if not (folder / DATABASE).is_file():
        return Failure(BadBackup(str(folder), f"no {DATABASE}"))
    return MANIFESTS.decode(path.read_bytes().rstrip(b"\n")).alt(
        lambda fault: BadBackup(str(path), f"{fault.path}: {fault.why}")
    )


@contextmanager
def closing_store(store: S) -> Iterator[S]:
    """Close a store at the end."""
    try:
        yield store
    finally:
        store.close()


def settle(part: Path, goal: Path) -> None:
    """Give a file that is whole its name, so that a crash leaves the one or the other."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.rename(goal)
    folder = os.open(goal.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def write_whole(path: Path, data: bytes) -> None:
    """A small file that is there whole or not at all."""
    part = path.with_name(f"{path.name}{PART}")
    part.write_bytes(data)
    settle(part, path)


def discard(part: Path) -> None:
    """Away with what an earlier run left half done."""
    for one in (*BESIDE, ".lock"):
        with suppress(FileNotFoundError):
            Path(f"{part}{one}").unlink()


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copied_hash(source: Path, goal: Path) -> str:
    """Copy a file; SHA-256 of what was copied."""
    found = hashlib.sha256()
    with source.open("rb") as old, goal.open("wb") as new:
        while block := old.read(BLOCK):
            found.update(block)
            new.write(block)
    return found.hexdigest()
