"""The one place where everything is put together, and the service that runs it."""

import asyncio
import contextlib
import json
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import structlog
import uvloop
from aiohttp import web
from returns.result import Result

from adapters.clock import SystemClock
from adapters.db import log
from adapters.exchanges.simulated import CandleFeed, Feed, SeededFeed, SimulatedVenue, load
from adapters.ids import RandomIds
from adapters.security.tokens import Tokens, key_from
from astracore import __version__
from astracore.events.canonical import digest
from astracore.marketdata.prints import prints_of
from astracore.outcome import is_failure
from astracore.trading.types import INSTRUMENTS
from shell.caching.caches import Caches, keep_answers, opened
from shell.caching.tape import Tape
from shell.candlefile import candles_in
from shell.config import Config
from shell.crew import crew, queue_of
from shell.delivering import delivery
from shell.desk import Desk
from shell.docs import add_docs
from shell.domains import PLATFORM, TOPICS, TRADING, domain_of_tag
from shell.floor import Floor
from shell.handlers import (
    accounts,
    auth,
    caching,
    events,
    finance,
    game,
    instruments,
    jobs,
    market,
    orders,
    reports,
    settings,
    system,
    tickets,
)
from shell.health import Condition
from shell.http.binder import Surroundings, add_routes
from shell.http.cursors import Cursors
from shell.http.faults import RequestFault
from shell.http.openapi import document
from shell.http.routes import Caller, Trace
from shell.identity import caller_of, trace_of
from shell.jobs.queue import Queue
from shell.keys import (
    BUCKETS,
    CACHES,
    CLOCK,
    CONDITION,
    CONFIG,
    DESK,
    DOCUMENT,
    HUB,
    MARKETS,
    RUNTIME,
    SOCKETS,
    TOKENS,
    VENUE,
)
from shell.listings import Listings, listings_now
from shell.logs import configure_logs
from shell.market import Markets
from shell.middleware.errors import errors
from shell.middleware.limits import Buckets, limits, tell
from shell.middleware.security import protect
from shell.middleware.tracing import sign, tracing
from shell.problems import Problem, refuse
from shell.reading import Reading
from shell.runtime import MAKER, Runtime, running
from shell.server import runner_of
from shell.sockets.broadcast import Broadcast
from shell.sockets.channels import Hub
from shell.sockets.endpoint import Sockets
from shell.sockets.topics import PRIVATE, Snapshots
from shell.stores import cannot_open, store_in
from shell.views import Info
from shell.web import add_dashboard
from shell.workers.leading import candidate_on, on_duty

ROUTES = (
    *system.ROUTES,
    *caching.ROUTES,
    *events.ROUTES,
    *auth.ROUTES,
    *accounts.ROUTES,
    *settings.ROUTES,
    *instruments.ROUTES,
    *reports.ROUTES,
    *tickets.ROUTES,
    *orders.ROUTES,
    *market.ROUTES,
    *game.ROUTES,
    *finance.ROUTES,
    *jobs.ROUTES,
)
BEGINNING_S = 3.0  # how long the first request waits for the read models, at most
LOG = structlog.get_logger("service")


class StartRefusedError(Exception):
    """The service cannot start: the text says why, in words for the operator."""


def create_app(config: Config) -> web.Application:
    """The application: every part is started and stopped by its own context, in this order."""
    clock = SystemClock()
    buckets = Buckets(config.rates, clock.monotonic)

    def identify(request: web.Request) -> Result[Caller, RequestFault]:
        return caller_of(request, app[CACHES].sessions or app[TOKENS], clock)

    app = web.Application(middlewares=[tracing, errors, limits(buckets, identify)])
    app[CONFIG], app[CLOCK], app[CONDITION], app[BUCKETS] = config, clock, Condition(), buckets
    app[CACHES] = Caches()
    app.on_response_prepare.append(sign)
    app.on_response_prepare.append(tell)
    app.on_response_prepare.append(protect)
    app.cleanup_ctx.extend((keys, books, caches, delivery, prices, live, desk, crew))
    app.on_shutdown.append(_say_goodbye)
    around = Surroundings(
        provided={
            Desk: lambda request: request.app[DESK],
            Trace: trace_of,
            Queue: queue_of,
        },
        identify=identify,
        refuse=refuse,
        through=app[CACHES].through,
    )
    served = tuple(one for one in ROUTES if domain_of_tag(one.tag) in served_by(config))
    shapes = add_routes(app, served, around)
    app[DOCUMENT] = document(shapes, Problem, version=__version__, title="AstraTrade")
    app.router.add_get("/v1/openapi.json", openapi)
    app.router.add_get("/v1/ws/user", _user_socket)
    app.router.add_get("/v1/ws/market", _market_socket)
    add_docs(app)
    add_dashboard(app)
    return app


