"""Instruments are listed and changed by staff alone, and orders feel it at once."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from shell.keys import RUNTIME
from shell.listings import listings_now
from tests.shell.conftest import House, serve
from tests.shell.hostile_cases import AMOUNTS, BODIES
from tests.shell.test_orders_service import ordered
from tests.shell.test_service import asked


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A service of its own: what is halted here must not be halted elsewhere."""
    yield from serve(tmp_path_factory.mktemp("listed"))


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


def admin(house: House, role: str = "admin") -> dict[str, str]:
    """The headers of staff."""
    return {"Authorization": f"Bearer {house.staff(role)}", "Idempotency-Key": uuid4().hex}


def instrument(symbol: str, **more: object) -> dict[str, Any]:
    """An instrument as it is asked for."""
    plain = {"tick": "0.01", "lot": "0.01", "min_qty": "0.01", "max_qty": "1000",
             "price_band": "0.05"}  # fmt: skip
    return {"symbol": symbol, "kind": "linear", **plain, **more}


REASON = {"reason": "the venue has changed its steps"}


async def test_an_instrument_is_listed_once(house: House, client: ClientSession) -> None:
    body, head = instrument("LINK-USD"), admin(house)
    made = await asked(client, "POST", "/instruments", 201, json=body, headers=head)
    assert (made["symbol"], made["status"], made["min_notional"]) == ("LINK-USD", "active", "5")
    assert await asked(client, "POST", "/instruments", 201, json=body, headers=head) == made
    shown = await asked(client, "GET", "/instruments/LINK-USD", 200)
    assert shown == made
    every = await asked(client, "GET", "/instruments", 200)
    assert "LINK-USD" in {one["symbol"] for one in every["items"]}
    for symbol in ("LINK-USD", "BTC-USD"):
        again = instrument(symbol)
        found = await asked(client, "POST", "/instruments", 409, json=again, headers=admin(house))
        assert found["code"] == "instrument_exists"
    player = await house.player(client)
    order = {"symbol": "LINK-USD", "type": "market", "qty": "1"}
    assert (await ordered(client, player, 422, **order))["code"] == "price_stale"


async def test_a_halt_reaches_the_next_order(house: House, client: ClientSession) -> None:
    player = await house.player(client)
    order = {"symbol": "SOL-USD", "type": "market", "qty": "1"}
    path = "/instruments/SOL-USD"
    body = {**REASON, "status": "halted", "min_notional": "6"}
    changed = await asked(client, "PATCH", path, 200, json=body, headers=admin(house))
    assert (changed["status"], changed["min_notional"]) == ("halted", "6")
    assert (await ordered(client, player, 422, **order))["code"] == "instrument_unavailable"
    kept = house.app[RUNTIME].store.read(listings_now).unwrap()
    assert kept.listed["SOL-USD"].status.value == "halted"
    body = {**REASON, "status": "active"}
    await asked(client, "PATCH", path, 200, json=body, headers=admin(house))
    assert (await ordered(client, player, 201, **order))["symbol"] == "SOL-USD"
    same = await asked(client, "PATCH", path, 200, json=body, headers=admin(house))
    assert same["status"] == "active"


async def test_wrong_steps_are_refused(house: House, client: ClientSession) -> None:
    wrong = instrument("UNI-USD", tick="0.001", lot="0.0001")
    found = await asked(client, "POST", "/instruments", 422, json=wrong, headers=admin(house))
    assert found["code"] == "instrument_precision"
    body = {**REASON, "tick": "0.0000001"}
    path = "/instruments/BTC-USD"
    found = await asked(client, "PATCH", path, 422, json=body, headers=admin(house))
    assert found["code"] == "instrument_precision"
    for symbol in ("NONE-USD", "%00", "x" * 300):
        path = f"/instruments/{symbol}"
        await asked(client, "PATCH", path, 404, json=REASON, headers=admin(house))


async def test_staff_of_other_roles_and_players_may_not(
    house: House, client: ClientSession
) -> None:
    player = await house.player(client)
    await house.still()
    before = house.state()[0]
    for head in (player.head(), admin(house, "finance"), admin(house, "ops")):
        body = instrument("DOT-USD")
        found = await asked(client, "POST", "/instruments", 403, json=body, headers=head)
        assert found["code"] == "forbidden"
        path = "/instruments/BTC-USD"
        await asked(client, "PATCH", path, 403, json=REASON, headers=head)
    assert house.state()[0] == before


@pytest.mark.parametrize("name", AMOUNTS)
async def test_hostile_amounts(house: House, client: ClientSession, name: str) -> None:
    head = {**admin(house), "Content-Type": "application/json"}
    data = b'{"reason":"a reason of length","tick":' + AMOUNTS[name] + b"}"
    found = await asked(client, "PATCH", "/instruments/BTC-USD", 400, data=data, headers=head)
    assert found["code"] in {"bad_amount", "invalid_request"}


@pytest.mark.parametrize("name", BODIES)
async def test_hostile_bodies(house: House, client: ClientSession, name: str) -> None:
    head = {**admin(house), "Content-Type": "application/json"}
    for method, path in (("POST", "/instruments"), ("PATCH", "/instruments/BTC-USD")):
        await asked(client, method, path, 400, data=BODIES[name], headers=head)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "short"},
        {},
        {**REASON, "symbol": "ETH-USD"},
        {**REASON, "kind": "inverse"},
        {**REASON, "brackets": []},
        {**REASON, "session_close": -1},
        {**REASON, "funding_interval": 86_400_000_001},
        {**REASON, "status": "rich"},
    ],
)
async def test_foreign_fields_and_short_reasons(
    house: House, client: ClientSession, wrong: dict[str, object]
) -> None:
    head = admin(house)
    found = await asked(client, "PATCH", "/instruments/BTC-USD", 400, json=wrong, headers=head)
    assert found["fields"]


def test_a_restart_knows_what_staff_did(tmp_path: Path) -> None:
    """Listed and halted, then served again from the same folder."""

    async def listed(house: House) -> None:
        async with ClientSession(house.url) as client:
            body = instrument("AVAX-USD", status="halted")
            await asked(client, "POST", "/instruments", 201, json=body, headers=admin(house))

    async def shown(house: House) -> str:
        async with ClientSession(house.url) as client:
            found = await asked(client, "GET", "/instruments/AVAX-USD", 200)
            return str(found["status"])

    for place in range(2):
        for house in serve(tmp_path):
            if place == 0:
                house.inside(listed(house))
            else:
                assert house.inside(shown(house)) == "halted"
