"""The decider of one book: what may be posted, and what posting does to the balances."""

from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from returns.result import Failure, Result, Success

from astracore.errors.funds import InsufficientFunds
from astracore.errors.ledger import (
    DuplicateEntry,
    EntryNotFound,
    LedgerFault,
    Unbalanced,
    Unsettled,
)
from astracore.errors.values import NumericLimit
from astracore.events.decider import Decider
from astracore.ids import EntryId
from astracore.ledger.chart import BY_NAME, chart_row, is_debit_normal
from astracore.ledger.commands import BooksCommand, PostEntry, ReverseEntry
from astracore.ledger.entries import Entry, Line
from astracore.ledger.events import BooksEvent, JournalPosted
from astracore.ledger.shelves import shelved
from astracore.ledger.state import (
    ZERO,
    Books,
    Mark,
    balance_key,
    content_of,
    entry_of,
    moved,
    signed_balance,
)
from astracore.money.currencies import posting_currency, unit_of
from astracore.numeric import EXACT
from astracore.outcome import is_failure

BooksRefusal: TypeAlias = LedgerFault | NumericLimit
CEILING = Decimal("1E+30")  # the first balance that is refused


def decide(command: BooksCommand, books: Books) -> Result[tuple[BooksEvent, ...], BooksRefusal]:
    """Post or reverse.

    Errors: EntryNotFound (reversal), DuplicateEntry, AccountNotFound, Unsettled, Unbalanced,
    InsufficientFunds, NumericLimit.
    Invariants: each event's lines add up to 0 in each currency; no floored account is below 0.
    """
    match command:
        case PostEntry(entry=entry):
            return post(command, entry, books, None)
        case ReverseEntry(entry=entry):
            return reverse(command, entry, books)
        case _:
            assert_never(command)


def post(
    command: BooksCommand, entry: Entry, books: Books, reverses: EntryId | None
) -> Result[tuple[BooksEvent, ...], BooksRefusal]:
    """The ladder of a posting. The same id and content again is a no-op."""
    mark = books.marks.get(entry.journal_id)
    if mark is not None:
        same = mark.content == content_of(entry)
        return Success(()) if same else Failure(DuplicateEntry(entry.journal_id))
    fault = faulty_entry(entry) or overdraft(entry, books)
    if fault is not None:
        return Failure(fault)
    return Success(
        (
            JournalPosted(
                book=command.book,
                journal_id=entry.journal_id,
                at=entry.at,
                reason=entry.reason,
                reference=entry.reference,
                lines=entry.lines,
                reverses=reverses,
            ),
        )
    )


def reverse(
    command: ReverseEntry, entry: Entry, books: Books
) -> Result[tuple[BooksEvent, ...], BooksRefusal]:
    """The ladder of a reversal: the entry stands, as given, and was not taken back before."""
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


def faulty_entry(entry: Entry) -> BooksRefusal | None:
    """What is wrong with an entry by itself.

    Order: AccountNotFound, Unsettled, Unbalanced.
    """
    for line in entry.lines:
        row = chart_row(line.account)
        if is_failure(row):
            return row.failure()
    for line in entry.lines:
        if not is_settled(line):
            return Unsettled(line.currency, line.amount)
    sums: dict[str, Decimal] = {}
    for line in entry.lines:
        sums[line.currency] = EXACT.add(sums.get(line.currency, ZERO), line.amount)
    if len(entry.lines) < 2:
        return Unbalanced(*next(iter(sums.items()), ("", ZERO)))
    return next((Unbalanced(code, sums[code]) for code in sorted(sums) if sums[code]), None)


def is_settled(line: Line) -> bool:
    """A multiple of a unit that takes entries, not zero, below the ceiling."""
    unit = posting_currency(line.currency).bind(unit_of)
    if is_failure(unit) or not line.amount.is_finite():
        return False
    if line.amount.is_zero() or line.amount.copy_abs() >= CEILING:
        return False
    top, bottom = line.amount.as_integer_ratio()  # integers: exact however many digits came in
    unit_top, unit_bottom = unit.unwrap().as_integer_ratio()
    return top * unit_bottom % (bottom * unit_top) == 0


def overdraft(entry: Entry, books: Books) -> BooksRefusal | None:
    """The first account that the entry would take below zero, or beyond what is counted."""
    for (account, currency), amount in moved(entry.lines).items():
        before = signed_balance(books, account, currency)
        after = EXACT.add(before, amount)
        if after.copy_abs() >= CEILING:
            return NumericLimit("balance")
        row = BY_NAME[account.partition("/")[0]]  # faulty_entry has seen every account
        sign = 1 if is_debit_normal(row) else -1
        if row.floored and EXACT.multiply(after, sign) < 0:
            held = EXACT.multiply(before, sign)
            return InsufficientFunds(account, currency, held, amount.copy_abs())
    return None


def evolve(books: Books, event: BooksEvent) -> Books:
    """Fold one posting: add its lines, mark it, and mark what it takes back."""
    balances, marks = shelved(books.balances), shelved(books.marks)
    for (account, currency), amount in moved(event.lines).items():
        total = EXACT.add(signed_balance(books, account, currency), amount)
        balances = balances.put(balance_key(account, currency), total)
    marks = marks.put(event.journal_id, Mark(content=content_of(entry_of(event))))
    if event.reverses is not None:
        taken = changed(marks[event.reverses], reversed_by=event.journal_id)
        marks = marks.put(event.reverses, taken)
    return Books(balances=balances, marks=marks)


BOOKS = Decider("financial.books", Books(), decide, evolve)
