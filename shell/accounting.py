"""What requests about an account itself stand for: commands, and what is shown afterwards."""

from astracore.ids import AccountId, UserId, derived_id
from astracore.policies.accounts import PRACTICE_BALANCE, PRACTICE_CURRENCY
from astracore.projections.portfolio import PortfolioRow
from astracore.trading.commands import OpenAccount, SetAccountStatus, SetLeverage
from astracore.trading.facts import Facts
from astracore.trading.money_commands import AdjustMargin, ResetPractice, SetMarginMode
from astracore.trading.types import INSTRUMENTS, AccountStatus, MarginMode
from shell.desk import Intent
from shell.market import Markets
from shell.orderforms import LeverageChoice, LeverageSetting, MarginChange, NewAccount, Reset


def open_command(body: NewAccount, intent: Intent, user_id: UserId, count: int) -> OpenAccount:
    """One more account for somebody who has `count` of this mode."""
    given = body.initial_balance
    return OpenAccount(
        account_id=AccountId(derived_id(intent.at.micros // 1000, "account", intent.command_id)),
        user_id=user_id,
        mode=body.mode,
        currency=PRACTICE_CURRENCY,
        initial_balance=PRACTICE_BALANCE if given is None else given,
        at=intent.at,
        accounts=count,
        connection_id=body.connection_id,
        name=body.name,
    )


def reset_command(row: PortfolioRow, body: Reset, intent: Intent) -> ResetPractice:
    """Start again."""
    return ResetPractice(account_id=row.account_id, at=intent.at, balance=body.initial_balance)


def close_account(row: PortfolioRow, intent: Intent) -> SetAccountStatus:
    """The end of an account."""
    return SetAccountStatus(
        account_id=row.account_id,
        status=AccountStatus.CLOSED,
        reason="closed by its owner",
        at=intent.at,
    )


def leverage_command(
    row: PortfolioRow, symbol: str, body: LeverageChoice, intent: Intent, facts: Facts
) -> SetLeverage:
    """The leverage of later orders."""
    return SetLeverage(
        account_id=row.account_id,
        symbol=symbol,
        leverage=body.leverage,
        facts=facts,
        at=intent.at,
    )


def mode_command(row: PortfolioRow, symbol: str, mode: MarginMode, intent: Intent) -> SetMarginMode:
    """The margin mode of later positions."""
    return SetMarginMode(account_id=row.account_id, symbol=symbol, margin_mode=mode, at=intent.at)


def margin_command(
    row: PortfolioRow, body: MarginChange, intent: Intent, markets: Markets
) -> AdjustMargin:
    """Money between cash and a position."""
    return AdjustMargin(
        account_id=row.account_id,
        symbol=body.symbol,
        amount=body.amount,
        at=intent.at,
        marks=markets.marks((body.symbol, *INSTRUMENTS)),
        leg=body.leg,
    )


def leverage_setting(row: PortfolioRow, symbol: str) -> LeverageSetting:
    """What later orders in a symbol use."""
    crossed = symbol in row.cross
    return LeverageSetting(
        symbol=symbol,
        leverage=row.leverage.get(symbol, 1),
        margin_mode=MarginMode.CROSS if crossed else MarginMode.ISOLATED,
    )
