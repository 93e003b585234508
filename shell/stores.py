"""Which store a process works on: the SQLite file of its data folder, or a PostgreSQL database."""

from pathlib import Path
from typing import TypeAlias, assert_never

from returns.result import Result

from adapters.db.postgres import (
    ConnectFault,
    StoreAbsent,
    StoreAddress,
    StoreSchema,
    connect_store,
    connect_to_read,
)
from adapters.db.sqlite import (
    OpenFault,
    StoreDamaged,
    StoreLocked,
    StoreVersion,
    open_store,
    open_to_read,
)
from shell.store import Store

DATABASE = "astra.sqlite"
StoreFault: TypeAlias = OpenFault | ConnectFault


def store_in(data: Path, database: str | None = None) -> Result[Store, StoreFault]:
    """The store to serve, with the newest schema: `database`, or the file in `data`.

    Errors: those of `connect_store`; those of `open_store`.
    """
    if database is None:
        return open_store(data / DATABASE)
    return connect_store(database)


def store_to_read(data: Path, database: str | None = None) -> Result[Store, StoreFault]:
    """The store to look into, also while it is being served.

    Errors: those of `connect_to_read`; those of `open_to_read`.
    """
    if database is None:
        return open_to_read(data / DATABASE)
    return connect_to_read(database)


def cannot_open(fault: StoreFault) -> str:
    """Why a store cannot be opened, and what to do."""
    match fault:
        case StoreLocked():
            return f"{fault.path} is being served by another process; stop that one first"
        case StoreVersion():
            return schema_told(fault.path, fault.found, fault.wanted)
        case StoreSchema():
            return schema_told(fault.address, fault.found, fault.wanted)
        case StoreDamaged():
            return f"{fault.path} cannot be used: {fault.why}"
        case StoreAddress():
            return f"the database's address is no good: {fault.why}"
        case StoreAbsent():
            return f"{fault.address} cannot be reached: {fault.why}"
        case _:
            assert_never(fault)


def schema_told(place: str, found: str, wanted: str) -> str:
    """What to do about a schema that is not this program's."""
    return (
        f"{place} has schema {found or 'none'}, this program needs "
        f"{wanted}: run `astra migrate`, or the program that made it"
    )
