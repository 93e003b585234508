"""The kept log of every domain folds to one state, whatever surrounds the program."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from astracore.catalog.registry import EVENT_TYPES
from tests.cli.playing import ROOT
from tests.surroundings.folding import KEPT

WAITING = {"job"}  # domains whose deciders are younger than the kept log
SURROUNDINGS: dict[str, tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]] = {
    # name: environment, options of the interpreter, options of the fold
    "plain": ({}, (), ()),
    "hash seed 1": ({"PYTHONHASHSEED": "1"}, (), ()),
    "hash seed 4242": ({"PYTHONHASHSEED": "4242"}, (), ()),
    "a zone ahead": ({"TZ": "Pacific/Kiritimati"}, (), ()),
    "a zone behind, odd": ({"TZ": "America/St_Johns", "PYTHONHASHSEED": "7"}, (), ()),
    "another language": ({"LC_ALL": "POSIX", "LANG": "de_DE", "PYTHONUTF8": "0"}, (), ()),
    "no asserts": ({"PYTHONHASHSEED": "8"}, ("-O",), ()),
    "no docstrings": ({"PYTHONHASHSEED": "9"}, ("-OO",), ()),
    "event by event": ({}, (), ("--chunk", "1")),
    "sevens, snapshot after 1": ({}, (), ("--chunk", "7", "--cut", "1")),
    "all at once, snapshot after 9": ({}, (), ("--chunk", "100000", "--cut", "9")),
    "crude decimals": ({"PYTHONHASHSEED": "10"}, (), ("--crude",)),
}


def folded(name: str, *more: str) -> str:
    """What the fold prints under one of the surroundings."""
    environment, interpreter, options = SURROUNDINGS[name]
    command = [sys.executable, *interpreter, "-m", "tests.surroundings.folding", *options, *more]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


@pytest.mark.slow
def test_there_is_one_hash() -> None:
    with ThreadPoolExecutor(2) as pool:
        told = dict(zip(SURROUNDINGS, pool.map(folded, SURROUNDINGS), strict=True))
        less = pool.submit(folded, "plain", "--without", "3").result()
    assert len(told) == 12
    assert set(told.values()) == {told["plain"]}, told
    assert less.split()[1] != told["plain"].split()[1], "an event less must show"


def test_the_kept_log_is_of_every_domain() -> None:
    lines = [json.loads(line) for line in KEPT.read_text(encoding="utf-8").split("\n") if line]
    kinds = {json.loads(line["entry"])["kind"] for line in lines if "entry" in line}
    assert {kind.split(".")[1] for kind in kinds} == {
        name.split(".")[1] for name in EVENT_TYPES
    } - WAITING
    assert len(kinds) > 100
