"""What may be asked of a book."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import EntryId
from astracore.instants import Instant
from astracore.ledger.entries import Book, BookRules, Entry

RULES = BookRules()


@frozen(kw_only=True)
class PostEntry:
    """Write `entry`. The same id and content again is a no-op."""

    book: Book
    entry: Entry


@frozen(kw_only=True)
class ReverseEntry:
    """Take `entry`, which stands in the book, back by its negation; once."""

    book: Book
    entry: Entry
    journal_id: EntryId
    reason: str
    at: Instant


@frozen(kw_only=True)
class Hold:
    """Set aside what `entry` takes from accounts that may not fall below zero.

    The hold is called by the entry's id. The same id and content again is a no-op.
    """

    book: Book
    entry: Entry
    rules: BookRules = RULES


@frozen(kw_only=True)
class PostHold:
    """Write `entry`, which is all or a part of what the hold set aside; the rest is free again."""

    book: Book
    hold_id: EntryId
    entry: Entry


@frozen(kw_only=True)
class VoidHold:
    """Give back what a hold set aside."""

    book: Book
    hold_id: EntryId
    reason: str
    at: Instant


@frozen(kw_only=True)
class ExpireHolds:
    """Give back what holds set aside whose time has come."""

    book: Book
    at: Instant


@frozen(kw_only=True)
class ClosePeriod:
    """Let no more entries into `month` (2026-03), which is over, and none into those before."""

    book: Book
    month: str
    at: Instant
    rules: BookRules = RULES


HoldCommand: TypeAlias = Hold | PostHold | VoidHold | ExpireHolds
BooksCommand: TypeAlias = PostEntry | ReverseEntry | HoldCommand | ClosePeriod
