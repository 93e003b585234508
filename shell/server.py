"""The HTTP server under the application: deadlines for request heads, caps, plain refusals."""

import asyncio
from collections import Counter
from http import HTTPStatus
from typing import Any

from aiohttp import EMPTY_PAYLOAD, HttpVersion10, HttpVersion11, StreamReader, web
from aiohttp.web_protocol import RequestHandler
from aiohttp.web_request import BaseRequest

from adapters.clock import SystemClock
from adapters.ids import RandomIds
from shell.http.answers import to_json
from shell.http.faults import InternalError, RequestFault, bad_request
from shell.middleware.security import HEADERS
from shell.problems import problem

HEAD_SECONDS_MAX = 10
IDLE_SECONDS_MAX = 30
HEAD_BYTES_MAX = 32 * 1024  # all headers of one request; an unfinished head may have twice as much
VERSIONS = frozenset({HttpVersion10, HttpVersion11})
CONNECTIONS_AN_ADDRESS_MAX = 256


class Handler(RequestHandler):
    """One connection. A request whose head is not whole within 10 s is cut off."""

    def __init__(self, manager: web.Server, **options: Any) -> None:  # noqa: ANN401
        super().__init__(manager, **options)
        self._head_timer: asyncio.TimerHandle | None = None
        self._seen = 0
        self._unfinished = 0  # bytes of a head that is not whole yet
        self._body: StreamReader = EMPTY_PAYLOAD  # of the request whose head was read last

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser; a head that is begun has its own time and a bounded size."""
        is_body = not self._body.is_eof()
        super().data_received(data)
        if self._request_count > self._seen:
            self._seen, self._unfinished = self._request_count, 0
            self._body = self._messages[-1][1]
            self._stop_waiting()
        elif self._current_request is None and not self._messages and not is_body:
            if self._head_timer is None:
                self._await_head()
            self._unfinished += len(data)
            if self._unfinished > 2 * HEAD_BYTES_MAX:
                self.force_close()

    def handle_error(
        self,
        request: BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Refuse what is not HTTP as a problem document, and close."""
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer was sent already")
        self.log_debug("refused below the application: %s", message)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.log_exception("unforeseen below the application", exc_info=exc)
        cause = (
            InternalError()
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR
            else bad_request("request", "not a well-formed HTTP request")
        )
        return refusal(cause)

    def _await_head(self) -> None:
        loop = asyncio.get_running_loop()
        self._head_timer = loop.call_later(HEAD_SECONDS_MAX, self._give_up)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if self._current_request is None:
            self.force_close()


def refusal(cause: RequestFault | InternalError) -> web.Response:
    """A problem document from below the application; the connection ends with it."""
    request_id = RandomIds().fresh(SystemClock().now())
    told = problem(cause, instance="", request_id=request_id)
    response = web.Response(
        status=told.status,
        body=to_json(told),
        content_type="application/problem+json",
        headers={"X-Request-Id": request_id, **HEADERS},
    )
    response.force_close()
    return response


class Server(web.Server):
    """All connections, at most 256 from one address."""

    addresses: Counter[str]

    def connection_made(self, handler: RequestHandler, transport: asyncio.Transport) -> None:
        """Count the connection; one too many is closed before it is heard."""
        super().connection_made(handler, transport)
        address = _address(transport)
        self.addresses[address] += 1
        if self.addresses[address] > CONNECTIONS_AN_ADDRESS_MAX:
            transport.abort()

    def connection_lost(self, handler: RequestHandler, exc: BaseException | None = None) -> None:
        """Forget the connection."""
        if handler in self._connections:
            address = _address(self._connections[handler])
            self.addresses[address] -= 1
            self.addresses += Counter()  # drops the zeros
        super().connection_lost(handler, exc)

    def __call__(self) -> RequestHandler:
        """The protocol of a new connection."""
        return Handler(self, loop=self._loop, **self._kwargs)


def _address(transport: asyncio.BaseTransport) -> str:
    peer = transport.get_extra_info("peername")
    return str(peer[0]) if peer else ""


class Runner(web.AppRunner):
    """An application on our server."""

    async def _make_server(self) -> web.Server:
        made = await super()._make_server()

        async def answer(request: BaseRequest) -> web.StreamResponse:
            if request.version not in VERSIONS:
                return refusal(bad_request("request", "not HTTP/1.1 or HTTP/1.0"))
            if sum(len(name) + len(text) for name, text in request.raw_headers) > HEAD_BYTES_MAX:
                return refusal(bad_request("header", f"more than {HEAD_BYTES_MAX} bytes in all"))
            try:
                return await made.request_handler(request)
            except web.HTTPExpectationFailed:
                return refusal(bad_request("header.Expect", "only 100-continue is known"))

        server = Server(
            answer,
            request_factory=made.request_factory,
            **made._kwargs,  # noqa: SLF001 - handed on unchanged to the class that stands in for it
        )
        server.addresses = Counter()
        return server


def runner_of(app: web.Application) -> Runner:
    """A runner with our time limits. On a stop, requests under way get 10 s to finish."""
    return Runner(
        app,
        access_log=None,
        keepalive_timeout=IDLE_SECONDS_MAX,
        shutdown_timeout=10,
        max_line_size=4094,
        max_field_size=8190,
        handler_cancellation=False,
        auto_decompress=False,
    )
