"""PostgreSQL as the store of any number of processes: writers take one lock, readers a snapshot.

The driver is asynchronous and the functions of this package are not, so that both databases run
the same ones: a thread of its own turns the driver's loop, whoever asks gets a future.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import Any, ClassVar, TypeAlias, TypeVar

import asyncpg
import uvloop
from attrs import frozen
from returns.result import Failure, Result, Success
from sqlalchemy import Connection, event, make_url
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_connection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapters.db import migrate
from adapters.db.veil import OPTION, Veil, alias
from astracore.outcome import is_failure

T = TypeVar("T")
CONNECTIONS = 8
WAIT_S = 5  # for a connection, a lock or an answer
STORE_LOCK = 0x6173_7472_6101  # whoever appends holds it to the commit
BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({STORE_LOCK})"  # in one round trip
SCHEMA_LOCK = 0x6173_7472_6102  # whoever migrates
SETTINGS = {
    "application_name": "astra",
    "statement_timeout": "60s",
    "lock_timeout": f"{WAIT_S}s",
    "idle_in_transaction_session_timeout": "30s",
    "synchronous_commit": "on",
    "timezone": "UTC",
}


@frozen
class StoreAddress:
    """The address is not one of PostgreSQL: `postgresql://user:password@host:port/database`."""

    code: ClassVar[str] = "store_address"
    why: str


@frozen
class StoreAbsent:
    """The server cannot be reached, or refuses this user."""

    code: ClassVar[str] = "store_absent"
    address: str
    why: str


@frozen
class StoreSchema:
    """The database's schema is `found`, this program's is `wanted`: run `astra migrate`."""

    code: ClassVar[str] = "store_schema"
    address: str
    found: str
    wanted: str


ConnectFault: TypeAlias = StoreAddress | StoreAbsent | StoreSchema


@frozen
class Postgres:
    """An open store. Any number of processes may have one on the same database."""

    address: str  # without the password
    engine: AsyncEngine
    writers: AsyncEngine  # the same connections; who takes one begins and commits by itself
    loop: asyncio.AbstractEventLoop
    thread: Thread

    def writing(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` under the store's lock, in a transaction that is committed when it returns."""
        return asyncio.run_coroutine_threadsafe(self._write(work), self.loop)

    def changing(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` beside those who append: it locks the rows that it changes, and no others."""
        return asyncio.run_coroutine_threadsafe(self._change(work), self.loop)

    def reading(self, work: Callable[[Connection], T]) -> "Future[T]":
        """Run `work` on a snapshot of what is committed."""
        return asyncio.run_coroutine_threadsafe(self._read(work), self.loop)

    def read(self, work: Callable[[Connection], T]) -> T:
        """The same, waiting for it: for command-line tools."""
        return self.reading(work).result()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Write from a command-line tool."""
        return self.writing(work).result()

    def alias(self, text: str) -> str:
        """What stands in the log for a text that tells who somebody is."""
        return alias(self.engine.sync_engine.get_execution_options(), text)

    def close(self) -> None:
        """Finish what is under way and let the connections go."""
        asyncio.run_coroutine_threadsafe(self.engine.dispose(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _write(self, work: Callable[[Connection], T]) -> T:
        async with self.writers.connect() as connection:
            driver: asyncpg.Connection[Any] = (
                await connection.get_raw_connection()
            ).driver_connection  # type: ignore[assignment]
            try:
                await driver.execute(BEGIN)
                done = await connection.run_sync(work)
                await driver.execute("COMMIT")
            except BaseException:
                await undone(driver)
                raise
            return done

    async def _change(self, work: Callable[[Connection], T]) -> T:
        async with self.engine.connect() as connection, connection.begin():
            return await connection.run_sync(work)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        async with self.engine.connect() as connection:
            await connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            return await connection.run_sync(work)


def connect_store(address: str, veil: Veil | None = None) -> Result[Postgres, ConnectFault]:
    """Connect and migrate to the newest schema. Personal fields go through `veil`, if any.

    Errors: StoreAddress, StoreAbsent, StoreSchema (the database is newer than this program).
    """
    return _opened(address, veil, _migrated)


def connect_to_read(address: str, veil: Veil | None = None) -> Result[Postgres, ConnectFault]:
    """Connect to a database whose schema is this program's.  Errors: those of `connect_store`."""
    return _opened(address, veil, migrate.revision)


def _opened(
    address: str, veil: Veil | None, prepare: Callable[[Connection], str | None]
) -> Result[Postgres, ConnectFault]:
    made = _engine(address, veil)
    if is_failure(made):
        return made
    store = made.unwrap()
    try:
        found = asyncio.run_coroutine_threadsafe(_prepared(store, prepare), store.loop).result()
    except (SQLAlchemyError, OSError) as error:
        store.close()
        return Failure(StoreAbsent(store.address, str(error)))
    if found != migrate.newest():
        store.close()
        return Failure(StoreSchema(store.address, str(found), migrate.newest()))
    return Success(store)


async def _prepared(store: Postgres, prepare: Callable[[Connection], str | None]) -> str | None:
    async with store.engine.begin() as connection:
        return await connection.run_sync(prepare)


def _migrated(connection: Connection) -> str | None:
    """The schema afterwards. Two starting processes wait for each other here."""
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")
    found = migrate.revision(connection)
    if found is None or migrate.knows(found):
        migrate.upgrade(connection)
        return migrate.revision(connection)
    return found


def _engine(address: str, veil: Veil | None) -> Result[Postgres, StoreAddress]:
    try:
        url = make_url(address)
    except ArgumentError as error:
        return Failure(StoreAddress(str(error)))
    if url.drivername not in ("postgresql", "postgresql+asyncpg"):
        return Failure(StoreAddress(f"{url.drivername} is not postgresql"))
    engine = create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=WAIT_S,
        pool_use_lifo=True,
        execution_options={OPTION: veil},
        connect_args={"timeout": WAIT_S, "command_timeout": 60, "server_settings": SETTINGS},
    )
    event.listen(engine.sync_engine, "checkout", alive)
    loop = uvloop.new_event_loop()
    thread = Thread(target=loop.run_forever, name="store-loop", daemon=True)
    thread.start()
    shown = url.render_as_string(hide_password=True)
    writers = engine.execution_options(isolation_level="AUTOCOMMIT")
    return Success(
        Postgres(address=shown, engine=engine, writers=writers, loop=loop, thread=thread)
    )


async def undone(driver: "asyncpg.Connection[Any]") -> None:
    """Give the transaction up. A connection that cannot even do that is given up with it."""
    try:
        await driver.execute("ROLLBACK")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        driver.terminate()


def alive(driver: AsyncAdapt_asyncpg_connection, _record: object, _proxy: object) -> None:
    """A server that went away takes all its connections with it: the pool makes new ones."""
    if driver.driver_connection.is_closed():
        raise InvalidatePoolError
