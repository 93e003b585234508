"""The doorbell: says that the log has grown. Missing a ring costs time and nothing else."""

import asyncio


class Bell:
    """Rung after each commit; everyone who listens wakes once, however often it was rung."""

    def __init__(self) -> None:
        self._ears: list[asyncio.Event] = []

    def ear(self) -> asyncio.Event:
        """A listener's own event: it clears it itself, before it looks at the log."""
        heard = asyncio.Event()
        heard.set()
        self._ears.append(heard)
        return heard

    def leave(self, heard: asyncio.Event) -> None:
        """Stop listening."""
        self._ears.remove(heard)

    def ring(self) -> None:
        """Wake all listeners. To be called in the event loop's thread."""
        for heard in self._ears:
            heard.set()


async def heard_or_after(heard: asyncio.Event, seconds: float) -> None:
    """Wait for the bell, but no longer than `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await heard.wait()
    except TimeoutError:
        return
