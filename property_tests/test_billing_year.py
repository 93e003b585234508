"""A simulated year: the books balance at every prefix, each day adds up, each cent is explained."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from astracore.events.projection import Projection, project
from astracore.ledger.books import BOOKS
from astracore.ledger.events import JournalPosted
from astracore.ledger.state import Books
from astracore.projections.billing import INVOICES, SUBSCRIPTIONS
from astracore.projections.finance import REVENUE
from astracore.projections.saas import SAAS_METRICS, saas_months
from astracore.revenue.invoices.events import NumberDrawn
from astracore.revenue.invoices.invoice import INVOICE
from astracore.revenue.invoices.state import Invoice
from astracore.revenue.recognition.commands import Stream
from astracore.revenue.recognition.contract import CONTRACT
from astracore.revenue.recognition.state import Contract
from astracore.revenue.splits.events import SplitsSettled
from astracore.revenue.subscriptions.events import (
    PlanChanged,
    SubscriptionRenewed,
    SubscriptionStarted,
)
from astracore.revenue.subscriptions.subscription import SUBSCRIPTION
from astracore.verification.billing.checks import (
    billed_is_recognised_and_deferred,
    books_hold_the_contracts,
    invoice_explains_itself,
    notes_stay_within_the_invoice,
    period_is_sound,
)
from astracore.verification.billing.year import Year, books_of, contracts, simulated
from astracore.verification.books import (
    balances_sum_to_zero,
    lines_sum_to_zero,
    nobody_is_overdrawn,
)

R = TypeVar("R")
slow = settings(
    max_examples=max(3, settings().max_examples // 30),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
years = st.builds(simulated, st.integers(0, 2**32), st.integers(1, 5), st.integers(40, 140))


def invoices(year: Year) -> list[Invoice]:
    states = year.house.states.items()
    return [state for stream, state in states if stream.category == INVOICE.name]


def rows(projection: Projection[Any, R], year: Year) -> dict[str, R]:
    changes = project(projection, lambda _keys: {}, year.house.log).unwrap()
    return {
        one.key: projection.row.decode(one.body).unwrap() for one in changes if one.body is not None
    }


def holds(year: Year) -> bool:
    """Everything that must hold of a year, for tests that plant mistakes too."""
    books = Books()
    for envelope in year.house.log:
        if isinstance(envelope.event, JournalPosted):
            if not lines_sum_to_zero(envelope.event.lines):
                return False
            books = BOOKS.evolve(books, envelope.event)
    known = {envelope.event_id for envelope in year.house.log}
    held = contracts(year.house)
    return (
        all(day.invoiced == day.recognised + day.deferred for day in year.days)
        and all(day.balance == 0 for day in year.days)
        and balances_sum_to_zero(books)
        and nobody_is_overdrawn(books)
        and books_hold_the_contracts(books, held, "USD")
        and all(billed_is_recognised_and_deferred(each) for each in held)
        and all(invoice_explains_itself(each, known) for each in invoices(year))
        and all(notes_stay_within_the_invoice(each) for each in invoices(year))
        and all(
            period_is_sound(state)
            for stream, state in year.house.states.items()
            if stream.category == SUBSCRIPTION.name
        )
        and periods_do_not_overlap(year)
    )


def periods_do_not_overlap(year: Year) -> bool:
    """Each paid period of a subscription begins where, or after, the last one ended."""
    last: dict[str, int] = defaultdict(lambda: -(10**9))
    for envelope in year.house.log:
        event = envelope.event
        if isinstance(event, SubscriptionRenewed):
            if event.start < last[event.subscription_id]:
                return False
            last[event.subscription_id] = event.end
        if isinstance(event, SubscriptionStarted | PlanChanged):
            last[event.subscription_id] = event.end
    return True


@slow
@given(years)
def test_what_must_hold_of_a_year_holds(year: Year) -> None:
    assert holds(year)


@slow
@given(years)
def test_numbers_have_no_gaps(year: Year) -> None:
    drawn: dict[tuple[str, int], list[int]] = defaultdict(list)
    for envelope in year.house.log:
        if isinstance(envelope.event, NumberDrawn):
            drawn[envelope.event.series, envelope.event.year].append(envelope.event.serial)
    for serials in drawn.values():
        assert serials == list(range(1, len(serials) + 1))
    numbers = [each.number for each in invoices(year) if each.number]
    assert len(set(numbers)) == len(numbers)


@slow
@given(years)
def test_the_four_streams_are_the_revenue_of_the_books(year: Year) -> None:
    shown: dict[str, Fraction] = defaultdict(Fraction)
    for row in rows(REVENUE, year).values():
        shown[row.stream] += Fraction(row.amount)
    earned: dict[str, Fraction] = defaultdict(Fraction)
    for each in contracts(year.house):
        earned[each.stream.value] += Fraction(each.recognised)
    net = sum(shown.values())
    assert net == sum(earned.values()) == Fraction(year.days[-1].recognised)
    assert set(shown) <= {*(stream.value for stream in Stream), "refunds"}


@slow
@given(years)
def test_movements_lead_from_month_to_month(year: Year) -> None:
    table = list(rows(SAAS_METRICS, year).values())
    months = saas_months(table)
    for before, after in pairwise(months):
        assert after.movements.opening == before.mrr
    yearly = sum(
        (row.new + row.expansion + row.reactivation - row.contraction - row.churn for row in table),
        Decimal(0),
    )
    states = [
        state for stream, state in year.house.states.items() if stream.category == SUBSCRIPTION.name
    ]
    assert yearly == sum((state.rate for state in states), Decimal(0))
    if months:
        assert months[-1].arr == yearly
        assert months[-1].customers == sum(bool(state.rate) for state in states)
        assert months[-1].mrr == year.days[-1].mrr


@slow
@given(years)
def test_read_models_say_what_the_states_say(year: Year) -> None:
    shown = rows(SUBSCRIPTIONS, year)
    for stream, state in year.house.states.items():
        if stream.category == SUBSCRIPTION.name:
            row = shown[stream.key]
            assert (row.status, row.plan, row.user_id) == (state.status, state.plan, state.user_id)
            assert row.scheduled == ("" if state.scheduled is None else state.scheduled.plan)
    papers = rows(INVOICES, year)
    for stream, state in year.house.states.items():
        if stream.category == INVOICE.name:
            paper = papers[stream.key]
            assert (paper.status, paper.number, paper.total) == (
                state.status,
                state.number,
                state.total,
            )
            assert (paper.paid, paper.credited) == (state.applied, state.credited)
    listed = sorted((row for row in papers.values() if row.number), key=INVOICES.sort)
    numbers = [row.number for row in listed]
    assert numbers == sorted(numbers, reverse=True)


@slow
@given(years)
def test_splits_give_out_what_was_earned(year: Year) -> None:
    given_out, net = Decimal(0), defaultdict[Stream, Decimal](Decimal)
    most: dict[Stream, Decimal] = defaultdict(Decimal)
    for envelope in year.house.log:
        if isinstance(envelope.event, SplitsSettled):
            event = envelope.event
            net[event.stream] += event.net
            most[event.stream] = max(most[event.stream], net[event.stream])
            given_out += sum((part.amount for part in event.parts), Decimal(0))
    assert given_out == sum(most.values(), Decimal(0))


@pytest.mark.slow
def test_a_whole_year_has_seen_everything() -> None:
    """Twelve customers, 365 days: each kind of event happens, and everything holds."""
    year = simulated(7)
    counts = year.counts
    assert (
        min(
            counts.started,
            counts.renewed,
            counts.upgraded,
            counts.failed,
            counts.paused,
            counts.refunded,
            counts.disputed,
            counts.sold,
        )
        > 0
    )
    assert len(year.days) == 365
    assert holds(year)
    assert books_of(year.house) != Books()
    again = simulated(7, days=30)
    assert again.days == year.days[:30]


def test_a_year_is_made_of_contracts() -> None:
    year = simulated(3, 3, 60)
    assert all(isinstance(each, Contract) for each in contracts(year.house))
    assert {stream.category for stream in year.house.states} >= {CONTRACT.name, BOOKS.name}
