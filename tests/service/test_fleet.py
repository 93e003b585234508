"""Two processes on one PostgreSQL under kills: nothing acknowledged is lost, doubled or changed.

30 kills of each kind under the profile `deep`, one of each in the gate.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random

import aiohttp
import pytest

from tests.cli.playing import deep
from tests.servers.postgres import Server
from tests.servers.stores import database
from tests.service.fleet import PATIENCE_S, Member, Player

KILLS = 30 if deep() else 1
PLAYERS = 8
ENDED = {"filled", "cancelled", "rejected", "expired"}
Kill = Callable[[list[Member], Server, Random], Awaitable[None]]


async def leader_or_other(fleet: list[Member], _server: Server, rng: Random) -> None:
    """One process dies and comes back."""
    member = rng.choice(fleet)
    await member.end()
    await member.start()


async def everybody(fleet: list[Member], _server: Server, _rng: Random) -> None:
    """All processes die at once."""
    await asyncio.gather(*(member.end() for member in fleet))
    await asyncio.gather(*(member.start() for member in fleet))


async def the_database(_fleet: list[Member], server: Server, rng: Random) -> None:
    """PostgreSQL dies with all its children and recovers."""
    await asyncio.to_thread(server.kill)
    await asyncio.sleep(rng.uniform(0, 0.3))
    await asyncio.to_thread(server.start)


@pytest.mark.slow
@pytest.mark.parametrize("kill", [leader_or_other, everybody, the_database])
async def test_nothing_is_lost_doubled_or_changed(
    kill: Kill, postgres: Server, tmp_path: Path
) -> None:
    with database(postgres) as address:
        fleet = [Member(tmp_path, address) for _ in range(2)]  # they share the key of tokens
        try:
            for member in fleet:
                await member.start()
            await hammered(fleet, postgres, kill)
        finally:
            for member in fleet:
                await member.end()


async def hammered(fleet: list[Member], server: Server, kill: Kill) -> None:
    """Players play, members die; afterwards every key is asked again, at another member."""
    rng = Random(11)
    timeout = aiohttp.ClientTimeout(10)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        players = [
            Player(f"survivor{number}", fleet, session, Random(number)) for number in range(PLAYERS)
        ]
        for player in players:
            await player.join()
        stop = asyncio.Event()
        async with asyncio.TaskGroup() as all_of_them:
            for player in players:
                all_of_them.create_task(player.play(stop))
            for _ in range(KILLS):
                await asyncio.sleep(rng.uniform(0.1, 0.6))
                await kill(fleet, server, rng)
            await asyncio.sleep(0.5)
            stop.set()
        for player in players:
            await same_again(player)
            await settled(player)


async def same_again(player: Player) -> None:
    """Every key gives the stored answer, byte for byte, and nothing but 503 came in between."""
    for key, told in player.told.items():
        assert told.odd == []
        assert await player.asked(key, told) == told.answer


async def settled(player: Player) -> None:
    """Each accepted key is one order; all have come to their end; all members show the same."""
    accepted = sum(
        told.answer is not None and told.answer[0] == 201 for told in player.told.values()
    )
    async with asyncio.timeout(PATIENCE_S):
        while True:
            shown = [
                (await player.get("/v1/orders?limit=200", member))["items"]
                for member in range(len(player.fleet))
            ]
            if shown[0] == shown[-1] and all(one["status"] in ENDED for one in shown[0]):
                break
            await asyncio.sleep(0.05)
    orders = shown[0]
    assert len(orders) == min(accepted, 200)
    assert len({order["order_id"] for order in orders}) == len(orders)
