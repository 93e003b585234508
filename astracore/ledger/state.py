"""What a book remembers: balances, what is set aside, and a mark for each entry of late."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from astracore.events.canonical import digest
from astracore.events.codec import codec
from astracore.ids import EntryId
from astracore.instants import Instant
from astracore.ledger.chart import BY_NAME, chart_row, is_debit_normal
from astracore.ledger.entries import Entry, Line
from astracore.ledger.events import HoldPlaced, JournalPosted
from astracore.numeric import EXACT
from astracore.outcome import fold

ZERO = Decimal(0)
ENTRY = codec(Entry)
HOLD = "hold:"  # before a hold's content, so that no entry is ever taken for a hold


@frozen(kw_only=True)
class Mark:
    """What is left of an entry: a digest of its content, its month, and who took it back."""

    content: str
    month: str
    reversed_by: EntryId | None = None


@frozen(kw_only=True)
class Held:
    """A hold that stands: the lines of the entry that it waits for."""

    lines: tuple[Line, ...]
    expires_at: Instant


@frozen(kw_only=True)
class Books:
    """Balances [debit +, credit −] and amounts set aside by `account currency`, holds and marks.

    `closed` is the last month that takes no entries. Marks are kept while their month is open,
    and for some closed months more: the book does not grow with its age.
    Invariants: for each currency the balances add up to 0; `held` is the sum of the holds; no
    floored account is below what is held of it.
    """

    balances: Mapping[str, Decimal] = field(factory=dict)
    held: Mapping[str, Decimal] = field(factory=dict)
    holds: Mapping[str, Held] = field(factory=dict)
    marks: Mapping[str, Mark] = field(factory=dict)
    closed: str | None = None
    kept_from: str = ""


def balance_key(account: str, currency: str) -> str:
    """The key of a balance: neither part can hold a space."""
    return f"{account} {currency}"


def signed_balance(books: Books, account: str, currency: str) -> Decimal:
    """Debits less credits; 0 where nothing was ever posted."""
    return books.balances.get(balance_key(account, currency), ZERO)


def balance(books: Books, account: str, currency: str) -> Decimal:
    """What the account holds on its normal side; 0 for an account the chart does not know."""
    signed = signed_balance(books, account, currency)
    debit = fold(chart_row(account), success=is_debit_normal, failure=lambda _: True)
    return signed if debit or not signed else signed.copy_negate()


def available(books: Books, account: str, currency: str) -> Decimal:
    """The balance less what is set aside of it."""
    held = books.held.get(balance_key(account, currency), ZERO)
    return EXACT.subtract(balance(books, account, currency), held)


def trial_balance(books: Books) -> Mapping[str, Decimal]:
    """The sum of all balances for each currency: 0 everywhere, always."""
    sums: dict[str, Decimal] = {}
    for key, amount in books.balances.items():
        currency = key.rpartition(" ")[2]
        sums[currency] = EXACT.add(sums.get(currency, ZERO), amount)
    return sums


def content_of(entry: Entry) -> str:
    """128 bits that are equal only for equal content."""
    return digest(ENTRY.encode(entry))[:32]


def entry_of(event: JournalPosted) -> Entry:
    """The entry that an event posted."""
    return Entry(
        journal_id=event.journal_id,
        at=event.at,
        reason=event.reason,
        reference=event.reference,
        lines=event.lines,
    )


def held_entry(event: HoldPlaced) -> Entry:
    """The entry that a hold waits for."""
    return Entry(
        journal_id=event.hold_id,
        at=event.at,
        reason=event.reason,
        reference=event.reference,
        lines=event.lines,
    )


def moved(lines: tuple[Line, ...]) -> dict[tuple[str, str], Decimal]:
    """What an entry adds to each (account, currency)."""
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        place = (line.account, line.currency)
        sums[place] = EXACT.add(sums.get(place, ZERO), line.amount)
    return sums


def set_aside(lines: tuple[Line, ...]) -> dict[str, Decimal]:
    """What lines take from floored accounts, by `account currency`: what a hold reserves."""
    return {
        balance_key(account, currency): amount.copy_abs()
        for (account, currency), amount in moved(lines).items()
        if lowers(account, amount)
    }


def lowers(account: str, amount: Decimal) -> bool:
    """Whether `amount` takes from an account that may not fall below zero."""
    row = BY_NAME.get(account.partition("/")[0])
    if row is None or not row.floored:
        return False
    return amount < 0 if is_debit_normal(row) else amount > 0
