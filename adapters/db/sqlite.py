"""SQLite as the store of exactly one process: one writer thread, a pool of readers."""

import fcntl
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from sqlite3 import Connection as Driver
from typing import ClassVar, TypeAlias, TypeVar

from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import URL, Connection, Engine, QueuePool, StaticPool, create_engine, event
from sqlalchemy.exc import DatabaseError

from adapters.db import migrate
from adapters.db.copying import file_fault
from adapters.db.veil import OPTION, Veil, alias
from astracore.outcome import is_failure

T = TypeVar("T")
BUSY_MS = 5000
READERS = 4
CHECKED = 256 << 20  # [bytes] up to which every page is looked at before a file is served


@frozen
class StoreLocked:
    """Another process serves this file. SQLite has one writer; stop the other one first."""

    code: ClassVar[str] = "store_locked"
    path: str


@frozen
class StoreVersion:
    """The file's schema is `found`, this program's is `wanted`: run `astra migrate`."""

    code: ClassVar[str] = "store_version"
    path: str
    found: str
    wanted: str


@frozen
class StoreDamaged:
    """The file is not a database, or does not pass SQLite's own check."""

    code: ClassVar[str] = "store_damaged"
    path: str
    why: str


OpenFault: TypeAlias = StoreLocked | StoreVersion | StoreDamaged


@frozen
class Database:
    """An open store. `writing` runs in the one writer thread, in a transaction of its own."""

    path: Path
    writer: Connection  # kept open: one for each transaction costs as much as a small one
    readers: Engine
    write_thread: ThreadPoolExecutor
    read_threads: ThreadPoolExecutor
    lock: int | None  # the file descriptor that holds the lock; None when opened to read

    def writing(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` in a transaction that is committed when it returns and undone if it raises."""
        return self.write_thread.submit(transacted, self.writer, work)

    def changing(self, work: Callable[[Connection], T]) -> "Future[T]":
        """The same: there is one writer."""
        return self.writing(work)

    def reading(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` on a snapshot of what is committed."""
        return self.read_threads.submit(looked, self.readers, work)

    def read(self, work: Callable[[Connection], T]) -> T:
        """The same in the calling thread, for command-line tools."""
        return looked(self.readers, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Write from a command-line tool: waits for the writer thread."""
        return self.writing(work).result()

    def alias(self, text: str) -> str:
        """What stands in the log for a text that tells who somebody is."""
        return alias(self.readers.get_execution_options(), text)

    def close(self) -> None:
        """Finish what is under way and let the file go."""
        self.write_thread.shutdown()
        self.read_threads.shutdown()
        self.writer.close()
        self.writer.engine.dispose()
        self.readers.dispose()
        if self.lock is not None:
            os.close(self.lock)


def transacted(connection: Connection, work: Callable[[Connection], T]) -> T:
    """`work` in one transaction."""
    with connection.begin():
        return work(connection)


def looked(engine: Engine, work: Callable[[Connection], T]) -> T:
    """`work` in one transaction that is given up at the end: there is nothing to commit."""
    with engine.connect() as connection:
        return work(connection)


def open_store(path: Path, veil: Veil | None = None) -> Result[Database, OpenFault]:
    """Take the file for this process alone and migrate it to the newest schema.

    Personal fields go through `veil`; without one they are kept as they are.

    Errors: StoreLocked, StoreVersion (the file is newer than this program), StoreDamaged (also
    when a page of a file up to CHECKED is damaged: 1 ms a megabyte; of larger ones tells a doctor).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    held = locked(path)
    if is_failure(held):
        return held
    writer = writer_engine(path, veil)
    found, known = None, False
    try:
        with writer.begin() as connection:
            fault = file_fault(connection) if path.stat().st_size <= CHECKED else None
            found = migrate.revision(connection)
            known = found is None or migrate.knows(found)
            if known and fault is None:
                migrate.upgrade(connection)
    except DatabaseError as error:
        fault = str(error.orig)
    if fault is not None:
        writer.dispose()
        os.close(held.unwrap())
        return Failure(StoreDamaged(str(path), fault))
    if not known:
        writer.dispose()
        os.close(held.unwrap())
        return Failure(StoreVersion(str(path), str(found), migrate.newest()))
    return Success(database(path, writer, reader_engine(path, veil), held.unwrap()))


def open_to_read(path: Path, veil: Veil | None = None) -> Result[Database, OpenFault]:
    """Look into a store that may be served by another process; nothing can be written.

    Errors: StoreVersion, StoreDamaged.
    """
    if not path.is_file():
        return Failure(StoreDamaged(str(path), "no such file"))
    readers = reader_engine(path, veil)
    try:
        with readers.begin() as connection:
            found = migrate.revision(connection)
    except DatabaseError as error:
        readers.dispose()
        return Failure(StoreDamaged(str(path), str(error.orig)))
    if found != migrate.newest():
        readers.dispose()
        return Failure(StoreVersion(str(path), str(found), migrate.newest()))
    return Success(database(path, readers, readers, None))


def database(path: Path, writer: Engine, readers: Engine, lock: int | None) -> Database:
    """The engines with their threads."""
    return Database(
        path=path,
        writer=writer.connect(),
        readers=readers,
        write_thread=ThreadPoolExecutor(1, "store-writer"),
        read_threads=ThreadPoolExecutor(READERS, "store-reader"),
        lock=lock,
    )


def locked(path: Path) -> Result[int, StoreLocked]:
    """Hold `path`.lock until the descriptor is closed, also by a kill.  Errors: StoreLocked."""
    held = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        return Failure(StoreLocked(str(path)))
    return Success(held)


def writer_engine(path: Path, veil: Veil | None = None) -> Engine:
    """One connection that begins every transaction as the writer."""
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False, "isolation_level": None},
        execution_options={OPTION: veil},
    )
    event.listen(engine, "connect", durable)
    event.listen(engine, "begin", begin_writing)
    return engine


def reader_engine(path: Path, veil: Veil | None = None) -> Engine:
    """Connections that see committed states and can change nothing."""
    engine = create_engine(
        URL.create("sqlite+pysqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=READERS,
        connect_args={"check_same_thread": False, "isolation_level": None},
        execution_options={OPTION: veil},
    )
    event.listen(engine, "connect", read_only)
    event.listen(engine, "begin", begin_reading)
    return engine


def durable(driver: Driver, _record: object) -> None:
    """What is acknowledged survives a crash of the process and of the machine."""
    driver.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA synchronous = FULL")
    driver.execute("PRAGMA foreign_keys = ON")


def read_only(driver: Driver, _record: object) -> None:
    """Refuse every write on this connection."""
    driver.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
    driver.execute("PRAGMA query_only = ON")


def begin_writing(connection: Connection) -> None:
    """Take the write lock at once: a read that turns into a write could fail half-way."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def begin_reading(connection: Connection) -> None:
    """All reads of one transaction see one state."""
    connection.exec_driver_sql("BEGIN")
