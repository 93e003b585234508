"""A process whose pool runs jobs until somebody kills it. Its clock is fast, so that leases end.

Usage: killed_pool.py NAME STORE, a path or an address.
"""

import asyncio
import sys
import time
from pathlib import Path

from adapters.db.postgres import connect_store
from adapters.db.sqlite import open_store
from astracore.instants import Instant
from shell.jobs.pool import Pace
from shell.logs import configure_logs
from shell.store import Store
from tests.jobs.yard import START, Dial, yard

SPEED = 20
PACE = Pace(poll=0.02, beat=0.2, sweep=1.0, stop=5.0)


class Fast(Dial):
    """A clock that runs SPEED times as fast as the wall's, and shows START at its epoch."""

    def now(self) -> Instant:
        """What it shows."""
        return Instant(START.micros + time.time_ns() // 1_000 * SPEED)


def opened(place: str) -> Store:
    """The store of this process."""
    if place.startswith("postgresql://"):
        return connect_store(place).unwrap()
    return open_store(Path(place)).unwrap()


async def main() -> None:
    """Until the kill."""
    configure_logs("error")
    there = yard(opened(sys.argv[2]), Fast())
    workers = there.workers(sys.argv[1], pace=PACE)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await workers.run()


if __name__ == "__main__":
    asyncio.run(main())
