"""The doorbell: says that the log has grown, and by what. Missing a ring costs time, nothing else.

The newest events stay in memory, so that who follows the log need not read back and decode what
this process has just written. Whatever is not there is read from the log.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from itertools import takewhile

from astracore.events.envelope import Envelope

KEPT = 2_000  # events in memory
GLANCE = 0.02  # [s] between looks at what other processes do, while nobody else tells of it


class Bell:
    """Rung after each commit; everyone who listens wakes once, however often it was rung.

    `glance` [s] is how often to look at what other processes do.
    Invariant: the events in memory are the last ones of the log, without a gap.
    """

    def __init__(self) -> None:
        self.glance = GLANCE
        self._ears: list[asyncio.Event] = []
        self._newest: deque[Envelope[object]] = deque(maxlen=KEPT)

    def ear(self) -> asyncio.Event:
        """A listener's own event: it clears it itself, before it looks for what is new."""
        heard = asyncio.Event()
        heard.set()
        self._ears.append(heard)
        return heard

    def leave(self, heard: asyncio.Event) -> None:
        """Stop listening."""
        self._ears.remove(heard)

    def ring(self, events: Iterable[Envelope[object]]) -> None:
        """Wake all listeners: `events` were committed. To be called in the event loop's thread."""
        for one in events:
            if self._newest and one.position != self._newest[-1].position + 1:
                self._newest.clear()
            self._newest.append(one)
        for heard in self._ears:
            heard.set()

    @property
    def newest(self) -> int:
        """The position of the last event in memory, 0 when there is none."""
        return self._newest[-1].position if self._newest else 0

    def forget(self) -> None:
        """What was committed last is not known: the log has to be read."""
        self._newest.clear()

    def since(self, position: int, limit: int) -> tuple[Envelope[object], ...] | None:
        """At most `limit` events behind `position`, or None when the log must be read for them."""
        if not self._newest or position < self._newest[0].position - 1:
            return None
        found = list(takewhile(lambda one: one.position > position, reversed(self._newest)))
        return tuple(reversed(found[-limit:]))


async def heard_or_after(heard: asyncio.Event, seconds: float) -> None:
    """Wait for the bell, but no longer than `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await heard.wait()
    except TimeoutError:
        return
