"""Orders and fills."""

from typing import TypeAlias

from attrs import evolve
from returns.result import Failure, Result

from astracore.errors.events import CorruptRow
from astracore.errors.trading import AccountNotFound, UnknownOrder
from astracore.outcome import is_failure
from astracore.projections.orders import OPEN_ORDERS, ORDERS, OrderRow
from astracore.projections.portfolio import PORTFOLIO
from astracore.projections.trades import FILLS, fills_of
from astracore.trading.commands import CancelAll, CancelOrder
from shell import asked
from shell.codecs import FillView, OrderDetail, fill_view, order_detail
from shell.desk import Desk, Intent
from shell.http.answers import Accepted, Created, Items, Page
from shell.http.faults import BadCursor
from shell.http.routes import Caller, IdempotencyKey, Route, routes
from shell.orderforms import Amendment, NewList, NewOrder
from shell.ordering import (
    OrderList,
    after,
    amend_command,
    facts_for,
    list_answer,
    list_command,
    listed,
    order_answer,
    place_command,
    placed,
)
from shell.queries import OrderQuery, TradeQuery
from shell.reading import Wanted
from shell.views import Cancelled
from shell.why import Why, WhyFault, account_with, why

FILLS_MAX = 2_000  # shown with an order
Refusal: TypeAlias = asked.Refused | AccountNotFound | UnknownOrder | CorruptRow | BadCursor


async def place(
    desk: Desk, caller: Caller, body: NewOrder, key: IdempotencyKey
) -> Result[Created[OrderRow], Refusal]:
    """Place an order. It is accepted or refused here; fills come from the venue afterwards."""
    if not await desk.reading.owns(PORTFOLIO, body.account_id, caller.user_id):
        return Failure(AccountNotFound(body.account_id))
    intent = desk.intent(caller, "POST /orders", key, body)
    facts = facts_for(body.symbol, desk.markets)
    written = await desk.run(intent, place_command(body, intent, facts), order_answer)
    return written.map(placed).alt(lambda refused: explained_at(refused, intent))


def explained_at(refused: asked.Refused, intent: Intent) -> asked.Refused:
    """The refusal, and where the rules that it met are told: by the command, whose id stays the
    same at every retry."""
    return evolve(refused, why=f"/v1/orders/{intent.command_id}/why")


async def place_list(
    desk: Desk, caller: Caller, body: NewList, key: IdempotencyKey
) -> Result[Created[OrderList], Refusal]:
    """Place orders that know each other, all or none."""
    account = await desk.account(caller, body.account_id)
    if is_failure(account):
        return account
    intent = desk.intent(caller, "POST /orders/lists", key, body)
    command = list_command(body, intent, desk.markets)
    return (await desk.run(intent, command, list_answer)).map(listed)


async def amend(
    desk: Desk, caller: Caller, order_id: str, body: Amendment
) -> Result[OrderRow, Refusal]:
    """Give an order another quantity, limit or stop; what is left out stays."""
    order = await desk.order(caller, order_id)
    if is_failure(order):
        return order
    row, intent = order.unwrap(), desk.intent(caller, "PATCH /orders", "", order_id, body)
    command = amend_command(row, body, intent, facts_for(row.symbol, desk.markets))
    written = await desk.run(intent, command)
    return written.map(lambda done: after(row, done.events))


async def list_orders(
    desk: Desk, caller: Caller, query: OrderQuery
) -> Result[Page[OrderRow], Refusal]:
    """Your orders, newest first."""
    wanted = Wanted("orders", caller.user_id, query.limit, query.cursor)
    return await desk.reading.page(ORDERS, wanted, query.keeps)


async def list_active(
    desk: Desk, caller: Caller, account_id: str | None = None
) -> Result[Items[OrderRow], Refusal]:
    """Your orders that still work, newest first."""
    found = await desk.reading.all(OPEN_ORDERS, caller.user_id)
    return found.map(
        lambda rows: Items(tuple(row for row in rows if account_id in {None, row.account_id}))
    )


async def one(desk: Desk, caller: Caller, order_id: str) -> Result[OrderDetail, Refusal]:
    """One order with its fills."""
    order = await desk.order(caller, order_id)
    if is_failure(order):
        return order
    row = order.unwrap()
    prefix = fills_of(row.account_id, row.order_id)
    fills = await desk.reading.under(FILLS, prefix, caller.user_id, FILLS_MAX)
    return fills.map(lambda found: order_detail(row, found))


async def why_one(desk: Desk, caller: Caller, order_id: str) -> Result[Why, Refusal | WhyFault]:
    """Why an order was refused, accepted or filled: every check with its figures, every step,
    every fill. Also of orders that were refused, by the address in the refusal's `Link`."""
    found = await desk.reading.seeing(lambda connection: account_with(connection, order_id))
    if is_failure(found):
        return found
    account_id = found.unwrap()
    if account_id is None or not await desk.reading.owns(PORTFOLIO, account_id, caller.user_id):
        return Failure(UnknownOrder(order_id))
    return await desk.reading.seeing(lambda connection: why(connection, account_id, order_id))


async def cancel(
    desk: Desk,
    caller: Caller,
    order_id: str,
) -> Result[Accepted[OrderRow], Refusal]:
    """Ask for an order to be cancelled; the venue answers afterwards."""
    order = await desk.order(caller, order_id)
    if is_failure(order):
        return order
    row, intent = order.unwrap(), desk.intent(caller, "DELETE /orders", "", order_id)
    command = CancelOrder(account_id=row.account_id, order_id=row.order_id, at=intent.at)
    written = await desk.run(intent, command)
    return written.map(lambda done: Accepted(after(row, done.events)))


async def cancel_all(
    desk: Desk, caller: Caller, account_id: str, symbol: str | None = None
) -> Result[Accepted[Cancelled], Refusal]:
    """Ask for every open order of an account to be cancelled, of one symbol when given."""
    account = await desk.account(caller, account_id)
    if is_failure(account):
        return account
    intent = desk.intent(caller, "DELETE /orders", "", account_id, symbol)
    command = CancelAll(account_id=account.unwrap().account_id, at=intent.at, symbol=symbol)
    written = await desk.run(intent, command)
    return written.map(lambda done: Accepted(Cancelled(cancelled=len(done.events))))


async def list_trades(
    desk: Desk, caller: Caller, query: TradeQuery
) -> Result[Page[FillView], Refusal]:
    """Your fills, newest first."""
    wanted = Wanted("trades", caller.user_id, query.limit, query.cursor)
    found = await desk.reading.page(FILLS, wanted, query.keeps)
    return found.map(lambda page: Page(tuple(map(fill_view, page.items)), page.next_cursor))


ROUTES: tuple[Route, ...] = routes(
    "trading",
    ("POST", "/orders", place),
    ("GET", "/orders", list_orders),
    ("DELETE", "/orders", cancel_all),
    ("GET", "/orders/active", list_active),
    ("POST", "/orders/lists", place_list),
    ("GET", "/orders/{order_id}", one),
    ("GET", "/orders/{order_id}/why", why_one),
    ("PATCH", "/orders/{order_id}", amend),
    ("DELETE", "/orders/{order_id}", cancel),
    ("GET", "/trades", list_trades),
)
