"""Redis killed, frozen, emptied, lied to and locked down: only time is lost."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import pytest
import pytest_asyncio

from adapters.cache.breaker import FAILURES, REST, Breaker
from adapters.cache.places import Place
from adapters.cache.quotas import SCRIPT, SharedBuckets
from adapters.cache.shared import DEADLINE, PREFIX, Shared, shared_cache
from astracore.platform.buckets import DROPS, Bucket, Quota, draw
from shell.middleware.limits import Buckets
from tests.servers import redis as servers
from tests.servers.redis import Server

KEY = b"k" * 32
HERE, THERE = Place("price", "v1", "BTC-USD"), Place("price", "v1", "ETH-USD")
PATIENT = 10.0


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that a test may hurt."""
    with servers.running() as one:
        yield one


@pytest_asyncio.fixture
async def shared(server: Server) -> AsyncIterator[Shared]:
    one = shared_cache(server.address, KEY, time.monotonic, PATIENT).unwrap()
    yield one
    await one.close()


async def back(cache: Shared, place: Place, value: bytes) -> None:
    """Until the cache works again."""
    async with asyncio.timeout(30):
        while await cache.get(place) != value:
            await cache.put(place, value, 60)


async def test_killed_emptied_and_back(server: Server, shared: Shared) -> None:
    await shared.put(HERE, b"1", 60)
    server.empty()
    assert await shared.get(HERE) is None
    await shared.put(HERE, b"1", 60)
    server.kill()
    assert [await shared.get(HERE) for _ in range(FAILURES)] == [None] * FAILURES
    assert shared.breaker.is_open
    assert shared.tally.errors["price"] == FAILURES
    assert await shared.get(HERE) is None
    assert shared.tally.errors["price"] == FAILURES  # it was not even asked
    assert await shared.entries() is None
    assert not await shared.is_well()
    server.start()
    await back(shared, HERE, b"2")
    assert not shared.breaker.is_open


async def test_a_frozen_server_is_not_waited_for(server: Server) -> None:
    cache = shared_cache(server.address, KEY, time.monotonic, DEADLINE).unwrap()
    await back(cache, HERE, b"1")
    await back(cache, THERE, b"2")
    server.freeze()
    async with asyncio.timeout(PATIENT):  # hundreds of calls at once end all the same
        assert set(await asyncio.gather(*(cache.get(HERE) for _ in range(300)))) == {None}
    assert cache.breaker.is_open
    server.thaw()
    found = None
    for _ in range(1_000):  # the late answers to HERE are never taken for THERE
        found = found or await cache.get(THERE)
        await asyncio.sleep(0.01)
        if found is not None:
            break
    assert found == b"2"
    await cache.close()


async def test_bytes_that_are_not_ours_are_not_there(server: Server, shared: Shared) -> None:
    await shared.put(HERE, b'{"a":1}', 60)
    ours = await shared.client.get(PREFIX + HERE.name)
    assert isinstance(ours, bytes)
    lies = (
        b"",
        b"null",
        b'{"code":"',
        ours[:-1],
        ours.replace(b'"a":1', b'"a":2'),
        b'{"code":"%s","value":{"a":1}}' % (b"0" * 64),
    )
    for lie in lies:
        await shared.client.set(PREFIX + HERE.name, lie)
        assert await shared.get(HERE) is None
    await shared.client.set(PREFIX + THERE.name, ours)  # a true value in another place
    assert await shared.get(THERE) is None
    assert shared.tally.errors["price"] == len(lies) + 1
    other = shared_cache(server.address, b"o" * 32, time.monotonic, PATIENT).unwrap()
    await shared.client.set(PREFIX + HERE.name, ours)
    assert (await other.get(HERE), await shared.get(HERE)) == (None, b'{"a":1}')
    await other.close()


