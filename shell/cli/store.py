"""How command-line tools get at a store, and how they say that they cannot."""

from pathlib import Path
from typing import assert_never

from adapters.db.sqlite import Database, OpenFault, StoreDamaged, StoreLocked, StoreVersion
from adapters.db.sqlite import open_to_read as opened
from astracore.outcome import is_failure
from shell.cli.main import complain
from shell.runtime import DATABASE


def reading_store(data: Path) -> Database | int:
    """The store of a data folder for reading, also while it is being served; or an exit code."""
    result = opened(data / DATABASE)
    if is_failure(result):
        return complain(cannot_open(result.failure()))
    return result.unwrap()


def cannot_open(fault: OpenFault) -> str:
    """Why a store cannot be opened, and what to do."""
    match fault:
        case StoreLocked():
            return f"{fault.path} is being served by another process; stop that one first"
        case StoreVersion():
            return (
                f"{fault.path} has schema {fault.found or 'none'}, this program needs "
                f"{fault.wanted}: run `astra migrate`, or the program that made it"
            )
        case StoreDamaged():
            return f"{fault.path} cannot be used: {fault.why}"
        case _:
            assert_never(fault)
