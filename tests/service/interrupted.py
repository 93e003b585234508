"""A start, a rebuild or a migration that is killed: `python -m tests.service.interrupted`.

A store with a history is killed in the middle of one of them, again and again; every next try has
to succeed by itself and to find everything as it was. `--kills N`, `--seed N`, `--minutes N` as
for the trials.
"""

import argparse
import asyncio
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import takewhile
from math import inf
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp
from attrs import define, field, frozen
from sqlalchemy import Connection, update

from adapters.db import log, migrate
from adapters.db.postgres import connect_store
from adapters.db.sqlite import open_store
from adapters.db.tables import checkpoints
from astracore.projections.registry import MODELS
from shell.store import Store
from shell.stores import DATABASE, store_to_read
from tests.cli.playing import ROOT
from tests.servers import postgres
from tests.servers.stores import database
from tests.service.fleet import PATIENCE_S, Member, Player
from tests.service.trials import line
from tests.service.verdicts import Counted, closed, looked_at
from tests.service.withdrawing import crowded

KILLS = 50
ORDERS = 40  # of each player, before the first kill
OLDEST = "0001"
WHATS = ("start", "rebuild", "migration")
BATCH = 5_000
MIGRATE = (
    "import sys\n"
    "from pathlib import Path\n"
    "from tests.service.interrupted import opened\n"
    "opened(Path(sys.argv[1]), sys.argv[2]).close()\n"
)


@frozen
class Place:
    """Where the store is: in `data`, or in `database` if that is not empty."""

    data: Path
    database: str

    def store(self) -> Store:
        """Open it as it is."""
        return store_to_read(self.data, self.database or None, as_kept=True).unwrap()


@define
class Survived:
    """What came of the kills."""

    name: str
    kills: int = 0
    early: int = 0  # that were ended before the work was
    waits: list[float] = field(factory=list)  # [s] the next try took
    wrong: list[str] = field(factory=list)

    def row(self, where: str) -> str:
        """A line of the table."""
        waits = sorted(self.waits)
        cells = (
            f"{self.name}, {where}", self.kills, self.early, len(self.wrong),
            f"{median(waits):.2f} s", f"{waits[-1]:.2f} s",
        )  # fmt: skip
        return line(cells)


def opened(data: Path, address: str) -> Store:
    """Open to serve, which migrates."""
    return connect_store(address).unwrap() if address else open_store(data / DATABASE).unwrap()


def content(store: Store) -> str:
    """A hash of the whole log, in order."""
    found, position = hashlib.sha256(), 0
    while events := store.read(lambda connection: log.kept_after(connection, position, BATCH)):  # noqa: B023
        for one in events:
            found.update(repr(one).encode())
        position = events[-1].position
    return found.hexdigest()


async def lived(place: Place, orders: int) -> None:
    """A history: eight players and their orders."""
    member = Member(place.data, place.database)
    await member.start()
    async with aiohttp.ClientSession() as session:
        players = [Player(f"elder{n}", [member], session, Random(n)) for n in range(8)]

        async def plays(player: Player) -> None:
            await player.join()
            for _ in range(orders):
                await player.one()

        await asyncio.gather(*(plays(player) for player in players))
    assert await member.end(signal.SIGTERM) == 0


def stale(connection: Connection) -> None:
    """As if the program knew other versions of all read models."""
    names = [model.name for model in MODELS]
    connection.execute(update(checkpoints).where(checkpoints.c.name.in_(names)).values(version=0))


async def starts(place: Place, kills: Iterable[int], rng: Random, *, rebuild: bool) -> Survived:
    """Kill the service while it starts, or while it builds its read models again."""
    found = Survived("rebuild" if rebuild else "start")
    usual = await usual_start(place, rebuild=rebuild)
    for _ in kills:
        spoil(place, rebuild=rebuild)
        member = Member(place.data, place.database)
        await member.begin()
        await asyncio.sleep(rng.uniform(0, usual))
        assert member.process is not None
        found.early += member.process.returncode is None
        await member.end()
        found.kills += 1
        began = time.monotonic()
        await member.start()
        await ready(member)
        found.waits.append(time.monotonic() - began)
        end = await closed([member], Counted(), None)
        if end.unequal or end.broken or any(end.exits):
            found.wrong.append(f"kill {found.kills}: {end}")
    return found


