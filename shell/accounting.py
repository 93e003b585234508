"""What requests about an account itself stand for: commands, and the answers stored with them."""

from collections.abc import Mapping
from typing import TypeVar

import orjson

from astracore.events.envelope import Envelope
from astracore.events.policy import concerning
from astracore.events.projection import Projection
from astracore.ids import AccountId, UserId, derived_id
from astracore.policies.accounts import PRACTICE_BALANCE, PRACTICE_CURRENCY
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow
from astracore.projections.trades import POSITIONS, PositionRow, PositionView, marked
from astracore.trading.commands import OpenAccount, SetAccountStatus, SetLeverage
from astracore.trading.facts import Facts
from astracore.trading.money_commands import AdjustMargin, ResetPractice, SetMarginMode
from astracore.trading.types import AccountStatus, MarginMode
from shell.asked import Answer, Written
from shell.codecs import AccountView, account_view, prices
from shell.desk import Intent
from shell.http.answers import Created, Done, Kept, to_json
from shell.market import Markets
from shell.orderforms import LeverageChoice, LeverageSetting, MarginChange, NewAccount, Reset

E = TypeVar("E")
R = TypeVar("R")


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
        marks=markets.marks((body.symbol, *markets.listed)),
        leg=body.leg,
    )


def folded(
    model: Projection[E, R], key: str, row: R | None, events: tuple[Envelope[object], ...]
) -> R | None:
    """A row of `model` after what just happened."""
    for envelope in events:
        narrowed = concerning(model.events, envelope)
        if narrowed is not None and key in model.keys(narrowed):
            row = model.evolve(row, narrowed, key)
    return row


def account_answer(account_id: AccountId, row: PortfolioRow | None = None) -> Answer:
    """Makes the account that is stored and given again to every retry. It was `row` before."""

    def answer(events: tuple[Envelope[object], ...]) -> bytes:
        after = folded(PORTFOLIO, account_id, row, events)
        return b"{}" if after is None else to_json(account_view(after))

    return answer


def opened(written: Written) -> Created[AccountView]:
    """The stored answer, and where the account is to be found."""
    answer: Mapping[str, object] = orjson.loads(written.answer)
    address = f"/v1/accounts/{answer['account_id']}"
    return Created(Kept(written.answer), address, is_replayed=written.replayed)


def told(written: Written) -> Done[AccountView]:
    """The stored answer."""
    return Done(Kept(written.answer), is_replayed=written.replayed)


def margin_answer(command: AdjustMargin, row: PositionRow | None) -> Answer:
    """Makes the position, at the mark it was decided by, that every retry is given.

    Nothing is stored for a position that could not be read before (`row` is None) or valued.
    """

    def answer(events: tuple[Envelope[object], ...]) -> bytes:
        after = folded(POSITIONS, f"{command.account_id}/{command.key}", row, events)
        mark = prices(command.marks).get(command.symbol)
        if after is None or mark is None:
            return b""
        return marked(after, mark).map(to_json).value_or(b"")

    return answer


def moved(written: Written) -> Done[PositionView]:
    """The stored answer."""
    return Done(Kept(written.answer), is_replayed=written.replayed)


def leverage_setting(row: PortfolioRow, symbol: str) -> LeverageSetting:
    """What later orders in a symbol use."""
    crossed = symbol in row.cross
    return LeverageSetting(
        symbol=symbol,
        leverage=row.leverage.get(symbol, 1),
        margin_mode=MarginMode.CROSS if crossed else MarginMode.ISOLATED,
    )
