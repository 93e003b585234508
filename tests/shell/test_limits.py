"""Who asks for too much is told when to come back; others do not notice."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from astracore.platform.buckets import RATES, Quota
from shell.config import config
from shell.middleware import limits
from shell.middleware.limits import Buckets
from tests.shell.conftest import House, Limits, serve


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service that takes few registrations, orders and reads, and refills slowly."""
    few: Limits = {"register": (3, 1), "orders": (2, 1), "public": (5, 1), "topics": (3, 1)}
    yield from serve(tmp_path_factory.mktemp("data"), few)


async def test_floods_are_refused_and_change_nothing(narrow: House) -> None:
    async with ClientSession(narrow.url) as client:
        first, second, _third = [await narrow.player(client) for _ in range(3)]
        await narrow.still()
        before = narrow.state()
        async with client.post("/v1/auth/register", json={"username": "one_more"}) as response:
            told = await response.json()
            assert response.status == 429
            assert response.content_type == "application/problem+json"
            assert (told["code"], told["instance"]) == ("rate_limited", "/v1/auth/register")
            assert 55 <= int(response.headers["Retry-After"]) <= 60
            assert response.headers["RateLimit-Limit"] == "3"
            assert response.headers["RateLimit-Remaining"] == "0"
            assert int(response.headers["RateLimit-Reset"]) > 100
        bad = {"account_id": first.account_id}
        asked = [await client.post("/v1/orders", json=bad, headers=first.head()) for _ in range(3)]
        assert [one.status for one in asked] == [400, 400, 429]
        for url in (f"/v1/orders/{uuid4()}", "/v1/orders?account_id=x"):
            async with client.delete(url, headers=first.head()) as response:
                assert response.status == 429
        async with client.post("/v1/orders", json=bad, headers=second.head()) as response:
            assert response.status == 400
        assert narrow.state() == before


async def test_snapshots_are_not_free(narrow: House) -> None:
    said = []
    async with ClientSession(narrow.url) as client, client.ws_connect("/v1/ws/market") as socket:
        assert (await socket.receive_json())["op"] == "ready"
        for _ in range(5):
            await socket.send_json({"op": "subscribe", "topic": "candles.BTC-USD.1d"})
            told = await socket.receive_json(timeout=5)
            said.append(told["data"].get("code", told["op"]))
    assert said == ["snapshot"] * 3 + ["rate_limited"] * 2


async def test_strangers_share_the_bucket_of_their_address(narrow: House) -> None:
    async with ClientSession(narrow.url) as client:
        seen = []
        for number in range(6):
            head = {
                "Authorization": f"Bearer forged{number}",
                "X-Forwarded-For": f"10.0.0.{number}",
            }
            async with client.get("/v1/info", headers=head) as response:
                seen.append(response.status)
        assert seen == sorted(seen)
        assert {seen[0], seen[-1]} == {200, 429}
        async with client.get("/v1/health/live") as response:
            assert response.status == 200
            assert "RateLimit-Limit" not in response.headers
        async with client.get("/") as response:
            assert response.status == 200


async def test_buckets_fill_again_and_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BUCKETS_MAX", 10)
    clock = [0.0]
    buckets = Buckets({"public": Quota(1, 60)}, lambda: clock[0])
    assert (await buckets.draw("public", "a"))[1].is_granted
    assert not (await buckets.draw("public", "a"))[1].is_granted
    clock[0] = 1.0
    assert (await buckets.draw("public", "a"))[1].is_granted
    for number in range(100):
        await buckets.draw("public", f"other {number}")
    assert len(buckets.kept) == 10


def test_limits_are_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTRA_LIMITS", '{"register": [7, 9]}')
    assert config().unwrap().rates == {**RATES, "register": Quota(7, 9)}
    for wrong in ("7", "{", '{"register": [0, 9]}', '{"reigster": [7, 9]}', '{"register": [1]}'):
        monkeypatch.setenv("ASTRA_LIMITS", wrong)
        assert config().failure()[0].code == "bad_setting"
