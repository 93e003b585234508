"""Replay: a log of many traders' days, folded in memory and rebuilt into every read model.

One day is played by the demo's bot on the real command path. Its events are stored again and again
through the real settlement, each time for another trader (every id changes its end), 64 of them
side by side. Then a process rebuilds all read models from nothing and is asked for a page of
orders meanwhile. Called by itself it takes a number of events, and --postgres.
"""

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from itertools import groupby
from pathlib import Path
from random import Random

import uvloop
from attrs import frozen
from returns.result import Success

from adapters.db import log, rows
from adapters.db.postgres import connect_store
from adapters.db.rows import Page
from adapters.db.settle import Ask, Decided, Stamp, settle
from adapters.db.sqlite import open_store
from astracore.catalog.aggregates import EVENTS
from astracore.events.envelope import Envelope, Origin, StreamId
from astracore.events.stored import Fresh, Stored
from astracore.ids import CommandId, EventId
from astracore.instants import Instant
from astracore.marketdata.candles import Candle
from astracore.projections.registry import MODELS
from astracore.strategies.sma_cross import sma_cross
from astracore.trading.types import INSTRUMENTS
from shell.bell import Bell
from shell.commands import Commands
from shell.demo import CandleClock, Player, Session
from shell.domains import PLATFORM
from shell.heap import settle_down
from shell.runtime import MAKER, running
from shell.settler import Settler
from shell.store import Store
from shell.workers.aside import Pace
from shell.workers.folding import concerned, decoded
from shell.workers.follower import Follower, Following
from shell.workers.leading import Alone
from shell.workers.reactor import Reactor
from tests.servers.postgres import running as server_running

EVENTS_WANTED = 100_000
CANDLES = 1_440
SIDE_BY_SIDE = 64  # traders whose days are one
GROUP = 2_000  # commands in one transaction
FOLDED = 20_000  # events, as a rebuild takes them
MINUTE = 60_000_000
START = Instant(1_772_582_400_000_000)
ENDS = re.compile(
    rb"(?<=[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{6})[0-9a-f]{6}"
)
HOLE = b"\x00" * 6  # where an id's end stood; no event contains it
ASKED_EVERY = 0.01  # [s]


def candles() -> tuple[Candle, ...]:
    """A day of minutes that goes up and down."""
    dice = Random(7)  # noqa: S311 - the same day each time
    price, made = 60_000, []
    for minute in range(CANDLES):
        close = max(1_000, price + dice.randint(-60, 60))
        at = START.micros + minute * MINUTE
        made.append(
            Candle(
                open_time=Instant(at),
                open=Decimal(price),
                high=Decimal(max(price, close) + 5),
                low=Decimal(min(price, close) - 5),
                close=Decimal(close),
                volume=Decimal(dice.randint(1, 40)),
                close_time=Instant(at + MINUTE - 1),
            )
        )
        price = close
    return tuple(made)


async def played(path: Path) -> tuple[Stored, ...]:
    """The log of one trader's day."""
    store, clock = open_store(path).unwrap(), CandleClock(START)
    session = Session(
        name="0" * 32,
        instrument=INSTRUMENTS["BTC-USD"],
        strategy=sma_cross(3, 8, short=True).unwrap(),
        qty=Decimal("0.01"),
        start=START,
    )
    async with running(store, clock) as runtime:
        day = candles()
        player = Player(runtime=runtime, clock=clock, session=session)
        await player.play(day, len(day), lambda _done, _all: None)
        await runtime.follower.quiet()
        return store.read(lambda connection: log.after(connection, 0, 10**6))


@frozen
class Mould:
    """An event of the day with holes for the ends of its ids."""

    stored: Stored
    texts: tuple[bytes, ...]

    def cast(self, trader: bytes) -> Fresh:
        """The event as it happened to another trader."""
        key, event, cause, command, correlation, actor, body = (
            text.replace(HOLE, trader) for text in self.texts
        )
        return Fresh(
            stream=StreamId(self.stored.category, key.decode()),
            event_id=EventId(event.decode()),
            type=self.stored.type,
            schema_version=self.stored.schema_version,
            origin=Origin(
                command_id=CommandId(command.decode()),
                correlation_id=correlation.decode(),
                causation_id=cause.decode(),
                actor=actor.decode(),
                at=Instant(self.stored.occurred_at),
            ),
            body=body,
        )


def mould(one: Stored) -> Mould:
    """Make the holes once."""
    texts = (one.key, one.event_id, one.causation_id, one.command_id, one.correlation_id, one.actor)
    raw = (*(text.encode() for text in texts), one.body)
    return Mould(one, tuple(ENDS.sub(HOLE, text) for text in raw))


def asked(moulds: Sequence[Mould], trader: int) -> Ask:
    """One command of the day, for one trader."""
    made = tuple(one.cast(b"%06x" % trader) for one in moulds)
    origin = made[0].origin
    return Ask(
        key=origin.command_id,
        digest="0" * 64,
        actor=origin.actor,
        at=origin.at,
        streams=tuple({one.stream for one in made}),
        decide=lambda _history: Success(Decided(events=made)),
        answer=lambda _stored: b"{}",
    )


