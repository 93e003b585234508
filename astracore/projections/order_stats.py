"""What became of a user's orders: counts by status and type, how much filled, how well."""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.instants import Instant
from astracore.numeric import Rounding, exact, quotient, rounded, rounded_quotient
from astracore.projections.orders import OrderRow
from astracore.trading.contracts.kinds import ONE, sign_of
from astracore.trading.orders.states import FINAL
from astracore.trading.types import (
    MICRO,
    ZERO,
    ContractKind,
    Instrument,
    OrderStatus,
    OrderType,
    Side,
)

AT_MARKET = frozenset({OrderType.MARKET, OrderType.MARKET_QUOTE})
EVEN = Rounding.HALF_EVEN
UNCHANGED: Mapping[str, Instant] = {}


@frozen(kw_only=True)
class OrderStats:
    """Figures of orders. `fill_rate` = filled/ended; `mean_slippage` is the mean over filled market
    orders of side × (average − mark)/mark [fraction], above zero: worse than the mark (e6).

    `partial`: there were more orders than one answer counts; these are the newest.
    """

    orders: int
    by_status: Mapping[str, int]
    by_type: Mapping[str, int]
    fill_rate: Decimal | None
    mean_slippage: Decimal | None
    partial: bool


@exact
def order_stats(
    rows: Iterable[OrderRow],
    instruments: Mapping[str, Instrument],
    *,
    changed: Mapping[str, Instant] = UNCHANGED,
    partial: bool = False,
) -> Result[OrderStats, NumericLimit]:
    """Count `rows`. The mark of a market order is told by the reference it was reserved at, as
    long as nobody `changed` its instrument since: that has another band then.

    Errors: NumericLimit.  Rounds: half even, 6; each slippage is carried to 50 digits.
    """
    every = tuple(rows)
    statuses = Counter(row.status.value for row in every)
    ended = sum(1 for row in every if row.status in FINAL)
    filled = statuses[OrderStatus.FILLED.value]
    known = (row for row in every if row.accepted_at >= changed.get(row.symbol, row.accepted_at))
    slips = [slip for slip in (slippage(row, instruments) for row in known) if slip is not None]
    rate = rounded_quotient(Decimal(filled), Decimal(ended), MICRO, EVEN) if ended else None
    mean = quotient(sum(map(_carried, slips), ZERO), Decimal(len(slips))) if slips else None
    return Success(
        OrderStats(
            orders=len(every),
            by_status=dict(sorted(statuses.items())),
            by_type=dict(sorted(Counter(row.type.value for row in every).items())),
            fill_rate=rate,
            mean_slippage=None if mean is None else rounded(mean, MICRO, EVEN),
            partial=partial,
        )
    )


def slippage(row: OrderRow, instruments: Mapping[str, Instrument]) -> Decimal | None:
    """How much worse than the mark a market order filled [fraction]; None of others. Kernel.

    R of a buy is mark × (1 + band), of a sell the mark itself; of an inverse contract's sell it is
    mark × (1 − band), of its buy the mark.
    """
    listed = instruments.get(row.symbol)
    if row.type not in AT_MARKET or row.average_price is None or listed is None:
        return None
    if row.reference <= ZERO:
        return None
    worse = Side.SELL if listed.kind is ContractKind.INVERSE else Side.BUY
    scale = ONE + sign_of(worse) * listed.price_band if row.side is worse else ONE
    part = sign_of(row.side) * (row.average_price * scale - row.reference)
    return quotient(part, row.reference)


# Sums of quotients of 50 digits fit once they are cut to a fixed place.
def _carried(value: Decimal) -> Decimal:
    return rounded(value, Decimal("1e-18"), EVEN)
