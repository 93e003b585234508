"""Every route and its statuses, against the whole service on a real port with a real store."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from shell.app import ROUTES
from shell.handlers.jobs import ROUTES as JOBS
from tests.shell.conftest import House, Player

LIMIT = {
    "symbol": "BTC-USD",
    "side": "buy",
    "type": "limit",
    "qty": "0.001",
    "limit_price": "62000",
}
MARKET = {"symbol": "BTC-USD", "side": "buy", "type": "market", "qty": "0.001"}


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


@pytest_asyncio.fixture
async def player(house: House, client: ClientSession) -> Player:
    return await house.player(client)


async def asked(
    client: ClientSession, method: str, path: str, status: int, **more: object
) -> dict[str, Any]:
    """One request that must end with `status`."""
    async with client.request(method, f"/v1{path}", **more) as response:  # type: ignore[arg-type]
        text = await response.text()
        assert response.status == status, text
        found: dict[str, Any] = await response.json() if text else {}
        return found


async def placed(client: ClientSession, player: Player, **order: str) -> dict[str, Any]:
    body = {"account_id": player.account_id, **order}
    return await asked(client, "POST", "/orders", 201, json=body, headers=player.head())


async def settled(house: House) -> None:
    """Wait until venue and follower have nothing left to do."""
    await asyncio.sleep(0.15)
    await asyncio.to_thread(house.quiet)


@pytest.mark.parametrize(
    "path",
    [
        "/health/live",
        "/health/ready",
        "/health/startup",
        "/info",
        "/errors",
        "/errors/bad_amount",
        "/events/types",
        "/events/types?domain=trading",
        "/openapi.json",
        "/instruments",
        "/instruments?category=crypto&status=active",
        "/instruments/BTC-USD",
        "/leaderboards",
        "/leaderboards/xp",
        "/leaderboards/xp?start=2&limit=5&period=all_time",
        "/leaderboards/xp?start=1000000000&period=daily&scope=global",
        "/leaderboards/xp?period=weekly&at=1999-12-31T23:59:59Z",
        "/game/levels?from=2&to=5",
        "/revenue/streams",
        "/market-data/price?symbols=BTC-USD,ETH-USD",
        "/market-data/orderbook?symbol=ETH-USD&depth=3",
        "/market-data/trades?symbol=SOL-USD&limit=3",
        "/market-data/candles?symbol=BTC-USD&interval=15m&limit=4",
        "/market-data/stats/STRK-USD",
    ],
)
async def test_what_everybody_may_read(client: ClientSession, path: str) -> None:
    await asked(client, "GET", path, 200)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/errors/no_such_code", 404, "not_found"),
        ("/instruments/XXX-USD", 404, "not_found"),
        ("/leaderboards/luck", 404, "not_found"),
        ("/leaderboards/xp?scope=league", 404, "not_found"),
        ("/leaderboards/xp?period=hourly", 400, "invalid_request"),
        ("/market-data/price?symbols=BTC-USD,XXX-USD", 422, "unknown_symbol"),
        ("/market-data/orderbook?symbol=XXX", 422, "unknown_symbol"),
        ("/market-data/candles?symbol=BTC-USD&interval=2m", 422, "unknown_interval"),
        ("/market-data/trades?symbol=XXX", 422, "unknown_symbol"),
        ("/market-data/stats/XXX", 422, "unknown_symbol"),
        ("/market-data/orderbook", 400, "invalid_request"),
        ("/nowhere", 404, "not_found"),
    ],
)
async def test_what_nobody_can_read(
    client: ClientSession, path: str, status: int, code: str
) -> None:
    assert (await asked(client, "GET", path, status))["code"] == code


async def test_a_player_starts_with_ten_thousand(client: ClientSession, player: Player) -> None:
    head = player.head()
    account = await asked(client, "GET", f"/accounts/{player.account_id}", 200, headers=head)
    assert (account["currency"], account["initial_balance"]) == ("PUSD", "10000")
    portfolio = await asked(client, "GET", f"/portfolio/{player.account_id}", 200, headers=head)
    assert portfolio["equity"] == portfolio["available"] == "10000"
    profile = await asked(client, "GET", "/game/profile", 200, headers=head)
    assert (profile["xp"], profile["level"]) == (0, 1)
    assert (await asked(client, "GET", "/game/streak", 200, headers=head))["count"] == 0
    me = await asked(client, "GET", "/users/me", 200, headers=head)
    assert me["user_id"] == player.user_id
    around = await asked(client, "GET", "/leaderboards/xp/around-me", 200, headers=head)
    assert player.user_id in {row["user_id"] for row in around["items"]}
    assert (await asked(client, "GET", "/game/xp", 200, headers=head))["items"] == []


async def test_names_belong_to_one_player(client: ClientSession) -> None:
    name = f"Ada{uuid4().hex[:8]}"
    await asked(client, "POST", "/auth/register", 201, json={"username": name})
    again = await asked(client, "POST", "/auth/register", 409, json={"username": name.lower()})
    assert again["code"] == "username_taken"
    for bad in ("a", "-abc", "a b c", "аda", "x" * 31):
        found = await asked(client, "POST", "/auth/register", 400, json={"username": bad})
        assert found["fields"][0]["path"] == "body.username"


async def test_a_round_trip(house: House, client: ClientSession, player: Player) -> None:
    head = player.head()
    order = await placed(client, player, **MARKET)
    await settled(house)
    detail = await asked(client, "GET", f"/orders/{order['order_id']}", 200, headers=head)
    assert detail["order"]["status"] == "filled"
    assert sum(Decimal(fill["qty"]) for fill in detail["fills"]) == Decimal("0.001")
    where = f"/positions/{player.account_id}/BTC-USD"
    held = await asked(client, "GET", where, 200, headers=head)
    assert held["qty"] == "0.001"
    listed = await asked(
        client, "GET", f"/positions?account_id={player.account_id}", 200, headers=head
    )
    assert [row["position_id"] for row in listed["items"]] == [held["position_id"]]
    closing = await asked(client, "POST", f"{where}/close", 201, json={}, headers=player.head())
    assert closing["reduce_only"] is True
    await settled(house)
    gone = await asked(client, "GET", where, 404, headers=head)
    assert gone["code"] == "position_not_found"
    closed = await asked(client, "GET", "/positions/history", 200, headers=head)
    assert len(closed["items"]) == 1
    assert "return" in closed["items"][0]
    fills = (await asked(client, "GET", "/trades", 200, headers=head))["items"]
    portfolio = await asked(client, "GET", f"/portfolio/{player.account_id}", 200, headers=head)
    equity = Decimal(10000) + Decimal(portfolio["realised"]) - Decimal(portfolio["fees"])
    assert Decimal(portfolio["equity"]) == equity
    assert sum(Decimal(fill["fee"]) for fill in fills) == Decimal(portfolio["fees"])


async def test_closing_nothing(client: ClientSession, player: Player) -> None:
    where = f"/positions/{player.account_id}/ETH-USD/close"
    found = await asked(client, "POST", where, 404, headers=player.head())
    assert found["code"] == "position_not_found"


async def test_a_resting_order_can_be_cancelled(
    house: House, client: ClientSession, player: Player
) -> None:
    head = player.head()
    order = await placed(client, player, **LIMIT)
    await settled(house)
    active = await asked(
        client, "GET", f"/orders/active?account_id={player.account_id}", 200, headers=head
    )
    assert [row["order_id"] for row in active["items"]] == [order["order_id"]]
    await asked(client, "DELETE", f"/orders/{order['order_id']}", 202, headers=head)
    await settled(house)
    detail = await asked(client, "GET", f"/orders/{order['order_id']}", 200, headers=head)
    assert detail["order"]["status"] == "cancelled"
    late = await asked(client, "DELETE", f"/orders/{order['order_id']}", 409, headers=head)
    assert late["code"] == "invalid_transition"


async def test_all_orders_can_be_cancelled(
    house: House, client: ClientSession, player: Player
) -> None:
    for _ in range(3):
        await placed(client, player, **LIMIT)
    await settled(house)
    where = f"/orders?account_id={player.account_id}&symbol=BTC-USD"
    assert (await asked(client, "DELETE", where, 202, headers=player.head()))["cancelled"] == 3
    await settled(house)
    assert (await asked(client, "GET", "/orders/active", 200, headers=player.head()))["items"] == []


async def test_every_cause_of_a_refusal_is_named(client: ClientSession, player: Player) -> None:
    body = {**LIMIT, "account_id": player.account_id, "qty": "0.000015", "limit_price": "62000.05"}
    found = await asked(client, "POST", "/orders", 422, json=body, headers=player.head())
    codes = [cause["code"] for cause in found["causes"]]
    assert codes[:3] == ["price_off_tick", "quantity_off_step", "quantity_out_of_range"]
    assert found["code"] == codes[0]
    assert {field["path"] for field in found["fields"]} >= {"body.limit_price", "body.qty"}


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({**LIMIT, "symbol": "XXX-USD"}, 422, "instrument_unavailable"),
        ({**LIMIT, "limit_price": "1"}, 422, "below_min_notional"),
        ({**LIMIT, "limit_price": "99000"}, 422, "price_out_of_range"),
        ({**LIMIT, "qty": "50"}, 422, "order_too_large"),
        ({**MARKET, "limit_price": "1"}, 422, "invalid_order"),
        ({**LIMIT, "limit_price": None}, 422, "invalid_order"),
        ({**MARKET, "tif": "gtc"}, 422, "invalid_order"),
        ({**LIMIT, "reduce_only": True}, 422, "reduce_only_no_position"),
        ({**LIMIT, "limit_price": "66000", "post_only": True}, 422, "post_only_would_cross"),
        ({**LIMIT, "qty": "-1"}, 422, "invalid_order"),
        ({**LIMIT, "qty": "0"}, 422, "invalid_order"),
    ],
)
async def test_refused_orders(
    client: ClientSession, player: Player, order: dict[str, object], status: int, code: str
) -> None:
    body = {"account_id": player.account_id, **order}
    found = await asked(client, "POST", "/orders", status, json=body, headers=player.head())
    assert code in {cause["code"] for cause in found["causes"]}


async def test_pages_go_on_where_they_ended(
    house: House, client: ClientSession, player: Player
) -> None:
    head = player.head()
    made = {(await placed(client, player, **LIMIT))["order_id"] for _ in range(5)}
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        page = await asked(client, "GET", f"/orders?limit=2{more}", 200, headers=head)
        seen += [row["order_id"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == 5
    assert set(seen) == made
    page = await asked(client, "GET", "/orders?limit=2", 200, headers=head)
    foreign = await asked(client, "GET", f"/trades?cursor={page['next_cursor']}", 400, headers=head)
    assert foreign["code"] == "bad_cursor"
    await settled(house)
    for query, count in (("status=open", 5), ("status=filled", 0), ("symbol=ETH-USD", 0)):
        found = await asked(client, "GET", f"/orders?{query}", 200, headers=head)
        assert len(found["items"]) == count
    await asked(client, "DELETE", f"/orders?account_id={player.account_id}", 202, headers=head)


async def test_what_the_house_earns_is_for_accountants(
    house: House, client: ClientSession, player: Player
) -> None:
    await placed(client, player, **MARKET)
    await settled(house)
    staff = {"Authorization": f"Bearer {house.staff('finance')}"}
    for path in ("/finance/revenue", "/finance/trial-balance?book=practice"):
        assert (await asked(client, "GET", path, 401))["code"] == "unauthenticated"
        assert (await asked(client, "GET", path, 403, headers=player.head()))["code"] == "forbidden"
        found = await asked(client, "GET", path, 200, headers=staff)
        assert found["items"]
    balances = await asked(client, "GET", "/finance/trial-balance", 200, headers=staff)
    assert sum(Decimal(row["balance"]) for row in balances["items"]) == 0


async def test_retries_are_answered_and_not_repeated(client: ClientSession, player: Player) -> None:
    head, body = player.head(), {**LIMIT, "account_id": player.account_id}

    async def once() -> tuple[int, bytes, str | None]:
        async with client.post("/v1/orders", json=body, headers=head) as response:
            return (
                response.status,
                await response.read(),
                response.headers.get("Idempotency-Replayed"),
            )

    answers = await asyncio.gather(*(once() for _ in range(32)))
    assert {(status, text) for status, text, _ in answers} == {(201, answers[0][1])}
    assert sorted(replayed or "" for *_, replayed in answers) == [""] + ["true"] * 31
    listed = await asked(client, "GET", "/orders", 200, headers=head)
    assert len(listed["items"]) == 1
    other = await asked(client, "POST", "/orders", 422, json={**body, "qty": "0.002"}, headers=head)
    assert other["code"] == "idempotency_mismatch"
    await asked(client, "DELETE", f"/orders?account_id={player.account_id}", 202, headers=head)


async def test_a_key_belongs_to_its_user(
    house: House, client: ClientSession, player: Player
) -> None:
    stranger = await house.player(client)
    key = uuid4().hex
    answers = []
    for who in (player, stranger):
        body = {**LIMIT, "account_id": who.account_id}
        head = who.head(**{"Idempotency-Key": key})
        answers.append(await asked(client, "POST", "/orders", 201, json=body, headers=head))
    assert answers[0]["order_id"] != answers[1]["order_id"]


async def test_refusals_are_replayed_too(client: ClientSession, player: Player) -> None:
    head, body = player.head(), {**LIMIT, "account_id": player.account_id, "qty": "50"}
    first = await asked(client, "POST", "/orders", 422, json=body, headers=head)
    async with client.post("/v1/orders", json=body, headers=head) as response:
        assert response.headers["Idempotency-Replayed"] == "true"
        assert (await response.json())["code"] == first["code"]


def test_every_route_is_tried_here() -> None:
    """A route without a test is a route without a promise."""
    here = Path(__file__)
    names = ("test_orders_service.py", "test_reports.py", "test_instruments.py")
    others = ("test_caches.py", "test_event_pages.py")
    files = (here, *(here.with_name(name) for name in (*names, *others)))
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    for route in ROUTES:
        if route in JOBS:
            continue  # tests/shell/test_jobs_service.py serves these alone
        first = route.path.split("{")[0].rstrip("/")
        assert f"{first}" in text, route
