"""Appends to PostgreSQL, beside pyeventsourcing's recorder for it: one server, one run, by turns.

Ours decides, chains, and stores an answer under a key; each writer waits for its answer. The peer
inserts rows that were made beforehand, a thread and a connection for each writer.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import uuid4

import uvloop
from attrs import frozen
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from adapters.db.postgres import connect_store
from shell.heap import settle_down
from tests.domains.counter import Add
from tests.domains.desk import desk_over
from tests.servers.postgres import Server, running
from tests.servers.stores import database

EVENTS = 3_200  # in a run, for all writers together
RUNS = 3
NUMBERS = count(1)


@frozen(kw_only=True)
class Load:
    """Who writes how: `batch` events in one command, to `streams` streams."""

    writers: int
    batch: int
    streams: int

    @property
    def turns(self) -> int:
        """Commands of each writer."""
        return max(10, EVENTS * (5 if self.batch > 1 else 1) // self.writers // self.batch)


def ours(server: Server, load: Load) -> float:
    """Events a second through the whole command path."""

    async def run(address: str) -> float:
        sat = desk_over(connect_store(address).unwrap())

        async def write(writer: int) -> None:
            counter = f"c{writer % load.streams}"
            for turn in range(load.turns):
                await sat.ask(f"{writer}:{turn}", Add(counter=counter, amount=1, parts=load.batch))

        start = time.perf_counter()
        await asyncio.gather(*(write(writer) for writer in range(load.writers)))
        wall = time.perf_counter() - start
        await sat.close()
        return load.writers * load.turns * load.batch / wall

    with database(server) as address:
        return uvloop.run(run(address))


def peers(server: Server, load: Load) -> float:
    """Events a second of the peer's recorder."""
    with database(server) as address:
        name = address.rsplit("/", 1)[1]
        datastore = PostgresDatastore(
            dbname=name, host="127.0.0.1", port=str(server.port), user="postgres", password="",
            pool_size=load.writers, max_overflow=0,
        )  # fmt: skip
        recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()

        def write(_writer: int) -> None:
            stream, version = uuid4(), 0
            for _ in range(load.turns):
                made = [
                    StoredEvent(stream, version + place, "added", b'{"amount":1}')
                    for place in range(1, load.batch + 1)
                ]
                version += load.batch
                recorder.insert_events(made)

        start = time.perf_counter()
        with ThreadPoolExecutor(load.writers) as threads:
            list(threads.map(write, range(load.writers)))
        wall = time.perf_counter() - start
        datastore.close()
    return load.writers * load.turns * load.batch / wall


LOADS = {
    "16 writers, batch 1": Load(writers=16, batch=1, streams=16),
    "16 writers on one stream, batch 1": Load(writers=16, batch=1, streams=1),
    "16 writers, batch 100": Load(writers=16, batch=100, streams=16),
    "lone writer, batch 1": Load(writers=1, batch=1, streams=1),
}
SIDES: dict[str, Callable[[Server, Load], float]] = {"ours": ours, "pyeventsourcing": peers}


def main() -> None:
    """Print the table."""
    settle_down()  # as the service does
    print(f"| append to PostgreSQL, Python {sys.version.split()[0]} | ours | peer | ratio |")
    print("|---|---|---|---|")
    with running() as server:
        for name, load in LOADS.items():
            rates: dict[str, list[float]] = {side: [] for side in SIDES}
            for _ in range(RUNS):
                for side, run in SIDES.items():
                    rates[side].append(run(server, load))
            one, other = (statistics.median(found) for found in rates.values())
            print(f"| {name} | {one:,.0f} | {other:,.0f} | {one / other:.2f} |", flush=True)


if __name__ == "__main__":
    main()
