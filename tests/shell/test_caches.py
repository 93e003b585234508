"""With caches the service answers what it answers without, whatever happens to them."""

import ast
import asyncio
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from astracore.instants import Instant
from shell.app import ROUTES
from shell.caching.responses import KEPT, Flights
from shell.config import config
from shell.keys import CACHES, TOKENS
from tests.servers import postgres as postgres_server
from tests.servers.redis import Server
from tests.servers.stores import database
from tests.shell.conftest import House, Player, serve

STEPS = 40
PATHS = (
    "/accounts", "/accounts/{account}", "/accounts/{account}/pnl?limit=3",
    "/accounts/{account}/statistics", "/orders?limit=2", "/orders?limit=2&status=open",
    "/orders?status=open&limit=2", "/orders/active", "/orders/{order}", "/orders/nobody",
    "/positions/history", "/trades?limit=1", "/users/me", "/game/profile", "/game/xp",
    "/leaderboards/xp?limit=5", "/leaderboards/xp/around-me?radius=2", "/revenue/streams",
)  # fmt: skip
Answer = tuple[int, bytes]


@contextmanager
def served(data: Path, **settings: str) -> Iterator[House]:
    """A service with these settings."""
    running = serve(data, more=settings)
    try:
        yield next(running)
    finally:
        running.close()


async def got(client: ClientSession, player: Player, path: str) -> Answer:
    """Status and body; what names the request in a refusal is left out."""
    async with client.get(f"/v1{path}", headers=player.head()) as answer:
        body = await answer.read()
        if answer.status != 200:
            told: Mapping[str, Any] = await answer.json()
            body = repr(sorted((k, v) for k, v in told.items() if k != "request_id")).encode()
        return answer.status, body


class Walk:
    """A random walk of some players through one service, cached and not cached side by side."""

    def __init__(self, house: House, client: ClientSession, seed: int) -> None:
        self.house = house
        self.client = client
        self.rng = Random(seed)
        self.players: list[Player] = []
        self.orders = {"": ["nobody"]}
        self.compared = 0

    async def step(self) -> None:
        """A command now and then; then some questions, by somebody."""
        if len(self.players) < 2 or self.rng.random() < 0.1:
            self.players.append(await self.house.player(self.client))
        if self.rng.random() < 0.4:
            await self.command(self.rng.choice(self.players))
        for _ in range(4):
            await self.compare(self.rng.choice(self.players), self.rng.choice(PATHS))

    async def command(self, player: Player) -> None:
        """Place an order or cancel one."""
        mine = self.orders.setdefault(player.user_id, [])
        if mine and self.rng.random() < 0.3:
            url = f"/v1/orders/{self.rng.choice(mine)}"
            await (await self.client.delete(url, headers=player.head())).read()
            return
        order = {"account_id": player.account_id, "symbol": "SOL-USD", "side": "buy"}
        order |= {"type": self.rng.choice(("market", "limit")), "qty": "0.5"}
        if order["type"] == "limit":
            order["limit_price"] = "100.001"
        async with self.client.post("/v1/orders", json=order, headers=player.head()) as answer:
            if answer.status == 201:
                mine.append((await answer.json())["order_id"])

    async def compare(self, player: Player, path: str) -> None:
        """The same question twice through the cache and once past it, while nothing happens."""
        order = self.rng.choice(self.orders.get(player.user_id) or ["nobody"])
        url = path.format(account=player.account_id, order=order)
        for _ in range(50):
            before = self.house.state()  # what is folded from here on is folded after `quiet`
            await asyncio.to_thread(self.house.quiet)
            kept = await asyncio.gather(*(got(self.client, player, url) for _ in range(2)))
            again = await got(self.client, player, url)
            bare = await past(self.house, self.client, player, url)
            if before == self.house.state():
                assert [*kept, again] == [bare] * 3, url
                self.compared += 1
                return


async def past(house: House, client: ClientSession, player: Player, url: str) -> Answer:
    """The answer of the same service without a cache."""
    caches = house.app[CACHES]
    responses, caches.responses = caches.responses, None
    try:
        return await got(client, player, url)
    finally:
        caches.responses = responses


async def test_memory_and_none_answer_the_same(tmp_path: Path) -> None:
    with served(tmp_path, cache="memory") as house:
        async with ClientSession(house.url) as client:
            walk = Walk(house, client, 3)
            for _ in range(STEPS):
                await walk.step()
            told = await stats(client, house)
    assert walk.compared > STEPS
    assert told["response"]["hits"] > STEPS
    assert told["session"]["hits"] > STEPS


