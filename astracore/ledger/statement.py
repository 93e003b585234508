"""What the books say of the past: the balances at an instant, and one account line by line."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import frozen

from astracore.instants import Instant
from astracore.ledger.events import BooksEvent, JournalPosted
from astracore.ledger.state import ZERO, balance_key, moved
from astracore.numeric import EXACT


@frozen(kw_only=True)
class StatementLine:
    """What one entry did to an account, and the balance after it [currency, debit +]."""

    at: Instant
    journal_id: str
    reason: str
    reference: str
    amount: Decimal
    balance: Decimal


def balances_at(events: Iterable[BooksEvent], at: Instant) -> Mapping[str, Decimal]:
    """Balances by `account currency` of the entries whose instant is not after `at`.

    Invariant: in each currency they add up to 0, whatever the instant.
    """
    sums: dict[str, Decimal] = {}
    posted = (one for one in events if isinstance(one, JournalPosted) and one.at <= at)
    for line in (line for event in posted for line in event.lines):
        key = balance_key(line.account, line.currency)
        sums[key] = EXACT.add(sums.get(key, ZERO), line.amount)
    return sums


def statement(
    events: Iterable[BooksEvent], account: str, currency: str
) -> tuple[StatementLine, ...]:
    """The account's entries in the order they were written, with the running balance."""
    found: list[StatementLine] = []
    total = ZERO
    for event in (one for one in events if isinstance(one, JournalPosted)):
        amount = moved(event.lines).get((account, currency))
        if amount is not None:
            total = EXACT.add(total, amount)
            found.append(_told(event, amount, total))
    return tuple(found)


def _told(event: JournalPosted, amount: Decimal, balance: Decimal) -> StatementLine:
    return StatementLine(
        at=event.at,
        journal_id=event.journal_id,
        reason=event.reason,
        reference=event.reference,
        amount=amount,
        balance=balance,
    )
