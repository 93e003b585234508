"""Orders before they are placed, and orders in one word."""

from typing import TypeAlias

from returns.result import Failure, Result

from astracore.errors.trading import AccountNotFound
from astracore.outcome import is_failure
from astracore.projections.orders import OrderRow
from astracore.projections.portfolio import PORTFOLIO
from astracore.trading.why.previewing import preview
from shell import asked
from shell.desk import Desk
from shell.handlers.orders import explained_at
from shell.http.answers import Created
from shell.http.routes import Caller, IdempotencyKey, Route, routes
from shell.orderforms import NewOrder, NewTicket
from shell.ordering import execute_command, facts_for, order_answer, place_command, placed
from shell.previews import PreviewView, account_now, preview_view
from shell.why import WhyFault

Refusal: TypeAlias = asked.Refused | AccountNotFound | WhyFault


async def preview_order(desk: Desk, caller: Caller, body: NewOrder) -> Result[PreviewView, Refusal]:
    """What POST /orders would do with the same body: the same ladder, nothing placed.

    `errors` are all causes of a refusal, empty when it would be accepted; `orders` show every
    check with its figures. Fee and liquidation price follow a full fill at the worst price.
    """
    if not await desk.reading.owns(PORTFOLIO, body.account_id, caller.user_id):
        return Failure(AccountNotFound(body.account_id))
    intent = desk.intent(caller, "POST /orders/preview", "", body)
    command = place_command(body, intent, facts_for(body.symbol, desk.markets))
    account = await desk.reading.seeing(
        lambda connection: account_now(connection, command.account_id)
    )
    if is_failure(account):
        return account
    return preview(command, account.unwrap(), desk.markets.listed).map(preview_view)


async def execute(
    desk: Desk, caller: Caller, body: NewTicket, key: IdempotencyKey
) -> Result[Created[OrderRow], Refusal]:
    """Go long or short for an amount of money at market; with a stop or a target, or both, they
    become reduce-only exits of the same quantity."""
    if not await desk.reading.owns(PORTFOLIO, body.account_id, caller.user_id):
        return Failure(AccountNotFound(body.account_id))
    intent = desk.intent(caller, "POST /trading/execute", key, body)
    command = execute_command(body, intent, facts_for(body.symbol, desk.markets))
    written = await desk.run(intent, command, order_answer)
    return written.map(placed).alt(lambda refused: explained_at(refused, intent))


ROUTES: tuple[Route, ...] = routes(
    "trading",
    ("POST", "/orders/preview", preview_order),
    ("POST", "/trading/execute", execute),
)
