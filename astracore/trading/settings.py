"""Opening an account and setting it up: balance, leverage, status."""

from returns.result import Result, Success

from astracore.errors.trading import (
    AccountClosed,
    BalanceOutOfRange,
    InstrumentUnavailable,
    InvalidTransition,
    LeverageAboveBracket,
    LiveNotAllowed,
    Refused,
    TooManyAccounts,
    refused,
)
from astracore.errors.values import BadAmount
from astracore.numeric import bounded
from astracore.trading.commands import OpenAccount, SetAccountStatus, SetLeverage
from astracore.trading.events import (
    AccountEvent,
    AccountOpened,
    AccountStatusChanged,
    LeverageSet,
)
from astracore.trading.pretrade import LIMITS, highest_leverage
from astracore.trading.state import NO_ACCOUNT, Account
from astracore.trading.types import MICRO, ZERO, AccountMode, AccountStatus

Decided = Result[tuple[AccountEvent, ...], Refused]


def open_account(command: OpenAccount, account: Account) -> Decided:
    """Open an account with its initial balance.

    Errors in order: invalid_transition (it is open), live_not_allowed, too_many_accounts,
    bad_amount (finer than 6 decimals, or out of bounds), balance_out_of_range.
    """
    if account.account_id != NO_ACCOUNT:
        return refused(InvalidTransition(account.account_id, account.status.value, "open_account"))
    if command.mode is AccountMode.LIVE:
        return refused(LiveNotAllowed("live trading needs a verified exchange connection"))
    if command.accounts >= LIMITS.accounts:
        return refused(TooManyAccounts(LIMITS.accounts))
    balance = command.initial_balance
    if not bounded(balance) or balance % MICRO != ZERO:
        return refused(BadAmount(str(balance)[:64]))
    if not LIMITS.lowest_balance <= balance <= LIMITS.highest_balance:
        return refused(BalanceOutOfRange(balance, LIMITS.lowest_balance, LIMITS.highest_balance))
    return Success(
        (
            AccountOpened(
                account_id=command.account_id,
                user_id=command.user_id,
                mode=command.mode,
                currency=command.currency,
                initial_balance=balance,
                at=command.at,
                connection_id=command.connection_id,
            ),
        )
    )


def set_leverage(command: SetLeverage, account: Account) -> Decided:
    """Choose the leverage of later orders.

    Errors: account_closed, instrument_unavailable, leverage_above_bracket (also below 1).
    """
    listed = command.facts.instrument
    if account.status is AccountStatus.CLOSED:
        return refused(AccountClosed(account.account_id))
    if listed is None or listed.symbol != command.symbol:
        return refused(InstrumentUnavailable(command.symbol, "unknown"))
    prices = {mark.symbol: mark.price for mark in command.facts.marks}
    held = account.positions.get(command.symbol)
    notional = ZERO
    if held is not None:
        mark = prices.get(command.symbol)
        notional = abs(held.cost if mark is None else held.qty * mark)
    cap = highest_leverage(listed, notional, command.facts.level)
    if not 1 <= command.leverage <= cap:
        return refused(LeverageAboveBracket(command.leverage, cap))
    return Success(
        (
            LeverageSet(
                account_id=account.account_id,
                symbol=command.symbol,
                leverage=command.leverage,
                at=command.at,
            ),
        )
    )


def set_status(command: SetAccountStatus, account: Account) -> Decided:
    """Freeze, reopen or close.  Errors: invalid_transition (closed, or closing with positions)."""
    if account.status is command.status:
        return Success(())
    busy = bool(account.positions or account.orders)
    closing = command.status is AccountStatus.CLOSED
    if account.status is AccountStatus.CLOSED or (closing and busy):
        asked = f"become {command.status.value}"
        return refused(InvalidTransition(account.account_id, account.status.value, asked))
    return Success(
        (
            AccountStatusChanged(
                account_id=account.account_id,
                status=command.status,
                reason=command.reason,
                at=command.at,
            ),
        )
    )
