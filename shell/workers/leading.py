"""Which process does what only one may do: fold the read models, run the policies, trade.

On a store of one process that is always this one. On a shared store it is whoever holds the lease;
the others show what the leader stored, and take over within seconds when it is gone.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, TypeAlias

import structlog
from attrs import define, field
from sqlalchemy import Connection

from adapters.db import leases
from adapters.db.leases import Lease
from astracore.instants import SECOND
from shell.settler import Clock
from shell.store import Store

LEASE = "leader"
BEAT = 0.5  # [s] between renewals
LIFE = 2 * SECOND  # [µs] how long a leader may be silent
LOG = structlog.get_logger()

Duty: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
Shift: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]


class LeadLostError(Exception):
    """Another process has taken over: what was about to be stored must not be."""


class Lead(Protocol):
    """Whether this process leads, now and at each write. One of the two events is always set."""

    leads: asyncio.Event
    follows: asyncio.Event

    def fence(self, connection: Connection) -> None:
        """Raise LeadLostError unless this process still leads, in the transaction that matters."""
        ...


@define(eq=False)
class Alone:
    """The one process of its store."""

    leads: asyncio.Event = field(factory=asyncio.Event)
    follows: asyncio.Event = field(factory=asyncio.Event)

    def __attrs_post_init__(self) -> None:
        self.leads.set()

    def fence(self, connection: Connection) -> None:
        """Nobody else can have taken over."""


@define(eq=False)
class Candidate:
    """One of several processes. `run` asks for the lease until cancelled, and then lets it go."""

    store: Store
    clock: Clock
    name: str
    monotonic: Callable[[], float]
    leads: asyncio.Event = field(factory=asyncio.Event)
    follows: asyncio.Event = field(factory=asyncio.Event)
    _held: Lease | None = None
    _until: float = 0.0  # by the monotonic clock: when silence has lasted too long

    def __attrs_post_init__(self) -> None:
        self.follows.set()

    def fence(self, connection: Connection) -> None:
        """Raise LeadLostError when the lease has another token by now."""
        if self._held is None or not leases.is_held(connection, self._held):
            self._step_down("taken over")
            raise LeadLostError

    async def run(self) -> None:
        """Ask, renew, and let go at the end."""
        try:
            while True:
                await self.ask()
                await asyncio.sleep(BEAT)
        finally:
            held, self._held = self._held, None
            self._step_down("stopping")
            if held is not None:
                with contextlib.suppress(Exception):  # it runs out by itself
                    await asyncio.wrap_future(
                        self.store.writing(lambda connection: leases.release(connection, held))
                    )

    async def ask(self) -> None:
        """One beat: take or renew the lease, or see who has it."""
        began, now = self.monotonic(), self.clock.now()
        try:
            found = await asyncio.wrap_future(
                self.store.writing(
                    lambda connection: leases.take(connection, LEASE, self.name, now, LIFE)
                )
            )
        except Exception as trouble:  # noqa: BLE001 - whatever it is, there is no lease to rely on
            if self.monotonic() > self._until:
                self._step_down(f"no store: {trouble}")
            return
        if found.holder != self.name:
            self._step_down("another one leads")
            return
        self._until = began + LIFE / SECOND
        if self._held is None or self._held.token != found.token:
            LOG.info("leading", token=found.token)
        self._held = found
        self.follows.clear()
        self.leads.set()

    def _step_down(self, why: str) -> None:
        if self.leads.is_set():
            LOG.warning("no longer leading", why=why)
        self._held = None
        self.leads.clear()
        self.follows.set()


async def on_duty(lead: Lead, shift: Shift) -> None:
    """Enter `shift` when this process leads, leave it when it does not any more; until cancelled.

    A shift that cannot be entered, or that fails, is tried again a little later.
    """
    while True:
        await lead.leads.wait()
        try:
            async with shift():
                await lead.follows.wait()
        except Exception:
            LOG.exception("shift_trouble")
            await asyncio.sleep(BEAT)


@asynccontextmanager
async def working(*duties: Duty) -> AsyncIterator[None]:
    """Run duties in the background for as long as the block lasts."""
    tasks = [asyncio.create_task(one()) for one in duties]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
