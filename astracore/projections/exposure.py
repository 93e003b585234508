"""An account as its risk is judged: from its rows, its days and the marks of one moment."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import takewhile

from attrs import frozen
from returns.result import Failure, Result

from astracore.errors.trading import PriceFault, UnknownMark
from astracore.instants import MINUTE, Instant, utc_day
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.projections.daily import DayPnl
from astracore.projections.orders import OrderRow
from astracore.projections.portfolio import PortfolioRow, valued
from astracore.revenue.dates import day_text
from astracore.risk.measures import Snapshot
from astracore.trading.events import PositionClosed
from astracore.trading.pnl import value_at
from astracore.trading.steps.liquidating import maintenance
from astracore.trading.types import ZERO, Instrument


@frozen(kw_only=True)
class Seen:
    """What read models know of one account: days oldest first, orders and closes newest first."""

    account: PortfolioRow
    days: tuple[DayPnl, ...]
    orders: tuple[OrderRow, ...]
    open_orders: int
    closes: tuple[PositionClosed, ...]


@exact
def risk_snapshot(
    seen: Seen, marks: Mapping[str, Decimal], listed: Mapping[str, Instrument], at: Instant
) -> Result[Snapshot, PriceFault]:
    """The account at `marks`. What it opened the day with, and its peak, count closed trades.

    Errors: UnknownMark (something held has no mark, or is listed no more), NumericLimit.
    """
    held = seen.account.positions.values()
    missing = next((one.symbol for one in held if one.symbol not in listed), None)
    if missing is not None:
        return Failure(UnknownMark(missing))
    value = valued(seen.account, marks)
    if is_failure(value):
        return value
    today = day_text(utc_day(at))
    before = [one for one in seen.days if one.day < today]
    flow = sum((one.flow for one in seen.days if one.day == today), ZERO)
    opened, peak = _closed(seen.account.initial_balance, before)
    signed: dict[str, Decimal] = {}
    for one in held:
        signed[one.symbol] = signed.get(one.symbol, ZERO) + value_at(one, marks[one.symbol])
    return value.map(
        lambda known: Snapshot(
            at=at,
            equity=known.equity,
            day_open=opened,
            deposits=flow,
            peak=max(peak + flow, known.equity),
            exposures=tuple(signed.values()),
            maintenance=sum(
                (maintenance(one, listed[one.symbol], marks[one.symbol]) for one in held), ZERO
            ),
            orders=sum(at.micros - one.accepted_at.micros < MINUTE for one in seen.orders),
            open_orders=seen.open_orders,
            losses=len(tuple(takewhile(lambda one: one.net < 0, seen.closes))),
            symbols=tuple(signed),
        )
    )


def _closed(start: Decimal, days: Iterable[DayPnl]) -> tuple[Decimal, Decimal]:
    """What closed trades had made of `start`, and the highest that was; flows move both."""
    equity = peak = start
    for one in days:
        equity, peak = equity + one.net + one.flow, peak + one.flow
        peak = max(peak, equity)
    return equity, peak
