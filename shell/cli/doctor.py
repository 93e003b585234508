"""`astra doctor`: looks at store, file, chain, lag, clocks, leader, disk and bus."""

import argparse
import json
import os
import sys
from pathlib import Path

from attrs import asdict

from adapters.clock import SystemClock
from shell.cli.audit import HEAD
from shell.cli.main import store_arguments
from shell.doctor import Check, Patient, State, examined


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at, and how closely."""
    parser.add_argument("--deep", action="store_true", help="walk the whole audit chain")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument(
        "--head", type=Path, help=f"where the chain's end is kept (default: DATA/{HEAD})"
    )
    parser.add_argument(
        "--bus", default=os.environ.get("ASTRA_BUS"), help="redis://… (default: $ASTRA_BUS)"
    )
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when nothing failed (a warning is no failure), 1 when something did."""
    clock = SystemClock()
    patient = Patient(
        data=given.data,
        database=given.database,
        bus=given.bus,
        note=given.head or given.data / HEAD,
        deep=given.deep,
        now=clock.now,
        monotonic=clock.monotonic,
    )
    worst = 0
    for check in examined(patient):
        sys.stdout.write((json.dumps(asdict(check)) if given.json else line(check)) + "\n")
        worst = max(worst, check.state is State.FAILED)
    return int(worst)


def line(check: Check) -> str:
    """A check for people."""
    shown = f"{check.state.value:<9}{check.name:<8}{check.says}"
    return f"{shown}\n{'':17}→ {check.do}" if check.do else shown
