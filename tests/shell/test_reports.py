"""Curves, days, statistics, previews and tickets against the whole service."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from tests.shell.conftest import House, Player
from tests.shell.hostile_cases import AMOUNTS, BODIES, FIELDS
from tests.shell.test_orders_service import SYMBOL, around, held, ordered, price
from tests.shell.test_service import asked, settled


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


@pytest_asyncio.fixture
async def player(house: House, client: ClientSession) -> Player:
    return await house.player(client)


async def seen(client: ClientSession, player: Player, path: str) -> dict[str, Any]:
    """What the owner is answered."""
    return await asked(client, "GET", path, 200, headers=player.head())


async def test_a_fresh_account_has_a_curve_of_its_balance(
    client: ClientSession, player: Player
) -> None:
    path = f"/accounts/{player.account_id}"
    curve = await seen(client, player, f"{path}/equity-curve")
    (now,) = curve["items"]
    assert (now["equity"], now["net"], curve["next_cursor"]) == ("10000", "0", None)
    days = await seen(client, player, f"{path}/pnl")
    assert [(day["flow"], day["net"], day["trades"]) for day in days["items"]] == [
        ("10000", "0", 0)
    ]
    stats = await seen(client, player, f"{path}/statistics")
    assert (stats["trades"], stats["win_rate"], stats["is_practice"]) == (0, None, True)


async def test_a_round_trip_is_in_every_report(
    house: House, client: ClientSession, player: Player
) -> None:
    await held(house, client, player)
    close = f"/positions/{player.account_id}/{SYMBOL}/close"
    await asked(client, "POST", close, 201, json={}, headers=player.head())
    await settled(house)
    path = f"/accounts/{player.account_id}"
    account = await seen(client, player, path)
    (day,) = (await seen(client, player, f"{path}/pnl"))["items"]
    assert Decimal(day["net"]) == Decimal(account["realised"]) - Decimal(account["fees"])
    assert day["trades"] == account["trades"] >= 2
    stats = await seen(client, player, f"{path}/statistics")
    assert (stats["trades"], stats["fills"]) == (1, account["trades"])
    assert Decimal(stats["net"]) == Decimal(day["net"])
    curve = await seen(client, player, f"{path}/equity-curve")
    assert Decimal(curve["items"][-1]["equity"]) == Decimal(account["cash"])
    orders = await seen(client, player, f"/orders/stats?account_id={player.account_id}")
    assert (orders["orders"], orders["by_status"], orders["fill_rate"]) == (
        2,
        {"filled": 2},
        "1",
    )
    assert orders["mean_slippage"] is not None
    early = await seen(client, player, "/orders/stats?to=2000-01-01T00:00:00Z")
    assert (early["orders"], early["fill_rate"]) == (0, None)


async def test_spans_and_pages(client: ClientSession, player: Player) -> None:
    path = f"/accounts/{player.account_id}"
    for report in ("equity-curve", "pnl"):
        none = await seen(client, player, f"{path}/{report}?to=2000-01-01T00:00:00Z")
        assert none == {"items": [], "next_cursor": None}
        some = await seen(client, player, f"{path}/{report}?from=2000-01-01T00:00:00Z&limit=1")
        assert len(some["items"]) == 1
        refused = await asked(
            client, "GET", f"{path}/{report}?cursor=abc", 400, headers=player.head()
        )
        assert refused["code"] == "bad_cursor"


@pytest.mark.parametrize("name", ["equity-curve", "pnl", "statistics"])
async def test_a_strangers_reports_are_absent(
    house: House, client: ClientSession, player: Player, name: str
) -> None:
    stranger = await house.player(client)
    for account in (player.account_id, "absent", "%00", "' OR 1=1--"):
        path = f"/accounts/{account}/{name}"
        found = await asked(client, "GET", path, 404, headers=stranger.head())
        assert found["code"] in {"account_not_found", "not_found"}
    path = f"/orders/stats?account_id={player.account_id}"
    await asked(client, "GET", path, 404, headers=stranger.head())


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "from=yesterday", "from=2026-03-04T10:00:00", "user_id=1", "to=%00"],
)
async def test_hostile_spans_are_refused_by_name(
    client: ClientSession, player: Player, query: str
) -> None:
    field = f"query.{query.partition('=')[0]}"
    for report in ("equity-curve", "pnl"):
        path = f"/accounts/{player.account_id}/{report}?{query}"
        found = await asked(client, "GET", path, 400, headers=player.head())
        assert field in {one["path"] for one in found["fields"]}


async def test_a_preview_is_what_placing_does(client: ClientSession, player: Player) -> None:
    mark = await price(client)
    await asked(
        client,
        "PUT",
        f"/accounts/{player.account_id}/leverage/{SYMBOL}",
        200,
        json={"leverage": 5},
        headers=player.head(),
    )
    body = {
        "account_id": player.account_id,
        "symbol": SYMBOL,
        "side": "buy",
        "type": "limit",
        "qty": "0.5",
        "limit_price": around(mark, -2),
    }
    told = await asked(client, "POST", "/orders/preview", 200, json=body, headers=player.head())
    assert (await seen(client, player, "/orders"))["items"] == []
    assert (told["errors"], told["qty"]) == ([], "0.5")
    assert Decimal(told["liquidation_price"]) < Decimal(body["limit_price"])
    made = await asked(client, "POST", "/orders", 201, json=body, headers=player.head())
    assert (made["reserve"], made["qty"]) == (told["reserve"], told["qty"])
    exact = Decimal("0.5") * Decimal(body["limit_price"]) * Decimal("0.0005")
    assert 0 <= Decimal(told["fee"]) - exact < Decimal("0.000001")
    refused = {**body, "qty": "900", "post_only": True}
    told = await asked(client, "POST", "/orders/preview", 200, json=refused, headers=player.head())
    real = await asked(client, "POST", "/orders", 422, json=refused, headers=player.head())
    assert [one["code"] for one in told["errors"]] == [one["code"] for one in real["causes"]]
    assert (told["fee"], told["liquidation_price"]) == (None, None)


@pytest.mark.parametrize("path", ["/orders/preview", "/trading/execute"])
async def test_a_strangers_account_is_nobodys(
    house: House, client: ClientSession, player: Player, path: str
) -> None:
    stranger = await house.player(client)
    order = {"side": "buy", "type": "market", "qty": "0.1"}
    ticket = {"direction": "long", "amount": "100"}
    chosen = order if path == "/orders/preview" else ticket
    for account in (player.account_id, "absent", "x"):
        body = {**chosen, "symbol": SYMBOL, "account_id": account}
        found = await asked(client, "POST", path, 404, json=body, headers=stranger.head())
        assert found["code"] == "account_not_found"
    assert (await seen(client, player, "/orders"))["items"] == []


async def executed(
    client: ClientSession, player: Player, status: int = 201, **more: str
) -> dict[str, Any]:
    """A ticket for 200 of money."""
    body = {"account_id": player.account_id, "symbol": SYMBOL, "direction": "long",
            "amount": "200", **more}  # fmt: skip
    return await asked(client, "POST", "/trading/execute", status, json=body, headers=player.head())


async def test_a_ticket_is_executed_with_its_exits(
    house: House, client: ClientSession, player: Player
) -> None:
    mark = await price(client)
    stop, target = around(mark, -4), around(mark, 4)
    made = await executed(client, player, stop_loss=stop, take_profit=target)
    assert (made["type"], made["side"]) == ("market", "buy")
    await settled(house)
    active = (await seen(client, player, "/orders/active"))["items"]
    assert {one["type"] for one in active} == {"stop_market", "take_profit_market"}
    assert {one["qty"] for one in active} == {made["qty"]}
    short = await executed(client, player, direction="short", symbol="BTC-USD")
    assert (short["type"], short["side"]) == ("market_quote", "sell")
    wrong = await executed(client, player, 422, stop_loss=around(mark, 4))
    assert wrong["code"] == "trigger_would_fire"


async def test_a_ticket_is_executed_once(client: ClientSession, player: Player) -> None:
    body = {"account_id": player.account_id, "symbol": SYMBOL, "direction": "long",
            "amount": "100"}  # fmt: skip
    head = player.head()
    first = await asked(client, "POST", "/trading/execute", 201, json=body, headers=head)
    again = await asked(client, "POST", "/trading/execute", 201, json=body, headers=head)
    assert again == first
    other = {**body, "amount": "101"}
    found = await asked(client, "POST", "/trading/execute", 422, json=other, headers=head)
    assert found["code"] == "idempotency_mismatch"


TICKET = b'{"account_id":"x","symbol":"ETH-USD","direction":"long","amount":"1","%s":%s}'


@pytest.mark.parametrize("name", AMOUNTS)
async def test_hostile_amounts_are_refused(
    client: ClientSession, player: Player, name: str
) -> None:
    head = player.head(**{"Content-Type": "application/json"})
    for path, field, body in (
        ("/trading/execute", "stop_loss", TICKET % (b"stop_loss", AMOUNTS[name])),
        ("/orders/preview", "trail", b'{"account_id":"x","symbol":"ETH-USD","side":"buy",'
         b'"type":"market","trail":' + AMOUNTS[name] + b"}"),
    ):  # fmt: skip
        found = await asked(client, "POST", path, 400, data=body, headers=head)
        assert {one["path"].partition(".")[0] for one in found["fields"]} == {"body"}
        assert field in str(found["fields"]) or name == "60 000 digits as a number"
    assert (await seen(client, player, "/orders"))["items"] == []


@pytest.mark.parametrize("name", BODIES)
async def test_hostile_bodies_are_refused(client: ClientSession, player: Player, name: str) -> None:
    head = player.head(**{"Content-Type": "application/json"})
    for path in ("/trading/execute", "/orders/preview"):
        async with client.post(f"/v1{path}", data=BODIES[name], headers=head) as response:
            assert response.status == 400, await response.text()


@pytest.mark.parametrize("name", ["unknown", "role", "user", "fee", "status", "proto"])
async def test_foreign_fields_of_a_ticket_are_refused(
    client: ClientSession, player: Player, name: str
) -> None:
    field, value, path, code = FIELDS[name]
    head = player.head(**{"Content-Type": "application/json"})
    body = TICKET % (field.encode(), value)
    found = await asked(client, "POST", "/trading/execute", 400, data=body, headers=head)
    assert (path, code) in {(one["path"], one["code"]) for one in found["fields"]}


async def test_orders_of_every_kind_are_counted(client: ClientSession, player: Player) -> None:
    mark = await price(client)
    await ordered(client, player, type="limit", limit_price=around(mark, -4))
    told = await seen(client, player, "/orders/stats")
    assert told["by_type"] == {"limit": 1}
    assert told["partial"] is False
