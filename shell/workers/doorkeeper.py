"""Rings the bell for what other processes have written to a shared store."""

import asyncio

import structlog

from adapters.db import log
from shell.bell import Bell
from shell.store import Store

RETRY = 0.5  # [s] after trouble with the store
LOG = structlog.get_logger()


class Doorkeeper:
    """Looks at the log's head. Missing a look costs time, nothing else."""

    def __init__(self, store: Store, bell: Bell) -> None:
        self._store = store
        self._bell = bell
        self._seen = 0

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                head = await asyncio.wrap_future(self._store.reading(log.log_head))
            except Exception as trouble:  # noqa: BLE001 - away for now; asked again
                LOG.warning("doorkeeper_trouble", why=str(trouble))
                await asyncio.sleep(RETRY)
                continue
            if head.position > max(self._seen, self._bell.newest):
                self._bell.forget()  # what is in memory is no longer the end of the log
                self._bell.ring(())
            self._seen = head.position
            await asyncio.sleep(self._bell.glance)
