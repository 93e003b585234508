"""What the house earned by stream, whatever the day: the one figure of the books that is public."""

import decimal
from collections.abc import Iterable
from decimal import Decimal

from attrs import frozen

from astracore.ledger.chart import AccountKind
from astracore.numeric import EXACT
from astracore.projections.finance import BalanceRow, RevenueRow


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
    return _added((row.stream, row.currency, row.amount) for row in rows)


def earned(rows: Iterable[BalanceRow]) -> tuple[StreamRow, ...]:
    """The same from the accounts of the books: revenue is credited.

    Invariant: equal to `by_stream` of all days.
    """
    return _added(
        (row.account, row.currency, row.balance.copy_negate())
        for row in rows
        if row.kind is AccountKind.REVENUE
    )


def _added(amounts: Iterable[tuple[str, str, Decimal]]) -> tuple[StreamRow, ...]:
    """Streams and currencies with their totals, in order."""
    totals: dict[tuple[str, str], Decimal] = {}
    with decimal.localcontext(EXACT):
        for stream, currency, amount in amounts:
            totals[stream, currency] = totals.get((stream, currency), Decimal(0)) + amount
    return tuple(
        StreamRow(stream=stream, currency=currency, amount=totals[stream, currency])
        for stream, currency in sorted(totals)
    )
