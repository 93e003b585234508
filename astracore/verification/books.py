"""What must hold of books at every moment, as predicates for tests and for self-audit."""

from collections.abc import Iterable
from decimal import Decimal

from astracore.ledger.chart import BY_NAME, is_debit_normal
from astracore.ledger.entries import Line
from astracore.ledger.state import Books, available, balance, set_aside, trial_balance
from astracore.numeric import EXACT
from astracore.trading.state import Account


def lines_sum_to_zero(lines: Iterable[Line]) -> bool:
    """In each currency the lines of an entry add up to nothing."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.currency] = EXACT.add(sums.get(line.currency, Decimal(0)), line.amount)
    return not any(sums.values())


def balances_sum_to_zero(books: Books) -> bool:
    """In each currency all balances of a book add up to nothing."""
    return not any(trial_balance(books).values())


def nobody_is_overdrawn(books: Books) -> bool:
    """No account that the chart keeps at or above zero is below it."""
    for key, signed in books.balances.items():
        row = BY_NAME[key.partition(" ")[0].partition("/")[0]]
        if row.floored and (signed < 0 if is_debit_normal(row) else signed > 0):
            return False
    return True


def held_is_what_holds_say(books: Books) -> bool:
    """What is set aside of each account is the sum over the holds that stand, and covered."""
    sums: dict[str, Decimal] = {}
    for hold in books.holds.values():
        for key, amount in set_aside(hold.lines).items():
            sums[key] = EXACT.add(sums.get(key, Decimal(0)), amount)
    covered = all(
        available(books, *key.rpartition(" ")[::2]) >= 0 for key in books.held if key in sums
    )
    return covered and sums == {key: amount for key, amount in books.held.items() if amount}


def books_stay_small(books: Books) -> bool:
    """Nothing is remembered of months long closed."""
    return all(mark.month >= books.kept_from for mark in books.marks.values())


def funds_are_cash_and_margin(books: Books, accounts: Iterable[Account]) -> bool:
    """What a user has in the practice book is cash and margin over all their accounts."""
    owned: dict[tuple[str, str], Decimal] = {}
    for account in accounts:
        place = (f"user_funds/{account.user_id}", account.currency)
        held = owned.get(place, Decimal(0))
        for amount in (account.cash, *(one.margin for one in account.positions.values())):
            held = EXACT.add(held, amount)
        owned[place] = held
    return all(
        balance(books, account, currency) == amount for (account, currency), amount in owned.items()
    )
