"""Orders of every type, lists, protection and settings, against the whole service."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from tests.shell.conftest import House, Player
from tests.shell.test_service import asked, settled

SYMBOL = "ETH-USD"


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


@pytest_asyncio.fixture
async def player(house: House, client: ClientSession) -> Player:
    return await house.player(client)


async def price(client: ClientSession) -> Decimal:
    """The newest price of the market."""
    found = await asked(client, "GET", f"/market-data/price?symbols={SYMBOL}", 200)
    return Decimal(found["items"][0]["last"])


async def ordered(
    client: ClientSession, player: Player, status: int = 201, **order: str
) -> dict[str, Any]:
    """One order of a tenth of an ETH."""
    body = {"account_id": player.account_id, "symbol": SYMBOL, "side": "buy", "qty": "0.1", **order}
    return await asked(client, "POST", "/orders", status, json=body, headers=player.head())


def around(mark: Decimal, percent: int) -> str:
    """A price on the tick, some percent away."""
    return str((mark * (100 + percent) / 100).quantize(Decimal("0.01")))


async def held(house: House, client: ClientSession, player: Player) -> None:
    """A position."""
    await ordered(client, player, type="market")
    await settled(house)


async def test_a_stop_waits_and_is_amended_and_cancelled(
    client: ClientSession, player: Player
) -> None:
    mark = await price(client)
    stop = await ordered(client, player, type="stop_market", stop_price=around(mark, 4))
    assert stop["status"] == "untriggered"
    path, body = f"/orders/{stop['order_id']}", {"qty": "0.2"}
    after = await asked(client, "PATCH", path, 200, json=body, headers=player.head())
    assert (after["qty"], after["revision"]) == ("0.2", 1)
    await asked(client, "DELETE", path, 202, headers=player.head())
    seen = await asked(client, "GET", path, 200, headers=player.head())
    assert seen["order"]["status"] == "cancelled"


async def test_what_a_type_needs_is_said(client: ClientSession, player: Player) -> None:
    found = await ordered(client, player, status=422, type="iceberg", stop_price="1")
    assert {field["path"] for field in found["fields"]} >= {
        "body.limit_price",
        "body.display_qty",
        "body.stop_price",
    }


async def test_a_stop_that_would_fire_is_refused(client: ClientSession, player: Player) -> None:
    mark = await price(client)
    order = {"type": "stop_market", "stop_price": around(mark, -4)}
    assert (await ordered(client, player, status=422, **order))["code"] == "trigger_would_fire"


@pytest.mark.parametrize("percent", [3, 12])
async def test_a_bracket_waits_for_its_entry(
    client: ClientSession, player: Player, percent: int
) -> None:
    mark = await price(client)
    leg = {"symbol": SYMBOL, "qty": "0.1"}
    legs = [
        {**leg, "side": "buy", "type": "limit", "limit_price": around(mark, -2)},
        {**leg, "side": "sell", "type": "stop_market", "stop_price": around(mark, -4)},
        {**leg, "side": "sell", "type": "take_profit_market", "stop_price": around(mark, percent)},
    ]
    body = {"account_id": player.account_id, "kind": "bracket", "legs": legs}
    head = player.head()
    made = await asked(client, "POST", "/orders/lists", 201, json=body, headers=head)
    assert [one["status"] for one in made["orders"]] == ["pending", "held", "held"]
    assert await asked(client, "POST", "/orders/lists", 201, json=body, headers=head) == made
    legs[1]["stop_price"] = around(mark, 2)
    found = await asked(client, "POST", "/orders/lists", 422, json=body, headers=player.head())
    assert found["code"] == "bracket_prices"


async def test_protection_is_set_and_taken_away(
    house: House, client: ClientSession, player: Player
) -> None:
    path = f"/positions/{player.account_id}/{SYMBOL}/protection"
    body: dict[str, str] = {}
    await asked(client, "PUT", path, 404, json=body, headers=player.head())
    await held(house, client, player)
    mark = await price(client)
    body = {"stop": around(mark, -4), "target": around(mark, 4)}
    made = await asked(client, "PUT", path, 200, json=body, headers=player.head())
    assert [one["protects"] for one in made["orders"]] == [True, True]
    await asked(client, "DELETE", path, 204, headers=player.head())
    active = await asked(client, "GET", "/orders/active", 200, headers=player.head())
    assert active["items"] == []


async def test_leverage_and_margin(house: House, client: ClientSession, player: Player) -> None:
    path = f"/accounts/{player.account_id}/leverage/{SYMBOL}"
    chosen = await asked(client, "PUT", path, 200, json={"leverage": 5}, headers=player.head())
    assert chosen == {"symbol": SYMBOL, "leverage": 5, "margin_mode": "isolated"}
    found = await asked(client, "PUT", path, 422, json={"leverage": 50}, headers=player.head())
    assert found["code"] == "leverage_above_bracket"
    await held(house, client, player)
    margin = f"/accounts/{player.account_id}/margin"
    body = {"symbol": SYMBOL, "amount": "10"}
    before = await asked(
        client, "GET", f"/positions/{player.account_id}/{SYMBOL}", 200, headers=player.head()
    )
    after = await asked(client, "POST", margin, 200, json=body, headers=player.head())
    assert Decimal(after["margin"]) == Decimal(before["margin"]) + 10
    body = {"symbol": SYMBOL, "amount": "-60"}
    low = await asked(client, "POST", margin, 422, json=body, headers=player.head())
    assert low["code"] == "margin_too_low"
    crossed = {"leverage": 5, "margin_mode": "cross"}
    busy = await asked(client, "PUT", path, 409, json=crossed, headers=player.head())
    assert busy["code"] == "position_open"


async def test_accounts_open_reset_and_close(
    house: House, client: ClientSession, player: Player
) -> None:
    body = {"mode": "practice", "name": f"second {uuid4().hex[:4]}", "initial_balance": "500"}
    made = await asked(client, "POST", "/accounts", 201, json=body, headers=player.head())
    assert (made["name"], made["cash"]) == (body["name"], "500")
    path = f"/accounts/{made['account_id']}"
    reset = {"initial_balance": "700"}
    again = await asked(client, "POST", f"{path}/reset", 200, json=reset, headers=player.head())
    assert (again["cash"], again["initial_balance"]) == ("700", "700")
    soon = await asked(client, "POST", f"{path}/reset", 409, json={}, headers=player.head())
    assert soon["code"] == "reset_too_soon"
    closed = await asked(client, "POST", f"{path}/close", 200, headers=player.head())
    assert closed["status"] == "closed"
    live = {"mode": "live", "name": "real"}
    found = await asked(client, "POST", "/accounts", 403, json=live, headers=player.head())
    assert found["code"] == "live_not_allowed"
    await held(house, client, player)
    busy = f"/accounts/{player.account_id}/close"
    await asked(client, "POST", busy, 409, headers=player.head())
    mine = f"/accounts/{player.account_id}/reset"
    await asked(client, "POST", mine, 409, json={}, headers=player.head())
