"""The standard entries: each balances, moves the accounts it names, and can be taken back."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from astracore.errors.money import NegativeAmount
from astracore.errors.values import NumericLimit
from astracore.ids import EntryId
from astracore.ledger import postings
from astracore.ledger.commands import ReverseEntry
from astracore.ledger.entries import Book, Line
from astracore.ledger.postings import Charged, Returned
from astracore.ledger.state import Books, signed_balance
from astracore.verification.books import lines_sum_to_zero
from property_tests.test_holds import NOON, entry, post, told

CENT = Decimal("0.01")
amounts = st.integers(0, 10**9).map(lambda cents: cents * CENT)
Made = Callable[[Decimal, Decimal, Decimal], Any]
STANDARD: dict[str, Made] = {
    "deposit": lambda a, _b, _c: postings.deposit("u", "USD", a),
    "withdrawal": lambda a, _b, _c: postings.withdrawal("u", "USD", a),
    "charge": lambda a, b, c: postings.charge(
        "subscriptions", "USD", Charged(price=a, tax=b, fee=c)
    ),
    "refund": lambda a, b, c: postings.refund(
        "subscriptions", "USD", Returned(deferred=a, earned=b, tax=c)
    ),
    "lost_dispute": lambda a, _b, _c: postings.lost_dispute("USD", a),
    "customer_credit": lambda a, _b, _c: postings.customer_credit("u", "USD", a, source="bank"),
    "granted": lambda a, _b, _c: postings.points_granted("u", "USD", a),
    "burned": lambda a, _b, _c: postings.points_burned("u", "USD", a),
}


@pytest.mark.parametrize("name", STANDARD)
@given(amounts, amounts, amounts)
@example(Decimal(0), Decimal(0), Decimal(0))
def test_every_standard_entry_balances(name: str, a: Decimal, b: Decimal, c: Decimal) -> None:
    """Property 108, and 109: taken back, all balances are as before."""
    lines = STANDARD[name](a, b, c).unwrap()
    assert lines_sum_to_zero(lines)
    assert all(line.amount for line in lines)
    if not lines:
        return
    ground = [
        Line(account="issued", currency="USD", amount=3 * 10**10 * Decimal(1)),
        *[
            Line(account=f"{place}/u", currency="USD", amount=Decimal(-(10**10)))
            for place in ("user_funds", "customer_credit", "wallet")
        ],
    ]
    started = told(Books(), post(evolve(entry("g", "bank", "tax", 1), lines=tuple(ground))))
    made = evolve(entry("x", "bank", "tax", 1), lines=lines)
    back = ReverseEntry(book=Book.HOUSE, entry=made, journal_id=EntryId("b"), reason="no", at=NOON)
    after = told(started, post(made), back)
    for key in after.balances:
        account, _, currency = key.rpartition(" ")
        assert signed_balance(after, account, currency) == signed_balance(
            started, account, currency
        )


@pytest.mark.parametrize("name", STANDARD)
@pytest.mark.parametrize("bad", ["-0.01", "NaN", "sNaN", "Infinity"])
def test_no_standard_entry_takes_what_is_no_amount(name: str, bad: str) -> None:
    cause = STANDARD[name](Decimal(bad), Decimal(1), Decimal(1)).failure()
    assert isinstance(cause, NegativeAmount | NumericLimit)


def accounts(lines: tuple[Line, ...]) -> list[tuple[str, str]]:
    return [(line.account, str(line.amount)) for line in lines]


def test_the_worked_charge() -> None:
    """9.99 + tax 2.10, fee 0.66: the lines of DOMAINS, which add up to nothing."""
    charged = Charged(price=Decimal("9.99"), tax=Decimal("2.10"), fee=Decimal("0.66"))
    lines = postings.charge("subscriptions", "USD", charged).unwrap()
    assert accounts(lines) == [
        ("processor", "12.09"),
        ("deferred/subscriptions", "-9.99"),
        ("tax", "-2.10"),
        ("processor_fees", "0.66"),
        ("processor", "-0.66"),
    ]
    assert lines_sum_to_zero(lines)


MOVED = {
    "deposit": [("bank", False), ("user_funds/u", True)],
    "withdrawal": [("user_funds/u", False), ("bank", True)],
    "charge": [
        ("processor", False),
        ("deferred/subscriptions", True),
        ("tax", True),
        ("processor_fees", False),
        ("processor", True),
    ],
    "refund": [
        ("deferred/subscriptions", False),
        ("refunds", False),
        ("tax", False),
        ("processor", True),
    ],
    "lost_dispute": [("chargebacks", False), ("processor", True)],
    "customer_credit": [("bank", False), ("customer_credit/u", True)],
    "granted": [("issued", False), ("wallet/u", True)],
    "burned": [("wallet/u", False), ("burned", True)],
}


def test_which_accounts_each_standard_entry_moves() -> None:
    """Debits first, then credits, as the table names them."""
    one, two, three = Decimal(1), Decimal(2), Decimal(3)
    moved = {
        name: [
            (account, amount.startswith("-"))
            for account, amount in accounts(made(one, two, three).unwrap())
        ]
        for name, made in STANDARD.items()
    }
    assert moved == MOVED
