"""Damage to an export, drawn by a seed, and what both readers say of it.

`python -m tests.verifier.tampering` runs the full count: 1,000 flipped bytes, and 100 each of
deletions, insertions, swaps and cut tails. What is right is known without either reader: the
first line that is not the original's.
"""

import argparse
import importlib.util
import random
import tempfile
from collections.abc import Callable, Mapping
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

from adapters.db.sqlite import open_store
from astracore.catalog.aggregates import EVENTS
from astracore.events.catalog import Catalog
from astracore.outcome import is_failure
from shell.exportlines import BadExport
from shell.imports import imported
from shell.store import Store

VERIFIER = Path(__file__).resolve().parents[2] / "verifier" / "verify_chain.py"
Harm: TypeAlias = Callable[[random.Random, bytes], bytes]


def flip(rng: random.Random, data: bytes) -> bytes:
    """Another byte in one place."""
    place = rng.randrange(len(data))
    other = (data[place] + rng.randrange(1, 256)) % 256
    return data[:place] + bytes([other]) + data[place + 1 :]


def delete(rng: random.Random, data: bytes) -> bytes:
    """One line less."""
    lines = data.splitlines(keepends=True)
    del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def insert(rng: random.Random, data: bytes) -> bytes:
    """A line of the same export once more, somewhere."""
    lines = data.splitlines(keepends=True)
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
    return b"".join(lines)


def swap(rng: random.Random, data: bytes) -> bytes:
    """Two lines in each other's place."""
    lines = data.splitlines(keepends=True)
    one, other = rng.sample(range(len(lines)), 2)
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def cut(rng: random.Random, data: bytes) -> bytes:
    """The end is missing, at a line's end every other time."""
    place = rng.randrange(len(data))
    if rng.randrange(2):
        place = data.rfind(b"\n", 0, place) + 1
    return data[:place]


HARMS: Mapping[str, Harm] = {
    "flip": flip,
    "delete": delete,
    "insert": insert,
    "swap": swap,
    "cut": cut,
}


def first_wrong(good: bytes, bad: bytes) -> int:
    """The number of the first line that is another one, or is missing, or is too much."""
    pairs = zip_longest(good.split(b"\n"), bad.split(b"\n"))
    return next(number for number, (one, other) in enumerate(pairs, 1) if one != other)


def standalone() -> ModuleType:
    """The verifier as a module, so that a thousand trials need no thousand processes."""
    spec = importlib.util.spec_from_file_location("verify_chain", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def told_by_verifier(verifier: ModuleType, bad: bytes) -> int:
    """The line that the stand-alone file names; 0 when it finds nothing."""
    try:
        verifier.walked(BytesIO(bad), None, None)
    except verifier.BadError as wrong:
        return int(str(wrong).removeprefix("line ").partition(":")[0])
    return 0


def told_by_import(store: Store, events: Catalog[Any], bad: bytes) -> int:
    """The line that our reader names; 0 when it finds nothing."""
    result = imported(store, events, BytesIO(bad))
    if not is_failure(result):
        return 0
    fault = result.failure()
    assert isinstance(fault, BadExport)
    return fault.line


def missed(
    good: bytes, events: Catalog[Any], counts: Mapping[str, int], seed: int
) -> list[tuple[str, int, int, int]]:
    """(harm, right line, verifier's, ours) of every trial in which one of them is wrong."""
    rng, verifier, wrong = random.Random(seed), standalone(), []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "empty.db").unwrap()
        for name, count in counts.items():
            for _ in range(count):
                bad = good
                while bad == good:
                    bad = HARMS[name](rng, good)
                right = first_wrong(good, bad)
                told = told_by_verifier(verifier, bad), told_by_import(store, events, bad)
                if told != (right, right):
                    wrong.append((name, right, *told))
        store.close()
    return wrong


def main() -> None:
    """The full count on an export of one's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("export", type=Path, help="what `astra export` wrote")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    counts = {name: 1_000 if name == "flip" else 100 for name in HARMS}
    wrong = missed(given.export.read_bytes(), EVENTS, counts, given.seed)
    print(f"{sum(counts.values())} trials, {len(wrong)} not found at the right place")  # noqa: T201
    for one in wrong:
        print(*one)  # noqa: T201


if __name__ == "__main__":
    main()
