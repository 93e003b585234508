"""Two-phase transfers: an amount is set aside, then posted in whole or in part, or given back."""

from decimal import Decimal

from returns.result import Failure, Result, Success

from astracore.errors.ledger import DuplicateEntry, HoldExceeded, HoldExpired, HoldNotFound
from astracore.instants import LAST, Instant, after
from astracore.ledger.checks import (
    BooksRefusal,
    faulty_entry,
    fitting,
    overdraft,
    unwritable,
    unwritable_entry,
)
from astracore.ledger.commands import Hold, PostHold, VoidHold
from astracore.ledger.entries import Line
from astracore.ledger.events import (
    BooksEvent,
    HoldPlaced,
    HoldPosted,
    HoldVoided,
    JournalPosted,
)
from astracore.ledger.folding import released
from astracore.ledger.periods import period_fault
from astracore.ledger.state import HOLD, ZERO, Books, Held, content_of, moved
from astracore.numeric import exact

Decided = Result[tuple[BooksEvent, ...], BooksRefusal]


def hold(command: Hold, books: Books) -> Decided:
    """The ladder of a hold. The same id and content again is a no-op, also after its end.

    Errors: BadText, DuplicateEntry, those of `fitting`.
    """
    entry = command.entry
    text = unwritable_entry(entry)
    if text is not None:
        return Failure(text)
    mark = books.marks.get(entry.journal_id)
    if mark is not None:
        same = mark.content == HOLD + content_of(entry)
        return Success(()) if same else Failure(DuplicateEntry(entry.journal_id))
    ends = after(entry.at, command.rules.hold_lasts)
    placed = HoldPlaced(
        book=command.book,
        hold_id=entry.journal_id,
        at=entry.at,
        expires_at=Instant(min(max(ends.micros, entry.at.micros), LAST)),
        reason=entry.reason,
        reference=entry.reference,
        lines=entry.lines,
    )
    return fitting(command.book, entry, books).map(lambda lapsed: (*lapsed, placed))


@exact
def post_hold(command: PostHold, books: Books) -> Decided:
    """The ladder of posting what was held. The same entry again is a no-op.

    Errors: BadText, DuplicateEntry, HoldNotFound, HoldExpired, those of an entry, HoldExceeded,
    PeriodClosed, NumericLimit.
    Invariant: on each account at most what was held, to the same side, is posted.
    """
    entry = command.entry
    text = unwritable_entry(entry)
    if text is not None:
        return Failure(text)
    mark = books.marks.get(entry.journal_id)
    if mark is not None:
        same = mark.content == content_of(entry)
        return Success(()) if same else Failure(DuplicateEntry(entry.journal_id))
    standing = books.holds.get(command.hold_id)
    if standing is None:
        return Failure(HoldNotFound(command.hold_id))
    fault = post_fault(command, standing, books)
    if fault is not None:
        return Failure(fault)
    return Success(
        (
            HoldPosted(
                book=command.book,
                hold_id=command.hold_id,
                journal_id=entry.journal_id,
                lines=standing.lines,
                at=entry.at,
            ),
            JournalPosted(
                book=command.book,
                journal_id=entry.journal_id,
                at=entry.at,
                reason=entry.reason,
                reference=entry.reference,
                lines=entry.lines,
            ),
        )
    )


def post_fault(command: PostHold, standing: Held, books: Books) -> BooksRefusal | None:
    """Why a standing hold cannot be posted by this entry."""
    entry = command.entry
    if standing.expires_at <= entry.at:
        return HoldExpired(command.hold_id, standing.expires_at.micros)
    return (
        faulty_entry(entry)
        or exceeding(standing.lines, entry.lines)
        or period_fault(entry, books)
        or overdraft(entry, released(books, command.hold_id))
    )


def exceeding(held: tuple[Line, ...], asked: tuple[Line, ...]) -> HoldExceeded | None:
    """The first account on which more is asked than was held, or the other side."""
    reserved = moved(held)
    for place, amount in moved(asked).items():
        most = reserved.get(place, ZERO)
        if not within(amount, most):
            return HoldExceeded(*place, most, amount)
    return None


def within(amount: Decimal, most: Decimal) -> bool:
    """Whether `amount` lies between nothing and `most`, on its side of nothing.

    >>> within(Decimal(-2), Decimal(-3)), within(Decimal(2), Decimal(-3))
    (True, False)
    """
    low, high = sorted((ZERO, most))
    return low <= amount <= high


def void_hold(command: VoidHold, books: Books) -> Decided:
    """Give a hold back; once it has ended it cannot end again.

    Errors: BadText, HoldNotFound.
    """
    text = unwritable(hold_id=command.hold_id, reason=command.reason)
    if text is not None:
        return Failure(text)
    standing = books.holds.get(command.hold_id)
    if standing is None:
        return Failure(HoldNotFound(command.hold_id))
    voided = HoldVoided(
        book=command.book,
        hold_id=command.hold_id,
        reason=command.reason,
        expired=False,
        lines=standing.lines,
        at=command.at,
    )
    return Success((voided,))
