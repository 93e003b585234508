"""How command-line tools get at a store."""

from pathlib import Path

from adapters.db.sqlite import Database
from adapters.db.sqlite import open_to_read as opened
from astracore.outcome import is_failure
from shell.cli.main import complain
from shell.runtime import DATABASE, cannot_open


def reading_store(data: Path) -> Database | int:
    """The store of a data folder for reading, also while it is being served; or an exit code."""
    result = opened(data / DATABASE)
    if is_failure(result):
        return complain(cannot_open(result.failure()))
    return result.unwrap()
