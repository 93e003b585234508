"""XP that is earned stands on the boards of all its periods, over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest_asyncio
from aiohttp import ClientSession

from astracore.catalog.aggregates import EVENTS
from astracore.events.envelope import Origin
from astracore.gamification.commands import AwardXp, PrizeFacts
from astracore.gamification.leaderboards.types import Cadence
from astracore.gamification.sources import XpSource
from astracore.ids import CommandId, EventId, UserId
from astracore.projections.registry import MODELS
from shell.asked import Asked
from shell.keys import CLOCK, RUNTIME
from shell.replay import replay
from tests.shell.conftest import House, Player


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


def award(house: House, player: Player, xp: int) -> None:
    """As the prize of a tournament."""
    runtime, now, key = house.app[RUNTIME], house.app[CLOCK].now(), CommandId(uuid4().hex)
    command = AwardXp(
        user_id=UserId(player.user_id),
        source=XpSource.TOURNAMENT,
        source_event_id=EventId(uuid4().hex),
        facts=PrizeFacts(xp=xp),
        at=now,
    )
    origin = Origin(command_id=key, correlation_id=key, causation_id=key, actor="test", at=now)
    house.inside(runtime.commands.run(Asked(command=command, origin=origin, digest=key))).unwrap()
    house.quiet()


async def shown(client: ClientSession, path: str, token: str = "") -> list[dict[str, Any]]:
    head = {"Authorization": f"Bearer {token}"} if token else {}
    async with client.get(f"/v1/leaderboards{path}", headers=head) as response:
        assert response.status == 200, await response.text()
        found: list[dict[str, Any]] = (await response.json())["items"]
        return found


async def test_prizes_rank_on_every_board(house: House, client: ClientSession) -> None:
    players = [await house.player(client) for _ in range(3)]
    for turn, xp in ((0, 100), (1, 200), (0, 150)):
        await asyncio.to_thread(award, house, players[turn], xp)
    names = [players[turn].user_id for turn in (0, 1, 2)]
    for period in Cadence:
        board = await shown(client, f"/xp?period={period}")
        assert [(one["user_id"], one["score"], one["rank"]) for one in board[:2]] == [
            (names[0], 250, 1),
            (names[1], 200, 2),
        ]
        assert all(one["username"] for one in board)
        assert [one["user_id"] for one in board[2:]] == names[2:] * (period is Cadence.ALL_TIME)
        rest = await shown(client, f"/xp?period={period}&start=2&limit=1")
        assert rest == board[1:2]
        near = f"/xp/around-me?period={period}&radius=1"
        assert await shown(client, near, players[1].token) == board
    assert await shown(client, "/xp?period=daily&at=2020-02-02T02:02:02Z") == []
    assert await shown(client, "/xp/around-me?period=daily", players[2].token) == []


def test_replay_finds_rows_and_counts_equal(house: House) -> None:
    compared = replay(house.app[RUNTIME].store, EVENTS, MODELS).unwrap()
    found = {one.model: (one.rows, one.difference, one.miscounted) for one in compared}
    assert found["leaderboards"] == (2 * len(Cadence), None, ())
    assert found["leaderboard.xp.all_time"] == (3, None, ())
