"""The account decider: every order, fill and refusal of one user in one mode."""

import decimal
from typing import assert_never

from returns.result import Result

from astracore.errors.trading import AccountNotFound, Refused, refused
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.numeric import EXACT
from astracore.trading.commands import (
    AccountCommand,
    CancelAll,
    CancelOrder,
    ClosePosition,
    OpenAccount,
    PlaceOrder,
    RecordAck,
    RecordCancel,
    RecordFill,
    RecordRefusal,
    SetAccountStatus,
    SetLeverage,
)
from astracore.trading.events import AccountEvent
from astracore.trading.fills import record_fill
from astracore.trading.folding import fold
from astracore.trading.placing import cancel_all, cancel_order, close_position, place_order
from astracore.trading.reports import record_report
from astracore.trading.settings import open_account, set_leverage, set_status
from astracore.trading.state import NO_ACCOUNT, Account

Decided = Result[tuple[AccountEvent, ...], Refused]


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
    match command:
        case PlaceOrder():
            return place_order(command, account)
        case RecordFill():
            return record_fill(command, account)
        case RecordAck() | RecordCancel() | RecordRefusal():
            return record_report(command, account)
        case CancelOrder():
            return cancel_order(command, account)
        case CancelAll():
            return cancel_all(command, account)
        case ClosePosition():
            return close_position(command, account)
        case SetLeverage():
            return set_leverage(command, account)
        case SetAccountStatus():
            return set_status(command, account)
        case _:
            assert_never(command)


ACCOUNT: Decider[AccountCommand, Account, AccountEvent, Refused] = Decider(
    name="trading.account", initial=Account(), decide=decide, evolve=fold
)
