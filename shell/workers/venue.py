"""The gateway between the books and the venue: orders out once, reports in once.

Why a kill at any moment loses and doubles nothing. The venue's memory is worth nothing: what is
true is in the log.

- Before an order is accepted, nothing reaches the venue. Once order_accepted is stored, the order
  is either in the log behind us, or among the open orders that a start gives to the venue.
- A fill counts when its RecordFill is stored. The venue made it in memory: killed before that, it
  never happened, the order is still open with what was executed before, and a start gives it to
  the venue again from there. Killed after that, the start sees it executed.
- A fill's id is a hash of (account, order, executed before), and the command id is a hash of the
  fill id. Repeating a report, in this process or the next, gives the stored answer again.
- A start reads the open orders and their position in one snapshot, folds the log behind it, gives
  the result to the venue, and follows from there: no order is missed and none is given twice.
- Reports of one venue are recorded in the order in which it made them. When the store is in
  trouble the same reports are tried again; nothing is dropped.
- A cancellation asked for before a kill is answered at the start: the order is not given to the
  venue any more, so saying that it is gone is true.
"""

import asyncio
from typing import Protocol, assert_never

import structlog
from attrs import evolve

from adapters.db import log
from astracore.events.envelope import Envelope, Origin
from astracore.ids import AccountId, CommandId, OrderId, derived_id
from astracore.instants import Instant
from astracore.outcome import is_failure
from astracore.projections.orders import OrderRow
from astracore.trading.commands import RecordAck, RecordCancel, RecordFill, RecordRefusal
from astracore.trading.events import (
    OrderAccepted,
    OrderCancelled,
    OrderCancelRequested,
    OrderExpired,
    OrderRejected,
    TradeExecuted,
)
from astracore.trading.order_events import ChildReleased, OrderAmended, OrderTriggered
from astracore.trading.orders.states import FINAL
from astracore.trading.orders.terms import PLAIN, RULES, Family
from astracore.trading.types import OrderStatus, OrderType
from astracore.trading.venue.paper import Acked, Declined, Filled, Gone, Report, VenueOrder
from shell.asked import Asked, Command, CommandPort
from shell.bell import Bell, heard_or_after
from shell.store import Store
from shell.workers.working import BATCH, Fault, told_after, working

REPORTS = 64  # reports in one group
PAUSE = 0.5  # [s] between looks at the log when no bell rings
RETRY = (0.05, 0.2, 1.0, 5.0)  # [s] after trouble with the store; the last one for ever
ACTOR = "service:venue"
WAITING = frozenset({OrderStatus.HELD, OrderStatus.UNTRIGGERED})  # no venue knows them

LOG = structlog.get_logger()


class VenuePort(Protocol):
    """Where orders go. Reports come in the order in which things happened."""

    @property
    def reports(self) -> "asyncio.Queue[Report]":
        """What became of orders."""
        ...

    def submit(self, order: VenueOrder, at: Instant) -> None:
        """Take an order."""
        ...

    def cancel(self, account_id: AccountId, order_id: OrderId, at: Instant) -> None:
        """Take an order out."""
        ...

    def amend(self, order: VenueOrder, at: Instant, *, keeps_priority: bool) -> None:
        """Give a working order other figures."""
        ...

    def rests(self, order_id: OrderId) -> bool:
        """Whether an order works at the venue."""
        ...


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> Instant:
        """The present instant."""
        ...