async def keys(app: web.Application) -> AsyncIterator[None]:
    """The key that signs tokens; made at the first start."""
    app[CONFIG].data.mkdir(parents=True, exist_ok=True)
    key = key_from(app[CONFIG].data / "token.key")
    if is_failure(key):
        raise StartRefusedError(f"{key.failure().path} must be 32 bytes that only its owner reads")
    app[TOKENS] = Tokens(key.unwrap())
    yield


async def books(app: web.Application) -> AsyncIterator[None]:
    """The store, the command path, the follower with its read models and policies."""
    store = store_in(app[CONFIG].data, app[CONFIG].database)
    if is_failure(store):
        raise StartRefusedError(cannot_open(store.failure()))
    domains, shared = served_by(app[CONFIG]), app[CONFIG].database is not None
    candidate = candidate_on(store.unwrap(), app[CLOCK], domains) if shared else None
    async with running(store.unwrap(), app[CLOCK], candidate, domains) as runtime:
        app[RUNTIME] = runtime

        async def is_reachable() -> bool:
            head = await asyncio.wrap_future(runtime.store.reading(log.log_head))
            return await runtime.follower.caught_up(head.position, 5.0)

        app[CONDITION].questions["store"] = is_reachable
        app[CONDITION].questions["policies"] = runtime.reactor.is_well
        if not await runtime.follower.begun(BEGINNING_S):
            LOG.warning("serving before the read models are there")
        yield


async def caches(app: web.Application) -> AsyncIterator[None]:
    """Whatever is cached. The service is whole without."""
    found = opened(app[CACHES], app[CONFIG].cache, app[TOKENS], app[CLOCK].monotonic)
    if is_failure(found):
        raise StartRefusedError(f"cache: {found.failure().why}")
    schema = digest(json.dumps(app[DOCUMENT], sort_keys=True).encode())
    keep_answers(app[CACHES], app[RUNTIME].store, f"{__version__}-{schema[:16]}")
    app[BUCKETS].shared = app[CACHES].buckets
    yield
    await app[CACHES].close()


def served_by(config: Config) -> frozenset[str]:
    """The domains of a process; the platform's are everybody's."""
    return frozenset(config.domains) | {PLATFORM}


async def prices(app: web.Application) -> AsyncIterator[None]:
    """The simulated venue, what moves it, and, while this process leads, the care of orders."""
    config, clock, runtime = app[CONFIG], app[CLOCK], app[RUNTIME]
    venue = SimulatedVenue(INSTRUMENTS)
    feed = _feed(config, venue, clock)
    await feed.begin()
    app[VENUE], app[MARKETS] = venue, (markets := Markets(quotes=venue.quotes))
    found = await _listed(runtime)
    markets.listed, markets.changed = found.listed, found.changed
    runtime.follower.listen(markets)
    _chart_history(markets, venue)
    told = None if config.database is None else app[CACHES].shared  # alone there is nobody to tell
    tape = app[CACHES].tape = Tape(told, runtime.lead, venue.quotes)
    floor = Floor(runtime, venue, feed, clock, markets, tape)

    async def is_well() -> bool:
        return floor.is_well

    if not served_by(config).isdisjoint({TRADING, "market"}):
        app[CONDITION].questions["venue"] = is_well
    async with _background(on_duty(runtime.lead.post(TRADING), floor.shift), floor.look_on()):
        yield


async def _listed(runtime: Runtime) -> Listings:
    """Every instrument at the head of the log, and when staff last changed theirs."""
    found = await asyncio.wrap_future(runtime.store.reading(listings_now))
    if is_failure(found):
        raise StartRefusedError(f"the instruments cannot be read: {found.failure()}")
    return found.unwrap()


