"""Who the caller is: the bearer token and nothing else."""

import re
from typing import Protocol, TypeAlias

from aiohttp import web
from returns.result import Failure, Result, Success

from adapters.clock import SystemClock
from adapters.security.tokens import Claims, OldToken, TokenFault
from astracore.errors.access import TokenExpired
from astracore.ids import UserId
from astracore.instants import Instant
from astracore.outcome import is_failure
from shell.http.faults import Unauthenticated
from shell.http.routes import Caller, Trace
from shell.middleware.tracing import CORRELATION_ID
from shell.problems import REQUEST_ID

BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] ([A-Za-z0-9._-]{1,2048})", re.ASCII)
Identity: TypeAlias = Result[Caller, Unauthenticated | TokenExpired]
CALLER: web.RequestKey[Identity] = web.RequestKey("caller", Result)


class TokenCheck(Protocol):
    """Who says what a token is worth."""

    def check(self, token: str, at: Instant) -> Result[Claims, TokenFault]:
        """The claims of a token of ours whose time is not over.  Errors: BadToken, OldToken."""
        ...


def trace_of(request: web.Request) -> Trace:
    """The ids of a request."""
    return Trace(request[REQUEST_ID], request[CORRELATION_ID])


def caller_of(request: web.Request, tokens: TokenCheck, clock: SystemClock) -> Identity:
    """The caller of a request, found out once.

    Errors: Unauthenticated (also with two headers), TokenExpired.
    """
    if CALLER not in request:
        request[CALLER] = _caller(request, tokens, clock)
    return request[CALLER]


def _caller(request: web.Request, tokens: TokenCheck, clock: SystemClock) -> Identity:
    given = request.headers.getall("Authorization", [])
    found = BEARER.fullmatch(given[0]) if len(given) == 1 else None
    if found is None:
        return Failure(Unauthenticated())
    claims = tokens.check(found[1], clock.now())
    if is_failure(claims):
        expired = isinstance(claims.failure(), OldToken)
        return Failure(TokenExpired() if expired else Unauthenticated())
    known = claims.unwrap()
    return Success(Caller(UserId(known.subject), known.roles, trace_of(request)))
