"""Live topics: numbered without gaps, resumed by number, private ones for their owner alone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, ClientWebSocketResponse

from astracore.instants import Instant
from shell.keys import HUB
from shell.sockets.channels import Hub, Topic
from shell.sockets.connection import QUEUE_FRAMES_MAX, Close, Connection
from tests.shell.conftest import House, Player

pytestmark = pytest.mark.slow  # in the gate, not in ./run check

MARKET = {"symbol": "BTC-USD", "side": "buy", "type": "market", "qty": "0.001"}
PRIVATE = ("orders", "fills", "positions", "portfolio", "progress")


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


async def listening(client: ClientSession, player: Player, *topics: str) -> ClientWebSocketResponse:
    socket = await client.ws_connect("/v1/ws/user")
    await socket.send_json({"op": "auth", "token": player.token})
    assert (await socket.receive_json(timeout=5))["op"] == "ready"
    for topic in topics:
        await socket.send_json({"op": "subscribe", "topic": topic})
    return socket


async def frames(
    socket: ClientWebSocketResponse, until: str, seconds: float = 8
) -> list[dict[str, Any]]:
    """All frames up to the first event or update of the topic `until`."""
    found: list[dict[str, Any]] = []
    while not found or (found[-1]["topic"], found[-1]["op"]) not in {
        (until, "event"),
        (until, "update"),
    }:
        found.append(await socket.receive_json(timeout=seconds))
    return found


async def test_a_trade_is_told_to_its_owner(house: House, client: ClientSession) -> None:
    player, stranger = await house.player(client), await house.player(client)
    mine = await listening(client, player, *PRIVATE)
    theirs = await listening(client, stranger, *PRIVATE)
    body = {**MARKET, "account_id": player.account_id}
    async with client.post("/v1/orders", json=body, headers=player.head()) as response:
        order_id = (await response.json())["order_id"]
    told = await frames(mine, "portfolio")
    assert [frame["topic"] for frame in told if frame["op"] == "snapshot"] == list(PRIVATE)
    fills = [frame["data"] for frame in told if frame["topic"] == "fills"][1:]
    assert {fill["order_id"] for fill in fills} == {order_id}
    changes = [one for one in told if one["topic"] == "orders" and one["op"] == "update"]
    assert changes[-1]["data"]["status"] == "filled"
    for topic in PRIVATE:
        numbers = [frame["seq"] for frame in told if frame["topic"] == topic]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    await theirs.send_json({"op": "ping"})
    others: list[dict[str, Any]] = []
    while not others or others[-1]["op"] != "pong":
        others.append(await theirs.receive_json(timeout=5))
    heard = [one["op"] for one in others if one["topic"] in {"orders", "fills", "positions"}]
    assert heard == ["snapshot"] * 3
    assert player.account_id not in str(others)
    await mine.close()
    await theirs.close()


async def test_who_was_away_gets_what_was_missed(house: House, client: ClientSession) -> None:
    player = await house.player(client)
    first = await listening(client, player, "orders")
    seen = (await first.receive_json(timeout=5))["seq"]
    await first.close()
    body = {**MARKET, "account_id": player.account_id}
    async with client.post("/v1/orders", json=body, headers=player.head()) as response:
        assert response.status == 201
    await asyncio.sleep(0.2)
    await asyncio.to_thread(house.quiet)
    again = await listening(client, player)
    await again.send_json({"op": "subscribe", "topic": "orders", "from_seq": seen})
    missed = [await again.receive_json(timeout=5) for _ in range(2)]
    assert [frame["op"] for frame in missed] == ["update", "update"]
    assert [frame["seq"] for frame in missed] == [seen + 1, seen + 2]
    for impossible in (0, seen - 5000, seen + 10**6):
        await again.send_json(
            {"op": "subscribe", "topic": "orders", "from_seq": max(0, impossible)}
        )
        frame = await again.receive_json(timeout=5)
        while frame["op"] != "snapshot":
            frame = await again.receive_json(timeout=5)
    await again.close()


@pytest.mark.parametrize(
    "topic",
    [
        "ticker.BTC-USD",
        "trades.BTC-USD",
        "book.BTC-USD",
        "candles.BTC-USD.1m",
        "leaderboard.xp.all_time",
    ],
)
async def test_public_topics(house: House, client: ClientSession, topic: str) -> None:
    async with client.ws_connect("/v1/ws/market") as socket:
        assert (await socket.receive_json())["op"] == "ready"
        await socket.send_json({"op": "subscribe", "topic": topic})
        first = await socket.receive_json(timeout=5)
        assert (first["op"], first["topic"]) == ("snapshot", topic)
        if topic.startswith(("ticker", "trades", "book")):
            following = [await socket.receive_json(timeout=5) for _ in range(2)]
            assert [frame["seq"] for frame in following] == [first["seq"] + 1, first["seq"] + 2]
        await socket.send_json({"op": "unsubscribe", "topic": topic})


async def test_the_board_tells_of_new_players(house: House, client: ClientSession) -> None:
    async with client.ws_connect("/v1/ws/market") as socket:
        await socket.receive_json()
        await socket.send_json({"op": "subscribe", "topic": "leaderboard.xp.all_time"})
        await socket.receive_json(timeout=5)
        player = await house.player(client)
        told = await socket.receive_json(timeout=5)
        assert [row["user_id"] for row in told["data"]["items"]] == [player.user_id]


async def test_five_sockets_a_user(house: House, client: ClientSession) -> None:
    player = await house.player(client)
    kept = [await listening(client, player) for _ in range(5)]
    sixth = await client.ws_connect("/v1/ws/user")
    await sixth.send_json({"op": "auth", "token": player.token})
    await sixth.receive(timeout=5)
    assert sixth.close_code == 4007
    for socket in kept:
        await socket.close()
    await asyncio.sleep(0.05)
    await (await listening(client, player)).close()


async def test_a_hundred_topics_a_socket(client: ClientSession, house: House) -> None:
    async with client.ws_connect("/v1/ws/market") as socket:
        await socket.receive_json()
        names = [
            f"candles.{symbol}.{interval}"
            for symbol in ("BTC-USD", "ETH-USD")
            for interval in ("1m", "5m", "15m", "1h")
        ]
        for name in names:
            await socket.send_json({"op": "subscribe", "topic": name})
        told = {(await socket.receive_json(timeout=5))["topic"] for _ in names}
        assert told == set(names)
    await asyncio.sleep(0.05)
    assert not any(house.app[HUB].has_listeners(Topic(name)) for name in names)


def connection(hub: Hub) -> Connection:
    return Connection(socket=None, hub=hub, latest=frozenset({"ticker"}))  # type: ignore[arg-type]


def test_a_slow_reader_is_cut_off_and_nothing_is_dropped() -> None:
    hub, topic = Hub(first=100, monotonic=lambda: 0.0), Topic("orders", "u")
    slow = connection(hub)
    hub.channel(topic).listeners.add(slow)
    slow.topics.add(topic)
    for _ in range(QUEUE_FRAMES_MAX):
        hub.publish("update", topic, Instant(0), b"{}")
    assert slow.closing is None
    assert len(slow.queue) == QUEUE_FRAMES_MAX
    hub.publish("update", topic, Instant(0), b"{}")
    assert slow.closing is Close.TOO_SLOW
    assert not hub.has_listeners(topic)


def test_prices_keep_the_latest_only() -> None:
    hub, topic = Hub(first=100, monotonic=lambda: 0.0), Topic("ticker.BTC-USD")
    slow = connection(hub)
    hub.channel(topic).listeners.add(slow)
    for _ in range(5000):
        hub.publish("update", topic, Instant(0), b"{}")
    assert (slow.closing, len(slow.queue), len(slow.newest)) == (None, 0, 1)


def test_resume_is_bounded_in_frames_and_in_time() -> None:
    now = [0.0]
    hub, topic = Hub(first=100, monotonic=lambda: now[0]), Topic("orders", "u")
    channel = hub.channel(topic)
    for _ in range(1500):
        hub.publish("update", topic, Instant(0), b"{}")
    assert channel.since(1600, now[0]) == ()
    assert channel.since(1601, now[0]) is None
    missed = channel.since(600, now[0])
    assert missed is not None
    assert [frame.seq for frame in missed] == list(range(601, 1601))
    assert channel.since(599, now[0]) is None
    now[0] = 301.0
    assert channel.since(1599, now[0]) is None
