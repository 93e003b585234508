"""`astra verify vectors FILE…`: published cases against the library, a line for each."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from astracore.outcome import is_failure
from astracore.verification.vectors import CaseOutcome, Status, outcome_json, run_cases
from shell.cli.main import complain

SERIES = "series.json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be verified, and the files."""
    parser.add_argument("what", choices=["vectors"], help="case files in the format of the docs")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(given: argparse.Namespace) -> int:
    """0 when no case fails, 1 when one does, 2 when a file cannot be read."""
    outcomes: list[CaseOutcome] = []
    unread = 0
    for path in given.files:
        if path.name == SERIES:  # lists that cases name; it holds none itself
            continue
        found = outcomes_of(path)
        if isinstance(found, str):
            unread += 1
            complain(found)
            continue
        for one in found:
            outcomes.append(one)
            sys.stdout.write((outcome_json(one) if given.json else line(one)) + "\n")
    if not given.json:
        sys.stdout.write(summary(outcomes) + "\n")
    failed = any(one.status is Status.FAIL for one in outcomes)
    return 1 if failed else 2 if unread else 0


def outcomes_of(path: Path) -> tuple[CaseOutcome, ...] | str:
    """The outcomes of one file, or why it cannot be read."""
    beside = path.parent / SERIES
    try:
        text = path.read_text(encoding="utf-8")
        series = beside.read_text(encoding="utf-8") if beside.is_file() else None
    except OSError as trouble:
        return f"{path}: {(trouble.strerror or 'cannot be read').lower()}"
    except UnicodeDecodeError:
        return f"{path}: not text in UTF-8"
    result = run_cases(text, series)
    if is_failure(result):
        return f"{path}: {result.failure().reason}"
    return result.unwrap()


def line(one: CaseOutcome) -> str:
    """A case for people: what was expected and what came is shown where they differ."""
    shown = f"{one.status.value:<12}{plain(one.id)}  {plain(one.function)}"
    if one.status is Status.FAIL:
        return (
            f"{shown}\n    expected {json.dumps(one.expected)}\n    got      {json.dumps(one.got)}"
        )
    return shown


def plain(text: str) -> str:
    """What a file calls something, on one line and in characters that can be written."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def summary(outcomes: Sequence[CaseOutcome]) -> str:
    """How many of each."""
    counts = {status: sum(one.status is status for one in outcomes) for status in Status}
    return ", ".join(f"{count} {status.value}" for status, count in counts.items())
