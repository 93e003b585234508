"""What may be asked of a book."""

from typing import TypeAlias

from attrs import frozen

from astracore.ids import EntryId
from astracore.instants import Instant
from astracore.ledger.entries import Book, Entry


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


BooksCommand: TypeAlias = PostEntry | ReverseEntry
