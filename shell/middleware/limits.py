"""How much one address or one user may ask for: a token bucket each.

Processes that have one Redis draw from the same buckets; while it is away, and without one, each
process keeps its own.
Who shows a valid token is counted as that user, everybody else by address. Health questions are
free, so that a busy house still says that it lives; files of the pages are not counted.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import lru_cache

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from attrs import define, field
from returns.result import Result

from adapters.cache.quotas import SharedBuckets
from astracore.outcome import is_failure
from astracore.platform.buckets import SECOND, Bucket, Drawn, Quota, draw, full
from shell.http.faults import RateLimited, RequestFault
from shell.http.routes import Caller
from shell.problems import refuse

BUCKETS_MAX = 50_000
DRAWN: web.RequestKey[tuple[Quota, Drawn]] = web.RequestKey("drawn", tuple)
ORDERING = frozenset(
    {"/v1/orders", "/v1/orders/{order_id}", "/v1/positions/{account_id}/{symbol}/close"}
)
READING = frozenset({"GET", "HEAD", "OPTIONS"})


@define
class Buckets:
    """The buckets of everybody who asked lately; who has not asked for longest is forgotten."""

    rates: Mapping[str, Quota]
    monotonic: Callable[[], float]
    kept: OrderedDict[tuple[str, str], Bucket] = field(factory=OrderedDict)
    shared: SharedBuckets | None = None

    async def draw(self, kind: str, who: str) -> tuple[Quota, Drawn]:
        """Take one token of `kind` for `who`."""
        rate = self.rates[kind]
        drawn = None if self.shared is None else await self.shared.draw(kind, who, rate)
        return rate, self._own(kind, who, rate) if drawn is None else drawn

    def _own(self, kind: str, who: str, rate: Quota) -> Drawn:
        """The same from the buckets of this process."""
        at = int(self.monotonic() * SECOND)
        drawn = draw(self.kept.get((kind, who)) or full(rate, at), rate, at)
        self.kept[(kind, who)] = drawn.bucket
        self.kept.move_to_end((kind, who))
        if len(self.kept) > BUCKETS_MAX:
            self.kept.popitem(last=False)
        return drawn


def limits(
    buckets: Buckets, identify: Callable[[web.Request], Result[Caller, RequestFault]]
) -> Middleware:
    """The middleware that draws for every request under `/v1` and refuses what is too much."""

    @web.middleware
    async def limited(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith("/v1/") or request.path.startswith("/v1/health/"):
            return await handler(request)
        caller = identify(request) if "Authorization" in request.headers else None
        if caller is None or is_failure(caller):
            who = neighbourhood(request.remote or "")
        else:
            who = caller.unwrap().user_id
        kind = _kind(request, is_known=caller is not None and not is_failure(caller))
        _, drawn = request[DRAWN] = await buckets.draw(kind, who)
        if not drawn.is_granted:
            return refuse(request, RateLimited(drawn.retry_after))
        return await handler(request)

    return limited


def _kind(request: web.Request, *, is_known: bool) -> str:
    resource = request.match_info.route.resource
    route = "" if resource is None else resource.canonical
    if route == "/v1/auth/register" and request.method == "POST":
        return "register"
    if not is_known:
        return "public"
    if request.method in READING:
        return "read"
    return "orders" if route in ORDERING else "write"


@lru_cache(maxsize=1024)
def neighbourhood(address: str) -> str:
    """The address, of IPv6 its first 64 bits: a household has all the others.

    >>> neighbourhood("192.0.2.7"), neighbourhood("2001:db8::1:2:3:4")
    ('192.0.2.7', '2001:db8::')
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)


async def tell(request: web.Request, response: web.StreamResponse) -> None:
    """Say on the answer how much is left; runs when its head is about to be sent."""
    if DRAWN in request:
        rate, drawn = request[DRAWN]
        response.headers["RateLimit-Limit"] = str(rate.capacity)
        response.headers["RateLimit-Remaining"] = str(drawn.remaining)
        response.headers["RateLimit-Reset"] = str(drawn.reset)
