"""What may have happened in a book."""

from typing import ClassVar, TypeAlias

from attrs import frozen

from astracore.ids import EntryId
from astracore.instants import Instant
from astracore.ledger.entries import Book, Line


@frozen(kw_only=True)
class JournalPosted:
    """An entry stands in the book; `reverses` names the one it takes back."""

    TYPE: ClassVar[str] = "astra.financial.journal_posted.v1"
    book: Book
    journal_id: EntryId
    at: Instant
    reason: str
    reference: str
    lines: tuple[Line, ...]
    reverses: EntryId | None = None


BooksEvent: TypeAlias = JournalPosted
