"""What a cached GET costs beside one that is not: CPU and wall of one connection, on SQLite.

The service runs as a process of its own, once without a cache, once with its own memory, once with
a Redis beside it, in turns, so that a busy machine is busy for all. The Redis is the tests' own.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import requests as service
from tests.servers import redis as servers

ASKED = 400
ROUNDS = 5
PLAYERS = 150
Running = dict[str, tuple[int, service.Client]]
PATHS = ("/v1/accounts", "/v1/orders?limit=50", "/v1/orders/active")


def prepared(client: service.Client) -> None:
    """Some players with some XP, of whom the last asks."""
    for _ in range(PLAYERS):
        service.traded(client, 1, service.KINDS["market order (fill, ledger, XP, models)"])
    service.traded(client, 60, service.KINDS["resting limit order (and acknowledged)"])


def asked(client: service.Client, path: str) -> None:
    """Many times the same question."""
    client.connection.close()  # the server closes what was idle for long; this opens afresh
    for _ in range(ASKED):
        client.ask("GET", path)


def main() -> None:
    """Start one service for each mode, ask, and print."""
    with servers.running() as redis, tempfile.TemporaryDirectory() as folder:
        modes = {"off": "off", "memory": "memory", "redis": redis.address}
        running: Running = {}
        started: list[subprocess.Popen[str]] = []
        try:
            for name, setting in modes.items():
                os.environ["ASTRA_CACHE"] = setting
                process, port = service.started(Path(folder) / name)
                running[name] = process.pid, service.Client(port)
                started.append(process)
                prepared(running[name][1])
            table(running)
        finally:
            for process in started:
                process.kill()
                process.wait()


def table(running: Running) -> None:
    """Medians of rounds, each mode in turn."""
    print(f"{'each GET':<32}" + "".join(f"{name + ' CPU':>14}{'wall':>10}" for name in running))
    for path in PATHS:
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in running}
        for _ in range(ROUNDS):
            for name, (pid, client) in running.items():
                before, began = service.cpu(pid), time.monotonic()
                asked(client, path)
                wall = time.monotonic() - began
                found[name].append((service.cpu(pid) - before, wall))
        cells = [
            f"{statistics.median(one[place] for one in some) / ASKED * 1e6:>{width}.0f} µs"
            for some in found.values()
            for place, width in ((0, 11), (1, 7))
        ]
        print(f"{path:<32}" + "".join(cells))


if __name__ == "__main__":
    main()
