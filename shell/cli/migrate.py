"""`astra migrate`: bring the database to the schema of this version."""

import argparse
import sys

from astracore.outcome import is_failure
from shell.cli.main import complain, store_arguments
from shell.stores import cannot_open, store_in


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the store is."""
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when the schema is the newest, 2 when the store cannot be opened."""
    result = store_in(given.data, given.database)
    if is_failure(result):
        return complain(cannot_open(result.failure()))
    store = result.unwrap()
    sys.stdout.write("the schema is the newest\n")
    store.close()
    return 0
