"""Folds the kept log and prints one hash: of every stream's state and of every read model's rows.

Run by `test_surroundings.py` as a process of its own, under odd settings of the machine. `--chunk`
is how many events the read models fold in one step; `--cut` is where streams are stopped: their
state is written down, read again and folded on.
"""

import argparse
import decimal
import hashlib
import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import astracore
from astracore.catalog.aggregates import EVENTS
from astracore.events.canonical import canonical, digest
from astracore.events.codec import codec
from astracore.events.decider import Decider
from astracore.events.exported import unsealed
from astracore.events.projection import Change
from astracore.events.stored import Stored, opened
from astracore.projections.registry import MODELS
from shell.exportlines import line_in
from tests.kept.telling import words

KEPT = Path(__file__).with_name("kept_log.jsonl")
CRUDE = decimal.Context(prec=2, rounding=decimal.ROUND_UP, Emin=-3, Emax=3, traps=[])


def kept() -> list[Stored]:
    """The events of the kept log."""
    lines = KEPT.read_bytes().splitlines(keepends=True)
    read = (line_in(number, raw).unwrap() for number, raw in enumerate(lines, 1))
    return [unsealed(line.said["body"]).unwrap() for line in read if line.kind == "entry"]


def deciders() -> dict[str, Decider[Any, Any, Any, Any]]:
    """Every decider of the core by its name."""
    return {
        thing.name: thing
        for module in pkgutil.walk_packages(astracore.__path__, "astracore.")
        for thing in vars(importlib.import_module(module.name)).values()
        if isinstance(thing, Decider)
    }


def states(log: Sequence[Stored], cut: int) -> list[str]:
    """A digest of every stream's state, in the order of their names."""
    streams = defaultdict(list)
    for one in log:
        streams[one.category, one.key].append(one)
    known = deciders()
    return [
        digest(state_of(known[category], events, cut))
        for (category, _key), events in sorted(streams.items())
    ]


def state_of(decider: Decider[Any, Any, Any, Any], events: Sequence[Stored], cut: int) -> bytes:
    """The state after all events; written down and read again after `cut` of them."""
    state = decider.initial
    try:
        shape: Any = codec(type(state))
    except TypeError:  # a state that is never a snapshot
        shape = None
    for count, one in enumerate(events):
        if shape is not None and count == cut:
            state = shape.decode(shape.encode(state)).unwrap()
        state = decider.evolve(state, EVENTS.decode(one.type, one.body).unwrap())
    if shape is None:
        with decimal.localcontext(decimal.Context(prec=100)):  # these words are not the core's
            return words(state).encode()
    written: bytes = shape.encode(state)
    return written


def among(known: Mapping[str, bytes], keys: Sequence[str]) -> Mapping[str, bytes]:
    """Those of the rows that are there."""
    return {key: known[key] for key in keys if key in known}


def rows(log: Sequence[Stored], chunk: int) -> list[str]:
    """A digest of every read model's rows."""
    envelopes = [opened(one, EVENTS.decode).unwrap() for one in log]
    told = []
    for model in MODELS:
        found: dict[str, Change] = {}
        wanted = [one for one in envelopes if type(one.event) in model.classes]
        for start in range(0, len(wanted), chunk):
            known = {key: one.body for key, one in found.items() if one.body is not None}
            for change in model.fold(partial(among, known), wanted[start : start + chunk]).unwrap():
                found.pop(change.key, None)
                if change.body is not None:
                    found[change.key] = change
        lines = [
            canonical([one.key, one.owner, one.sort, one.body.decode()])
            for _key, one in sorted(found.items())
            if one.body is not None
        ]
        told.append(f"{model.name} {len(lines)} {digest(b' '.join(lines))}")
    return told


def main() -> None:
    """Print the hash."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunk", type=int, default=500)
    parser.add_argument("--cut", type=int, default=-1)
    parser.add_argument("--crude", action="store_true", help="under a hostile decimal context")
    parser.add_argument("--without", type=int, default=0, help="leave an event out")
    given = parser.parse_args()
    with decimal.localcontext(CRUDE if given.crude else None):
        log = [one for one in kept() if one.position != given.without]
        told = [*states(log, given.cut), *rows(log, given.chunk)]
    print(len(log), hashlib.sha256("\n".join(told).encode()).hexdigest())  # noqa: T201


if __name__ == "__main__":
    main()
