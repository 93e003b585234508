"""What each account made on each UTC day, and the curve that the days add up to."""

import decimal
from collections.abc import Iterable
from decimal import Decimal
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen
from returns.result import Result, Success

from astracore.errors.values import NumericLimit
from astracore.events.codec import codec
from astracore.events.envelope import Envelope
from astracore.events.projection import Projection
from astracore.ids import AccountId, UserId
from astracore.instants import DAY, Instant, instant_text
from astracore.numeric import EXACT, exact, quotient
from astracore.projections.sorting import ascending
from astracore.trading.events import AccountOpened, TradeExecuted
from astracore.trading.money_events import (
    AccountReset,
    CashMoved,
    FundingPaid,
    PositionLiquidated,
)
from astracore.trading.types import ZERO

DailyEvent: TypeAlias = (
    AccountOpened | AccountReset | CashMoved | TradeExecuted | FundingPaid | PositionLiquidated
)


@frozen(kw_only=True)
class DayPnl:
    """One account on one UTC day [account currency].

    net = realised − fees + funding + insurance; `flow` is money that came in, less what went out
    (an account's first balance, deposits, withdrawals, what a reset changed).
    """

    account_id: AccountId
    user_id: UserId
    day: str  # 2026-03-04
    ends_at: Instant
    realised: Decimal = ZERO
    fees: Decimal = ZERO
    funding: Decimal = ZERO
    insurance: Decimal = ZERO
    net: Decimal = ZERO
    flow: Decimal = ZERO
    trades: int = 0
    volume: Decimal = ZERO

    @property
    def starts_at(self) -> Instant:
        """00:00 UTC of the day."""
        return Instant(self.ends_at.micros - DAY)


@frozen(kw_only=True)
class Point:
    """What an account was worth at `at` by what was booked [account currency]: unrealised profit
    is in the point of now alone. `flow` and `net` are of the span that ends there."""

    at: Instant
    equity: Decimal
    flow: Decimal
    net: Decimal


def day_of(at: Instant) -> str:
    """The UTC date of an instant."""
    return instant_text(at)[:10]


def day_row(row: DayPnl | None, envelope: Envelope[DailyEvent], _key: str) -> DayPnl | None:
    """Add what an event booked to its day."""
    event = envelope.event
    with decimal.localcontext(EXACT):
        return booked(row or fresh_day(event), event)


def fresh_day(event: DailyEvent) -> DayPnl:
    """A day on which nothing was booked yet."""
    return DayPnl(
        account_id=event.account_id,
        user_id=event.user_id,
        day=day_of(event.at),
        ends_at=Instant((event.at.micros // DAY + 1) * DAY),
    )


def booked(row: DayPnl, event: DailyEvent) -> DayPnl:
    """The day after one more event. Kernel."""
    match event:
        case AccountOpened():
            return changed(row, flow=row.flow + event.initial_balance)
        case AccountReset():
            return changed(row, flow=row.flow + event.balance - event.previous)
        case CashMoved():
            return changed(row, flow=row.flow + event.amount)
        case TradeExecuted():
            charges = event.fee + event.platform_fee
            return changed(
                earned(row, event.realised, charges, ZERO, event.insurance),
                trades=row.trades + 1,
                volume=row.volume + event.notional,
            )
        case FundingPaid():
            return earned(row, ZERO, ZERO, event.amount, event.insurance)
        case PositionLiquidated():
            return earned(row, event.realised, event.fee, ZERO, event.insurance)
        case _:
            assert_never(event)


def earned(
    row: DayPnl, realised: Decimal, fees: Decimal, funding: Decimal, insurance: Decimal
) -> DayPnl:
    """The day with one more result. Kernel."""
    return changed(
        row,
        realised=row.realised + realised,
        fees=row.fees + fees,
        funding=row.funding + funding,
        insurance=row.insurance + insurance,
        net=row.net + realised - fees + funding + insurance,
    )


def days_of(account_id: str) -> str:
    """What the order of an account's days begins with."""
    return f"{account_id}/"


@exact
def curve(rows: Iterable[DayPnl]) -> Result[tuple[Point, ...], NumericLimit]:
    """The days of one account, oldest first, as a curve: a point at the end of each.

    Errors: NumericLimit.
    Invariant: the last point is cash + Σ margin of the account, whatever happened.
    """
    equity, points = ZERO, []
    for row in rows:
        equity += row.flow + row.net
        points.append(Point(at=row.ends_at, equity=equity, flow=row.flow, net=row.net))
    return Success(tuple(points))


@exact
def with_now(
    points: tuple[Point, ...], at: Instant, equity: Decimal
) -> Result[tuple[Point, ...], NumericLimit]:
    """The curve up to `at`, where the account is worth `equity` with what is unrealised.

    The running day's point gives way to it.  Errors: NumericLimit.
    """
    past = tuple(point for point in points if point.at <= at)
    running = points[len(past)] if len(past) < len(points) else None
    flow = ZERO if running is None else running.flow
    before = past[-1].equity if past else ZERO
    now = Point(at=at, equity=equity, flow=flow, net=equity - before - flow)
    return Success((*past, now))


@exact
def worst_fall(start: Decimal, days: Iterable[DayPnl]) -> Result[Decimal, NumericLimit]:
    """The worst fall of closed trades below their peak, a fraction of it; flows move both.

    Errors: NumericLimit.
    """
    equity = peak = start
    worst = ZERO
    for day in days:
        equity += day.net + day.flow
        peak = max(peak + day.flow, equity)
        worst = max(worst, quotient(peak - equity, peak) if peak > 0 else ZERO)
    return Success(worst)


PNL_DAILY: Projection[DailyEvent, DayPnl] = Projection(
    name="pnl_daily",
    version=1,
    events=(
        AccountOpened,
        AccountReset,
        CashMoved,
        TradeExecuted,
        FundingPaid,
        PositionLiquidated,
    ),
    keys=lambda envelope: (f"{envelope.event.account_id}/{day_of(envelope.event.at)}",),
    evolve=day_row,
    row=codec(DayPnl),
    owner=lambda row: row.user_id,
    sort=lambda row: f"{days_of(row.account_id)}{ascending(row.ends_at.micros)}",
)
