"""`astra rebuild`: ask for new rows of read models; whoever leads them builds while it serves."""

import argparse
import sys

from sqlalchemy import Connection

from adapters.db import rows
from astracore.outcome import is_failure
from astracore.projections.registry import MODELS
from shell.cli.main import complain, store_arguments
from shell.stores import cannot_open, served


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which models, and where the store is."""
    parser.add_argument("models", nargs="*", metavar="MODEL", help="as `astra lag` names them")
    parser.add_argument("--all", action="store_true", help="every read model")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when it was asked for, 2 when there is no such model or the store cannot be written."""
    known = {model.name: model.version for model in MODELS}
    strange = sorted(set(given.models) - known.keys())
    if strange or given.all == bool(given.models):
        told = f"no such model: {', '.join(strange)}" if strange else "name models, or say --all"
        return complain(told)
    chosen = sorted(known if given.all else set(given.models))
    opened = served(given.data, given.database, None)
    if is_failure(opened):
        return complain(cannot_open(opened.failure()))
    store = opened.unwrap()

    def ask(connection: Connection) -> None:
        for name in chosen:
            rows.want_rebuild(connection, name, known[name])

    store.write(ask)
    store.close()
    sys.stdout.write(
        f"{len(chosen)} models will be built anew from position 0, by whoever leads them, or at "
        "the next start; until then they are shown as they are (`astra lag`)\n"
    )
    return 0
