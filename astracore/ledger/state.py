"""What a book remembers: the balance of each account, and a mark for each entry."""

from collections.abc import Mapping
from decimal import Decimal

from attrs import field, frozen

from astracore.events.canonical import digest
from astracore.events.codec import codec
from astracore.ids import EntryId
from astracore.ledger.chart import chart_row, is_debit_normal
from astracore.ledger.entries import Entry, Line
from astracore.ledger.events import JournalPosted
from astracore.numeric import EXACT
from astracore.outcome import fold

ZERO = Decimal(0)
ENTRY = codec(Entry)


@frozen(kw_only=True)
class Mark:
    """What is left of an entry: a digest of its content, and who took it back."""

    content: str
    reversed_by: EntryId | None = None


@frozen(kw_only=True)
class Books:
    """Balances [debit +, credit −] by `account currency`, and the entries' marks by id.

    Invariant: for each currency the balances add up to 0.
    """

    balances: Mapping[str, Decimal] = field(factory=dict)
    marks: Mapping[str, Mark] = field(factory=dict)


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


def moved(lines: tuple[Line, ...]) -> dict[tuple[str, str], Decimal]:
    """What an entry adds to each (account, currency)."""
    sums: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        place = (line.account, line.currency)
        sums[place] = EXACT.add(sums.get(place, ZERO), line.amount)
    return sums
