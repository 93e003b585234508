"""One store of each backend, empty and migrated."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from adapters.db.postgres import Postgres, connect_store
from adapters.db.sqlite import Database, open_store
from tests.servers.postgres import Server

NUMBERS = count(1)


@contextmanager
def lite(folder: Path) -> Iterator[Database]:
    """SQLite in a folder."""
    store = open_store(folder / "store.db").unwrap()
    yield store
    store.close()


@contextmanager
def grand(server: Server) -> Iterator[Postgres]:
    """PostgreSQL, in a database of its own."""
    with database(server) as address:
        store = connect_store(address).unwrap()
        yield store
        store.close()


@contextmanager
def database(server: Server) -> Iterator[str]:
    """The address of an empty database, dropped afterwards."""
    name = f"test_{next(NUMBERS)}"
    server.sql(f"CREATE DATABASE {name}")
    yield server.address(name)
    server.sql(f"DROP DATABASE {name} WITH (FORCE)")
