"""The end of every error: a problem document for the caller, the whole story for the log."""

import asyncio

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.db.rows import NotShownError
from adapters.db.troubles import is_unavailable
from shell.http.faults import (
    BodyTooLarge,
    InternalError,
    MethodNotAllowed,
    NoSuchRoute,
    NotCaughtUp,
    ServiceUnavailable,
    UpstreamTimeout,
    bad_request,
)
from shell.http.strict import BODY_BYTES_MAX
from shell.problems import REQUEST_ID, refuse

HANDLER_SECONDS_MAX = 15  # reading the body has its own, shorter, deadline
log = structlog.get_logger("errors")


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nothing leaves here but answers: no traceback, no text of an exception."""
    try:
        if request.headers.get("Upgrade", ""):
            return await handler(request)
        async with asyncio.timeout(HANDLER_SECONDS_MAX):
            return await handler(request)
    except web.HTTPException as raised:
        return _of_framework(request, raised)
    except TimeoutError:
        log.warning("too slow", request_id=request[REQUEST_ID])
        return refuse(request, UpstreamTimeout(HANDLER_SECONDS_MAX))
    except NotShownError as late:
        return refuse(request, NotCaughtUp(late.model))
    except Exception as error:
        if is_unavailable(error):
            log.warning("store unavailable", request_id=request[REQUEST_ID], why=str(error))
            return refuse(request, ServiceUnavailable("store"))
        log.exception("unforeseen", request_id=request[REQUEST_ID])
        return refuse(request, InternalError())


def _of_framework(request: web.Request, raised: web.HTTPException) -> web.Response:
    if isinstance(raised, web.HTTPMethodNotAllowed):
        return refuse(request, MethodNotAllowed(tuple(sorted(raised.allowed_methods))))
    if isinstance(raised, web.HTTPRequestEntityTooLarge):
        return refuse(request, BodyTooLarge(BODY_BYTES_MAX))
    if isinstance(raised, web.HTTPNotFound | web.HTTPForbidden):
        return refuse(request, NoSuchRoute())
    if raised.status < 400:
        raise raised
    return refuse(request, bad_request("request", raised.reason))
