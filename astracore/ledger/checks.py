"""What an entry must be, by itself and for the book it goes into."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from typing import TypeAlias

from returns.result import Failure, Result, Success

from astracore.errors.funds import InsufficientFunds
from astracore.errors.ledger import BadText, LedgerFault, Unbalanced, Unsettled
from astracore.errors.values import NumericLimit
from astracore.ids import EntryId
from astracore.instants import Instant
from astracore.ledger.chart import BY_NAME, chart_row, is_debit_normal
from astracore.ledger.entries import Book, Entry, Line
from astracore.ledger.events import BooksEvent, HoldVoided
from astracore.ledger.folding import evolve
from astracore.ledger.periods import period_fault
from astracore.ledger.state import ZERO, Books, balance_key, moved, signed_balance
from astracore.money.currencies import posting_currency, unit_of
from astracore.numeric import EXACT, exact
from astracore.outcome import is_failure

BooksRefusal: TypeAlias = LedgerFault | NumericLimit
CEILING = Decimal("1E+30")  # the first balance that is refused
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


@exact
def fitting(book: Book, entry: Entry, books: Books) -> Result[tuple[BooksEvent, ...], BooksRefusal]:
    """Nothing where the entry fits; the end of expired holds where it fits without them.

    Errors: those of `faulty_entry`, PeriodClosed, InsufficientFunds, NumericLimit.
    """
    fault = faulty_entry(entry) or period_fault(entry, books) or overdraft(entry, books)
    if not isinstance(fault, InsufficientFunds):
        return Success(()) if fault is None else Failure(fault)
    lapsed = expired(book, books, entry.at)
    rest = overdraft(entry, reduce(evolve, lapsed, books))
    return Success(lapsed) if rest is None else Failure(rest)


def expired(book: Book, books: Books, at: Instant) -> tuple[BooksEvent, ...]:
    """The end of each hold whose time is over at `at`, in the order of their ids."""
    over = sorted(
        ((name, hold) for name, hold in books.holds.items() if hold.expires_at <= at),
        key=lambda pair: pair[0],
    )
    return tuple(
        HoldVoided(
            book=book,
            hold_id=EntryId(name),
            reason="expired",
            expired=True,
            lines=hold.lines,
            at=at,
        )
        for name, hold in over
    )


def unwritable(**texts: str) -> BadText | None:
    """The first text that cannot be written down."""
    broken = (name for name, text in texts.items() if LONE_SURROGATE.search(text) is not None)
    return next(map(BadText, broken), None)


def unwritable_entry(entry: Entry) -> BadText | None:
    """The first text of an entry that cannot be written down; accounts and currencies too."""
    named: Iterable[BadText | None] = (
        unwritable(account=line.account, currency=line.currency) for line in entry.lines
    )
    own = unwritable(journal_id=entry.journal_id, reason=entry.reason, reference=entry.reference)
    return own or next((fault for fault in named if fault is not None), None)


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
    """The first account that the entry would take below what is held of it, or beyond counting."""
    for (account, currency), amount in moved(entry.lines).items():
        before = signed_balance(books, account, currency)
        after = EXACT.add(before, amount)
        if after.copy_abs() >= CEILING:
            return NumericLimit("balance")
        row = BY_NAME[account.partition("/")[0]]  # faulty_entry has seen every account
        sign = 1 if is_debit_normal(row) else -1
        held = books.held.get(balance_key(account, currency), ZERO)
        if row.floored and EXACT.multiply(after, sign) < held:
            free = EXACT.subtract(EXACT.multiply(before, sign), held)
            return InsufficientFunds(account, currency, free, amount.copy_abs())
    return None
