"""`astra events`: what may happen, and what happens, as lines that other programs read."""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence

from returns.result import Failure, Result, Success

from adapters.bus.redis import redis_bus
from adapters.clock import SystemClock
from adapters.ids import RandomIds
from astracore.catalog.registry import EVENT_TYPES
from astracore.errors.events import GroupGone
from astracore.events.delivery import Reader, TakeFault, group_name, stream_of
from astracore.outcome import is_failure
from shell.bus import Readers
from shell.cli.main import complain

LIMIT_S = 5.0  # for an answer of the bus
BATCH = 100  # events of each stream in one look
WAIT_S = 1.0  # for something new
RETRY_S = 0.5


def arguments(parser: argparse.ArgumentParser) -> None:
    """`types`, `follow` and `leave`."""
    ways = parser.add_subparsers(dest="way", required=True, metavar="types|follow|leave")
    types = ways.add_parser("types", help="every event type: name, meaning")
    types.add_argument("--domain", help="of one domain alone, such as user")
    for name, text in (("follow", "print events as JSON lines"), ("leave", "forget a group")):
        way = ways.add_parser(name, help=text)
        way.add_argument("--group", required=True, help="who reads; several may share a group")
        way.add_argument(
            "--bus", default=os.environ.get("ASTRA_BUS"), help="redis://… (default: $ASTRA_BUS)"
        )
        if name == "follow":
            way.add_argument("--types", nargs="+", default=(), help="event names; a domain; all")
            way.add_argument("--limit", type=int, help="stop after so many events")


def run(given: argparse.Namespace) -> int:
    """0; 1 when there was no such group; 2 when misused."""
    if given.way == "types":
        return listed(given.domain)
    name = group_name(given.group)
    if is_failure(name):
        return complain(f"--group {name.failure().text}: a-z, 0-9, - and _, a letter first")
    if given.bus is None:
        return complain("no bus: give --bus redis://… or set ASTRA_BUS")
    bus = redis_bus(given.bus, time.monotonic, LIMIT_S)
    if is_failure(bus):
        return complain(f"--bus: {bus.failure().why}")
    if given.way == "leave":
        return asyncio.run(left(bus.unwrap(), given.group))
    streams = streams_for(given.types)
    if is_failure(streams):
        return complain(f"--types {streams.failure()}: no such event; see `astra events types`")
    reader = Reader(
        group=given.group,
        name=RandomIds().fresh(SystemClock().now()),
        streams=streams.unwrap(),
    )
    return asyncio.run(followed(bus.unwrap(), reader, given.limit))


def listed(domain: str | None) -> int:
    """Print every event type."""
    found = [one for one in EVENT_TYPES.values() if domain in (None, one.domain)]
    for one in sorted(found, key=lambda one: one.name):
        sys.stdout.write(f"{one.name:<56} {one.meaning}\n")
    return 0 if found else complain(f"no events of the domain {domain}")


def streams_for(wanted: Sequence[str]) -> Result[tuple[str, ...], str]:
    """The streams of event names, with or without version, or of domains; all without any.

    >>> streams_for(["nothing"]).failure()
    'nothing'
    """
    every = sorted({stream_of(name) for name in EVENT_TYPES})
    found: set[str] = set()
    for one in wanted:
        inside = f"astra.{one}."
        chosen = {
            name for name in every if name in (one, stream_of(one)) or name.startswith(inside)
        }
        if not chosen:
            return Failure(one)
        found |= chosen
    return Success(tuple(sorted(found)) if wanted else tuple(every))


async def left(bus: Readers, group: str) -> int:
    """Forget a group."""
    said = await bus.leave(group)
    if is_failure(said):
        return complain(f"the bus is away: {said.failure().why}")
    return 0 if said.unwrap() else 1


async def followed(bus: Readers, reader: Reader, limit: int | None) -> int:
    """Print events until stopped, or `limit` of them. Each is answered once it was written."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    left, waiting = limit, ""
    while not stopped.is_set() and left != 0:
        found = await bus.take(reader, BATCH if left is None else min(BATCH, left), WAIT_S)
        if is_failure(found):
            waiting = tell(waiting, await rejoined(bus, reader, found.failure()))
            continue
        # With a limit there may be more than asked for: those come again, to whoever reads.
        deliveries = sorted(found.unwrap(), key=lambda one: one.message.position)[:left]
        for one in deliveries:
            sys.stdout.buffer.write(one.message.body + b"\n")
        sys.stdout.buffer.flush()
        await bus.done(reader.group, deliveries)
        left = None if left is None else left - len(deliveries)
    return 0


def tell(before: str, why: str) -> str:
    """Say once why there is nothing to read."""
    if why and why != before:
        complain(f"waiting: {why.replace('_', ' ')}")
    return why


async def rejoined(bus: Readers, reader: Reader, fault: TakeFault) -> str:
    """Join when the group is not known; why there is still nothing to read, or nothing."""
    joined = await bus.join(reader.group, reader.streams)
    if isinstance(fault, GroupGone) and not is_failure(joined):
        return ""
    await asyncio.sleep(RETRY_S)
    return joined.failure().code if is_failure(joined) else ""
