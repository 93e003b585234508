"""The trailing day of a market, from its candles."""

import decimal
from collections.abc import Sequence
from decimal import Decimal

from attrs import frozen

from astracore.instants import DAY, Instant
from astracore.marketdata.candles import Candle
from astracore.numeric import EXACT, Rounding, rounded_quotient

STEP = Decimal("0.000001")


@frozen(kw_only=True)
class DayStats:
    """What happened in the trailing 24 hours [quote per base; volume in base]."""

    symbol: str
    last: Decimal
    mark: Decimal
    open: Decimal
    high: Decimal
    low: Decimal
    change: Decimal
    change_fraction: Decimal  # change / open, 6 decimals
    volume: Decimal
    at: Instant


def day_stats(symbol: str, candles: Sequence[Candle], last: Decimal, at: Instant) -> DayStats:
    """The day of `symbol` that ends at `at`; `candles` oldest first, older ones are left out.

    change = last − open; change_fraction = change / open.  Rounds: the fraction half even, to 6.
    """
    day = [candle for candle in candles if candle.close_time.micros > at.micros - DAY]
    with decimal.localcontext(EXACT):
        first = day[0].open if day else last
        change = last - first
        return DayStats(
            symbol=symbol,
            last=last,
            mark=last,
            open=first,
            high=max((candle.high for candle in day), default=last),
            low=min((candle.low for candle in day), default=last),
            change=change,
            change_fraction=rounded_quotient(change, first, STEP, Rounding.HALF_EVEN),
            volume=sum((candle.volume for candle in day), Decimal(0)),
            at=at,
        )
