"""The simulated house itself: what nobody takes, what is refused, and predicates that say no."""

from decimal import Decimal

import pytest

from astracore.instants import Instant
from astracore.ledger.state import Books
from astracore.revenue.invoices.commands import OpenInvoice
from astracore.revenue.recognition.state import Contract
from astracore.verification.billing.checks import (
    billed_is_recognised_and_deferred,
    books_hold_the_contracts,
)
from astracore.verification.billing.house import House, addressed
from astracore.verification.billing.year import simulated


def test_a_command_that_nobody_takes_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="nobody takes object"):
        addressed(object())


def test_what_is_refused_leaves_no_trace_but_the_refusal() -> None:
    house = House()
    number = house.next_number("INV", 2026)
    opened = OpenInvoice(invoice_id="i", number=number, day=0)
    assert house.number(opened, Instant(0), 2026) == ()
    assert (house.log, len(house.refused)) == ([], 1)
    assert house.next_number("INV", 2026) == number


def test_books_that_forget_a_contract_are_seen() -> None:
    owed = Contract(begun=True, billed=Decimal(5))
    assert billed_is_recognised_and_deferred(owed)
    assert not books_hold_the_contracts(Books(), [owed], "USD")
    assert books_hold_the_contracts(Books(), [], "USD")


def test_the_same_seed_gives_the_same_year() -> None:
    one, again, other = (simulated(seed, 3, 40) for seed in (1, 1, 2))
    assert one.days == again.days
    assert one.house.log == again.house.log
    assert one.days != other.days
