"""Why an order was refused, accepted or filled, against the whole service."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest_asyncio
from aiohttp import ClientSession

from shell.keys import RUNTIME
from shell.why import why
from tests.shell.conftest import House, Player
from tests.shell.test_orders_service import SYMBOL, around, price
from tests.shell.test_service import asked, settled


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


@pytest_asyncio.fixture
async def player(house: House, client: ClientSession) -> Player:
    return await house.player(client)


def order(player: Player, **more: str) -> dict[str, Any]:
    """A market order for a tenth of an ETH."""
    plain = {"account_id": player.account_id, "symbol": SYMBOL, "side": "buy", "type": "market"}
    return {**plain, "qty": "0.1", **more}


async def test_a_refusal_says_where_its_reasons_are(client: ClientSession, player: Player) -> None:
    body, head = order(player, qty="900"), player.head()
    async with client.post("/v1/orders", json=body, headers=head) as response:
        problem, link = await response.json(), response.headers["Link"]
    assert response.status == 422
    path = link.removeprefix("</v1").removesuffix('>; rel="describedby"')
    told = await asked(client, "GET", path, 200, headers=player.head())
    (decision,) = told["decisions"]
    assert decision["causes"] == problem["causes"]
    assert decision["replays"] is True
    (judged,) = decision["orders"]
    refused = [one for one in judged["readings"] if one["verdict"] == "refused"]
    assert {one["code"] for one in refused} == {one["code"] for one in problem["causes"]}
    funds = next(one for one in refused if one["code"] == "insufficient_margin")
    assert Decimal(funds["limit"]) - Decimal(funds["value"]) == Decimal(funds["headroom"]) < 0
    assert (told["fills"], told["turns"]) == ([], [])
    async with client.post("/v1/orders", json=body, headers=head) as response:
        assert response.headers["Link"] == link
    stranger = await client_of(client, path)
    assert stranger == (404, "unknown_order")


async def client_of(client: ClientSession, path: str) -> tuple[int, str]:
    """What somebody else is told."""
    async with client.post("/v1/auth/register", json={"username": f"s{uuid4().hex[:9]}"}) as made:
        token = (await made.json())["token"]
    head = {"Authorization": f"Bearer {token}"}
    async with client.get(f"/v1{path}", headers=head) as response:
        return response.status, (await response.json())["code"]


async def test_a_fill_says_what_it_paid_and_released(
    house: House, client: ClientSession, player: Player
) -> None:
    made = await asked(client, "POST", "/orders", 201, json=order(player), headers=player.head())
    await settled(house)
    path = f"/orders/{made['order_id']}/why"
    told = await asked(client, "GET", path, 200, headers=player.head())
    assert told["account_id"] == player.account_id
    (decision,) = told["decisions"]
    assert (decision["causes"], decision["replays"]) == ([], True)
    assert decision["orders"][0]["reserve"] == made["reserve"]
    names = [turn["name"] for turn in told["turns"]]
    assert names[0] == "order_accepted"
    assert names.count("trade_executed") == len(told["fills"]) >= 1
    released = sum(Decimal(one["reserve_released"]) for one in told["fills"])
    assert released == Decimal(made["reserve"])
    first = told["fills"][0]
    assert (first["fee_rate"], first["fee_level"], first["liquidity"]) == ("0.0005", 0, "taker")
    assert Decimal(first["better_by"]) > 0
    store, order_id = house.app[RUNTIME].store, made["order_id"]
    short = store.read(lambda c: why(c, player.account_id, order_id, 0)).unwrap()
    assert (short.decisions[0].replays, short.decisions[0].orders) == (None, ())
    assert len(short.fills) == len(told["fills"])


async def test_amendments_and_lists_are_told(client: ClientSession, player: Player) -> None:
    mark = await price(client)
    body = order(player, type="limit", limit_price=around(mark, -4))
    made = await asked(client, "POST", "/orders", 201, json=body, headers=player.head())
    path = f"/orders/{made['order_id']}"
    await asked(client, "PATCH", path, 200, json={"qty": "0.2"}, headers=player.head())
    await asked(client, "PATCH", path, 422, json={"qty": "900"}, headers=player.head())
    told = await asked(client, "GET", f"{path}/why", 200, headers=player.head())
    assert [bool(one["causes"]) for one in told["decisions"]] == [False, False, True]
    leg = {"symbol": SYMBOL, "qty": "0.1", "side": "buy", "type": "limit"}
    legs = [{**leg, "limit_price": around(mark, -percent)} for percent in (3, 4)]
    several = {"account_id": player.account_id, "kind": "ouo", "legs": legs}
    lists = await asked(client, "POST", "/orders/lists", 201, json=several, headers=player.head())
    path = f"/orders/{lists['orders'][1]['order_id']}/why"
    told = await asked(client, "GET", path, 200, headers=player.head())
    (decision,) = told["decisions"]
    assert (decision["orders"], decision["replays"]) == ([], True)


async def test_nobody_asked_for_it(client: ClientSession, player: Player) -> None:
    for name in ("absent", "%00", "a" * 300, "' OR 1=1--"):
        found = await asked(client, "GET", f"/orders/{name}/why", 404, headers=player.head())
        assert found["code"] in {"unknown_order", "no_such_route", "not_found"}
