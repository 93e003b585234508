"""The chart of accounts as data: which accounts exist, of what kind, which may not go below zero.

An account is named `name`, or `name/reference` where the chart keeps one account for each user,
deal, stream or currency.
"""

import re
from enum import StrEnum

from attrs import frozen
from returns.result import Failure, Result, Success

from astracore.errors.ledger import LedgerFault
from astracore.errors.trading import AccountNotFound

REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", re.ASCII)


class AccountKind(StrEnum):
    """What an account is; assets and expenses are normally debit, the others credit."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    REVENUE = "revenue"
    EXPENSE = "expense"


@frozen(kw_only=True)
class ChartRow:
    """One row. `per` says what the reference names; `floored`: never below zero."""

    number: int
    name: str
    kind: AccountKind
    per: str | None = None
    floored: bool = False


def rows(kind: AccountKind, *texts: str) -> tuple[ChartRow, ...]:
    """Rows from `number name`, `number name/per`, with `!` behind where floored."""
    made = []
    for text in texts:
        number, _, rest = text.rstrip("!").partition(" ")
        name, _, per = rest.partition("/")
        made.append(
            ChartRow(
                number=int(number),
                name=name,
                kind=kind,
                per=per or None,
                floored=text.endswith("!"),
            )
        )
    return tuple(made)


CHART: tuple[ChartRow, ...] = (
    *rows(
        AccountKind.ASSET,
        "1000 bank",
        "1010 processor",
        "1020 crypto_treasury",
        "1100 receivable",
    ),
    *rows(
        AccountKind.LIABILITY,
        "2000 user_funds/user!",
        "2010 escrow/ref!",
        "2020 customer_credit/user!",
        "2100 deferred/stream",
        "2200 tax",
        "2300 payable/to",
    ),
    *rows(
        AccountKind.EQUITY,
        "3000 capital",
        "3100 retained",
        "3200 appropriated",
        "3900 insurance_fund",
        "8000 trading/currency",
        "8900 rounding/currency",
    ),
    *rows(
        AccountKind.REVENUE,
        "4000 subscriptions",
        "4100 transaction_fees",
        "4200 nft_marketplace",
        "4300 premium_features",
        "4900 refunds",
    ),
    *rows(
        AccountKind.EXPENSE,
        "5000 processor_fees",
        "5100 gas",
        "5200 rewards",
        "5300 chargebacks",
        "5400 insurance_paid",
    ),
    *rows(AccountKind.EQUITY, "9000 issued", "9010 burned"),
    *rows(
        AccountKind.LIABILITY,
        "9100 wallet/user!",
        "9200 game_escrow/ref!",
        "9300 treasury/clan!",
    ),
)
BY_NAME = {row.name: row for row in CHART}


def chart_row(account: str) -> Result[ChartRow, LedgerFault]:
    """The row of the chart that `account` is an account of.

    Errors: AccountNotFound (no such name, a reference missing, surplus or not well-formed).
    >>> chart_row("user_funds/u1").unwrap().number, chart_row("user_funds").failure()
    (2000, AccountNotFound(account_id='user_funds'))
    """
    name, slash, reference = account.partition("/")
    row = BY_NAME.get(name)
    if row is None or (row.per is None) == bool(slash):
        return Failure(AccountNotFound(account[:64]))
    if slash and REFERENCE.fullmatch(reference) is None:
        return Failure(AccountNotFound(account[:64]))
    return Success(row)


def is_debit_normal(row: ChartRow) -> bool:
    """Does a debit raise this account?"""
    return row.kind in {AccountKind.ASSET, AccountKind.EXPENSE}
