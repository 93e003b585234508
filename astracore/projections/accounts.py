"""What a user sees of the books: balances with what is set aside, and each account's entries."""

from collections.abc import Iterable
from decimal import Decimal

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.instants import Instant
from astracore.ledger.chart import BY_NAME, is_debit_normal
from astracore.ledger.entries import Book, Line
from astracore.ledger.events import HoldPlaced, HoldPosted, HoldVoided, JournalPosted
from astracore.ledger.state import moved, set_aside
from astracore.numeric import EXACT
from astracore.projections.sorting import newest_first

ZERO = Decimal(0)
HoldEvent = HoldPlaced | HoldPosted | HoldVoided
BalanceEvent = JournalPosted | HoldEvent


@frozen(kw_only=True)
class FundsRow:
    """One account on its normal side [currency]: `available` is the balance less what is held."""

    book: Book
    account: str
    currency: str
    balance: Decimal
    held: Decimal
    available: Decimal


@frozen(kw_only=True)
class StatementRow:
    """What one entry did to one account [currency], on its normal side."""

    book: Book
    account: str
    currency: str
    journal_id: str
    reason: str
    reference: str
    amount: Decimal
    at: Instant


def normal(account: str, amount: Decimal) -> Decimal:
    """A signed amount as its account's normal side sees it."""
    row = BY_NAME[account.partition("/")[0]]
    return amount if is_debit_normal(row) or not amount else amount.copy_negate()


def owner_of(account: str) -> str:
    """The user whose account it is; nobody's where the chart names none."""
    name, _, reference = account.partition("/")
    return reference if BY_NAME[name].per == "user" else ""


def places(lines: Iterable[Line]) -> tuple[tuple[str, str], ...]:
    """The (account, currency) pairs of lines, each once."""
    return tuple(dict.fromkeys((line.account, line.currency) for line in lines))


def funds_keys(envelope: Envelope[BalanceEvent]) -> tuple[str, ...]:
    """The accounts that an entry or a hold touches."""
    event = envelope.event
    return tuple(f"{event.book.value}/{name}/{code}" for name, code in places(event.lines))


def evolve_funds(
    row: FundsRow | None, envelope: Envelope[BalanceEvent], key: str
) -> FundsRow | None:
    """Add an entry to the balance; a hold to what is held, or its end."""
    event = envelope.event
    book = event.book.value
    account, currency = next(
        place for place in places(event.lines) if f"{book}/{place[0]}/{place[1]}" == key
    )
    before = row or FundsRow(
        book=event.book,
        account=account,
        currency=currency,
        balance=ZERO,
        held=ZERO,
        available=ZERO,
    )
    balance, held = before.balance, before.held
    if isinstance(event, JournalPosted):
        balance = EXACT.add(balance, normal(account, moved(event.lines)[account, currency]))
    else:
        part = set_aside(event.lines).get(f"{account} {currency}", ZERO)
        held = EXACT.add(held, part if isinstance(event, HoldPlaced) else part.copy_negate())
    free = EXACT.subtract(balance, held)
    return changed(before, balance=balance, held=held, available=free)


def statement_keys(envelope: Envelope[JournalPosted]) -> tuple[str, ...]:
    """One row for each account and currency of the entry."""
    event = envelope.event
    found = places(event.lines)
    return tuple(f"{event.book.value}/{event.journal_id}/{name}/{code}" for name, code in found)


def evolve_statement(
    row: StatementRow | None, envelope: Envelope[JournalPosted], key: str
) -> StatementRow | None:
    """The entry as this account sees it."""
    event = envelope.event
    head = f"{event.book.value}/{event.journal_id}"
    account, currency = next(
        place for place in places(event.lines) if f"{head}/{place[0]}/{place[1]}" == key
    )
    return row or StatementRow(
        book=event.book,
        account=account,
        currency=currency,
        journal_id=event.journal_id,
        reason=event.reason,
        reference=event.reference,
        amount=normal(account, moved(event.lines)[account, currency]),
        at=event.at,
    )


BALANCES: Projection[BalanceEvent, FundsRow] = Projection(
    name="balances",
    version=1,
    events=(JournalPosted, HoldPlaced, HoldPosted, HoldVoided),
    keys=funds_keys,
    evolve=evolve_funds,
    row=codec(FundsRow),
    owner=lambda row: owner_of(row.account),
    sort=lambda row: f"{row.book.value}/{row.account}/{row.currency}",
)
STATEMENT: Projection[JournalPosted, StatementRow] = Projection(
    name="statement",
    version=1,
    events=(JournalPosted,),
    keys=statement_keys,
    evolve=evolve_statement,
    row=codec(StatementRow),
    owner=lambda row: owner_of(row.account),
    sort=lambda row: f"{newest_first(row.at)}/{row.journal_id}/{row.account}/{row.currency}",
)
