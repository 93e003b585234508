"""The whole service under SIGKILL: what it acknowledged is there once; retries change nothing."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.cli.playing import ROOT, astra, deep

ORDERS_AT_ONCE = 4


class Service:
    """The service as a process, on one data folder and one port after the other."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.process: asyncio.subprocess.Process | None = None
        self.address = ""

    async def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "shell.cli", "serve", "--port", "0", "--data", str(self.data),
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdout is not None
        said = (await self.process.stdout.readline()).decode()
        assert said.startswith("AstraTrade is up: "), said
        self.address = said.split()[-1]

    async def kill(self, how: int = signal.SIGKILL) -> int:
        """End it."""
        assert self.process is not None
        os.kill(self.process.pid, how)
        return await self.process.wait()


async def asked(
    session: aiohttp.ClientSession, service: Service, token: str, key: str, body: dict[str, str]
) -> tuple[int, bytes] | None:
    """Place an order; None when the service did not answer."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    try:
        async with session.post(
            f"{service.address}/v1/orders", json=body, headers=headers
        ) as answer:
            return answer.status, await answer.read()
    except aiohttp.ClientError:
        return None


async def read(
    session: aiohttp.ClientSession, service: Service, token: str, path: str
) -> dict[str, Any]:
    """GET a document."""
    headers = {"Authorization": f"Bearer {token}"}
    async with session.get(f"{service.address}{path}", headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        document: dict[str, Any] = await answer.json()
        return document


async def trial(data: Path, kills: int) -> None:
    """Orders all the time, a kill now and then, every key asked again until it was answered."""
    service = Service(data)
    await service.start()
    try:
        await hammered(service, kills)
        assert await service.kill(signal.SIGTERM) == 0
    finally:
        if service.process is not None and service.process.returncode is None:
            await service.kill()


async def hammered(service: Service, kills: int) -> None:
    """One player's orders while the service dies again and again."""
    chance = random.Random(7)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(10)) as session:
        answer = await session.post(
            f"{service.address}/v1/auth/register", json={"username": "survivor"}
        )
        token = (await answer.json())["token"]
        accounts = await read(session, service, token, "/v1/accounts")
        account = accounts["items"][0]["account_id"]
        answers: dict[str, tuple[int, bytes]] = {}
        for count in range(kills):
            keys = [f"order-{count:04}-{place}" for place in range(ORDERS_AT_ONCE)]
            bodies = [
                {
                    "account_id": account,
                    "symbol": "SOL-USD",
                    "side": chance.choice(("buy", "sell")),
                    "type": "market",
                    "qty": f"0.{chance.randint(2, 9)}",
                }
                for _ in keys
            ]
            sent = [
                asyncio.create_task(asked(session, service, token, key, body))
                for key, body in zip(keys, bodies, strict=True)
            ]
            await asyncio.sleep(chance.uniform(0.0, 0.03))
            await service.kill()
            first = dict(zip(keys, await asyncio.gather(*sent), strict=True))
            await service.start()
            for key, body in zip(keys, bodies, strict=True):
                again = await asked(session, service, token, key, body)
                assert again is not None
                assert first[key] in (None, again), (first[key], again)
                answers[key] = again
        await settled(session, service, token, answers)


async def settled(
    session: aiohttp.ClientSession,
    service: Service,
    token: str,
    answers: dict[str, tuple[int, bytes]],
) -> None:
    """Each accepted key is one order, and every order has come to its end."""
    accepted = sum(status == 201 for status, _ in answers.values())
    assert {status for status, _ in answers.values()} <= {201, 422}
    orders: list[dict[str, Any]] = []
    for _ in range(200):
        orders = (await read(session, service, token, "/v1/orders?limit=200"))["items"]
        if all(order["status"] in {"filled", "cancelled"} for order in orders):
            break
        await asyncio.sleep(0.05)
    assert len(orders) == min(accepted, 200)
    assert len({order["order_id"] for order in orders}) == len(orders)
    assert {order["status"] for order in orders} <= {"filled", "cancelled"}


@pytest.mark.slow
def test_killed_at_random_moments_the_service_keeps_its_word(tmp_path: Path) -> None:
    """At full count: 50 kills."""
    asyncio.run(trial(tmp_path, 50 if deep() else 4))
    audit = astra("audit", "verify", "--data", tmp_path)
    assert audit.returncode == 0, audit.stdout + audit.stderr
    replayed = astra("replay", "--data", tmp_path)
    assert replayed.returncode == 0, replayed.stdout
