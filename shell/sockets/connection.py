"""One WebSocket: its queue, its limits, its end."""

import asyncio
from collections import deque
from collections.abc import Mapping
from enum import IntEnum

from aiohttp import web
from attrs import define, field

from astracore.instants import Instant
from shell.sockets.channels import Frame, Hub, Topic, frame_text

QUEUE_FRAMES_MAX = 1000
TOPICS_MAX = 100
MESSAGES_A_MINUTE_MAX = 60


class Close(IntEnum):
    """Why a socket ends (application codes of WebSocket)."""

    GOING_AWAY = 1001
    POLICY = 1008
    TOKEN_ENDED = 4001
    TOO_MANY = 4007
    TOO_SLOW = 4008
    TOO_LOUD = 4029


# Said with the end, so that a client need not know the numbers.
REASONS: Mapping[Close, bytes] = {
    Close.GOING_AWAY: b"going away",
    Close.POLICY: b"invalid_request: text messages only",
    Close.TOKEN_ENDED: b"unauthenticated: a valid token comes first",
    Close.TOO_MANY: b"rate_limited: too many sockets of one user",
    Close.TOO_SLOW: b"rate_limited: read too slowly, resume by number",
    Close.TOO_LOUD: b"rate_limited: too many messages in a minute",
}


@define(eq=False)
class Connection:
    """What is queued for one client.

    Topics in `latest` keep their newest frame only and are numbered for this client; of all others
    none is ever dropped: who reads too slowly is cut off with 4008 and resumes by number.
    """

    socket: web.WebSocketResponse
    hub: Hub
    queue: deque[str] = field(factory=deque)
    newest: dict[Topic, Frame] = field(factory=dict)
    numbers: dict[Topic, int] = field(factory=dict)  # the last given, of topics in `latest`
    topics: set[Topic] = field(factory=set)
    latest: frozenset[str] = frozenset()
    address: str = ""
    bell: asyncio.Event = field(factory=asyncio.Event)
    closing: Close | None = None
    said: deque[float] = field(factory=deque)

    def take(self, topic: Topic, frame: Frame) -> None:
        """Queue a frame; a queue at its bound ends the connection."""
        if self.is_latest_only(topic):
            self.newest[topic] = frame
            self.bell.set()
            return
        self.say(frame.text)

    def is_latest_only(self, topic: Topic) -> bool:
        """Whether only the newest frame of `topic` matters."""
        return topic.name.partition(".")[0] in self.latest

    def say(self, text: str) -> None:
        """Queue a message that is not a topic's frame, under the same bound."""
        if len(self.queue) >= QUEUE_FRAMES_MAX:
            self.end(Close.TOO_SLOW)
            return
        self.queue.append(text)
        self.bell.set()

    def end(self, why: Close) -> None:
        """Stop: nothing more is queued and the writer closes the socket."""
        self.closing = self.closing or why
        self.queue.clear()
        self.newest.clear()
        self.forget_topics()
        self.bell.set()

    def forget_topics(self) -> None:
        """Leave every topic."""
        for topic in self.topics:
            self.hub.leave(topic, self)
        self.topics.clear()

    def is_too_loud(self, now: float) -> bool:
        """Count one message of the client: more than 60 within a minute are too many."""
        self.said.append(now)
        while self.said and now - self.said[0] > 60:
            self.said.popleft()
        return len(self.said) > MESSAGES_A_MINUTE_MAX

    async def write(self) -> None:
        """Send what is queued until the connection ends; the only sender of this socket."""
        while self.closing is None:
            await self.bell.wait()
            self.bell.clear()
            while self.queue and self.closing is None:
                await self.socket.send_str(self.queue.popleft())
            for topic in tuple(self.newest):
                await self._send_newest(topic)
        await self.socket.close(code=self.closing, message=REASONS[self.closing])

    async def _send_newest(self, topic: Topic) -> None:
        frame = self.newest.pop(topic, None)
        if frame is not None and self.closing is None:
            await self.socket.send_str(self._renumbered(topic, frame))

    def _renumbered(self, topic: Topic, frame: Frame) -> str:
        seq = self.numbers[topic] = self.numbers.get(topic, frame.seq - 1) + 1
        return frame_text(frame.op, topic.name, seq, frame.at, frame.data)


def notice(op: str, at: Instant, data: bytes) -> str:
    """A message of the socket itself: ready, pong, heartbeat, error."""
    return frame_text(op, "", 0, at, data)
