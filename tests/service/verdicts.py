"""What is left after a trial: every key asked once more, every order counted, the log looked at."""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Sequence
from json import loads
from pathlib import Path

from attrs import define

from adapters.db import log
from astracore.catalog.aggregates import EVENTS
from astracore.outcome import is_failure
from astracore.projections.registry import MODELS
from shell.audit import verify
from shell.replay import replay
from shell.store import Store
from shell.stores import store_to_read
from tests.service.fleet import PATIENCE_S, Member, Player

BATCH = 5_000
ENDED = {"filled", "cancelled", "rejected", "expired"}


@define
class Counted:
    """How a trial ended."""

    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    unequal: tuple[str, ...] = ()  # read models that are not the fold of the log
    broken: str = ""  # how the chain does not hold
    unheard: int = 0  # events of the log that the subscriber was never told
    exits: tuple[int, ...] = ()


async def counted(players: Sequence[Player]) -> Counted:
    """Ask every key again, at any member; then compare the orders with the answers."""
    found = Counted()
    for verdict in await asyncio.gather(*(one_counted(player) for player in players)):
        found.acknowledged += verdict.acknowledged
        found.lost += verdict.lost
        found.doubled += verdict.doubled
    return found


async def one_counted(player: Player) -> Counted:
    """The same for one player."""
    for key in player.told:
        await player.again(key)
    promised = Counter(
        loads(told.answer[1])["order_id"]
        for told in player.told.values()
        if told.answer is not None and told.answer[0] == 201
    )
    found = Counted(acknowledged=len(player.told))
    for member in range(len(player.fleet)):
        there = Counter(await settled(player, member, promised.total()))
        found.lost = max(found.lost, (promised - there).total())
        found.doubled = max(found.doubled, (there - promised).total())
    return found


async def settled(player: Player, member: int, count: int) -> list[str]:
    """All orders, once there are so many and all have ended; as they are when that takes long."""
    until = time.monotonic() + PATIENCE_S
    while True:
        orders = await player.orders(member)
        quiet = len(orders) >= count and all(order["status"] in ENDED for order in orders)
        if quiet or time.monotonic() > until:
            return [order["order_id"] for order in orders]
        await asyncio.sleep(0.1)


async def closed(fleet: Sequence[Member], found: Counted, heard: Path | None) -> Counted:
    """Wait for the subscriber, stop the service politely, and look at its store."""
    store = store_to_read(fleet[0].data, fleet[0].database or None).unwrap()
    try:
        if heard is not None:
            found.unheard = await unheard(store, heard)
        found.exits = tuple(await asyncio.gather(*(one.end(signal.SIGTERM) for one in fleet)))
        await asyncio.to_thread(looked_at, store, found)
    finally:
        store.close()
    return found


def looked_at(store: Store, found: Counted) -> None:
    """Whether the chain holds and the read models are what the log says."""
    chain = verify(store)
    if is_failure(chain):
        found.broken = repr(chain.failure())
    models = replay(store, EVENTS, MODELS).unwrap()
    found.unequal = tuple(
        one.model for one in models if one.difference is not None or one.miscounted
    )


async def unheard(store: Store, heard: Path) -> int:
    """How many events of the log the subscriber who writes these lines is not told in time."""
    ids: dict[str, int] = {}
    position = 0
    while events := store.read(lambda connection: log.after(connection, position, BATCH)):  # noqa: B023
        ids |= {one.event_id: one.position for one in events}
        position = events[-1].position
    until = time.monotonic() + PATIENCE_S
    while True:
        told = await asyncio.to_thread(written, heard)
        first = min((ids[one] for one in told & ids.keys()), default=1)
        missing = sum(place > first and name not in told for name, place in ids.items())
        if missing == 0 or time.monotonic() > until:
            return missing
        await asyncio.sleep(0.5)


def written(heard: Path) -> set[str]:
    """The events in whole lines."""
    text = heard.read_bytes()
    return {loads(line)["event_id"] for line in text[: text.rfind(b"\n") + 1].splitlines()}
