"""Request and correlation ids, and one log line for each request."""

import re
import time

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.clock import SystemClock
from adapters.ids import RandomIds
from shell.problems import REQUEST_ID

GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
CORRELATION_ID: web.RequestKey[str] = web.RequestKey("correlation_id", str)
log = structlog.get_logger("http")


def _given(request: web.Request, header: str) -> str | None:
    text = request.headers.get(header, "")
    return text if GIVEN_ID.fullmatch(text) is not None else None


@web.middleware
async def tracing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Name the request, answer with its ids, and write one line about it."""
    request[REQUEST_ID] = RandomIds().fresh(SystemClock().now())
    request[CORRELATION_ID] = _given(request, "X-Correlation-Id") or request[REQUEST_ID]
    began = time.perf_counter_ns()
    response = await handler(request)
    resource = request.match_info.route.resource
    log.info(
        "request",
        request_id=request[REQUEST_ID],
        correlation_id=request[CORRELATION_ID],
        method=request.method,
        route=resource.canonical if resource is not None else "unknown",
        status=response.status,
        us=(time.perf_counter_ns() - began) // 1000,
    )
    return response


async def sign(request: web.Request, response: web.StreamResponse) -> None:
    """Put the ids on every answer; runs when its head is about to be sent."""
    if REQUEST_ID in request:
        response.headers["X-Request-Id"] = request[REQUEST_ID]
        response.headers["X-Correlation-Id"] = request[CORRELATION_ID]
