"""The statement of an account: the change of equity, explained to the last digit."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.trading import PriceFault
from astracore.numeric import exact
from astracore.outcome import is_failure
from astracore.trading.pnl import valuation
from astracore.trading.state import Account


@frozen(kw_only=True)
class Statement:
    """What became of an account's opening balance [account currency].

    `unexplained` = (equity_end − equity_start) − (realised + unrealised − fees + funding
    + insurance − withdrawals); `equity_start` is everything deposited.
    Invariant: unexplained is 0, with no tolerance.
    """

    equity_start: Decimal
    equity_end: Decimal
    cash: Decimal
    margin: Decimal
    realised: Decimal
    unrealised: Decimal
    fees: Decimal
    funding: Decimal
    insurance: Decimal
    withdrawals: Decimal
    unexplained: Decimal


@exact
def statement(account: Account, marks: Mapping[str, Decimal]) -> Result[Statement, PriceFault]:
    """Compare what `account` was opened with and what it is worth at `marks` [quote per base].

    equity_end − equity_start = realised + unrealised − fees + funding + insurance − withdrawals;
    the account started flat, so that it had nothing unrealised.
    Errors: UnknownMark, NumericLimit.  Rounds: never.  Source: docs/formulas.md#equity.
    """
    valued = valuation(account, marks)
    if is_failure(valued):
        return Failure(valued.failure())
    now = valued.unwrap()
    change = now.equity - account.deposits
    earned = account.realised + now.unrealised - account.fees
    explained = earned + account.funding + account.insurance - account.withdrawals
    return Success(
        Statement(
            equity_start=account.deposits,
            equity_end=now.equity,
            cash=now.cash,
            margin=now.margin,
            realised=account.realised,
            unrealised=now.unrealised,
            fees=account.fees,
            funding=account.funding,
            insurance=account.insurance,
            withdrawals=account.withdrawals,
            unexplained=change - explained,
        )
    )