def spoil(place: Place, *, rebuild: bool) -> None:
    """What makes a rebuild necessary."""
    if rebuild:
        store = opened(place.data, place.database)
        store.write(stale)
        store.close()


async def usual_start(place: Place, *, rebuild: bool) -> float:
    """How long it takes when nobody kills it [s]."""
    spoil(place, rebuild=rebuild)
    member, began = Member(place.data, place.database), time.monotonic()
    await member.start()
    await ready(member)
    took = time.monotonic() - began
    assert await member.end(signal.SIGTERM) == 0
    return took


async def ready(member: Member) -> None:
    """Until the service says that it is."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(PATIENCE_S):
        while True:
            async with session.get(f"{member.address}/v1/health/ready") as answer:
                if answer.status == 200:
                    return
            await asyncio.sleep(0.02)


async def migrations(place: Place, kills: Iterable[int], rng: Random) -> Survived:
    """Take the schema back to its first revision, kill the way forward, then go it."""
    found = Survived("migration")
    store = opened(place.data, place.database)
    await crowded(store, "elder", 400, 16)
    before = content(store)
    store.close()
    usual, _ = await forward(place, None)
    for _ in kills:
        store = opened(place.data, place.database)
        store.write(lambda connection: migrate.downgrade(connection, OLDEST))
        store.close()
        _, died = await forward(place, rng.uniform(0, usual))
        found.kills += 1
        found.early += died
        took, _ = await forward(place, None)
        found.waits.append(took)
        after = place.store()
        end = Counted()
        looked_at(after, end)
        if end.broken or content(after) != before:
            found.wrong.append(f"kill {found.kills}: {end}")
        after.close()
    return found


async def forward(place: Place, moment: float | None) -> tuple[float, bool]:
    """Migrate in a process of its own, killed after a while; how long it took, whether it died."""
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MIGRATE, str(place.data), place.database,
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    if moment is not None:
        await asyncio.sleep(moment)
        if process.returncode is None:
            process.kill()
    code = await process.wait()
    assert code == 0 or moment is not None
    return time.monotonic() - began, code != 0


def within(minutes: float, kills: int) -> Iterator[int]:
    """So many kills, but none is begun after so many minutes."""
    until = time.monotonic() + 60 * minutes
    return takewhile(lambda _: time.monotonic() < until, range(kills))


async def interrupted(place: Place, what: str, kills: Iterable[int], seed: int) -> Survived:
    """One of the three, on an empty store."""
    rng = Random(f"{what} {seed}")
    if what == "migration":
        return await migrations(place, kills, rng)
    await lived(place, ORDERS)
    return await starts(place, kills, rng, rebuild=what == "rebuild")


def main() -> int:
    """All three on both databases."""
    parser = argparse.ArgumentParser(prog="python -m tests.service.interrupted")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=inf)
    parser.add_argument("--only", choices=WHATS)
    given = parser.parse_args()
    heads = ("killed while", "kills", "before it was done", "wrong", "next try: median", "longest")
    sys.stdout.write(f"{line(heads)}\n{'|---' * len(heads)}|\n")
    code = 0
    with postgres.running() as server:
        for what in [given.only] if given.only else WHATS:
            for grand in (False, True):
                with ExitStack() as stack:
                    data = Path(stack.enter_context(TemporaryDirectory(prefix="astra-trial-")))
                    address = stack.enter_context(database(server)) if grand else ""
                    kills = within(given.minutes, given.kills)
                    found = asyncio.run(interrupted(Place(data, address), what, kills, given.seed))
                sys.stdout.write(f"{found.row('PostgreSQL' if grand else 'SQLite')}\n")
                sys.stdout.writelines(f"RED, seed {given.seed}: {one}\n" for one in found.wrong)
                sys.stdout.flush()
                code = max(code, bool(found.wrong))
    return code


if __name__ == "__main__":
    sys.exit(main())
