"""The moving parts between the store and everybody else: command path, follower, policies."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import assert_never

from attrs import frozen
from returns.result import Result

from adapters.db.sqlite import (
    Database,
    OpenFault,
    StoreDamaged,
    StoreLocked,
    StoreVersion,
    open_store,
)
from astracore import __version__
from astracore.catalog.aggregates import CATALOGS
from astracore.events.catalog import merged
from astracore.policies.registry import POLICIES
from astracore.projections.registry import MODELS
from shell.bell import Bell
from shell.commands import Commands
from shell.settler import Clock, Maker, Settler
from shell.workers.follower import Follower, Following
from shell.workers.reactor import Reactor

DATABASE = "astra.sqlite"
MAKER = Maker(producer=f"astra@{__version__}", config_version="1")
EVENTS = merged(tuple(events for _, events in CATALOGS))


@frozen(kw_only=True)
class Runtime:
    """A store with its one command path and its one follower."""

    store: Database
    commands: Commands
    follower: Follower
    bell: Bell


def store_in(data: Path) -> Result[Database, OpenFault]:
    """The database of a data folder, taken for this process.  Errors: those of open_store."""
    return open_store(data / DATABASE)


def cannot_open(fault: OpenFault) -> str:
    """Why a store cannot be opened, and what to do."""
    match fault:
        case StoreLocked():
            return f"{fault.path} is being served by another process; stop that one first"
        case StoreVersion():
            return (
                f"{fault.path} has schema {fault.found or 'none'}, this program needs "
                f"{fault.wanted}: run `astra migrate`, or the program that made it"
            )
        case StoreDamaged():
            return f"{fault.path} cannot be used: {fault.why}"
        case _:
            assert_never(fault)


@asynccontextmanager
async def running(store: Database, clock: Clock) -> AsyncIterator[Runtime]:
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
