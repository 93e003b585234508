"""Shows accounts the markets they wait for: triggers, trails, expiry and liquidation.

An account decides for itself what a price does to it (ObserveMarket). To ask every account at
every price would write nothing and cost much, so the same pure decision is made here first, on
what the read models say; only an account that would tell something is asked.

A restart loses nothing: what a price did is in the log, and the next price is looked at afresh.
Asking twice does nothing twice: the second look finds nothing to tell.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Protocol

import structlog
from attrs import evolve
from returns.result import Result
from sqlalchemy import Connection

from astracore.events.envelope import Origin
from astracore.ids import AccountId, CommandId, derived_id
from astracore.marketdata.prints import Print
from astracore.outcome import is_failure
from astracore.projections.orders import OPEN_ORDERS, OrderRow
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow
from astracore.projections.standing import account_at
from astracore.trading.account import ACCOUNT
from astracore.trading.facts import Seen
from astracore.trading.money_commands import ObserveMarket
from astracore.trading.orders.triggers import Prices
from astracore.trading.state import Account
from astracore.trading.types import Instrument
from astracore.trading.venue.paper import Quotes
from shell.asked import Asked, CommandPort
from shell.store import Store
from shell.workers.working import Fault, Now, advance, rows_now, told_after

ACTOR = "service:watcher"
LOG = structlog.get_logger()


class PricePort(Protocol):
    """Where prices come from."""

    def listen(self) -> "asyncio.Queue[Print]":
        """A queue that gets every print from now on."""
        ...

    def leave(self, queue: "asyncio.Queue[Print]") -> None:
        """Stop listening."""
        ...

    def quotes(self, symbol: str) -> Quotes | None:
        """Last price and book of a symbol."""
        ...


class Watcher:
    """Follows prices and accounts. `begin`, then `run` until cancelled; `fault` says why not."""

    def __init__(
        self,
        store: Store,
        commands: CommandPort,
        prices: PricePort,
        listed: Callable[[], Mapping[str, Instrument]],
    ) -> None:
        self._store = store
        self._commands = commands
        self._prices = prices
        self._listed = listed
        self._accounts: dict[str, PortfolioRow] = {}
        self._orders: dict[str, OrderRow] = {}
        self._built: dict[str, Account] = {}
        self._last: dict[str, Print] = {}  # the print before the one that is looked at
        self._queue: asyncio.Queue[Print] | None = None
        self.position = 0
        self.fault: Fault | None = None

    async def begin(self) -> None:
        """Learn what is open.  Raises: driver errors."""
        self._queue = self._prices.listen()
        found = await asyncio.wrap_future(self._store.reading(standing))
        if is_failure(found):
            self.fault = found.failure()
            return
        accounts, orders = found.unwrap()
        self._accounts, self._orders = accounts.rows, orders.rows
        self.position = orders.position

    async def run(self) -> None:
        """Look at every print until cancelled."""
        queue = self._queue or self._prices.listen()
        try:
            while self.fault is None:
                traded = await queue.get()
                try:
                    await self._look(traded)
                except Exception:
                    LOG.exception("watcher_trouble", symbol=traded.symbol)
                self._last[traded.symbol] = traded
        finally:
            self._prices.leave(queue)
        LOG.error("watcher_stopped", fault=repr(self.fault))

    async def _look(self, traded: Print) -> None:
        """One print: which accounts would it move?"""
        await self._catch_up()
        seen = self._seen(traded)
        for account_id in self._concerned(traded.symbol):
            command = ObserveMarket(account_id=account_id, seen=seen, at=traded.at)
            told = ACCOUNT.decide(command, self._account(account_id))
            if not is_failure(told) and told.unwrap():
                await self._ask(command, traded)

    async def _catch_up(self) -> None:
        """Fold what is new in the log."""
        while await self._step():
            pass

    async def _step(self) -> bool:
        """Fold some of it; False when nothing is new."""
        position = self.position
        found = await asyncio.wrap_future(
            self._store.reading(lambda connection: told_after(connection, position))
        )
        if is_failure(found):
            self.fault = found.failure()
            return False
        self.position, envelopes = found.unwrap()
        for envelope in envelopes:
            advance(self._accounts, PORTFOLIO, envelope)
            advance(self._orders, OPEN_ORDERS, envelope)
            self._built.pop(envelope.event.account_id, None)
        return self.position > position

    def _concerned(self, symbol: str) -> tuple[AccountId, ...]:
        """The accounts that hold something in a symbol, or wait for it."""
        waiting = {row.account_id for row in self._orders.values() if row.symbol == symbol}
        held = {
            row.account_id
            for row in self._accounts.values()
            if any(one.symbol == symbol for one in row.positions.values())
        }
        return tuple(sorted(waiting | held))

    def _account(self, account_id: AccountId) -> Account:
        """The account as the read models know it."""
        built = self._built.get(account_id)
        if built is None:
            mine = [row for row in self._orders.values() if row.account_id == account_id]
            built = self._built[account_id] = account_at(self._accounts[account_id], mine)
        return built

    def _seen(self, traded: Print) -> tuple[Seen, ...]:
        """Every market with a price, by its rules of now; `last` is said of what traded."""
        return tuple(
            seen_in(evolve(market, instrument=listed), traded, self._last.get(symbol))
            for symbol, listed in self._listed().items()
            if (market := self._prices.quotes(symbol)) is not None and market.last is not None
        )

    async def _ask(self, command: ObserveMarket, traded: Print) -> None:
        """Let the account decide on its own state."""
        name = named(command.account_id, traded)
        await self._commands.run(
            Asked(
                command=command,
                origin=Origin(
                    command_id=name,
                    correlation_id=name,
                    causation_id=name,
                    actor=ACTOR,
                    at=command.at,
                ),
                digest=name,
            )
        )


def standing(connection: Connection) -> Result[tuple[Now[PortfolioRow], Now[OrderRow]], Fault]:
    """Accounts and open orders at one position of the log."""
    return Result.do(
        (accounts, orders)
        for accounts in rows_now(connection, PORTFOLIO)
        for orders in rows_now(connection, OPEN_ORDERS)
    )


def seen_in(market: Quotes, traded: Print, before: Print | None) -> Seen:
    """A market as accounts look at it."""
    symbol = market.instrument.symbol
    fresh = symbol == traded.symbol
    mark = traded.price if fresh else market.last
    book = market.book
    prices = Prices(
        last=traded.price if fresh else None,
        mark=mark,
        index=mark,
        bid=book.bids[0].price if book is not None and book.bids else None,
        ask=book.asks[0].price if book is not None and book.asks else None,
    )
    previous = before.price if fresh and before is not None else None
    return Seen(instrument=market.instrument, prices=prices, previous=previous)


def named(account_id: AccountId, traded: Print) -> CommandId:
    """The command id of one look: a hash of who looks at what and when."""
    facts = ("observe", account_id, traded.symbol, str(traded.price))
    return CommandId(derived_id(traded.at.micros // 1000, *facts))
