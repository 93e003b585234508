"""The decider of one book: what may be posted, and what posting does to the balances."""

from typing import assert_never

from returns.result import Failure, Result, Success

from astracore.errors.ledger import DuplicateEntry, EntryNotFound
from astracore.events.decider import Decider
from astracore.ids import EntryId
from astracore.ledger.checks import (
    BooksRefusal,
    expired,
    fitting,
    unwritable,
    unwritable_entry,
)
from astracore.ledger.commands import (
    BooksCommand,
    ClosePeriod,
    ExpireHolds,
    Hold,
    PostEntry,
    PostHold,
    ReverseEntry,
    VoidHold,
)
from astracore.ledger.entries import Entry, Line
from astracore.ledger.events import BooksEvent, JournalPosted
from astracore.ledger.folding import evolve
from astracore.ledger.holds import hold, post_hold, void_hold
from astracore.ledger.periods import close
from astracore.ledger.state import Books, content_of

__all__ = ["BOOKS", "BooksRefusal", "decide", "evolve"]


def decide(command: BooksCommand, books: Books) -> Result[tuple[BooksEvent, ...], BooksRefusal]:
    """Post, reverse, hold, end a hold, close a month.

    Errors: BadText, EntryNotFound (reversal), DuplicateEntry, HoldNotFound, HoldExpired,
    AccountNotFound, Unsettled, Unbalanced, HoldExceeded, PeriodClosed, InsufficientFunds,
    NumericLimit; InvalidPeriod, PeriodNotOver (closing).
    Invariants: each entry's lines add up to 0 in each currency; no floored account is below what
    is held of it; a hold ends once; a closed month takes nothing.
    """
    match command:
        case PostEntry():
            return post(command, command.entry, books, None)
        case ReverseEntry():
            return reverse(command, command.entry, books)
        case Hold():
            return hold(command, books)
        case PostHold():
            return post_hold(command, books)
        case VoidHold():
            return void_hold(command, books)
        case ExpireHolds():
            return Success(expired(command.book, books, command.at))
        case ClosePeriod():
            return close(command, books)
        case _:
            assert_never(command)


def post(
    command: PostEntry | ReverseEntry, entry: Entry, books: Books, reverses: EntryId | None
) -> Result[tuple[BooksEvent, ...], BooksRefusal]:
    """The ladder of a posting. The same id and content again is a no-op."""
    text = unwritable_entry(entry)
    if text is not None:
        return Failure(text)
    mark = books.marks.get(entry.journal_id)
    if mark is not None:
        same = mark.content == content_of(entry)
        return Success(()) if same else Failure(DuplicateEntry(entry.journal_id))
    made = JournalPosted(
        book=command.book,
        journal_id=entry.journal_id,
        at=entry.at,
        reason=entry.reason,
        reference=entry.reference,
        lines=entry.lines,
        reverses=reverses,
    )
    return fitting(command.book, entry, books).map(lambda lapsed: (*lapsed, made))


def reverse(
    command: ReverseEntry, entry: Entry, books: Books
) -> Result[tuple[BooksEvent, ...], BooksRefusal]:
    """The ladder of a reversal: the entry stands, as given, and was not taken back before."""
    text = unwritable_entry(entry) or unwritable(
        journal_id=command.journal_id, reason=command.reason
    )
    if text is not None:
        return Failure(text)
    mark = books.marks.get(entry.journal_id)
    if mark is None:
        return Failure(EntryNotFound(entry.journal_id))
    if mark.content != content_of(entry):
        return Failure(DuplicateEntry(entry.journal_id))
    if mark.reversed_by is not None and mark.reversed_by != command.journal_id:
        return Failure(DuplicateEntry(entry.journal_id))
    return post(command, negation(command), books, entry.journal_id)


def negation(command: ReverseEntry) -> Entry:
    """The entry that takes another back: the same lines with the sign turned."""
    lines = tuple(
        Line(account=line.account, currency=line.currency, amount=line.amount.copy_negate())
        for line in command.entry.lines
    )
    return Entry(
        journal_id=command.journal_id,
        at=command.at,
        reason=command.reason,
        reference=command.entry.journal_id,
        lines=lines,
    )


BOOKS = Decider("financial.books", Books(), decide, evolve)
