"""What the books say: revenue by stream and day, and the balance of every account."""

from decimal import Decimal

from attrs import evolve as changed
from attrs import frozen

from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.instants import Instant, instant_text
from astracore.ledger.chart import BY_NAME, AccountKind
from astracore.ledger.entries import Book, Line
from astracore.ledger.events import JournalPosted
from astracore.numeric import EXACT

ZERO = Decimal(0)


@frozen(kw_only=True)
class RevenueRow:
    """What one stream earned on one UTC day [currency]; refunds are a stream below zero."""

    book: Book
    stream: str
    currency: str
    day: str  # 2026-03-04
    amount: Decimal
    entries: int


@frozen(kw_only=True)
class BalanceRow:
    """One account of one book [debit +, credit −]."""

    book: Book
    number: int
    account: str
    kind: AccountKind
    currency: str
    balance: Decimal
    lines: int


def day_of(at: Instant) -> str:
    """The UTC date of an instant."""
    return instant_text(at)[:10]


def is_revenue(line: Line) -> bool:
    """Is the line on one of the revenue accounts, refunds included?"""
    return BY_NAME[line.account.partition("/")[0]].kind is AccountKind.REVENUE


def revenue_key(event: JournalPosted, line: Line) -> str:
    """The row that a line belongs to."""
    return f"{event.book.value}/{line.currency}/{line.account}/{day_of(event.at)}"


def revenue_keys(envelope: Envelope[JournalPosted]) -> tuple[str, ...]:
    """The days and streams that an entry touches, each once."""
    event = envelope.event
    found = (revenue_key(event, line) for line in event.lines if is_revenue(line))
    return tuple(dict.fromkeys(found))


def evolve_revenue(
    row: RevenueRow | None, envelope: Envelope[JournalPosted], key: str
) -> RevenueRow | None:
    """Add what the entry credits to the stream."""
    event = envelope.event
    lines = [line for line in event.lines if is_revenue(line) and revenue_key(event, line) == key]
    before = row or RevenueRow(
        book=event.book,
        stream=lines[0].account,
        currency=lines[0].currency,
        day=day_of(event.at),
        amount=ZERO,
        entries=0,
    )
    amount = before.amount
    for line in lines:
        amount = EXACT.subtract(amount, line.amount)
    return changed(before, amount=amount, entries=before.entries + 1)


def balance_key(event: JournalPosted, line: Line) -> str:
    """The row that a line belongs to."""
    return f"{event.book.value}/{line.account}/{line.currency}"


def balance_keys(envelope: Envelope[JournalPosted]) -> tuple[str, ...]:
    """The accounts that an entry touches, each once."""
    event = envelope.event
    return tuple(dict.fromkeys(balance_key(event, line) for line in event.lines))


def evolve_balance(
    row: BalanceRow | None, envelope: Envelope[JournalPosted], key: str
) -> BalanceRow | None:
    """Add the entry's lines on this account."""
    event = envelope.event
    lines = [line for line in event.lines if balance_key(event, line) == key]
    chart = BY_NAME[lines[0].account.partition("/")[0]]
    before = row or BalanceRow(
        book=event.book,
        number=chart.number,
        account=lines[0].account,
        kind=chart.kind,
        currency=lines[0].currency,
        balance=ZERO,
        lines=0,
    )
    total = before.balance
    for line in lines:
        total = EXACT.add(total, line.amount)
    return changed(before, balance=total, lines=before.lines + len(lines))


def balance_owner(row: BalanceRow) -> str:
    """The user whose account it is; nobody's where the chart names none."""
    name, _, reference = row.account.partition("/")
    return reference if BY_NAME[name].per == "user" else ""


REVENUE: Projection[JournalPosted, RevenueRow] = Projection(
    name="revenue_daily",
    version=1,
    events=(JournalPosted,),
    keys=revenue_keys,
    evolve=evolve_revenue,
    row=codec(RevenueRow),
    owner=lambda _row: "",
    sort=lambda row: f"{row.day}/{row.book.value}/{row.stream}/{row.currency}",
)
TRIAL_BALANCE: Projection[JournalPosted, BalanceRow] = Projection(
    name="trial_balance",
    version=1,
    events=(JournalPosted,),
    keys=balance_keys,
    evolve=evolve_balance,
    row=codec(BalanceRow),
    owner=balance_owner,
    sort=lambda row: f"{row.book.value}/{row.number:04}/{row.account}/{row.currency}",
)
