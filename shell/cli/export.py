"""`astra export`: the log with its chain, answers and decisions, or one stream or category."""

import argparse

from astracore.outcome import is_failure
from shell.cli.main import complain, store_arguments
from shell.cli.store import reading_store, to_stdout
from shell.exports import export_log, export_part


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to write down; all of it when nothing is said."""
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--stream", metavar="CATEGORY/ID", help="the events of one stream alone")
    part.add_argument("--category", help="the events of all streams of a category")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when it was written, 2 when there is no such thing or the store cannot be read."""
    category, _, key = (given.stream or given.category or "").partition("/")
    if given.stream is not None and not key:
        return complain("--stream needs a category and an id, as trading.account/ID")
    store = reading_store(given, as_kept=True)
    if isinstance(store, int):
        return store
    if not category:
        store.read(lambda connection: export_log(connection, to_stdout))
        return 0
    done = store.read(lambda connection: export_part(connection, category, key or None, to_stdout))
    return complain(f"there is no event of {done.failure().name}") if is_failure(done) else 0
