"""`astra lag`: how far each read model is, and what is being rebuilt."""

import argparse
import sys

from sqlalchemy import Connection

from adapters.db import log, rows
from adapters.db.rows import REBUILD
from astracore.projections.registry import MODELS
from shell.cli.main import store_arguments
from shell.cli.store import reading_store


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the store is."""
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when every model is shown, 1 when one is not, 2 when the store cannot be read."""
    store = reading_store(given)
    if isinstance(store, int):
        return store
    lines = store.read(standing)
    store.close()
    sys.stdout.write("".join(f"{line}\n" for line, _ in lines))
    return 0 if all(is_shown for _, is_shown in lines) else 1


def standing(connection: Connection) -> tuple[tuple[str, bool], ...]:
    """A line for each model, and whether it is shown."""
    head, stands = log.log_head(connection).position, rows.standing(connection)
    found = []
    for model in MODELS:
        live, built = stands.get(model.name), stands.get(REBUILD + model.name)
        is_shown = live is not None and live.version == model.version
        position = live.position if live is not None and is_shown else 0
        line = f"{model.name:<26}v{model.version:<4}{position:>10}  lag {head - position:>8}"
        line += "" if is_shown else "  not shown yet"
        line += "" if built is None else f"  rebuilt to {max(built.position, 0)}"
        found.append((line, is_shown))
    return tuple(found)
