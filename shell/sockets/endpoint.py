"""The two sockets: `/v1/ws/market` for everybody, `/v1/ws/user` for one's own topics."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import structlog
from aiohttp import WSMessage, WSMsgType, web
from attrs import define, field
from returns.result import Failure, Result, Success

from adapters.clock import SystemClock
from adapters.db.rows import NotShownError
from adapters.security.tokens import Claims, Tokens
from astracore.outcome import is_failure
from shell.http.answers import to_json
from shell.http.faults import (
    Forbidden,
    NotCaughtUp,
    RateLimited,
    RequestFault,
    TopicForbidden,
    bad_request,
)
from shell.middleware.limits import Buckets, neighbourhood
from shell.problems import Refusal, problem, refuse
from shell.sockets.channels import Hub, Topic, frame_text
from shell.sockets.connection import TOPICS_MAX, Close, Connection, notice
from shell.sockets.messages import Auth, Message, Ping, Subscribe, Unsubscribe, read_message

AUTH_SECONDS_MAX = 10
HEARTBEAT_SECONDS = 30
PROBE_SECONDS = 50  # aiohttp waits half as long again for the answer: 75 s of silence in all
MESSAGE_BYTES_MAX = 4096
SOCKETS_A_USER_MAX = 5
SOCKETS_AN_ADDRESS_MAX = 100
ENDS = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})
LATEST_ONLY = frozenset({"ticker", "portfolio", "book"})
Snapshot = Callable[[Topic], Awaitable[bytes | None]]  # None: there is no such topic
log = structlog.get_logger("sockets")


@define
class Sockets:
    """Every open socket of this process."""

    hub: Hub
    tokens: Tokens
    clock: SystemClock
    origins: frozenset[str]
    snapshots: Mapping[str, Snapshot]  # by the first part of a topic's name
    private: frozenset[str]
    buckets: Buckets
    open: set[Connection] = field(factory=set)
    writers: set[asyncio.Task[None]] = field(factory=set)
    counts: Counter[str] = field(factory=Counter)

    async def user(self, request: web.Request) -> web.StreamResponse:
        """The socket of one user's private topics."""
        return await self._serve(request, is_private=True)

    async def market(self, request: web.Request) -> web.StreamResponse:
        """The socket of public topics."""
        return await self._serve(request, is_private=False)

    async def close(self) -> None:
        """Say goodbye to everybody: 1001."""
        for connection in tuple(self.open):
            connection.end(Close.GOING_AWAY)
        if self.writers:
            await asyncio.wait(self.writers, timeout=5)

    async def _serve(self, request: web.Request, *, is_private: bool) -> web.StreamResponse:
        address = neighbourhood(request.remote or "")
        refused = self._refusal(request, f"address {address}")
        if refused is not None:
            return refuse(request, refused)
        socket = web.WebSocketResponse(
            compress=False,
            max_msg_size=MESSAGE_BYTES_MAX,
            heartbeat=PROBE_SECONDS,
            autoping=False,  # a ping is a message too, and is counted
        )
        if not socket.can_prepare(request).ok:
            return refuse(request, bad_request("header.Upgrade", "not a WebSocket handshake"))
        self.counts[f"address {address}"] += 1
        try:
            await socket.prepare(request)
            connection = Connection(
                socket=socket, hub=self.hub, latest=LATEST_ONLY, address=address
            )
            await self._talk(connection, is_private=is_private)
        finally:
            self._one_less(f"address {address}")
        return socket

    def _one_less(self, who: str) -> None:
        self.counts[who] -= 1
        if not self.counts[who]:
            del self.counts[who]

    def _refusal(self, request: web.Request, address: str) -> Refusal | None:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self.origins:
            place = urlsplit(origin)
            if place.scheme not in {"http", "https"} or place.netloc != request.host:
                return Forbidden("origin")
        if self.counts[address] >= SOCKETS_AN_ADDRESS_MAX:
            return RateLimited(60)
        return None

    async def _talk(self, connection: Connection, *, is_private: bool) -> None:
        self.open.add(connection)
        writer = asyncio.create_task(self._write(connection))
        self.writers.add(writer)
        writer.add_done_callback(self.writers.discard)
        heart = asyncio.create_task(self._beat(connection))
        try:
            await self._listen(connection, is_private=is_private)
        except ConnectionError:  # the client has gone: nobody to tell
            connection.end(Close.GOING_AWAY)
        finally:
            heart.cancel()
            connection.end(Close.GOING_AWAY)
            await asyncio.wait({writer, heart})
            self.open.discard(connection)

    async def _write(self, connection: Connection) -> None:
        try:
            await connection.write()
        except (ConnectionError, RuntimeError):  # the client has gone: nobody to tell
            connection.end(Close.GOING_AWAY)

    async def _beat(self, connection: Connection) -> None:
        while connection.closing is None:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            connection.say(notice("heartbeat", self.clock.now(), b"{}"))

    async def _listen(self, connection: Connection, *, is_private: bool) -> None:
        user = ""
        if is_private:
            claims = await self._authenticated(connection)
            if claims is None:
                connection.end(Close.TOKEN_ENDED)
                return
            user = claims.subject
            if self.counts[user] >= SOCKETS_A_USER_MAX:
                connection.end(Close.TOO_MANY)
                return
            ending = self._end_with(connection, claims)
        else:
            ending = None
        self.counts[user] += 1
        try:
            connection.say(notice("ready", self.clock.now(), b"{}"))
            await self._converse(connection, user)
        finally:
            self._one_less(user)
            if ending is not None:
                ending.cancel()

    async def _authenticated(self, connection: Connection) -> Claims | None:
        try:
            async with asyncio.timeout(AUTH_SECONDS_MAX):
                first = await self._heard(connection)
        except TimeoutError:
            return None
        if first is None or first.type is not WSMsgType.TEXT:
            return None
        message = read_message(first.data)
        if is_failure(message):
            return None
        said = message.unwrap()
        if not isinstance(said, Auth):
            return None
        claims = self.tokens.check(said.token, self.clock.now())
        return None if is_failure(claims) else claims.unwrap()

    def _end_with(self, connection: Connection, claims: Claims) -> asyncio.TimerHandle:
        seconds = (claims.expires.micros - self.clock.now().micros) // 1_000_000
        loop = asyncio.get_running_loop()
        return loop.call_later(seconds, connection.end, Close.TOKEN_ENDED)

    async def _heard(self, connection: Connection) -> WSMessage | None:
        """What the client says next, pings answered; None at the end, or when it is too loud."""
        while True:
            received = await connection.socket.receive()
            if connection.closing is not None or received.type in ENDS:
                return None
            if connection.is_too_loud(self.clock.monotonic()):
                connection.end(Close.TOO_LOUD)
                return None
            if received.type is WSMsgType.PING:
                await connection.socket.pong(received.data)
            elif received.type is not WSMsgType.PONG:
                return received

    async def _converse(self, connection: Connection, user: str) -> None:
        while (received := await self._heard(connection)) is not None:
            if received.type is not WSMsgType.TEXT:
                connection.end(Close.POLICY)
                return
            message = read_message(received.data)
            if is_failure(message):
                self._complain(connection, message.failure())
                continue
            answer = await self._obey(connection, user, message.unwrap())
            if is_failure(answer):
                self._complain(connection, answer.failure())

    async def _obey(
        self, connection: Connection, user: str, message: Message
    ) -> Result[None, RequestFault | NotCaughtUp]:
        if isinstance(message, Auth):
            return Failure(bad_request("body.op", "only the first message may be auth"))
        if isinstance(message, Subscribe):
            return await self._subscribe(connection, user, message)
        if isinstance(message, Unsubscribe):
            topic = self._topic(user, message.topic)
            self.hub.leave(topic, connection)
            connection.topics.discard(topic)
        if isinstance(message, Ping):
            connection.say(notice("pong", self.clock.now(), b"{}"))
        return Success(None)

    def _topic(self, user: str, name: str) -> Topic:
        return Topic(name, user if name.partition(".")[0] in self.private else "")

    async def _subscribe(
        self, connection: Connection, user: str, asked: Subscribe
    ) -> Result[None, RequestFault | NotCaughtUp]:
        topic, kind = self._topic(user, asked.topic), asked.topic.partition(".")[0]
        if kind not in self.snapshots or (kind in self.private) != bool(user):
            return Failure(TopicForbidden(asked.topic))
        if len(connection.topics) >= TOPICS_MAX and topic not in connection.topics:
            return Failure(RateLimited(60))
        _, drawn = await self.buckets.draw("topics", connection.address)
        if not drawn.is_granted:
            return Failure(RateLimited(drawn.retry_after))
        channel = self.hub.channel(topic)
        now = self.clock.monotonic()
        resumes = asked.from_seq is not None and not connection.is_latest_only(topic)
        missed = channel.since(asked.from_seq or 0, now) if resumes else None
        if missed is None:
            # What is published while the snapshot is read is sent after it: no gap, no reordering.
            seen = channel.seq
            try:
                data = await self.snapshots[kind](topic)
            except NotShownError as late:
                return Failure(NotCaughtUp(late.model))
            if data is None:
                return Failure(TopicForbidden(asked.topic))
            text = frame_text("snapshot", asked.topic, seen, self.clock.now(), data)
            connection.say(text)
            connection.numbers[topic] = seen
            missed = channel.since(seen, self.clock.monotonic()) or ()
        for frame in missed:
            connection.take(topic, frame)
        if connection.closing is None:
            connection.topics.add(topic)
            channel.listeners.add(connection)
        return Success(None)

    def _complain(self, connection: Connection, cause: Refusal) -> None:
        told = problem(cause, instance="", request_id="")
        connection.say(notice("error", self.clock.now(), to_json(told)))
