"""`astra events`: every line at least once, whoever dies; several readers share a group."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator

import pytest

from adapters.bus.redis import RedisBus, redis_bus
from astracore.catalog.registry import EVENT_TYPES
from astracore.events.delivery import Message, stream_of
from shell.cli.events import streams_for
from shell.cli.main import main
from tests.cli.playing import ROOT, astra
from tests.servers.redis import Server

PATIENCE_S = 60
NAME = "astra.user.user_registered"
OTHER = "astra.trading.order_accepted"


@pytest.fixture
async def bus(redis: Server) -> AsyncIterator[RedisBus]:
    """An empty bus, opened."""
    redis.empty()
    one = redis_bus(redis.address, time.monotonic, 10.0).unwrap()
    (await one.open(0, ())).unwrap()
    yield one
    await one.close()


async def following(redis: Server, *more: str) -> asyncio.subprocess.Process:
    """A reader as a process."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "shell.cli", "events", "follow", "--group", "g", *more,
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "ASTRA_BUS": redis.address},
    )  # fmt: skip


async def joined(bus: RedisBus) -> None:
    """Wait for the group."""
    async with asyncio.timeout(PATIENCE_S):
        while not (await bus.standing()).unwrap():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def answered(bus: RedisBus, position: int) -> None:
    """Wait until the group has answered all up to a position."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            (group,) = (await bus.standing()).unwrap() or ()
            if group.position >= position:
                return
            await asyncio.sleep(0.02)


async def told(bus: RedisBus, behind: int, count: int, stream: str = NAME) -> None:
    """Publish so many events."""
    messages = [
        Message(stream=stream, position=n, body=f'{{"n":{n}}}'.encode())
        for n in range(behind + 1, behind + count + 1)
    ]
    assert (await bus.publish(behind, behind + count, messages)).unwrap() == behind + count


async def lines(reader: asyncio.subprocess.Process, count: int) -> list[int]:
    """The next lines of a reader."""
    assert reader.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        return [json.loads(await reader.stdout.readline())["n"] for _ in range(count)]


async def test_events_are_printed_in_order_and_answered(redis: Server, bus: RedisBus) -> None:
    reader = await following(redis, "--limit", "3")
    await joined(bus)
    await told(bus, 0, 1)
    await told(bus, 1, 1, OTHER)
    await told(bus, 2, 1)
    assert await lines(reader, 3) == [1, 2, 3]
    assert await reader.wait() == 0
    (group,) = (await bus.standing()).unwrap() or ()
    assert (group.name, group.position) == ("g", 3)


async def test_killed_and_started_again_it_goes_on_and_loses_nothing(
    redis: Server, bus: RedisBus
) -> None:
    reader = await following(redis, "--types", NAME)
    await joined(bus)
    await told(bus, 0, 50)
    seen = set(await lines(reader, 10))
    reader.kill()
    rest, _ = await reader.communicate()
    whole = rest[: rest.rfind(b"\n") + 1].splitlines()  # what it wrote before it died
    seen |= {json.loads(line)["n"] for line in whole}
    await told(bus, 50, 50)
    again = await following(redis, "--types", NAME, "--limit", "50")
    seen |= set(await lines(again, 50))
    assert await again.wait() == 0
    held = await bus.client.xpending_range(NAME, "g", "-", "+", 1000)  # come again after 60 s
    waiting = {int(bytes(one["message_id"]).split(b"-")[0]) for one in held}  # type: ignore[arg-type]
    assert seen | waiting == set(range(1, 101))
    assert len(rest.splitlines()) + 10 + len(waiting) >= 50


async def test_two_share_a_group(redis: Server, bus: RedisBus) -> None:
    readers = [await following(redis, "--types", NAME) for _ in range(2)]
    await joined(bus)
    firsts = [asyncio.create_task(lines(reader, 1)) for reader in readers]
    position = 0
    while not all(one.done() for one in firsts):
        await told(bus, position, 1)
        position += 1
        await asyncio.sleep(0.02)
    await answered(bus, position)
    parts = [one.result() for one in firsts]
    for reader, part in zip(readers, parts, strict=True):
        reader.terminate()
        out, _ = await reader.communicate()
        assert reader.returncode == 0
        part += [json.loads(line)["n"] for line in out.splitlines()]
    assert sorted(parts[0] + parts[1]) == list(range(1, position + 1))


async def test_a_reader_waits_for_a_bus_that_is_not_there_yet(redis: Server) -> None:
    redis.empty()
    reader = await following(redis, "--limit", "1")
    assert reader.stderr is not None
    assert b"waiting: bus unopened" in await reader.stderr.readline()
    bus = redis_bus(redis.address, time.monotonic, 10.0).unwrap()
    (await bus.open(7, ())).unwrap()
    await joined(bus)
    await told(bus, 7, 1)
    assert await lines(reader, 1) == [8]
    assert await reader.wait() == 0
    left = await asyncio.to_thread(astra, "events", "leave", "--group", "g", "--bus", redis.address)
    again = await asyncio.to_thread(
        astra, "events", "leave", "--group", "g", "--bus", redis.address
    )
    assert (left.returncode, again.returncode) == (0, 1)
    await bus.close()


def test_the_types_are_those_of_the_catalog(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("events", "types")) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()] == sorted(EVENT_TYPES)
    assert main(("events", "types", "--domain", "user")) == 0
    some = capsys.readouterr().out.splitlines()
    assert some
    assert all(line.startswith("astra.user.") for line in some)


def test_streams_are_chosen_by_event_by_version_by_domain() -> None:
    assert streams_for([NAME]).unwrap() == streams_for([f"{NAME}.v1"]).unwrap() == (NAME,)
    assert set(streams_for(["user"]).unwrap()) == {
        stream_of(name) for name in EVENT_TYPES if name.startswith("astra.user.")
    }
    assert len(streams_for([]).unwrap()) == len({stream_of(name) for name in EVENT_TYPES})


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("follow", "--group", "G"), "--group G"),
        (("follow", "--group", "g"), "no bus"),
        (("follow", "--group", "g", "--bus", "http://x"), "--bus"),
        (("follow", "--group", "g", "--bus", "redis://h/0", "--types", "x"), "--types x"),
        (("types", "--domain", "nothing"), "nothing"),
    ],
)
def test_what_is_misused_is_said(
    words: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(("events", *words)) == 2
    assert says in capsys.readouterr().err