async def test_redis_and_none_answer_the_same_whatever_redis_does(
    tmp_path: Path, redis: Server
) -> None:
    def revived() -> None:
        redis.thaw()
        redis.kill()
        redis.start()

    troubles: tuple[Callable[[], None], ...] = (redis.empty, redis.kill, redis.freeze)
    with served(tmp_path, cache=redis.address) as house:
        async with ClientSession(house.url) as client:
            walk = Walk(house, client, 4)
            for number in range(STEPS):
                await walk.step()
                if number % 5 == 4:
                    await asyncio.to_thread(revived)
                elif number % 5 == 2:
                    await asyncio.to_thread(troubles[number // 5 % 3])
            await asyncio.to_thread(revived)
            told = await stats(client, house)
    assert walk.compared > STEPS
    assert told["response"]["hits"] > 0
    assert told["response"]["errors"] > 0


async def stats(client: ClientSession, house: House) -> dict[str, dict[str, Any]]:
    """What the caches count, by kind."""
    head = {"Authorization": f"Bearer {house.staff('ops')}"}
    async with client.get("/v1/cache/stats", headers=head) as answer:
        assert answer.status == 200, await answer.text()
        return {one["kind"]: one for one in (await answer.json())["kinds"]}


async def test_operators_see_how_it_is(tmp_path: Path, redis: Server) -> None:
    with served(tmp_path, cache=redis.address) as house:
        async with ClientSession(house.url) as client:
            player = await house.player(client)
            for path in ("/cache/health", "/cache/stats"):
                assert (await got(client, player, path))[0] == 403
                assert (await client.get(f"/v1{path}")).status == 401
            head = {"Authorization": f"Bearer {house.staff('ops')}"}
            for is_there in (True, False):
                if not is_there:
                    redis.kill()
                async with client.get("/v1/cache/health", headers=head) as answer:
                    assert (answer.status, await answer.json()) == (200, {"ok": is_there})
            async with client.get("/v1/health/ready") as answer:
                assert answer.status == 200  # a cache that is away makes nobody unready
            redis.start()
    with served(tmp_path) as house:
        async with ClientSession(house.url) as client:
            head = {"Authorization": f"Bearer {house.staff('ops')}"}
            async with client.get("/v1/cache/stats", headers=head) as answer:
                told = await answer.json()
    assert told == {"mode": "off", "is_away": False, "kinds": []}


async def test_an_expired_or_forged_token_is_refused_from_the_cache_too(tmp_path: Path) -> None:
    with served(tmp_path, cache="memory") as house:
        async with ClientSession(house.url) as client:
            old = house.app[TOKENS].make("staff:test", ("ops",), Instant(0))
            for token, code in ((old, "token_expired"), (old + "x", "unauthenticated")):
                head = {"Authorization": f"Bearer {token}"}
                for _ in range(2):
                    async with client.get("/v1/users/me", headers=head) as answer:
                        assert (answer.status, (await answer.json())["code"]) == (401, code)


@pytest.mark.slow
async def test_two_processes_on_one_redis_show_what_the_other_wrote(
    tmp_path: Path, postgres: postgres_server.Server, redis: Server
) -> None:
    """What can be read at the other process is in its kept answers too; prices come over Redis."""
    with database(postgres) as address, ExitStack() as stack:
        both = [
            stack.enter_context(served(tmp_path, database=address, cache=redis.address))
            for _ in range(2)
        ]
        async with ClientSession(both[0].url) as one, ClientSession(both[1].url) as two:
            player, url = await both[0].player(one), "/orders?limit=5"
            for number in range(15):
                order = {
                    "account_id": player.account_id, "symbol": "SOL-USD", "side": "buy",
                    "type": "limit", "qty": "0.1", "limit_price": "100.001",
                }  # fmt: skip
                here, there, house = (one, two, both[1]) if number % 2 else (two, one, both[0])
                async with here.post("/v1/orders", json=order, headers=player.head()) as answer:
                    assert answer.status == 201, await answer.text()
                    placed = (await answer.json())["order_id"].encode()
                for _ in range(1_000):  # once it can be read there at all
                    if placed in (await past(house, there, player, url))[1]:
                        break
                for _ in range(2):
                    assert placed in (await got(there, player, url))[1]
            told = [await stats(one, both[0]), await stats(two, both[1])]
    assert sum(one["response"]["hits"] for one in told) > 0
    assert sum(one.get("price", {"hits": 0})["hits"] for one in told) > 0


async def test_those_who_ask_at_once_share_one_answer() -> None:
    """Also when the first of them goes away; and a failure is everybody's, but not kept."""
    flights, begun, asked = Flights(), asyncio.Event(), []

    async def work() -> str:
        asked.append(1)
        await begun.wait()
        if len(asked) == 2:
            raise ConnectionError
        return "answer"

    place: Any = "place"
    waiting = [asyncio.create_task(flights.once(place, work)) for _ in range(50)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    begun.set()
    assert set(await asyncio.gather(*waiting[1:])) == {"answer"}
    assert asked == [1]
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await flights.once(place, work)
        asked.pop()
    assert not flights._flying


def test_what_is_kept_sees_no_clock_and_no_price() -> None:
    """A handler whose answers are kept touches nothing of the desk but its read side."""
    declared = {(route.method, route.path): route.handler for route in ROUTES}
    assert declared.keys() >= KEPT
    for key in KEPT:
        assert desk_parts(declared[key]) <= {"reading", "account", "order"}, key
    assert "clock" in desk_parts(declared["GET", "/portfolio/{account_id}"])


def desk_parts(handler: Callable[..., Any]) -> set[str]:
    """What a function uses of `desk`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(handler)))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id == "desk"
    }


def test_the_setting_is_read_and_refused() -> None:
    for right in ("off", "memory", "redis://127.0.0.1:6379/0", "unix:///tmp/redis"):
        assert config({}, cache=right).unwrap().cache == right
    for wrong in ("on", "", "http://x", "redis://", f"memory {uuid4()}"):
        assert config({}, cache=wrong).failure()[0].name == "cache"
    assert "secret" not in repr(config({}, cache="redis://u:secret@h").unwrap())
