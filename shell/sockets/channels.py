"""Numbered topics and who listens: every frame of a topic is made once and sent to many.

A sequence begins at the process's start time in milliseconds, so that a number given out before a
restart is older than every number after it, and asking to resume from it gives a snapshot.
"""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Protocol

import orjson
from attrs import define, field, frozen

from astracore.instants import Instant, instant_text

RING_FRAMES_MAX = 1000
RING_SECONDS_MAX = 300
CHANNELS_MAX = 20_000


@frozen(order=True)
class Topic:
    """What can be listened to; `owner` is the user of a private topic, "" of a public one."""

    name: str
    owner: str = ""


@frozen
class Frame:
    """One numbered message of a topic. `text` is made once for everybody who receives it."""

    seq: int
    op: str
    at: Instant
    data: bytes
    text: str
    made: float  # monotonic [s]


class Listener(Protocol):
    """Somebody who takes frames and never waits."""

    def take(self, topic: Topic, frame: Frame) -> None:
        """Queue `frame`, or give up on the connection."""
        ...


def frame_text(op: str, topic: str, seq: int, at: Instant, data: bytes) -> str:
    """The JSON of one frame; `data` is JSON already."""
    head = orjson.dumps({"op": op, "topic": topic, "seq": seq, "at": instant_text(at)})
    return (head[:-1] + b',"data":' + data + b"}").decode()


@define
class Channel:
    """The recent frames of one topic and its listeners.  Invariant: seq rises by one."""

    topic: Topic
    seq: int
    ring: deque[Frame] = field(factory=lambda: deque(maxlen=RING_FRAMES_MAX))
    listeners: set[Listener] = field(factory=set)

    def since(self, seq: int, now: float) -> tuple[Frame, ...] | None:
        """The frames after `seq`, or None when they are no longer all here."""
        if seq == self.seq:
            return ()
        kept = [frame for frame in self.ring if frame.seq > seq]
        if seq > self.seq or not kept or kept[0].seq != seq + 1:
            return None
        return tuple(kept) if now - kept[0].made <= RING_SECONDS_MAX else None


@define
class Hub:
    """All channels of this process. Used from the event loop alone."""

    first: int
    monotonic: Callable[[], float]
    channels: OrderedDict[Topic, Channel] = field(factory=OrderedDict)
    published: int = 0

    def channel(self, topic: Topic) -> Channel:
        """The channel of a topic; an idle one makes room when there are too many."""
        found = self.channels.get(topic)
        if found is None:
            found = Channel(topic, self.first)
            self.channels[topic] = found
            if len(self.channels) > CHANNELS_MAX:
                self._forget_one()
        self.channels.move_to_end(topic)
        return found

    def publish(self, op: str, topic: Topic, at: Instant, data: bytes) -> None:
        """Number a message and hand it to everybody who listens."""
        channel = self.channel(topic)
        channel.seq += 1
        text = frame_text(op, topic.name, channel.seq, at, data)
        frame = Frame(channel.seq, op, at, data, text, self.monotonic())
        channel.ring.append(frame)
        self.published += 1
        for listener in tuple(channel.listeners):
            listener.take(topic, frame)

    def has_listeners(self, topic: Topic) -> bool:
        """Whether anybody would receive what is published on `topic`."""
        channel = self.channels.get(topic)
        return channel is not None and bool(channel.listeners)

    def leave(self, topic: Topic, listener: Listener) -> None:
        """Stop sending `topic` to `listener`."""
        channel = self.channels.get(topic)
        if channel is not None:
            channel.listeners.discard(listener)

    def _forget_one(self) -> None:
        # A forgotten channel begins again above every number it gave out.
        for topic, channel in self.channels.items():
            if not channel.listeners:
                del self.channels[topic]
                self.first = max(self.first, channel.seq + 1)
                return
