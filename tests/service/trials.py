"""The kill trials: `python -m tests.service.trials [NAME ...]`, with `--help` for more.

16 players place orders without a pause while the service, PostgreSQL or Redis dies again and
again. One line of a table for each trial; exit code 1 when anything was lost, doubled, changed, or
answered otherwise than by what was stored or 503.
"""

import argparse
import asyncio
import sys
import time
from bisect import bisect
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import ExitStack, asynccontextmanager
from math import inf
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import aiohttp
from attrs import define, field, frozen

from adapters.bus.redis import redis_bus
from tests.cli.playing import command
from tests.servers import postgres, redis
from tests.servers.stores import database
from tests.service.fleet import PATIENCE_S, Member, Player, Seen
from tests.service.verdicts import Counted, closed, counted

PLAYERS = 16
GROUP_KEPT_S = 3
REQUEST_S = 10  # a player gives up on one request and asks again


@frozen(kw_only=True)
class Kind:
    """Who dies, how often at full count, and what it all runs on."""

    name: str
    victim: str  # one, all, postgres, redis
    kills: int
    members: int = 1
    grand: bool = True  # PostgreSQL
    bus: str = ""  # a Redis that is `kept` over a kill or `emptied` by it


KINDS = (
    Kind(name="service-sqlite", victim="all", kills=100, grand=False),
    Kind(name="service", victim="all", kills=100),
    Kind(name="postgres", victim="postgres", kills=100),
    Kind(name="redis-kept", victim="redis", kills=100, bus="kept"),
    Kind(name="redis-emptied", victim="redis", kills=100, bus="emptied"),
    Kind(name="service-two-one", victim="one", kills=30, members=2),
    Kind(name="service-two-both", victim="all", kills=30, members=2),
    Kind(name="postgres-two", victim="postgres", kills=30, members=2),
    Kind(name="redis-kept-two", victim="redis", kills=30, members=2, bus="kept"),
    Kind(name="redis-emptied-two", victim="redis", kills=30, members=2, bus="emptied"),
)
HEADS = (
    "trial", "kills", "acknowledged", "lost", "doubled", "changed", "200/201", "422", "503",
    "other", "503 while away", "first success: median", "95 %", "longest", "over 3 s",
)  # fmt: skip


@frozen
class Bound:
    """How long somebody dies: so often, but no kill is begun after so many minutes."""

    kind: Kind
    kills: int
    minutes: float = inf


@define
class Site:
    """What a trial runs on."""

    fleet: list[Member]
    database: postgres.Server | None = None
    doorbell: redis.Server | None = None
    heard: Path | None = None


@define
class Outcome:
    """What a trial has shown."""

    kind: Kind
    seed: int
    seen: Seen = field(factory=Seen)
    waits: list[float] = field(factory=list)  # [s] from each return to the first success
    away: list[int] = field(factory=lambda: [0, 0])  # answers while a store was away; 503 of them
    counted: Counted = field(factory=Counted)

    def red(self) -> dict[str, object]:
        """What must not be; empty is good."""
        end = self.counted
        signs: dict[str, object] = {
            "lost": end.lost,
            "doubled": end.doubled,
            "changed": self.seen.changed,
            "odd": self.seen.odd,
            "read models": end.unequal,
            "chain": end.broken,
            "unheard": end.unheard,
            "exits": [code for code in end.exits if code],
            "turned away": self.kind.victim == "redis" and self.seen.statuses[503],
            "no success": self.counted.acknowledged == 0,
        }
        return {name: sign for name, sign in signs.items() if sign}

    def row(self) -> str:
        """A line of the table."""
        seen, end, waits = self.seen, self.counted, sorted(self.waits)
        cells = (
            self.kind.name, len(waits), end.acknowledged, end.lost, end.doubled, len(seen.changed),
            seen.statuses[200] + seen.statuses[201], seen.statuses[422], seen.statuses[503],
            len(seen.odd), f"{self.away[1]} of {self.away[0]}", f"{median(waits):.2f} s",
            f"{waits[len(waits) * 95 // 100]:.2f} s", f"{waits[-1]:.2f} s",
            sum(wait > 3 for wait in waits),
        )  # fmt: skip
        return line(cells)


def line(cells: tuple[object, ...]) -> str:
    """Cells of a table."""
    return f"| {' | '.join(map(str, cells))} |"


