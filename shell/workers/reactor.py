"""Policies at work: events become commands of other domains, through the one command path."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import structlog
from attrs import frozen
from sqlalchemy import Connection

from adapters.db import log, rows
from astracore.events.envelope import Envelope
from astracore.events.policy import Policy, Reaction, reactions
from astracore.outcome import is_failure
from shell.asked import Asked, Command, CommandPort
from shell.domains import PLATFORM
from shell.store import Store
from shell.workers.facts import Look, Wired
from shell.workers.served import Served

LOG = structlog.get_logger()
WAITING = 16  # steps that may wait for the policies before the follower waits with them
RETRY = (1.0, 5.0, 25.0, 125.0)  # [s] after trouble with the store; the last one for ever
VERSION = 1
STRIDE = 500  # the position is kept after so many events: at most these are asked again
END = 2**62  # behind any position: where nobody is who has no policies


Told: TypeAlias = tuple[Served, Envelope[object]]
NOBODY: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def checkpoint_name(policy: str) -> str:
    """Where a policy's position is kept."""
    return f"policy:{policy}"


@frozen(kw_only=True)
class Due:
    """Which events of one step concern which policies, and where these stand when that is done."""

    told: tuple[Told, ...]
    position: int


class Reactor:
    """Runs the policies behind the follower, in log order.

    The position moves some time after the commands, forward only: at the next start some are
    asked again, and their derived ids give what was stored the first time. A policy that takes
    the place of others (`before`) begins where these stopped.
    """

    def __init__(
        self,
        store: Store,
        commands: CommandPort,
        policies: tuple[Served, ...],
        before: Mapping[str, tuple[str, ...]] = NOBODY,
        domain_of: Callable[[str], str] = lambda _name: PLATFORM,
    ) -> None:
        self._store = store
        self._commands = commands
        self._all = tuple((domain_of(one.name), one) for one in policies)
        self._policies: tuple[Served, ...] = ()  # those of the domains it leads
        self._before = before
        self._concerned: defaultdict[type, list[Served]] = defaultdict(list)
        self._starts: dict[str, int] = {}
        self._queue: asyncio.Queue[Due] = asyncio.Queue(WAITING)
        self._done = 0
        self._kept = 0
        self.position = 0  # up to here events were taken

    async def begin(self, domains: frozenset[str]) -> None:
        """Run the policies of these domains from now on: wait for what was taken before, learn
        where they stand."""
        await self._queue.join()
        self._policies = tuple(policy for domain, policy in self._all if domain in domains)
        self._concerned.clear()
        for policy in self._policies:
            for shape in policy.events:
                self._concerned[shape].append(policy)
        self._starts = await asyncio.wrap_future(self._store.reading(self._stored_positions))
        self.position = min(self._starts.values(), default=END)
        self._done = self._kept = self.position

    @property
    def has_room(self) -> bool:
        """Whether `take` would not have to wait."""
        return not self._queue.full()

    async def take(self, events: Iterable[Envelope[object]]) -> None:
        """Queue what the policies are to be told of `events`, which the read models have folded."""
        told: list[Told] = []
        for envelope in events:
            if envelope.position <= self.position:
                continue
            self.position = envelope.position
            told += [
                (policy, envelope)
                for policy in self._concerned.get(type(envelope.event), ())
                if envelope.position > self._starts.get(policy.name, 0)
            ]
        await self._queue.put(Due(told=tuple(told), position=self.position))

    async def reached(self, position: int) -> bool:
        """Whether all commands up to `position` are answered; waits for those that were taken."""
        if self.position < position:
            return False
        await self._queue.join()
        return self._done >= position

    async def run(self) -> None:
        """React until cancelled."""
        while True:
            due = await self._queue.get()
            tries = 0
            while not await self._settled(due):
                await asyncio.sleep(RETRY[min(tries, len(RETRY) - 1)])
                tries += 1
            self._done = max(self._done, due.position)
            self._queue.task_done()

    async def _settled(self, due: Due) -> bool:
        """Ask for everything, in order; True when all is answered and the position is kept."""
        try:
            await asyncio.gather(*(self._ask(one) for one in await self._asked(due)))
            if due.position - self._kept >= STRIDE:
                await asyncio.wrap_future(self._store.writing(self._keeping(due.position)))
                self._kept = due.position
        except Exception:
            LOG.exception("policy_trouble", position=due.position)
            return False
        return True

    async def _asked(self, due: Due) -> tuple[Reaction[Command], ...]:
        """What the policies ask for, in the order of the log; rows are read where one is named."""
        if not any(isinstance(policy, Wired) for policy, _ in due.told):
            return all_asked(None, due.told)
        return await asyncio.wrap_future(
            self._store.reading(
                lambda connection: all_asked(Look(connection, due.position), due.told)
            )
        )

    async def _ask(self, one: Reaction[Command]) -> None:
        """A refusal is an answer too: it is stored, and the same event is refused for ever."""
        origin = one.origin
        result = await self._commands.run(
            Asked(command=one.command, origin=origin, digest=origin.command_id)
        )
        if is_failure(result):
            LOG.warning(
                "policy_refused",
                policy=origin.actor,
                cause=origin.causation_id,
                code=result.failure().fault.code,
            )

    def _stored_positions(self, connection: Connection) -> dict[str, int]:
        def stands(name: str) -> int | None:
            found = rows.checkpoint(connection, checkpoint_name(name))
            return None if found is None else found.position

        starts = {}
        for policy in self._policies:
            own = stands(policy.name)
            starts[policy.name] = self._inherited(connection, policy) if own is None else own
        return starts

    def _inherited(self, connection: Connection, policy: Served) -> int:
        """Where those stopped whose place a new policy takes: no later fact was theirs."""
        actors = tuple(f"policy:{name}" for name in self._before.get(policy.name, ()))
        return log.newest_of(connection, actors) if actors else 0

    def _keeping(self, position: int) -> Callable[[Connection], None]:
        names = [(checkpoint_name(policy.name), VERSION) for policy in self._policies]
        return lambda connection: rows.advance(connection, names, position)


def all_asked(look: Look | None, told: Iterable[Told]) -> tuple[Reaction[Command], ...]:
    """What policies ask for because of events; those that are told a row need a look."""
    return tuple(
        reaction for policy, envelope in told for reaction in asked_by(look, policy, envelope)
    )


def asked_by(
    look: Look | None, policy: Served, envelope: Envelope[object]
) -> tuple[Reaction[Command], ...]:
    """What one policy asks for because of one event."""
    if isinstance(policy, Policy):
        return reactions(policy, envelope)
    return () if look is None else policy.react(look, envelope)
