"""Policies at work: events become commands of other domains, through the one command path."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

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
from shell.workers.aside import MONEY, RETRY, Aside, Pace, Told, checkpoint_name, is_passing
from shell.workers.facts import Look, Wired
from shell.workers.served import Served

LOG = structlog.get_logger()
WAITING = 16  # steps that may wait for the policies before the follower waits with them
VERSION = 1
STRIDE = 500  # the position is kept after so many events: at most these are asked again
END = 2**62  # behind any position: where nobody is who has no policies


NOBODY: Mapping[str, tuple[str, ...]] = MappingProxyType({})


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
        *,
        pace: Pace,
    ) -> None:
        self._store = store
        self._commands = commands
        self._all = tuple((domain_of(one.name), one) for one in policies)
        self._policies: tuple[Served, ...] = ()  # those of the domains it leads
        self._before = before
        self._concerned: defaultdict[type, list[Served]] = defaultdict(list)
        self._starts: dict[str, int] = {}
        self._queue: asyncio.Queue[Due] = asyncio.Queue(WAITING)
        self._pace = pace
        self.aside = Aside(
            store=store,
            pace=pace,
            attempt=self._attempt,
            resume=self._resume,
            is_money=lambda name: domain_of(name) in MONEY,
        )
        self._done = 0
        self._kept = 0
        self.position = 0  # up to here events were taken

    async def begin(self, domains: frozenset[str]) -> None:
        """Run the policies of these domains from now on: wait for what was taken before, learn
        where they stand."""
        await self._queue.join()
        await self.aside.clear()
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
        await self.aside.is_empty()
        return self._done >= position

    async def run(self) -> None:
        """React until cancelled."""
        try:
            while True:
                due = await self._queue.get()
                await self.aside.has_room()
                tries = 0
                while not await self._settled(due):
                    await self._pace.sleep(RETRY[min(tries, len(RETRY) - 1)])
                    tries += 1
                self._done = max(self._done, due.position)
                self._queue.task_done()
        finally:
            await self.aside.clear()

    async def is_well(self) -> bool:
        """Whether no policy of this process has stopped."""
        return not self.aside.stopped

    async def give_again(self) -> None:
        """Give dead letters again that staff ask for, until cancelled."""
        await self.aside.run(lambda: self._policies)

    async def _settled(self, due: Due) -> bool:
        """Ask for everything, in order; True when all is answered, or set aside, and the position
        is kept."""
        told = tuple(one for one in due.told if not self.aside.takes(one))
        try:
            if not await self._at_once(told, due.position):
                for one in told:
                    await self._alone(one)
            if due.position - self._kept >= STRIDE:
                await asyncio.wrap_future(self._store.writing(self._keeping(due.position)))
                self._kept = due.position
        except Exception:
            LOG.exception("policies_wait", position=due.position)
            return False
        return True

    async def _at_once(self, told: tuple[Told, ...], position: int) -> bool:
        """Ask for everything together; False when some event is to blame.  Raises: what passes."""
        try:
            asked = await self._asked(told, position)
            await asyncio.gather(*(self._ask(one) for one in asked))
        except Exception as trouble:
            if is_passing(trouble):
                raise
            return False
        return True

    async def _alone(self, told: Told) -> None:
        """Ask for one; set it aside if it cannot be handled.  Raises: what passes."""
        if self.aside.takes(told):
            return
        try:
            await self._attempt(told)
        except Exception as trouble:
            if is_passing(trouble):
                raise
            self.aside.add(told, trouble)

    async def _attempt(self, told: Told) -> None:
        for one in await self._asked((told,), told[1].position):
            await self._ask(one)

    async def _resume(self, name: str) -> None:
        """Begin again where a stopped policy stands; the others go on where they are."""
        stands = self.aside.stopped.pop(name) - 1
        self._starts = {one.name: self.position for one in self._policies} | {name: stands}
        self.position = min(self.position, stands)

    async def _asked(self, told: tuple[Told, ...], position: int) -> tuple[Reaction[Command], ...]:
        """What the policies ask for, in the order of the log; rows are read where one is named."""
        if not any(isinstance(policy, Wired) for policy, _ in told):
            return all_asked(None, told)
        return await asyncio.wrap_future(
            self._store.reading(lambda connection: all_asked(Look(connection, position), told))
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
        names: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
        for policy in self._policies:
            stands = self.aside.stands(policy.name, position)
            names[stands].append((checkpoint_name(policy.name), VERSION))

        def keep(connection: Connection) -> None:
            for stands, those in names.items():
                rows.advance(connection, those, stands)

        return keep


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
