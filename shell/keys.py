"""Names of what the application holds, each with its type."""

from typing import Any, Final

from aiohttp import web

from adapters.clock import SystemClock
from adapters.exchanges.simulated import SimulatedVenue
from adapters.security.tokens import Tokens
from shell.bus import Bus
from shell.caching.caches import Caches
from shell.config import Config
from shell.desk import Desk
from shell.health import Condition
from shell.jobs.queue import Queue
from shell.market import Markets
from shell.middleware.limits import Buckets
from shell.runtime import Runtime
from shell.sockets.channels import Hub
from shell.sockets.endpoint import Sockets

CONFIG: Final = web.AppKey("config", Config)
BUCKETS: Final = web.AppKey("buckets", Buckets)
CACHES: Final = web.AppKey("caches", Caches)
CLOCK: Final = web.AppKey("clock", SystemClock)
DOCUMENT: Final = web.AppKey("document", dict[str, Any])  # OpenAPI
TOKENS: Final = web.AppKey("tokens", Tokens)
BUS: Final = web.AppKey("bus", Bus)
CONDITION: Final = web.AppKey("condition", Condition)
RUNTIME: Final = web.AppKey("runtime", Runtime)
VENUE: Final = web.AppKey("venue", SimulatedVenue)
MARKETS: Final = web.AppKey("markets", Markets)
HUB: Final = web.AppKey("hub", Hub)
DESK: Final = web.AppKey("desk", Desk)
SOCKETS: Final = web.AppKey("sockets", Sockets)
QUEUE: Final = web.AppKey("queue", Queue)
