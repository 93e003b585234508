"""The log and the dead letters over HTTP, for the role ops alone."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from adapters.db import log, rows, subscribers
from adapters.db.subscribers import Letter, LetterState
from astracore.events.delivery import Reader, letter_id
from shell.keys import BUS, RUNTIME
from tests.shell.conftest import House


@pytest.fixture
async def client(house: House) -> AsyncIterator[ClientSession]:
    """One who runs the service, in a service that something has happened in."""
    async with ClientSession(house.url) as one:
        await house.player(one)
        await house.player(one)
    house.quiet()
    head = {"Authorization": f"Bearer {house.staff('ops')}"}
    async with ClientSession(house.url, headers=head) as one:
        yield one


async def got(client: ClientSession, path: str) -> Any:  # noqa: ANN401 - as JSON is
    """A document."""
    async with client.get(path) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


def bury(house: House, *positions: int) -> None:
    """Dead letters of the group g."""
    letters = [
        Letter(
            id=letter_id("g", position), group="g", position=position, event_id=f"e{position}",
            type="astra.user.user_registered.v1", deliveries=5, why="cannot", at=position,
            state=LetterState.DEAD,
        )
        for position in positions
    ]  # fmt: skip
    house.app[RUNTIME].store.write(lambda c: subscribers.bury(c, letters))


async def test_pages_tell_the_whole_log_once(house: House, client: ClientSession) -> None:
    seen: list[dict[str, Any]] = []
    path = "/v1/events?limit=3"
    while True:
        page = await got(client, path)
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        path = f"/v1/events?limit=3&cursor={page['next_cursor']}"
    stored = house.app[RUNTIME].store.read(lambda c: log.kept_after(c, 0, 10_000))
    assert [(one["position"], one["event_id"], one["type"]) for one in seen] == [
        (one.position, one.event_id, one.type) for one in stored
    ]
    assert [one["data"] for one in seen] == [json.loads(one.body) for one in stored]


async def test_what_is_asked_for_is_told_and_nothing_else(
    house: House, client: ClientSession
) -> None:
    stored = house.app[RUNTIME].store.read(lambda c: log.kept_after(c, 0, 10_000))
    one = stored[len(stored) // 2]
    for query, wanted in (
        (f"type={one.type}", [x.position for x in stored if x.type == one.type]),
        (f"aggregate_id={one.key}", [x.position for x in stored if x.key == one.key]),
        (f"from_position={one.position}", [x.position for x in stored[len(stored) // 2 :]]),
        ("type=astra.nothing.at_all.v1", []),
    ):
        page = await got(client, f"/v1/events?limit=200&{query}")
        assert [x["position"] for x in page["items"]] == wanted


async def test_dead_letters_are_listed_newest_first_and_asked_for_again(
    house: House, client: ClientSession
) -> None:
    bury(house, 1, 2, 3)
    first = await got(client, "/v1/events/dead-letters?limit=2&group=g")
    rest = await got(
        client, f"/v1/events/dead-letters?limit=2&group=g&cursor={first['next_cursor']}"
    )
    assert [one["position"] for one in first["items"] + rest["items"]] == [3, 2, 1]
    assert rest["next_cursor"] is None
    assert (await got(client, "/v1/events/dead-letters?group=h"))["items"] == []
    wanted = letter_id("g", 2)
    for _ in range(2):
        async with client.post(
            f"/v1/events/dead-letters/{wanted}/retry",
            headers={"Idempotency-Key": "again-and-again"},
        ) as answer:
            assert answer.status == 200
            assert (await answer.json())["state"] == "retrying"
    store = house.app[RUNTIME].store
    assert [one.position for one in store.read(lambda c: subscribers.retrying(c, ("g",), 9))] == [2]


async def test_personal_fields_leave_the_house_sealed(house: House, client: ClientSession) -> None:
    bus, before = house.app[BUS], house.state()[0]
    who = Reader(group="g", name="r", streams=("astra.user.user_registered",))
    assert house.inside(bus.join("g", who.streams)).value_or("joined") is None
    async with client.post("/v1/auth/register", json={"username": "secretname"}) as answer:
        assert answer.status == 201
    told: list[bytes] = []
    while not told:
        found = house.inside(bus.take(who, 100, 20)).unwrap()
        told = [one.message.body for one in found if one.message.position > before]
    body = json.loads(told[0])
    assert b"secretname" not in told[0]
    assert "veiled" in body["data"]["username"]
    page = await got(client, f"/v1/events?from_position={body['position']}&limit=1")
    assert page["items"][0]["data"] == body["data"]


async def test_a_letter_that_is_not_there(client: ClientSession) -> None:
    path = "/v1/events/dead-letters/none/retry"
    async with client.post(path, headers={"Idempotency-Key": "12345678"}) as answer:
        assert answer.status == 404
    async with client.post(path) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    "path", ["/v1/events", "/v1/events/dead-letters", "/v1/events/dead-letters/x/retry"]
)
async def test_nobody_else_is_told(house: House, path: str) -> None:
    async with ClientSession(house.url) as one:
        player = await house.player(one)
        for head in ({}, player.head(), {"Authorization": f"Bearer {house.staff('finance')}"}):
            ask = one.post if path.endswith("retry") else one.get
            async with ask(path, headers=head) as answer:
                assert answer.status in (401, 403)


@pytest.mark.parametrize(
    "query", ["from_position=0", "from_position=x", "limit=0", "cursor=abc", "type=", "who=me"]
)
async def test_hostile_questions_are_refused(client: ClientSession, query: str) -> None:
    async with client.get(f"/v1/events?{query}") as answer:
        assert answer.status == 400


async def test_a_replay_is_a_job_that_ends_when_the_new_rows_are_shown(
    house: House, client: ClientSession
) -> None:
    store = house.app[RUNTIME].store
    before = store.read(lambda c: rows.checkpoint(c, "users"))
    key = {"Idempotency-Key": uuid4().hex}
    told = []
    for _ in range(2):
        path = "/v1/events/replay"
        async with client.post(path, json={"projection": "users"}, headers=key) as answer:
            assert answer.status == 202, await answer.text()
            told.append(await answer.json())
    assert told[0] == told[1]
    async with asyncio.timeout(30):
        job = told[0]
        while job["state"] != "completed":
            await asyncio.sleep(0.05)
            job = await got(client, f"/v1/jobs/{told[0]['job_id']}")
    assert job["task"] == "rebuild_projection"
    after = store.read(lambda c: rows.checkpoint(c, "users"))
    assert before is not None
    assert after is not None
    assert {before.slot, after.slot} == {"users", "users/2"}


async def test_a_replay_is_refused_for_what_is_no_read_model_and_to_players(
    house: House, client: ClientSession
) -> None:
    path, key = "/v1/events/replay", {"Idempotency-Key": uuid4().hex}
    async with client.post(path, json={"projection": "dreams"}, headers=key) as answer:
        assert answer.status == 422
        assert (await answer.json())["code"] == "unknown_projection"
    async with ClientSession(house.url) as other:
        head = (await house.player(other)).head()
        async with other.post(path, json={"projection": "users"}, headers=head) as answer:
            assert answer.status == 403
