"""What must hold of books at every moment, as predicates for tests and for self-audit."""

from collections.abc import Iterable
from decimal import Decimal

from astracore.ledger.chart import BY_NAME, is_debit_normal
from astracore.ledger.entries import Line
from astracore.ledger.state import Books, balance, trial_balance
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
