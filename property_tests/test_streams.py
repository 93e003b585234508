"""The house's streams add up to its days."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from astracore.ledger.entries import Book
from astracore.projections.finance import RevenueRow
from astracore.projections.streams import by_stream

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
