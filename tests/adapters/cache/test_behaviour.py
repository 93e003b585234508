"""What both caches promise, on both; and the bounds of the one in memory against a plain model."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from adapters.cache.memory import BESIDE, Memory
from adapters.cache.places import VALUE_MAX, Place
from adapters.cache.shared import shared_cache
from shell.caching.port import Cache
from tests.servers.redis import Server

HERE = Place("price", "v1", "BTC-USD")
PATIENT = 10.0  # [s]


@pytest_asyncio.fixture(params=["memory", "redis"])
async def cache(request: pytest.FixtureRequest, redis: Server) -> AsyncIterator[Cache]:
    """An empty cache of each kind."""
    redis.empty()
    rooms = {"price": 1 << 20, "book": 1 << 20}
    shared = shared_cache(redis.address, uuid4().bytes * 2, time.monotonic, PATIENT).unwrap()
    one: Cache = Memory(time.monotonic, rooms) if request.param == "memory" else shared
    yield one
    await one.close()
    await shared.close()


async def test_what_was_put_is_found_and_nothing_else(cache: Cache) -> None:
    await cache.put(HERE, b'{"last":"1"}', 60)
    assert await cache.get(HERE) == b'{"last":"1"}'
    for other in (Place("book", "v1", "BTC-USD"), Place("price", "v1", "ETH-USD")):
        assert await cache.get(other) is None


async def test_another_shape_never_reads_old_bytes(cache: Cache) -> None:
    await cache.put(HERE, b'{"last":"1"}', 60)
    assert await cache.get(Place("price", "v2", "BTC-USD")) is None


async def test_the_last_word_counts(cache: Cache) -> None:
    for word in (b"1", b'"two"', b"[3]"):
        await cache.put(HERE, word, 60)
    assert await cache.get(HERE) == b"[3]"


async def test_time_runs_out(cache: Cache) -> None:
    await cache.put(HERE, b"1", 0.02)
    await cache.put(Place("book", "v1", "x"), b"2", 60)
    for _ in range(10_000):
        if await cache.get(HERE) is None:
            break
        await asyncio.sleep(0.001)
    assert await cache.get(HERE) is None
    assert await cache.get(Place("book", "v1", "x")) == b"2"


async def test_what_is_too_large_is_not_kept(cache: Cache) -> None:
    await cache.put(HERE, b'"' + b"x" * VALUE_MAX + b'"', 60)
    assert await cache.get(HERE) is None


async def test_it_counts_by_kind(cache: Cache) -> None:
    await cache.put(HERE, b"1", 60)
    await cache.put(Place("price", "v1", "ETH-USD"), b"1", 60)
    await cache.put(Place("book", "v1", "BTC-USD"), b"1", 60)
    await cache.get(HERE)
    await cache.get(Place("price", "v1", "never"))
    assert await cache.entries() == {"price": 2, "book": 1}
    assert (cache.tally.hits["price"], cache.tally.misses["price"]) == (1, 1)
    assert await cache.is_well()


STEPS = st.lists(
    st.tuples(st.sampled_from("gpt"), st.integers(0, 6), st.integers(1, 400)), max_size=60
)


@given(STEPS)
def test_memory_is_bounded_and_forgets_the_least_asked_for(
    steps: list[tuple[str, int, int]],
) -> None:
    """Against a list of (key, end, size) in order of use."""
    clock, room = [0.0], 2500
    memory = Memory(lambda: clock[0], {"k": room})
    model: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
    evicted = 0
    for what, number, size in steps:
        key, value = str(number), b"x" * size
        if what == "t":
            clock[0] += size / 100
        elif what == "p":
            memory.keep(Place("k", "s", key), value, 3.0)
            model.pop(key, None)
            model[key] = clock[0] + 3.0, value
            while sum(1 + len(one) + BESIDE for _, one in model.values()) > room:
                model.popitem(last=False)
                evicted += 1
        else:
            until, kept = model.get(key, (0.0, b""))
            expected = kept if key in model and until > clock[0] else None
            if expected is None:
                model.pop(key, None)
            else:
                model.move_to_end(key)
            assert memory.look(Place("k", "s", key)) == expected
        assert memory._used["k"] == sum(1 + len(one) + BESIDE for _, one in model.values()) <= room
    assert memory.tally.evictions["k"] == evicted


def test_a_kind_without_a_room_is_not_kept() -> None:
    memory = Memory(lambda: 0.0, {})
    memory.keep(HERE, b"1", 60)
    assert memory.look(HERE) is None


def test_long_ids_take_room_too() -> None:
    memory = Memory(lambda: 0.0, {"k": 20_000})
    for number in range(50):
        memory.keep(Place("k", "s", f"{number}" * 4_000), b"1", 60)
    assert 0 < len(memory._kept["k"]) < 5
