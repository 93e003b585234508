"""`astra restore FOLDER`: make an empty store what a backup was, of whichever kind it was."""

import argparse
import time
from pathlib import Path

from astracore.outcome import is_failure
from shell.backup import restore
from shell.cli.backup import refused, told
from shell.cli.main import store_arguments
from shell.cli.progress import Bar


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where from, and which store."""
    parser.add_argument("folder", type=Path, help="what `astra backup` made")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when the store is what the backup was, 1 when that is broken, 2 when it cannot be done."""
    began, bar = time.monotonic(), Bar("restore")
    result = restore(given.folder, given.data, given.database, bar.show)
    bar.end()
    if is_failure(result):
        return refused(result.failure())
    told("restored", result.unwrap(), time.monotonic() - began)
    return 0
