"""A year of billing, drawn from a seed: trials, upgrades, failures, pauses, refunds, disputes.

Everything is decided by the product's own deciders and policies; only what customers want and what
their banks say is drawn.
"""

from decimal import Decimal

from attrs import frozen

from astracore.instants import DAY, HOUR, Instant
from astracore.ledger.books import BOOKS
from astracore.ledger.entries import Book
from astracore.ledger.events import JournalPosted
from astracore.ledger.state import Books, signed_balance
from astracore.numeric import EXACT
from astracore.numeric.rounding import Rounding, rounded_quotient
from astracore.revenue.dates import day_number, month_text
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.recognition.daily import daily_run
from astracore.revenue.recognition.state import Contract, deferred
from astracore.revenue.splits.commands import SettleSplits
from astracore.revenue.subscriptions.state import Subscription
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from astracore.verification.billing.checks import CENT, ZERO, added
from astracore.verification.billing.customers import Counts, Customer
from astracore.verification.billing.house import House

FIRST = day_number(2026, 1, 1)
CURRENCY = "USD"


@frozen(kw_only=True)
class DayTotals:
    """Where the business stands at the end of a day [currency]."""

    day: int
    invoiced: Decimal  # without tax, less credit notes and credit kept
    recognised: Decimal
    deferred: Decimal
    mrr: Decimal
    balance: Decimal  # of all accounts: nothing


@frozen(kw_only=True)
class Year:
    """What was simulated."""

    house: House
    customers: tuple[Customer, ...]
    days: tuple[DayTotals, ...]
    counts: Counts


def simulated(seed: int, customers: int = 12, days: int = 365) -> Year:
    """Run `customers` for `days` from 1 January 2026; the same seed gives the same year."""
    house = House()
    people = tuple(Customer(house, f"c{n}", seed) for n in range(customers))
    totals = []
    for day in range(FIRST, FIRST + days):
        for place, customer in enumerate(people):
            customer.live(day, Instant(day * DAY + HOUR * (8 + place % 12)))
        close_day(house, day)
        totals.append(told(house, day))
    counts = Counts()
    for customer in people:
        counts = counts.plus(customer.counts)
    return Year(house=house, customers=people, days=tuple(totals), counts=counts)


def close_day(house: House, day: int) -> None:
    """The daily run at midnight; on the last of a month the splits."""
    at = Instant((day + 1) * DAY - 1)
    for command in daily_run(contracts(house), day):
        house.ask(command, at)
    if month_text(day) != month_text(day + 1):
        for stream in Stream:
            house.ask(month_of(house, stream, month_text(day)), at)


def month_of(house: House, stream: Stream, month: str) -> SettleSplits:
    """What a stream earned in a month, from the entries of the books.

    Refunds and processor fees are all of subscriptions here.
    """
    lines = [
        line
        for envelope in house.log
        if isinstance(envelope.event, JournalPosted)
        and month_text(envelope.occurred_at.micros // DAY) == month
        for line in envelope.event.lines
    ]
    mine = stream is Stream.SUBSCRIPTIONS
    earned = added(line.amount for line in lines if line.account == stream.value)
    return SettleSplits(
        stream=stream,
        month=month,
        currency=CURRENCY,
        recognised=EXACT.subtract(ZERO, earned),
        refunds=added(line.amount for line in lines if mine and line.account == "refunds"),
        fees=added(line.amount for line in lines if mine and line.account == "processor_fees"),
    )


def contracts(house: House) -> tuple[Contract, ...]:
    """Every contract of revenue."""
    return tuple(
        state for stream, state in house.states.items() if stream.category == CONTRACT.name
    )


def subscriptions(house: House) -> tuple[Subscription, ...]:
    """Every subscription."""
    return tuple(
        state for stream, state in house.states.items() if stream.category == SUBSCRIPTION.name
    )


def books_of(house: House) -> Books:
    """The house's book."""
    found: Books = house.state(BOOKS, Book.HOUSE.value)
    return found


def invoiced(house: House) -> Decimal:
    """What invoices charged without tax, less what credit notes took back and credit kept."""
    papers = [state for stream, state in house.states.items() if stream.category == INVOICE.name]
    charged = added(invoice.net for invoice in papers)
    returned = added(note.net for invoice in papers for note in invoice.notes)
    kept = added(
        signed_balance(books_of(house), account, CURRENCY).copy_negate()
        for account in {key.partition(" ")[0] for key in books_of(house).balances}
        if account.startswith("customer_credit/")
    )
    return EXACT.subtract(EXACT.subtract(charged, returned), kept)


def told(house: House, day: int) -> DayTotals:
    """The day's totals."""
    held = contracts(house)
    yearly = added(state.rate for state in subscriptions(house))
    books = books_of(house)
    return DayTotals(
        day=day,
        invoiced=invoiced(house),
        recognised=added(each.recognised for each in held),
        deferred=added(deferred(each) for each in held),
        mrr=rounded_quotient(yearly, Decimal(12), CENT, Rounding.HALF_EVEN),
        balance=added(books.balances.values()),
    )