def fill(store: Store, day: Sequence[Stored], wanted: int) -> float:
    """Store `wanted` events or a few more; how many a second."""
    commands = [
        tuple(map(mould, group)) for _, group in groupby(day, key=lambda one: one.command_id)
    ]
    stamp = Stamp(recorded_at=START, config_version=MAKER.config_version, producer=MAKER.producer)
    start, trader, done = time.perf_counter(), 1, 0
    while done < wanted:
        traders = range(trader, trader + SIDE_BY_SIDE)
        asks = [asked(moulds, one) for moulds in commands for one in traders]
        for place in range(0, len(asks), GROUP):
            if done < wanted:
                group = asks[place : place + GROUP]
                results = store.write(partial(settle, asks=group, stamp=stamp))
                done += sum(len(one.unwrap().stored) for one in results)
        trader += SIDE_BY_SIDE
    return done / (time.perf_counter() - start)


def folds(store: Store) -> Iterator[tuple[str, float, int]]:
    """What decoding and each model's fold cost for the first events: CPU [s], and rows changed."""
    found = store.read(lambda connection: log.after(connection, 0, FOLDED))
    start = time.thread_time()
    envelopes: tuple[Envelope[object], ...] = decoded(EVENTS, found).unwrap()
    yield "decoding", time.thread_time() - start, len(envelopes)
    for model in MODELS:
        start = time.thread_time()
        changes = model.fold(lambda _keys: {}, concerned(model, envelopes)).unwrap()
        yield model.name, time.thread_time() - start, len(changes)


@frozen(kw_only=True)
class Rebuilt:
    """How long a rebuild took [s], and the answers meanwhile [ms]: half and 99 in 100 within."""

    seconds: float
    cpu: float
    middle: float
    p99: float
    rows: int


async def rebuilt(store: Store) -> Rebuilt:
    """Rebuild every model while somebody asks."""
    bell = Bell()
    commands = Commands(Settler(store, CandleClock(START), bell, MAKER), store.alias)
    alone = Alone(frozenset({PLATFORM}))
    following = Following(catalog=EVENTS, models={PLATFORM: MODELS})
    reactor = Reactor(store, commands, (), pace=Pace(CandleClock(START)))
    follower = Follower(store, bell, following, reactor, alone)
    waits: list[float] = []
    start, cpu = time.perf_counter(), time.process_time()
    task = asyncio.create_task(follower.run())
    while not follower.ready.is_set() and not task.done():
        began = time.perf_counter()
        await asyncio.wrap_future(
            store.reading(lambda c: rows.page(c, "orders", Page(limit=20, descending=True)))
        )
        waits.append((time.perf_counter() - began) * 1e3)
        await asyncio.sleep(ASKED_EVERY)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    task.cancel()
    assert follower.fault is None, follower.fault
    kept = store.read(lambda c: sum(rows.count(c, model.name) for model in MODELS))
    cuts = statistics.quantiles(waits, n=100)
    return Rebuilt(seconds=seconds, cpu=cpu, middle=cuts[49], p99=cuts[98], rows=kept)


@contextmanager
def emptied(*, postgres: bool) -> Iterator[Callable[[], Store]]:
    """Opens the store of this run."""
    if postgres:
        with server_running() as server:
            yield lambda: connect_store(server.address()).unwrap()
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield lambda: open_store(Path(folder) / "store.db").unwrap()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("events", type=int, nargs="?", default=EVENTS_WANTED)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    settle_down()
    with tempfile.TemporaryDirectory() as folder:
        day = uvloop.run(played(Path(folder) / "day.db"))
    with emptied(postgres=given.postgres) as opened:
        store = opened()
        rate = fill(store, day, given.events)
        head = store.read(log.log_head).position
        print(f"| replay of {head:,} events, Python {sys.version.split()[0]} | |\n|---|---|")
        print(f"| stored, in transactions of {GROUP:,} commands | {rate:,.0f} a second |")
        costs = list(folds(store))
        whole = sum(seconds for _, seconds, _ in costs)
        taken = costs[0][2]
        folded = f"decoded and folded by {len(MODELS)} models, CPU of one core"
        print(f"| {folded} | {taken / whole:,.0f} a second |")
        for name, seconds, changed in sorted(costs, key=lambda one: -one[1])[:8]:
            print(f"| of it {name} ({changed:,}) | {seconds / taken * 1e6:.1f} µs an event |")
        done = uvloop.run(rebuilt(store))
        spent = f"{done.seconds:,.1f} s, CPU {done.cpu:,.1f} s"
        print(f"| all models rebuilt while serving ({done.rows:,} rows) | {spent} |")
        print(f"| a page meanwhile: median, p99 | {done.middle:.1f} ms, {done.p99:.1f} ms |")
        store.close()


if __name__ == "__main__":
    main()
