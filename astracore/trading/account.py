"""The account decider: every order, fill and refusal of one user in one mode."""

import decimal
from typing import TypeAlias, assert_never

from returns.result import Result

from astracore.errors.trading import AccountNotFound, Refused, refused
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.numeric import EXACT
from astracore.trading.commands import (
    AccountCommand,
    AmendOrder,
    CancelAll,
    CancelOrder,
    ClosePosition,
    OpenAccount,
    PlaceList,
    PlaceOrder,
    RecordAck,
    RecordCancel,
    RecordFill,
    RecordQuery,
    RecordRefusal,
    SetAccountStatus,
    SetLeverage,
    SetProtection,
)
from astracore.trading.events import AccountEvent
from astracore.trading.folding import fold
from astracore.trading.money_commands import (
    AdjustMargin,
    ApplyFunding,
    MoveCash,
    ObserveMarket,
    ResetPractice,
    SetMarginMode,
    SetPositionMode,
)
from astracore.trading.state import NO_ACCOUNT, Account
from astracore.trading.steps.amending import amend_order
from astracore.trading.steps.cash import adjust_margin, apply_funding, move_cash, reset_practice
from astracore.trading.steps.fills import record_fill
from astracore.trading.steps.lists import place_list, set_protection
from astracore.trading.steps.observing import observe_market
from astracore.trading.steps.placing import cancel_all, cancel_order, close_position, place_order
from astracore.trading.steps.reports import record_query, record_report
from astracore.trading.steps.settings import (
    open_account,
    set_leverage,
    set_margin_mode,
    set_position_mode,
    set_status,
)

Decided = Result[tuple[AccountEvent, ...], Refused]
OfOrders: TypeAlias = (
    PlaceOrder | PlaceList | AmendOrder | CancelOrder | CancelAll | ClosePosition | SetProtection
)
OfVenue: TypeAlias = (
    RecordFill
    | RecordAck
    | RecordCancel
    | RecordRefusal
    | RecordQuery
    | ObserveMarket
    | ApplyFunding
)
OfAccount: TypeAlias = (
    SetLeverage
    | SetMarginMode
    | SetPositionMode
    | SetAccountStatus
    | AdjustMargin
    | MoveCash
    | ResetPractice
)


def decide(command: AccountCommand, account: Account) -> Decided:
    """What `command` makes happen to `account`, or every reason why not.

    Errors: Refused, its causes in the order of the ladder. Runs under EXACT, whatever the caller's
    decimal context: a figure that does not fit is numeric_limit and changes nothing.
    """
    with decimal.localcontext(EXACT):
        try:
            return _routed(command, account)
        except decimal.DecimalException as signal:
            return refused(NumericLimit(type(signal).__name__))


def _routed(command: AccountCommand, account: Account) -> Decided:
    """Accounts that were never opened answer to OpenAccount alone."""
    if isinstance(command, OpenAccount):
        return open_account(command, account)
    if account.account_id == NO_ACCOUNT:
        return refused(AccountNotFound(command.account_id))
    if isinstance(command, OfOrders):
        return _of_orders(command, account)
    if isinstance(command, OfVenue):
        return _of_venue(command, account)
    return _of_account(command, account)


def _of_orders(command: OfOrders, account: Account) -> Decided:
    """What the owner wants of orders."""
    match command:
        case PlaceOrder():
            return place_order(command, account)
        case PlaceList():
            return place_list(command, account)
        case AmendOrder():
            return amend_order(command, account)
        case CancelOrder():
            return cancel_order(command, account)
        case CancelAll():
            return cancel_all(command, account)
        case ClosePosition():
            return close_position(command, account)
        case SetProtection():
            return set_protection(command, account)
        case _:
            assert_never(command)


def _of_venue(command: OfVenue, account: Account) -> Decided:
    """What venues and markets say."""
    match command:
        case RecordFill():
            return record_fill(command, account)
        case RecordAck() | RecordCancel() | RecordRefusal():
            return record_report(command, account)
        case RecordQuery():
            return record_query(command, account)
        case ObserveMarket():
            return observe_market(command, account)
        case ApplyFunding():
            return apply_funding(command, account)
        case _:
            assert_never(command)


def _of_account(command: OfAccount, account: Account) -> Decided:
    """How the account is set up, and its money."""
    match command:
        case SetLeverage():
            return set_leverage(command, account)
        case SetMarginMode():
            return set_margin_mode(command, account)
        case SetPositionMode():
            return set_position_mode(command, account)
        case SetAccountStatus():
            return set_status(command, account)
        case AdjustMargin():
            return adjust_margin(command, account)
        case MoveCash():
            return move_cash(command, account)
        case ResetPractice():
            return reset_practice(command, account)
        case _:
            assert_never(command)


ACCOUNT: Decider[AccountCommand, Account, AccountEvent, Refused] = Decider(
    name="trading.account", initial=Account(), decide=decide, evolve=fold
)
