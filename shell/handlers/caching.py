"""How the caches are doing, for those who run the service."""

from typing import Annotated

from returns.result import Result, Success

from shell.desk import Desk
from shell.http.faults import NotFound
from shell.http.routes import Caller, Role, Route, routes
from shell.views import CacheStats, Health

Operator = Annotated[Caller, Role("ops")]


async def cache_health(
    desk: Desk,
    caller: Operator,  # noqa: ARG001 - asks for the role
) -> Result[Health, NotFound]:
    """Whether the cache answers. While it does not, answers take longer and stay the same."""
    return Success(Health(ok=await desk.caches.is_well()))


async def cache_stats(
    desk: Desk,
    caller: Operator,  # noqa: ARG001 - asks for the role
) -> Result[CacheStats, NotFound]:
    """Hits, misses, evictions and errors of this process by kind, and how many entries there are;
    null where the cache cannot say."""
    return Success(await desk.caches.stats())


ROUTES: tuple[Route, ...] = routes(
    "platform",
    ("GET", "/cache/health", cache_health),
    ("GET", "/cache/stats", cache_stats),
)
