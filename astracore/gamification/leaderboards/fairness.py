"""Who may stand on a board: each rule one predicate, all reasons told at once."""

from collections.abc import Callable
from decimal import Decimal

from attrs import frozen

from astracore.gamification.leaderboards.rules import BoardTable, Entry, entry_of
from astracore.gamification.leaderboards.types import Board, BoardKey, Market

TRADED = frozenset({Board.RETURN, Board.SHARPE})


@frozen(kw_only=True)
class Contender:
    """What is known of somebody when a score comes in."""

    market: Market = Market.ANY
    trades: int = 0  # closed in the period
    start_equity: Decimal = Decimal(0)  # at the begin of the period [account currency]
    days: int = 0  # of the period that have a return
    is_suspended: bool = False
    is_flagged: bool = False  # by moderation
    washes: bool = False  # trades against themselves
    is_linked: bool = False  # another account of the same owner stands on the board
    is_ai: bool = False


STRANGER = Contender()  # nothing is known, and nothing is held against them


def has_traded_enough(one: Contender, entry: Entry) -> bool:
    """Enough closed trades: one lucky trade is no record."""
    return one.trades >= entry.trades


def has_capital(one: Contender, entry: Entry) -> bool:
    """Enough to begin with: nobody multiplies a cent."""
    equity = one.start_equity
    return not equity.is_nan() and equity >= entry.start_equity


def has_days(one: Contender, entry: Entry) -> bool:
    """Enough days with a return for a ratio to mean something."""
    return one.days >= entry.days


def is_in_good_standing(one: Contender) -> bool:
    """Neither suspended nor flagged."""
    return not (one.is_suspended or one.is_flagged)


def is_honest(one: Contender) -> bool:
    """Trades with others, under one name."""
    return not (one.washes or one.is_linked)


def is_on_its_market(one: Contender, key: BoardKey) -> bool:
    """Practice and live apart; boards that measure trading are of one of the two."""
    apart = key.market is not Market.ANY or key.board not in TRADED
    return one.market is key.market and apart


def reasons(one: Contender, key: BoardKey, table: BoardTable) -> tuple[str, ...]:
    """Why somebody may not stand on a board; nothing when they may.

    Invariant: what can be paid in (equity beyond the minimum) never matters.
    """
    entry = entry_of(key.board, table)
    checks: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("trades", lambda: has_traded_enough(one, entry)),
        ("start_equity", lambda: has_capital(one, entry)),
        ("days", lambda: has_days(one, entry)),
        ("standing", lambda: is_in_good_standing(one)),
        ("honesty", lambda: is_honest(one)),
        ("ai", lambda: not one.is_ai),
        ("market", lambda: is_on_its_market(one, key)),
    )
    return tuple(name for name, holds in checks if not holds())
