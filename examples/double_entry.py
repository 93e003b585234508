"""A ledger that refuses to be wrong: entries, a refusal, a repeat, and the trial balance.

Prints:
    grant      posted
    fee        posted
    the same again: nothing to do
    slip       refused: unbalanced
    too much   refused: insufficient_funds
    ada holds 9998.5 PUSD, fees earned 1.5 PUSD
    trial balance PUSD 0
"""

from decimal import Decimal

from astracore.events.decider import replay
from astracore.ids import EntryId
from astracore.instants import instant
from astracore.ledger.books import BOOKS
from astracore.ledger.commands import PostEntry
from astracore.ledger.entries import Book, Entry, Line
from astracore.ledger.events import BooksEvent
from astracore.ledger.state import Books, balance, trial_balance
from astracore.numeric import to_text
from astracore.outcome import is_failure

NOW = instant("2026-03-04T10:00:00Z").unwrap()


def entry(name: str, *lines: tuple[str, str]) -> Entry:
    """An entry in PUSD: debits above zero, credits below."""
    made = (Line(account=a, currency="PUSD", amount=Decimal(amount)) for a, amount in lines)
    return Entry(journal_id=EntryId(name), at=NOW, reason=name, reference=name, lines=tuple(made))


GRANT = entry("grant", ("issued", "10000"), ("user_funds/ada", "-10000"))
FEE = entry("fee", ("user_funds/ada", "1.5"), ("transaction_fees", "-1.5"))
SLIP = entry("slip", ("user_funds/ada", "2"), ("transaction_fees", "-1"))
LOSS = entry("too much", ("user_funds/ada", "99999"), ("trading/PUSD", "-99999"))


def main() -> None:
    """Decide, fold, decide: what every book of the service does."""
    books = Books()
    for wanted in (GRANT, FEE, FEE, SLIP, LOSS):
        decided = BOOKS.decide(PostEntry(book=Book.PRACTICE, entry=wanted), books)
        if is_failure(decided):
            print(f"{wanted.journal_id:<10} refused: {decided.failure().code}")
            continue
        events: tuple[BooksEvent, ...] = decided.unwrap()
        print(f"{wanted.journal_id:<10} posted" if events else "the same again: nothing to do")
        books = replay(BOOKS, events, books)
    held, earned = (
        to_text(balance(books, account, "PUSD"))
        for account in ("user_funds/ada", "transaction_fees")
    )
    print(f"ada holds {held} PUSD, fees earned {earned} PUSD")
    for asset, total in trial_balance(books).items():
        print(f"trial balance {asset} {to_text(total)}")


if __name__ == "__main__":
    main()
