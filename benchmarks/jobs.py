"""How many jobs a second are enqueued, and run by pools of three: `python benchmarks/jobs.py`.

On SQLite (one process) and on PostgreSQL (one and two processes, beside each other), tasks that do
nothing but count themselves in the transaction that completes them.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from adapters.db.postgres import connect_store
from adapters.db.sqlite import open_store
from shell.jobs.pool import Pace
from shell.logs import configure_logs
from shell.store import Store
from tests.jobs.yard import Yard, yard
from tests.servers import postgres as servers
from tests.servers.stores import database

SINGLE = 100
BATCH = 1_000
RUN = 200
POOL = 3
PACE = Pace(poll=0.05, beat=10.0, sweep=1_000.0, stop=5.0)


def rate(count: int, work: Callable[[], None]) -> float:
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def one_by_one(there: Yard) -> None:
    """Each in a transaction of its own."""
    for _ in range(SINGLE):
        there.put("plain")


def together(there: Yard) -> None:
    """All in one transaction."""

    def work(connection: Connection) -> None:
        for _ in range(BATCH):
            there.put_in(connection, "plain")

    there.store.write(work)


async def drained(there: Yard, task: str) -> float:
    """Run what waits, and how many a second that were."""
    body = {"name": "x"} if task == "count" else None
    there.store.write(lambda c: [there.put_in(c, task, body) for _ in range(RUN)])
    workers = there.workers(pool=POOL, pace=PACE)
    began = time.perf_counter()
    running = asyncio.create_task(workers.run())
    while await asyncio.to_thread(waits, there):  # noqa: ASYNC110 - other threads end them
        await asyncio.sleep(0.05)
    spent = time.perf_counter() - began
    running.cancel()
    await workers.stop()
    return RUN / spent


async def both(there: Yard) -> tuple[float, float]:
    """Without an effect, and with one."""
    return await drained(there, "plain"), await drained(there, "count")


def waits(there: Yard) -> bool:
    """Whether anything is left to do."""
    return any(one.phase in {"waiting", "held"} for one in there.counts())


def beside(there: Yard, address: str) -> float:
    """The same by two processes."""
    program = str(Path(__file__).resolve().parents[1] / "tests" / "jobs" / "killed_pool.py")
    processes = [
        subprocess.Popen([sys.executable, program, name, address], stdout=subprocess.PIPE)
        for name in ("one", "two")
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    began = time.perf_counter()
    there.store.write(lambda c: [there.put_in(c, "plain") for _ in range(RUN)])
    while waits(there):
        time.sleep(0.05)
    spent = time.perf_counter() - began
    for process in processes:
        process.kill()
        process.wait()
    return RUN / spent


def row(name: str, store: Store) -> Yard:
    """One line of the table."""
    there = yard(store)
    single = rate(SINGLE, lambda: one_by_one(there))
    batch = rate(BATCH, lambda: together(there))
    store.write(lambda c: c.exec_driver_sql("DELETE FROM jobs").rowcount)
    plain, count = asyncio.run(both(there))
    sys.stdout.write(f"| {name} | {single:,.0f} | {batch:,.0f} | {plain:,.0f} | {count:,.0f} |\n")
    return there


def main() -> None:
    """Both databases."""
    configure_logs("error")
    sys.stdout.write(
        "| jobs a second | enqueued singly | in one transaction | run | with effect |\n"
    )
    sys.stdout.write("|---|---|---|---|---|\n")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "store.db").unwrap()
        row("SQLite", store)
        store.close()
    with servers.running() as server, database(server) as address:
        grand = connect_store(address).unwrap()
        there = row("PostgreSQL", grand)
        grand.write(lambda c: c.exec_driver_sql("DELETE FROM jobs").rowcount)
        sys.stdout.write(f"PostgreSQL, run by two processes: {beside(there, address):,.0f}\n")
        grand.close()


if __name__ == "__main__":
    main()
