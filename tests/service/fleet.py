"""Processes of the service on one PostgreSQL, players who never stop, and what they were told."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
from attrs import define, field

from tests.cli.playing import ROOT

PATIENCE_S = 120


@define
class Member:
    """One process of the service."""

    data: Path
    database: str
    domains: str = ""  # all of them
    process: asyncio.subprocess.Process | None = None
    address: str = ""

    async def start(self) -> None:
        """Start it and wait until it answers."""
        chosen = {"ASTRA_DOMAINS": self.domains} if self.domains else {}
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "shell.cli", "serve", "--port", "0", "--data", str(self.data),
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "ASTRA_DATABASE": self.database, **chosen},
        )  # fmt: skip
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
class Told:
    """What one idempotency key was answered, and whether anything else was seen on the way."""

    account: str
    body: Mapping[str, str]
    answer: tuple[int, bytes] | None = None
    odd: list[tuple[int, bytes]] = field(factory=list)


@define
class Player:
    """Places one order after the other at any member, asking again until it is answered."""

    name: str
    fleet: list[Member]
    session: aiohttp.ClientSession
    rng: Random
    token: str = ""
    account: str = ""
    told: dict[str, Told] = field(factory=dict)
    turned_away: int = 0  # answers that said 503

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

    def headers(self) -> dict[str, str]:
        """Who asks."""
        return {"Authorization": f"Bearer {self.token}"}

    async def play(self, stop: asyncio.Event) -> None:
        """Orders until told to stop; the last one is asked to its end."""
        while not stop.is_set():
            await self.one()

    async def one(self) -> None:
        """One order under one key, whatever happens to the members meanwhile."""
        key = f"{self.name}-{len(self.told):06}"
        body = {
            "account_id": self.account,
            "symbol": "SOL-USD",
            "side": self.rng.choice(("buy", "sell")),
            "type": "market",
            "qty": f"0.{self.rng.randint(2, 9)}",
        }
        told = self.told[key] = Told(self.account, body)
        async with asyncio.timeout(PATIENCE_S):
            while told.answer is None:
                told.answer = await self.asked(key, told)

    async def asked(self, key: str, told: Told) -> tuple[int, bytes] | None:
        """Ask any member; None where it is gone or says that the store is away."""
        member = self.rng.choice(self.fleet)
        headers = {**self.headers(), "Idempotency-Key": key}
        try:
            async with self.session.post(
                f"{member.address}/v1/orders", json=dict(told.body), headers=headers
            ) as answer:
                said = answer.status, await answer.read()
        except (aiohttp.ClientError, TimeoutError):
            await asyncio.sleep(0.02)
            return None
        if said[0] in (201, 422):
            return said
        if said[0] == 503:
            self.turned_away += 1
        else:
            told.odd.append(said)
        await asyncio.sleep(0.05)
        return None
