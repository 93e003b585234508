"""Events that a policy cannot handle: tried again beside the others, then laid aside or stopped at.

What waits behind such an event is what the same policy is to be told of the same stream; all else
goes on. A policy that moves money stops instead of leaving anything out.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import structlog
from attrs import define, field, frozen
from sqlalchemy import Connection

from adapters.db import log, subscribers
from adapters.db.rows import NotShownError
from adapters.db.subscribers import Letter, LetterState
from adapters.db.troubles import is_unavailable
from astracore.catalog.aggregates import EVENTS
from astracore.events.delivery import letter_id
from astracore.events.envelope import Envelope, StreamId
from astracore.events.stored import Stored, opened
from shell.settler import Clock
from shell.store import Store
from shell.streams import readable
from shell.workers.facts import UnreadableRowError
from shell.workers.served import Served

LOG = structlog.get_logger()
RETRY = (1.0, 5.0, 25.0, 125.0)  # [s] between the tries
TRIES = len(RETRY) + 1
WAITING_MAX = 1_000  # events that wait behind such ones before all policies wait with them
LETTERS = 100  # that are given again in one look
LOOK = 1.0  # [s] between looks for letters that staff want given again
WHY_MAX = 500
END = 2**62
MONEY = frozenset({"financial", "trading"})  # domains whose policies leave nothing out

Told: TypeAlias = tuple[Served, Envelope[object]]
T = TypeVar("T")
Lane: TypeAlias = tuple[str, StreamId]


def checkpoint_name(policy: str) -> str:
    """Where a policy's position is kept, and whose its dead letters are."""
    return f"policy:{policy}"


def is_passing(trouble: Exception) -> bool:
    """Whether it is no fault of the event: the store is away, or a model is being built."""
    return isinstance(trouble, NotShownError | UnreadableRowError) or is_unavailable(trouble)


