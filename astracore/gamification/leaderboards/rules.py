"""What boards ask of a contender, how much of them is shown, and what a place is worth."""

from decimal import Decimal

from attrs import frozen

from astracore.gamification.leaderboards.types import Board


@frozen(kw_only=True)
class Entry:
    """What it takes to stand on a board."""

    trades: int = 0  # closed ones, at least
    start_equity: Decimal = Decimal(0)  # [account currency], at least
    days: int = 0  # with a daily return, at least


ANYBODY = Entry()
ENTRIES = (
    (Board.RETURN, Entry(trades=5, start_equity=Decimal(100))),
    (Board.SHARPE, Entry(days=20)),
)


@frozen(kw_only=True)
class Prize:
    """What the ranks `first` to `last` of a frozen list are paid [CREDIT]."""

    first: int
    last: int
    credits: int


@frozen(kw_only=True)
class BoardTable:
    """The rules of all boards. A board without prizes has winners of honour."""

    entries: tuple[tuple[Board, Entry], ...] = ENTRIES
    shown: int = 100  # ranks that everybody sees
    neighbours: int = 5  # on either side of one's own, where nobody asks for more
    neighbours_most: int = 20
    winners: int = 10  # ranks that a closed period names
    prizes: tuple[Prize, ...] = ()


BOARDS = BoardTable()


def entry_of(board: Board, table: BoardTable) -> Entry:
    """What it takes to stand on a board."""
    return dict(table.entries).get(board, ANYBODY)


def credits_of(rank: int, table: BoardTable) -> int:
    """What a rank is paid.

    >>> credits_of(2, BoardTable(prizes=(Prize(first=1, last=3, credits=50),)))
    50
    """
    return next((one.credits for one in table.prizes if one.first <= rank <= one.last), 0)


def radius_of(asked: int | None, table: BoardTable) -> int:
    """How many neighbours are shown on either side: 1 to 20, 5 where nobody asks.

    >>> radius_of(None, BOARDS), radius_of(0, BOARDS), radius_of(99, BOARDS)
    (5, 1, 20)
    """
    if asked is None:
        return table.neighbours
    return min(max(asked, 1), table.neighbours_most)
