"""`astra import FILE`: fill an empty store from an export, or write nothing and name the line."""

import argparse
import sys
from pathlib import Path
from typing import BinaryIO

from astracore.catalog.aggregates import EVENTS
from astracore.outcome import is_failure
from shell.cli.main import complain, store_arguments
from shell.imports import ImportFault, NotEmpty, imported
from shell.stores import cannot_open, served


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to read, and where the empty store is (it is made when there is none)."""
    parser.add_argument("file", type=Path, help="an export; - for standard input")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when all of it is stored, 1 when a line is bad, 2 when the goal cannot be filled."""
    if str(given.file) == "-":
        return filled(given, sys.stdin.buffer)
    with given.file.open("rb") as source:
        return filled(given, source)


def filled(given: argparse.Namespace, source: BinaryIO) -> int:
    """Open the goal and read."""
    opened = served(given.data, given.database, None)
    if is_failure(opened):
        return complain(cannot_open(opened.failure()))
    store = opened.unwrap()
    result = imported(store, EVENTS, source)
    store.close()
    if is_failure(result):
        return refused(given, result.failure())
    done = result.unwrap()
    sys.stdout.write(
        f"{done.events} events, {done.answers} answers, {done.decisions} decisions\n"
        f"head {done.head.seq} {done.head.hash.hex()}\n"
    )
    return 0


def refused(given: argparse.Namespace, fault: ImportFault) -> int:
    """Why nothing was stored."""
    if isinstance(fault, NotEmpty):
        return complain("the store is not empty: an import fills an empty one")
    sys.stdout.write(f"BROKEN at line {fault.line} of {given.file}: {fault.why}\n")
    return 1
