"""Redis under kills: requests do not notice, readers of events get every one, nothing is doubled
in what the service shows.

Under the profile `deep` 100 kills with one process and 30 with two, one of each in the gate.
"""

import asyncio
import time
from pathlib import Path
from random import Random

import aiohttp
import pytest

from adapters.bus.redis import RedisBus, redis_bus
from adapters.db import log, subscribers
from adapters.db.postgres import Postgres, connect_to_read
from astracore.catalog.registry import EVENT_TYPES
from astracore.events.delivery import Reader, stream_of
from astracore.outcome import is_failure
from tests.cli.playing import deep
from tests.servers import redis as redis_server
from tests.servers.postgres import Server
from tests.servers.stores import database
from tests.service.fleet import PATIENCE_S, Member, Player
from tests.service.test_fleet import same_again, settled

KILLS = {1: 100, 2: 30} if deep() else {1: 1, 2: 1}
PLAYERS = 4
STREAMS = tuple(sorted({stream_of(name) for name in EVENT_TYPES}))
READER = Reader(group="trial", name="r", streams=STREAMS)


async def read(bus: RedisBus, seen: list[int]) -> None:
    """Read and answer, whatever becomes of Redis; for ever."""
    while True:
        found = await bus.take(READER, 500, 0.2)
        if is_failure(found):
            await asyncio.sleep(0.05)
            continue
        seen += [one.message.position for one in found.unwrap()]
        await bus.done("trial", found.unwrap())


async def joined(bus: RedisBus, store: Postgres) -> int:
    """Join, wait until the service knows, and say from where on there is something to read."""
    async with asyncio.timeout(PATIENCE_S):
        while is_failure(await bus.join("trial", STREAMS)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        while True:
            known = await asyncio.wrap_future(store.reading(subscribers.groups))
            if known:
                return known[0].position
            await asyncio.sleep(0.05)


async def killed(server: redis_server.Server, rng: Random, times: int) -> None:
    """Redis dies now and then, and comes back with what it keeps."""
    for _ in range(times):
        await asyncio.sleep(rng.uniform(0.3, 1.5))
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(rng.uniform(0, 0.3))
        await asyncio.to_thread(server.start)


async def complete(store: Postgres, start: int, seen: list[int]) -> None:
    """Every event since the reader has joined was read at least once, soon after."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            head = await asyncio.wrap_future(store.reading(log.log_head))
            if set(range(start + 1, head.position + 1)) <= set(seen):
                return
            await asyncio.sleep(0.1)


async def trial(fleet: list[Member], server: redis_server.Server, store: Postgres) -> None:
    """Players play, somebody reads, Redis dies."""
    bus = redis_bus(server.address, time.monotonic, 2.0).unwrap()
    start, seen = await joined(bus, store), list[int]()
    reading = asyncio.create_task(read(bus, seen))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as session:
        players = [
            Player(f"survivor{number}", fleet, session, Random(number)) for number in range(PLAYERS)
        ]
        for player in players:
            await player.join()
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as all_of_them:
            for player in players:
                all_of_them.create_task(player.play(stop))
            await killed(server, Random(5), KILLS[len(fleet)])
            stop.set()
        for player in players:
            await same_again(player)
            await settled(player)
            assert player.turned_away == 0
    await complete(store, start, seen)
    reading.cancel()
    await bus.close()


@pytest.mark.slow
@pytest.mark.parametrize("keeps", [True, False], ids=["persistent", "emptied"])
@pytest.mark.parametrize("members", [1, 2])
async def test_redis_may_die_at_any_time(
    members: int,
    keeps: bool,  # noqa: FBT001
    postgres: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with redis_server.running(keeps=keeps) as server, database(postgres) as address:
        monkeypatch.setenv("ASTRA_BUS", server.address)
        fleet = [Member(tmp_path, address) for _ in range(members)]
        try:
            for member in fleet:
                await member.start()
            store = connect_to_read(address).unwrap()
            await trial(fleet, server, store)
            await asyncio.to_thread(store.close)
        finally:
            for member in fleet:
                await member.end()
