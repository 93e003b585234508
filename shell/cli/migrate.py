"""`astra migrate`: bring the database to the schema of this version."""

import argparse
import sys

from astracore.outcome import is_failure
from shell.cli.main import complain, data_argument
from shell.runtime import cannot_open, store_in


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the store is."""
    data_argument(parser)


def run(given: argparse.Namespace) -> int:
    """0 when the schema is the newest, 2 when the store cannot be opened."""
    result = store_in(given.data)
    if is_failure(result):
        return complain(cannot_open(result.failure()))
    store = result.unwrap()
    sys.stdout.write(f"{store.path} has the newest schema\n")
    store.close()
    return 0