def _feed(config: Config, venue: SimulatedVenue, clock: SystemClock) -> Feed:
    if config.candles is None:
        path = config.data / "prices.json"
        known = load(path)
        if is_failure(known):
            LOG.warning("prices start afresh", cause=known.failure().why)
        return SeededFeed(
            venue,
            INSTRUMENTS,
            clock,
            seed=config.seed,
            path=path,
            checkpoint=None if is_failure(known) else known.unwrap(),
        )
    if config.symbol not in INSTRUMENTS:
        raise StartRefusedError(f"symbol: {config.symbol} is not one of {', '.join(INSTRUMENTS)}")
    read = candles_in(config.candles)
    if is_failure(read):
        raise StartRefusedError("\n".join(read.failure()))
    candles, _digest = read.unwrap()
    return CandleFeed(venue, candles, clock, symbol=config.symbol, speed=config.speed)


def _chart_history(markets: Markets, venue: SimulatedVenue) -> None:
    history = (
        traded
        for symbol in INSTRUMENTS
        for candle in venue.candles(symbol)
        for traded in prints_of(candle, symbol)
    )
    for traded in history:
        markets.chart(traded)


async def live(app: web.Application) -> AsyncIterator[None]:
    """Topics, sockets, and what feeds them."""
    clock, runtime = app[CLOCK], app[RUNTIME]
    hub = app[HUB] = Hub(first=int(time.time() * 1000), monotonic=clock.monotonic)
    reading = Reading(runtime.store, Cursors(app[TOKENS].derived_key("cursors")))
    broadcast = Broadcast(hub=hub, markets=app[MARKETS], clock=clock)
    app[SOCKETS] = Sockets(
        hub=hub,
        tokens=app[TOKENS],
        clock=clock,
        origins=frozenset(app[CONFIG].origins),
        snapshots={
            kind: one
            for kind, one in Snapshots(reading, app[MARKETS], clock).by_kind().items()
            if TOPICS[kind] in runtime.lead.domains
        },
        private=PRIVATE,
        buckets=app[BUCKETS],
    )
    runtime.follower.listen(broadcast)
    queue = app[VENUE].listen()
    async with _background(broadcast.prints(queue), broadcast.portfolios()):
        yield
    app[VENUE].leave(queue)


async def desk(app: web.Application) -> AsyncIterator[None]:
    """What handlers work with; from here on the service is ready."""
    runtime, config = app[RUNTIME], app[CONFIG]
    app[DESK] = Desk(
        commands=runtime.commands,
        reading=Reading(runtime.store, Cursors(app[TOKENS].derived_key("cursors"))),
        tokens=app[TOKENS],
        clock=app[CLOCK],
        ids=RandomIds(),
        condition=app[CONDITION],
        info=Info(
            name="AstraTrade",
            version=__version__,
            config_version=MAKER.config_version,
            mode="practice" if config.candles is None else "practice, played candles",
            symbols=tuple(INSTRUMENTS),
        ),
        markets=app[MARKETS],
        follower=runtime.follower,
        caches=app[CACHES],
    )
    app[CONDITION].is_started = True
    yield
    app[CONDITION].is_started = False


@contextlib.asynccontextmanager
async def _background(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(_watched(one)) for one in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _watched(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:
        LOG.exception("a background part has stopped", part=repr(work))
        raise


async def openapi(request: web.Request) -> web.Response:
    """GET /v1/openapi.json."""
    return web.json_response(request.app[DOCUMENT])


async def _user_socket(request: web.Request) -> web.StreamResponse:
    return await request.app[SOCKETS].user(request)


async def _market_socket(request: web.Request) -> web.StreamResponse:
    return await request.app[SOCKETS].market(request)


async def _say_goodbye(app: web.Application) -> None:
    await app[SOCKETS].close()


def serve(config: Config, announce: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is under way.

    `announce` is told the address once it answers.  Raises: StartRefusedError, OSError.
    """
    configure_logs(config.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(_serve(config, announce))


async def _serve(config: Config, announce: Callable[[str], None]) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    runner = runner_of(create_app(config))
    try:
        await runner.setup()
        site = web.TCPSite(runner, config.host, config.port, reuse_port=config.reuse_port or None)
        await site.start()
        announce(f"http://{config.host}:{runner.addresses[0][1]}")
        await stopped.wait()
    finally:
        await runner.cleanup()
