"""What accounts and orders have come to: curves, days, statistics."""

from typing import TypeAlias

from returns.result import Failure, Result

from astracore.errors.events import CorruptRow
from astracore.errors.trading import AccountNotFound, PriceFault
from astracore.outcome import is_failure
from astracore.projections.daily import PNL_DAILY, DayPnl, Point, curve, days_of, with_now
from astracore.projections.order_stats import OrderStats, order_stats
from astracore.projections.orders import ORDERS
from astracore.projections.portfolio import PortfolioRow
from astracore.projections.trade_stats import TRADE_STATS, TradeRow, TradeStats, statistics
from astracore.trading.types import AccountMode
from shell.desk import Desk
from shell.http.answers import Page
from shell.http.faults import BadCursor
from shell.http.routes import Caller, Route, routes
from shell.marketviews import worth_of
from shell.queries import OrderSpan, SpanQuery
from shell.reading import Wanted

DAYS_MAX = 20_000  # of one account
COUNTED_MAX = 20_000  # orders counted for one answer
Refusal: TypeAlias = AccountNotFound | PriceFault | CorruptRow | BadCursor


async def equity_curve(
    desk: Desk, caller: Caller, account_id: str, query: SpanQuery
) -> Result[Page[Point], Refusal]:
    """What an account was worth at the end of each UTC day by what was booked, and what it is
    worth now, with what is unrealised; oldest first."""
    account = await desk.account(caller, account_id)
    if is_failure(account):
        return account
    points = await points_of(desk, caller, account.unwrap())
    if is_failure(points):
        return points
    listing = f"equity-curve/{account_id}"
    wanted = Wanted(listing, caller.user_id, query.limit, query.cursor)
    kept = tuple(point for point in points.unwrap() if query.keeps(point))
    return desk.reading.cut(kept, wanted, lambda point: str(point.at))


async def points_of(
    desk: Desk, caller: Caller, account: PortfolioRow
) -> Result[tuple[Point, ...], Refusal]:
    """The whole curve of an account."""
    days = await desk.reading.every(
        PNL_DAILY, caller.user_id, lambda _row: True, DAYS_MAX, days_of(account.account_id)
    )
    if is_failure(days):
        return days
    now = desk.clock.now()
    past, worth = curve(days.unwrap()[0]), worth_of(account, desk.markets, now)
    if is_failure(past):
        return past
    if is_failure(worth):
        return worth
    return with_now(past.unwrap(), now, worth.unwrap().equity)


async def pnl(
    desk: Desk, caller: Caller, account_id: str, query: SpanQuery
) -> Result[Page[DayPnl], Refusal]:
    """What an account made on each UTC day, oldest first."""
    account = await desk.account(caller, account_id)
    if is_failure(account):
        return account
    wanted = Wanted(f"pnl/{account_id}", caller.user_id, query.limit, query.cursor)
    return await desk.reading.page(PNL_DAILY, wanted, query.touches, days_of(account_id))


async def trade_statistics(
    desk: Desk, caller: Caller, account_id: str
) -> Result[TradeStats, Refusal]:
    """How an account's closed positions did."""
    account = await desk.account(caller, account_id)
    if is_failure(account):
        return account
    row = account.unwrap()
    found = await desk.reading.one(TRADE_STATS, account_id, caller.user_id)
    if is_failure(found):
        return found
    practice = row.mode is AccountMode.PRACTICE
    fresh = TradeRow(account_id=row.account_id, user_id=row.user_id, is_practice=practice)
    return statistics(found.unwrap() or fresh)


async def stats(desk: Desk, caller: Caller, query: OrderSpan) -> Result[OrderStats, Refusal]:
    """What became of your orders: counts by status and type, how many filled, how well."""
    if query.account_id is not None:
        account = await desk.account(caller, query.account_id)
        if is_failure(account):
            return Failure(account.failure())
    found = await desk.reading.every(ORDERS, caller.user_id, query.keeps, COUNTED_MAX)
    if is_failure(found):
        return found
    rows, partial = found.unwrap()
    listed, changed = desk.markets.listed, desk.markets.changed
    return order_stats(rows, listed, changed=changed, partial=partial)


ROUTES: tuple[Route, ...] = routes(
    "trading",
    ("GET", "/accounts/{account_id}/equity-curve", equity_curve),
    ("GET", "/accounts/{account_id}/pnl", pnl),
    ("GET", "/accounts/{account_id}/statistics", trade_statistics),
    ("GET", "/orders/stats", stats),
)
