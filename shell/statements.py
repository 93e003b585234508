"""What a demo ends with: an account's statement as lines of text, read from the read models."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from returns.result import Failure, Result
from sqlalchemy import Connection

from adapters.db import ranks, rows
from adapters.db.rows import Page, Row
from astracore.errors.events import CorruptRow
from astracore.errors.trading import PriceFault
from astracore.events.projection import Projection, stored_row
from astracore.numeric import to_text
from astracore.outcome import collect
from astracore.portfolio.statement import Statement, statement
from astracore.projections.finance import REVENUE
from astracore.projections.game import PROGRESS, XP_BOARD, ProgressRow
from astracore.projections.portfolio import PORTFOLIO, PortfolioRow, account_of
from astracore.projections.streams import StreamRow, by_stream

E = TypeVar("E")
R = TypeVar("R")
EVERYTHING = Page(limit=1_000_000)
WIDTH = 28
Told = Result[tuple[str, ...], CorruptRow | PriceFault]


def told(
    connection: Connection, account_id: str, user_id: str, marks: Mapping[str, Decimal]
) -> Told:
    """The statement of one account and its player at `marks`, a line for each figure.

    Errors: CorruptRow (also for an account or player that is not there), UnknownMark.
    """
    return Result.do(
        (
            *money_lines(account, stated),
            *game_lines(player, *rank(connection, user_id)),
            *revenue_lines(by_stream(revenue)),
            *identity_lines(stated),
        )
        for account in one(connection, PORTFOLIO, account_id)
        for stated in statement(account_of(account), marks)
        for player in one(connection, PROGRESS, user_id)
        for revenue in every(connection, REVENUE)
    )


def one(connection: Connection, model: Projection[E, R], key: str) -> Result[R, CorruptRow]:
    """A row that must be there.  Errors: CorruptRow."""
    found = rows.row(connection, rows.shown(connection, model), key)
    return decoded(model, found, key)


def every(connection: Connection, model: Projection[E, R]) -> Result[tuple[R, ...], CorruptRow]:
    """All rows of a model in their order.  Errors: CorruptRow."""
    found = rows.page(connection, rows.shown(connection, model), EVERYTHING)
    return collect(decoded(model, row, row.key) for row in found)


def decoded(model: Projection[E, R], row: Row | None, key: str) -> Result[R, CorruptRow]:
    """The typed row.  Errors: CorruptRow."""
    if row is None:
        return Failure(CorruptRow(model.name, key, "absent"))
    return stored_row(model, key, row.body)


def rank(connection: Connection, user_id: str) -> tuple[int, int]:
    """The place on the XP board, from 1, and how many there are; 0 for somebody not on it."""
    slot = rows.shown(connection, XP_BOARD)
    mine = rows.row(connection, slot, user_id)
    place = 0 if mine is None else 1 + ranks.before(connection, slot, mine.owner, mine.sort)
    return place, ranks.count(connection, slot, "")


def figure(name: str, value: Decimal | int | str, unit: str = "") -> str:
    """One line: a name, a value to the last digit, a unit.

    >>> figure("cash", Decimal("9950.10"), "PUSD")
    'cash                        9950.1 PUSD'
    """
    text = to_text(value) if isinstance(value, Decimal) else str(value)
    return f"{name:<{WIDTH}}{text} {unit}".rstrip()


def money_lines(account: PortfolioRow, stated: Statement) -> tuple[str, ...]:
    """The account's money."""
    unit = account.currency
    amounts = {
        "equity at the start": stated.equity_start,
        "equity at the end": stated.equity_end,
        "cash": stated.cash,
        "margin": stated.margin,
        "realised": stated.realised,
        "unrealised": stated.unrealised,
        "fees": stated.fees,
    }
    held = (
        figure(f"position {held.symbol}", held.qty, f"at cost {to_text(held.cost)}")
        for held in account.positions.values()
    )
    fills = figure("fills", account.trades)
    return (*(figure(name, amount, unit) for name, amount in amounts.items()), fills, *held)


def game_lines(player: ProgressRow, place: int, players: int) -> tuple[str, ...]:
    """The player's standing."""
    return (
        figure("XP", player.xp),
        figure("level", player.level),
        figure("streak", player.streak, "days"),
        figure("rank", place, f"of {players}"),
    )


def revenue_lines(streams: tuple[StreamRow, ...]) -> tuple[str, ...]:
    """What the house earned, by stream."""
    return tuple(figure(f"revenue {one.stream}", one.amount, one.currency) for one in streams) or (
        figure("revenue", 0),
    )


def identity_lines(stated: Statement) -> tuple[str, ...]:
    """equity_end − equity_start = realised + unrealised − fees, what else it was, and the rest."""
    end, start = to_text(stated.equity_end), to_text(stated.equity_start)
    terms = f"{to_text(stated.realised)} + {to_text(stated.unrealised)} - {to_text(stated.fees)}"
    for sign, amount in (
        ("+", stated.funding),
        ("+", stated.insurance),
        ("-", stated.withdrawals),
    ):
        terms += f" {sign} {to_text(amount)}" if amount else ""
    return ("", f"{end} - {start} = {terms}", f"unexplained: {to_text(stated.unexplained)}")
