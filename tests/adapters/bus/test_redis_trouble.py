"""Redis slow, absent, emptied or out of order: an answer in time, and a rest afterwards."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from adapters.bus import redis as streams
from adapters.bus.redis import RESTS_S, RedisBus, redis_bus
from astracore.errors.events import BusAway
from tests.adapters.bus.conftest import PATIENCE_S, Time
from tests.adapters.bus.talk import event, given, gone, opened, places, reader, told
from tests.servers import redis as redis_server
from tests.servers.ports import free_port


@pytest.fixture
def server() -> Iterator[redis_server.Server]:
    """A Redis that a test may kill."""
    with redis_server.running(keeps=True) as one:
        yield one


@pytest.fixture
async def bus(server: redis_server.Server) -> AsyncIterator[RedisBus]:
    """A bus on it."""
    one = redis_bus(server.address, Time(), PATIENCE_S).unwrap()
    yield one
    await one.close()


def rested(bus: RedisBus) -> RedisBus:
    """A while later."""
    assert isinstance(bus.monotonic, Time)
    bus.monotonic.now += RESTS_S[-1]
    return bus


async def test_absent_it_says_so_and_is_left_alone_for_a_while() -> None:
    clock = Time()
    bus = redis_bus(f"redis://127.0.0.1:{free_port()}/0", clock, PATIENCE_S).unwrap()
    waits = []
    for _ in range(7):
        assert isinstance((await bus.ring("ding")).failure(), BusAway)
        assert (await bus.ring("ding")).failure() == BusAway("resting after trouble")
        assert (await bus.take(reader(), 1, 0)).failure() == BusAway("resting after trouble")
        began = clock.now
        while (await bus.ring("ding")).failure() == BusAway("resting after trouble"):
            clock.now += 0.01
            if clock.now > began + 2:
                break
        waits.append(clock.now - began)
        clock.now += 1
    assert waits[0] < 0.07
    assert all(wait <= RESTS_S[-1] + 0.02 for wait in waits)
    await bus.close()


async def test_one_that_never_answers_is_not_waited_for() -> None:
    accepted: list[asyncio.StreamWriter] = []

    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.append(writer)

    listening = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    bus = redis_bus(f"redis://127.0.0.1:{port}/0", Time()).unwrap()
    for call in (bus.ring("ding"), rested(bus).take(reader(), 1, 0), rested(bus).standing()):
        async with asyncio.timeout(PATIENCE_S):
            assert isinstance((await call).failure(), BusAway)
    assert accepted
    await bus.close()
    for writer in accepted:
        writer.close()
    listening.close()


async def test_killed_and_back_it_knows_what_it_knew(
    server: redis_server.Server, bus: RedisBus
) -> None:
    await opened(bus, "g")
    await told(bus, 0, event(1), event(2))
    (await bus.done("g", await given(bus, reader(), 1))).unwrap()
    server.kill()
    assert isinstance((await bus.publish(2, 3, [event(3)])).failure(), BusAway)
    server.start()
    assert (await rested(bus).publish(2, 3, [event(3)])).unwrap() == 3
    assert places(await given(bus, reader())) == [2, 3]


async def test_emptied_without_anybody_noticing_nothing_is_published_into_the_void(
    server: redis_server.Server, bus: RedisBus
) -> None:
    """No call fails between the two lives: the answer says it."""
    await opened(bus, "g")
    await told(bus, 0, event(1))
    server.kill()
    server.keeps = False
    server.start()
    stands = await bus.publish(1, 2, [event(2)])
    if isinstance(stands.value_or(BusAway("")), BusAway):  # the old connection was tried
        stands = await rested(bus).publish(1, 2, [event(2)])
    assert stands.unwrap() is None
    assert (await bus.standing()).unwrap() is None
    assert await gone(bus, reader())


async def test_many_at_once_wait_for_a_connection(bus: RedisBus) -> None:
    await opened(bus, "g")
    said = await asyncio.gather(*(bus.ring(str(n)) for n in range(200)))
    assert [one.value_or("away") for one in said] == [None] * 200


async def test_a_server_that_refuses_to_write_is_away(bus: RedisBus) -> None:
    await opened(bus, "g")
    await bus.client.config_set("maxmemory", 1)
    assert "OOM" in (await bus.publish(0, 1, [event(1)])).failure().why
    await bus.client.config_set("maxmemory", 0)
    await told(rested(bus), 0, event(1))


async def test_who_stops_waiting_leaves_no_answer_for_the_next(bus: RedisBus) -> None:
    """A cancelled call must not leave its answer on a connection that others use."""
    await opened(bus, "g")
    for n in range(50):
        waiting = asyncio.create_task(bus.take(reader(), 1, 5))
        await asyncio.sleep(0.001)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await told(bus, n, event(n + 1))
    found = []
    while one := await given(bus, reader()):
        found += places(one)
    assert found == sorted(set(found))
    assert (await bus.standing()).unwrap() is not None


async def test_who_is_cancelled_stops(bus: RedisBus) -> None:
    """The driver swallows about one cancellation in a hundred: a loop around it would go on."""
    await opened(bus, "g")
    heard: list[str] = []

    async def asking() -> None:
        while True:
            await bus.standing()

    async def hearing() -> None:
        while True:
            await bus.listen(heard.append)

    for n in range(600):
        task = asyncio.create_task(asking() if n % 3 else hearing())
        await asyncio.sleep(0.0005 * (n % 7))
        task.cancel()
        done, _ = await asyncio.wait((task,), timeout=PATIENCE_S)
        assert done
        await bus.ring("ding")


async def test_a_listener_learns_that_the_bus_is_away(
    server: redis_server.Server, bus: RedisBus
) -> None:
    heard: list[str] = []
    listening = asyncio.create_task(bus.listen(heard.append))
    async with asyncio.timeout(PATIENCE_S):
        while not heard:
            await bus.ring("ding")
            await asyncio.sleep(0.01)
        server.kill()
        assert isinstance(await listening, BusAway)


@pytest.mark.parametrize(
    "address", ["", "redis", "http://127.0.0.1/0", "postgresql://127.0.0.1/a", "redis://h:x/0"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    assert redis_bus(address, time.monotonic).failure().code == "bus_address"


def test_an_address_keeps_its_password() -> None:
    bus = redis_bus("redis://user:secret@127.0.0.1:1/0", time.monotonic).unwrap()
    assert "secret" not in repr(bus)
    assert bus.limit == streams.LIMIT_S
