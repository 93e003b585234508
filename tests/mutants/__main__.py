"""`./run mutants [--seed N] [--count N]`: tries a sample of mutants and writes docs/mutants.md."""

import argparse
import os
import re
import sys
from pathlib import Path

os.environ["HYPOTHESIS_PROFILE"] = "mutants"
import pytest

from tests.mutants.catalogue import PACKAGES
from tests.mutants.report import REASONS, reasons, told
from tests.mutants.trial import Order, Trial
from tests.tidy.rule import ROOT

FOLDERS = ("property_tests", "tests/trading", "tests/core", "tests/verification")


def say(text: str) -> None:
    os.write(2, f"mutants: {text}\n".encode())


def order() -> tuple[Order, Path | None]:
    parser = argparse.ArgumentParser(prog="./run mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--count", type=int, default=1200)
    parser.add_argument("--package", action="append", choices=PACKAGES, help="all, if not said")
    parser.add_argument(
        "--keys", type=Path, help="try the mutants named in this file, line by line"
    )
    parser.add_argument("--write", type=Path, help="the page to write")
    said = parser.parse_args()
    keys = said.keys.read_text().splitlines() if said.keys else ()
    packages = tuple(said.package or PACKAGES)
    asked = Order(seed=said.seed, count=said.count, packages=packages, keys=frozenset(keys))
    return asked, said.write


def speaking(packages: tuple[str, ...]) -> list[str]:
    """The test files that import the packages, themselves or through a helper beside them."""
    wanted = re.compile(rf"astracore\.({'|'.join(packages)})\b")
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).glob("*.py"))]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    direct = {file for file, text in texts.items() if wanted.search(text)}
    helpers = re.compile(rf"\.({'|'.join(file.stem for file in direct)}) import")
    through = {file for file, text in texts.items() if helpers.search(text)}
    return [str(file) for file in files if file in direct | through]


def main() -> int:
    asked, page = order()
    trial = Trial(asked, say)
    tests = speaking(asked.packages)
    tests += [str(ROOT / "astracore" / package) for package in asked.packages]
    quietly = ["-q", "--tb=no", "-p", "no:terminalreporter", "-p", "no:xdist", "-p", "no:cov"]
    code = pytest.main([*quietly, "-s", f"--rootdir={ROOT}", *tests], plugins=[trial])
    if not trial.outcomes:
        say(f"no outcome; pytest ended with {code}")
        return 2
    survivors = [
        one.mutant.key for one in trial.outcomes if one.status in ("survived", "unreached")
    ]
    unexplained = [key for key in survivors if key not in reasons()]
    if page:
        page.write_text(told(asked, trial), encoding="utf-8")
    say(f"{len(trial.outcomes)} tried in {trial.seconds:.0f} s, {len(survivors)} survive")
    for key in unexplained:
        say(f"SURVIVES {key}")
    for one in trial.outcomes:
        if one.status == "broken":
            say(f"BROKEN {one.mutant.key}")
    say(f"reasons are in {REASONS.relative_to(ROOT)}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
