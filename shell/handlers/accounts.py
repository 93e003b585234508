"""Accounts, what they hold and what they are worth."""

from typing import TypeAlias

from returns.result import Failure, Result

from astracore.errors.events import CorruptRow
from astracore.errors.trading import AccountNotFound, PositionNotFound, PriceFault
from astracore.outcome import collect, is_failure
from astracore.projections.orders import OrderRow
from astracore.projections.portfolio import PORTFOLIO
from astracore.projections.trades import CLOSED_POSITIONS, POSITIONS, PositionView
from astracore.trading.events import PositionClosed
from astracore.trading.types import AccountMode, AccountStatus
from shell import asked
from shell.codecs import AccountView, PortfolioView, account_view
from shell.desk import Desk
from shell.http.answers import Created, Items, Page
from shell.http.faults import BadCursor
from shell.http.routes import Caller, IdempotencyKey, Route, routes
from shell.marketviews import at_mark, worth_of
from shell.orderforms import Closing
from shell.ordering import close_command, facts_for, order_answer, placed
from shell.queries import TradeQuery
from shell.reading import Wanted

Refusal: TypeAlias = (
    asked.Refused | AccountNotFound | PositionNotFound | PriceFault | CorruptRow | BadCursor
)


async def list_accounts(
    desk: Desk, caller: Caller, mode: AccountMode | None = None, status: AccountStatus | None = None
) -> Result[Items[AccountView], Refusal]:
    """Your accounts, newest first."""
    found = await desk.reading.all(
        PORTFOLIO,
        caller.user_id,
        lambda row: mode in {None, row.mode} and status in {None, row.status},
    )
    return found.map(lambda rows: Items(tuple(map(account_view, rows))))


async def account(desk: Desk, caller: Caller, account_id: str) -> Result[AccountView, Refusal]:
    """One of your accounts."""
    return (await desk.account(caller, account_id)).map(account_view)


async def portfolio(desk: Desk, caller: Caller, account_id: str) -> Result[PortfolioView, Refusal]:
    """What an account is worth at the marks of now."""
    found = await desk.account(caller, account_id)
    if is_failure(found):
        return found
    return worth_of(found.unwrap(), desk.markets, desk.clock.now())


async def list_positions(
    desk: Desk, caller: Caller, account_id: str | None = None
) -> Result[Items[PositionView], Refusal]:
    """Your open positions at the marks of now."""
    found = await desk.reading.all(
        POSITIONS, caller.user_id, lambda row: account_id in {None, row.account_id}
    )
    if is_failure(found):
        return found
    return collect(at_mark(row, desk.markets) for row in found.unwrap()).map(Items)


async def position(
    desk: Desk, caller: Caller, account_id: str, symbol: str
) -> Result[PositionView, Refusal]:
    """One open position at the mark of now."""
    found = await desk.reading.one(POSITIONS, f"{account_id}/{symbol}", caller.user_id)
    if is_failure(found):
        return found
    row = found.unwrap()
    return Failure(PositionNotFound(symbol)) if row is None else at_mark(row, desk.markets)


async def close(
    desk: Desk, caller: Caller, account_id: str, symbol: str, body: Closing, key: IdempotencyKey
) -> Result[Created[OrderRow], Refusal]:
    """Close a position, or `qty` of it, by a market order."""
    found = await desk.account(caller, account_id)
    if is_failure(found):
        return found
    row = found.unwrap()
    intent = desk.intent(caller, "POST /positions/close", key, account_id, symbol, body)
    facts = facts_for(symbol, desk.markets)
    command = close_command(row, symbol, body, intent, facts)
    return (await desk.run(intent, command, order_answer)).map(placed)


async def history(
    desk: Desk, caller: Caller, query: TradeQuery
) -> Result[Page[PositionClosed], Refusal]:
    """Your closed positions, newest first."""
    wanted = Wanted("positions/history", caller.user_id, query.limit, query.cursor)
    return await desk.reading.page(CLOSED_POSITIONS, wanted, query.keeps)


ROUTES: tuple[Route, ...] = routes(
    "trading",
    ("GET", "/accounts", list_accounts),
    ("GET", "/accounts/{account_id}", account),
    ("GET", "/portfolio/{account_id}", portfolio),
    ("GET", "/positions", list_positions),
    ("GET", "/positions/history", history),
    ("GET", "/positions/{account_id}/{symbol}", position),
    ("POST", "/positions/{account_id}/{symbol}/close", close),
)
