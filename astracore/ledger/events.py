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


@frozen(kw_only=True)
class HoldPlaced:
    """What `lines` take is set aside until it is posted, voided or expires."""

    TYPE: ClassVar[str] = "astra.financial.hold_placed.v1"
    book: Book
    hold_id: EntryId
    at: Instant
    expires_at: Instant
    reason: str
    reference: str
    lines: tuple[Line, ...]


@frozen(kw_only=True)
class HoldPosted:
    """A hold ended by the entry that follows; what that leaves over is free again."""

    TYPE: ClassVar[str] = "astra.financial.hold_posted.v1"
    book: Book
    hold_id: EntryId
    journal_id: EntryId
    lines: tuple[Line, ...]  # what was held
    at: Instant


@frozen(kw_only=True)
class HoldVoided:
    """A hold ended without an entry."""

    TYPE: ClassVar[str] = "astra.financial.hold_voided.v1"
    book: Book
    hold_id: EntryId
    reason: str
    expired: bool
    lines: tuple[Line, ...]  # what was held
    at: Instant


@frozen(kw_only=True)
class BooksClosed:
    """Months up to `month` take no entries; what came before `kept_from` is no more taken back."""

    TYPE: ClassVar[str] = "astra.financial.books_closed.v1"
    book: Book
    month: str
    kept_from: str
    at: Instant


BooksEvent: TypeAlias = JournalPosted | HoldPlaced | HoldPosted | HoldVoided | BooksClosed