async def test_few_commands_on_its_own_names_are_enough(server: Server, shared: Shared) -> None:
    await shared.client.execute_command(  # type: ignore[no-untyped-call]
        "ACL", "SETUSER", "astra", "on", ">secret", "~astra:*",
        "-@all", "+get", "+set", "+scan", "+ping", "+eval", "+time",
    )  # fmt: skip
    await shared.client.set("others:thing", "theirs")
    address = server.address.replace("redis://", "redis://astra:secret@")
    narrow = shared_cache(address, KEY, time.monotonic, PATIENT).unwrap()
    await narrow.put(HERE, b"1", 60)
    assert await narrow.get(HERE) == b"1"
    assert (await narrow.entries(), await narrow.is_well()) == ({"price": 1}, True)
    drawn = await SharedBuckets(narrow).draw("read", "somebody", Quota(2, 1))
    assert drawn is not None
    assert drawn.is_granted
    assert not narrow.tally.errors
    names = {bytes(name).split(b":")[0] for name in await shared.client.keys("*")}  # type: ignore[arg-type]
    assert names == {b"astra", b"others"}
    await narrow.close()


def test_an_open_breaker_lets_one_through_at_a_time() -> None:
    clock, told = [0.0], list[bool]()
    breaker = Breaker(lambda: clock[0], told.append)
    for _ in range(FAILURES):
        assert breaker.lets()
        breaker.failed()
    assert [breaker.lets() for _ in range(3)] == [False] * 3
    clock[0] += REST
    assert [breaker.lets() for _ in range(3)] == [True, False, False]
    breaker.failed()
    clock[0] += REST
    assert breaker.lets()
    breaker.succeeded()
    breaker.succeeded()
    assert [breaker.lets() for _ in range(3)] == [True] * 3
    assert told == [True, False]


async def test_the_script_is_the_rule(shared: Shared) -> None:
    """What the script leaves is what the pure function leaves, at the instants it names."""
    rng, seen = Random(57), set()
    for number in range(60):
        rate = Quota(rng.choice((1, 3, 100, 150_000_000)), rng.choice((1, 600, 10**6, 10**9)))
        for _ in range(8):
            cost = rng.choice((1, 1, 2, 5)) * DROPS
            said = await shared.said(
                "quota", "EVAL", SCRIPT, 1, f"astra:quota:{number}",
                rate.capacity * DROPS, rate.per_minute, cost,
            )  # fmt: skip
            assert isinstance(said, list)
            drops, since, at = (int(one) for one in said[:3])
            due = draw(Bucket(drops, since), rate, at, cost // DROPS)
            assert said[3] == b"[%d,%d]" % (due.bucket.drops, due.bucket.at)
            seen.add(due.is_granted)
    assert seen == {True, False}


async def test_two_processes_draw_from_one_bucket(server: Server) -> None:
    """Accepted requests stay below the limit in every window, whoever is asked."""
    caches = [shared_cache(server.address, KEY, time.monotonic, PATIENT).unwrap() for _ in "ab"]
    rates = {"orders": Quota(50, 1)}
    limiters = [Buckets(rates, time.monotonic, shared=SharedBuckets(one)) for one in caches]
    asked = [limiters[number % 2].draw("orders", "somebody") for number in range(400)]
    granted = sum(drawn.is_granted for _, drawn in await asyncio.gather(*asked))
    assert 50 <= granted <= 52  # what a minute or two fill up again
    _, other = await limiters[0].draw("orders", "somebody else")
    assert other.is_granted
    server.kill()  # now each has its own, and nobody is turned away for that
    alone = [(await one.draw("orders", "somebody"))[1].is_granted for one in limiters]
    assert alone == [True, True]
    for one in caches:
        await one.close()


@pytest.mark.parametrize(
    "address", ["redis://h:port/0", "redis://h/0?socket_timeout=soon", "redis://h/0?unknown=1"]
)
def test_an_address_that_cannot_be_read_is_refused(address: str) -> None:
    assert shared_cache(address, KEY, time.monotonic).failure().code == "bad_address"


async def test_a_unix_socket_is_an_address(tmp_path: Path) -> None:
    nobody = shared_cache(f"unix://{tmp_path}/socket", KEY, time.monotonic).unwrap()
    assert await nobody.get(HERE) is None
    assert nobody.tally.errors["price"] == 1
