"""Charges funding on open positions at each instrument's interval, once for each instant.

What is due is read from the positions themselves (when each was opened and last funded), so a
stopped or killed service makes up for what it missed, at the mark of then, and nothing is kept in
memory. A command's id is a hash of account, symbol and instant: asking twice, in this process or
the next, books once. An instant without a mark waits until there is one.
"""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Protocol

import structlog
from attrs import frozen

from astracore.events.envelope import Origin
from astracore.ids import AccountId, CommandId, derived_id
from astracore.instants import SECOND, Instant
from astracore.outcome import is_failure
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow
from astracore.trading.facts import Mark
from astracore.trading.money_commands import ApplyFunding
from astracore.trading.types import AccountMode, Instrument
from astracore.trading.venue.funding import RULES, FundingRules, next_instant, practice_rate, unpaid
from shell.asked import Asked, CommandPort
from shell.store import Store
from shell.workers.working import Fault, rows_now

ACTOR = "service:funding"
PAUSE = 60.0  # [s] at most between two looks: clocks are set, and marks come late
LOG = structlog.get_logger()


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> Instant:
        """The present instant."""
        ...


class MarkPort(Protocol):
    """Where marks come from."""

    def marks(self) -> tuple[Mark, ...]:
        """The mark price of every symbol that has one."""
        ...


class ListingPort(Protocol):
    """The instruments of now, and when those of staff were last changed."""

    @property
    def listed(self) -> Mapping[str, Instrument]:
        """Every instrument by symbol."""
        ...

    @property
    def changed(self) -> Mapping[str, Instant]:
        """When staff last changed an instrument, by symbol."""
        ...


@frozen(kw_only=True)
class Due:
    """One payment that is due."""

    account_id: AccountId
    symbol: str
    at: Instant


class Funding:
    """The funding of a practice venue. `run` until cancelled; `fault` says why it stopped."""

    def __init__(
        self,
        store: Store,
        commands: CommandPort,
        prices: MarkPort,
        clock: Clock,
        book: ListingPort,
        rules: FundingRules = RULES,
    ) -> None:
        """Raises ValueError for rules that give no rate."""
        self._store = store
        self._commands = commands
        self._prices = prices
        self._clock = clock
        self._book = book
        self._rules = rules
        rate = practice_rate(rules)
        if is_failure(rate):
            raise ValueError(f"no funding rate: {rate.failure()}")
        self._rate = rate.unwrap()
        self.fault: Fault | None = None

    async def run(self) -> None:
        """Settle what is due, at every instant and at least every minute, until cancelled."""
        while self.fault is None:
            now = self._clock.now()
            try:
                await self.settle(now)
            except Exception:
                LOG.exception("funding_trouble", at=str(now))
            await asyncio.sleep(self.pause())
        LOG.error("funding_stopped", fault=repr(self.fault))

    async def settle(self, now: Instant) -> int:
        """Ask for all that is due at `now`; how many payments that were.

        Raises: driver errors; what was asked for before them is stored.
        """
        found = await asyncio.wrap_future(
            self._store.reading(lambda connection: rows_now(connection, PORTFOLIO))
        )
        if is_failure(found):
            self.fault = found.failure()
            return 0
        marks = {mark.symbol: mark.price for mark in self._prices.marks()}
        due = [one for one in self.due(found.unwrap().rows.values(), now) if one.symbol in marks]
        for one in due:
            command = ApplyFunding(
                account_id=one.account_id,
                symbol=one.symbol,
                rate=self._rate,
                mark=marks[one.symbol],
                at=one.at,
            )
            await self._commands.run(asked(command))
        return len(due)

    def due(self, rows: Iterable[PortfolioRow], now: Instant) -> tuple[Due, ...]:
        """Each account's unpaid instants, oldest first; both legs of a symbol pay together."""
        listed, changed = self._book.listed, self._book.changed
        found = {
            Due(account_id=row.account_id, symbol=held.symbol, at=at)
            for row in rows
            if row.mode is AccountMode.PRACTICE
            for held in row.positions.values()
            if held.symbol in listed
            for at in unpaid(held, listed[held.symbol], now, self._rules, changed.get(held.symbol))
        }
        return tuple(sorted(found, key=lambda one: (one.at, one.account_id, one.symbol)))

    def pause(self) -> float:
        """How long until the next look [s]."""
        now = self._clock.now()
        following = (next_instant(now, one.funding_interval) for one in self._book.listed.values())
        until = min((at.micros - now.micros for at in following if at is not None), default=0)
        return min(PAUSE, until / SECOND) if until else PAUSE


def asked(command: ApplyFunding) -> Asked:
    """The command under the one name that this payment has."""
    facts = ("funding", command.account_id, command.symbol, str(command.at.micros))
    name = CommandId(derived_id(command.at.micros // 1000, *facts))
    return Asked(
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
