"""`astra backup FOLDER`: copy the whole store while it is being served, and check the copy."""

import argparse
import sys
import time
from pathlib import Path

from adapters.clock import SystemClock
from astracore.errors.events import BrokenChain
from astracore.outcome import is_failure
from shell.backup import BackupFault, BadBackup, GoalNotEmpty, Manifest, back_up
from shell.cli.main import complain, store_arguments
from shell.cli.progress import Bar
from shell.stores import cannot_open


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to, and which store."""
    parser.add_argument("folder", type=Path, help="a folder of its own, made when it is not there")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when the backup is whole, 1 when the store is damaged, 2 when it cannot be made."""
    began, bar = time.monotonic(), Bar("backup")
    now = SystemClock().now()
    result = back_up(given.data, given.database, given.folder, now, bar.show)
    bar.end()
    if is_failure(result):
        return refused(result.failure())
    told("backed up", result.unwrap(), time.monotonic() - began)
    return 0


def told(what: str, made: Manifest, seconds: float) -> None:
    """What a backup holds, and how long it took."""
    sys.stdout.write(
        f"{what} in {seconds:.1f} s: {made.position} events, {made.size} bytes\n"
        f"head {made.seq} {made.hash}\n"
    )


def refused(fault: BackupFault) -> int:
    """Why nothing was made: 1 when something is broken, 2 when it cannot be done."""
    if isinstance(fault, BrokenChain):
        sys.stdout.write(f"BROKEN at entry {fault.seq}: {fault.why}\n")
        return 1
    if isinstance(fault, BadBackup):
        sys.stdout.write(f"BROKEN: {fault.path}: {fault.why}\n")
        return 1
    if isinstance(fault, GoalNotEmpty):
        return complain(f"{fault.path} is not empty")
    return complain(cannot_open(fault))
