"""Hostile input at every entry point: refused with a code and a place, and nothing has changed."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import ClientSession, WSMsgType

from tests.shell.conftest import House, Player
from tests.shell.hostile_cases import (
    AMOUNTS,
    BODIES,
    FIELDS,
    KEYS,
    ORDER,
    PATHS,
    QUERIES,
    RAW,
    TOKENS,
)
from tests.shell.serving import spoken

SECONDS_MAX = 1.0


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


@pytest.fixture(scope="module")
def player(house: House) -> Player:
    async def register() -> Player:
        async with ClientSession(house.url) as session:
            return await house.player(session)

    made = asyncio.run(register())
    house.quiet()
    return made


async def refused(
    house: House, client: ClientSession, method: str, path: str, **more: object
) -> tuple[int, dict[str, Any]]:
    """A request that must end as a problem, soon, and leave the log and its chain as they were."""
    before, began = house.state(), time.monotonic()
    async with client.request(method, f"/v1{path}", **more) as response:  # type: ignore[arg-type]
        text = await response.text()
    assert time.monotonic() - began < SECONDS_MAX * 5  # the machine may be busy; alone it is 0.01 s
    assert response.content_type == "application/problem+json", text
    assert "Traceback" not in text
    assert house.state() == before
    found: dict[str, Any] = json.loads(text)
    assert found["request_id"] == response.headers["X-Request-Id"]
    assert 400 <= response.status < 500
    assert found["status"] == response.status
    return response.status, found


def body_with(player: Player, name: str, value: bytes) -> bytes:
    """An order whose field `name` is `value` as it stands."""
    fields = {**ORDER, "account_id": player.account_id}
    fields.pop(name, None)
    rest = json.dumps(fields).encode()[:-1]
    return rest + b"," + json.dumps(name).encode() + b":" + value + b"}"


def paths(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(field["path"], field["code"]) for field in found["fields"]]


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("field", ["qty", "limit_price"])
@pytest.mark.parametrize("name", AMOUNTS)
async def test_amounts(
    house: House, client: ClientSession, player: Player, name: str, field: str
) -> None:
    data = body_with(player, field, AMOUNTS[name])
    status, found = await refused(
        house, client, "POST", "/orders", data=data, headers=player.head(**JSON)
    )
    if len(data) <= 64 * 1024:
        assert (status, paths(found)) == (400, [(f"body.{field}", "bad_amount")])


@pytest.mark.parametrize("name", FIELDS)
async def test_fields(house: House, client: ClientSession, player: Player, name: str) -> None:
    field, value, path, code = FIELDS[name]
    data = body_with(player, field, value)
    status, found = await refused(
        house, client, "POST", "/orders", data=data, headers=player.head(**JSON)
    )
    assert (status, paths(found)) == (400, [(path, code)])


@pytest.mark.parametrize("entry", ["/orders", "/auth/register", "/positions/x/BTC-USD/close"])
@pytest.mark.parametrize("name", BODIES)
async def test_bodies(
    house: House, client: ClientSession, player: Player, name: str, entry: str
) -> None:
    if name == "nothing" and entry.endswith("close"):
        pytest.skip("an empty body closes all of a position: it is allowed there")
    status, found = await refused(
        house, client, "POST", entry, data=BODIES[name], headers=player.head(**JSON)
    )
    assert status == 400
    assert all(path.startswith("body") for path, _ in paths(found))
    assert found["fields"]


@pytest.mark.parametrize("name", KEYS)
async def test_keys(house: House, client: ClientSession, player: Player, name: str) -> None:
    head = player.head()
    del head["Idempotency-Key"]
    if KEYS[name] is not None:
        head["Idempotency-Key"] = KEYS[name] or ""
    body = {**ORDER, "account_id": player.account_id}
    status, found = await refused(house, client, "POST", "/orders", json=body, headers=head)
    assert (status, paths(found)) == (400, [("header.Idempotency-Key", "invalid_request")])


@pytest.mark.parametrize("name", TOKENS)
async def test_tokens(house: House, client: ClientSession, name: str) -> None:
    head = {} if TOKENS[name] is None else {"Authorization": TOKENS[name] or ""}
    status, found = await refused(house, client, "GET", "/accounts", headers=head)
    assert (status, found["code"]) == (401, "unauthenticated")


async def test_a_token_is_good_for_its_time_and_its_bytes(
    house: House, client: ClientSession, player: Player
) -> None:
    scheme, data, signature = player.token.split(".")
    for forged in (
        f"{scheme}.{data}.{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        f"{scheme}.{data[:-2]}{'AA' if data[-2:] != 'AA' else 'BB'}.{signature}",
        player.token.upper(),
    ):
        head = {"Authorization": f"Bearer {forged}"}
        status, _ = await refused(house, client, "GET", "/accounts", headers=head)
        assert status == 401


@pytest.mark.parametrize("name", QUERIES)
async def test_queries(house: House, client: ClientSession, player: Player, name: str) -> None:
    path, place = QUERIES[name]
    status, found = await refused(house, client, "GET", path, headers=player.head())
    assert status == 400
    assert [where for where, _ in paths(found)] == [place]


@pytest.mark.parametrize("path", PATHS)
async def test_paths(house: House, client: ClientSession, player: Player, path: str) -> None:
    status, found = await refused(house, client, "GET", path, headers=player.head())
    assert status in {400, 404}
    codes = {"not_found", "unknown_order", "account_not_found", "position_not_found"}
    assert found["code"] in {*codes, "invalid_request"}


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/json; charset=utf-7"}, 415),
        ({"Content-Encoding": "gzip"}, 415),
        ({"Content-Encoding": "br"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
async def test_media(
    house: House, client: ClientSession, player: Player, head: dict[str, str], status: int
) -> None:
    body = json.dumps({**ORDER, "account_id": player.account_id}).encode()
    sent = player.head(**{**JSON, **head})
    assert (await refused(house, client, "POST", "/orders", data=body, headers=sent))[0] == status


async def test_size(house: House, client: ClientSession, player: Player) -> None:
    data = body_with(player, "note", b'"' + b"x" * 70_000 + b'"')
    sent = player.head(**JSON)
    assert (await refused(house, client, "POST", "/orders", data=data, headers=sent))[0] == 413


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_methods(house: House, client: ClientSession, method: str) -> None:
    assert (await refused(house, client, method, "/info"))[0] == 405


@pytest.mark.parametrize("name", RAW)
async def test_what_is_not_http(house: House, name: str) -> None:
    before = house.state()
    answer = await spoken(house.port, RAW[name], 1.5)
    assert answer == b"" or answer.startswith(b"HTTP/"), answer
    assert b" 200 " not in answer.split(b"\r\n")[0]
    assert b"Traceback" not in answer
    if answer:
        assert b" 400 " in answer.split(b"\r\n")[0]
        assert b"application/problem+json" in answer
    assert house.state() == before


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"op":1}',
        '{"op":"eval"}',
        '{"op":"subscribe"}',
        "{" * 2000,
        '{"op":"subscribe","topic":"orders"}',
        '{"op":"subscribe","topic":"secrets"}',
        '{"op":"subscribe","topic":"ticker.XXX"}',
        '{"op":"subscribe","topic":"../../x"}',
        '{"op":"subscribe","topic":"trades.BTC-USD","from_seq":-1}',
        '{"op":"subscribe","topic":"trades.BTC-USD","from_seq":1e999}',
        '{"op":"subscribe","topic":"trades.BTC-USD","x":1}',
        '{"op":"ping","op":"ping"}',
        '{"op":"subscribe","topic":"\\ud800"}',
        '{"op":"subscribe","topic":5}',
    ],
)
async def test_socket_messages(house: House, client: ClientSession, text: str) -> None:
    before = house.state()
    async with client.ws_connect("/v1/ws/market") as socket:
        assert (await socket.receive_json())["op"] == "ready"
        await socket.send_str(text)
        told = await socket.receive_json(timeout=5)
        assert told["op"] == "error"
        assert told["data"]["code"] in {"invalid_request", "unknown_field", "topic_forbidden"}
        await socket.send_json({"op": "ping"})
        assert (await socket.receive_json(timeout=5))["op"] == "pong"
    assert house.state() == before


@pytest.mark.parametrize(
    "first",
    [
        "",
        "{}",
        '{"op":"auth"}',
        '{"op":"auth","token":5}',
        '{"op":"auth","token":"x"}',
        '{"op":"subscribe","topic":"orders"}',
        '{"op":"auth","token":"' + "x" * 3000 + '"}',
    ],
)
async def test_a_users_socket_wants_a_token_first(client: ClientSession, first: str) -> None:
    async with client.ws_connect("/v1/ws/user") as socket:
        await socket.send_str(first)
        ended = await socket.receive(timeout=5)
        assert ended.type in {WSMsgType.CLOSE, WSMsgType.CLOSED}
        assert socket.close_code == 4001


async def test_sockets_refuse_bytes_and_floods_and_size(client: ClientSession) -> None:
    async with client.ws_connect("/v1/ws/market") as socket:
        await socket.send_bytes(b"\x00\x01")
        assert (await socket.receive_json())["op"] == "ready"
        ended = await socket.receive()
        assert (ended.data, ended.extra) == (1008, "invalid_request: text messages only")
    async with client.ws_connect("/v1/ws/market") as socket:
        await socket.send_str("x" * 100_000)
        async for _ in socket:
            pass
        assert socket.close_code == 1009
    async with client.ws_connect("/v1/ws/market") as socket:
        for _ in range(61):
            await socket.send_json({"op": "ping"})
        async for _ in socket:
            pass
        assert socket.close_code == 4029


async def test_pings_count_as_noise_and_a_reset_is_no_fault(
    house: House, client: ClientSession, capfd: pytest.CaptureFixture[str]
) -> None:
    async with client.ws_connect("/v1/ws/market", autoping=False) as socket:
        assert (await socket.receive_json())["op"] == "ready"
        await socket.ping(b"1")
        assert (await socket.receive()).type is WSMsgType.PONG
        for _ in range(60):
            await socket.ping()
        async for _ in socket:
            pass
        assert socket.close_code == 4029
    head = "GET /v1/ws/market HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    head += "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    for _ in range(3):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(head.encode())
        await reader.readuntil(b"ready")
        writer.write(b"\x89\x80\x00\x00\x00\x00" * 5000)
        writer.transport.abort()
    await asyncio.sleep(0.3)
    assert "Traceback" not in capfd.readouterr().err


async def test_a_second_token_on_a_socket_is_refused(client: ClientSession, player: Player) -> None:
    async with client.ws_connect("/v1/ws/user") as socket:
        for said in ("ready", "error"):
            await socket.send_json({"op": "auth", "token": player.token})
            assert (await socket.receive_json(timeout=5))["op"] == said


async def test_a_small_body_does_not_make_a_large_answer(client: ClientSession) -> None:
    body = {f"k{place}": 1 for place in range(5000)}
    async with client.post("/v1/auth/register", json=body) as response:
        assert response.status == 400
        assert len((await response.json())["fields"]) == 100


async def test_an_order_is_told_what_contradicts_what(
    client: ClientSession, player: Player
) -> None:
    body = {"account_id": player.account_id, "symbol": "BTC-USD", "side": "buy"}
    body |= {"type": "market", "qty": "0.1", "limit_price": "65000"}
    async with client.post("/v1/orders", json=body, headers=player.head()) as response:
        told = (await response.json())["fields"][0]
    assert (response.status, told["path"]) == (422, "body.limit_price")
    assert told["message"] == "a market order has none"


async def test_one_type_of_event(client: ClientSession) -> None:
    name = "astra.trading.trade_executed.v1"
    async with client.get(f"/v1/events/types/{name}") as response:
        found = await response.json()
    assert (response.status, found["name"], found["version"]) == (200, name, 1)
    async with client.get("/v1/events/types/astra.trading.nothing.v1") as response:
        assert response.status == 404


async def test_other_origins_cannot_listen(house: House, client: ClientSession) -> None:
    for origin in ("https://evil.example", "null", "file://", house.url.replace("http", "ftp")):
        head = {"Origin": origin, "Upgrade": "websocket", "Connection": "Upgrade"}
        async with client.get("/v1/ws/market", headers=head) as response:
            assert response.status == 403
    async with client.ws_connect("/v1/ws/market", origin=house.url) as socket:
        assert (await socket.receive_json())["op"] == "ready"
    async with client.get("/v1/ws/market") as response:
        assert response.status == 400
        assert (await response.json())["fields"][0]["path"] == "header.Upgrade"
