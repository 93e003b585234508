"""Which store a process works on: the SQLite file of its data folder, or a PostgreSQL database."""

from pathlib import Path
from typing import ClassVar, TypeAlias, assert_never

from attrs import frozen
from returns.result import Failure, Result

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
from adapters.db.veil import Veil, claim, fits
from adapters.security.sealing import Sealing
from adapters.security.tokens import WeakKeyFile, key_from
from astracore.catalog.aggregates import CATALOGS
from astracore.events.personal import personal_fields
from astracore.outcome import is_failure
from shell.store import Store

DATABASE = "astra.sqlite"
MASTER = "personal.key"  # in the data folder of every process that shares a database
PERSONAL = personal_fields(events for _, events in CATALOGS)


@frozen
class MasterKey:
    """The personal fields of this store are sealed under another key than the one in `path`."""

    code: ClassVar[str] = "master_key"
    path: str


StoreFault: TypeAlias = OpenFault | ConnectFault | WeakKeyFile | MasterKey


def store_in(
    data: Path, database: str | None = None, *, fictitious: bool = False
) -> Result[Store, StoreFault]:
    """The store to serve, with the newest schema: `database`, or the file in `data`.

    `fictitious` says that nobody in it is a person: where nothing was ever sealed nothing is now,
    so that two runs make the same bytes.
    Errors: WeakKeyFile; those of `connect_store` or `open_store`; MasterKey.
    """
    if fictitious and not (data / MASTER).exists():
        return checked(served(data, database, None), None, data)
    data.mkdir(parents=True, exist_ok=True)
    master = key_from(data / MASTER)
    if is_failure(master):
        return master
    veil = Veil(PERSONAL, Sealing(master.unwrap()))
    opened = served(data, database, veil)
    if is_failure(opened) or opened.unwrap().write(lambda connection: claim(connection, veil)):
        return opened
    opened.unwrap().close()
    return Failure(MasterKey(str(data / MASTER)))


def served(data: Path, database: str | None, veil: Veil | None) -> Result[Store, StoreFault]:
    """The store of either kind."""
    if database is None:
        return open_store(data / DATABASE, veil)
    return connect_store(database, veil)


def store_to_read(
    data: Path, database: str | None = None, *, as_kept: bool = False
) -> Result[Store, StoreFault]:
    """The store to look into, also while it is being served.

    `as_kept` needs no key: personal fields stay sealed, as an auditor sees them.
    Errors: WeakKeyFile; those of `connect_to_read` or `open_to_read`; MasterKey.
    """
    if as_kept:
        return looked_into(data, database, None)
    veil: Veil | None = None
    if (data / MASTER).exists():
        master = key_from(data / MASTER)
        if is_failure(master):
            return master
        veil = Veil(PERSONAL, Sealing(master.unwrap()))
    return checked(looked_into(data, database, veil), veil, data)


def checked(
    opened: Result[Store, StoreFault], veil: Veil | None, data: Path
) -> Result[Store, StoreFault]:
    """The store, if the key is its own.  Errors: those of `opened`; MasterKey."""
    if is_failure(opened) or opened.unwrap().read(lambda connection: fits(connection, veil)):
        return opened
    opened.unwrap().close()
    return Failure(MasterKey(str(data / MASTER)))


def looked_into(data: Path, database: str | None, veil: Veil | None) -> Result[Store, StoreFault]:
    """The store of either kind, to read."""
    if database is None:
        return open_to_read(data / DATABASE, veil)
    return connect_to_read(database, veil)


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
        case WeakKeyFile():
            return f"{fault.path} is not a key of 32 bytes that only its owner may read"
        case MasterKey():
            return f"{fault.path} is not the key of this store: bring the one it was made with"
        case _:
            assert_never(fault)


def schema_told(place: str, found: str, wanted: str) -> str:
    """What to do about a schema that is not this program's."""
    return (
        f"{place} has schema {found or 'none'}, this program needs "
        f"{wanted}: run `astra migrate`, or the program that made it"
    )
