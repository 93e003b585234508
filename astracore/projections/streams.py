"""What the house earned by stream, whatever the day: the one figure of the books that is public."""

import decimal
from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen

from astracore.numeric import EXACT
from astracore.projections.finance import RevenueRow


@frozen(kw_only=True)
class StreamRow:
    """One stream's total in one currency [currency]."""

    stream: str
    currency: str
    amount: Decimal


def by_stream(rows: Iterable[RevenueRow]) -> tuple[StreamRow, ...]:
    """Add up the days, in the order of stream and currency.

    Invariant: for each currency the amounts add up to those of `rows`.
    """
    totals: dict[tuple[str, str], Decimal] = {}
    with decimal.localcontext(EXACT):
        for row in rows:
            key = (row.stream, row.currency)
            totals[key] = totals.get(key, Decimal(0)) + row.amount
    return tuple(
        StreamRow(stream=stream, currency=currency, amount=totals[stream, currency])
        for stream, currency in sorted(totals)
    )
