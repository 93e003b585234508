"""The cache of many processes, in Redis: JSON under a prefix of its own, every call bounded.

A Redis that is away, slow, emptied or full of somebody else's bytes costs time and nothing else:
each value carries a code over its place and its bytes, made with a key that only our processes
have, and one that does not fit counts as not there. Commands: GET, SET, SCAN, PING and EVAL.
"""

import asyncio
import hashlib
import hmac
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from typing import ClassVar, TypeAlias

from attrs import define, field, frozen
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from returns.result import Failure, Result, Success

from adapters.cache.breaker import Breaker
from adapters.cache.places import VALUE_MAX, Place, Tally

DEADLINE = 0.05  # [s]
CONNECTIONS = 32
PREFIX = "astra:cache:"
SCANS = 50  # of 1,000 keys each: more are not counted
Word: TypeAlias = str | bytes | int


@frozen
class BadAddress:
    """The address of the cache cannot be read; `why` says what is wrong with it."""

    code: ClassVar[str] = "bad_address"
    why: str


@define(eq=False)
class Shared:
    """A cache in Redis. Nothing here raises for what the server does or does not do."""

    client: Redis
    key: bytes = field(repr=False)  # 32 bytes that all processes of the service have
    breaker: Breaker
    deadline: float = DEADLINE
    tally: Tally = field(factory=Tally)

    async def get(self, place: Place) -> bytes | None:
        """The value, if it is there, ours, and the server says so in time."""
        name = PREFIX + place.name
        found = await self.said(place.kind, "GET", name)
        value = self._opened(name, found) if isinstance(found, bytes) else None
        if isinstance(found, bytes) and value is None:
            self.tally.errors[place.kind] += 1
        return self.tally.asked(place.kind, value)

    async def put(self, place: Place, value: bytes, seconds: float) -> None:
        """Remember a value for some time."""
        if len(value) > VALUE_MAX:
            return
        name = PREFIX + place.name
        sealed = b'{"code":"%s","value":%s}' % (self._code(name, value), value)
        await self.said(place.kind, "SET", name, sealed, "PX", max(1, int(seconds * 1000)))

    async def is_well(self) -> bool:
        """Whether the server answers in time."""
        return await self.said("", "PING") is not None

    async def entries(self) -> Mapping[str, int] | None:
        """How many values there are of each kind; None when that cannot be found out in time."""
        cursor, found = 0, Counter[str]()
        for _ in range(SCANS):
            said = await self.said("", "SCAN", cursor, "MATCH", f"{PREFIX}*", "COUNT", 1000)
            if not isinstance(said, tuple):
                return None
            cursor = int(said[0])
            found.update(name.decode().split(":")[2] for name in said[1])
            if cursor == 0:
                return found
        return None

    async def close(self) -> None:
        """Let go of the connections."""
        await self.client.aclose()

    async def said(self, kind: str, *words: Word) -> object | None:
        """What the server answers to one command; None when it does not, in time."""
        if not self.breaker.lets():
            return None
        try:
            async with asyncio.timeout(self.deadline):
                answer = await _ask(self.client, words)
        except (RedisError, OSError, TimeoutError):
            self.breaker.failed()
            self.tally.errors[kind] += 1
            return None
        self.breaker.succeeded()
        return answer

    def _code(self, name: str, value: bytes) -> bytes:
        sealed = hmac.new(self.key, name.encode() + b"\0" + value, hashlib.sha256)
        return sealed.hexdigest().encode()

    def _opened(self, name: str, found: bytes) -> bytes | None:
        code, value = found[9:73], found[83:-1]
        if found[:9] != b'{"code":"' or found[73:83] != b'","value":' or found[-1:] != b"}":
            return None
        return value if hmac.compare_digest(code, self._code(name, value)) else None


async def _ask(client: Redis, words: tuple[Word, ...]) -> object:
    asked: Awaitable[object] = client.execute_command(*words)  # type: ignore[no-untyped-call]
    return await asked


def shared_cache(
    address: str, key: bytes, monotonic: Callable[[], float], deadline: float = DEADLINE
) -> Result[Shared, BadAddress]:
    """The cache at `address`, which need not be there yet.  Errors: BadAddress."""
    try:
        pool = BlockingConnectionPool.from_url(
            address,
            max_connections=CONNECTIONS,
            timeout=deadline,
            socket_timeout=deadline,
            socket_connect_timeout=deadline,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            driver_info=None,
        )
        # An option of the address that nobody knows is found here.
        pool.make_connection()  # type: ignore[no-untyped-call]
    except ValueError as trouble:
        return Failure(BadAddress(str(trouble)))
    except TypeError:
        return Failure(BadAddress("it has an option that is not known"))
    client = Redis.from_pool(pool)
    return Success(Shared(client=client, key=key, breaker=Breaker(monotonic), deadline=deadline))
