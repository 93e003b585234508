"""Answers of GET requests that say what the read models show, under the versions of those models.

An answer is kept under its route, its caller, what was asked, and where the models stood before it
was computed. So it is at least as new as its key says, and a model that has moved on is another
key: nothing has to be invalidated, and what is old is never asked for again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from attrs import define, field
from returns.result import Success

from adapters.cache.places import Place
from adapters.db.standing import standing
from astracore.outcome import is_failure
from shell.caching.kinds import RESPONSE, RESPONSE_SECONDS
from shell.caching.port import Cache
from shell.http.answers import Kept, to_json
from shell.http.binder import Bound, Outcome, Work
from shell.http.routes import Caller
from shell.http.signature import Shape, Source
from shell.store import Store

T = TypeVar("T")
Stands: TypeAlias = Callable[[], Awaitable[str]]
ASKED = (Source.PATH, Source.QUERY)
# Listings, whose answers depend on the caller, the request and the read models, and on nothing
# else: no price, no clock, no decision record. One row costs no more than asking a cache for it.
KEPT = frozenset(
    ("GET", path)
    for path in (
        "/accounts/{account_id}/pnl",
        "/finance/revenue",
        "/finance/trial-balance",
        "/game/xp",
        "/orders",
        "/orders/active",
        "/orders/{order_id}",
        "/positions/history",
        "/revenue/streams",
        "/trades",
    )
)


@define(eq=False)
class Flights:
    """Work that is under way: who asks for the same thing meanwhile gets the same outcome."""

    _flying: dict[Place, "asyncio.Task[Any]"] = field(factory=dict)

    async def once(self, place: Place, work: Callable[[], Awaitable[T]]) -> T:
        """Do `work`, or join in. Who goes away does not take the others' answer along."""
        task = self._flying.get(place)
        if task is None:
            task = asyncio.ensure_future(_run(work))
            self._flying[place] = task
            task.add_done_callback(lambda done: self._landed(place, done))
        found: T = await asyncio.shield(task)
        return found

    def _landed(self, place: Place, done: "asyncio.Task[Any]") -> None:
        self._flying.pop(place, None)
        if not done.cancelled():
            done.exception()  # seen, also when everybody who asked has gone away


async def _run(work: Callable[[], Awaitable[T]]) -> T:
    return await work()


@define(eq=False)
class Responses:
    """Reads through the cache. `schema` is that of the whole API; `stands` says where the models
    stand."""

    cache: Cache
    schema: str
    stands: Stands
    flights: Flights = field(factory=Flights)

    async def through(self, shape: Shape, given: Bound, work: Work) -> Outcome:
        """The outcome of `work`, or the bytes of its answer as they were kept. Refusals are not."""
        if (shape.route.method, shape.route.path) not in KEPT:
            return await work()
        place = Place(RESPONSE, self.schema, asked_for(shape, given, await self.stands()))
        found = await self.cache.get(place)
        if found is not None:
            return Success(Kept(found))
        return await self.flights.once(place, lambda: self._computed(place, work))

    async def _computed(self, place: Place, work: Work) -> Outcome:
        outcome = await work()
        if is_failure(outcome):
            return outcome
        body = to_json(outcome.unwrap())
        await self.cache.put(place, body, RESPONSE_SECONDS)
        return Success(Kept(body))


def asked_for(shape: Shape, given: Bound, versions: str) -> str:
    """All that an answer depends on, as one text: equal texts, equal answers."""
    callers = [one for one in given.values() if isinstance(one, Caller)]
    said = {
        one.name: getattr(given[one.group], one.name) if one.group else given.get(one.name)
        for one in shape.arguments
        if one.source in ASKED
    }
    who = [(one.user_id, sorted(one.roles)) for one in callers]
    route = shape.route
    return to_json([route.method, route.path, who, sorted(said.items()), versions]).decode()


def standing_in(store: Store) -> Stands:
    """Where the models in a store stand now, whichever process moved them on."""

    async def read() -> str:
        return await asyncio.wrap_future(store.reading(standing))

    return read
