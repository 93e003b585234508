"""Writes the kept log: what the walks of every domain and a short session of trading made happen.

`python -m tests.surroundings.gather` writes `kept_log.jsonl` anew, in the format of `astra export`.
The file is kept as it was: later programs must fold it, and to one state in any surroundings.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from returns.result import Success

from adapters.db import log
from adapters.db.settle import Ask, Decided, Stamp, settle
from adapters.db.sqlite import open_store, open_to_read
from astracore.catalog.aggregates import CATALOGS, EVENTS
from astracore.events.decider import Decider
from astracore.events.envelope import Origin, StreamId
from astracore.events.stored import Fresh, fresh
from astracore.ids import CommandId
from astracore.instants import Instant
from shell.exports import export_log
from tests.cli.playing import astra, sawtooth
from tests.kept.telling import Tale
from tests.kept.test_kept_walks import ROOMS

KEPT = Path(__file__).with_name("kept_log.jsonl")
START = Instant(1_772_625_600_000_000)
MOST = 20  # events of one stream
EACH = 1  # streams in which a type is wanted
STAMP = Stamp(recorded_at=START, config_version="1", producer="kept")
NAMES = {name for name, _ in CATALOGS}


class Listening(Tale):
    """A tale that remembers what happened in streams that it saw from their beginning."""

    heard: dict[StreamId, list[object]]
    count: int

    def __init__(self) -> None:
        super().__init__()
        Listening.count += 1
        self.name = f"tale{Listening.count}"

    def tell(
        self, decider: Decider[Any, Any, Any, Any], key: str, events: Iterable[object]
    ) -> None:
        """Events of a stream, one by one."""
        told, stream = tuple(events), StreamId(decider.name, f"{self.name}-{key}")
        if stream in self.heard or (decider.name, key) not in self.states:
            self.heard.setdefault(stream, []).extend(told)
        super().tell(decider, key, told)


def walked() -> dict[StreamId, list[object]]:
    """What happened in every walk."""
    Listening.heard, Listening.count = {}, 0
    for walk in (walk for walks in ROOMS.values() for walk in walks.values()):
        places = [
            module
            for module in list(sys.modules.values())
            if getattr(module, "Tale", None) is Tale and module.__name__ != __name__
        ]
        patches = [patch.object(module, "Tale", Listening) for module in places]
        for one in patches:
            one.start()
        walk()
        for one in patches:
            one.stop()
    return Listening.heard


def chosen(heard: dict[StreamId, list[object]]) -> dict[StreamId, list[object]]:
    """A few streams for each type of event, each no longer than it must be."""
    seen: Counter[type] = Counter()
    wanted: dict[StreamId, list[object]] = {}
    for stream, events in heard.items():
        short = events[:MOST]
        if stream.category in NAMES and any(seen[type(one)] < EACH for one in short):
            wanted[stream] = short
            seen.update({type(one) for one in short})
    return wanted


def traded(folder: Path) -> list[Fresh]:
    """A session of the demo."""
    sawtooth(folder / "candles.csv", 120)
    run = astra("demo", "--candles", folder / "candles.csv", "--data", folder)
    assert run.returncode == 0, run.stderr
    store = open_to_read(folder / "astra.sqlite").unwrap()
    found = store.read(lambda connection: log.kept_after(connection, 0, 1_000))
    store.close()
    return [
        Fresh(
            stream=StreamId(one.category, one.key),
            event_id=one.event_id,
            type=one.type,
            schema_version=one.schema_version,
            origin=origin(f"demo-{one.position}"),
            body=one.body,
        )
        for one in found
    ]


def origin(name: str) -> Origin:
    """Where a kept event comes from."""
    return Origin(
        command_id=CommandId(name),
        correlation_id=name,
        causation_id=name,
        actor="kept",
        at=START,
    )


def gathered(folder: Path) -> list[Fresh]:
    """Every event of the kept log."""
    made = traded(folder)
    for stream, events in chosen(walked()).items():
        asked = origin(f"{stream.category}-{stream.key}")
        made += [fresh(EVENTS, event, stream, asked, place) for place, event in enumerate(events)]
    return made


def main() -> None:
    """Write the file."""
    with tempfile.TemporaryDirectory() as name:
        made = gathered(Path(name))
        store = open_store(Path(name) / "kept.db").unwrap()
        ask = Ask(
            key=CommandId("kept"),
            digest="kept",
            actor="kept",
            at=START,
            streams=tuple({one.stream: None for one in made}),
            decide=lambda _history: Success(Decided(events=tuple(made))),
            answer=lambda _stored: b"{}",
        )
        [result] = store.write(lambda connection: settle(connection, [ask], STAMP))
        result.unwrap()
        lines: list[str] = []
        store.read(lambda connection: export_log(connection, lines.append))
        store.close()
    KEPT.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
