"""`astra replay`: rebuild every read model from the events and compare with what is stored; or
take recorded decisions again, as they were or under other limits."""

import argparse
import sys
from pathlib import Path

from astracore.catalog.aggregates import AGGREGATES, EVENTS
from astracore.outcome import is_failure
from astracore.projections.registry import MODELS
from shell.cli import whatif
from shell.cli.main import complain, store_arguments
from shell.cli.progress import Bar
from shell.cli.store import reading_store
from shell.replay import Replayed, check_snapshots, replay
from shell.store import Store

EQUAL = "equal"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where the store is, and what to replay."""
    parser.add_argument(
        "--decisions",
        action="store_true",
        help="take every recorded decision of every account again and compare",
    )
    parser.add_argument(
        "--limits",
        type=Path,
        metavar="FILE",
        help="what would have happened: decide again under the limits of a JSON file, such as "
        '{"risk": {"exposure": "5000", "daily_loss": "0.05"}, "daily_limit": 20}',
    )
    parser.add_argument("--account", help="with --limits: this account alone")
    parser.add_argument("--day", metavar="DATE", help="with --limits: one UTC day, as 2026-03-04")
    store_arguments(parser)


def run(given: argparse.Namespace) -> int:
    """0 when everything equals its fold, 1 when one differs, 2 when it cannot be read.

    With --limits: 0 when no decision differs, 1 when one does.
    """
    store = reading_store(given)
    if isinstance(store, int):
        return store
    if given.limits is not None:
        return whatif.replayed_under(store, given)
    if given.decisions:
        return whatif.decisions_checked(store)
    return max(models_checked(store), snapshots_checked(store))


def models_checked(store: Store) -> int:
    """Every read model beside its fold."""
    bar = Bar("replay")
    result = replay(store, EVENTS, MODELS, bar.show)
    bar.end()
    if is_failure(result):
        return complain(f"the log cannot be folded: {result.failure()}")
    different = 0
    for one in result.unwrap():
        verdict = verdict_of(one)
        different += verdict != EQUAL
        sys.stdout.write(f"{one.model:<26}{one.events:>8} events {one.rows:>8} rows  {verdict}\n")
    sys.stdout.write("every read model is equal\n" if different == 0 else f"{different} differ\n")
    return 1 if different else 0


def verdict_of(one: Replayed) -> str:
    """What came out of one model."""
    if one.difference is not None:
        return f"DIFFERS at row {one.difference.key}"
    if one.miscounted:
        return f"MISCOUNTED: {len(one.miscounted)} counts that ranks are summed from"
    return EQUAL


def snapshots_checked(store: Store) -> int:
    """Every snapshot beside the fold of its stream."""
    result = check_snapshots(store, AGGREGATES)
    if is_failure(result):
        return complain(f"a snapshot cannot be checked: {result.failure()}")
    found = result.unwrap()
    sys.stdout.write(f"{found.equal} snapshots are equal, {found.unread} of another schema\n")
    for stream in found.different:
        sys.stdout.write(f"snapshot of {stream} DIFFERS\n")
    return 1 if found.different else 0
