"""`./run mutants [--seed N] [--count N]`: tries a sample of mutants and writes docs/mutants.md."""

import argparse
import os
import pickle
import re
import sys
from pathlib import Path

os.environ["HYPOTHESIS_PROFILE"] = "mutants"
import pytest

from tests.mutants.catalogue import PACKAGES
from tests.mutants.report import reasons, told
from tests.mutants.trial import DEAD, Order, Outcome, Trial
from tests.tidy.rule import ROOT

LAST = ROOT / ".cache" / "mutants" / "last.pickle"
FOLDERS = (
    "property_tests",
    "tests/trading",
    "tests/core",
    "tests/verification",
    "tests/nft",
    "tests/users",
)


def say(text: str) -> None:
    os.write(2, f"mutants: {text}\n".encode())


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run mutants", description=__doc__)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--count", type=int, default=1100)
    parser.add_argument("--package", action="append", choices=PACKAGES, help="all, if not said")
    parser.add_argument("--again", action="store_true", help="those of the last run still alive")
    parser.add_argument("--only", action="append", help="these tests, not all that speak of it")
    parser.add_argument("--budget", type=float, default=6.0, help="seconds of tests for a mutant")
    parser.add_argument("--write", type=Path, help="the page to write")
    return parser.parse_args()


def speaking(packages: tuple[str, ...]) -> list[str]:
    """The test files that import the packages, themselves or through a helper beside them."""
    wanted = re.compile(rf"astracore\.({'|'.join(packages)})\b")
    files = [file for folder in FOLDERS for file in sorted((ROOT / folder).glob("*.py"))]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    direct = {file for file, text in texts.items() if wanted.search(text)}
    helpers = re.compile(rf"\.({'|'.join(file.stem for file in direct)}) import")
    through = {file for file, text in texts.items() if helpers.search(text)}
    doctests = [str(ROOT / "astracore" / package) for package in packages]
    return [*(str(file) for file in files if file in direct | through), *doctests]


def main() -> int:
    said = asked()
    order = Order(seed=said.seed, count=said.count, packages=tuple(said.package or PACKAGES))
    last: list[Outcome] = []
    if said.again:
        order, last = pickle.loads(LAST.read_bytes())  # noqa: S301 (our own file)
    alive = frozenset(one.mutant.key for one in last if one.status not in DEAD)
    trial = Trial(order, say, alone=alive, budget=said.budget)
    tests = said.only or speaking(order.packages)
    quietly = ["-q", "--tb=no", "-p", "no:terminalreporter", "-p", "no:xdist", "-p", "no:cov"]
    code = pytest.main([*quietly, "-s", f"--rootdir={ROOT}", *tests], plugins=[trial])
    if not trial.outcomes:
        say(f"no outcome; pytest ended with {code}")
        return 2
    trial.outcomes += [one for one in last if one.mutant.key not in alive]
    LAST.write_bytes(pickle.dumps((order, trial.outcomes)))
    if said.write:
        said.write.write_text(told(order, trial), encoding="utf-8")
    return judged(trial)


def judged(trial: Trial) -> int:
    """0 when each mutant is dead or explained."""
    known = reasons()
    alive = [one for one in trial.outcomes if one.status not in DEAD]
    unexplained = [one for one in alive if one.mutant.key not in known]
    say(f"{len(trial.outcomes)} tried, {trial.seconds:.0f} s, {len(alive)} alive")
    for one in unexplained:
        say(f"not explained, {one.status}: {one.mutant.key}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
