"""The moving parts between the store and everybody else: command path, follower, policies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from attrs import frozen

from astracore import __version__
from astracore.catalog.aggregates import EVENTS
from astracore.projections.registry import MODELS
from shell.bell import Bell
from shell.commands import Commands
from shell.domains import ALL, HOMES, by_domain, domain_of_model
from shell.settler import Clock, Maker, Settler
from shell.store import Store
from shell.workers.aside import Pace
from shell.workers.doorkeeper import Doorkeeper
from shell.workers.follower import Follower, Following
from shell.workers.leading import Alone, Candidate, Lead, working
from shell.workers.reactor import Reactor
from shell.workers.served import BEFORE, SERVED

MAKER = Maker(producer=f"astra@{__version__}", config_version="1")


@frozen(kw_only=True)
class Runtime:
    """A store with its one command path and its one follower."""

    store: Store
    commands: Commands
    follower: Follower
    bell: Bell
    lead: Lead
    reactor: Reactor


@asynccontextmanager
async def running(
    store: Store,
    clock: Clock,
    lead: Candidate | None = None,
    domains: frozenset[str] = ALL,
) -> AsyncIterator[Runtime]:
    """Follow the log and, where this process leads, fold it and run the policies; then close.

    Without a `lead` the store is this process's alone, which serves `domains`. Ending early is safe
    at any point: what was acknowledged is stored, the rest is made up for at the next start.
    """
    bell, leading = Bell(), lead or Alone(domains)
    commands = Commands(Settler(store, clock, bell, MAKER), store.alias)
    reactor = Reactor(store, commands, SERVED, BEFORE, HOMES.__getitem__, pace=Pace(clock))
    following = Following(catalog=EVENTS, models=by_domain(MODELS, domain_of_model))
    follower = Follower(store, bell, following, reactor, leading)
    shared = () if lead is None else (lead.run, Doorkeeper(store, bell).run)
    try:
        async with working(*shared, reactor.run, reactor.give_again, follower.run):
            yield Runtime(
                store=store,
                commands=commands,
                follower=follower,
                bell=bell,
                lead=leading,
                reactor=reactor,
            )
            await commands.close()
    finally:
        await asyncio.to_thread(store.close)
