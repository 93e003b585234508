"""Every route, asked by nobody and by a stranger: what is not yours looks like what is absent."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from shell.app import ROUTES
from shell.desk import Desk
from shell.http.routes import Caller, Route, Trace
from shell.http.signature import Shape, Source, shape_of
from shell.jobs.queue import Queue
from tests.shell.conftest import House, Player

SHAPES = tuple(shape_of(route, {Desk, Queue, Trace}) for route in ROUTES)
PRIVATE = [shape for shape in SHAPES if shape.of(Source.CALLER)]
OWNED = [
    shape
    for shape in PRIVATE
    if shape.of(Source.PATH)
    and not shape.route.path.startswith(
        ("/leaderboards", "/instruments", "/events", "/jobs")
    )  # nobody owns them
]
PUBLIC = {
    "GET /health/live",
    "GET /health/startup",
    "GET /health/ready",
    "GET /info",
    "GET /errors",
    "GET /errors/{code}",
    "GET /events/types",
    "GET /events/types/{name}",
    "POST /auth/register",
    "GET /instruments",
    "GET /instruments/{symbol}",
    "GET /market-data/price",
    "GET /market-data/orderbook",
    "GET /market-data/candles",
    "GET /market-data/trades",
    "GET /market-data/stats/{symbol}",
    "GET /game/levels",
    "GET /leaderboards",
    "GET /leaderboards/{board}",
    "GET /revenue/streams",
}
ORDER = {
    "symbol": "BTC-USD",
    "side": "buy",
    "type": "limit",
    "qty": "0.001",
    "limit_price": "62000",
}


BODIES: dict[str, dict[str, object]] = {  # of routes that want more than nothing
    "PUT /accounts/{account_id}/leverage/{symbol}": {"leverage": 2},
    "POST /accounts/{account_id}/margin": {"symbol": "BTC-USD", "amount": "1"},
}


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


def filled(route: Route, player: Player, order_id: str) -> str:
    """The path with the ids of `player`."""
    ids = {"order_id": order_id, "account_id": player.account_id}
    named = {"symbol": "BTC-USD", "board": "xp", "letter_id": "x", "job_id": "x", "name": "x"}
    values = {**ids, **named}
    return "/v1" + re.sub(r"\{(\w+)\}", lambda found: values[found[1]], route.path)


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


def test_what_is_public_is_listed() -> None:
    """A route that forgets to ask who is calling fails here."""
    assert {name(shape.route) for shape in SHAPES if not shape.of(Source.CALLER)} == PUBLIC


@pytest.mark.parametrize("shape", PRIVATE, ids=lambda shape: name(shape.route))
async def test_nobody_is_refused(house: House, client: ClientSession, shape: Shape) -> None:
    before = house.state()
    path = filled(shape.route, Player("", "x", ""), "x")
    async with client.request(shape.route.method, path) as response:
        found = await response.json()
    assert (response.status, found["code"]) == (401, "unauthenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert house.state() == before


@pytest.mark.parametrize("shape", OWNED, ids=lambda shape: name(shape.route))
async def test_a_stranger_sees_nothing(house: House, client: ClientSession, shape: Shape) -> None:
    owner, stranger = await house.player(client), await house.player(client)
    body = {**ORDER, "account_id": owner.account_id}
    async with client.post("/v1/orders", json=body, headers=owner.head()) as response:
        order_id = (await response.json())["order_id"]
    await house.still()
    before, answers = house.state(), []
    for path in (
        filled(shape.route, owner, order_id),
        filled(shape.route, Player("", "019cb84a-6d00-7a3c-8f21-5d2be0c4a911", ""), "absent"),
    ):
        wanted = BODIES.get(name(shape.route))
        head = stranger.head()
        async with client.request(shape.route.method, path, headers=head, json=wanted) as response:
            answers.append((response.status, (await response.json())["code"]))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert house.state() == before


@pytest.mark.parametrize(
    "path",
    ["/accounts", "/orders", "/orders/active", "/trades", "/positions", "/positions/history"],
)
async def test_a_strangers_lists_are_empty_of_others(
    house: House, client: ClientSession, path: str
) -> None:
    owner, stranger = await house.player(client), await house.player(client)
    body = {**ORDER, "account_id": owner.account_id}
    async with client.post("/v1/orders", json=body, headers=owner.head()) as response:
        assert response.status == 201
    asked = f"/v1{path}" if path == "/accounts" else f"/v1{path}?account_id={owner.account_id}"
    async with client.get(asked, headers=stranger.head()) as response:
        text = await response.text()
    assert owner.account_id not in text
    assert owner.user_id not in text


async def test_an_order_on_a_strangers_account(house: House, client: ClientSession) -> None:
    owner, stranger = await house.player(client), await house.player(client)
    await house.still()
    before = house.state()
    for account in (owner.account_id, "019cb84a-6d00-7a3c-8f21-5d2be0c4a911", "x"):
        body = {**ORDER, "account_id": account}
        async with client.post("/v1/orders", json=body, headers=stranger.head()) as response:
            assert (response.status, (await response.json())["code"]) == (404, "account_not_found")
    asked = f"/v1/orders?account_id={owner.account_id}"
    async with client.delete(asked, headers=stranger.head()) as response:
        assert response.status == 404
    assert house.state() == before


async def test_a_cursor_belongs_to_its_user(house: House, client: ClientSession) -> None:
    owner, stranger = await house.player(client), await house.player(client)
    for _ in range(2):
        body = {**ORDER, "account_id": owner.account_id}
        async with client.post("/v1/orders", json=body, headers=owner.head()) as response:
            assert response.status == 201
    async with client.get("/v1/orders?limit=1", headers=owner.head()) as response:
        cursor = (await response.json())["next_cursor"]
    async with client.get(f"/v1/orders?cursor={cursor}", headers=stranger.head()) as response:
        assert (response.status, (await response.json())["code"]) == (400, "bad_cursor")


def test_callers_come_from_tokens_alone() -> None:
    """No body, query or path parameter is ever a user id."""
    for shape in SHAPES:
        for argument in shape.arguments:
            assert argument.kind is Caller or argument.name != "user_id"