@frozen
class Pace:
    """What time it is, and how to let some of it pass."""

    clock: Clock
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@define(eq=False, kw_only=True)
class Aside:
    """What is tried again. `attempt` asks all that one policy wants because of one event; `resume`
    begins again where a stopped policy stands."""

    store: Store
    pace: Pace
    attempt: Callable[[Told], Awaitable[None]]
    resume: Callable[[str], Awaitable[None]]
    is_money: Callable[[str], bool]
    stopped: dict[str, int] = field(factory=dict)  # policies, and the position each stopped at
    _lanes: dict[Lane, deque[Told]] = field(factory=dict)
    _tasks: dict[Lane, asyncio.Task[None]] = field(factory=dict)
    _moved: asyncio.Event = field(factory=asyncio.Event)

    def takes(self, told: Told) -> bool:
        """Whether this one waits behind another, or for a policy that stopped."""
        policy, envelope = told
        if policy.name in self.stopped:
            return True
        waiting = self._lanes.get((policy.name, envelope.stream))
        if not waiting or envelope.position < waiting[0][1].position:
            return False
        if envelope.position > waiting[-1][1].position:
            waiting.append(told)
        return True

    def add(self, told: Told, trouble: Exception) -> None:
        """Try this one again, after its first try came to `trouble`."""
        policy, envelope = told
        lane = policy.name, envelope.stream
        LOG.warning("policy_trouble", **named(told), why=words(trouble))
        self._lanes[lane] = deque([told])
        self._tasks[lane] = asyncio.create_task(self._work(lane, words(trouble)))

    def stands(self, policy: str, position: int) -> int:
        """How far a policy has come when all but what is here was answered up to `position`."""
        first = [
            waiting[0][1].position
            for (name, _), waiting in self._lanes.items()
            if name == policy and waiting
        ]
        return min(position, self.stopped.get(policy, END) - 1, min(first, default=END) - 1)

    async def has_room(self) -> None:
        """Wait until fewer than WAITING_MAX events wait."""
        await self._until(lambda: sum(map(len, self._lanes.values())) < WAITING_MAX)

    async def is_empty(self) -> None:
        """Wait until nothing is tried again any more."""
        await self._until(lambda: not self._lanes)

    async def clear(self) -> None:
        """Forget everything: it lies behind the kept positions and is read again."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lanes.clear()
        self._tasks.clear()
        self.stopped.clear()
        self._moved.set()

    async def run(self, policies: Callable[[], tuple[Served, ...]]) -> None:
        """Give letters again that staff ask for, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            try:
                await self.give_again(policies())
            except Exception:
                LOG.exception("letters_trouble")

    async def give_again(self, policies: tuple[Served, ...]) -> None:
        """One look for letters of these policies that are to be given again."""
        by_group = {checkpoint_name(one.name): one for one in policies}
        if not by_group:
            return
        found = await asyncio.wrap_future(
            self.store.reading(lambda connection: wanted(connection, tuple(by_group)))
        )
        for letter, stored in found:
            policy = by_group[letter.group]
            if policy.name in self.stopped:
                await self._mark(letter.id, LetterState.RETRIED)
                await self.resume(policy.name)
                continue
            told = policy, readable(opened(stored, EVENTS.decode))
            try:
                await self.attempt(told)
            except Exception as trouble:
                if is_passing(trouble):
                    raise
                await self._bury(told, letter.deliveries + 1, words(trouble))
            else:
                await self._mark(letter.id, LetterState.RETRIED)

    async def _until(self, done: Callable[[], bool]) -> None:
        while not done():
            self._moved.clear()
            await self._moved.wait()

    async def _work(self, lane: Lane, why: str) -> None:
        """Handle what waits in a lane, in order; a policy of money stops where one fails.

        What comes right behind one that was laid aside is tried once: it will fail likewise.
        """
        waiting, tried, most = self._lanes[lane], why, TRIES
        while waiting and lane[0] not in self.stopped:
            told = waiting[0]
            is_handled = await self._handled(told, tried, most)
            if not is_handled and self.is_money(lane[0]):
                self.stopped[lane[0]] = self.stands(lane[0], told[1].position) + 1
                LOG.error("policy_stopped", **named(told))
                break
            most = most if is_handled else 1
            waiting.popleft()
            tried = ""
            self._moved.set()
        del self._lanes[lane], self._tasks[lane]
        self._moved.set()

    async def _handled(self, told: Told, why: str, most: int) -> bool:
        """Try until it is handled, or was tried so often; one that lies aside is not tried on.
        `why` is what the first try came to, if there was one."""
        tries = 1 if why else 0
        while True:
            if tries == 1 and await self._patiently(lambda: self._is_dead(told)):
                return False
            if tries >= most:
                await self._patiently(lambda: self._bury(told, tries, why))  # noqa: B023
                return False
            if tries:
                await self.pace.sleep(RETRY[tries - 1])
            trouble = await self._patiently(lambda: self._tried(told))
            if trouble is None:
                return True
            tries, why = tries + 1, words(trouble)

    async def _tried(self, told: Told) -> Exception | None:
        try:
            await self.attempt(told)
        except Exception as trouble:
            if is_passing(trouble):
                raise
            LOG.warning("policy_trouble", **named(told), why=words(trouble))
            return trouble
        return None

    async def _patiently(self, work: Callable[[], Awaitable[T]]) -> T:
        """What `work` gives, once the store is there again: that counts as no try."""
        while True:
            try:
                return await work()
            except Exception:
                LOG.exception("policy_waits")
                await self.pace.sleep(RETRY[0])

    async def _is_dead(self, told: Told) -> bool:
        """Whether this event was laid aside before, and nobody has asked for it since."""
        name = letter_id(checkpoint_name(told[0].name), told[1].position)
        found = await asyncio.wrap_future(
            self.store.reading(lambda connection: subscribers.by_id(connection, name))
        )
        return found is not None and found.state is LetterState.DEAD

    async def _bury(self, told: Told, deliveries: int, why: str) -> None:
        group, envelope = checkpoint_name(told[0].name), told[1]
        letter = Letter(
            id=letter_id(group, envelope.position),
            group=group,
            position=envelope.position,
            event_id=envelope.event_id,
            type=envelope.type,
            deliveries=deliveries,
            why=why,
            at=self.pace.clock.now().micros,
            state=LetterState.DEAD,
        )
        refused = await asyncio.wrap_future(
            self.store.writing(lambda connection: subscribers.bury(connection, (letter,)))
        )
        LOG.error("dead_letter", **named(told), why=why, is_kept=not refused)

    async def _mark(self, id_: str, state: LetterState) -> None:
        await asyncio.wrap_future(
            self.store.writing(lambda connection: subscribers.mark(connection, id_, state))
        )


def named(told: Told) -> dict[str, str | int]:
    """Which event and policy, for the log."""
    policy, envelope = told
    return {
        "policy": policy.name,
        "position": envelope.position,
        "event_id": envelope.event_id,
        "stream": str(envelope.stream),
    }


def words(trouble: Exception) -> str:
    """What went wrong, in a line."""
    return f"{type(trouble).__name__}: {trouble}".partition("\n")[0][:WHY_MAX]


def wanted(connection: Connection, groups: tuple[str, ...]) -> list[tuple[Letter, Stored]]:
    """The letters of some groups that are to be given again, each with its event."""
    return [
        (letter, stored)
        for letter in subscribers.retrying(connection, groups, LETTERS)
        for stored in log.between(connection, letter.position, letter.position)
    ]
