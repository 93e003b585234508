"""The house's streams add up to its days."""

from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from astracore.catalog.examples import example
from astracore.events.projection import Projection, project
from astracore.instants import DAY, Instant
from astracore.ledger.entries import Book, Line
from astracore.ledger.events import JournalPosted
from astracore.projections.finance import REVENUE, TRIAL_BALANCE, RevenueRow
from astracore.projections.streams import by_stream, earned
from tests.projections.test_board_views import told

R = TypeVar("R")
rows = st.builds(
    RevenueRow,
    book=st.sampled_from(Book),
    stream=st.sampled_from(["transaction_fees", "subscriptions"]),
    currency=st.sampled_from(["PUSD", "USD"]),
    day=st.sampled_from(["2026-03-04", "2026-03-05"]),
    amount=st.integers(-(10**12), 10**12).map(lambda units: Decimal(units) / 10**6),
    entries=st.integers(1, 9),
)


@given(st.lists(rows, max_size=20))
def test_streams_add_up_to_their_days(days: list[RevenueRow]) -> None:
    found = by_stream(days)
    keys = [(row.stream, row.currency) for row in found]
    assert keys == sorted({(day.stream, day.currency) for day in days})
    for row in found:
        total = sum(
            Fraction(day.amount)
            for day in days
            if (day.stream, day.currency) == (row.stream, row.currency)
        )
        assert Fraction(row.amount) == total


lines = st.builds(
    Line,
    account=st.sampled_from(["transaction_fees", "subscriptions", "refunds", "wallet/u1"]),
    currency=st.sampled_from(["PUSD", "USD"]),
    amount=st.integers(-(10**12), 10**12).map(lambda units: Decimal(units) / 10**6),
)
entries = st.builds(
    lambda book, day, made: evolve(
        example(JournalPosted), book=book, at=Instant(day * DAY), lines=tuple(made)
    ),
    st.sampled_from(Book),
    st.integers(0, 3),
    st.lists(lines, max_size=6),
)


def kept(projection: Projection[JournalPosted, R], log: list[JournalPosted]) -> list[R]:
    """The rows of a model after a log."""
    changes = project(projection, lambda _keys: {}, [told(event) for event in log]).unwrap()
    return [one.row for one in changes]  # type: ignore[misc]


@given(st.lists(entries, max_size=8))
def test_accounts_and_days_tell_the_same_streams(log: list[JournalPosted]) -> None:
    assert earned(kept(TRIAL_BALANCE, log)) == by_stream(kept(REVENUE, log))
