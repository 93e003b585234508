"""The bell between processes: who commits or folds says so, and the others look at once.

A word is `<process> <position>`. While a process hears its own words come back, it looks for what
the others do only now and then; without them it looks as often as if there were no bell.
"""

import asyncio
import re
from collections.abc import Callable

import structlog
from attrs import define, field

from astracore.events.envelope import Envelope
from shell.bell import GLANCE, Bell, heard_or_after
from shell.bus import Bus
from shell.workers.folding import Changed
from shell.workers.leading import Lead

WORD = re.compile(r"([0-9a-zA-Z-]{1,64}) (0|[1-9][0-9]{0,18})", re.ASCII)
BEAT = 0.5  # [s] between words to oneself
SILENCE = 1.5  # [s] without one's own words, after which the bell is not relied on
SELDOM = 0.25  # [s] between looks while the bell works
RETRY = 0.5  # [s] between attempts to listen
LOG = structlog.get_logger()


@define(eq=False)
class Ringer:
    """Rings for this process, whose `name` is its alone, and listens to the others."""

    bus: Bus
    bell: Bell
    lead: Lead
    name: str
    monotonic: Callable[[], float]
    _folded: int = 0  # up to here this process, leading, has folded
    _rung: tuple[int, int] = (0, 0)
    _heard_at: float | None = None  # when this process last heard itself
    _spoke_at: float = 0.0
    _ear: asyncio.Event = field(factory=asyncio.Event)

    def heard(self, events: tuple[Envelope[object], ...], _changed: tuple[Changed, ...]) -> None:
        """As a listener of the follower: what the leader folded is worth a word."""
        if events and self.lead.term.domains:
            self._folded = events[-1].position
            self._ear.set()

    async def speak(self) -> None:
        """Say what is new, and at each beat that one is there; until cancelled."""
        self._ear = self.bell.ear()
        try:
            while True:
                await heard_or_after(self._ear, BEAT)
                self._ear.clear()
                await self.say()
        finally:
            self.bell.leave(self._ear)

    async def say(self) -> None:
        """One word, if there is any to say."""
        now = self.monotonic()
        new = max(self.bell.newest, self._rung[0]), max(self._folded, self._rung[1])
        if new != self._rung or now >= self._spoke_at + BEAT:
            self._rung, self._spoke_at = new, now
            await self.bus.ring(f"{self.name} {max(new)}")
        silent = self._heard_at is None or now > self._heard_at + SILENCE
        glance = GLANCE if silent else SELDOM
        if glance != self.bell.glance:
            LOG.info("bell", works=not silent)
            self.bell.glance = glance

    async def listen(self) -> None:
        """Hear the others, until cancelled."""
        while True:
            fault = await self.bus.listen(self.hear)
            LOG.debug("bell_away", why=fault.why)
            await asyncio.sleep(RETRY)

    def hear(self, word: str) -> None:
        """One word. What is no word of ours is passed over: anybody may speak there."""
        said = WORD.fullmatch(word)
        if said is None:
            return
        if said[1] == self.name:
            self._heard_at = self.monotonic()
            return
        if int(said[2]) > self.bell.newest:
            self.bell.forget()  # what is in memory is no longer the end of the log
        self.bell.ring(())
