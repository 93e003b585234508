"""What each event does to a book. Total: whatever was stored once can be folded for ever."""

from collections.abc import Mapping
from decimal import Decimal
from typing import assert_never

from attrs import evolve as changed

from astracore.ids import EntryId
from astracore.instants import utc_month
from astracore.ledger.events import (
    BooksClosed,
    BooksEvent,
    HoldPlaced,
    HoldPosted,
    HoldVoided,
    JournalPosted,
)
from astracore.ledger.shelves import Shelves, shelved
from astracore.ledger.state import (
    HOLD,
    ZERO,
    Books,
    Held,
    Mark,
    balance_key,
    content_of,
    entry_of,
    held_entry,
    moved,
    set_aside,
    signed_balance,
)
from astracore.numeric import EXACT


def evolve(books: Books, event: BooksEvent) -> Books:
    """Fold one event."""
    match event:
        case JournalPosted():
            return posted(books, event)
        case HoldPlaced():
            return placed(books, event)
        case HoldPosted() | HoldVoided():
            return released(books, event.hold_id)
        case BooksClosed():
            return closed(books, event)
        case _:
            assert_never(event)


def posted(books: Books, event: JournalPosted) -> Books:
    """Add an entry's lines, mark it, and mark what it takes back."""
    balances, marks = shelved(books.balances), shelved(books.marks)
    for (account, currency), amount in moved(event.lines).items():
        total = EXACT.add(signed_balance(books, account, currency), amount)
        balances = balances.put(balance_key(account, currency), total)
    mark = Mark(content=content_of(entry_of(event)), month=utc_month(event.at))
    marks = marks.put(event.journal_id, mark)
    taken = None if event.reverses is None else marks.get(event.reverses)
    if event.reverses is not None and taken is not None:
        marks = marks.put(event.reverses, changed(taken, reversed_by=event.journal_id))
    return changed(books, balances=balances, marks=marks)


def placed(books: Books, event: HoldPlaced) -> Books:
    """Set aside what the hold takes; a hold of the same id gives way."""
    free = released(books, event.hold_id)
    held = shelved(free.held)
    for key, amount in set_aside(event.lines).items():
        held = held.put(key, EXACT.add(held.get(key, ZERO), amount))
    mark = Mark(content=HOLD + content_of(held_entry(event)), month=utc_month(event.at))
    return changed(
        free,
        held=held,
        holds=shelved(free.holds).put(
            event.hold_id, Held(lines=event.lines, expires_at=event.expires_at)
        ),
        marks=shelved(free.marks).put(event.hold_id, mark),
    )


def released(books: Books, hold_id: EntryId) -> Books:
    """Free what a hold set aside; nothing where it does not stand."""
    hold = books.holds.get(hold_id)
    if hold is None:
        return books
    held = shelved(books.held)
    for key, amount in set_aside(hold.lines).items():
        held = settled(held, key, EXACT.subtract(held.get(key, ZERO), amount))
    return changed(books, held=held, holds=shelved(books.holds).without(hold_id))


def settled(amounts: Mapping[str, Decimal], key: str, left: Decimal) -> Shelves[Decimal]:
    """The amounts with `left` under `key`; nothing is not kept."""
    kept = shelved(amounts)
    return kept.put(key, left) if left else kept.without(key)


def closed(books: Books, event: BooksClosed) -> Books:
    """Forget marks of months long closed, and accounts that hold nothing."""
    marks = {key: mark for key, mark in books.marks.items() if mark.month >= event.kept_from}
    return changed(
        books,
        balances=shelved({key: total for key, total in books.balances.items() if total}),
        marks=shelved(marks),
        closed=event.month,
        kept_from=event.kept_from,
    )
