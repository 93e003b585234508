"""Registration is quick, whatever the clock shows while it happens."""

import time
from itertools import count
from uuid import uuid4

import pytest
from aiohttp import ClientSession

from adapters.clock import SystemClock
from astracore.instants import Instant
from tests.shell.conftest import House


async def test_a_millisecond_that_ends_meanwhile_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, ticks = time.time_ns() // 1_000_000, count()
    monkeypatch.setattr(SystemClock, "now", lambda _: Instant((started + next(ticks)) * 1000))
    async with ClientSession(house.url) as client:
        began = time.monotonic()
        body = {"username": f"quick{uuid4().hex[:8]}"}
        async with client.post("/v1/auth/register", json=body) as response:
            token = (await response.json())["token"]
        assert time.monotonic() - began < 2
        head = {"Authorization": f"Bearer {token}"}
        async with client.get("/v1/accounts", headers=head) as response:
            assert len((await response.json())["items"]) == 1
