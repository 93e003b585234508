"""Opening an account and setting it up: balance, leverage, status."""

from returns.result import Result, Success

from astracore.errors.trading import (
    AccountClosed,
    BalanceOutOfRange,
    InstrumentUnavailable,
    InvalidTransition,
    LeverageAboveBracket,
    PositionOpen,
    Refused,
    TooManyAccounts,
    refused,
)
from astracore.errors.values import BadAmount
from astracore.numeric import bounded, quotient
from astracore.trading.checks.limit_checks import highest_leverage, tier_of
from astracore.trading.checks.pretrade import LIMITS, missing_standing
from astracore.trading.commands import (
    OpenAccount,
    SetAccountStatus,
    SetLeverage,
)
from astracore.trading.events import (
    AccountEvent,
    AccountOpened,
    AccountStatusChanged,
    LeverageSet,
)
from astracore.trading.money_commands import SetMarginMode, SetPositionMode
from astracore.trading.money_events import MarginModeSet, PositionModeSet
from astracore.trading.reserves import notional_of
from astracore.trading.settlement import terms_of, unit_of
from astracore.trading.state import NO_ACCOUNT, Account
from astracore.trading.types import (
    ZERO,
    AccountMode,
    AccountStatus,
    ContractKind,
    Instrument,
    MarginMode,
)

Decided = Result[tuple[AccountEvent, ...], Refused]


def open_account(command: OpenAccount, account: Account) -> Decided:
    """Open an account with its initial balance.

    Errors in order: invalid_transition (it is open), live_not_allowed, too_many_accounts,
    bad_amount (finer than the currency's unit, or out of bounds), balance_out_of_range.
    """
    if account.account_id != NO_ACCOUNT:
        return refused(InvalidTransition(account.account_id, account.status.value, "open_account"))
    live = command.mode is AccountMode.LIVE
    missing = missing_standing(command.live) if live else ()
    if missing:
        return refused(*missing)
    if command.accounts >= LIMITS.accounts:
        return refused(TooManyAccounts(LIMITS.accounts))
    balance = command.initial_balance
    if not bounded(balance) or balance % unit_of(command.currency) != ZERO:
        return refused(BadAmount(str(balance)[:64]))
    lowest = ZERO if live else LIMITS.lowest_balance
    if balance < lowest or not (live or balance <= LIMITS.highest_balance):
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
                name=command.name,
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
    cap = leverage_cap(command, account, listed)
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


def leverage_cap(command: SetLeverage, account: Account, listed: Instrument) -> int:
    """The highest leverage for what is held: spot pairs have none."""
    if listed.kind is ContractKind.SPOT:
        return 1
    prices = {mark.symbol: mark.price for mark in command.facts.marks}
    mark = prices.get(command.symbol)
    notional = ZERO
    for held in account.positions.values():
        if held.symbol == command.symbol:
            value, under = notional_of(terms_of(listed), abs(held.qty), mark or ZERO)
            worth = abs(held.cost) if mark is None else quotient(value, under)
            notional = max(notional, worth)
    return highest_leverage(listed, notional, command.facts.level, tier_of(command.facts))


def set_margin_mode(command: SetMarginMode, account: Account) -> Decided:
    """Isolated or cross margin, while nothing is open in the symbol.

    Errors in order: account_closed, position_open.
    """
    if account.status is AccountStatus.CLOSED:
        return refused(AccountClosed(account.account_id))
    crossed = command.symbol in account.cross
    if crossed is (command.margin_mode is MarginMode.CROSS):
        return Success(())
    opened = {one.symbol for one in account.positions.values()}
    opened |= {one.symbol for one in account.orders.values()}
    if command.symbol in opened:
        return refused(PositionOpen(command.symbol))
    return Success(
        (
            MarginModeSet(
                account_id=account.account_id,
                symbol=command.symbol,
                margin_mode=command.margin_mode,
                at=command.at,
            ),
        )
    )


def set_position_mode(command: SetPositionMode, account: Account) -> Decided:
    """Netting or hedging, while nothing is open.

    Errors in order: account_closed, position_open.
    """
    if account.status is AccountStatus.CLOSED:
        return refused(AccountClosed(account.account_id))
    if account.position_mode is command.position_mode:
        return Success(())
    if account.positions or account.orders:
        return refused(PositionOpen(account.account_id))
    return Success(
        (
            PositionModeSet(
                account_id=account.account_id,
                position_mode=command.position_mode,
                at=command.at,
            ),
        )
    )


def set_status(command: SetAccountStatus, account: Account) -> Decided:
    """Freeze, reopen or close.  Errors: invalid_transition (it is closed), position_open."""
    if account.status is command.status:
        return Success(())
    if account.status is AccountStatus.CLOSED:
        asked = f"become {command.status.value}"
        return refused(InvalidTransition(account.account_id, account.status.value, asked))
    if command.status is AccountStatus.CLOSED and (account.positions or account.orders):
        return refused(PositionOpen(account.account_id))
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
