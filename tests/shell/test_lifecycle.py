"""Starting, stopping, slow clients: the service from outside, as a process."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession

from shell.config import BadSetting, config
from tests.shell.conftest import House, serve
from tests.shell.serving import spoken

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def process(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """`astra serve` on a free port."""
    command = [sys.executable, "-m", "shell.cli", "serve", "--data", str(tmp_path), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        line = running.stdout.readline()
        assert "http://" in line, line
        yield running, "http://" + line.split("http://")[1].strip()
        running.kill()


@pytest.mark.slow
async def test_sigterm_says_goodbye_and_keeps_its_word(
    process: tuple["subprocess.Popen[str]", str], tmp_path: Path
) -> None:
    running, url = process
    answered: list[str] = []

    async def register(client: ClientSession, name: str) -> None:
        with suppress(ClientError):
            async with client.post("/v1/auth/register", json={"username": name}) as response:
                assert response.status == 201
                answered.append(name)

    async with ClientSession(url) as client:
        listening = await client.ws_connect("/v1/ws/market")
        assert (await listening.receive_json())["op"] == "ready"

        async def heard() -> None:
            async for _ in listening:
                pass

        reading = asyncio.create_task(heard())
        tasks = [asyncio.create_task(register(client, f"ada-{n}")) for n in range(20)]
        await asyncio.sleep(0.1)
        running.send_signal(signal.SIGTERM)
        await asyncio.gather(*tasks)
        await reading
        assert listening.close_code == 1001
    assert await asyncio.to_thread(running.wait, 20) == 0
    assert running.stderr is not None
    assert "Traceback" not in running.stderr.read()
    with closing(serve(tmp_path)) as served:
        house = next(served)
        async with ClientSession(house.url) as client:
            for name in answered:
                async with client.post("/v1/auth/register", json={"username": name}) as response:
                    assert response.status == 409


def test_all_faults_of_the_settings_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASTRA_PORT", "99999")
    monkeypatch.setenv("ASTRA_LOG_LEVEL", "loud")
    monkeypatch.setenv("ASTRA_COLOUR", "red")
    found = config().failure()
    assert {fault.name for fault in found} == {"ASTRA_COLOUR", "port", "log_level"}
    assert all(isinstance(fault, BadSetting) for fault in found)


@pytest.mark.slow
async def test_a_slow_head_is_cut_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shell.server.HEAD_SECONDS_MAX", 0.5)
    began = asyncio.get_running_loop().time()
    assert await spoken(house.port, b"GET /v1/info HTTP/1.1\r\nHost: x", 5) == b""
    assert await spoken(house.port, b"", 5) == b""
    assert asyncio.get_running_loop().time() - began < 4


@pytest.mark.slow
async def test_a_connection_at_rest_is_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shell.server.HEAD_SECONDS_MAX", 0.3)
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    for _ in range(3):
        writer.write(b"GET /v1/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        assert b" 200 " in head.split(b"\r\n")[0]
        await reader.readuntil(b"}")
        await asyncio.sleep(0.6)
    writer.write(b"GET /v1/hea")
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


@pytest.mark.slow
async def test_a_slow_body_is_cut_off(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shell.http.binder.BODY_SECONDS_MAX", 0.5)
    head = b"POST /v1/auth/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    answer = await spoken(house.port, head + b"Content-Length: 10\r\n\r\n{", 3)
    assert b" 408 " in answer.split(b"\r\n")[0]
    assert b"body_too_slow" in answer


@pytest.mark.slow
async def test_one_address_cannot_take_every_connection(house: House) -> None:
    sockets = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(300)]
    await asyncio.sleep(0.3)
    async with ClientSession(house.url) as client:
        for one in sockets[:200]:
            one.close()
        await asyncio.sleep(0.1)
        async with client.get("/v1/health/live") as response:
            assert response.status == 200
    closed = 0
    for one in sockets[256:]:
        one.settimeout(2)
        try:
            closed += one.recv(1) == b""
        except ConnectionError:
            closed += 1
    for one in sockets:
        one.close()
    assert closed >= 40
