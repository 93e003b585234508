"""How the closed positions of each account did."""

import decimal
from decimal import Decimal
from typing import TypeAlias

from attrs import evolve as changed
from attrs import frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import AccountId, UserId
from astracore.numeric import EXACT, Rounding, exact, rounded_quotient
from astracore.trading.events import PositionClosed, TradeExecuted
from astracore.trading.types import MICRO, ZERO

StatsEvent: TypeAlias = PositionClosed | TradeExecuted


@frozen(kw_only=True)
class TradeRow:
    """Counts and sums of one account [account currency]; `net` of a position decides win or loss.

    Invariant: trades = wins + losses + break_even; net = gains − lost.
    """

    account_id: AccountId
    user_id: UserId
    is_practice: bool
    trades: int = 0  # closed positions
    wins: int = 0
    losses: int = 0
    break_even: int = 0
    net: Decimal = ZERO
    gains: Decimal = ZERO
    lost: Decimal = ZERO
    best: Decimal | None = None
    worst: Decimal | None = None
    fills: int = 0
    volume: Decimal = ZERO
    fees: Decimal = ZERO  # of every fill


@frozen(kw_only=True)
class TradeStats:
    """The same with what is computed from it; None where there is nothing to divide by.

    win_rate = wins/trades, profit_factor = gains/lost, average = net/trades (e6).
    """

    account_id: AccountId
    is_practice: bool
    trades: int
    wins: int
    losses: int
    break_even: int
    net: Decimal
    fills: int
    volume: Decimal
    fees: Decimal
    best: Decimal | None
    worst: Decimal | None
    win_rate: Decimal | None
    profit_factor: Decimal | None
    average: Decimal | None


def counted(row: TradeRow | None, envelope: Envelope[StatsEvent], _key: str) -> TradeRow | None:
    """Add a fill, or a position that was closed."""
    event = envelope.event
    before = row or TradeRow(
        account_id=event.account_id, user_id=event.user_id, is_practice=event.is_practice
    )
    with decimal.localcontext(EXACT):
        if isinstance(event, PositionClosed):
            return closed(before, event.net)
        return changed(
            before,
            fills=before.fills + 1,
            volume=before.volume + event.notional,
            fees=before.fees + event.fee + event.platform_fee,
        )


def closed(row: TradeRow, net: Decimal) -> TradeRow:
    """One more closed position. Kernel."""
    return changed(
        row,
        trades=row.trades + 1,
        wins=row.wins + (net > ZERO),
        losses=row.losses + (net < ZERO),
        break_even=row.break_even + (net == ZERO),
        net=row.net + net,
        gains=row.gains + max(ZERO, net),
        lost=row.lost + max(ZERO, -net),
        best=net if row.best is None else max(row.best, net),
        worst=net if row.worst is None else min(row.worst, net),
    )


@exact
def statistics(row: TradeRow) -> Result[TradeStats, NumericLimit]:
    """A row as its owner sees it.

    Errors: NumericLimit.  Rounds: rates and averages half even, 6.
    """
    return Success(
        TradeStats(
            account_id=row.account_id,
            is_practice=row.is_practice,
            trades=row.trades,
            wins=row.wins,
            losses=row.losses,
            break_even=row.break_even,
            net=row.net,
            fills=row.fills,
            volume=row.volume,
            fees=row.fees,
            best=row.best,
            worst=row.worst,
            win_rate=ratio(Decimal(row.wins), Decimal(row.trades)),
            profit_factor=ratio(row.gains, row.lost),
            average=ratio(row.net, Decimal(row.trades)),
        )
    )


def ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    """part/whole, half even to 6 decimals; None without a whole. Kernel."""
    return None if whole <= ZERO else rounded_quotient(part, whole, MICRO, Rounding.HALF_EVEN)


TRADE_STATS: Projection[StatsEvent, TradeRow] = Projection(
    name="trade_stats",
    version=1,
    events=(PositionClosed, TradeExecuted),
    keys=lambda envelope: (envelope.event.account_id,),
    evolve=counted,
    row=codec(TradeRow),
    owner=lambda row: row.user_id,
    sort=lambda row: row.account_id,
)
