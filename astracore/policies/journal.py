"""How policies post: the entry's id derives from the event, so redelivery changes nothing."""

from decimal import Decimal

from astracore.ids import EntryId, EventId, derived_id
from astracore.instants import Instant
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Entry, Line, line
from astracore.money.currencies import CREDIT


def posted(
    book: Book,
    event_id: EventId,
    *,
    at: Instant,
    reason: str,
    reference: str,
    lines: tuple[Line, ...],
) -> tuple[PostEntry, ...]:
    """The entry that `event_id` causes; none where nothing moves."""
    made = Entry(
        journal_id=EntryId(derived_id(at.micros // 1000, "journal", event_id)),
        at=at,
        reason=reason,
        reference=reference,
        lines=lines,
    )
    return (PostEntry(book=book, entry=made),) if lines else ()


def granted(*shares: tuple[str, int]) -> tuple[Line, ...]:
    """Debit issued, credit the wallet of each user [CREDIT]."""
    total = sum(points for _, points in shares)
    wallets = (line(f"wallet/{user_id}", CREDIT, Decimal(-points)) for user_id, points in shares)
    return (*line("issued", CREDIT, Decimal(total)), *(one for each in wallets for one in each))