async def trial(bound: Bound, seed: int, where: Path, server: postgres.Server) -> Outcome:
    """Play and kill; then ask every key again and look at everything."""
    kind = bound.kind
    outcome, rng = Outcome(kind, seed), Random(f"{kind.name} {seed}")
    timeout = aiohttp.ClientTimeout(REQUEST_S)
    async with site(kind, where, server) as here, aiohttp.ClientSession(timeout=timeout) as session:
        players = [
            Player(f"player{number}", here.fleet, session, Random(f"{seed} {number}"), outcome.seen)
            for number in range(PLAYERS)
        ]
        await asyncio.gather(*(player.join() for player in players))
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as all_of_them:
            for player in players:
                all_of_them.create_task(player.play(stop))
            if kind.bus:  # a group is in the store a second after it was made; before, it is lost
                await asyncio.sleep(GROUP_KEPT_S)
            until = time.monotonic() + 60 * bound.minutes
            while len(outcome.waits) < bound.kills and time.monotonic() < until:
                await asyncio.sleep(rng.uniform(0.1, 0.6))
                await killed(here, outcome, rng)
            stop.set()
        end = await counted(players)
        outcome.counted = await closed(here.fleet, end, here.heard)
    return outcome


@asynccontextmanager
async def site(kind: Kind, where: Path, server: postgres.Server) -> AsyncIterator[Site]:
    """Stores of its own, the service on them, a subscriber where there is a bus."""
    with ExitStack() as stack:
        address = stack.enter_context(database(server)) if kind.grand else ""
        doorbell, settings = None, {}
        if kind.bus:
            doorbell = stack.enter_context(redis.running(keeps=kind.bus == "kept"))
            settings = {
                "ASTRA_BUS": doorbell.address,
                "ASTRA_CACHE": doorbell.address.replace("/0", "/1"),
            }
        fleet = [Member(where, address, settings) for _ in range(kind.members)]
        here = Site(fleet, server if kind.grand else None, doorbell)
        subscriber = None
        try:
            for member in fleet:
                await member.start()
            if doorbell is not None:
                here.heard = where / "heard.jsonl"
                subscriber = await subscribed(doorbell, here.heard)
            yield here
        finally:
            for member in fleet:
                await member.end()
            if subscriber is not None:
                subscriber.kill()
                await subscriber.wait()


async def subscribed(bus: redis.Server, heard: Path) -> asyncio.subprocess.Process:
    """Another program that wants every event, in its group before anything happens."""
    with heard.open("wb") as lines, heard.with_suffix(".log").open("wb") as complaints:
        process = await asyncio.create_subprocess_exec(
            *command("events", "follow", "--group", "trial", "--bus", bus.address),
            stdout=lines, stderr=complaints,
        )  # fmt: skip
    standing = redis_bus(bus.address, time.monotonic, REQUEST_S).unwrap()
    async with asyncio.timeout(PATIENCE_S):
        while not (await standing.standing()).value_or(None):  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.05)
    await standing.close()
    return process


async def killed(here: Site, outcome: Outcome, rng: Random) -> None:
    """Kill, bring back, and wait for the first success after the return."""
    before, successes = outcome.seen.statuses.copy(), outcome.seen.succeeded
    returned = await returning(here, outcome.kind, rng)
    if outcome.kind.victim in ("postgres", "redis"):
        meanwhile = outcome.seen.statuses - before
        outcome.away[0] += meanwhile.total()
        outcome.away[1] += meanwhile[503]
    async with asyncio.timeout(PATIENCE_S):
        while (place := bisect(successes, returned)) == len(successes):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    outcome.waits.append(successes[place] - returned)


async def returning(here: Site, kind: Kind, rng: Random) -> float:
    """When the victim was back: a server when it answers, the service when its start begins."""
    victim = {"postgres": here.database, "redis": here.doorbell}.get(kind.victim)
    if victim is not None:
        await asyncio.to_thread(victim.kill)
        await asyncio.sleep(rng.uniform(0, 0.5))
        await asyncio.to_thread(victim.start)
        return time.monotonic()
    victims = here.fleet if kind.victim == "all" else [rng.choice(here.fleet)]
    await asyncio.gather(*(member.end() for member in victims))
    returned = time.monotonic()
    await asyncio.gather(*(member.start() for member in victims))
    return returned


def trials(bounds: Iterable[Bound], seed: int) -> Iterator[Outcome]:
    """One trial after the other, each on stores of its own."""
    with postgres.running() as server:
        for bound in bounds:
            with TemporaryDirectory(prefix="astra-trial-") as where:
                yield asyncio.run(trial(bound, seed, Path(where), server))


def main() -> int:
    """Run those that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.service.trials", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="; ".join(k.name for k in KINDS))
    parser.add_argument("--kills", type=int, help="instead of each trial's own count")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=inf, help="for each; fewer kills then")
    given = parser.parse_args()
    bounds = [
        Bound(kind, given.kills or kind.kills, given.minutes)
        for kind in KINDS
        if not given.names or kind.name in given.names
    ]
    sys.stdout.write(f"{line(HEADS)}\n{'|---' * len(HEADS)}|\n")
    code = 0
    for outcome in trials(bounds, given.seed):
        sys.stdout.write(f"{outcome.row()}\n")
        if outcome.red():
            sys.stdout.write(f"RED, seed {outcome.seed}: {outcome.red()}\n")
            code = 1
        sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main())
