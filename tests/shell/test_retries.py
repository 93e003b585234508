"""Retries of what changes an account: answered with the stored bytes, whatever came between."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import orjson
import pytest
import pytest_asyncio
from aiohttp import ClientSession

from astracore.events.envelope import Envelope
from astracore.ids import AccountId
from astracore.instants import Instant
from astracore.trading.facts import Mark
from astracore.trading.money_commands import AdjustMargin
from shell.accounting import account_answer, margin_answer
from tests.shell.conftest import House, Player
from tests.shell.test_service import asked, settled

SYMBOL = "ETH-USD"
TIMES = 32


@pytest_asyncio.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    async with ClientSession(house.url) as session:
        yield session


@pytest_asyncio.fixture
async def player(house: House, client: ClientSession) -> Player:
    return await house.player(client)


class Request:
    """One POST under one key, to be sent again and again."""

    def __init__(
        self, client: ClientSession, player: Player, path: str, **body: str | None
    ) -> None:
        self.client, self.path, self.head = client, f"/v1{path}", player.head()
        self.body = body or None

    async def once(self) -> tuple[int, bytes, str | None, str | None]:
        """Status, bytes, whether it was replayed, and the address."""
        sent = self.client.post(self.path, json=self.body, headers=self.head)
        async with sent as response:
            names = ("Idempotency-Replayed", "Location")
            replayed, address = (response.headers.get(name) for name in names)
            return response.status, await response.read(), replayed, address

    async def many(self, times: int = TIMES) -> list[tuple[int, bytes, str | None, str | None]]:
        """The same at once."""
        return await asyncio.gather(*(self.once() for _ in range(times)))


async def held(house: House, client: ClientSession, player: Player) -> None:
    """A position."""
    body = {"account_id": player.account_id, "symbol": SYMBOL, "side": "buy", "qty": "0.1"}
    order = {**body, "type": "market"}
    await asked(client, "POST", "/orders", 201, json=order, headers=player.head())
    await settled(house)


async def test_an_account_is_opened_once(client: ClientSession, player: Player) -> None:
    body = {"mode": "practice", "name": "again", "initial_balance": "500"}
    request = Request(client, player, "/accounts", **body)
    answers = await request.many()
    made = orjson.loads(answers[0][1])
    address = f"/v1/accounts/{made['account_id']}"
    assert {(status, text, where) for status, text, _, where in answers} == {
        (201, answers[0][1], address)
    }
    assert sorted(again or "" for _, _, again, _ in answers) == [""] + ["true"] * (TIMES - 1)
    path = address.removeprefix("/v1")
    assert await asked(client, "GET", path, 200, headers=player.head()) == made
    await asked(client, "POST", f"{path}/close", 200, headers=player.head())
    assert await request.once() == (201, answers[0][1], "true", address)
    listed = await asked(client, "GET", "/accounts", 200, headers=player.head())
    assert len(listed["items"]) == 2


async def test_reset_and_close_are_answered_as_they_were(
    client: ClientSession, player: Player
) -> None:
    path = f"/accounts/{player.account_id}"
    reset = Request(client, player, f"{path}/reset", initial_balance="700")
    first = await reset.once()
    assert first[0::2] == (200, None)
    seen = await asked(client, "GET", path, 200, headers=player.head())
    assert orjson.loads(first[1]) == seen
    close = Request(client, player, f"{path}/close")
    ended = await close.once()
    seen = await asked(client, "GET", path, 200, headers=player.head())
    assert (ended[0], ended[2], orjson.loads(ended[1])) == (200, None, seen)
    for request, answer in ((reset, first), (close, ended)):
        assert set(await request.many()) == {(200, answer[1], "true", None)}
    assert orjson.loads(first[1])["status"] == "open"


async def test_margin_is_moved_once(house: House, client: ClientSession, player: Player) -> None:
    await held(house, client, player)
    path = f"/accounts/{player.account_id}/margin"
    where = f"/positions/{player.account_id}/{SYMBOL}"
    before = await asked(client, "GET", where, 200, headers=player.head())
    request = Request(client, player, path, symbol=SYMBOL, amount="10")
    first = await request.once()
    made = orjson.loads(first[1])
    assert first[0::2] == (200, None)
    assert Decimal(made["margin"]) == Decimal(before["margin"]) + 10
    assert made.keys() == before.keys()
    await asked(client, "POST", f"{where}/close", 201, json={}, headers=player.head())
    await settled(house)
    await asked(client, "GET", where, 404, headers=player.head())
    assert set(await request.many()) == {(200, first[1], "true", None)}


async def test_refusals_are_answered_as_they_were(
    house: House, client: ClientSession, player: Player
) -> None:
    path = f"/accounts/{player.account_id}/margin"
    request = Request(client, player, path, symbol=SYMBOL, amount="10")
    status, _, replayed, _ = await request.once()
    assert (status, replayed) == (404, None)
    await held(house, client, player)
    assert [one[0::2] for one in await request.many(2)] == [(404, "true")] * 2


@pytest.mark.parametrize("marks", [(), (Mark(symbol=SYMBOL, price=Decimal(1), at=Instant(0)),)])
def test_nothing_is_said_of_what_was_not_read(marks: tuple[Mark, ...]) -> None:
    """The read model may lack a position that the account has had for a moment."""
    command = AdjustMargin(
        account_id=AccountId("a"), symbol=SYMBOL, amount=Decimal(1), at=Instant(0), marks=marks
    )
    events: tuple[Envelope[object], ...] = ()
    assert margin_answer(command, None)(events) == b""
    assert account_answer(AccountId("a"))(events) == b"{}"
