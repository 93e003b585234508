"""The caches of one process, as its settings say: none, its own memory, or a Redis beside it."""

from collections import Counter
from collections.abc import Callable, Mapping

import structlog
from attrs import define
from returns.result import Failure, Result, Success

from adapters.cache.memory import Memory
from adapters.cache.quotas import SharedBuckets
from adapters.cache.shared import BadAddress, Shared, shared_cache
from adapters.security.tokens import Tokens
from astracore.marketdata.book import Book
from astracore.outcome import is_failure
from shell.caching.kinds import ROOMS
from shell.caching.port import Cache
from shell.caching.responses import Responses, standing_in
from shell.caching.sessions import Sessions
from shell.caching.tape import Tape
from shell.http.binder import Bound, Outcome, Work
from shell.http.signature import Shape
from shell.store import Store
from shell.views import CacheStats, KindStats

LOG = structlog.get_logger("cache")


@define(eq=False)
class Caches:
    """All caches of a process. Before `opened`, and when they are off, everything passes by."""

    memory: Memory | None = None
    shared: Shared | None = None
    sessions: Sessions | None = None
    responses: Responses | None = None
    tape: Tape | None = None

    @property
    def common(self) -> Cache | None:
        """Where answers are kept: for all processes if that can be."""
        return self.shared or self.memory

    @property
    def buckets(self) -> SharedBuckets | None:
        """The token buckets of all processes, if they share any."""
        return None if self.shared is None else SharedBuckets(self.shared)

    async def through(self, shape: Shape, given: Bound, work: Work) -> Outcome:
        """The outcome of `work`, or its answer as it was kept."""
        if self.responses is None:
            return await work()
        return await self.responses.through(shape, given, work)

    async def book(self, symbol: str) -> Book | None:
        """The leader's book, where this process does not lead and was told of it."""
        return None if self.tape is None else await self.tape.book(symbol)

    async def is_well(self) -> bool:
        """Whether every cache that was asked for answers."""
        return self.common is None or await self.common.is_well()

    async def stats(self) -> CacheStats:
        """What happened since the start, by kind, and how much there is now."""
        mode = "off" if self.common is None else "memory" if self.shared is None else "redis"
        asked = [one for one in (self.memory, self.shared) if one is not None]
        told = [_kinds(one, await one.entries()) for one in asked]
        kinds = sorted((one for some in told for one in some), key=lambda one: one.kind)
        away = self.shared is not None and self.shared.breaker.is_open
        return CacheStats(mode=mode, is_away=away, kinds=tuple(kinds))

    async def close(self) -> None:
        """Let go of all."""
        for one in (self.memory, self.shared):
            if one is not None:
                await one.close()


def opened(
    caches: Caches, setting: str, tokens: Tokens, monotonic: Callable[[], float]
) -> Result[Caches, BadAddress]:
    """Open what the setting says; a Redis need not be there yet.  Errors: BadAddress."""
    if setting == "off":
        return Success(caches)
    if setting != "memory":
        shared = shared_cache(setting, tokens.derived_key("cache"), monotonic)
        if is_failure(shared):
            return Failure(shared.failure())
        caches.shared = shared.unwrap()
        caches.shared.breaker.told = _told
    caches.memory = Memory(monotonic, ROOMS)
    caches.sessions = Sessions(tokens, caches.memory)
    return Success(caches)


def _told(is_away: bool) -> None:  # noqa: FBT001 - what the breaker says
    LOG.warning("cache_away" if is_away else "cache_back")


def keep_answers(caches: Caches, store: Store, schema: str) -> None:
    """From here on answers about `store` are kept, if there is where."""
    if caches.common is not None:
        caches.responses = Responses(caches.common, schema, standing_in(store))


def _kinds(cache: Memory | Shared, entries: Mapping[str, int] | None) -> list[KindStats]:
    tally, there = cache.tally, Counter(entries or {})
    counted = (tally.hits, tally.misses, tally.evictions, tally.errors, there)
    return [
        KindStats(
            kind=kind,
            hits=tally.hits[kind],
            misses=tally.misses[kind],
            evictions=tally.evictions[kind],
            errors=tally.errors[kind],
            entries=None if entries is None else there[kind],
        )
        for kind in sorted({kind for one in counted for kind in one if kind})
    ]
