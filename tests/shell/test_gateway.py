"""The gateway under kills: what the books say and what the venue works are one and the same."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from attrs import frozen
from sqlalchemy import Connection

from adapters.db import log
from adapters.exchanges.simulated import SimulatedVenue
from astracore.catalog.aggregates import ACCOUNT_EVENTS
from astracore.events.decider import replay
from astracore.events.envelope import Origin, StreamId
from astracore.events.stored import opened
from astracore.ids import CommandId, OrderId, derived_id
from astracore.instants import Instant
from astracore.marketdata.prints import Print
from astracore.outcome import is_failure
from astracore.trading.account import ACCOUNT
from astracore.trading.commands import CancelOrder
from astracore.trading.events import AccountEvent, TradeExecuted
from astracore.trading.orders.states import FINAL
from astracore.trading.state import Account
from astracore.trading.types import INSTRUMENTS, ZERO, OrderStatus, Side
from property_tests.trading_makers import ME, NOW, D, limit, opening, order
from shell.asked import Asked, Command
from shell.runtime import Runtime, running
from shell.stores import store_in
from shell.workers.venue import Gateway


class StoppedClock:
    """It is always the same moment."""

    def now(self) -> Instant:
        """The moment of the tests."""
        return NOW


@frozen
class Sat:
    """A running desk with a venue."""

    runtime: Runtime
    venue: SimulatedVenue
    gateway: Gateway

    async def ask(self, key: str, command: Command) -> bool:
        """One command; whether it was accepted."""
        name = CommandId(derived_id(0, "test", key))
        origin = Origin(command_id=name, correlation_id=name, causation_id=name, actor="u1", at=NOW)
        done = await self.runtime.commands.run(Asked(command=command, origin=origin, digest=key))
        return not is_failure(done)

    async def quiet(self) -> None:
        """Wait until nothing more comes of anything."""
        await self.gateway.quiet()
        await self.runtime.follower.quiet()


def trades_at(ticks: int) -> Print:
    """The market at a price."""
    return Print(symbol="ETH-USD", price=ticks * D("0.01"), qty=D("0.3"), at=NOW)


@asynccontextmanager
async def sitting(data: Path) -> AsyncIterator[Sat]:
    """A process's life; its end is a kill: the venue and the gateway say no goodbye."""
    clock = StoppedClock()
    async with running(store_in(data).unwrap(), clock) as runtime:
        venue = SimulatedVenue(INSTRUMENTS)
        venue.take(trades_at(200_000))
        gateway = Gateway(runtime.store, runtime.commands, venue, runtime.bell, clock)
        await gateway.begin()
        task = asyncio.create_task(gateway.run())
        try:
            yield Sat(runtime, venue, gateway)
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def told(connection: Connection) -> tuple[AccountEvent, ...]:
    """Every event of the account."""
    stored = log.stream(connection, StreamId(ACCOUNT.name, ME))
    return tuple(opened(one, ACCOUNT_EVENTS.decode).unwrap().event for one in stored)


async def lived(sat: Sat, chance: random.Random, life: int) -> None:
    """Orders, cancellations and prices, until the kill."""
    for place in range(chance.randrange(1, 12)):
        name = f"{life}-{place}"
        side = chance.choice(list(Side))
        if chance.random() < 0.5:
            price = f"{1990 + chance.randrange(20)}"
            command = limit(name, side, f"0.{chance.randrange(1, 9)}", price)
        else:
            command = order(name, side, f"0.{chance.randrange(1, 9)}")
        await sat.ask(name, command)
        if chance.random() < 0.6:
            sat.venue.take(trades_at(200_000 + chance.randrange(-1500, 1500)))
        if chance.random() < 0.3:
            asked = CancelOrder(account_id=ME, order_id=OrderId(name), at=NOW)
            await sat.ask(f"cancel {name}", asked)
        for _ in range(chance.randrange(5)):
            await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(3))
async def test_kills_lose_and_double_nothing(tmp_path: Path, seed: int) -> None:
    """Ten lives: every fill once, every open order at the venue, the money adds up."""
    chance = random.Random(seed)
    async with sitting(tmp_path) as sat:
        assert await sat.ask("open", opening())
    for life in range(10):
        async with sitting(tmp_path) as sat:
            await lived(sat, chance, life)
    async with sitting(tmp_path) as sat:
        await sat.quiet()
        events = sat.runtime.store.read(told)
        state: Account = replay(ACCOUNT, events)
        assert all(sat.venue.rests(name) for name in state.orders)
        assert not any(o.status is OrderStatus.CANCEL_PENDING for o in state.orders.values())
        trades = [event for event in events if isinstance(event, TradeExecuted)]
        assert trades
        assert max(Counter(trade.fill_id for trade in trades).values()) == 1
        for kept in (*state.orders.values(), *state.ended.values()):
            booked = sum((t.qty for t in trades if t.order_id == kept.order_id), ZERO)
            assert booked == kept.executed <= kept.qty
            assert kept.status in FINAL or kept.order_id in state.orders
        margin = sum((held.margin for held in state.positions.values()), ZERO)
        assert state.cash + margin == (
            state.deposits + state.realised - state.fees + state.insurance
        )


async def test_an_order_goes_out_and_its_fill_comes_back(tmp_path: Path) -> None:
    """Accepted, acknowledged, filled, and cancelled when asked."""
    async with sitting(tmp_path) as sat:
        assert await sat.ask("open", opening())
        assert await sat.ask("in", order("in", Side.BUY, "0.5"))
        assert await sat.ask("rest", limit("rest", Side.BUY, "0.5", "1990"))
        await sat.quiet()
        state = replay(ACCOUNT, sat.runtime.store.read(told))
        assert state.positions["ETH-USD"].qty == D("0.5")
        assert sat.venue.rests(OrderId("rest"))
        cancel = CancelOrder(account_id=ME, order_id=OrderId("rest"), at=NOW)
        assert await sat.ask("no", cancel)
        await sat.quiet()
        state = replay(ACCOUNT, sat.runtime.store.read(told))
        assert (state.orders, sat.venue.rests(OrderId("rest"))) == ({}, False)
        assert sat.gateway.fault is None
