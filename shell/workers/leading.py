"""Which process does what only one may do: fold the read models, run the policies, trade.

Each domain is led by one process of those that serve it. On a store of one process that is always
this one. On a shared store it is whoever holds the domain's lease: a process leads those of its
domains whose leases it gets, the others show what it stored and take over when it is gone.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, TypeAlias

import structlog
from attrs import define, field, frozen
from sqlalchemy import Connection

from adapters.clock import SystemClock
from adapters.db import leases
from adapters.db.leases import Lease
from adapters.ids import RandomIds
from astracore.instants import SECOND
from shell.settler import Clock
from shell.store import Store

LEASE = "lead:"  # how the leases' names begin
BEAT = 0.5  # [s] between renewals
LIFE = 2 * SECOND  # [µs] how long a leader may be silent
LOG = structlog.get_logger()

Duty: TypeAlias = Callable[[], Coroutine[Any, Any, None]]
Shift: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]


class LeadLostError(Exception):
    """Another process has taken over: what was about to be stored must not be."""


@frozen
class Term:
    """What a process leads from one moment to another, with (lease, token) of each domain.

    Who leads a domain again after somebody else did is in another term: what it remembers from
    before is worth nothing.
    """

    domains: frozenset[str] = frozenset()
    proofs: frozenset[tuple[str, int]] = frozenset()

    def of(self, domain: str) -> "Term":
        """The part of it that is about one domain."""
        proofs = (one for one in self.proofs if domain_of(one[0]) == domain)
        return Term(self.domains & {domain}, frozenset(proofs))


@define(eq=False)
class Post:
    """Whether this process leads one domain. One of the two events is always set."""

    leads: asyncio.Event = field(factory=asyncio.Event)
    follows: asyncio.Event = field(factory=asyncio.Event)

    def stand(self, *, leads: bool) -> None:
        """Say so to whoever waits."""
        here, gone = (self.leads, self.follows) if leads else (self.follows, self.leads)
        gone.clear()
        here.set()


class Lead(Protocol):
    """What this process leads, now and at each write."""

    domains: frozenset[str]  # those that it serves

    @property
    def term(self) -> Term:
        """What it leads now."""
        ...

    def post(self, domain: str) -> Post:
        """Whether it leads this one; never for a domain that it does not serve."""
        ...

    def fence(self, connection: Connection, term: Term) -> None:
        """Raise LeadLostError unless `term` still lasts, in the transaction that matters."""
        ...


@define(eq=False)
class Alone:
    """The one process of its store."""

    domains: frozenset[str]
    posts: dict[str, Post] = field(factory=dict)

    @property
    def term(self) -> Term:
        """All that it serves, for ever."""
        return Term(self.domains)

    def post(self, domain: str) -> Post:
        """It leads what it serves."""
        found = self.posts.setdefault(domain, Post())
        found.stand(leads=domain in self.domains)
        return found

    def fence(self, connection: Connection, term: Term) -> None:
        """Nobody else can have taken over."""


@define(eq=False)
class Candidate:
    """One of several processes. `run` asks for the leases until cancelled, and lets them go."""

    store: Store
    clock: Clock
    name: str
    monotonic: Callable[[], float]
    domains: frozenset[str]
    term: Term = Term()
    posts: dict[str, Post] = field(factory=dict)
    _until: float = 0.0  # by the monotonic clock: when silence has lasted too long

    def post(self, domain: str) -> Post:
        """Whether it leads this one."""
        if domain not in self.posts:
            self.posts[domain] = Post()
            self.posts[domain].stand(leads=domain in self.term.domains)
        return self.posts[domain]

    def fence(self, connection: Connection, term: Term) -> None:
        """Raise LeadLostError when one of the leases has another token by now."""
        if not leases.are_held(connection, term.proofs):
            raise LeadLostError

    async def run(self) -> None:
        """Ask, renew, and let go at the end."""
        try:
            while True:
                await self.ask()
                await asyncio.sleep(BEAT)
        finally:
            await self.let_go()

    async def let_go(self) -> None:
        """Lead nothing any more, so that others need not wait until the leases run out."""
        proofs = self.term.proofs
        self._stand(())
        with contextlib.suppress(Exception):  # they run out by themselves
            await asyncio.wrap_future(
                self.store.writing(lambda connection: leases.release_each(connection, proofs))
            )

    async def ask(self) -> None:
        """One beat: take or renew the leases that are free, or see who has them."""
        began, now = self.monotonic(), self.clock.now()
        wanted = [LEASE + domain for domain in sorted(self.domains)]
        try:
            found = await asyncio.wrap_future(
                self.store.writing(
                    lambda connection: leases.take_each(connection, wanted, self.name, now, LIFE)
                )
            )
        except Exception as trouble:  # noqa: BLE001 - whatever it is, there is no lease to rely on
            if self.monotonic() > self._until:
                LOG.warning("no store to ask", why=str(trouble))
                self._stand(())
            return
        self._until = began + LIFE / SECOND
        self._stand(one for one in found if one.holder == self.name)

    def _stand(self, held: Iterable[Lease]) -> None:
        """Lead what is held and nothing else. Who leads anew has stopped leading first."""
        proofs = frozenset((one.name, one.token) for one in held)
        if proofs == self.term.proofs:
            return
        lost = {domain_of(name) for name, _ in self.term.proofs - proofs}
        self.term = Term(frozenset(domain_of(name) for name, _ in proofs), proofs)
        LOG.info("leading", domains=sorted(self.term.domains), lost=sorted(lost))
        for domain in lost:
            self.post(domain).stand(leads=False)
        for domain in self.term.domains:
            self.post(domain).stand(leads=True)


def candidate_on(store: Store, clock: SystemClock, domains: frozenset[str]) -> Candidate:
    """This process, under a name of its own, among those that share a database."""
    return Candidate(store, clock, RandomIds().fresh(clock.now()), clock.monotonic, domains)


def domain_of(name: str) -> str:
    """The domain that a lease is of."""
    return name.removeprefix(LEASE)


async def on_duty(post: Post, shift: Shift) -> None:
    """Enter `shift` when this process leads, leave it when it does not any more; until cancelled.

    A shift that cannot be entered, or that fails, is tried again a little later.
    """
    while True:
        await post.leads.wait()
        try:
            async with shift():
                await post.follows.wait()
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
