"""The moving parts between the store and everybody else: command path, follower, policies."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import frozen

from astracore import __version__
from astracore.catalog.aggregates import CATALOGS
from astracore.events.catalog import merged
from astracore.policies.registry import POLICIES
from astracore.projections.registry import MODELS
from shell.bell import Bell
from shell.commands import Commands
from shell.settler import Clock, Maker, Settler
from shell.store import Store
from shell.workers.follower import Follower, Following
from shell.workers.reactor import Reactor

MAKER = Maker(producer=f"astra@{__version__}", config_version="1")
EVENTS = merged(tuple(events for _, events in CATALOGS))


@frozen(kw_only=True)
class Runtime:
    """A store with its one command path and its one follower."""

    store: Store
    commands: Commands
    follower: Follower
    bell: Bell


@asynccontextmanager
async def running(store: Store, clock: Clock) -> AsyncIterator[Runtime]:
    """Follow the log and run the policies until the block ends; then close the store.

    Ending early is safe at any point: what was acknowledged is stored, the rest is made up for
    at the next start.
    """
    bell = Bell()
    commands = Commands(Settler(store, clock, bell, MAKER))
    reactor = Reactor(store, commands, POLICIES)
    follower = Follower(store, bell, Following(catalog=EVENTS, models=MODELS), reactor)
    tasks = (asyncio.create_task(reactor.run()), asyncio.create_task(follower.run()))
    try:
        yield Runtime(store=store, commands=commands, follower=follower, bell=bell)
    finally:
        await commands.close()
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(store.close)
