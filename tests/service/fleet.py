"""Processes of the service on one store, players who never stop, and what they were told."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from attrs import define, field

from tests.cli.playing import ROOT

PATIENCE_S = 120
MANY = [1_000_000, 1_000_000]
UNLIMITED = json.dumps(
    dict.fromkeys(("public", "register", "read", "write", "orders", "topics"), MANY)
)
STORED = (201, 422)  # answers that are kept: done, or refused for ever


@define
class Member:
    """One process of the service; its `data` folder holds the store when `database` is empty."""

    data: Path
    database: str = ""
    settings: Mapping[str, str] = field(factory=dict)
    process: asyncio.subprocess.Process | None = None
    address: str = ""

    async def begin(self) -> None:
        """Start it."""
        more = {"ASTRA_DATABASE": self.database} if self.database else {}
        with (self.data / "serve.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "shell.cli", "serve", "--port", "0", "--data", str(self.data),
                cwd=ROOT, stdout=subprocess.PIPE, stderr=log,
                env={**os.environ, "ASTRA_LIMITS": UNLIMITED, **more, **self.settings},
            )  # fmt: skip

    async def start(self) -> None:
        """Start it and wait until it answers."""
        await self.begin()
        assert self.process is not None
        assert self.process.stdout is not None
        said = (await self.process.stdout.readline()).decode()
        assert said.startswith("AstraTrade is up: "), said
        self.address = said.split()[-1]

    async def end(self, how: int = signal.SIGKILL) -> int:
        """End it."""
        assert self.process is not None
        if self.process.returncode is None:
            os.kill(self.process.pid, how)
        return await self.process.wait()


@define
class Seen:
    """What all players were answered."""

    statuses: Counter[int] = field(factory=Counter)
    odd: list[tuple[int, bytes]] = field(factory=list)  # neither stored nor 503
    changed: list[tuple[object, object]] = field(factory=list)  # answers of one key that differ
    succeeded: list[float] = field(factory=list)  # when: moments of the monotonic clock

    def take(self, status: int, body: bytes) -> None:
        """Count one answer."""
        self.statuses[status] += 1
        if status in (200, 201):
            self.succeeded.append(time.monotonic())
        if status not in (200, *STORED, 503):
            self.odd.append((status, body))


def what(answer: tuple[int, bytes]) -> tuple[int, object]:
    """An answer to compare: every byte, but of a refusal not the name of the request."""
    if answer[0] != 422:
        return answer
    return 422, {**json.loads(answer[1]), "request_id": ""}


@define
class Told:
    """What one idempotency key was sent with, and was answered."""

    body: Mapping[str, str]
    answer: tuple[int, bytes] | None = None


@define
class Player:
    """Places one order after the other at any member, asking again until it is answered."""

    name: str
    fleet: list[Member]
    session: aiohttp.ClientSession
    rng: Random
    seen: Seen = field(factory=Seen)
    token: str = ""
    account: str = ""
    told: dict[str, Told] = field(factory=dict)

    async def join(self) -> None:
        """Register, and learn one's account."""
        url = f"{self.fleet[0].address}/v1/auth/register"
        async with self.session.post(url, json={"username": self.name}) as answer:
            self.token = (await answer.json())["token"]
        self.account = (await self.get("/v1/accounts"))["items"][0]["account_id"]

    async def get(self, path: str, member: int = 0) -> dict[str, Any]:
        """GET a document."""
        url = f"{self.fleet[member].address}{path}"
        async with self.session.get(url, headers=self.headers()) as answer:
            assert answer.status == 200, await answer.text()
            document: dict[str, Any] = await answer.json()
            return document

    async def orders(self, member: int) -> list[dict[str, Any]]:
        """All of one's orders, newest first."""
        found, cursor = [], ""
        while True:
            page = await self.get(f"/v1/orders?limit=200{cursor}", member)
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def headers(self) -> dict[str, str]:
        """Who asks."""
        return {"Authorization": f"Bearer {self.token}"}

    async def play(self, stop: asyncio.Event) -> None:
        """Orders until told to stop; the last one is asked to its end. Some keys come twice."""
        while not stop.is_set():
            await self.one()
            if self.rng.random() < 0.1:
                await self.again(self.rng.choice(list(self.told)))
            if self.rng.random() < 0.1:
                await self.look()

    async def one(self) -> None:
        """One order under one key, whatever happens to the members meanwhile."""
        count = len(self.told)
        key = f"{self.name}-{count:06}"
        body = {
            "account_id": self.account,
            "symbol": "SOL-USD",
            "side": ("buy", "sell")[count % 2],
            "type": "market",
            "qty": f"0.{count // 2 % 8 + 2}",
        }
        self.told[key] = Told(body)
        async with asyncio.timeout(PATIENCE_S):
            while self.told[key].answer is None:
                await self.again(key)

    async def again(self, key: str) -> None:
        """Send what a key stands for; its answer must be the one that it had, if it had one."""
        told = self.told[key]
        said = await self.sent("POST", "/v1/orders", told.body, key)
        if said is None or said[0] not in STORED:
            await asyncio.sleep(0.05)
            return
        if told.answer is None:
            told.answer = said
        elif what(told.answer) != what(said):
            self.seen.changed.append((told.answer, said))

    async def look(self) -> None:
        """Read something that caches keep."""
        await self.sent("GET", "/v1/orders?limit=20")

    async def sent(
        self, method: str, path: str, body: Mapping[str, str] | None = None, key: str = ""
    ) -> tuple[int, bytes] | None:
        """Ask any member; None when it is gone."""
        url = f"{self.rng.choice(self.fleet).address}{path}"
        headers = self.headers() | ({"Idempotency-Key": key} if key else {})
        try:
            async with self.session.request(method, url, json=body, headers=headers) as answer:
                said = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError):
            return None
        self.seen.take(*said)
        return said