class Gateway:
    """Gives accepted orders to the venue and the venue's reports to the accounts.

    `begin`, then `run` until cancelled. `fault` says why it stopped by itself: a log it cannot
    read is a log it must not act on.
    """

    def __init__(
        self, store: Store, commands: CommandPort, venue: VenuePort, bell: Bell, clock: Clock
    ) -> None:
        self._store = store
        self._commands = commands
        self._venue = venue
        self._bell = bell
        self._clock = clock
        self._causes: dict[OrderId, tuple[str, str]] = {}  # (correlation, causation) of each order
        self._known: dict[OrderId, VenueOrder] = {}  # open ones, those that wait here too
        self._unrecorded = 0
        self.position = 0
        self.fault: Fault | None = None

    async def begin(self) -> None:
        """Give every open order to the venue, as the log knows it.  Raises: driver errors."""
        found = await asyncio.wrap_future(self._store.reading(working))
        if is_failure(found):
            self.fault = found.failure()
            return
        state = found.unwrap()
        at = self._clock.now()
        for row in state.orders:
            self._known[row.order_id] = order_of(row)
            if row.status is OrderStatus.CANCEL_PENDING:
                self._venue.cancel(row.account_id, row.order_id, at)
            elif row.status not in WAITING:
                self._venue.submit(order_of(row), at)
        self.position = state.position

    async def run(self) -> None:
        """Follow the log and record reports until cancelled."""
        async with asyncio.TaskGroup() as both:
            both.create_task(self._follow())
            both.create_task(self._record())

    async def quiet(self) -> None:
        """Wait until the whole log was seen and every report of the venue is recorded."""
        while self.fault is None:
            head = await asyncio.wrap_future(self._store.reading(log.log_head))
            idle = self._venue.reports.empty() and self._unrecorded == 0
            if idle and self.position >= head.position:
                return
            await asyncio.sleep(0.001)

    async def _follow(self) -> None:
        heard, tries = self._bell.ear(), 0
        try:
            while self.fault is None:
                heard.clear()
                try:
                    moved = await self._look()
                    tries = 0
                except Exception:
                    LOG.exception("gateway_trouble", position=self.position)
                    await asyncio.sleep(RETRY[min(tries, len(RETRY) - 1)])
                    tries += 1
                    continue
                if not moved:
                    await heard_or_after(heard, PAUSE)
        finally:
            self._bell.leave(heard)
        LOG.error("gateway_stopped", position=self.position, fault=repr(self.fault))

    async def _look(self) -> bool:
        """Act on what is new in the log; False when nothing is."""
        position = self.position
        events = self._bell.since(position, BATCH)
        if events is None:
            found = await asyncio.wrap_future(
                self._store.reading(lambda connection: told_after(connection, position))
            )
            if is_failure(found):
                self.fault = found.failure()
                return False
            reached, events = found.unwrap()
        else:
            reached = events[-1].position if events else position
        for envelope in events:
            self._act(envelope)
            self.position = envelope.position
        self.position = reached
        return reached > position

    def _act(self, envelope: Envelope[object]) -> None:
        """One event of an account, at the venue."""
        event, at = envelope.event, self._clock.now()
        if isinstance(event, OrderAccepted):
            self._causes[event.order_id] = (envelope.correlation_id, envelope.event_id)
            self._known[event.order_id] = order_accepted(event)
            if event.status not in WAITING:
                self._venue.submit(order_accepted(event), at)
        elif isinstance(event, OrderTriggered | ChildReleased | OrderAmended):
            self._change(event, at)
        elif isinstance(event, OrderCancelRequested):
            self._venue.cancel(event.account_id, event.order_id, at)
        elif isinstance(event, OrderCancelled | OrderRejected | OrderExpired):
            self._forget(event.order_id)
            if self._venue.rests(event.order_id):  # ended by a rule of the account
                self._venue.cancel(event.account_id, event.order_id, at)
        elif isinstance(event, TradeExecuted) and event.status in FINAL:
            self._forget(event.order_id)

    def _change(self, event: OrderTriggered | ChildReleased | OrderAmended, at: Instant) -> None:
        """An order starts to work, or works with other figures."""
        known = self._known.get(event.order_id)
        if known is None:
            return
        now = self._known[event.order_id] = changed_by(known, event)
        if isinstance(event, OrderAmended):
            self._venue.amend(now, at, keeps_priority=event.keeps_priority)
        elif isinstance(event, OrderTriggered) or event.status not in WAITING:
            self._venue.submit(now, at)

    def _forget(self, order_id: OrderId) -> None:
        """The order is over."""
        self._causes.pop(order_id, None)
        self._known.pop(order_id, None)

    async def _record(self) -> None:
        while True:
            group = [await self._venue.reports.get()]
            while len(group) < REPORTS and not self._venue.reports.empty():
                group.append(self._venue.reports.get_nowait())
            self._unrecorded = len(group)
            tries = 0
            while not await self._recorded(group):
                await asyncio.sleep(RETRY[min(tries, len(RETRY) - 1)])
                tries += 1
            self._unrecorded = 0

    async def _recorded(self, group: list[Report]) -> bool:
        """Ask for all of them, in order: tasks start in order, and so the store decides them."""
        tasks = [asyncio.create_task(self._ask(report)) for report in group]
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                LOG.error("report_trouble", exc_info=outcome)
        return not any(isinstance(outcome, BaseException) for outcome in outcomes)

    async def _ask(self, report: Report) -> None:
        """Record one report. A refusal is an answer: it is stored, and said aloud here."""
        name, command = command_of(report)
        correlation, causation = self._causes.get(report.order_id, (report.order_id, name))
        result = await self._commands.run(
            Asked(
                command=command,
                origin=Origin(
                    command_id=name,
                    correlation_id=correlation,
                    causation_id=causation,
                    actor=ACTOR,
                    at=report.at,
                ),
                digest=name,
            )
        )
        if is_failure(result):
            refusal = result.failure().fault
            LOG.warning("report_refused", order_id=report.order_id, code=refusal.code)


