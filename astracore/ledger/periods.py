"""Months of the books: which are closed, which are still remembered."""

import re

from returns.result import Failure, Result, Success

from astracore.errors.ledger import LedgerFault, PeriodClosed, PeriodNotOver
from astracore.errors.values import InvalidPeriod
from astracore.ids import UUID, EntryId
from astracore.instants import LAST, Instant, utc_month
from astracore.ledger.commands import ClosePeriod
from astracore.ledger.entries import Entry
from astracore.ledger.events import BooksClosed, BooksEvent
from astracore.ledger.state import Books

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
VERSION = 14  # where a UUID says its version
TIMED = "7"  # the version that begins with a time


def _months_before(month: str, count: int) -> str:
    """The month `count` months before `month`, which is well-formed; never before year 0."""
    year, _, number = month.partition("-")
    left = min(max(0, int(year) * 12 + int(number) - 1 - count), 9999 * 12 + 11)
    return f"{left // 12:04}-{left % 12 + 1:02}"


def close(command: ClosePeriod, books: Books) -> Result[tuple[BooksEvent, ...], LedgerFault]:
    """Months end in order: closing one closes those before it.

    Errors: InvalidPeriod (no month), PeriodClosed (already), PeriodNotOver.
    """
    if MONTH.fullmatch(command.month) is None:
        return Failure(InvalidPeriod(command.month[:64]))
    if books.closed is not None and command.month <= books.closed:
        return Failure(PeriodClosed(command.month))
    if command.month >= utc_month(command.at):
        return Failure(PeriodNotOver(command.month))
    kept = max(0, command.rules.kept_months)
    event = BooksClosed(
        book=command.book,
        month=command.month,
        kept_from=max(books.kept_from, _months_before(command.month, kept - 1)),
        at=command.at,
    )
    return Success((event,))


def period_fault(entry: Entry, books: Books) -> LedgerFault | None:
    """Why the book's months refuse an entry.

    An id that bears a time of a month no more remembered may have been used there, and is refused
    like an entry of that month.
    """
    month = utc_month(entry.at)
    if books.closed is not None and month <= books.closed:
        return PeriodClosed(month)
    born = born_in(entry.journal_id)
    return PeriodClosed(born) if born is not None and born < books.kept_from else None


def born_in(journal_id: EntryId) -> str | None:
    """The month in the id itself, where it is one that begins with a time (UUIDv7).

    >>> born_in(EntryId("019cb9a8-6d00-7000-8000-000000000000"))
    '2026-03'
    """
    if UUID.fullmatch(journal_id) is None or journal_id[VERSION] != TIMED:
        return None
    micros = int(journal_id[:8] + journal_id[9:13], 16) * 1000
    return utc_month(Instant(min(micros, LAST)))
