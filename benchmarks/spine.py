"""The event spine: appends beside pyeventsourcing, reading back, and what a command costs in CPU.

Both sides write to SQLite files on the same disk with 16 writers, one event at a time, and wait
for each answer, by turns, with `synchronous=FULL`. Ours also decides, chains, and stores an answer
under a key. Run it by `./run bench spine`: its environment holds the peer.
"""

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import uvloop
from attrs import frozen
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteDatastore

from adapters.db import log
from astracore.catalog.aggregates import ACCOUNT_AGGREGATE
from astracore.catalog.examples import example
from astracore.events.decider import replay
from astracore.trading.events import OrderAccepted
from shell.heap import settle_down
from shell.workers.folding import decoded
from tests.domains.counter import COUNTER, COUNTER_EVENTS, Add
from tests.domains.desk import desk

WRITERS = 16
EVENTS = 200  # for each writer
DECODED = 20_000
RUNS = 3


def timed(work: Callable[[], int]) -> float:
    """How many a second, median of the runs."""
    rates = []
    for _ in range(RUNS):
        start = time.perf_counter()
        done = work()
        rates.append(done / (time.perf_counter() - start))
    return statistics.median(rates)


@frozen(kw_only=True)
class Cost:
    """Commands a second, and µs of CPU for each."""

    rate: float
    cpu: float


def ours(writers: int, streams: int) -> Cost:
    """One run of the whole command path, on the loop that the service uses."""

    async def run(path: Path) -> Cost:
        sat = desk(path)

        async def write(writer: int) -> None:
            for turn in range(EVENTS):
                await sat.ask(f"{writer}:{turn}", Add(counter=f"c{writer % streams}", amount=1))

        start, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(write(writer) for writer in range(writers)))
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        await sat.close()
        return Cost(rate=writers * EVENTS / wall, cpu=cpu / (writers * EVENTS) * 1e6)

    with tempfile.TemporaryDirectory() as folder:
        return uvloop.run(run(Path(folder) / "store.db"))


def peers(writers: int) -> Cost:
    """One run of pyeventsourcing's SQLite recorder: a thread a writer, one event a call."""
    with tempfile.TemporaryDirectory() as folder:
        datastore = SQLiteDatastore(str(Path(folder) / "peer.db"), pool_size=WRITERS)
        recorder = SQLiteApplicationRecorder(datastore)
        recorder.create_table()

        def write(_writer: int) -> None:
            stream = uuid4()
            for version in range(1, EVENTS + 1):
                recorder.insert_events([StoredEvent(stream, version, "added", b'{"amount":1}')])

        start, cpu = time.perf_counter(), time.process_time()
        with ThreadPoolExecutor(writers) as threads:
            list(threads.map(write, range(writers)))
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        datastore.close()
    return Cost(rate=writers * EVENTS / wall, cpu=cpu / (writers * EVENTS) * 1e6)


def bare() -> Cost:
    """What the disk allows: one row, one commit, nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE rows (body)")
        start, cpu = time.perf_counter(), time.process_time()
        for _ in range(EVENTS):
            database.execute("INSERT INTO rows VALUES (1)")
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        database.close()
    return Cost(rate=EVENTS / wall, cpu=cpu / EVENTS * 1e6)


APPENDS: dict[str, Callable[[], Cost]] = {
    "bare SQLite commit, one writer": bare,
    "ours, 16 writers, 16 streams": lambda: ours(WRITERS, WRITERS),
    "pyeventsourcing, 16 writers, 16 streams": lambda: peers(WRITERS),
    "ours, 16 writers on one stream": lambda: ours(WRITERS, 1),
    "ours, lone writer": lambda: ours(1, 1),
    "pyeventsourcing, lone writer": lambda: peers(1),
}


def appends() -> dict[str, Cost]:
    """All of them by turns, so that a busy disk is busy for all; medians."""
    runs: dict[str, list[Cost]] = {name: [] for name in APPENDS}
    for _ in range(RUNS):
        for name, run in APPENDS.items():
            runs[name].append(run())
    return {
        name: Cost(
            rate=statistics.median(one.rate for one in found),
            cpu=statistics.median(one.cpu for one in found),
        )
        for name, found in runs.items()
    }


def decode_and_evolve_small() -> float:
    """A one-field event."""
    bodies = [b'{"amount":%d}' % n for n in range(DECODED)]
    name = "astra.test.added.v1"

    def work() -> int:
        replay(COUNTER, (COUNTER_EVENTS.decode(name, body).unwrap() for body in bodies))
        return DECODED

    return timed(work)


def decode_order() -> float:
    """The largest event of trading: 23 fields, 7 decimals."""
    events = ACCOUNT_AGGREGATE.events
    body = events.encode(example(OrderAccepted))

    def work() -> int:
        for _ in range(DECODED):
            events.decode(OrderAccepted.TYPE, body).unwrap()
        return DECODED

    return timed(work)


def read_back() -> float:
    """Events a second out of the store, decoded into envelopes."""

    async def fill(path: Path) -> float:
        sat = desk(path)
        for turn in range(DECODED // 1000):
            await sat.ask(f"k{turn}", Add(counter="c", amount=1, parts=1000))

        def work() -> int:
            found = sat.store.read(lambda c: log.after(c, 0, DECODED))
            return len(decoded(COUNTER_EVENTS, found).unwrap())  # type: ignore[arg-type]

        rate = timed(work)
        await sat.close()
        return rate

    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(fill(Path(folder) / "store.db"))


def main() -> None:
    """Print the table."""
    settle_down()  # as the service does
    print(f"| spine, Python {sys.version.split()[0]}, median of {RUNS} | a second | CPU each |")
    print("|---|---|---|")
    for name, cost in appends().items():
        print(f"| append, batch 1: {name} | {cost.rate:,.0f} | {cost.cpu:,.0f} µs |")
    for name, work in (
        ("decode + evolve, 1 field (aim 80,000)", decode_and_evolve_small),
        ("decode, order of 23 fields", decode_order),
        ("from the store into envelopes (aim 40,000)", read_back),
    ):
        rate = work()
        print(f"| {name} | {rate:,.0f} | {1e6 / rate:,.1f} µs |")


if __name__ == "__main__":
    main()