def command_of(report: Report) -> tuple[CommandId, Command]:
    """The command that records `report`, under an id that is a hash of what it says."""
    match report:
        case Filled():
            return named("fill", report.fill_id), RecordFill(
                account_id=report.account_id,
                order_id=report.order_id,
                fill_id=report.fill_id,
                symbol=report.symbol,
                side=report.side,
                qty=report.qty,
                price=report.price,
                liquidity=report.liquidity,
                at=report.at,
            )
        case Acked():
            return named("acked", report.order_id), RecordAck(
                account_id=report.account_id,
                order_id=report.order_id,
                venue_order_id=report.venue_order_id,
                at=report.at,
            )
        case Gone():
            return named("gone", report.order_id), RecordCancel(
                account_id=report.account_id,
                order_id=report.order_id,
                reason=report.reason,
                at=report.at,
            )
        case Declined():
            return named("declined", report.order_id), RecordRefusal(
                account_id=report.account_id,
                order_id=report.order_id,
                reason=report.reason,
                at=report.at,
            )
        case _:
            assert_never(report)


def named(kind: str, fact: str) -> CommandId:
    """The command id of a report."""
    return CommandId(derived_id(0, "venue", kind, fact))


def order_accepted(event: OrderAccepted) -> VenueOrder:
    """A fresh order as the venue wants it."""
    return VenueOrder(
        order_id=event.order_id,
        account_id=event.account_id,
        symbol=event.symbol,
        side=event.side,
        type=event.type,
        tif=event.tif,
        qty=event.qty,
        limit_price=event.limit_price,
        protective_price=event.protective_price,
        post_only=event.post_only,
        terms=event.terms or PLAIN,
        list_id=tie(event.list_id, event.parent_id),
    )


def tie(list_id: str | None, parent_id: OrderId | None) -> str | None:
    """The name of the orders of which one at most fills: equals, or the exits of one parent."""
    if list_id is None or parent_id is None:
        return list_id
    return f"{list_id}/exits"


def changed_by(
    known: VenueOrder, event: OrderTriggered | ChildReleased | OrderAmended
) -> VenueOrder:
    """The order with what the account now says of it."""
    match event:
        case OrderTriggered():
            return evolve(
                known,
                type=event.becomes,
                limit_price=event.limit_price,
                protective_price=event.protective_price,
            )
        case ChildReleased():
            return evolve(known, qty=event.qty)
        case OrderAmended():
            return evolve(known, qty=event.qty, limit_price=event.limit_price)
        case _:
            assert_never(event)


def order_of(row: OrderRow) -> VenueOrder:
    """An open order as the venue wants it, from where it stands."""
    limited = RULES[row.type].family is Family.LIMIT
    became = OrderType.LIMIT if limited else OrderType.MARKET
    return VenueOrder(
        order_id=row.order_id,
        account_id=row.account_id,
        symbol=row.symbol,
        side=row.side,
        type=became if row.triggered else row.type,
        tif=row.tif,
        qty=row.qty,
        executed=row.executed,
        limit_price=row.limit_price,
        protective_price=row.protective_price,
        post_only=row.post_only and row.status is OrderStatus.PENDING,
        terms=row.terms or PLAIN,
        list_id=tie(row.list_id, row.parent_id),
        last_price=row.last_price,
    )
