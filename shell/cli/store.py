"""How command-line tools get at a store."""

import argparse
import sys

from astracore.outcome import is_failure
from shell.cli.main import complain
from shell.store import Store
from shell.stores import cannot_open, store_to_read


def reading_store(given: argparse.Namespace, *, as_kept: bool = False) -> Store | int:
    """The store that the arguments name, to look into while it is served; or an exit code."""
    result = store_to_read(given.data, given.database, as_kept=as_kept)
    if is_failure(result):
        return complain(cannot_open(result.failure()))
    return result.unwrap()


def to_stdout(text: str) -> None:
    """Write text as it is, in UTF-8 whatever the terminal's language."""
    sys.stdout.buffer.write(text.encode())
