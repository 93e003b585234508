"""Opening and closing accounts, their leverage and margin, and the protection of positions."""

from typing import TypeAlias

from returns.result import Result

from astracore.errors.events import CorruptRow
from astracore.errors.trading import AccountNotFound, PositionNotFound, PriceFault
from astracore.outcome import is_failure
from astracore.projections.portfolio import PORTFOLIO
from astracore.projections.trades import POSITIONS, PositionView
from astracore.trading.types import MarginMode
from shell import asked
from shell.accounting import (
    account_answer,
    close_account,
    leverage_command,
    leverage_setting,
    margin_answer,
    margin_command,
    mode_command,
    moved,
    open_command,
    opened,
    reset_command,
    told,
)
from shell.codecs import AccountView
from shell.desk import Desk
from shell.handlers.accounts import position
from shell.http.answers import Created, Done
from shell.http.faults import BadCursor
from shell.http.routes import Caller, IdempotencyKey, Route, routes
from shell.orderforms import (
    LeverageChoice,
    LeverageSetting,
    MarginChange,
    NewAccount,
    Protection,
    Reset,
)
from shell.ordering import OrderList, facts_for, list_of, protect_command

Refusal: TypeAlias = (
    asked.Refused | AccountNotFound | PositionNotFound | PriceFault | CorruptRow | BadCursor
)


async def open_account(
    desk: Desk, caller: Caller, body: NewAccount, key: IdempotencyKey
) -> Result[Created[AccountView], Refusal]:
    """Open one more account."""
    found = await desk.reading.all(PORTFOLIO, caller.user_id, lambda row: row.mode is body.mode)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "POST /accounts", key, body)
    command = open_command(body, intent, caller.user_id, len(found.unwrap()))
    return (await desk.run(intent, command, account_answer(command.account_id))).map(opened)


async def reset(
    desk: Desk, caller: Caller, account_id: str, body: Reset, key: IdempotencyKey
) -> Result[Done[AccountView], Refusal]:
    """Start a practice account again: flat, without orders, once in 24 hours."""
    found = await desk.account(caller, account_id)
    if is_failure(found):
        return found
    row, intent = found.unwrap(), desk.intent(caller, "POST /accounts/reset", key, account_id, body)
    answer = account_answer(row.account_id, row)
    return (await desk.run(intent, reset_command(row, body, intent), answer)).map(told)


async def close(
    desk: Desk, caller: Caller, account_id: str, key: IdempotencyKey
) -> Result[Done[AccountView], Refusal]:
    """Close an account that holds nothing."""
    found = await desk.account(caller, account_id)
    if is_failure(found):
        return found
    row, intent = found.unwrap(), desk.intent(caller, "POST /accounts/close", key, account_id)
    answer = account_answer(row.account_id, row)
    return (await desk.run(intent, close_account(row, intent), answer)).map(told)


async def set_leverage(
    desk: Desk, caller: Caller, account_id: str, symbol: str, body: LeverageChoice
) -> Result[LeverageSetting, Refusal]:
    """Choose the leverage of later orders in a symbol, and how they are margined."""
    found = await desk.account(caller, account_id)
    if is_failure(found):
        return found
    row, facts = found.unwrap(), facts_for(symbol, desk.markets)
    changed = await set_mode(desk, caller, account_id, symbol, body.margin_mode)
    if is_failure(changed):
        return changed
    intent = desk.intent(caller, "PUT /accounts/leverage", "", account_id, symbol, body)
    written = await desk.run(intent, leverage_command(row, symbol, body, intent, facts))
    if is_failure(written):
        return written
    return (await desk.account(caller, account_id)).map(lambda one: leverage_setting(one, symbol))


async def set_mode(
    desk: Desk, caller: Caller, account_id: str, symbol: str, mode: MarginMode | None
) -> Result[bool, Refusal]:
    """The margin mode, when one is wished; whether it was."""
    found = await desk.account(caller, account_id)
    if is_failure(found) or mode is None:
        return found.map(lambda _row: False)
    intent = desk.intent(caller, "PUT /accounts/margin-mode", "", account_id, symbol, mode)
    written = await desk.run(intent, mode_command(found.unwrap(), symbol, mode, intent))
    return written.map(lambda _done: True)


async def margin(
    desk: Desk, caller: Caller, account_id: str, body: MarginChange, key: IdempotencyKey
) -> Result[Done[PositionView], Refusal]:
    """Move money between cash and the margin of a position."""
    found = await desk.account(caller, account_id)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "POST /accounts/margin", key, account_id, body)
    command = margin_command(found.unwrap(), body, intent, desk.markets)
    held = await desk.reading.one(POSITIONS, f"{account_id}/{command.key}", caller.user_id)
    if is_failure(held):
        return held
    written = await desk.run(intent, command, margin_answer(command, held.unwrap()))
    if is_failure(written) or written.unwrap().answer:
        return written.map(moved)
    return (await position(desk, caller, account_id, command.key)).map(Done)


async def protect(
    desk: Desk, caller: Caller, account_id: str, symbol: str, body: Protection
) -> Result[OrderList, Refusal]:
    """Replace the exits of a position; they keep its size."""
    found = await desk.account(caller, account_id)
    if is_failure(found):
        return found
    intent = desk.intent(caller, "PUT /positions/protection", "", account_id, symbol, body)
    facts = facts_for(symbol, desk.markets)
    command = protect_command(found.unwrap(), symbol, body, intent, facts)
    return (await desk.run(intent, command)).map(lambda done: list_of(done.events))


async def unprotect(
    desk: Desk, caller: Caller, account_id: str, symbol: str
) -> Result[None, Refusal]:
    """Take the exits of a position away."""
    done = await protect(desk, caller, account_id, symbol, Protection())
    return done.map(lambda _list: None)


ROUTES: tuple[Route, ...] = routes(
    "trading",
    ("POST", "/accounts", open_account),
    ("POST", "/accounts/{account_id}/reset", reset),
    ("POST", "/accounts/{account_id}/close", close),
    ("PUT", "/accounts/{account_id}/leverage/{symbol}", set_leverage),
    ("POST", "/accounts/{account_id}/margin", margin),
    ("PUT", "/positions/{account_id}/{symbol}/protection", protect),
    ("DELETE", "/positions/{account_id}/{symbol}/protection", unprotect),
)
