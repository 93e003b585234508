"""Events published a second, and how soon another process hears of a commit: by bell, by looking.

Both sides run in one process, each with its own bell and its own connections to a Redis of the
tests; the log is a SQLite file. So the figures have no second interpreter's start in them, and no
second core's help either.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from adapters.bus.redis import redis_bus
from adapters.clock import SystemClock
from astracore.events.delivery import Reader
from shell.bell import Bell
from shell.workers.doorkeeper import Doorkeeper
from shell.workers.leading import Alone
from shell.workers.relay import Relay
from shell.workers.ringing import Ringer
from tests.domains.counter import Add
from tests.domains.desk import Desk, desk
from tests.servers import redis as servers

EVENTS = 20_000
COMMITS = 200
ADDED = ("astra.test.added",)


async def published(address: str, sat: Desk) -> tuple[float, float]:
    """Events a second through the relay, and through a reader that answers each batch."""
    bus = redis_bus(address, time.monotonic, 5.0).unwrap()
    relay = Relay(sat.store, bus, sat.bell, Alone(frozenset({"platform"})), SystemClock())
    await relay.step()
    (await bus.join("g", ADDED)).unwrap()
    for number in range(EVENTS // 100):
        await sat.ask(f"c{number}", Add(counter=f"a{number % 50}", amount=100, parts=100))
    began = time.perf_counter()
    while await relay.step():
        pass
    sent = EVENTS / (time.perf_counter() - began)
    began, read = time.perf_counter(), 0
    while read < EVENTS:
        found = (await bus.take(Reader(group="g", name="r", streams=ADDED), 200, 1)).unwrap()
        (await bus.done("g", found)).unwrap()
        read += len(found)
    taken = EVENTS / (time.perf_counter() - began)
    await bus.close()
    return sent, taken


async def heard(address: str, sat: Desk, *, by_bell: bool) -> list[float]:
    """Milliseconds from an answered commit to the other side's waking, of each commit."""
    other = Bell()
    buses = [redis_bus(address, time.monotonic, 5.0).unwrap() for _ in range(2)]
    rings = Ringer(buses[0], sat.bell, Alone(frozenset({"platform"})), "a", time.monotonic)
    hears = Ringer(buses[1], other, Alone(frozenset({"platform"})), "b", time.monotonic)
    works = (rings.speak, hears.listen) if by_bell else (Doorkeeper(sat.store, other).run,)
    tasks = [asyncio.create_task(work()) for work in works]
    await asyncio.sleep(1)
    ear, times = other.ear(), []
    for number in range(COMMITS):
        ear.clear()
        await sat.ask(f"{by_bell}{number}", Add(counter="b", amount=1))
        began = time.perf_counter()
        await ear.wait()
        times.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.003 * (number % 7))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for bus in buses:
        await bus.close()
    return times


async def main() -> None:
    """Print the figures."""
    with servers.running() as server, tempfile.TemporaryDirectory() as folder:
        sat = desk(Path(folder) / "store.db")
        sent, taken = await published(server.address, sat)
        print(f"published by the relay  {sent:9,.0f} events a second")
        print(f"read and answered       {taken:9,.0f} events a second")
        for name, by_bell in (("bell", True), ("looking", False)):
            times = sorted(await heard(server.address, sat, by_bell=by_bell))
            middle, late = statistics.median(times), times[int(len(times) * 0.99)]
            print(f"commit to waking, {name:8} p50 {middle:6.2f} ms  p99 {late:6.2f} ms")
        await sat.close()


if __name__ == "__main__":
    asyncio.run(main())
