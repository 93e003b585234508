"""How long a backup and a restore take, of 100,000 events or as many as are named.

The log is of small events with chain and answers; every backup and restore checks the whole chain.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from returns.result import Success

from adapters.db.settle import Ask, Decided, Stamp, settle
from adapters.db.sqlite import open_store
from astracore.events.envelope import StreamId
from astracore.events.stored import fresh
from astracore.ids import CommandId
from astracore.instants import Instant
from shell.backup import back_up, restore
from shell.stores import DATABASE
from tests.domains.counter import COUNTER_EVENTS, Added, origin
from tests.servers.postgres import running
from tests.servers.stores import database

T = TypeVar("T")
STAMP = Stamp(recorded_at=Instant(5_000_000), config_version="1", producer="bench")
COMMANDS = 100  # of 20 events each, in one transaction
EVENTS = 20


def ask(number: int) -> Ask:
    """A command of twenty events."""
    stream = StreamId("test.counter", f"c{number % 500}")
    made = tuple(
        fresh(COUNTER_EVENTS, Added(amount=place), stream, origin(f"k{number:09}"), place)
        for place in range(EVENTS)
    )
    return Ask(
        key=CommandId(f"k{number:09}"),
        digest="d",
        actor="u1",
        at=Instant(1),
        streams=(stream,),
        decide=lambda _history: Success(Decided(events=made)),
        answer=lambda _stored: b"{}",
    )


def fill(data: Path, events: int) -> None:
    """A store of so many events."""
    store = open_store(data / DATABASE).unwrap()
    for start in range(0, events // EVENTS, COMMANDS):
        asks = [ask(number) for number in range(start, start + COMMANDS)]
        store.write(lambda connection, asks=asks: settle(connection, asks, STAMP))  # type: ignore[misc]
    store.close()


def timed(what: str, work: Callable[[], T]) -> T:
    """Do it and say how long it took."""
    began = time.monotonic()
    done = work()
    print(f"{what:<44}{time.monotonic() - began:8.1f} s", flush=True)
    return done


def silent(_done: int, _all: int) -> None:
    """Nobody looks."""


def main() -> None:
    """Both ways, on both databases."""
    events, now = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, Instant(0)
    with tempfile.TemporaryDirectory() as name, running() as server, database(server) as address:
        folder = Path(name)
        timed(f"{events:,} events written", lambda: fill(folder / "source", events))
        backup = folder / "backup"
        made = timed(
            "backup of SQLite",
            lambda: back_up(folder / "source", None, backup, now, silent).unwrap(),
        )
        print(f"{made.size / 1e6:.0f} MB")
        timed("restore to SQLite", lambda: restore(backup, folder / "a", None, silent).unwrap())
        timed(
            "restore to PostgreSQL",
            lambda: restore(backup, folder / "b", address, silent).unwrap(),
        )
        timed(
            "backup of PostgreSQL",
            lambda: back_up(folder / "b", address, folder / "second", now, silent).unwrap(),
        )


if __name__ == "__main__":
    main()
