"""What the house earned, and whether the books balance."""

from typing import Annotated, TypeAlias

from returns.result import Result

from astracore.errors.events import CorruptRow
from astracore.ledger.entries import Book
from astracore.projections.finance import REVENUE, TRIAL_BALANCE, BalanceRow, RevenueRow
from astracore.projections.streams import StreamRow, earned
from shell.desk import Desk
from shell.http.answers import Items, Page
from shell.http.faults import BadCursor
from shell.http.routes import Caller, Role, Route, routes
from shell.queries import RevenueQuery
from shell.reading import Wanted

ACCOUNTS_MAX = 20_000  # of the house; each user's stand apart
Refusal: TypeAlias = CorruptRow | BadCursor
Accountant: TypeAlias = Annotated[Caller, Role("finance")]


async def revenue(
    desk: Desk,
    caller: Accountant,  # noqa: ARG001 - asks for the role
    query: RevenueQuery,
) -> Result[Page[RevenueRow], Refusal]:
    """Revenue by day and stream, oldest first."""
    wanted = Wanted("finance/revenue", "", query.limit, query.cursor)
    return await desk.reading.page(REVENUE, wanted, query.keeps)


async def trial_balance(
    desk: Desk,
    caller: Accountant,  # noqa: ARG001 - asks for the role
    book: Book | None = None,
) -> Result[Items[BalanceRow], Refusal]:
    """The balance of every account; for each book and currency they add up to zero."""
    found = await desk.reading.all(TRIAL_BALANCE, None, lambda row: book in {None, row.book})
    return found.map(Items)


async def streams(desk: Desk) -> Result[Items[StreamRow], Refusal]:
    """What the house earned by stream, all days together: the public figure."""
    found = await desk.reading.every(TRIAL_BALANCE, "", lambda _row: True, ACCOUNTS_MAX)
    return found.map(lambda read: Items(earned(read[0])))


ROUTES: tuple[Route, ...] = routes(
    "financial",
    ("GET", "/finance/revenue", revenue),
    ("GET", "/finance/trial-balance", trial_balance),
    ("GET", "/revenue/streams", streams),
)
