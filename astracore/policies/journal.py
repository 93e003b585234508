"""How policies write entries: the id derives from the event, so redelivery changes nothing."""

from decimal import Decimal

from astracore.ids import EntryId, EventId, derived_id
from astracore.instants import Instant
from astracore.ledger.entries import Entry, Line


def line(account: str, currency: str, amount: Decimal) -> tuple[Line, ...]:
    """One line, or none where nothing moves."""
    return (Line(account=account, currency=currency, amount=amount),) if amount else ()


def entry(
    event_id: EventId, *, at: Instant, reason: str, reference: str, lines: tuple[Line, ...]
) -> Entry:
    """The entry that `event_id` causes."""
    return Entry(
        journal_id=EntryId(derived_id(at.micros // 1000, "journal", event_id)),
        at=at,
        reason=reason,
        reference=reference,
        lines=lines,
    )
