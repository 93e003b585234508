"""The import contracts hold on the tree, and each is broken by what is planted against it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINT = Path(sys.executable).parent / "lint-imports"
CORE = """
    verification batch policies projections catalog backtest bots strategies risk exchanges
    portfolio trading social revenue sizing margin gamification nft users ledger jobs onchain
    platform metrics indicators marketdata events market money ids instants numeric outcome errors
"""
ADAPTERS = "db bus cache exchanges chain marketdata security jobs telemetry payments mail clock ids"
RINGS = "shell -> adapters -> astracore, never back"
LAYERS = "inside the core: coarse may use fine, siblings stay strangers"
STRANGERS = "adapters do not know each other"
PURE = "the core knows no I/O, clock, randomness, environment or framework"
ARRAYS = "NumPy stays in batch, hypothesis and pytest in verification"
CYCLES = "no cycles anywhere"
PLANTED = [
    (RINGS, "astracore/money/a.py", "import shell"),
    (RINGS, "astracore/money/a.py", "import adapters.db"),
    (RINGS, "adapters/db/a.py", "import shell"),
    (LAYERS, "astracore/money/a.py", "import astracore.trading"),
    (LAYERS, "astracore/trading/a.py", "import astracore.social"),
    (LAYERS, "astracore/gamification/a.py", "import astracore.ledger"),
    (LAYERS, "astracore/events/a.py", "import astracore.trading"),
    (LAYERS, "astracore/errors/a.py", "import astracore.outcome"),
    (LAYERS, "astracore/undeclared/__init__.py", ""),
    (STRANGERS, "adapters/db/a.py", "import adapters.security"),
    (STRANGERS, "adapters/undeclared/__init__.py", ""),
    (PURE, "astracore/trading/a.py", "import time"),
    (PURE, "astracore/trading/a.py", "import random"),
    (PURE, "astracore/events/a.py", "import os"),
    (PURE, "astracore/ledger/a.py", "import aiohttp"),
    (PURE, "astracore/verification/a.py", "import pathlib"),
    (ARRAYS, "astracore/metrics/a.py", "import numpy"),
    (ARRAYS, "astracore/trading/a.py", "import hypothesis"),
    (CYCLES, "astracore/trading/a.py", "import astracore.trading.b"),
]
ALLOWED = [
    ("shell/a.py", "import astracore.trading, adapters.db, time"),
    ("adapters/db/a.py", "import astracore.events, sqlalchemy"),
    ("astracore/policies/a.py", "import astracore.trading, astracore.ledger"),
    ("astracore/verification/a.py", "import hypothesis, pytest"),
    ("astracore/batch/a.py", "import numpy, numba"),
]


@pytest.fixture(scope="module")
def skeleton(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every room that the contracts name, empty, under the contracts of this repository."""
    root = tmp_path_factory.mktemp("skeleton")
    rooms = [f"astracore/{room}" for room in CORE.split()]
    rooms += [f"adapters/{room}" for room in ADAPTERS.split()]
    for room in ("astracore", "adapters", "shell", *rooms):
        plant(root, f"{room}/__init__.py", "")
    plant(root, "astracore/trading/b.py", "import astracore.trading.a\n")
    plant(root, "pyproject.toml", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return root


def plant(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def linted(root: Path) -> "subprocess.CompletedProcess[str]":
    command = [str(LINT), "--no-cache", "--config", "pyproject.toml"]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)


def broken(output: str) -> set[str]:
    """The names of the contracts that the report calls broken."""
    return {
        line.removesuffix(" BROKEN") for line in output.splitlines() if line.endswith(" BROKEN")
    }


def test_the_tree_keeps_its_contracts() -> None:
    done = linted(ROOT)
    assert done.returncode == 0, done.stdout


def test_what_the_contracts_allow(skeleton: Path, tmp_path: Path) -> None:
    root = copied(skeleton, tmp_path)
    for name, line in ALLOWED:
        plant(root, name, f"{line}\n")
    plant(root, "astracore/trading/b.py", "")
    done = linted(root)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("contract", "name", "line"), PLANTED)
def test_a_planted_import_breaks_its_contract(
    skeleton: Path, tmp_path: Path, contract: str, name: str, line: str
) -> None:
    root = copied(skeleton, tmp_path)
    if contract != CYCLES:
        plant(root, "astracore/trading/b.py", "")
    plant(root, name, f"{line}\n")
    assert contract in broken(linted(root).stdout)


def copied(skeleton: Path, target: Path) -> Path:
    for path in sorted(skeleton.rglob("*")):
        if path.is_file():
            plant(target, path.relative_to(skeleton).as_posix(), path.read_text(encoding="utf-8"))
    return target
