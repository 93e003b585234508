"""Policies at work: events become commands of other domains, through the one command path."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from attrs import frozen
from sqlalchemy import Connection

from adapters.db import rows
from astracore.events.envelope import Envelope
from astracore.events.policy import Policy, Reaction, reactions
from astracore.outcome import is_failure
from shell.asked import Asked, Command, CommandPort
from shell.store import Store

LOG = structlog.get_logger()
WAITING = 16  # steps that may wait for the policies before the follower waits with them
RETRY = (1.0, 5.0, 25.0, 125.0)  # [s] after trouble with the store; the last one for ever
VERSION = 1
STRIDE = 500  # the position is kept after so many events: at most these are asked again
END = 2**62  # behind any position: where nobody is who has no policies


def checkpoint_name(policy: Policy[Any, Command]) -> str:
    """Where a policy's position is kept."""
    return f"policy:{policy.name}"


@frozen(kw_only=True)
class Due:
    """What one step asks for, and where the policies stand when that is done."""

    reactions: tuple[Reaction[Command], ...]
    position: int


class Reactor:
    """Runs the policies behind the follower, in log order.

    The position moves some time after the commands, forward only: at the next start some are
    asked again, and their derived ids give what was stored the first time.
    """

    def __init__(
        self, store: Store, commands: CommandPort, policies: tuple[Policy[Any, Command], ...]
    ) -> None:
        self._store = store
        self._commands = commands
        self._policies = policies
        self._starts: dict[str, int] = {}
        self._queue: asyncio.Queue[Due] = asyncio.Queue(WAITING)
        self._done = 0
        self._kept = 0
        self.position = 0  # up to here events were taken

    async def begin(self) -> None:
        """Learn where the policies stand, and wait for what was taken before."""
        await self._queue.join()
        self._starts = await asyncio.wrap_future(self._store.reading(self._stored_positions))
        self.position = min(self._starts.values(), default=END)
        self._done = self._kept = self.position

    async def take(self, events: Iterable[Envelope[object]]) -> None:
        """Queue what the policies ask for because of `events`."""
        asked: list[Reaction[Command]] = []
        for envelope in events:
            if envelope.position <= self.position:
                continue
            self.position = envelope.position
            asked += [
                reaction
                for policy in self._policies
                if envelope.position > self._starts.get(policy.name, 0)
                for reaction in reactions(policy, envelope)
            ]
        await self._queue.put(Due(reactions=tuple(asked), position=self.position))

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
            await asyncio.gather(*(self._ask(one) for one in due.reactions))
            if due.position - self._kept >= STRIDE:
                await asyncio.wrap_future(self._store.writing(self._keeping(due.position)))
                self._kept = due.position
        except Exception:
            LOG.exception("policy_trouble", position=due.position)
            return False
        return True

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
        starts = {}
        for policy in self._policies:
            found = rows.checkpoint(connection, checkpoint_name(policy))
            starts[policy.name] = 0 if found is None else found.position
        return starts

    def _keeping(self, position: int) -> Callable[[Connection], None]:
        names = [(checkpoint_name(policy), VERSION) for policy in self._policies]
        return lambda connection: rows.advance(connection, names, position)
